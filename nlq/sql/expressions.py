"""Columns, aggregates and orders as SQL expressions: where a sentinel and an unfinished run are left out."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.keys import ROW, STATE, best_key, bucket_of, column_of, has_best
from nlq.lexicon import tells_runs
from nlq.query import Agg, Col, Item, Order
from nlq.states import FINISHED
from store.catalog import Catalog, Column
from store.engines.duckdb import quote

__all__ = [
    "FINISHED_ONLY",
    "best_of_run",
    "direction",
    "grouped",
    "item_sql",
    "label",
    "order_sql",
    "sorted_by",
    "turn",
    "value_of",
]

FINISHED_ONLY = f"{STATE} IN ({', '.join(repr(state) for state in FINISHED)})"

_FUNCTIONS = {"mean": "avg", "std": "stddev_samp"}
_OF_ALL = ("sum", "count")
"""Functions that look at runs of every state."""


def value_of(column: Column) -> str:
    """A column with its sentinel as missing."""
    name = quote(column.key)
    return name if column.sentinel is None else f"nullif({name}, {column.sentinel!r})"


def best_of_run(column: Column) -> str:
    """A metric as its runs are ranked by it: the best of each run's history, else its last value."""
    value = value_of(column)
    return f"coalesce({quote(best_key(column.key))}, {value})" if has_best(column) else value


def turn(order: Sequence[Order], catalog: Catalog) -> str:
    """In which order rows stand that are alike: as in the file, of runs of one day as they came.

    A log tells days and no hours: the last of the latest day is the latest run, wherever the file has it.
    """
    last = order[-1] if order else None
    if last is None or not isinstance(last.by, Col) or not tells_runs(catalog):
        return ROW
    column = column_of(catalog, last.by.key)
    dated = column.role == "date" and column.type in ("date", "datetime")
    return f"{ROW} DESC" if dated and last.descending != column.falls else ROW


def grouped(key: str) -> str:
    """A column to group by; a date cut to its week, month …"""
    own, unit = bucket_of(key)
    return f"CAST(date_trunc('{unit}', {quote(own)}) AS DATE)" if unit else quote(own)


def item_sql(item: Item, catalog: Catalog, *, every: bool = False) -> str:
    """A column of a group, or an aggregate over it: of `every` run, or of those whose numbers stand."""
    if isinstance(item, Col):
        return grouped(item.key)
    if not item.key:
        return "count(*)"
    column = catalog.column(item.key)
    better = item.function == ("max" if column.direction == "higher" else "min")
    value = best_of_run(column) if better else value_of(column)
    distinct = "DISTINCT " if item.distinct else ""
    measured = column.kind == "metric" and item.function not in _OF_ALL
    stands = f" FILTER (WHERE {FINISHED_ONLY})" if measured and catalog.tells_state and not every else ""
    if item.function == "range":
        return f"max({value}){stands} - min({value}){stands}"
    if item.function == "corr":
        return f"corr({value}, {value_of(catalog.column(item.other))}){stands}"
    return f"{_FUNCTIONS.get(item.function, item.function)}({distinct}{value}){stands}"


def label(item: Item) -> str:
    """What the result's column is called."""
    if isinstance(item, Col):
        return item.key
    if not item.key:
        return item.function
    parts = (item.function, "distinct" if item.distinct else "", item.key, item.other)
    return " ".join(part for part in parts if part)


def order_sql(one: Order, catalog: Catalog) -> str:
    """One sort key; missing values last at either end."""
    return f"{sorted_by(one, catalog)} {direction(one)}"


def direction(one: Order) -> str:
    """The end that comes first."""
    return f"{'DESC' if one.descending else 'ASC'} NULLS LAST"


def sorted_by(one: Order, catalog: Catalog) -> str:
    """What a sort key is: an aggregate by the name that it has in the result, "best" the best by step."""
    item = one.by
    if isinstance(item, Agg):
        return quote(label(item))
    if item.key == ROW:
        return ROW
    column = column_of(catalog, item.key)
    return best_of_run(column) if one.best else value_of(column)
