"""What was counted or computed, edited: other columns, other groups, one end, or the rows themselves."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import counts_things, main_metric
from nlq.follow.columns import column_of, groups_well, is_high, is_metric, is_numeric
from nlq.follow.cues import Cues
from nlq.follow.edit import Edit, End
from nlq.follow.functions import order_of_groups
from nlq.follow.order import turned_order
from nlq.follow.shown import counted_things, projected, projects, shown_of, ungrouped
from nlq.lexicon import tells_runs
from nlq.query import Agg, Col, Function, Item, Order, Select, both
from nlq.resolve.grouping import those_told
from store.catalog import Catalog

__all__ = ["edited_groups"]


def edited_groups(rows: Select, edit: Edit, cues: Cues, catalog: Catalog) -> Select | None:
    """Of what was counted or computed: other columns, other groups, one end of it, or the rows themselves."""
    computed = [item for item in rows.show if isinstance(item, Agg)]
    if edit.ends and edit.show and set(edit.show) <= set(rows.group):
        edit = replace(edit, show=())  # "which depth is best"
    if (functions := _exchanged(rows, edit, cues, catalog)) is not None:
        return functions
    if edit.ends or cues.place:
        return _end_of_groups(rows, computed, edit, cues, catalog)
    if not rows.group and (edit.order or ("it" in cues.kinds and edit.lists and edit.group)):
        order = edit.order or tuple(Order(Col(key)) for key in edit.group)
        return replace(
            ungrouped(rows), order=order, distinct=False
        )  # "sort them by cost", which were counted
    if edit.group:
        group = (*rows.group, *edit.group) if "also" in cues.kinds else edit.group
        group = (*group, *(key for key in edit.show if groups_well(key, catalog)))
        return replace(rows, group=tuple(dict.fromkeys(group)), order=edit.order)
    if edit.order and rows.group:
        return replace(rows, order=tuple(_of_groups(one, rows) for one in edit.order))
    if edit.turned is not None and rows.group:
        return replace(rows, order=turned_order(rows, edit.turned, catalog), limit=rows.limit)
    if edit.having:
        return rows
    if edit.limit is not None and rows.group:
        return replace(rows, order=rows.order or (Order(computed[0], True),), limit=edit.limit)
    if not edit.show:
        return rows if edit.where or edit.unit or edit.every else None
    if projects(edit, cues) or not computed:
        return projected(ungrouped(rows), edit, cues, catalog)
    return _in_place_of(rows, computed, edit, cues, catalog)


def _exchanged(rows: Select, edit: Edit, cues: Cues, catalog: Catalog) -> Select | None:
    """ "The maximum instead", of a mean by continent: another function of each group."""
    end = edit.ends[0] if len(edit.ends) == 1 and not cues.place else None
    if end is None or not rows.group or not end.called or edit.show or edit.asks or "one" in cues.kinds:
        return None
    keys = [i.key for i in rows.show if isinstance(i, Agg) and i.key and is_numeric(i.key, catalog)]
    if not keys or end.order is not None or end.count is not None or end.which not in ("max", "min"):
        return None
    function: Function = "max" if end.which == "max" else "min"
    items = tuple(Agg(function, key) for key in dict.fromkeys(keys))
    order = tuple(Order(items[0], one.descending) if isinstance(one.by, Agg) else one for one in rows.order)
    return replace(rows, show=items, order=order, having=())


def _in_place_of(
    rows: Select, computed: list[Agg], edit: Edit, cues: Cues, catalog: Catalog
) -> Select | None:
    """ "how about fa cup": a column in the place of that which was computed, or grouped by."""
    fits = [key for key in edit.show if computed[0].distinct or is_numeric(key, catalog)]
    fits = [key for key in fits if key not in rows.group]
    if computed[0].function == "count" and rows.group and not tells_runs(catalog):
        if fits and all(is_numeric(key, catalog) for key in fits):
            return _summed(rows, fits, catalog)  # "sales per label", after the number of albums
    if rows.group and not [key for key in edit.show if is_metric(key, catalog)] and _all_group(edit, catalog):
        return replace(rows, group=edit.show, order=())
    if not fits:
        return projected(ungrouped(rows), edit, cues, catalog)
    if not any(item.key for item in computed):
        return _counted_of(rows, fits)
    functions = list(dict.fromkeys((item.function, item.distinct) for item in computed if item.key))
    items: tuple[Item, ...] = tuple(Agg(f, key, d) for key in fits for f, d in functions)
    items = (*items, *(item for item in computed if not item.key))
    if "also" in cues.kinds:
        items = (*rows.show, *(item for item in items if item not in rows.show))
    order = order_of_groups(rows, items, edit)
    return replace(rows, show=items, order=order)


def _summed(rows: Select, keys: list[str], catalog: Catalog) -> Select | None:
    """What there is so much of is summed; how many different numbers there are nobody asks."""
    columns = [column_of(key, catalog) for key in keys]
    if not all(column is not None and counts_things(column) for column in columns):
        return None
    return replace(rows, show=tuple(Agg("sum", key) for key in keys), order=(), having=())


def _all_group(edit: Edit, catalog: Catalog) -> bool:
    return all(groups_well(key, catalog) for key in edit.show)


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
    if item.function == "count" and end.which in ("best", "worst") and tells_runs(catalog):
        return None  # the best depth is not the one with the most runs
    was = rows.order[0].descending if rows.order else True
    down = is_high(end.which, item.key, catalog) if end.which else was
    offset = end.offset or max(cues.place - 1, 0)
    where = both(rows.where, *those_told(rows.group, rows.where, catalog))
    return replace(rows, where=where, order=(Order(item, down),), limit=end.count or 1, offset=offset)


def _end_of_numbers(
    rows: Select, computed: list[Agg], end: End, edit: Edit, cues: Cues, catalog: Catalog
) -> Select | None:
    """After "average attendance", "the maximum" is that of attendance; "which one is the largest", a row."""
    keys = [item.key for item in computed if item.key and is_numeric(item.key, catalog)]
    single = end.order is None and end.which in ("max", "min") and end.count is None
    if keys and single and "one" not in cues.kinds and not edit.show and tells_runs(catalog):
        function: Function = "max" if end.which == "max" else "min"
        return replace(rows, show=tuple(Agg(function, key) for key in dict.fromkeys(keys)))
    order = end.order
    if order is None and keys:
        order = Order(Col(keys[0]), is_high(end.which, keys[0], catalog), best=is_metric(keys[0], catalog))
    if order is None and (main := main_metric(catalog)) is not None:
        order = Order(Col(main.key), is_high(end.which, main.key, catalog), best=True)
    if order is None:
        return None
    offset = end.offset or max(cues.place - 1, 0)
    ranked = Select(where=rows.where, order=(order,), limit=end.count or 1, offset=offset, every=rows.every)
    return shown_of(ranked, (*counted_things(rows), *edit.show), (), catalog)


def _of_groups(one: Order, rows: Select) -> Order:
    """An order by a column, of groups: by what is computed of it."""
    computed = next((i for i in rows.show if isinstance(i, Agg) and i.key == one.by.key), None)
    if computed is not None:
        return replace(one, by=computed)
    if one.by.key in rows.group or isinstance(one.by, Agg):
        return one
    return replace(one, by=Agg("mean", one.by.key))
