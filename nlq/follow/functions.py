"""Functions over the rows of the last query: what is computed, of which columns, in which groups."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.columns import main_metric
from nlq.follow.columns import groups_well, is_high, is_metric, is_numeric
from nlq.follow.cues import Cues
from nlq.follow.edit import Edit
from nlq.follow.said import item_keys
from nlq.follow.shown import named_for_themselves, shown_of
from nlq.keys import keys_in
from nlq.lexicon import tells_runs
from nlq.query import Agg, Col, Item, Order, Select
from store.catalog import Catalog

__all__ = ["computed_over", "order_of_groups"]


def computed_over(rows: Select, edit: Edit, cues: Cues, catalog: Catalog) -> Select | None:
    """What is computed, over the same rows and in the same groups."""
    if rows.per and rows.order and not rows.aggregates:
        ranked = tuple(Agg("mean", one.by.key) for one in rows.order[:1] if one.by.key)
        rows = Select(ranked, rows.where, (rows.per,), every=rows.every, unit=rows.unit)  # "and the mean"
    if (told := _how_many_of_it(rows, edit, cues, catalog)) is not None:
        return told
    if rows.limit == 1 and rows.order and not rows.aggregates and not rows.offset and not cues.kinds & _OF_IT:
        rows = _before_the_end(rows)  # "the average?" after "the highest rating": of all, not of the one
    if rows.limit is not None and rows.order and not rows.aggregates:
        return None  # of some of the rows only: no query computes over these
    items = edit.items or _over_the_same(rows, edit.functions, catalog)
    if not items:
        return None
    items = _different(rows, items)
    if _sums_or_counts(rows, items, cues, catalog):
        items = (*items, Agg("count"))
    if "also" in cues.kinds and rows.aggregates:
        items = (*rows.show, *(item for item in items if item not in rows.show))
    group = edit.group or rows.group
    if edit.show and not edit.group:
        group = tuple(key for key in edit.show if groups_well(key, catalog)) or rows.group
    order = order_of_groups(rows, tuple(items), edit) if group else ()
    limit = rows.limit if rows.group and order else None
    if edit.ends and group:
        end = edit.ends[0]
        first = next((item for item in items if isinstance(item, Agg)), None)
        if first is not None:
            order, limit = (Order(first, is_high(end.which, first.key, catalog)),), end.count or 1
    having = rows.having if group == rows.group else edit.having
    return Select(tuple(items), rows.where, group, having, order, limit, every=rows.every, unit=rows.unit)


def _how_many_of_it(rows: Select, edit: Edit, cues: Cues, catalog: Catalog) -> Select | None:
    """ "How many deaths", after the storm with the highest speed: those of that storm, and not of all."""
    if tells_runs(catalog) or rows.limit != 1 or rows.aggregates or not rows.order or edit.functions:
        return None
    if not {"many", "much"} & {token.norm for token in cues.rest} or edit.ends or edit.group or edit.show:
        return None
    keys = [item.key for item in edit.items if isinstance(item, Agg)]
    if len(keys) != 1 or not all(key and is_numeric(key, catalog) for key in keys):
        return None
    return shown_of(rows, (*keys, *named_for_themselves(rows)), (), catalog)


_OF_IT = frozenset(("it", "that", "of", "one"))


def _before_the_end(rows: Select) -> Select:
    """The rows that one is the end of, with what they were ranked by."""
    shown = tuple(Col(one.by.key) for one in rows.order if one.by.key)
    return Select(shown, rows.where, every=rows.every, unit=rows.unit)


def _over_the_same(rows: Select, functions: Sequence[str], catalog: Catalog) -> tuple[Item, ...]:
    """Functions over the columns that the last query computed, showed or ordered by."""
    keys = [item.key for item in rows.show if isinstance(item, Agg) and item.key]
    keys = keys or [key for key in item_keys(rows.show) if is_numeric(key, catalog)]
    keys = keys or [one.by.key for one in rows.order if is_numeric(one.by.key, catalog)]
    measured = is_metric if tells_runs(catalog) else is_numeric
    keys = keys or [key for key in keys_in(rows.where) if measured(key, catalog)][-1:]
    main = main_metric(catalog)
    if not keys and main is not None and tells_runs(catalog):
        keys = [main.key]
    if not keys:
        return (Agg("count"),) if tuple(functions) == ("sum",) else ()
    return tuple(_call(function, key) for key in dict.fromkeys(keys) for function in functions)


def _call(function: str, key: str) -> Agg:
    return Agg(function, key, distinct=function == "count")  # type: ignore[arg-type]


def order_of_groups(rows: Select, items: tuple[Item, ...], edit: Edit) -> tuple[Order, ...]:
    if edit.order:
        return edit.order
    kept = [one for one in rows.order if one.by in items or isinstance(one.by, Col)]
    if kept or not rows.order:
        return tuple(kept)
    first = next((item for item in items if isinstance(item, Agg)), None)
    return (Order(first, rows.order[0].descending),) if first is not None else ()


def _sums_or_counts(rows: Select, items: Sequence[Item], cues: Cues, catalog: Catalog) -> bool:
    """ "How many points" of some rows: their sum and how many rows, as in a question of its own."""
    if tells_runs(catalog) or rows.where is None or rows.group or len(items) != 1:
        return False
    (item,) = items
    said = {"number", "many", "amount"} & {token.norm for token in cues.rest}
    return isinstance(item, Agg) and item.function == "sum" and bool(said)


def _different(rows: Select, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """ "How many are there", of the different values of a column: as many as these."""
    shown = [item for item in rows.show if isinstance(item, Col)]
    if rows.distinct and len(shown) == len(rows.show) == 1 and items == (Agg("count"),):
        return (Agg("count", shown[0].key, distinct=True),)
    return items
