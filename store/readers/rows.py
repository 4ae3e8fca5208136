"""Delimited text to rows of cells, each with its lines. What is no row is counted and named."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import NamedTuple

__all__ = ["Row", "Skipped", "find_delimiter", "split_rows"]


class Row(NamedTuple):
    """One row: its first and last line (1-based), its cells without the blanks around them."""

    line: int
    end: int
    cells: list[str]


Skipped = tuple[int, int, str, int]
"""First line, last line, why, how many."""

_TRACEBACK = re.compile(r"Traceback \(most recent call last\):")
_DELIMITERS = "\t,;|"


def find_delimiter(text: str, name: str = "") -> str:
    """The delimiter of a table: the one that parts its first line, and the lines below like it.

    Example:
        >>> find_delimiter("a|b,c\\n0|1,2\\n0|3,4\\n")
        ','
    """
    lines = [line for line in text[:65536].splitlines()[:40] if line.strip()]
    if not lines:
        return ","
    best, score = "\t" if name.endswith((".tsv", ".tab")) else ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        widths = [_width(line, delimiter) for line in lines]
        if widths[0] < 2:
            continue
        even = sum(width == widths[0] for width in widths) / len(widths)
        if (round(even, 1), widths[0]) > score:
            best, score = delimiter, (round(even, 1), widths[0])
    return best


def _width(line: str, delimiter: str) -> int:
    if '"' in line and delimiter != "\t":
        line = re.sub(r'"[^"]*"', "", line)
    return line.count(delimiter) + 1


def split_rows(text: str, delimiter: str) -> tuple[list[Row], list[Skipped]]:
    """The rows of `text`.

    Quoting is read as CSV has it, unless that makes the rows less even than splitting every line does: a
    lone quotation mark in a description must not swallow the rest of the file.
    """
    skips: list[Skipped] = []
    if _TRACEBACK.search(text):
        text = _without_tracebacks(text, delimiter, skips)
    plainly = delimiter == "\t" or '"' not in text
    rows = _split_lines(text, delimiter) if plainly else _split_quoted(text, delimiter)
    if '"' in text:
        other = _split_quoted(text, delimiter) if plainly else _split_lines(text, delimiter)
        if _evenness(other) > _evenness(rows):
            rows = other
    return rows, skips


def _evenness(rows: list[Row]) -> float:
    """How many rows are as wide as the first; a file swallowed by one quotation mark has few."""
    if not rows:
        return 0
    widths = Counter(len(row.cells) for row in rows)
    return widths[len(rows[0].cells)] - 0.5 * (len(rows) - widths[len(rows[0].cells)])


def _split_quoted(text: str, delimiter: str) -> list[Row]:
    import csv

    csv.field_size_limit(1 << 30)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[Row] = []
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if any(cells):
                rows.append(Row(line, before, [cell.strip() for cell in cells]))
    except csv.Error:
        return rows
    return rows


def _split_lines(text: str, delimiter: str) -> list[Row]:
    rows: list[Row] = []
    for line, content in enumerate(io.StringIO(text, newline=None), 1):
        if content.strip():
            cells = [_unquote(cell.strip()) for cell in content.rstrip("\n").split(delimiter)]
            rows.append(Row(line, line, cells))
    return rows


def _unquote(cell: str) -> str:
    if len(cell) > 1 and cell[0] == '"' and cell[-1] == '"' and '"' not in cell[1:-1].replace('""', ""):
        return cell[1:-1].replace('""', '"').strip()
    return cell


def _without_tracebacks(text: str, delimiter: str, skips: list[Skipped]) -> str:
    """Blank the lines of Python tracebacks: from "Traceback …" to the next line with a row's delimiter."""
    lines = text.split("\n")
    start = -1
    for number, line in enumerate(lines):
        if _TRACEBACK.match(line.lstrip()) and start < 0:
            start = number
        elif start >= 0 and delimiter in line and not line.startswith(" "):
            skips.append((start + 1, number, "a Python traceback", number - start))
            start = -1
        if start >= 0:
            lines[number] = "\r" if line.endswith("\r") else ""
    if start >= 0:
        last = len(lines) - (not lines[-1].strip("\r"))
        skips.append((start + 1, len(text.rstrip().split("\n")), "a Python traceback", last - start))
    return "\n".join(lines)
