"""Rows: lists, look-ups and superlatives."""

from __future__ import annotations

from dataclasses import replace

from nlq.lexicon import singular
from nlq.link import Mention
from nlq.pieces import Filter, Group, Have, Piece, RunPiece, Show, Sort, Super, Word
from nlq.query import Agg, Col, Condition, Item, Missing, Not, Order, Query, Select, Test, Values, both
from nlq.resolve.draft import Draft, Refusal, numeric, orderable, tells_runs
from nlq.resolve.grouping import group_column, time_key
from nlq.resolve.metrics import descending, metrics, superlative_column
from nlq.resolve.where import conditions_of
from store.units import measure

__all__ = ["rows"]


def rows(draft: Draft) -> Query:
    """The query of a reading that asks for rows.

    Raises:
        Refusal: where nothing in it says what is asked.
    """
    if counted := _counted(draft) or _averaged(draft):
        return counted
    conditions = conditions_of(draft)
    order, limit, offset, keys, per = _ranking(draft)
    if draft.has("TRIED") and not draft.of(Show):
        draft.cost += 0.1  # "have I tried lr 0.04" asks for yes or no
    every = bool(draft.words("EVERY"))
    distinct = bool(draft.words("DISTINCT")) or _heads(draft)
    for word in (*draft.words("EVERY"), *draft.words("DISTINCT"), *draft.words("TRIED_Q")):
        draft.use(word)
    sorted_by = _sorting(draft) or (() if order else _by_order(draft))
    limit = _bare_limit(draft, limit)
    per = per or _per(draft, order)
    having = _with_it(draft)
    show = _shown(draft, keys)
    where = both(conditions, *having, *_recorded(draft, show, order))
    if not (show or order or where or sorted_by or limit or draft.has("NOUN") or draft.has("EVERY")):
        raise Refusal("nothing in this question says what to look for")
    if _is_values(draft, show, order, distinct):
        return Values(tuple(item.key for item in show if isinstance(item, Col)), where)
    return Select(
        show,
        where,
        order=(*sorted_by, *order),
        limit=limit,
        offset=offset,
        per=per,
        distinct=distinct,
        every=every,
    )


def _heads(draft: Draft) -> bool:
    """Whether a column is asked for as if it were the noun ("which majors are there"): its different values.

    "Majors of students" is a value of each row; "majors", with nothing it belongs to, are those there are.
    """
    shows = draft.of(Show)
    if tells_runs(draft.catalog) or len(shows) != 1 or draft.of(Super) or draft.of(Sort) or not draft.tokens:
        return False
    show, column = shows[0], shows[0].mention.columns[0]
    text = draft.tokens[show.end - 1].norm
    if singular(text) == text or len(shows[0].mention.columns) > 1 or column.distinct >= 0.95 * column.count:
        return False
    after = draft.tokens[show.end].norm if show.end < len(draft.tokens) else ""
    return after not in ("of", "for") and show.mention.text.lower() not in ("name", "names")


def _counted(draft: Draft) -> Query | None:
    """ "trials per version": the noun and a group, and nothing else that says what to compute."""
    groups = [group for group in draft.of(Group) if group.mentions or group.unit]
    if not groups or draft.of(Super) or draft.of(Show) or draft.of(Sort) or not draft.has("NOUN"):
        return None
    if any(_sortable(group, draft) for group in groups):
        return None
    if any(numeric(m) and m.columns[0].kind == "metric" for group in groups for m in group.mentions):
        return None
    for group in groups:
        draft.use(group)
    draft.assume("counted", cost=0.05)
    return Select((Agg("count"),), conditions_of(draft), _keys_of(groups, draft))


def _keys_of(groups: list[Group], draft: Draft) -> tuple[str, ...]:
    keys = [time_key(group.unit, draft) for group in groups if group.unit]
    return (*(mention.columns[0].key for group in groups for mention in group.mentions), *keys)


