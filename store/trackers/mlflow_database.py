"""MLflow's SQLite database (`mlflow.db`), known by its tables, whatever the file is called."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from store.cells import clean
from store.frames import FramedReading
from store.progress import advance
from store.records import Place, Reading, Skip
from store.trackers import sqlite_file
from store.trackers.mlflow_tables import NEEDED, read_tables
from store.trackers.sqlite_beside import beside
from store.trackers.sqlite_narrow import Narrow, numbers, texts

__all__ = ["claims", "read"]

_AT_ONCE = 20_000  # rows


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """Whether a file is a database of MLflow."""
    return head.startswith(sqlite_file.HEAD) and _is_mlflow(sqlite_file.tables(path))


def _is_mlflow(schema: dict[str, frozenset[str]]) -> bool:
    return all(columns <= schema.get(table, frozenset()) for table, columns in NEEDED.items())


def read(path: Path, shown: str) -> Reading:
    """Read a database: every run that is not deleted, its last values and its histories."""
    reading = FramedReading(shown, "mlflow")
    schema = sqlite_file.tables(path)
    if not _is_mlflow(schema):
        reading.skips.append(Skip(Place(shown), "not a database of MLflow"))
        return reading
    try:
        with sqlite_file.opened(path) as connection:
            _read(connection, reading, schema)
    except sqlite_file.BROKEN as error:
        reading.skips.append(Skip(Place(shown), f"can't be read: {clean(str(error))}"))
    return reading


def _read(connection: sqlite3.Connection, reading: FramedReading, schema: dict[str, frozenset[str]]) -> None:
    def columns(statement: str) -> Iterator[Sequence[Sequence[Any]]]:
        given = 0
        table = statement.rpartition(" ")[2].strip('"')
        connection.text_factory = str  # three times as quick as our own
        for decoded in (False, True):
            try:
                cursor = connection.execute(statement)
                for _ in islice(cursor, given):
                    pass
                while rows := cursor.fetchmany(_AT_ONCE):
                    given += len(rows)
                    advance(f"rows of {table} in {reading.path}", given)
                    yield list(zip(*rows, strict=True))
                return
            except sqlite_file.BROKEN as error:
                connection.text_factory = sqlite_file.decoded
                if decoded:
                    why = f"ends early: {clean(str(error))}"
                    reading.skips.append(Skip(Place(reading.path, key=table), why))

    def narrowed(table: str, *numbered: Any) -> Callable[[], Narrow | None]:
        told = numbers(store, table, *numbered) if numbered else texts(store, table)

        def narrow() -> Narrow | None:
            connection.text_factory = str
            try:
                return told()
            except sqlite_file.BROKEN:
                return None  # row by row there may be some

        return narrow

    # One state of the database for all tables, also while a tracker writes.
    with beside(connection) as store:
        read_tables(reading, schema, columns, narrowed)
