"""The best of a history by step: its value, its step and the last value beside it; and who has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlq.columns import epoch_column
from nlq.keys import best_key, column_of, has_best, keys_in, step_key
from nlq.query import Agg, And, Condition, Item, Missing, Not, Or, Select, Test, both
from nlq.tell.common import Ask, Body
from nlq.tell.phrases import count_of, plural, said, with_unit
from store.catalog import Catalog, Column
from store.history import History
from store.records import Value

__all__ = ["best_cell", "best_said", "best_test", "call_last", "last_values", "without_history"]


def best_cell(cells: Mapping[str, Value], column: Column) -> Value:
    """The value that a row is ranked by: the best by step, else the last."""
    best = cells.get(best_key(column.key))
    return cells.get(column.key) if best is None else best


def best_said(cells: Mapping[str, Value], column: Column) -> str:
    """A metric of one run: "val_loss best 2.31 at step 4500, last 2.35", or its only value.

    Example:
        >>> loss = Column("loss", "loss", "metric", "number", direction="lower", series=2)
        >>> best_said({"loss": 2.35, "loss:best": 2.31, "loss:step": 4500}, loss)
        'loss best 2.31 at step 4500, last 2.35'
        >>> best_said({"loss": 2.35}, loss)
        'loss 2.35'
    """
    best, last = cells.get(best_key(column.key)), cells.get(column.key)
    if best is None:
        return f"{column.name} {with_unit(last, column.unit)}"
    place = (
        f"{column.name} best {with_unit(best, column.unit)} at step {said(cells.get(step_key(column.key)))}"
    )
    return f"{place}, {'the last' if last == best else f'last {with_unit(last, column.unit)}'}"


def best_test(column: Column, value: float | int) -> Condition:
    """The runs whose best is a value."""
    last = Test(column.key, "=", value)
    if not has_best(column):
        return last
    key = best_key(column.key)
    return Or((Test(key, "=", value), And((Missing(key), last))))


def call_last(body: Body, columns: Sequence[Column]) -> None:
    """Say of a column that stands beside its best that it holds the last values."""
    keys = {column.key for column in columns}
    for at, column in enumerate(columns):
        if best_key(column.key) in keys:
            body.columns[at] = replace(body.columns[at], name=f"last {column.name}")


def last_values(query: Select, catalog: Catalog) -> list[str]:
    """Metrics that are asked for by the last value of each run, where a better one stands in its history."""
    items = [*query.show, *(one.by for one in query.order), *(having.item for having in query.having)]
    keys = [*keys_in(query.where), *(_last_key(item, catalog) for item in items)]
    ranked = {one.by.key for one in query.order if one.best}
    named = [column for column in catalog.columns if column.key in keys and column.key not in ranked]
    axis = epoch_column(catalog)
    told = [column for column in named if has_best(column) or column == axis]
    return [f"{column.name} is the last value of each run" for column in told]


def _last_key(item: Item, catalog: Catalog) -> str:
    """The column of an item, but of a count or of its better end."""
    if isinstance(item, Agg) and item.key:
        better = "max" if column_of(catalog, item.key).direction == "higher" else "min"
        return "" if item.function in ("count", better) else item.key
    return item.key


def without_history(where: Condition | None, column: Column, history: History, ask: Ask) -> list[str]:
    """How many runs a metric has the last value of and no history, where others have one."""
    if not has_best(column):
        return []
    alone = both(where, Missing(best_key(column.key)), Not(Missing(column.key)))
    count = count_of(ask(Select((Agg("count"),), alone)).rows[0][0])
    if not count:
        return []
    runs = plural(count, history.catalog.nouns[0])
    verb = "has" if count == 1 else "have"
    return [f"{runs} {verb} no history of {column.name} by step: the last value stands for the best"]
