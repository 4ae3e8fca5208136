"""Values as the text of a table cell, and how much room that text takes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from nlq.render.clean import clean

if TYPE_CHECKING:
    from nlq.answer import Answer, Header
    from store.records import Value

__all__ = ["cell", "cells", "is_numeric", "labels", "number", "shorten", "width"]

_BEFORE = ("$", "€", "£")
_NUMBER = r"[-+−~≈$€£]?\.?\d"


def is_numeric(header: Header) -> bool:
    """Whether the column is set flush right."""
    return header.type in ("integer", "number")


def labels(answer: Answer) -> list[str]:
    """Names for a format whose cells hold bare numbers: the unit is in the name, and no name twice.

    Example:
        >>> from nlq.answer import Answer, Header
        >>> labels(Answer("", "answered", columns=(Header("time", "number", "h"), Header("time"))))
        ['time (h)', 'time']
    """
    names: list[str] = []
    for header in answer.columns:
        plain = clean(header.name)
        name = f"{plain} ({header.unit})" if header.unit and not plain.endswith(header.unit) else plain
        base, count = name, 2
        while name in names:
            name, count = f"{base}_{count}", count + 1
        names.append(name)
    return names


def cells(answer: Answer, *, short: bool) -> list[list[str]]:
    """Every row as texts: marks in place of values, units behind numbers, `-` for missing."""
    rows = []
    for r, row in enumerate(answer.rows):
        texts = [
            cell(value, header.unit, short=short) for value, header in zip(row, answer.columns, strict=True)
        ]
        for c, text in enumerate(texts):
            texts[c] = clean(answer.marks.get((r, c), text)) or "-"
        rows.append(texts)
    return rows


def cell(value: Value, unit: str = "", *, short: bool) -> str:
    """One value as text.

    Args:
        value: any value of an answer.
        unit: written behind a number, a currency before it.
        short: at most six significant digits (on a terminal).

    Example:
        >>> [cell(v, unit, short=True) for v, unit in ((2.8, "h"), (None, "h"), (42, "%"), (-1.5, "$"))]
        ['2.8 h', '-', '42%', '-$1.5']
    """
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        text = number(value, short=short)
        if unit in _BEFORE:
            return f"-{unit}{text[1:]}" if text.startswith("-") else f"{unit}{text}"
        return f"{text}{unit}" if unit == "%" else f"{text} {unit}" if unit else text
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value)


def number(value: int | float, *, short: bool) -> str:
    """A number in as few digits as are faithful.

    Example:
        >>> [number(v, short=True) for v in (2.65, 24.0, 3e-5, 0.96968612, 524288, 1234567.8)]
        ['2.65', '24', '3e-5', '0.969686', '524288', '1234568']
        >>> number(0.96968612, short=False)
        '0.96968612'
    """
    if isinstance(value, int):
        return str(value)
    if value != value:
        return "NaN"
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    if short:
        text = f"{value:.0f}" if 1e6 <= abs(value) < 1e15 else f"{value:.6g}"
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text


def width(text: str) -> int:
    """The room a text takes on a terminal: East Asian wide characters two cells, combining ones none."""
    if text.isascii():
        return len(text)
    import unicodedata

    total = 0
    for char in text:
        if unicodedata.category(char) not in ("Mn", "Me", "Cf"):
            total += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return total


def shorten(text: str, room: int) -> str:
    """The text cut to that room, with an ellipsis where it was cut, and never within a number.

    Example:
        >>> shorten("Undertrained", 8), shorten("2.8793 ± 0.0242", 13)
        ('Undertr…', '2.8793 ±…')
    """
    if width(text) <= room:
        return text
    kept = text
    while kept and width(kept) > room - 1:
        kept = kept[:-1]
    # Half a number is another number: "0.0242" must not end as "0.02…", nor 24 look cut as "24…".
    if text[len(kept)] not in " ,;)":
        kept = _without_number(kept)
    kept = kept.rstrip()
    if kept[-1:].isdigit():
        return f"{kept} …" if width(kept) + 2 <= room else f"{_without_number(kept).rstrip()}…"
    return f"{kept}…"


def _without_number(text: str) -> str:
    """The text without the word it ends in, where that has a digit; a lone name stays as it is."""
    last = re.search(r"[^\s;(]*\d[^\s;)]*$", text)
    if last is None or (not last.start() and not re.match(_NUMBER, text)):
        return text
    return text[: last.start()]
