"""JSON: one object a line, an array of objects, or a single object that is a run.

Nested objects are flattened with dots (`params.depth`); a list stays one value, as JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from store.cells import Header, clean, read_header
from store.directions import is_metric
from store.kinds import declare
from store.readers.curves import may_be_steps
from store.readers.decode import is_binary
from store.records import Mark, Place, Reading, RunRecord, Skip, Value
from store.typed import Typed, is_identifier, read_column

__all__ = ["read", "sniff"]

Entry = tuple[int, int, dict[str, Any]]
"""First line, last line, the object."""

_LISTS = ("runs", "experiments", "trials", "results", "records", "rows", "data")


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file is JSON, by how it begins."""
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return begins in (b"{", b"[") or (not is_binary(head) and path.suffix in (".jsonl", ".ndjson"))


def read(path: Path, text: str, shown: str) -> Reading:
    """Read JSON objects as runs: one a line, the elements of an array, or the one object of the file."""
    reading = Reading(shown, "jsonl")
    entries = _lines(text, reading) if _is_lines(text) else _document(text, reading)
    if entries:
        _fill(reading, entries)
    return reading


def _is_lines(text: str) -> bool:
    """Whether the first line is a whole JSON value and more of them follow, or it is an object alone."""
    first, _, rest = text.lstrip("\ufeff \r\n").partition("\n")
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return bool(rest.strip()) and first.lstrip()[:1] not in ("[", "{")
    return (
        isinstance(value, dict)
        if not rest.strip()
        else not isinstance(value, list) or rest.lstrip()[:1] == "["
    )


def _lines(text: str, reading: Reading) -> list[Entry]:
    entries: list[Entry] = []
    broken: list[int] = []
    others: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            broken.append(number)
            continue
        if isinstance(value, dict):
            entries.append((number, number, value))
        else:
            others.append(number)
    for lines, reason in ((broken, "not JSON"), (others, "a JSON value without names")):
        if lines:
            reading.skips.append(Skip(Place(reading.path, lines[0], lines[-1]), reason, len(lines)))
    return entries if len(entries) != 1 or broken or others else _single(entries[0], reading)


def _document(text: str, reading: Reading) -> list[Entry]:
    """The objects of a file that is one JSON value."""
    start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    try:
        if text[start : start + 1] == "[":
            return list(_elements(text, start, reading))
        value = json.loads(text[start:])
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        reading.skips.append(Skip(Place(reading.path, line, line), f"not JSON: {clean(str(error))[:80]}"))
        return []
    last = text.count("\n") + (not text.endswith("\n"))
    for name in _LISTS:
        rows = value.get(name) if isinstance(value, dict) else None
        if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
            return [(1, last, row) for row in rows]
    return _single((1, last, value), reading) if isinstance(value, dict) else []


def _elements(text: str, start: int, reading: Reading) -> Iterator[Entry]:
    """The elements of an array, each with its lines."""
    decoder = json.JSONDecoder()
    at, line, others = start + 1, text.count("\n", 0, start + 1) + 1, 0
    while True:
        gap = _blank(text, at)
        line += text.count("\n", at, at + gap)
        at += gap
        if at >= len(text) or text[at] == "]":
            break
        if text[at] == ",":
            at += 1
            continue
        value, end = decoder.raw_decode(text, at)
        last = line + text.count("\n", at, end)
        if isinstance(value, dict):
            yield line, last, value
        else:
            others += 1
        at, line = end, last
    if others:
        reading.skips.append(Skip(Place(reading.path), "a JSON value without names", others))


def _blank(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end] in " \t\r\n":
        end += 1
    return end - at


def _single(entry: Entry, reading: Reading) -> list[Entry]:
    """One object is a run where it has a metric; else it is a configuration, or a tracker's own state."""
    flat = _flatten(entry[2])
    listed = any(
        isinstance(value, list) and len(value) > 4 and isinstance(value[0], dict)
        for value in entry[2].values()
    )
    if not listed and any(
        is_metric(name) and isinstance(value, (int, float)) for name, value in flat.items()
    ):
        return [entry]
    reading.skips.append(Skip(Place(reading.path, entry[0], entry[1]), "a JSON object that is no run"))
    return []


def _flatten(value: dict[str, Any]) -> dict[str, Any]:
    """Nested objects under dotted names; names cleaned, those that differ only by that kept apart."""
    flat: dict[str, Any] = {}
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        prefix, item = stack.pop()
        if isinstance(item, dict) and (item or not prefix):
            stack += [
                (f"{prefix}.{name}" if prefix else str(name), inner) for name, inner in reversed(item.items())
            ]
        else:
            flat.setdefault(clean(prefix) or "column", item)
    return flat


def _fill(reading: Reading, entries: Sequence[Entry]) -> None:
    flats = [_flatten(value) for _, _, value in entries]
    names = list(dict.fromkeys(name for flat in flats for name in flat))
    headers = [_header(name) for name in names]
    columns = [_column(header, [flat.get(header.name) for flat in flats]) for header in headers]
    if may_be_steps(headers):
        from store.readers.curve_runs import take_runs  # few tables need it

        if take_runs(reading, headers, columns, [Place(reading.path, line, end) for line, end, _ in entries]):
            return
    declared = declare(headers, columns)
    reading.fields.update(declared.fields)
    for index, (line, end, _) in enumerate(entries):
        record = RunRecord("", Place(reading.path, line, end))
        for name, column in zip(names, columns, strict=True):
            if column.values[index] is not None:
                record.values[name] = column.values[index]
            if index in column.marks:
                record.marks[name] = column.marks[index]
        if declared.run >= 0 and columns[declared.run].values[index] is not None:
            record.name = str(columns[declared.run].values[index])
        reading.runs.append(record)


def _header(name: str) -> Header:
    """A key as a column's name, as it is: keys are identifiers, not headings."""
    told = read_header(name)
    return Header(name, told.unit, told.direction)


def _column(header: Header, values: Sequence[Any]) -> Typed:
    """A column of JSON values; strings are read as cells are, because trackers write numbers as text."""
    name, unit = header.name, header.unit
    if all(value is None or isinstance(value, str) for value in values):
        return read_column([value or "" for value in values], name, unit)
    if is_identifier(name) or any(isinstance(value, (str, list, dict)) for value in values):
        return read_column([_text(value) for value in values], name, unit)
    typed = Typed([_plain(value) for value in values], unit=unit)
    typed.marks = {
        index: Mark(str(value))
        for index, value in enumerate(values)
        if value is not None and _plain(value) is None
    }
    return typed


def _plain(value: Any) -> Value:
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return None
    return value if isinstance(value, (bool, int, float)) else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
