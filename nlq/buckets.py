"""Groups by a span of time: the key `date:month` is the month of the column `date`."""

from __future__ import annotations

from store.catalog import Catalog, Column

__all__ = ["bucket_key", "bucket_of", "column_of"]


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


def column_of(catalog: Catalog, key: str) -> Column:
    """The column of a key; a bucket is a column of dates that is called by its unit."""
    own, unit = bucket_of(key)
    column = catalog.column(own)
    return Column(key, unit, "attribute", "date", role="date") if unit else column
