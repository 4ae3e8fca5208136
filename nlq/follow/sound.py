"""Whether an edited query can be answered, and says all that was asked: nothing of an edit is passed over."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nlq.columns import NUMERIC
from nlq.follow.edit import Edit
from nlq.keys import bucket_of, keys_in
from nlq.query import Agg, Compare, Query, Select, Steps, Tried, Values
from store.catalog import Catalog

__all__ = ["is_sound", "says_all"]

_OF_ANYTHING = ("count", "min", "max")


def is_sound(query: Query, catalog: Catalog) -> bool:
    """Whether every function of a query has a column of its kind, and what is grouped shows only groups."""
    if isinstance(query, (Compare, Steps, Values)):
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


def says_all(query: Query, edit: Edit) -> bool:
    """Whether each part of an edit is somewhere in the query that was made of it.

    A branch that edits one part of a query knows nothing of the others: "best per optimizer" is no edit of a
    count, and is rather no follow-up than one that leaves the optimizer out.
    """
    if isinstance(query, (Values, Compare)):
        sides = query.sides if isinstance(query, Compare) else ()
        told = {*query.keys, *keys_in(query.where), *(key for side in sides for key in keys_in(side.where))}
        return not (edit.items or edit.functions or edit.ends or edit.having) and _keys_of(edit) <= told
    if not isinstance(query, Select):
        return True
    functions = list(_functions(query))
    ordered = {one.by.key for one in query.order}
    shown = {item.key for item in query.show}
    told = {*shown, *ordered, *query.group, query.per, *keys_in(query.where)}
    made = {(item.function, item.key) for item in functions}
    return (
        _keys_of(edit) <= told
        and {one.by.key for one in edit.order} <= ordered
        and all(_is_made(i, made) if isinstance(i, Agg) else i.key in shown for i in edit.items)
        and set(edit.functions) <= {function for function, _ in made}
        and (edit.turned is None or [one.descending for one in query.order[:1]] == [edit.turned])
        and (not edit.ends or bool(query.order) or any(item.function in ("min", "max") for item in functions))
        and set(edit.having) <= set(query.having)
    )


def _keys_of(edit: Edit) -> set[str]:
    """The columns that an edit speaks of to show, to group by or in conditions."""
    return {*edit.show, *edit.group, *(key for one in edit.where for key in keys_in(one))}


def _is_made(item: Agg, made: Collection[tuple[str, str]]) -> bool:
    """Whether a function is among those of a query: a count of rows may be that of different values."""
    counts = item == Agg("count") and any(function == "count" for function, _ in made)
    return counts or (item.function, item.key) in made
