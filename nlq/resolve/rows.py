"""Rows: lists, look-ups and superlatives; and what bare columns ask for where the rows are runs."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import is_set
from nlq.conditions import any_of
from nlq.lattice import FULL_NAME
from nlq.pieces import Filter, Group, Interval, RunPiece, Show, Sort, Super, Word
from nlq.query import (
    Agg,
    Among,
    Card,
    Col,
    Condition,
    Has,
    In,
    Missing,
    Not,
    Order,
    Query,
    Select,
    Test,
    Values,
    both,
    conditions,
)
from nlq.resolve.aggregates import call
from nlq.resolve.distinct import asks_values_there_are, keep_the_distinct
from nlq.resolve.draft import Draft, Refusal, mentions_of, numeric
from nlq.resolve.ends import doubt_an_end_of_rows
from nlq.resolve.first import ask_whether_best
from nlq.resolve.gaps import largest_gap_first
from nlq.resolve.group_key import group_column, group_key
from nlq.resolve.naming import asked_first, naming, of_its_kind
from nlq.resolve.ranking import Ranking, ranking, with_groups
from nlq.resolve.sorting import graded, is_order, order_by, sorting
from nlq.resolve.times import bucket
from nlq.resolve.two_kinds import refuse_two_columns
from nlq.resolve.where import conditions_of
from nlq.tokens import key
from nlq.vocabulary import singular, synonyms
from store.units import measure

__all__ = ["rows"]


def rows(draft: Draft) -> Query:
    """The query of a reading that asks for rows.

    Raises:
        Refusal: where nothing in it says what is asked.
    """
    _take_final(draft)
    ask_whether_best(draft)
    refuse_two_columns(draft)
    if counted := _counted(draft) or _averaged(draft) or _spent(draft):
        return counted
    next_to = _next_to(draft)
    doubt_an_end_of_rows(draft)
    told = conditions_of(draft)
    ranked = next_to or ranking(draft)
    if draft.has("TRIED") and not draft.holds(Show):
        draft.cost += 0.1  # "have I tried lr 0.04" asks for yes or no
    every = draft.has("EVERY")
    distinct = draft.has("DISTINCT") or asks_values_there_are(draft)
    keep_the_distinct(draft)
    draft.use_words("EVERY", "DISTINCT", "TRIED_Q")
    sorted_by = sorting(draft) or graded(draft) or (() if ranked.order else order_by(draft))
    ranked = with_groups(ranked, draft)
    ranked = _each_best(ranked, told)
    if not sorted_by and not ranked.order:
        sorted_by = _by_place(told, draft)
    having = _with_it(draft)
    show = _shown(draft, ranked.keys, distinct)
    if not sorted_by and not ranked.order and not _names_run(draft):
        sorted_by = largest_gap_first(show)
    if ranked.per and show and not draft.runs:
        show = tuple(dict.fromkeys((Col(ranked.per), *show)))  # "for each keeper, the tallest"
    where = both(told, *having, *_recorded(draft, show, ranked.order))
    order = (*sorted_by, *ranked.order)
    if not (show or order or where or ranked.limit or draft.has("NOUN")):
        raise Refusal("nothing in this question says what to look for", vague=True)
    if not order and _notes_of_run(draft, show, where):
        return Card("notes", where)
    by_another = draft.of_any(Sort) and any(one.by not in show for one in sorted_by)  # "rank models by mae"
    if not ranked.order and not by_another and _asks_values(draft, show, distinct):
        if any(sup.hint != "date" and not sup.percent for sup in draft.of_any(Super)):
            raise Refusal("which of the values is meant is not told by a metric")
        return Values(tuple(item.key for item in show), where)
    return _select(show, where, order, ranked, distinct=distinct, every=every)


def _next_to(draft: Draft) -> Ranking | None:
    """ "The run before d24-baseline" is the last of those before it."""
    date = draft.catalog.role("date")
    if date is None or not draft.runs or draft.holds(Super):
        return None
    for piece in draft.of(Interval):
        said = [token.norm for token in draft.tokens[max(0, piece.start - 2) : piece.start]]
        one = len(said) == 2 and said[0] == "the" and singular(said[1]) == said[1]
        if one and piece.first.kind == "run" and piece.relation in ("before", "after"):
            draft.assume("the nearest by date", cost=0.02)
            return Ranking((Order(Col(date.key), piece.relation == "before"),), 1)
    return None


def _take_final(draft: Draft) -> None:
    """ "Final loss of each run": what a run ended with, which is the value that is told of it."""
    for sup in draft.of(Super) if draft.runs else ():
        after = draft.after(sup)
        metric = isinstance(after, Show) and after.mention.columns[0].kind == "metric"
        if (
            sup.hint == "date"
            and draft.tokens[sup.end - 1].norm == "final"
            and metric
            and sup.mention is None
        ):
            draft.use(sup)


def _select(
    show: tuple[Col, ...], where: Condition | None, order: tuple[Order, ...], ranked: Ranking, *,
    distinct: bool, every: bool,
) -> Select:  # fmt: skip
    return Select(
        show, where, order=order, limit=ranked.limit, offset=ranked.offset, per=ranked.per,
        distinct=distinct, every=every,
    )  # fmt: skip


def _each_best(ranked: Ranking, where: Condition | None) -> Ranking:
    """ "Best d24, best d26": the same end said of each value is that of each value."""
    same = len(ranked.order) > 1 and len(set(ranked.order)) == 1
    for part in conditions(where) if same else ():
        if isinstance(part, In) and len(part.values) == len(ranked.order) and not ranked.per:
            return replace(ranked, order=ranked.order[:1], per=part.key)
    return ranked


def _by_place(where: Condition | None, draft: Draft) -> tuple[Order, ...]:
    """The best first, where runs are asked for that are near it."""
    for part in conditions(where):
        if isinstance(part, Among) and part.what in ("near", "share"):
            high = draft.catalog.column(part.keys[0]).direction == "higher"
            return (Order(Col(part.keys[0]), high != part.worst),)
    return ()


# -- a group, and nothing that says what to compute


def _counted(draft: Draft) -> Query | None:
    """ "trials per version": the noun and a group, and nothing else that says what to compute."""
    groups = _groups(draft)
    if not groups or draft.holds(Super, Show, Sort) or not draft.has("NOUN") or any(map(is_order, groups)):
        return None
    if any(numeric(m) and m.columns[0].kind == "metric" for group in groups for m in group.mentions):
        return None
    draft.use(*groups)
    draft.assume("counted", cost=0.05)
    return Select((Agg("count"),), conditions_of(draft), _keys_of(groups, draft))


def _averaged(draft: Draft) -> Query | None:
    """ "val loss by optimizer": a metric and a group is the mean of the one for each of the other."""
    groups, shows = _groups(draft), draft.of(Show)
    if not groups or not shows or draft.holds(Super, Sort) or not draft.runs:
        return None
    numbers = [numeric(show.mention) for show in shows]
    columns = [column for column in numbers if column is not None and column.kind == "metric"]
    if len(columns) < len(shows):
        return None
    if any(m.columns[0].kind in ("metric", "run") for group in groups for m in group.mentions):
        return None
    for group in groups:
        for mention in group.mentions:
            group_column(mention)  # refuses one that is told in prose only
    draft.use(*groups, *shows)
    names = ", ".join(column.name for column in columns)
    spent = all(measure(column.unit) == "money" for column in columns)
    function, other = ("sum", "mean") if spent else ("mean", "median")
    override = draft.reworded(shows[0].mention.text, f"{other} {names}")
    draft.assume(f"{function} of {names}", override, 0.02)
    show = tuple(call(function, column.key) for column in columns)
    return Select(show, conditions_of(draft), _keys_of(groups, draft))


def _spent(draft: Draft) -> Query | None:
    """ "Cost of january": money spent in a span of time, of no run by its name, is that of all together."""
    shows = draft.of(Show)
    if len(shows) != 1 or not draft.runs or len(draft.of(Interval)) != 1 or draft.has("NOUN", "TRIED_Q"):
        return None
    if draft.holds(Super, Sort, Filter, RunPiece, Group) or any(
        word.meaning == "show" for word in draft.words("LIST")
    ):
        return None
    column = numeric(shows[0].mention)
    if column is None or column.kind != "metric" or measure(column.unit) != "money":
        return None
    draft.use(*shows)
    said = " ".join(token.text for token in draft.tokens)
    draft.assume(f"{column.name} of all runs together", f"mean {said}")
    return Select((call("sum", column.key),), conditions_of(draft))


def _groups(draft: Draft) -> list[Group]:
    return [group for group in draft.of(Group) if group.mentions or group.unit]


def _keys_of(groups: list[Group], draft: Draft) -> tuple[str, ...]:
    keys = [group_key(mention, draft) for group in groups for mention in group.mentions]
    return (*keys, *(bucket(group.unit, draft) for group in groups if group.unit))


# -- conditions that columns make where the rows are runs


def _with_it(draft: Draft) -> list[Condition]:
    """ "softcap runs": a parameter right before the noun means the runs that have one."""
    found: list[Condition] = []
    for show in draft.of(Show) if draft.runs else ():
        after, column = draft.after(show), show.mention.columns[0]
        beside = isinstance(after, Word) and after.terminal == "NOUN" and after.start == show.end
        if (beside or _is_used(show, draft)) and column.kind == "param" and column.count < draft.catalog.rows:
            draft.use(show)
            if column.type == "bool":
                found.append(Test(column.key, "=", True))
                continue
            found.append(Not(Missing(column.key)))
            draft.assume(f"runs that record {column.name}")
    return found


def _is_used(show: Show, draft: Draft) -> bool:
    """ "Which runs used warmdown": those that set it."""
    before = [token.norm for token in draft.tokens[: show.start]]
    return before[-1:] in (["used"], ["using"], ["use"]) and draft.has("NOUN") and "what" not in before


def _recorded(draft: Draft, show: tuple[Col, ...], order: tuple[Order, ...]) -> list[Condition]:
    """ "Which weight decay is best" speaks of the runs that say theirs, "the lr of the best run" of it."""
    if not any(one.best for one in order) or draft.has("NOUN") or not draft.runs or _two_parts(draft):
        return []
    columns = [draft.catalog.column(item.key) for item in show]
    params = [c for c in columns if c.kind == "param" and c.count < draft.catalog.rows]
    return [any_of([Not(Missing(column.key)) for column in params])] if params else []


def _two_parts(draft: Draft) -> bool:
    """ "Which one was best, and what lr did it use": the best of all, then what it used."""
    ends = [piece.end for piece in draft.pieces if isinstance(piece, Super)]
    return bool(ends) and any(
        isinstance(piece, Show) and "and" in [token.norm for token in draft.tokens[ends[0] : piece.start]]
        for piece in draft.pieces
    )


# -- what is shown

_BEING = ("is", "are", "was", "were", "be", "being")
_WITH = ("with", "have", "has", "had", "having", "set", "sets")


def _shown(draft: Draft, keys: tuple[str, ...], distinct: bool) -> tuple[Col, ...]:
    """The columns named, then those that a superlative speaks of."""
    for show in draft.of(Show):
        _doubt(show, draft)
    named: list[str] = []
    for piece in draft.pieces:
        mentions = mentions_of(piece) if isinstance(piece, (Show, Group)) and draft.unused(piece) else ()
        if not mentions:
            continue
        if isinstance(piece, Group):
            draft.cost += 0.5 if draft.runs else 0.15
        for mention in mentions:
            one = distinct and mention.text != FULL_NAME  # different values are of one column
            meant = mention.columns[: 1 if one and not draft.runs else 4]
            meant = (*meant, *(() if one or draft.runs else of_its_kind(mention)))
            named += [column.key for column in meant]
            if len(meant) > 1:
                names = ", ".join(c.name for c in meant)
                override = draft.reworded(mention.text, *(c.name for c in mention.columns))
                draft.assume(f'"{mention.text}" read as {names}', override, 0.03)
        draft.use(piece)
    run = draft.catalog.role("run") if draft.runs else None
    if draft.has("NAMES") and run is not None:
        draft.use_words("NAMES")
        named.append(run.key)
        if set(named) == {run.key}:
            return (Col(run.key),)
    named = [key for key in named if run is None or key != run.key]
    asked = asked_first(draft)
    where = bool(asked) and draft.tokens[0].norm == "where"
    named = named or _asked_and_searched(draft)
    rows = [] if distinct else [*asked, *_of_noun(draft)]
    if named and not draft.runs and not distinct and not keys and _lists_with_theirs(draft):
        rows += [column.key for column in naming(draft)]
    named = [*rows, *named] if named or keys or where else []
    if not named or (set(named) <= set(keys) and (draft.runs or draft.asks_for_row)):
        return ()
    return tuple(Col(key) for key in dict.fromkeys((*named, *keys)))


def _asked_and_searched(draft: Draft) -> list[str]:
    """ "Which titles contain …": the column of a condition that "which" or "what" asks for."""
    for piece in draft.of_any(Filter) if not draft.runs else ():
        before = draft.tokens[piece.start - 1].norm if piece.start else ""
        if piece.mention is not None and isinstance(piece.condition, Has) and before in ("which", "what"):
            return [column.key for column in piece.columns]
    return []


def _of_noun(draft: Draft) -> list[str]:
    """The column called what a row is called, where the question says that word: "which city has …"."""
    if draft.runs:
        return []
    said = {singular(token.norm) for token in draft.tokens}
    noun = key(draft.catalog.nouns[0])
    if not any(said.issuperset(called) for called in (noun, *synonyms(noun))):
        return []
    return [column.key for column in draft.catalog.columns if key(column.name) == noun]


_BESIDE = (["and"], ["with"], ["along", "with"], ["together", "with"], ["as", "well", "as"])


def _lists_with_theirs(draft: Draft) -> bool:
    """ "All teams and their points", "which episodes … have": the rows are asked for beside a column."""
    if draft.asks_for_row:
        return True
    said = [token.norm for token in draft.tokens]
    for at, word in enumerate(said):
        own = next((i for i in range(at + 2, min(at + 5, len(said))) if said[i] in ("their", "its")), None)
        if own is not None and (singular(word),) in draft.nouns and said[at + 1 : own] in _BESIDE:
            return True
        listed = (
            said[at - 1 : at] == ["all"]
            and said[at - 2 : at - 1] != ["of"]
            and (singular(word),) in draft.nouns
        )
        if listed and at > 1 and said[at + 1 : at + 3] == ["and", "the"]:
            return True  # "name all museums and the year they opened"
    return False


def _doubt(show: Show, draft: Draft) -> None:
    """What is named may be a condition rather than something to show."""
    before = [
        token.norm for token in draft.tokens[: show.start] if token.norm not in ("a", "an", "any", "some")
    ]
    if draft.runs and before[-1:] == ["about"]:
        draft.cost += 0.25  # "experiments about learning rate" are those that speak of it
    if draft.runs and before[-1:] and before[-1] in _WITH:
        draft.cost += 0.25  # "runs with notes" are those that have some
    if show.mention.columns[0].type == "bool":
        draft.cost += 0.1  # "fp8 runs" are those with it
    elif not draft.runs and is_set(show.mention.columns[0]) is not None:
        # "which are open in winter", "which have rings"
        draft.cost += 0.3 if before[-1:] and before[-1] in (*_BEING, *_WITH) else 0.0


def _asks_values(draft: Draft, show: tuple[Col, ...], distinct: bool) -> bool:
    """Whether bare parameter names ask for the values tried: "lrs", "which optimizers"."""
    if not show or not draft.runs or draft.has("NOUN") or _names_run(draft):
        return False
    columns = [draft.catalog.column(item.key) for item in show]
    few = [
        c for c in columns if c.kind == "attribute" and c.type == "text" and (distinct or c.distinct <= 20)
    ]
    return all((c.kind == "param" and c.type != "bool") or c in few for c in columns)


def _notes_of_run(draft: Draft, show: tuple[Col, ...], where: Condition | None) -> bool:
    """ "d12-adamw notes": what is written about one run."""
    run, notes = draft.catalog.role("run"), draft.catalog.role("notes")
    one = isinstance(where, Test) and run is not None and where.key == run.key and where.op == "="
    return one and notes is not None and show == (Col(notes.key),)


def _names_run(draft: Draft) -> bool:
    """Whether a run is singled out by name: then its value is asked for, not the values tried."""
    return any(
        isinstance(p, RunPiece) or (isinstance(p, Filter) and any(c.kind == "run" for c in p.columns))
        for p in draft.pieces
    )
