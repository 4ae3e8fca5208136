"""By what rows are ordered: one end of them, another column, the other direction."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import DATES, NUMERIC, main_metric
from nlq.follow.columns import column_of, is_high, is_metric, is_numeric
from nlq.follow.cues import Cues
from nlq.follow.edit import Edit, End
from nlq.follow.said import item_keys
from nlq.follow.shown import named_for_themselves, shown_of
from nlq.keys import keys_in
from nlq.lexicon import tells_runs
from nlq.query import Agg, Col, Order, Select
from store.catalog import Catalog, Column

__all__ = ["by_column", "ranked", "reordered", "turned_order"]


def ranked(rows: Select, edit: Edit, cues: Cues, catalog: Catalog) -> Select | None:
    """One end of the rows: of the column it names, else of that which they were ranked by, or shown."""
    end = edit.ends[0] if edit.ends else End("")
    if end.which in ("first", "last"):
        return _told_first(rows, end)
    order = tuple(one.order for one in edit.ends if one.order is not None) or _end_order(rows, end, catalog)
    if not order:
        return None
    offset = end.offset or max(cues.place - 1, 0)
    count = end.count or (rows.limit if rows.limit and not offset and rows.order and not end.which else 1)
    if rows.limit and end.order is None and end.which and end.count is None and rows.order and rows.limit > 1:
        count = 1 if "one" in cues.kinds else rows.limit
    ranked = replace(rows, order=order, limit=count, offset=offset)
    shown = named_for_themselves(rows)
    keys = (*shown, *edit.show) if "one" in cues.kinds else edit.show or shown  # "which one …": its name too
    return shown_of(ranked, keys, item_keys(rows.show), catalog)


def _told_first(rows: Select, end: End) -> Select | None:
    """ "The first 3", "the last one" of rows as they were told."""
    count = end.count or 1
    if end.which == "first":
        return replace(rows, limit=min(count, rows.limit or count))
    if rows.limit is not None:
        return None  # there may be fewer of them
    turned = tuple(replace(one, descending=not one.descending) for one in rows.order)
    return replace(rows, order=turned, limit=count)


def _end_order(rows: Select, end: End, catalog: Catalog) -> tuple[Order, ...]:
    """The order of a superlative without a column."""
    if rows.order and (rows.limit or end.which not in ("best", "worst") or not tells_runs(catalog)):
        first = rows.order[0]
        down = is_high(end.which, first.by.key, catalog) if end.which else first.descending
        return (replace(first, descending=down), *rows.order[1:])
    key = next((key for key in item_keys(rows.show)[::-1] if is_numeric(key, catalog)), "")
    main = main_metric(catalog)
    if not key and main is not None and tells_runs(catalog):
        key = main.key
    key = key or next((key for key in keys_in(rows.where)[::-1] if is_numeric(key, catalog)), "")
    if not key:
        return ()
    down = is_high(end.which or "best", key, catalog)
    return (Order(Col(key), down, best=is_metric(key, catalog)),)


def by_column(rows: Select, edit: Edit, catalog: Catalog) -> Select | None:
    """ "by CORE" ranks by it; "per depth" takes the end of each; of a plain list both sort."""
    column = column_of(edit.group[0], catalog)
    if column is None:
        return None
    if rows.limit is not None and rows.order:
        if (column.kind == "metric" or not tells_runs(catalog)) and not edit.each and column.type in NUMERIC:
            moved = moved_order(rows.order[0], column, catalog)
            return shown_of(
                replace(rows, order=(moved,)), named_for_themselves(rows), item_keys(rows.show), catalog
            )
        return replace(rows, per=column.key)
    if column.kind == "metric" or column.type in (*NUMERIC, *DATES):
        return replace(rows, order=(Order(Col(column.key), column.direction == "higher"),))
    if not rows.show:
        return Select((Agg("count"),), rows.where, edit.group, every=rows.every)
    kept = rows.show[: len(rows.show) - 1] if len(rows.show) > 1 else rows.show
    return replace(rows, show=(*kept, Col(column.key)))


def moved_order(one: Order, column: Column, catalog: Catalog) -> Order:
    """An order by another column: the better end stays the better one."""
    old = column_of(one.by.key, catalog)
    down = one.descending
    if old is not None and old.direction and column.direction:
        down = one.descending == (old.direction == column.direction)
    return Order(Col(column.key), down, best=column.kind == "metric")


def reordered(rows: Select, edit: Edit, catalog: Catalog) -> Select | None:
    """ "how about in interview": a number in the place of that which was ranked by; None for one to show."""
    if len(rows.order) != 1 or rows.limit is None or len(edit.show) != 1:
        return None
    column = column_of(edit.show[0], catalog)
    shows_more = bool(named_for_themselves(rows)) and column is not None and column.type in NUMERIC
    if column is None or not (shows_more or (column.kind == "metric" and tells_runs(catalog))):
        return None
    ranked = replace(rows, order=(moved_order(rows.order[0], column, catalog),))
    return shown_of(ranked, named_for_themselves(rows), item_keys(rows.show), catalog)


def turned_order(rows: Select, descending: bool, catalog: Catalog) -> tuple[Order, ...]:
    """The order in the other direction; without one, that of the first column shown, or of a bound."""
    if rows.order:
        return (replace(rows.order[0], descending=descending), *rows.order[1:])
    bounds = [key for key in keys_in(rows.where)[::-1] if is_numeric(key, catalog)]
    by = (*rows.show, *map(Col, bounds))
    return (Order(by[0], descending),) if by else ()
