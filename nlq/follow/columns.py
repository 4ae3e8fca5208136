"""What a follow-up asks of a column: its type, its kind, and which of its ends is wanted."""

from __future__ import annotations

from nlq.columns import NUMERIC
from nlq.columns import names_rows as tells_rows
from nlq.lexicon import tells_runs
from store.catalog import Catalog, Column

__all__ = ["column_of", "groups_well", "is_high", "is_metric", "is_numeric", "names_rows"]


def column_of(key: str, catalog: Catalog) -> Column | None:
    return next((column for column in catalog.columns if column.key == key), None)


def is_numeric(key: str, catalog: Catalog) -> bool:
    column = column_of(key, catalog)
    return column is not None and column.type in NUMERIC


def is_metric(key: str, catalog: Catalog) -> bool:
    column = column_of(key, catalog)
    return column is not None and column.kind == "metric"


def groups_well(key: str, catalog: Catalog) -> bool:
    column = column_of(key, catalog)
    if column is None or not tells_runs(catalog):
        return column is not None and column.type not in NUMERIC
    return column.kind in ("param", "attribute")


def is_high(which: str, key: str, catalog: Catalog) -> bool:
    """Whether the wanted end of a column is the high one."""
    if which in ("max", "min"):
        return which == "max"
    column = column_of(key, catalog)
    lower = column is not None and column.direction == "lower"
    return lower if which == "worst" else not lower


def names_rows(key: str, catalog: Catalog) -> bool:
    """Whether the values of a column tell the rows apart."""
    column = column_of(key, catalog)
    return column is not None and tells_rows(column)
