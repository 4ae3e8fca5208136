"""The arithmetic of the evaluator, in plain Python: three-valued logic, comparing, sorting, functions."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

__all__ = ["FUNCTIONS", "OPERATORS", "all_of", "compare", "correlation", "first_day", "in_order", "opposite"]


def in_order(rows: list[Any], value: Callable[[Any], Any], descending: bool) -> list[Any]:
    """Sorted by a value, equal ones as they stood, those without one last."""
    having = [row for row in rows if value(row) is not None]
    return sorted(having, key=value, reverse=descending) + [row for row in rows if value(row) is None]


def all_of(parts: Sequence[bool | None]) -> bool | None:
    """Kleene's AND: false where one part is, else unknown where one part is.

    Example:
        >>> all_of([True, None]), all_of([False, None]), all_of([])
        (None, False, True)
    """
    return False if False in parts else None if None in parts else True


def opposite(told: bool | None) -> bool | None:
    """Kleene's NOT: what is unknown stays so."""
    return None if told is None else not told


def compare(value: Any, op: str, other: Any) -> bool:
    """Compare two values that are there: text without case, decimals by nearness, a day as the whole day.

    Example:
        >>> compare("Muon", "=", "muon"), compare(0.1 + 0.2, "=", 0.3)
        (True, True)
        >>> compare(datetime(2026, 2, 6, 15), "<=", date(2026, 2, 6))
        True
    """
    if isinstance(value, datetime) and isinstance(other, date) and not isinstance(other, datetime):
        value = value.date()
    elif isinstance(other, datetime) and isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if isinstance(value, str) and isinstance(other, str):
        value, other = value.lower(), other.lower()
    if isinstance(value, float) or isinstance(other, float):
        same = math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-12)
        if op in ("=", "!="):
            return same == (op == "=")
    return bool(OPERATORS[op](value, other))


def first_day(value: date, span: str) -> date:
    """The first day of the day, week (Monday), month, quarter or year that holds a date.

    Example:
        >>> first_day(date(2026, 2, 20), "week"), first_day(date(2026, 2, 20), "quarter")
        (datetime.date(2026, 2, 16), datetime.date(2026, 1, 1))
    """
    day = value.date() if isinstance(value, datetime) else value
    if span == "week":
        return day - timedelta(days=day.weekday())
    month = {"year": 1, "quarter": 3 * ((day.month - 1) // 3) + 1}.get(span, day.month)
    return day if span == "day" else date(day.year, month, 1)


def correlation(pairs: list[tuple[float, float]]) -> float | None:
    """Pearson's, None where one of the two does not vary."""
    if len(pairs) < 2:
        return None
    xs, ys = [float(x) for x, _ in pairs], [float(y) for _, y in pairs]
    if len(set(xs)) < 2 or len(set(ys)) < 2:
        return None
    return statistics.correlation(xs, ys)


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}

FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "mean": lambda values: math.fsum(values) / len(values),
    "median": statistics.median,
    "min": min,
    "max": max,
    "sum": math.fsum,
    "std": lambda values: statistics.stdev(values) if len(values) > 1 else None,
    "range": lambda values: max(values) - min(values),
}
