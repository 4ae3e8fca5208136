"""A selection with other columns, functions, ends, groups or order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlq.columns import DATES, NUMERIC, main_metric
from nlq.follow.cues import Cues
from nlq.follow.edit import Edit, End
from nlq.follow.said import item_keys
from nlq.keys import keys_in
from nlq.lexicon import tells_runs
from nlq.query import Agg, Col, Function, Item, Order, Select
from store.catalog import Catalog, Column

__all__ = ["edited"]


def edited(rows: Select, edit: Edit, cues: Cues, catalog: Catalog, *, listed: bool = False) -> Select | None:
    """A selection with the parts of an edit in place of its own; None where they do not go together.

    Args:
        rows: the last selection, under the new conditions already. listed: it told the values of columns.
    """
    rows = replace(
        rows,
        distinct=rows.distinct or edit.distinct,
        every=rows.every or edit.every,
        unit=edit.unit or rows.unit,
    )
    if "all" in cues.kinds:
        return replace(_ungrouped(rows), show=_all(rows, catalog), distinct=False)
    if edit.empty and not cues.place:
        return _ungrouped(rows) if cues.kinds & {"one", "it", "that"} and rows.aggregates else rows
    if edit.items or edit.functions:
        return _computed(rows, edit, cues, catalog)
    if rows.aggregates:
        made = _groups(rows, edit, cues, catalog)
    else:
        made = _rows(rows, edit, cues, catalog, listed=listed)
    if made is None:
        return None
    if edit.having:
        made = replace(made, having=(*made.having, *edit.having)) if made.group else None
    return made


def _all(rows: Select, catalog: Catalog) -> tuple[Item, ...]:
    """Every column that holds something."""
    return tuple(Col(column.key) for column in catalog.columns if column.count)


def _ungrouped(rows: Select) -> Select:
    """The rows that were counted or grouped."""
    if not rows.aggregates:
        return rows
    return Select(where=rows.where, every=rows.every)


# -- functions


def _computed(rows: Select, edit: Edit, cues: Cues, catalog: Catalog) -> Select | None:
    """What is computed, over the same rows and in the same groups."""
    if rows.limit is not None and not rows.aggregates:
        return None  # of some of the rows only: no query computes over these
    items = edit.items or _over_the_same(rows, edit.functions, catalog)
    if not items:
        return None
    if "also" in cues.kinds and rows.aggregates:
        items = (*rows.show, *(item for item in items if item not in rows.show))
    group = edit.group or rows.group
    if edit.show and not edit.group:
        group = tuple(key for key in edit.show if _groups_well(key, catalog)) or rows.group
    order = _order_of_groups(rows, tuple(items), edit) if group else ()
    limit = rows.limit if rows.group and order else None
    if edit.ends and group:
        end = edit.ends[0]
        first = next((item for item in items if isinstance(item, Agg)), None)
        if first is not None:
            order, limit = (Order(first, _high(end.which, first.key, catalog)),), end.count or 1
    having = rows.having if group == rows.group else edit.having
    return Select(tuple(items), rows.where, group, having, order, limit, every=rows.every, unit=rows.unit)


def _groups_well(key: str, catalog: Catalog) -> bool:
    column = _column(key, catalog)
    if column is None or not tells_runs(catalog):
        return column is not None and column.type not in NUMERIC
    return column.kind in ("param", "attribute")


def _over_the_same(rows: Select, functions: Sequence[str], catalog: Catalog) -> tuple[Item, ...]:
    """Functions over the columns that the last query computed, showed or ordered by."""
    keys = [item.key for item in rows.show if isinstance(item, Agg) and item.key]
    keys = keys or [key for key in item_keys(rows.show) if _is_numeric(key, catalog)]
    keys = keys or [one.by.key for one in rows.order if _is_numeric(one.by.key, catalog)]
    measured = _is_metric if tells_runs(catalog) else _is_numeric
    keys = keys or [key for key in keys_in(rows.where) if measured(key, catalog)][-1:]
    main = main_metric(catalog)
    if not keys and main is not None and tells_runs(catalog):
        keys = [main.key]
    if not keys:
        return (Agg("count"),) if tuple(functions) == ("sum",) else ()
    return tuple(_call(function, key) for key in dict.fromkeys(keys) for function in functions)


def _call(function: str, key: str) -> Agg:
    return Agg(function, key, distinct=function == "count")  # type: ignore[arg-type]


def _order_of_groups(rows: Select, items: tuple[Item, ...], edit: Edit) -> tuple[Order, ...]:
    if edit.order:
        return edit.order
    kept = [one for one in rows.order if one.by in items or isinstance(one.by, Col)]
    if kept or not rows.order:
        return tuple(kept)
    first = next((item for item in items if isinstance(item, Agg)), None)
    return (Order(first, rows.order[0].descending),) if first is not None else ()


# -- groups, and numbers computed


def _groups(rows: Select, edit: Edit, cues: Cues, catalog: Catalog) -> Select | None:
    """Of what was counted or computed: other columns, other groups, one end of it, or the rows themselves."""
    computed = [item for item in rows.show if isinstance(item, Agg)]
    if edit.ends or cues.place:
        return _end_of_groups(rows, computed, edit, cues, catalog)
    if edit.group:
        group = (*rows.group, *edit.group) if "also" in cues.kinds else edit.group
        return replace(rows, group=tuple(dict.fromkeys(group)), order=edit.order)
    if edit.order and rows.group:
        return replace(rows, order=tuple(_of_groups(one, rows) for one in edit.order))
    if edit.turned is not None and rows.group:
        return replace(rows, order=_turned(rows, edit.turned), limit=rows.limit)
    if edit.having:
        return rows
    if edit.limit is not None and rows.group:
        return replace(rows, order=rows.order or (Order(computed[0], True),), limit=edit.limit)
    if not edit.show:
        return rows if edit.where or edit.unit or edit.every else None
    if _projects(edit, cues) or not computed:
        return _projection(_ungrouped(rows), edit, cues, catalog)
    return _in_place_of(rows, computed, edit, cues, catalog)


def _projects(edit: Edit, cues: Cues) -> bool:
    """Whether columns are named to be shown of the same rows: "their loss", "what is the lr"."""
    return bool(cues.kinds & {"it"}) or (
        edit.asks and "swap" not in cues.kinds and "narrow" not in cues.kinds
    )


def _in_place_of(
    rows: Select, computed: list[Agg], edit: Edit, cues: Cues, catalog: Catalog
) -> Select | None:
    """ "how about fa cup": a column in the place of that which was computed, or grouped by."""
    fits = [key for key in edit.show if computed[0].distinct or _is_numeric(key, catalog)]
    if (
        rows.group
        and not [key for key in edit.show if _is_metric(key, catalog)]
        and _all_group(edit, catalog)
    ):
        return replace(rows, group=edit.show, order=())
    if not fits:
        return _projection(_ungrouped(rows), edit, cues, catalog)
    if not any(item.key for item in computed):
        return _counted_of(rows, fits)
    functions = list(dict.fromkeys((item.function, item.distinct) for item in computed if item.key))
    items: tuple[Item, ...] = tuple(Agg(f, key, d) for key in fits for f, d in functions)
    if "also" in cues.kinds:
        items = (*rows.show, *(item for item in items if item not in rows.show))
    order = _order_of_groups(rows, items, edit)
    return replace(rows, show=items, order=order)


def _all_group(edit: Edit, catalog: Catalog) -> bool:
    return all(_groups_well(key, catalog) for key in edit.show)


def _counted_of(rows: Select, keys: list[str]) -> Select:
    """A count of rows, of another column: its different values."""
    return replace(rows, show=tuple(Agg("count", key, distinct=True) for key in keys))


def _end_of_groups(
    rows: Select, computed: list[Agg], edit: Edit, cues: Cues, catalog: Catalog
) -> Select | None:
    end = edit.ends[0] if edit.ends else End("best" if not rows.order else "")
    if not rows.group:
        return _end_of_numbers(rows, computed, end, edit, cues, catalog)
    if not computed:
        return None
    item = computed[0]
    if end.order is not None:
        named = next((one for one in computed if one.key == end.order.by.key), None)
        item = named or Agg("mean", end.order.by.key)
    was = rows.order[0].descending if rows.order else True
    down = _high(end.which, item.key, catalog) if end.which else was
    offset = end.offset or max(cues.place - 1, 0)
    return replace(rows, order=(Order(item, down),), limit=end.count or 1, offset=offset)


def _end_of_numbers(
    rows: Select, computed: list[Agg], end: End, edit: Edit, cues: Cues, catalog: Catalog
) -> Select | None:
    """After "average attendance", "the maximum" is that of attendance; "which one is the largest", a row."""
    keys = [item.key for item in computed if item.key and _is_numeric(item.key, catalog)]
    single = end.order is None and end.which in ("max", "min") and end.count is None
    if keys and single and "one" not in cues.kinds and not edit.show:
        function: Function = "max" if end.which == "max" else "min"
        return replace(rows, show=tuple(Agg(function, key) for key in dict.fromkeys(keys)))
    order = end.order
    if order is None and keys:
        order = Order(Col(keys[0]), _high(end.which, keys[0], catalog), best=_is_metric(keys[0], catalog))
    if order is None and (main := main_metric(catalog)) is not None:
        order = Order(Col(main.key), _high(end.which, main.key, catalog), best=True)
    if order is None:
        return None
    offset = end.offset or max(cues.place - 1, 0)
    ranked = Select(where=rows.where, order=(order,), limit=end.count or 1, offset=offset, every=rows.every)
    return _shown(ranked, edit.show, (), catalog)


def _of_groups(one: Order, rows: Select) -> Order:
    """An order by a column, of groups: by what is computed of it."""
    computed = next((i for i in rows.show if isinstance(i, Agg) and i.key == one.by.key), None)
    if computed is not None:
        return replace(one, by=computed)
    if one.by.key in rows.group or isinstance(one.by, Agg):
        return one
    return replace(one, by=Agg("mean", one.by.key))


# -- rows


def _rows(rows: Select, edit: Edit, cues: Cues, catalog: Catalog, *, listed: bool) -> Select | None:
    """Of rows: an end, other groups, an order, so many, other columns."""
    made: Select | None = rows
    if edit.ends or cues.place:
        made = _ranked(rows, edit, cues, catalog)
    elif edit.group:
        return _by(rows, edit, catalog)
    elif edit.order:
        made = replace(rows, order=edit.order, limit=None if rows.limit == 1 else rows.limit, offset=0)
    elif edit.turned is not None:
        made = replace(rows, order=_turned(rows, edit.turned))
    elif edit.limit is not None:
        made = replace(rows, limit=edit.limit, offset=0)
    elif edit.show:
        if not _projects(edit, cues) and (swapped := _reordered(rows, edit, catalog)) is not None:
            return swapped
        return _projection(rows, edit, cues, catalog)
    elif not (edit.where or edit.unit or edit.every or edit.distinct):
        return None
    if made is not None and edit.show and not edit.ends:
        return _projection(made, edit, cues, catalog)
    return made


def _ranked(rows: Select, edit: Edit, cues: Cues, catalog: Catalog) -> Select | None:
    """One end of the rows: of the column it names, else of that which they were ranked by, or shown."""
    end = edit.ends[0] if edit.ends else End("")
    order = tuple(one.order for one in edit.ends if one.order is not None) or _end_order(rows, end, catalog)
    if not order:
        return None
    offset = end.offset or max(cues.place - 1, 0)
    count = end.count or (rows.limit if rows.limit and not offset and rows.order and not end.which else 1)
    if rows.limit and end.order is None and end.which and end.count is None and rows.order and rows.limit > 1:
        count = 1 if "one" in cues.kinds else rows.limit
    ranked = replace(rows, order=order, limit=count, offset=offset)
    return _shown(ranked, edit.show or _named(rows), item_keys(rows.show), catalog)


def _named(rows: Select) -> tuple[str, ...]:
    """The columns that are shown for themselves, not for the order."""
    ordered = {one.by.key for one in rows.order}
    return tuple(item.key for item in rows.show if item.key and item.key not in ordered)


def _end_order(rows: Select, end: End, catalog: Catalog) -> tuple[Order, ...]:
    """The order of a superlative without a column."""
    if rows.order:
        first = rows.order[0]
        down = _high(end.which, first.by.key, catalog) if end.which else first.descending
        return (replace(first, descending=down), *rows.order[1:])
    key = next((key for key in item_keys(rows.show)[::-1] if _is_numeric(key, catalog)), "")
    main = main_metric(catalog)
    if not key and main is not None and tells_runs(catalog):
        key = main.key
    key = key or next((key for key in keys_in(rows.where)[::-1] if _is_numeric(key, catalog)), "")
    if not key:
        return ()
    down = _high(end.which or "best", key, catalog)
    return (Order(Col(key), down, best=_is_metric(key, catalog)),)


def _by(rows: Select, edit: Edit, catalog: Catalog) -> Select | None:
    """ "by CORE" ranks by it; "per depth" takes the end of each; of a plain list both sort."""
    column = _column(edit.group[0], catalog)
    if column is None:
        return None
    if rows.limit is not None and rows.order:
        if (column.kind == "metric" or not tells_runs(catalog)) and not edit.each and column.type in NUMERIC:
            moved = _moved(rows.order[0], column, catalog)
            return _shown(replace(rows, order=(moved,)), _named(rows), item_keys(rows.show), catalog)
        return replace(rows, per=column.key)
    if column.kind == "metric" or column.type in (*NUMERIC, *DATES):
        return replace(rows, order=(Order(Col(column.key), column.direction == "higher"),))
    if not rows.show:
        return Select((Agg("count"),), rows.where, edit.group, every=rows.every)
    kept = rows.show[: len(rows.show) - 1] if len(rows.show) > 1 else rows.show
    return replace(rows, show=(*kept, Col(column.key)))


def _moved(one: Order, column: Column, catalog: Catalog) -> Order:
    """An order by another column: the better end stays the better one."""
    old = _column(one.by.key, catalog)
    down = one.descending
    if old is not None and old.direction and column.direction:
        down = one.descending == (old.direction == column.direction)
    return Order(Col(column.key), down, best=column.kind == "metric")


def _reordered(rows: Select, edit: Edit, catalog: Catalog) -> Select | None:
    """ "how about in interview": a number in the place of that which was ranked by; None for one to show."""
    if len(rows.order) != 1 or rows.limit is None or len(edit.show) != 1:
        return None
    column = _column(edit.show[0], catalog)
    shows_more = bool(_named(rows)) and column is not None and column.type in NUMERIC
    if column is None or not (shows_more or (column.kind == "metric" and tells_runs(catalog))):
        return None
    ranked = replace(rows, order=(_moved(rows.order[0], column, catalog),))
    return _shown(ranked, _named(rows), item_keys(rows.show), catalog)


def _turned(rows: Select, descending: bool) -> tuple[Order, ...]:
    """The order in the other direction; without one, that of the first column shown."""
    if rows.order:
        return (replace(rows.order[0], descending=descending), *rows.order[1:])
    return (Order(rows.show[0], descending),) if rows.show else ()


def _projection(rows: Select, edit: Edit, cues: Cues, catalog: Catalog) -> Select | None:
    """Other columns of the same rows, or further ones."""
    keys = (*item_keys(rows.show), *edit.show) if "also" in cues.kinds else edit.show
    shown = item_keys(rows.show)
    if len(shown) > 1 and len(edit.show) == 1 and not edit.asks and not cues.kinds & {"also", "it", "narrow"}:
        keys = _exchanged(shown, edit.show[0], catalog)
    return _shown(rows, keys, (), catalog)


def _exchanged(shown: Sequence[str], new: str, catalog: Catalog) -> tuple[str, ...]:
    """The columns shown with the last one of a new one's kind exchanged for it."""
    numeric = _is_numeric(new, catalog)
    alike = [key for key in shown if _is_numeric(key, catalog) == numeric]
    if new in shown or not alike:
        return (new,)
    return tuple(new if key == alike[-1] else key for key in shown)


def _shown(rows: Select, named: Sequence[str], before: Sequence[str], catalog: Catalog) -> Select:
    """Columns shown, and then what the rows are ranked by, as `nlq.resolve.rows` does."""
    keys = [one.by.key for one in rows.order if rows.limit is not None and not one.by.key.startswith("_")]
    if not named or (tells_runs(catalog) and set(named) <= set(keys)):
        return replace(rows, show=())
    return replace(rows, show=tuple(Col(key) for key in dict.fromkeys((*named, *keys))))


# -- columns


def _column(key: str, catalog: Catalog) -> Column | None:
    return next((column for column in catalog.columns if column.key == key), None)


def _is_numeric(key: str, catalog: Catalog) -> bool:
    column = _column(key, catalog)
    return column is not None and column.type in NUMERIC


def _is_metric(key: str, catalog: Catalog) -> bool:
    column = _column(key, catalog)
    return column is not None and column.kind == "metric"


def _high(which: str, key: str, catalog: Catalog) -> bool:
    """Whether the wanted end of a column is the high one."""
    if which in ("max", "min"):
        return which == "max"
    column = _column(key, catalog)
    lower = column is not None and column.direction == "lower"
    return lower if which == "worst" else not lower
