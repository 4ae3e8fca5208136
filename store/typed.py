"""The cells of one column read together: one type, one unit, remarks kept beside.

A cell alone can't tell what it is: `12345e6` is a commit among commits, "OOM" a missing number among numbers,
`168 hours` one of the hours among plain `3.04`. So readers of tables hand over whole columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from store.cells import Cell, clean, is_missing, plain, read_cell
from store.names import name_words
from store.records import Mark, Value
from store.slotted import fresh, slotted
from store.units import convert
from store.vocabulary import words

__all__ = ["Typed", "is_identifier", "names_something", "read_column"]


@slotted(frozen=False)
class Typed:
    """A column's values in the order of its cells: None where there is none, marks by index."""

    values: list[Value]
    marks: dict[int, Mark] = fresh(default_factory=dict)
    unit: str = ""


_DIGITS = frozenset("0123456789+-")
_NUMERALS = frozenset("0123456789+-.eE")
_PADDED = re.compile(r"0\d{1,5}\Z", re.ASCII)
_PLAIN = re.compile(r"\d[\d,]*(?:\.\d+)?\Z", re.ASCII)
_SCALED = re.compile(r"\d+ ?[kKMGBT]\Z", re.ASCII)
_NUMBERED = re.compile(r"#\s?(\d{1,9})\Z", re.ASCII)
_HASH = re.compile(r"\d+e\d+\Z", re.ASCII)

# Below this share of numbers (dates) among its values, a column is text. Status words do not count.
_MOST = 0.8


@cache
def is_identifier(name: str) -> bool:
    """Whether a column of that name holds identifiers, whatever its cells look like ("commit", "git_sha")."""
    said = name_words(name)
    return bool(said) and said[-1] in words("roles")["identifiers"]["words"]


@cache
def names_something(name: str) -> bool:
    """Whether a column of that name holds names, even where they look like numbers ("run", "model_id")."""
    run = words("roles")["run"]
    said = name_words(name)
    return is_identifier(name) or " ".join(said) in (*run["strong"], *run["weak"]) or said[-1:] in _NAMING


_NAMING = (("id",), ("name",), ("code",), ("tag",), ("key",))


def read_column(texts: Sequence[str], name: str = "", unit: str = "", markdown: bool = False) -> Typed:
    """The values of a column.

    Args:
        texts: its cells as written, without the header.
        name: the column's name: identifiers stay text.
        unit: the unit that the header tells.
        markdown: whether text cells are Markdown.

    Example:
        >>> read_column(["3.04", "168 hours", "-"])
        Typed(values=[3.04, 168, None], marks={}, unit='h')
        >>> read_column(["0.97", "OOM"]).values, read_column(["1234567", "438a26e"]).values
        ([0.97, None], ['1234567', '438a26e'])
    """
    if not is_identifier(name):
        plainly = _plain_numbers(texts)
        if plainly is not None:
            return Typed(plainly, unit="" if unit == "%" and _is_share(plainly) else unit)
    cells = [read_cell(text) for text in texts]
    cells = _unpadded(cells, texts, name)
    kind = "text" if is_identifier(name) else _kind(cells, texts)
    if kind == "number" and names_something(name) and any(isinstance(cell.value, str) for cell in cells):
        kind = "text"
    if kind == "number":
        return _numbers(cells, texts, unit)
    if kind in ("date", "datetime"):
        return _dates(cells, texts, kind)
    if kind == "bool":
        return Typed([cell.value for cell in cells])
    show = plain if markdown else clean
    return Typed(
        [
            None if cell.value is None and _says_nothing(text) else show(text)
            for cell, text in zip(cells, texts, strict=True)
        ]
    )


def _says_nothing(text: str) -> bool:
    return is_missing(text) or text.strip() in ("nan", "NaN") or is_missing(plain(text))


def _plain_numbers(texts: Sequence[str]) -> list[Value] | None:
    """The quick way for a column of nothing but plain numerals and blanks; None where it is not one."""
    letters = frozenset("".join(texts))
    if not letters or not letters <= _NUMERALS:
        return None
    try:
        if letters <= _DIGITS:
            if any((text[:1] == "0" and len(text) > 1) or len(text) > 38 for text in texts):
                return None
            return [int(text) if text else None for text in texts]
        if any(text[:1] == "0" and text.isdigit() and len(text) > 1 for text in texts):
            return None
        if not letters.isdisjoint("eE") and any(_HASH.match(text) and len(text) >= 6 for text in texts):
            return None
        values: list[Value] = [float(text) if text else None for text in texts]
    except ValueError:
        return None
    return None if float("inf") in values or float("-inf") in values else values


