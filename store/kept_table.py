"""The table of a long history, kept as a DuckDB file that the next process opens instead of filling its own.

To open one takes a millisecond, whatever its size, and a question reads the columns it asks for; 10,000 runs
of 27 columns as plain data take 80 ms to load and to fill the engine with. A file is written under a name of
its own and never changed; the entry that `store.kept` keeps names it, and whoever finds it gone or damaged
reads the history anew. Beside `runs` it holds what the records say beyond their values:

    told   _row, name, path, line, end, key    what each run is called, and its place
    marks  _row, field, text, approx, note, line
    also   _row, path, line, end, key          other places of the same run
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zlib import crc32

from store.engines.duckdb import ROW_GROUP, DuckDB, quote
from store.engines.instance import module
from store.frames import Frame, FramedReading, count_of, frame_of
from store.history import Engine
from store.kept import cache_folder, ended, prune, remove
from store.records import Mark, Place, Reading, RunRecord, Value

__all__ = ["frames_of", "opened", "written"]

_SUFFIX = ".table"
_ENTRIES, _TOTAL = 16, 1 << 30  # files, bytes of all of them
_LARGEST = 512 << 20
_END = 1 << 16

_SCHEMA = (
    ("told", '_row BIGINT, name VARCHAR, path VARCHAR, line BIGINT, "end" BIGINT, key VARCHAR'),
    ("marks", "_row BIGINT, field VARCHAR, text VARCHAR, approx BOOLEAN, note VARCHAR, line BIGINT"),
    ("also", '_row BIGINT, path VARCHAR, line BIGINT, "end" BIGINT, key VARCHAR'),
)


def written(engine: Engine, name: str, sources: Sequence[Reading]) -> tuple[Any, ...] | None:
    """Keep the table of an engine; the file and what tells that it is whole, or None where it can't be kept.

    Args:
        engine: has the table, and may write in the cache folder.
        name: of the history's entry; tables that were kept for it before are deleted.
        sources: the readings whose runs are the rows.
    """
    start = f"{name.partition('.')[0]}-"
    file = ended(f"{start}{os.getpid():x}{time.time_ns():x}{_SUFFIX}")
    path = f"{cache_folder()}/{file}"
    try:
        os.makedirs(cache_folder(), mode=0o700, exist_ok=True)  # noqa: PTH103
        engine.keep(path, [(table, columns, _rows(table, sources)) for table, columns in _SCHEMA])
        size, ends = _ends(path)
        filled = [table for table in ("marks", "also") if any(_rows(table, sources))]
    except (OSError, module().Error):
        remove(path)
        return None
    except BaseException:
        remove(path)
        raise
    if size > _LARGEST:
        remove(path)
        return None
    prune(_SUFFIX, _ENTRIES, _TOTAL, start=start, but=file)
    return file, size, ends, filled


def opened(told: tuple[Any, ...], rows: int) -> DuckDB | None:
    """The engine over a table that was kept, or None where its file is gone or not as it was written."""
    file, size, ends, _ = told
    path = f"{cache_folder()}/{file}"
    try:
        if _ends(path) != (size, ends):
            return None
        return DuckDB.kept(path, parallel=rows > ROW_GROUP)
    except (OSError, module().Error):
        return None


def _ends(path: str) -> tuple[int, int]:
    """A file's size, and a checksum of its first and last blocks; DuckDB has one for every block."""
    with open(path, "rb") as file:  # noqa: PTH123
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        check = crc32(file.read(_END))
        file.seek(max(size - _END, 0))
        return size, crc32(file.read(_END), check)


def _rows(table: str, sources: Sequence[Reading]) -> Iterator[tuple[Value, ...]]:
    first = 0
    for source in sources:
        frame = frame_of(source)
        if table == "told":
            yield from _told(first, source, frame)
        elif frame is not None:
            for row, marks in frame.marks.items() if table == "marks" else ():
                yield from _marks(first + row, marks)
        else:
            for row, run in enumerate(source.runs, first):
                if table == "marks":
                    yield from _marks(row, run.marks)
                else:
                    yield from ((row, one.path, one.line, one.end, one.key) for one in run.also)
        first += count_of(source)