def _sortable(group: Group, draft: Draft) -> bool:
    """ "runs by date", "runs by loss": an order, not groups."""
    if not group.mentions:
        return False
    column = group.mentions[0].columns[0]
    return not group.each and (column.kind == "metric" or column.type in ("date", "datetime"))


def _by_order(draft: Draft) -> tuple[Order, ...]:
    """The order of "d26 runs by date"; of a metric the better end comes first."""
    if draft.of(Show) or not draft.has("NOUN") or not tells_runs(draft.catalog):
        return ()
    for group in draft.of(Group):
        if len(group.mentions) == 1 and _sortable(group, draft):
            draft.use(group)
            column = group.mentions[0].columns[0]
            return (Order(Col(column.key), column.direction == "higher"),)
    return ()


def _averaged(draft: Draft) -> Query | None:
    """ "val loss by optimizer": a metric and a group is the mean of the one for each of the other."""
    groups = [group for group in draft.of(Group) if group.mentions or group.unit]
    shows = draft.of(Show)
    if not groups or not shows or draft.of(Super) or draft.of(Sort) or not tells_runs(draft.catalog):
        return None
    columns = [numeric(show.mention) for show in shows]
    if any(column is None or column.kind != "metric" for column in columns):
        return None
    if any(m.columns[0].kind in ("metric", "run") for group in groups for m in group.mentions):
        return None
    for group in groups:
        for mention in group.mentions:
            group_column(mention)
    for piece in (*groups, *shows):
        draft.use(piece)
    names = ", ".join(column.name for column in columns if column)
    spent = all(column is not None and measure(column.unit) == "money" for column in columns)
    said, other, function = ("sum", "mean", "sum") if spent else ("mean", "median", "mean")
    draft.assume(f"{said} of {names}", draft.reworded(shows[0].mention.text, f"{other} {names}"), 0.02)
    keys = _keys_of(groups, draft)
    return Select(
        tuple(Agg(function, column.key) for column in columns if column), conditions_of(draft), keys
    )


def _with_it(draft: Draft) -> list[Condition]:
    """ "softcap runs": a parameter right before the noun means the runs that have one."""
    if not tells_runs(draft.catalog):
        return []
    found: list[Condition] = []
    for show in draft.of(Show):
        after, column = draft.next_to(show), show.mention.columns[0]
        beside = isinstance(after, Word) and after.terminal == "NOUN" and after.start == show.end
        if beside and column.kind == "param" and column.count < draft.catalog.rows:
            draft.use(show)
            if column.type == "bool":
                found.append(Test(column.key, "=", True))
                continue
            found.append(Not(Missing(column.key)))
            draft.assume(f"runs that record {column.name}")
    return found


def _recorded(draft: Draft, show: tuple[Item, ...], order: tuple[Order, ...]) -> list[Condition]:
    """ "Which weight decay is best" speaks of the runs that say theirs; "the lr of the best run" of that run."""
    if not order or not any(one.best for one in order) or draft.has("NOUN") or not tells_runs(draft.catalog):
        return []
    keys = [
        item.key for item in show if isinstance(item, Col) and draft.catalog.column(item.key).kind == "param"
    ]
    return [Not(Missing(key)) for key in keys if draft.catalog.column(key).count < draft.catalog.rows]


def _ranking(draft: Draft) -> tuple[tuple[Order, ...], int | None, int, list[str], str]:
    """The order of superlatives, how many, how many to pass over, the columns they speak of, and per what."""
    order: list[Order] = []
    limit, offset, keys, per = None, 0, [], ""
    draft.cost += 0.5 * max(0, len(draft.of(Super)) - 1)
    for sup in draft.of(Super):
        piece = _with_column(sup, draft)
        column = superlative_column(piece, draft)
        down = descending(piece.which, column, draft)
        order.append(Order(Col(column.key), down, best=column.kind == "metric"))
        draft.use(sup)
        limit = piece.count if piece.count is not None else (limit or 1)
        if piece.count is None and _several(sup, draft):
            draft.cost += 0.02
        offset = piece.offset or offset
        if column.key != "_row":
            keys.append(column.key)
    return tuple(order), limit, offset, keys, per