def _is_share(values: Sequence[Value]) -> bool:
    """Whether numbers are shares of one, whatever the column's name ("crop_pct 0.875") says."""
    return all(value is None or (isinstance(value, (int, float)) and abs(value) <= 1.5) for value in values)


def _kind(cells: list[Cell], texts: Sequence[str]) -> str:
    seen: Counter[str] = Counter()
    for cell, text in zip(cells, texts, strict=True):
        value = cell.value
        if value is None or (cell.state and isinstance(value, str)) or text.strip() == "none":
            continue
        if isinstance(value, bool):
            seen["bool"] += 1
        elif isinstance(value, (int, float)):
            seen["number"] += 1
        elif isinstance(value, datetime):
            seen["datetime"] += 1
        elif isinstance(value, date):
            seen["date"] += 1
        else:
            seen["text"] += 1
    total = seen.total()
    if seen["number"] and _is_composite(cells):
        return "text"
    if seen["number"] and seen["number"] >= _MOST * total:
        return "number"
    days = seen["date"] + seen["datetime"]
    if days and days >= _MOST * total:
        return "datetime" if seen["datetime"] else "date"
    return "bool" if total and seen["bool"] == total and all(_is_bool(cell) for cell in cells) else "text"


def _unpadded(cells: list[Cell], texts: Sequence[str], name: str) -> list[Cell]:
    """The cells with zero-padded counters ("01") as numbers, unless the column holds names ("run 01")."""
    if not any(_PADDED.match(text.strip()) for text in texts) or names_something(name):
        return cells
    return [
        Cell(int(text), mark=Mark(text.strip())) if _PADDED.match(text.strip()) else cell
        for cell, text in zip(cells, texts, strict=True)
    ]


def _is_composite(cells: Sequence[Cell]) -> bool:
    """Whether most numbers have another beside them that is no deviation: "16.14 (110)" is a football score.

    A deviation is signed ("0.569(−0.021)"), or a fraction smaller than the number ("0.92 (0.01)").
    """
    numbers = [
        cell for cell in cells if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
    ]
    return sum(map(_has_company, numbers)) > len(numbers) / 2


def _has_company(cell: Cell) -> bool:
    note = cell.mark.note if cell.mark else ""
    if not _PLAIN.match(note) or not isinstance(cell.value, (int, float)):
        return False
    return "." not in note or float(note.replace(",", "")) >= abs(cell.value)


def _is_bool(cell: Cell) -> bool:
    return cell.value is None or isinstance(cell.value, bool)


def _numbers(cells: list[Cell], texts: Sequence[str], unit: str) -> Typed:
    told = Counter(cell.unit for cell in cells if cell.unit and not isinstance(cell.value, str))
    unit = unit or (told.most_common(1)[0][0] if told else "")
    column = Typed([], unit=unit)
    odd = _odd_suffixes(texts)
    for index, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        value, mark = cell.value, cell.mark
        if isinstance(value, str) and (numbered := _NUMBERED.match(text)):
            value, mark = int(numbered[1]), Mark(text)
        elif odd and _SCALED.match(text):
            value, mark = None, Mark(plain(text), note=plain(text))
        elif value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            value, mark = None, Mark(plain(text), note=plain(text))
        elif value is not None and cell.unit and cell.unit != unit:
            value, mark = _in_unit(value, cell, unit, text)
        column.values.append(value)
        if mark is not None:
            column.marks[index] = mark
    return column


def _odd_suffixes(texts: Sequence[str]) -> bool:
    """Whether the few cells that end in K, M or B stand among plain numbers: a room 404B, not 404 billion."""
    scaled = sum(bool(_SCALED.match(text)) for text in texts)
    return 0 < scaled < 0.2 * sum(text != "" for text in texts)


def _in_unit(value: int | float, cell: Cell, unit: str, text: str) -> tuple[Value, Mark]:
    """A value told in another unit than its column's: converted, or left out where it can't be."""
    there = convert(value, cell.unit, unit)
    note = cell.mark.note if cell.mark else ""
    approx = cell.mark.approx if cell.mark else False
    return there, Mark(plain(text), approx, note if there is not None else note or plain(text))


def _dates(cells: list[Cell], texts: Sequence[str], kind: str) -> Typed:
    column = Typed([])
    for index, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        value, mark = cell.value, cell.mark
        if kind == "datetime" and isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        elif value is not None and not isinstance(value, date):
            value, mark = None, Mark(plain(text), note=plain(text))
        column.values.append(value)
        if mark is not None:
            column.marks[index] = mark
    return column
