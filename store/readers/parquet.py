"""Parquet, read through DuckDB.

A small file becomes runs like any other. A large one stays where it is: the reading holds a table expression,
and the engine reads the file itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.cells import Header, clean, read_header
from store.kinds import declare
from store.readers.curves import may_be_steps
from store.records import Place, Reading, RunRecord, Skip, Value
from store.typed import Typed, is_identifier, read_column

if TYPE_CHECKING:
    import duckdb

__all__ = ["CELLS_AS_RUNS", "literal", "read", "read_relation", "sniff"]

CELLS_AS_RUNS = 400_000
"""A file of at most so many cells becomes runs; a larger one is read in place."""

_SAMPLE = 2000
_AT_ONCE = 50_000  # cells that are fetched


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file is Parquet, by its magic number."""
    return head.startswith(b"PAR1")


def read(path: Path, text: str, shown: str) -> Reading:
    """Read a Parquet file; `text` is not used, DuckDB opens the file."""
    return read_relation(f"read_parquet({literal(str(path))})", shown, "parquet")


def literal(text: str) -> str:
    """A text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def read_relation(source: str, shown: str, reader: str) -> Reading:
    """What DuckDB gets from the table expression `source`: runs, or for many of them the relation."""
    from store.engines.instance import connect, module

    reading = Reading(shown, reader)
    connection = connect()
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        rows = _count(connection, source, reading)
        titles = [str(entry[0]) for entry in described]
        if may_be_steps([*map(_header, titles)]) and _are_steps(reading, connection, source, titles):
            return reading
        whole = rows * len(described) <= CELLS_AS_RUNS
        _fill(reading, connection, source, titles, whole)
        reading.relation = "" if whole else source
    except module().Error as error:
        reading.skips.append(Skip(Place(shown), str(error).splitlines()[0]))
    finally:
        connection.close()
    return reading


def _are_steps(
    reading: Reading, connection: duckdb.DuckDBPyConnection, source: str, titles: Sequence[str]
) -> bool:
    """Whether the rows are steps of runs, which are then in the reading; it takes all columns."""
    from store.engines.duckdb import quote
    from store.readers.curve_runs import take_runs  # few tables need it

    connection.execute(f"CREATE TEMP TABLE whole AS SELECT * FROM {source}")  # a text is parsed once
    headers = [_header(title) for title in titles]
    columns = []
    for header, title in zip(headers, titles, strict=True):
        connection.execute(f"SELECT {_as_number(connection, header, quote(title))} FROM whole")
        columns.append(_whole_column(header, _cells(connection)))
    connection.execute("DROP TABLE whole")
    return take_runs(reading, headers, columns, [])


def _as_number(connection: duckdb.DuckDBPyConnection, header: Header, name: str) -> str:
    """The expression that gives a column: as numbers where all its texts are some, and no names ("007")."""
    text = f"nullif(CAST({name} AS VARCHAR), '')"
    kind, words, whole, told = connection.execute(
        f"SELECT any_value(typeof({name})), count({text}) FILTER (TRY_CAST({text} AS DOUBLE) IS NULL "
        f"OR regexp_matches({text}, '^[+-]?0[0-9]')), "
        f"count(TRY_CAST({text} AS BIGINT)) FILTER (NOT contains({text}, '.')), count({text}) FROM whole"
    ).fetchall()[0]
    if kind != "VARCHAR" or words or not told or is_identifier(header.name):
        return name
    return f"CAST({text} AS {'BIGINT' if whole == told else 'DOUBLE'})"


def _cells(connection: duckdb.DuckDBPyConnection) -> list[Any]:
    """The only column of a result; a text that stands in many rows is held once."""
    cells: list[Any] = []
    held: dict[Any, Any] = {}
    while rows := connection.fetchmany(_AT_ONCE):
        if isinstance(rows[0][0], str):
            cells += [held.setdefault(cell, cell) for (cell,) in rows]
        else:
            cells += [cell for (cell,) in rows]
        if len(held) > _AT_ONCE:
            held.clear()
    return cells


def _whole_column(header: Header, cells: Sequence[Any]) -> Typed:
    """A long column: numbers as they are, NaN too; a text is read once wherever it stands."""
    kinds = set(map(type, cells)) - {type(None)}
    if kinds <= {int, float}:
        return Typed([*cells], unit=header.unit)
    if kinds != {str}:
        return Typed([_value(cell) for cell in cells], unit=header.unit)
    different = [*dict.fromkeys(cells)]
    read = read_column([cell or "" for cell in different], header.name, header.unit)
    values = dict(zip(different, read.values, strict=True))
    return Typed([values[cell] for cell in cells], unit=read.unit)


def _count(connection: duckdb.DuckDBPyConnection, source: str, reading: Reading) -> int:
    """How many rows DuckDB reads; those that it can't parse are named among the skips."""
    lenient = "ignore_errors = true"
    counting = source.replace(lenient, "store_rejects = true")
    counted = connection.execute(f"SELECT count(*) FROM {counting}").fetchall()
    if lenient in source:
        rejected, first, last = connection.execute(
            "SELECT count(DISTINCT line), min(line), max(line) FROM reject_errors"
        ).fetchall()[0]
        if rejected:
            place = Place(reading.path, int(first), int(last))
            reading.skips.append(Skip(place, "not as wide as the table", int(rejected)))
    return int(counted[0][0])


def _fill(
    reading: Reading, connection: duckdb.DuckDBPyConnection, source: str, titles: Sequence[str], whole: bool
) -> None:
    limit = "" if whole else f" LIMIT {_SAMPLE}"
    rows = connection.execute(f"SELECT * FROM {source}{limit}").fetchall()
    headers = [_header(title) for title in titles]
    columns = [_column(headers[at], [row[at] for row in rows]) for at in range(len(titles))]
    declared = declare(headers, columns)
    reading.fields.update(declared.fields)
    if not whole:
        return
    for number, values in enumerate(zip(*(column.values for column in columns), strict=True), 1):
        named = values[declared.run] if declared.run >= 0 else None
        known = {h.name: value for h, value in zip(headers, values, strict=True) if value is not None}
        place = Place(reading.path, key=f"row {number}")
        reading.runs.append(RunRecord("" if named is None else str(named), place, known))
    for header, column in zip(headers, columns, strict=True):
        for index, mark in column.marks.items():
            reading.runs[index].marks[header.name] = mark


def _header(title: str) -> Header:
    """A column's name as it is: Parquet names are identifiers, not headings."""
    told = read_header(title)
    return Header(clean(title) or "column", told.unit, told.direction)


def _column(header: Header, values: Sequence[Any]) -> Typed:
    """A column's values; a column of text is read as cells are, because trackers write numbers as text."""
    if values and all(value is None or isinstance(value, str) for value in values):
        return read_column([value or "" for value in values], header.name, header.unit)
    return Typed([_value(value) for value in values], unit=header.unit)


def _value(value: Any) -> Value:
    """A DuckDB value as one of ours: nested values as JSON text, NaN as missing."""
    if value is None or isinstance(value, (bool, int, date, datetime)):
        return value.replace(tzinfo=None) if isinstance(value, datetime) else value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (list, dict)):
        import json

        return clean(json.dumps(value, default=str, ensure_ascii=False))
    return clean(str(value))
