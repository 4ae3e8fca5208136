"""Values and numbers as they would be typed."""

from __future__ import annotations

from datetime import date, datetime
from math import isfinite

from nlq.query import Scalar

__all__ = ["number_text", "value_text"]


def value_text(value: Scalar) -> str:
    """A value as it would be typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return number_text(value)
    return f'"{value}"' if " " in value else str(value)


def number_text(value: float | int) -> str:
    """The shortest text that is faithful to six digits.

    Example:
        >>> number_text(0.30000000000000004), number_text(524288), number_text(2.0)
        ('0.3', '524288', '2')
    """
    if isinstance(value, int) or not isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    whole = repr(value)
    return whole if len(whole) <= 10 and "e" not in whole else f"{value:.6g}"