def _told(first: int, source: Reading, frame: Frame | None) -> Iterator[tuple[Value, ...]]:
    if frame is None:
        for row, run in enumerate(source.runs, first):
            place = run.place
            yield row, run.name, place.path, place.line, place.end, place.key
        return
    for row, (name, fields) in enumerate(zip(frame.names, frame.places, strict=True), first):
        yield row, name, *fields


def _marks(row: int, marks: dict[str, Mark]) -> Iterable[tuple[Value, ...]]:
    return ((row, field, mark.text, mark.approx, mark.note, mark.line) for field, mark in marks.items())


def frames_of(
    engine: DuckDB,
    told: tuple[Any, ...],
    sources: Sequence[Reading],
    columns: Sequence[dict[str, str]],
    counts: Sequence[int],
) -> list[Reading]:
    """The readings of a table that was kept; their runs come from it when they are asked for.

    Args:
        engine: has the table.
        told: what `written` told of it.
        sources: the readings, without runs.
        columns: for each of them the column's key by field name.
        counts: how many runs each has.
    """
    made: list[Reading] = []
    first = 0
    for source, keys, count in zip(sources, columns, counts, strict=True):
        if source.relation:  # it never had any
            made.append(source)
            continue
        reading = FramedReading(*(getattr(source, name) for name in source.__match_args__))
        reading.frame = _KeptFrame(engine, first, count, keys, told[-1])
        made.append(reading)
        first += count
    return made


class _KeptFrame(Frame):
    """The runs of one reading in a table that was kept, one or all at a time."""

    __slots__ = ("_count", "_engine", "_filled", "_first", "_keys", "_seen")

    def __init__(
        self, engine: DuckDB, first: int, count: int, keys: dict[str, str], filled: Sequence[str]
    ) -> None:
        self._engine, self._first, self._count, self._keys = engine, first, count, keys
        self._filled = filled  # a statement takes as long over an empty table
        self._seen: dict[tuple[int, bool], RunRecord] = {}

    def __len__(self) -> int:
        return self._count

    def record(self, row: int) -> RunRecord:
        """One run by itself."""
        return self._one(row, True)

    def outline(self, row: int) -> RunRecord:
        """One run without its values."""
        return self._one(row, False)

    def _one(self, row: int, whole: bool) -> RunRecord:
        if (row, whole) not in self._seen:  # an answer asks for the few runs that it shows several times each
            self._seen[row, whole] = self._records(self._first + row, self._first + row, whole)[0]
        return self._seen[row, whole]

    def records(self) -> list[RunRecord]:
        """All runs."""
        return self._records(self._first, self._first + self._count - 1)

    def _records(self, first: int, last: int, whole: bool = True) -> list[RunRecord]:
        def asked(columns: str, table: str) -> Sequence[tuple[Value, ...]]:
            which = f"= {first}" if first == last else f"BETWEEN {first} AND {last} ORDER BY _row"
            sql = f"SELECT {columns} FROM {table} WHERE _row {which}"
            return self._engine.run(sql).rows

        told = asked('_row, name, path, line, "end", key', "told")
        records: dict[Value, RunRecord] = {}
        for row, name, path, line, end, key in told:
            records[row] = RunRecord(str(name), Place(str(path), _whole(line), _whole(end), str(key)))
        keys = "".join(f", {quote(key)}" for key in self._keys.values())
        for row, *cells in asked(f"_row{keys}", "runs") if whole else ():
            held = zip(self._keys, cells, strict=True)
            records[row].values.update((field, cell) for field, cell in held if cell is not None)
        for row, field, text, approx, note, line in asked("*", "marks") if "marks" in self._filled else ():
            records[row].marks[str(field)] = Mark(str(text), bool(approx), str(note), _whole(line))
        for row, path, line, end, key in asked("*", "also") if "also" in self._filled else ():
            records[row].also.append(Place(str(path), _whole(line), _whole(end), str(key)))
        return list(records.values())


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0
