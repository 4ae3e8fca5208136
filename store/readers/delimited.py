"""Tables of delimited text: CSV, TSV, semicolons, pipes; autoresearch's `results.tsv` in all its shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from store.cells import Header, read_header
from store.kinds import declare
from store.readers.curves import may_be_steps
from store.readers.rows import Row, find_delimiter, split_rows
from store.readers.straighten import straighten
from store.records import Mark, Place, Reading, RunRecord, Skip
from store.typed import Typed, read_column

__all__ = ["read", "sniff"]

AS_WRITTEN = 10_000
"""Rows of a table that people read cell by cell, so that they are told what stands in it."""


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file is a delimited table: by its suffix; a text file only where its lines are even."""
    from store.readers.decode import decode, is_binary

    if is_binary(head):
        return False
    if ".txt" not in path.suffixes and ".dat" not in path.suffixes:
        return True
    decoded = decode(head)
    lines = [line for line in (decoded.text.splitlines()[:12] if decoded else []) if line.strip()]
    widths = {line.count("\t") for line in lines}
    return len(lines) > 2 and len(widths) == 1 and widths != {0}


def read(path: Path, text: str, shown: str) -> Reading:
    """Read a delimited table: one run a row, each with its lines."""
    reading = Reading(shown, "delimited")
    delimiter = find_delimiter(text, path.name)
    rows, skips = split_rows(text, delimiter)
    reading.skips += [Skip(Place(shown, line, end), reason, count) for line, end, reason, count in skips]
    if not rows:
        return reading
    table = straighten(rows, delimiter)
    reading.skips += [
        Skip(Place(shown, line, end), reason, count) for line, end, reason, count in table.skips
    ]
    reading.notes += table.notes
    fill(reading, table.header, table.rows)
    return reading


def fill(reading: Reading, header: Sequence[str], rows: Sequence[Row]) -> None:
    """Put a table of even rows into a reading: its fields and its runs.

    Args:
        reading: gets `fields` and `runs`.
        header: the column names as written; an empty one has no name.
        rows: the rows, each as wide as the header.
    """
    texts = list(zip(*(row.cells for row in rows), strict=True)) if rows else [()] * len(header)
    headers, columns, places = _columns(header, texts)
    if may_be_steps(headers) and _are_steps(reading, headers, columns, rows):
        return
    declared = declare(headers, columns)
    reading.fields.update(declared.fields)
    names = [h.name for h in headers]
    path = reading.path
    for index, values in enumerate(zip(*(column.values for column in columns), strict=True)):
        row = rows[index]
        name = values[declared.run] if declared.run >= 0 else None
        known = {key: value for key, value in zip(names, values, strict=True) if value is not None}
        reading.runs.append(
            RunRecord("" if name is None else str(name), Place(path, row.line, row.end), known)
        )
    of_runs = any(told.kind in ("param", "metric") for told in declared.fields.values())
    for at, (key, column) in enumerate(zip(names, columns, strict=True)):
        if not of_runs and len(rows) <= AS_WRITTEN:
            for index, mark in _as_written(column, [row.cells[places[at]] for row in rows]):
                reading.runs[index].marks[key] = mark
        for index, mark in column.marks.items():
            reading.runs[index].marks[key] = mark


def _are_steps(
    reading: Reading, headers: Sequence[Header], columns: Sequence[Typed], rows: Sequence[Row]
) -> bool:
    """Whether the rows are steps of runs, which are then in the reading."""
    from store.readers.curve_runs import take_runs  # few tables need it

    return take_runs(reading, headers, columns, [Place(reading.path, row.line, row.end) for row in rows])


def _as_written(column: Typed, texts: Sequence[str]) -> Iterator[tuple[int, Mark]]:
    """The cells that say there is nothing ("n/a"), and those with a unit ("2400 m"), as they stand."""
    for index, (value, text) in enumerate(zip(column.values, texts, strict=True)):
        nothing = value is None and bool(text.strip())
        if nothing or (column.unit and not isinstance(value, str) and text.strip()[-1:].isalpha()):
            yield index, Mark(text.strip())


def _columns(
    header: Sequence[str], texts: Sequence[Sequence[str]]
) -> tuple[list[Header], list[Typed], list[int]]:
    """The headers and the values of the columns that tell something, and where each stands in a row."""
    headers: list[Header] = []
    places: list[int] = []
    columns: list[Typed] = []
    taken: set[str] = set()
    for position, (title, cells) in enumerate(zip(header, texts, strict=True)):
        told = read_header(title)
        if not title.strip() or title.startswith("Unnamed:"):
            if _counts(cells) or not any(cells):
                continue
            told = Header(f"column {position + 1}")
        name = _untaken(told.name, taken)
        taken.add(name.lower())
        places.append(position)
        headers.append(Header(name, told.unit, told.direction))
        columns.append(read_column(cells, name, told.unit))
    return headers, columns, places


def _untaken(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free.lower() in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _counts(cells: Sequence[str]) -> bool:
    """Whether cells are a nameless row number, as pandas writes it: 0, 1, 2 …"""
    return all(cell == str(index) for index, cell in enumerate(cells)) or all(
        cell == str(index) for index, cell in enumerate(cells, 1)
    )
