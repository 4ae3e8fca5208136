"""Keys of a query that are no column of a file (`date:month`, `loss:best`, `_row`), and a condition's."""

from __future__ import annotations

from nlq.query import Among, And, Condition, Not, Or
from store.catalog import MINUS, Catalog, Column
from store.points import BEST, STEP, best_step, best_value

__all__ = [
    "ROW", "STATE", "best_key", "bucket_key", "bucket_of", "column_of", "has_best", "keys_in", "step_key",
]  # fmt: skip

ROW = "_row"
"""The order in which runs stand in the history."""

STATE = "_state"
"""How a run ended."""

_HOUSEKEEPING = {
    ROW: Column(ROW, "order in the file", "attribute", "integer"),
    STATE: Column(STATE, "state", "attribute", "text"),
}


def bucket_key(key: str, unit: str) -> str:
    """The key of a date column cut to a unit.

    Example:
        >>> bucket_key("date", "month"), bucket_of("date:month"), bucket_of("loss")
        ('date:month', ('date', 'month'), ('loss', ''))
    """
    return f"{key}:{unit}"


def bucket_of(key: str) -> tuple[str, str]:
    """The column's key and the unit of a bucket; no unit for a column as it is.

    A catalog key is made of word characters, so the colon can only be ours.
    """
    own, _, unit = key.partition(":")
    return own, unit


def best_key(key: str) -> str:
    """The key of a metric's best value by step."""
    return bucket_key(key, BEST)


def step_key(key: str) -> str:
    """The key of the step of that value."""
    return bucket_key(key, STEP)


def has_best(column: Column) -> bool:
    """Whether the best of a column is that of its history by step, rather than the last value."""
    return bool(column.series and column.direction)


def column_of(catalog: Catalog, key: str) -> Column:
    """The column of a key; a bucket is a column of dates that is called by its unit, or a metric's best.

    Raises:
        KeyError: where the history has none.
    """
    if MINUS in key:
        return catalog.column(key)
    own, unit = bucket_of(key)
    column = _HOUSEKEEPING.get(own) or catalog.column(own)
    if unit in (BEST, STEP):
        return best_value(column) if unit == BEST else best_step(column)
    return Column(key, unit, "attribute", "date", role="date") if unit else column


def keys_in(where: Condition | None) -> list[str]:
    """The columns a condition speaks of, in order; a text looked for anywhere speaks of none."""
    if where is None:
        return []
    if isinstance(where, (And, Or)):
        return [key for part in where.of for key in keys_in(part)]
    if isinstance(where, Not):
        return keys_in(where.of)
    if isinstance(where, Among):
        return [] if where.what in ("alike", "last") else list(where.keys)
    return [where.key] if where.key else []