def _several(sup: Super, draft: Draft) -> bool:
    return sup.which in ("best", "worst") and not draft.has("NOUN")


def _with_column(sup: Super, draft: Draft) -> Super:
    """A superlative without a column takes the one beside it: "best d24 loss", "top 5 by CORE"."""
    if sup.mention is not None or (sup.hint and sup.hint != "date"):
        return sup
    for group in draft.of(Group):
        column = numeric(group.mentions[0]) if len(group.mentions) == 1 and not group.each else None
        if column is not None and sup.hint == "" and (column.kind == "metric" or not metrics(draft.catalog)):
            draft.use(group)
            return replace(sup, mention=group.mentions[0])
    if sup.hint or sup.which in ("max", "min"):
        following = _following_show(sup, draft)
        if following is None and sup.hint == "" and sup.which in ("max", "min"):
            following = next(
                (show for show in draft.of(Show) if any(map(orderable, show.mention.columns))), None
            )
        if following is None or sup.hint:
            return sup
        draft.use(following)
        return replace(sup, mention=following.mention)
    following = _following_show(sup, draft)
    column = numeric(following.mention) if following else None
    after = draft.next_to(following) if following else None
    if isinstance(after, Filter) and after.numbers:
        return sup  # "the best run that cost less than 30 dollars"
    if following is not None and column is not None and column.kind == "metric":
        draft.use(following)
        return replace(sup, mention=following.mention)
    return sup


def _following_show(sup: Super, draft: Draft) -> Show | None:
    at = draft.pieces.index(sup)
    after = [p for p in draft.pieces[at + 1 :] if isinstance(p, Show) and id(p) not in draft.used]
    return after[0] if after and any(map(orderable, after[0].mention.columns)) else None


def _sorting(draft: Draft) -> tuple[Order, ...]:
    order: list[Order] = []
    sorts = draft.of(Sort)
    if len(sorts) > 1 and any(s.mention and s.descending is not None for s in sorts):
        sorts = [s for s in sorts if s.descending is not None] + _shown_sorts(sorts, draft)
    for sort in _merged(sorts, draft):
        mention = (
            sort.mention or _dated(sort, draft) or _grouped_by(sort, draft) or _shown_before(sort, draft)
        )
        if sort.mention is None and isinstance(draft.next_to(sort), Show):
            draft.cost += 0.1
        draft.use(sort)
        for own in draft.of(Sort):
            if own.start == sort.start:
                draft.use(own)
        if mention is None:
            continue
        column = mention.columns[0]
        down = sort.descending
        if down is None:
            down = tells_runs(draft.catalog) and column.kind == "metric" and column.direction == "higher"
        order.append(Order(Col(column.key), bool(down)))
    return tuple(order)


def _merged(sorts: list[Sort], draft: Draft) -> list[Sort]:
    """ "ordered by cost descending": the direction goes with the column before it."""
    out: list[Sort] = []
    for sort in sorts:
        if (
            out
            and sort.mention is None
            and not sort.dated
            and out[-1].mention is not None
            and out[-1].descending is None
        ):
            draft.use(sort)
            draft.use(out[-1])
            out[-1] = replace(out[-1], descending=sort.descending)
        else:
            out.append(sort)
    return out


def _dated(sort: Sort, draft: Draft) -> Mention | None:
    """ "oldest first" sorts by the date."""
    date = draft.catalog.role("date") if sort.dated else None
    return Mention((date,), (), date.name) if date else None


def _grouped_by(sort: Sort, draft: Draft) -> Mention | None:
    """ "d24 runs by cost, most expensive first"."""
    for group in draft.of(Group):
        if len(group.mentions) == 1 and not group.each and orderable(group.mentions[0].columns[0]):
            draft.use(group)
            return group.mentions[0]
    return None


def _shown_sorts(sorts: list[Sort], draft: Draft) -> list[Sort]:
    """ "sort the names in descending order of value": the first column is shown, not sorted by."""
    for sort in sorts:
        if sort.descending is None:
            draft.use(sort)
            if sort.mention is not None:
                draft.pieces = (*draft.pieces, Show(sort.start, sort.end, sort.mention))
    return []


