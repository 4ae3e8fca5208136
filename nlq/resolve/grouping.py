"""Groups: what is computed for each of them, which are kept, and their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from nlq.columns import NUMERIC, is_id, is_set, names_rows
from nlq.conditions import equal_to
from nlq.lattice import FULL_NAME, Mention
from nlq.pieces import Aggregate, Filter, Group, Have, RunPiece, Show, Sort, Super, Word
from nlq.query import Agg, Condition, In, Item, Missing, Not, Query, Select, Test, both, conditions
from nlq.resolve.adjectives import measuring, tells_age
from nlq.resolve.aggregates import computed
from nlq.resolve.draft import Draft, Refusal, mentions_of, numeric
from nlq.resolve.ends import join_both_ends, tell_of_the_one
from nlq.resolve.group_key import group_column, group_key
from nlq.resolve.group_order import order_of_groups
from nlq.resolve.having import compared_as_a_whole, counts_of_each, kept_groups, rows_counted
from nlq.resolve.repeats import spread_over
from nlq.resolve.spans import refuse_a_length_of_time
from nlq.resolve.times import bucket
from nlq.resolve.where import conditions_of
from nlq.tokens import name_key
from nlq.vocabulary import is_participle, singular
from store.catalog import Catalog

__all__ = ["doubt_an_end", "group_keys", "grouped", "is_grouped", "those_told"]


def is_grouped(draft: Draft) -> bool:
    """Whether the reading counts, aggregates or groups."""
    _name_what_is_compared(draft)
    join_both_ends(draft)
    tell_of_the_one(draft)
    if draft.has("COUNT") and _counts_of_run(draft):
        return False
    _show_what_a_run_cost(draft)
    if draft.has("COUNT", "CORR") or draft.holds(Aggregate):
        return True
    return (
        any(piece.rows or piece.common for piece in draft.of(Super))
        or any(piece.count or piece.function for piece in draft.of(Sort))
        or any(have.certain or counts_of_each(have, draft) for have in draft.of(Have))
    )


def _name_what_is_compared(draft: Draft) -> None:
    """ "The nation, when the number of golds is less than 16": the words name a column, and count nothing."""
    for word in draft.words("COUNT") if not draft.runs else ():
        after = draft.after(word)
        asked = any(isinstance(p, (Show, Super, Aggregate)) and p.end <= word.start for p in draft.pieces)
        if asked and isinstance(after, Filter) and after.mention is not None and after.start == word.end:
            if draft.tokens[word.end - 1].norm == "of" and not after.bare:
                draft.use(word)


def _counts_of_run(draft: Draft) -> bool:
    """ "How many steps did d24 train", "… the best run": a number recorded of a run, no count of them."""
    word = draft.words("COUNT")[0]
    piece = draft.after(word)
    ends = [sup for sup in draft.of(Super) if draft.runs and not sup.rows and (sup.count or 1) == 1]
    if (
        len(draft.of(RunPiece)) + len(ends) != 1
        or not isinstance(piece, Show)
        or numeric(piece.mention) is None
    ):
        return False
    draft.use(word)
    return True


def _show_what_a_run_cost(draft: Draft) -> None:
    """ "How much did d24 cost": what is recorded of one run is no sum."""
    for piece in draft.of(Aggregate) if len(draft.of(RunPiece)) == 1 else ():
        if piece.functions == ("sum",) and draft.tokens[piece.start].norm == "how":
            mentions = piece.mentions or mentions_of(next(iter(draft.of(Show)), None))
            draft.use(piece)
            draft.add(*(Show(piece.start, piece.end, m) for m in piece.mentions))
            draft.cost += 0.0 if mentions else 0.5


def grouped(draft: Draft, shares: Sequence[Agg] = ()) -> Query:
    """The query of a reading that counts, aggregates or groups.

    Args:
        shares: what is computed besides, found already.

    Raises:
        Refusal: where something that it needs is told by nothing.
    """
    _take_the_function_behind(draft)
    spread_over(draft)
    refuse_a_length_of_time(draft)
    each = _within_each(draft)
    whole = compared_as_a_whole(draft) if not draft.runs else ()
    _rank_the_computed(draft)
    _rank_what_is_measured(draft)
    _group_by_the_best(draft)
    items = [*shares, *computed(draft)]
    summed = bool(items) and all(isinstance(item, Agg) and item.function == "sum" for item in items)
    group = group_keys(draft, items)
    if not group or not draft.runs:
        group = tuple(dict.fromkeys((*group, *(() if summed else _by_values(draft)))))
    items = [Agg("count") if not draft.runs and _counts_its_own(item, group) else item for item in items]
    if not draft.runs and any(
        isinstance(item, Agg) and item.key in group and item.function == "mean" for item in items
    ):
        raise Refusal("a mean within each of its own values says nothing")
    doubt_an_end(items, group, draft)
    if group and not draft.runs:
        draft.use_words("DISTINCT")  # "the different builders and the number of …": groups differ
    ends = draft.of(Super)
    counted_best = any(end.rows for end in ends) and any(end.which in ("best", "worst") for end in ends)
    if draft.runs and counted_best:  # "which model is best on the most datasets"
        raise Refusal("how often each of them is the best is not counted", flat=True)
    order, limit = order_of_groups(draft, items, group)
    few = [end.count for end in ends if (end.count or 1) > 1 and not end.rows and not end.common]
    of_metrics = all(c.kind == "metric" for c in draft.catalog.columns if c.key in group)
    if draft.runs and few and of_metrics:  # also where there is no group
        near = f"{draft.catalog.nouns[0]}s in the best 10%"
        raise Refusal("of the top few nothing is computed, but of a share of all", (near,), flat=True)
    offset = max((end.offset for end in ends), default=0) if limit is not None else 0
    per = each[0] if limit is not None and each and len(group) > len({*each}) else ""
    if per and (len({*each}) > 1 or not order):
        raise Refusal("the best within each of several columns together can't be asked", flat=True)
    having = (*whole, *kept_groups(draft, items, group))
    if whole and not group:
        raise Refusal("a sum or a mean needs something to group by")
    counted = [one.by for one in order if isinstance(one.by, Agg)]
    if not group and (Agg("count") in counted or (counted and not items)):
        raise Refusal("the most common what")
    where = both(*rows_counted(draft), conditions_of(draft))
    if not items and not having and all(one.by == Agg("count") for one in order):
        items = [Agg("count")]
    if having and items == [Agg("count")] and any(word.meaning == "groups" for word in draft.words("LIST")):
        items = []  # "groups by depth, number of runs > 3": the groups, each told with its number anyway
    if limit is not None and order:
        where = both(where, *those_told(group, where, draft.catalog))
    if per:
        group = (per, *(key for key in group if key != per))
    return Select(tuple(dict.fromkeys(items)), where, group, having, order, limit, offset, per)


def those_told(group: tuple[str, ...], where: Condition | None, catalog: Catalog) -> Iterator[Condition]:
    """ "Which optimizer has the most runs": those that tell none are no answer to it."""
    partly = (one for one in catalog.columns if one.key in group and one.count < catalog.rows)
    for told in (Not(Missing(one.key)) for one in partly):
        if told not in conditions(where):
            yield told


def _counts_its_own(item: Item, group: tuple[str, ...]) -> bool:
    """ "How many students enrolled each year" by the year of enrolment counts rows."""
    return isinstance(item, Agg) and item.function == "count" and item.distinct and item.key in group


def _take_the_function_behind(draft: Draft) -> None:
    """ "How many viewers … on average": the count is what the function behind it is of."""
    for piece in draft.of(Aggregate) if not draft.runs else ():
        counted = next(iter(draft.words("COUNT")), None) or next(_how_much(piece, draft), None)
        if piece.mentions or piece.functions not in (("mean",), ("sum",)) or counted is None:
            continue
        shown = draft.after(counted)
        if isinstance(counted, Aggregate):
            draft.use(counted)
            draft.add(*(Show(counted.start, counted.end, mention) for mention in counted.mentions))
        elif isinstance(shown, Show) and counted.end < piece.start:
            column = numeric(shown.mention)
            if column is not None and not is_id(column):
                draft.use(counted)


def _how_much(piece: Aggregate, draft: Draft) -> Iterator[Aggregate]:
    """The "how much do … earn" before "on average"."""
    for other in draft.of(Aggregate):
        said = draft.tokens[other.start : other.start + 2]
        if other.functions == ("sum",) and other.end <= piece.start and other.mentions:
            if [token.norm for token in said] == ["how", "much"]:
                yield other


def _within_each(draft: Draft) -> list[str]:
    """The columns within whose values a rank is asked for: "for each optimizer", "best lr per optimizer"."""
    told = [piece for piece in draft.of(Group) if piece.each or draft.tokens[piece.start].norm == "per"]
    return [group_key(mention, draft) for piece in told for mention in piece.mentions]


_ENDS = ("lowest", "highest", "smallest", "largest")


def _rank_the_computed(draft: Draft) -> None:
    """ "the depth with the lowest mean loss": an end of what is computed ranks the groups by it."""
    for piece in draft.of(Aggregate):
        ends = ("min", "max")
        ranked = len(piece.functions) == 2 and piece.functions[0] in ends and piece.functions[1] not in ends
        if ranked and piece.mentions and draft.tokens[piece.start].norm in _ENDS:
            draft.use(piece)
            computed_ = replace(piece, start=piece.start + 1, functions=piece.functions[1:])
            draft.add(computed_, Super(piece.start, piece.end, piece.functions[0], mention=piece.mentions[0]))


def _rank_what_is_measured(draft: Draft) -> None:
    """ "The carrier whose phones are the cheapest on average": the mean of what the adjective measures."""
    for sup in draft.of(Super) if not draft.runs else ():
        after = draft.after(sup)
        if not isinstance(after, Aggregate) or after.mentions or after.functions not in (("mean",), ("sum",)):
            continue
        column = measuring(sup.hint, draft.catalog) if sup.hint and sup.mention is None else None
        if column is None or column.type not in NUMERIC or (sup.hint == "age" and not tells_age(column)):
            continue
        mention = Mention((column,), (), column.name)
        draft.use(sup, after)
        draft.add(replace(after, mentions=(mention,)), replace(sup, hint="", mention=mention))


def _group_by_the_best(draft: Draft) -> None:
    """ "The best lr by mean loss": the parameter groups, what is computed of each ranks."""
    for sup in draft.of(Super) if draft.holds(Aggregate) else ():
        column = numeric(sup.mention) if sup.mention is not None else None
        if column is not None and column.kind == "param" and sup.which in ("best", "worst"):
            assert sup.mention is not None
            draft.use(sup)
            draft.add(Show(sup.start, sup.end, sup.mention), replace(sup, mention=None))


def doubt_an_end(items: list[Item], group: tuple[str, ...], draft: Draft) -> None:
    """ "lowest loss" of runs asks for the run as well: the reading as a superlative is the better one.

    "Min of loss" asks for the number.
    """
    for piece in draft.of_any(Aggregate):
        after = [token.norm for token in draft.tokens[piece.start + 1 : piece.start + 2]]
        if piece.functions[0] in ("min", "max") and after == ["of"]:
            draft.cost -= 0.05
            return
    ends = [item for item in items if isinstance(item, Agg) and item.function in ("min", "max")]
    if len(items) == 1 and ends and group and not draft.runs and draft.asks_for_row:
        draft.cost += 0.3  # "which festival has the highest price in each country" asks for the festival
    if len(items) == 1 and ends and (not group or draft.runs):
        draft.cost += 0.1 if draft.runs else 0.05


# -- what it is grouped by


def group_keys(draft: Draft, items: list[Item]) -> tuple[str, ...]:
    """The columns to group by: told, that of "most common", and those that are named and not computed."""
    keys: list[str] = []
    for piece in draft.of(Group):
        keys += [key for mention in piece.mentions for key in _keys_to_group(mention, draft)]
        if piece.unit:
            keys.append(bucket(piece.unit, draft))
        draft.use(piece)
    common = [sup.mention for sup in draft.of(Super) if sup.common and sup.mention is not None]
    keys += [key for mention in common for key in _keys_to_group(mention, draft)]
    computed_of = {item.key for item in items if isinstance(item, Agg)}
    first = min((piece.start for piece in draft.of_any(Aggregate)), default=None)
    heads = None if draft.runs or items or not draft.of_any(Have) else _heads(draft)
    grouping: list[Show] = []
    for show in draft.of(Show):
        draft.use(show)
        if keys and not draft.runs and _is_its_name(show, draft):
            continue
        if heads is not None and show not in heads:
            draft.cost += 0.1  # "the pets that saw the vet more than once" are the groups
            continue
        if (
            first is not None
            and first < show.start
            and not draft.runs
            and names_rows(show.mention.columns[0])
        ):
            draft.cost += 0.1  # "the minimum enrollment of all schools": one row a school
            continue
        if not draft.runs and (_tells_of_counted(show, draft) or _says_what_was_done(show, draft)):
            draft.cost += 0.1
            column = show.mention.columns[0]
            told = any(column in piece.columns for piece in draft.of_any(Filter))
            if (yes := is_set(column)) is not None and not told:  # "the number of students on a scholarship"
                draft.add(Filter(show.start, show.end, Test(column.key, "=", yes), columns=(column,)))
            continue
        before = draft.tokens[show.start - 1].norm if show.start else ""
        if not draft.runs and (before in ("a", "an") or _singled_out(show, before, draft)):
            draft.cost += 0.1  # "how many times was a room reserved": any room
            continue
        if draft.runs and all(column.kind == "metric" for column in show.mention.columns) and not keys:
            draft.cost += 0.5  # hardly two runs share a value of a metric, and no "by" asks for groups
        before_it = len(keys)
        _group_by_shown(show.mention, keys, computed_of, draft)
        grouping += [show] if len(keys) > before_it else []
    _refuse_unlisted(grouping, draft)
    return tuple(dict.fromkeys(keys))


def _refuse_unlisted(shows: Sequence[Show], draft: Draft) -> None:
    """ "The ids of all students and the hours played": of columns that are not listed one can't be a group.

    Raises:
        Refusal: where two columns that nothing joins would be grouped by together.
    """
    for one, other in pairwise(shows if not draft.runs else ()):
        between = draft.tokens[one.end : other.start]
        listed = draft.tokens[one.end - 1].comma or any(t.comma or t.norm in _LISTING for t in between)
        if not listed:
            names = " or ".join(show.mention.columns[0].name for show in (one, other))
            raise Refusal(f"whether to group by {names} is not told")


_LISTING = frozenset("and or with per by each every plus for".split())


_OWN = frozenset(("its", "their", "his", "her"))


def _is_its_name(show: Show, draft: Draft) -> bool:
    """ "For each branch, return its name": the group is told by its column anyway."""
    said = [token.norm for token in draft.tokens[max(0, show.start - 1) : show.end]]
    named = len(said) == 2 and said[0] in _OWN and singular(said[1]) in ("name", "title", "id")
    return named and any(group.each and group.mentions for group in draft.of_any(Group))


def _keys_to_group(mention: Mention, draft: Draft) -> list[str]:
    """The key of a mention, or those of a name that two columns make together."""
    if mention.text == FULL_NAME:
        return [column.key for column in mention.columns]
    return [group_key(mention, draft)]


def _singled_out(show: Show, before: str, draft: Draft) -> bool:
    """ "How many arrivals in the country that has rank 5": the one that meets the condition, and no group."""
    text = draft.tokens[show.end - 1].norm
    text = "names" if draft.tokens[show.start].norm == "names" else text  # "the names of the series"
    after = draft.after(show)
    if not draft.runs and (_whose_function(show, draft) or _ranked_by_rows(show, draft)):
        return False
    counted = isinstance(after, Word) and after.terminal == "COUNT"  # "the catalog number of the album"
    bound = not counted and any(isinstance(piece, Filter) for piece in draft.following(show))
    return before in ("the", "this", "that") and singular(text) == text and bound


def _ranked_by_rows(show: Show, draft: Draft) -> bool:
    """ "The country with the largest number of channels whose content is music": countries are counted."""
    after = draft.after(show)
    said = [token.norm for token in draft.tokens[show.end : after.start]] if after is not None else []
    return isinstance(after, Super) and after.rows and said[:1] in (["with"], ["that"], ["which"], ["having"])


def _whose_function(show: Show, draft: Draft) -> bool:
    """ "The class whose average enrollment is above 700": what is computed is computed of each."""
    after = next((piece for piece in draft.following(show) if isinstance(piece, Aggregate)), None)
    said = [token.norm for token in draft.tokens[show.end : after.start]] if after is not None else []
    return said in (["whose"], ["with", "an"], ["with", "a"], ["that", "has", "an"])


def _says_what_was_done(show: Show, draft: Draft) -> bool:
    """ "Books that were loaned more than twice": a participle is no column to group by."""
    text = draft.tokens[show.end - 1].norm
    if not is_participle(text) or not show.start:
        return False
    before = draft.before(show)
    column = show.mention.columns[0]
    doing = isinstance(before, Show) and before.end == show.start and text not in name_key(column.name)
    return doing or not show.mention.whole  # "which location hosted the most" groups by no host


def _heads(draft: Draft) -> list[Show]:
    """The first column named and those that are listed with it."""
    found: list[Show] = []
    for show in draft.of(Show):
        between = draft.tokens[found[-1].end : show.start + 1] if found else ()
        if found and not any(token.comma or token.norm == "and" for token in between):
            break
        found.append(show)
    return found


_AS_GROUPS = frozenset("and different distinct various & plus vs versus every".split())
"""Words by which a column behind what is counted still says what it is counted by."""


def _tells_of_counted(show: Show, draft: Draft) -> bool:
    """ "How many students are enrolled in courses": a column behind a count only tells of what is counted.

    It groups where a word says so ("in different courses"), where it is listed, and where it stands first
    ("the courses and their number of students").
    """
    counted = [
        p for p in draft.pieces if isinstance(p, Aggregate) or (isinstance(p, Word) and p.terminal == "COUNT")
    ]
    behind = [p for p in counted if p.end <= show.start]
    if not behind or len(behind) < len(counted):
        return False
    told = [p.end for p in draft.of_any(Show) if p.end <= show.start]
    between = draft.tokens[max([p.end for p in behind] + told) : show.start]
    listed = any(token.comma for token in draft.tokens[behind[-1].end : show.start + 1])
    return not listed and not _AS_GROUPS.intersection(token.norm for token in between)


def _group_by_shown(mention: Mention, keys: list[str], computed_of: set[str], draft: Draft) -> None:
    """ "how many runs, optimizer": a column by itself groups, at a cost."""
    column = mention.columns[0]
    if mention.text == FULL_NAME and not keys:
        draft.cost += 0.2
        keys += _keys_to_group(mention, draft)
        return
    if column.key not in computed_of:
        column = group_column(mention)
    elif column.type in NUMERIC:
        return
    if column.kind == "run" and draft.runs and not keys:
        draft.cost += 0.1
    if column.key not in keys:
        unique = column.distinct >= column.count > 8 and bool(keys)
        draft.cost += 0.6 if unique else 0.2
        keys.append(group_key(mention, draft))


def _by_values(draft: Draft) -> tuple[str, ...]:
    """ "how many were kept, discarded and crashed", "mean age of male and female students": by that."""
    status = draft.catalog.role("status")
    ends: dict[str, list[Filter]] = {}
    for piece in draft.of(Filter):
        if _lists_values(piece):
            draft.assume(f"by {piece.columns[0].name}")
            return (piece.columns[0].key,)
        if piece.negated:
            continue
        if piece.state and status is not None:
            ends.setdefault(status.key, []).append(piece)
        elif len(piece.columns) == 1 and piece.bare and isinstance(piece.condition, Test):
            ends.setdefault(piece.columns[0].key, []).append(piece)
    key = next((key for key, pieces in ends.items() if len(pieces) > 1), "")
    if not key:
        return ()
    draft.use(*ends[key])
    if status is None or key != status.key:
        draft.add(_one_list(key, ends[key]))
    draft.assume(f"by {draft.catalog.column(key).name}")
    return (key,)


def _lists_values(piece: Filter) -> bool:
    return not piece.state and piece.listed == "and" and isinstance(piece.condition, In) and not piece.negated


def _one_list(key: str, pieces: list[Filter]) -> Filter:
    """The values of several pieces as the condition on their one column."""
    values = [piece.condition.value for piece in pieces if isinstance(piece.condition, Test)]
    condition = equal_to(key, values)  # type: ignore[arg-type]
    return Filter(pieces[0].start, pieces[-1].end, condition, columns=pieces[0].columns)
