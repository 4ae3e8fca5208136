"""Columns that are not numbers against a number or a day: dates against a year, texts that hold a number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from nlq.columns import DATES
from nlq.conditions import compared
from nlq.pieces import Number
from nlq.query import And, Condition, Not, Test
from store.catalog import Column
from store.records import Value

__all__ = ["Compared", "against_other", "between_years", "within"]

Compared = tuple[Condition, float, tuple[Column, ...]]
"""A condition, what it costs, and the columns it speaks of."""


def against_other(column: Column, op: str, numbers: Sequence[Number]) -> Compared | None:
    """A text column that holds the number as text ("room 268"), or a date column against a year."""
    value = numbers[0].value
    if column.type in DATES and _is_year(value):
        return _in_year(column, op, int(value)), 0.05, (column,)
    if column.type != "text" or op not in ("=", "!=") or len(numbers) > 1:
        return None
    held = _written(column.values).get(str(value))
    return None if held is None else (compared(column.key, op, held), 0.05, (column,))


@lru_cache(maxsize=64)
def _written(cells: tuple[Value, ...]) -> dict[str, str]:
    """Cells by the text of the number that they are: a column's names are not searched for each number."""
    found: dict[str, str] = {}
    for cell in map(str, cells):
        found.setdefault(cell.strip(), cell)
        found.setdefault(cell.lstrip("0"), cell)
    return found


def _is_year(value: float | int) -> bool:
    return isinstance(value, int) and 1900 < value < 2100


def _in_year(column: Column, op: str, year: int) -> Condition:
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    if op in ("=", "!="):
        whole = within(column, first, after)
        return whole if op == "=" else Not(whole)
    bound = {"<": ("<", first), "<=": ("<", after), ">": (">=", after), ">=": (">=", first)}[op]
    return compared(column.key, *bound)


def between_years(column: Column, years: Sequence[float | int]) -> Condition | None:
    """Dates from the first of two years to the end of the other; None where the column holds no dates."""
    if column.type not in DATES or not all(map(_is_year, years)):
        return None
    return within(column, date(int(min(years)), 1, 1), date(int(max(years)) + 1, 1, 1))


def within(column: Column, first: date, after: date) -> Condition:
    """From one day on, to the other but without it."""
    return And((Test(column.key, ">=", first), Test(column.key, "<", after)))
