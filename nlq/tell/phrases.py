"""Values, counts and conditions as they stand in a sentence of the answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from nlq.paraphrase import clause, number_text
from nlq.query import Condition
from store.catalog import Catalog
from store.records import Value

__all__ = ["count_of", "first_few", "plural", "said", "with_condition", "with_unit"]


def said(value: Value) -> str:
    """A value in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes").removesuffix(" 00:00")
    return value.isoformat() if isinstance(value, date) else value


def with_unit(value: Value, unit: str) -> str:
    """A value with its unit: "2.8 h"."""
    return f"{said(value)} {unit}".strip() if value is not None else "nothing"


def plural(count: int, noun: str) -> str:
    """A count of things.

    Example:
        >>> plural(1, "run"), plural(3, "run"), plural(2, "city"), plural(2, "loss")
        ('1 run', '3 runs', '2 cities', '2 losses')
    """
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{count} {noun[:-1]}ies"
    return f"{count} {noun}{'es' if noun.endswith(('s', 'x', 'ch', 'sh')) else 's'}"


def count_of(cell: Value) -> int:
    """A count as the engine gave it."""
    assert isinstance(cell, int), cell
    return cell


def first_few(parts: Iterable[str], most: int) -> str:
    """The first of a list, with a sign that there are more.

    Example:
        >>> first_few(["a", "b", "c"], 2), first_few(["a"], 2)
        ('a, b, …', 'a')
    """
    listed = list(parts)
    return ", ".join(listed[:most]) + (", …" if len(listed) > most else "")


def with_condition(where: Condition | None, catalog: Catalog) -> str:
    """ " with depth = 24" behind a noun; "" where there is no condition."""
    return f" {clause(where, catalog)}" if where is not None else ""
