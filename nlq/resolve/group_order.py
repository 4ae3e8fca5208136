"""The order of groups: by their count, by what is computed of them, and how many of them are wanted."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import DATES, NUMERIC, is_year
from nlq.lattice import Mention
from nlq.pieces import Aggregate, Sort, Super
from nlq.query import Agg, Col, Item, Order
from nlq.resolve.aggregates import call
from nlq.resolve.draft import Draft, numeric

__all__ = ["order_of_groups"]


def order_of_groups(
    draft: Draft, items: list[Item], group: tuple[str, ...]
) -> tuple[tuple[Order, ...], int | None]:
    """By the count or the aggregate for "most", "best", "sorted by number"; how many of the groups."""
    order: tuple[Order, ...] = ()
    limit: int | None = None
    for sup in draft.of(Super):
        draft.use(sup)
        limit = sup.count or limit or 1
        if not group:
            draft.cost += 0.5  # an order of one row says nothing
        order = (_end(sup, items, draft),)
    for sort in draft.of(Sort):
        draft.use(sort)
        if order and sort.mention is None and not sort.count and not sort.hint:
            order = (*order[:-1], replace(order[-1], descending=bool(sort.descending)))
            continue
        down = sort.descending if sort.descending is not None else bool(order) and order[0].descending
        order = (Order(_by_its_words(sort, group, draft) or _sort_item(sort, items, group), down),)
    return order, (limit if group else None)


def _end(sup: Super, items: list[Item], draft: Draft) -> Order:
    if sup.rows and sup.mention is not None:
        return Order(Agg("count", sup.mention.columns[0].key, distinct=True), sup.which != "min")
    if sup.rows or sup.common:
        return Order(Agg("count"), sup.which != "min")
    after = draft.after(sup)
    said = [token.norm for token in draft.tokens[sup.end : after.start]] if after is not None else []
    computed_of = isinstance(after, Aggregate) and "and" not in said  # "the second lowest mean loss"
    if sup.mention is None and sup.which in ("max", "min") and not sup.hint and not computed_of:
        draft.cost += 0.4
    ranked = [i for i in items if isinstance(i, Agg) and (sup.mention is None or _names(sup.mention, i.key))]
    column = numeric(sup.mention) if sup.mention is not None else None
    first = items[0] if items and isinstance(items[0], Agg) else Agg("count")
    item = next(iter(ranked), None)
    if item is None and column is not None:
        item = call("max" if sup.which in ("max", "best") else "min", column.key)
    item = item or first
    return Order(item, _wants_high(sup, item, draft))


def _names(mention: Mention, key: str) -> bool:
    return any(column.key == key for column in mention.columns)


def _wants_high(sup: Super, item: Agg, draft: Draft) -> bool:
    if sup.which in ("max", "min"):
        return sup.which == "max"
    if item.function == "count" or not item.key:
        return sup.which == "best"
    lower = draft.catalog.column(item.key).direction == "lower"
    return lower if sup.which == "worst" else not lower


_LETTERS = frozenset(("alphabetical", "alphabetically", "alphabetic", "lexicographic", "lexicographical"))


def _by_its_words(sort: Sort, group: tuple[str, ...], draft: Draft) -> Col | None:
    """ "The number of storms each year, in chronological order": the groups themselves have an order."""
    if draft.runs or sort.mention is not None or sort.count or not group:
        return None
    columns = [column for column in draft.catalog.columns if column.key in group]
    said = {token.norm for token in draft.tokens[sort.start : sort.end]}
    if sort.hint == "date":
        columns = [column for column in columns if is_year(column) or column.type in DATES]
    elif said & _LETTERS:
        columns = [column for column in columns if column.type == "text"]
    else:
        return None
    return Col(columns[0].key) if columns else None


def _sort_item(sort: Sort, items: list[Item], group: tuple[str, ...]) -> Item:
    if sort.count:
        return Agg("count")
    if sort.mention is None:
        return items[0] if items else Col(group[0]) if group else Agg("count")
    for item in items:
        alike = isinstance(item, Agg) and sort.function in ("", item.function)
        if alike and isinstance(item, Agg) and item.key and _names(sort.mention, item.key):
            return item
    column = sort.mention.columns[0]
    if column.key not in group and column.type in NUMERIC:
        return call(sort.function or "mean", column.key)
    return Col(column.key)