def _shown_before(sort: Sort, draft: Draft) -> Mention | None:
    """The column that "in alphabetical order" sorts: the last one named before it."""
    at = draft.pieces.index(sort)
    before: list[Piece] = [p for p in draft.pieces[:at] if isinstance(p, Show)]
    shows = [p for p in (*reversed(before), *draft.pieces[at:]) if isinstance(p, Show)]
    if shows:
        return shows[0].mention
    run = draft.catalog.role("run")
    return Mention((run,), (), run.name) if run else None


def _bare_limit(draft: Draft, limit: int | None) -> int | None:
    """ "list 5 runs": a number before the noun, where nothing is grouped."""
    for have in draft.of(Have):
        if have.certain:
            raise Refusal("a count of rows needs something to group by")
        draft.use(have)
        limit = limit or have.number
    return limit


def _per(draft: Draft, order: tuple[Order, ...]) -> str:
    """ "best run per depth"; a group without a superlative and without an aggregate shows its columns."""
    per = ""
    for group in draft.of(Group):
        if order and group.mentions:
            column = group.mentions[0].columns[0]
            if column.key in [o.by.key for o in order if isinstance(o.by, Col)]:
                draft.use(group)
                continue
            per = column.key
            draft.use(group)
        elif group.rows:
            draft.use(group)
    return per


_WITH = ("with", "have", "has", "had", "having")


def _shown(draft: Draft, keys: list[str]) -> tuple[Item, ...]:
    """The columns named, then those that a superlative speaks of."""
    named: list[str] = []
    for show in draft.of(Show):
        if (
            tells_runs(draft.catalog)
            and show.start
            and draft.tokens
            and draft.tokens[show.start - 1].norm in _WITH
        ):
            draft.cost += 0.12  # "runs with notes" are those that have some
        if show.mention.columns[0].type == "bool":
            draft.cost += 0.1  # "fp8 runs" are those with it
    for piece in draft.pieces:
        if id(piece) in draft.used:
            continue
        mentions = (
            (piece.mention,)
            if isinstance(piece, Show)
            else piece.mentions
            if isinstance(piece, Group)
            else ()
        )
        if not mentions:
            continue
        if isinstance(piece, Group):
            draft.cost += 0.5 if tells_runs(draft.catalog) else 0.15
        for mention in mentions:
            named.extend(column.key for column in mention.columns[:4])
            if len(mention.columns) > 1:
                names = ", ".join(c.name for c in mention.columns[:4])
                override = draft.reworded(mention.text, mention.columns[0].name)
                draft.assume(f'"{mention.text}" read as {names}', override, 0.03)
        draft.use(piece)
    if not named:
        return ()
    if tells_runs(draft.catalog):
        run = draft.catalog.role("run")
        named = [key for key in named if run is None or key != run.key]
        if not named or set(named) <= set(keys):
            return ()
    named = [*named, *(key for key in keys if key not in named)]
    return tuple(Col(key) for key in dict.fromkeys(named))


def _names_run(draft: Draft) -> bool:
    """Whether a run is singled out by name: then its value is asked for, not the values tried."""
    return any(
        isinstance(p, RunPiece) or (isinstance(p, Filter) and any(c.kind == "run" for c in p.columns))
        for p in draft.pieces
    )


def _is_values(draft: Draft, show: tuple[Item, ...], order: tuple[Order, ...], distinct: bool) -> bool:
    """Whether bare parameter names ask for the values tried: "lrs", "which optimizers"."""
    if order or not show or not tells_runs(draft.catalog) or draft.has("NOUN") or _names_run(draft):
        return False
    columns = [draft.catalog.column(item.key) for item in show if isinstance(item, Col)]
    few = [
        c for c in columns if c.kind == "attribute" and c.type == "text" and (distinct or c.distinct <= 20)
    ]
    return all((c.kind == "param" and c.type != "bool") or c in few for c in columns)
