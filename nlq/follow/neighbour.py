"""The row after, or before, the one that a number told: "who was next", "in the previous year"."""

from __future__ import annotations

from dataclasses import replace

from nlq.follow.columns import column_of, names_rows
from nlq.follow.cues import Cues
from nlq.lexicon import tells_runs
from nlq.query import Query, Select, Test, both, conditions
from store.catalog import Catalog

__all__ = ["beside_number"]

_STEPS = {"next": 1, "previous": -1}


def beside_number(last: Query, cues: Cues, catalog: Catalog) -> tuple[Query, str] | None:
    """The last query about the number after, or before, its own, and the column of it.

    None where the words ask for no neighbour, or the last question found its rows by no single whole number.
    What else named the one row ("Tony Boselli was pick 25") names no other.
    """
    step = next((step for kind, step in _STEPS.items() if kind in cues.kinds), 0)
    if not step or tells_runs(catalog) or not isinstance(last, Select) or last.limit is not None:
        return None
    parts = conditions(last.where)
    numbers = [one for one in parts if isinstance(one, Test) and _is_number(one, catalog)]
    if len(numbers) != 1 or not isinstance(numbers[0].value, int):
        return None
    found = numbers[0]
    moved = replace(found, value=numbers[0].value + step)
    kept = [moved if one == found else one for one in parts if one == found or not _names(one, catalog)]
    return replace(last, where=both(*kept)), found.key


def _is_number(one: Test, catalog: Catalog) -> bool:
    column = column_of(one.key, catalog)
    whole = isinstance(one.value, int) and not isinstance(one.value, bool)
    return one.op == "=" and whole and column is not None and column.type == "integer"


def _names(one: object, catalog: Catalog) -> bool:
    """Whether a condition is a row's own name."""
    return isinstance(one, Test) and one.op == "=" and names_rows(one.key, catalog)
