"""The order of rows where no superlative gives it: "sorted by loss", "oldest first", "d26 runs by date"."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import DATES, main_metric, orderable
from nlq.lattice import Mention
from nlq.pieces import Group, Show, Sort
from nlq.query import Col, Order
from nlq.resolve.adjectives import hinted, measuring, tells_age
from nlq.resolve.draft import Draft, Refusal, numeric

__all__ = ["graded", "is_order", "order_by", "sort_the_listed", "sorting"]


def sort_the_listed(draft: Draft) -> None:
    """ "Rank models by hellaswag": first what is listed, then what it is sorted by."""
    for sort in draft.of(Sort):
        after = draft.after(sort)
        own = {token.norm for token in draft.tokens[sort.start : sort.end]}
        if sort.mention is None or own & _BY or not isinstance(after, Group) or not after.mentions:
            continue
        if after.start == sort.end and draft.tokens[after.start].norm in _BY:
            by, *more = after.mentions
            told = [one for one in draft.of(Sort) if one.mention is None and one.descending is not None]
            draft.use(sort, after, *told)
            draft.add(
                Show(sort.start, sort.end, sort.mention),
                *((Show(after.start, after.end, by),) if draft.runs else ()),
                Sort(
                    after.start,
                    after.end,
                    by,
                    told[0].descending if told else sort.descending,
                    second=more[0] if more else None,
                ),
            )


_BY = frozenset(("by", "on"))


def sorting(draft: Draft) -> tuple[Order, ...]:
    """The order that words of sorting ask for."""
    order: list[Order] = []
    sorts = draft.of(Sort)
    if len(sorts) > 1 and any(s.mention and s.descending is not None for s in sorts):
        _show_the_undirected(sorts, draft)
        sorts = [s for s in sorts if s.descending is not None]
    for sort in _joined(sorts, draft):
        down, mention = _by_worth(sort, draft)
        if sort.mention is None and isinstance(draft.after(sort), Show):
            draft.cost += 0.1 if draft.runs or not _names_next(sort, draft) else 0.3
        draft.use(*(own for own in draft.of(Sort) if own.start == sort.start))
        if mention is not None:
            column = mention.columns[0]
            if sort.hint == "age" and down is not None and not tells_age(column):
                down = not down  # the oldest was born first
            better_first = draft.runs and column.kind == "metric" and column.direction == "higher"
            order.append(Order(Col(column.key), better_first if down is None else down))
            order += _listed_after(sort, order[-1].descending, draft)
        if sort.second is not None:
            order.append(Order(Col(sort.second.columns[0].key)))
    return tuple(order)


def _by_worth(sort: Sort, draft: Draft) -> tuple[bool | None, Mention | None]:
    """Whether the high end comes first, and what is sorted by; "worst first" is by a metric."""
    mention = _sorted_by(sort, draft)
    said = {"best", "worst"} & {token.norm for token in draft.tokens[sort.start : sort.end]}
    if not draft.runs or len(said) != 1:
        return sort.descending, mention
    column = numeric(mention) if mention is not None else None
    if column is None or column.kind != "metric":
        if (column := main_metric(draft.catalog)) is None:
            return sort.descending, mention
        draft.assume(f"by {column.name}")
    if not column.direction:
        raise Refusal(f"whether high or low {column.name} is better is not known", flat=True)
    best_down = column.direction == "higher"
    return best_down == ("best" in said), Mention((column,), (), column.name)


def _listed_after(sort: Sort, down: bool, draft: Draft) -> list[Order]:
    """ "Sort by optimizer and lr": a column listed behind the one sorted by is sorted by next."""
    after = next((piece for piece in draft.pieces if piece.start >= sort.end), None)
    said = [token.norm for token in draft.tokens[sort.end : after.start]] if after is not None else []
    by = {"by", "on"} & {token.norm for token in draft.tokens[sort.start : sort.end]}
    if not draft.runs or not by or said != ["and"] or not isinstance(after, Show):
        return []
    draft.use(after)
    draft.cost -= 0.1  # it is no column to show
    return [Order(Col(after.mention.columns[0].key), down)]


def _names_next(sort: Sort, draft: Draft) -> bool:
    """Whether the words go on to say what is sorted by: "in ascending order of"."""
    return sort.end < len(draft.tokens) and draft.tokens[sort.end].norm in ("of", "by")


def order_by(draft: Draft) -> tuple[Order, ...]:
    """The order of "d26 runs by date"; of a metric the better end comes first."""
    if draft.holds(Show) or not draft.has("NOUN") or not draft.runs:
        return ()
    for group in draft.of(Group):
        if len(group.mentions) == 1 and is_order(group):
            draft.use(group)
            column = group.mentions[0].columns[0]
            return (Order(Col(column.key), column.direction == "higher"),)
    return ()


def graded(draft: Draft) -> tuple[Order, ...]:
    """ "Expensive runs": no limit is said, so all of them, in that order."""
    order: list[Order] = []
    for word in draft.words("GRADE"):
        which, _, hint = word.meaning.partition(":")
        column = hinted(hint, draft)
        draft.use(word)
        said = draft.tokens[word.end - 1].norm
        draft.assume(f'"{said}" says no limit: in the order of {column.name}', cost=0.05)
        order.append(Order(Col(column.key), which == "max"))
    return tuple(order)


def is_order(group: Group) -> bool:
    """ "runs by date", "runs by loss": an order, not groups."""
    if not group.mentions or group.each:
        return False
    column = group.mentions[0].columns[0]
    return column.kind == "metric" or column.type in DATES


def _joined(sorts: list[Sort], draft: Draft) -> list[Sort]:
    """ "ordered by cost descending": the direction goes with the column before it."""
    out: list[Sort] = []
    for sort in sorts:
        last = out[-1] if out else None
        alone = sort.mention is None and (not sort.hint or not draft.runs)
        if alone and last is not None and last.mention is not None and last.descending is None:
            draft.use(sort, last)
            out[-1] = replace(last, descending=sort.descending, hint=sort.hint)
        else:
            out.append(sort)
    return out


def _sorted_by(sort: Sort, draft: Draft) -> Mention | None:
    """The column that a sort names, or else that it is about."""
    return sort.mention or _measured(sort, draft) or _grouped(sort, draft) or _shown(sort, draft)


def _measured(sort: Sort, draft: Draft) -> Mention | None:
    """ "Oldest first" sorts by the date, "from young to old" by the age, else by when they were born."""
    column = draft.catalog.role("date") if sort.hint == "date" else None
    if column is None and sort.hint and not draft.runs:
        column = measuring(sort.hint, draft.catalog)
    return Mention((column,), (), column.name) if column else None


def _grouped(sort: Sort, draft: Draft) -> Mention | None:
    """ "d24 runs by cost, most expensive first", "by optimizer descending"."""
    for group in draft.of(Group):
        if len(group.mentions) != 1 or group.each:
            continue
        if orderable(group.mentions[0].columns[0]) or group.end == sort.start or not draft.runs:
            draft.use(group)
            return group.mentions[0]
    return None


def _shown(sort: Sort, draft: Draft) -> Mention | None:
    """The column that "in alphabetical order" sorts: the last one named before it."""
    after = draft.after(sort)
    if isinstance(after, Show) and after.start == sort.end and draft.tokens[sort.start].norm == "from":
        return after.mention  # "from the lowest to the highest price"
    for piece in (*draft.preceding(sort), *draft.following(sort)):
        if isinstance(piece, Show):
            return piece.mention
    run = draft.catalog.role("run")
    return Mention((run,), (), run.name) if run else None


def _show_the_undirected(sorts: list[Sort], draft: Draft) -> None:
    """ "sort the names in descending order of value": the first column is shown, not sorted by."""
    for sort in sorts:
        if sort.descending is None:
            draft.use(sort)
            if sort.mention is not None:
                draft.add(Show(sort.start, sort.end, sort.mention))
