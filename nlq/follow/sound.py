"""Whether an edited query can be answered: its functions are over columns that have them."""

from __future__ import annotations

from collections.abc import Iterator

from nlq.columns import NUMERIC
from nlq.keys import bucket_of
from nlq.query import Agg, Compare, Query, Select, Tried, Values
from store.catalog import Catalog

__all__ = ["is_sound"]

_OF_ANYTHING = ("count", "min", "max")


def is_sound(query: Query, catalog: Catalog) -> bool:
    """Whether every function of a query has a column of its kind, and what is grouped shows only groups."""
    if isinstance(query, (Compare, Values)):
        return {column.key for column in catalog.columns} >= set(query.keys)
    if not isinstance(query, Select):
        return not isinstance(query, Tried) or query.where is not None
    types = {column.key: column.type for column in catalog.columns}
    for item in _functions(query):
        for key in filter(None, (item.key, item.other)):
            if item.function not in _OF_ANYTHING and types.get(bucket_of(key)[0]) not in NUMERIC:
                return False
    if query.aggregates:
        grouped = set(query.group)
        plain = [item for item in query.show if not isinstance(item, Agg)]
        ordered = [one.by for one in query.order if not isinstance(one.by, Agg)]
        return all(item.key in grouped for item in (*plain, *ordered))
    return not any(isinstance(one.by, Agg) for one in query.order) and not query.having


def _functions(query: Select) -> Iterator[Agg]:
    items = (*query.show, *(one.by for one in query.order), *(having.item for having in query.having))
    yield from (item for item in items if isinstance(item, Agg))
