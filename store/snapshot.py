"""A history as it was read, kept as plain data for the next question of the same files.

Reading a log of 30 runs takes 40 ms of CPU, with the imports and regexes that it needs; its snapshot takes 3.
A snapshot is used only where every file has the same bytes under the same path, and the code and the
vocabulary that read it are the same files. `ask --no-cache` does without; deleting the folder loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from store.catalog import Column
from store.kept import code_stamp, keep, kept, prune
from store.records import Field, Mark, Place, Reading, RunRecord, Skip, Todo, Value
from store.slotted import slotted
from store.stores import Store
from store.table import Table

__all__ = ["Snapshot", "Stamp", "find", "save", "stamp"]

_FORMAT = 2
_SUFFIX = ".history"
_FILES, _SIZE = 200, 32 << 20  # of a history that is kept
_ENTRIES, _TOTAL = 40, 128 << 20  # of all that are kept
_WHOLE = 1 << 18
"""Files of more bytes than this are told by their digest: hashing needs OpenSSL, 4 ms to load."""


@slotted
class Snapshot:
    """What `store.load` made of the files."""

    sources: list[Reading]
    table: Table
    left: list[tuple[str, str]]


@slotted
class Stamp:
    """The name a snapshot is kept under, and all that it was made from."""

    name: str
    made_from: tuple[Any, ...]


def stamp(files: Sequence[Store], *options: object) -> Stamp | None:
    """What a snapshot of these files would be made from, or None for what is not kept.

    Args:
        files: what is read, in its order; a tracker's store is told by its files' sizes and times.
        options: all else that decides what is made of them; plain data.
    """
    here = Path(__file__).parent
    try:
        plain = [one.path for one in files if not one.tracker]
        if len(files) > _FILES or sum(path.stat().st_size for path in plain) > _SIZE:
            return None
        contents = tuple((str(one.path), one.named, one.tracker, _content_of(one)) for one in files)
        code = code_stamp(str(here), str(here.parent / "grammar" / "words"))
    except OSError:
        return None  # reading them will say so
    names = "\0".join(str(one.path.absolute()) for one in files)
    name = f"{crc32(names.encode('utf-8', 'surrogateescape')):08x}{_SUFFIX}"
    return Stamp(name, (_FORMAT, code, contents, options))


def find(made_from: Stamp) -> Snapshot | None:
    """The snapshot with that stamp, or None."""
    data = kept(made_from.name, made_from.made_from)
    if data is None:
        return None
    sources, table, left = data
    return Snapshot([_reading(packed) for packed in sources], _table(*table), left)


def save(made_from: Stamp, history: Snapshot) -> None:
    """Keep a snapshot, and no more of them than a bound."""
    packed = ([_pack_reading(r) for r in history.sources], _pack_table(history.table), history.left)
    keep(made_from.name, made_from.made_from, packed)
    prune(_SUFFIX, _ENTRIES, _TOTAL)


def _content_of(store: Store) -> object:
    if store.tracker:
        beside = [f"{store.path}-wal"] if Path(f"{store.path}-wal").exists() else []
        return code_stamp(str(store.path), *beside)
    return _content(store.path.read_bytes())


def _content(data: bytes) -> bytes:
    if len(data) <= _WHOLE:
        return data
    from hashlib import sha256

    return sha256(data).digest()


def _pack(shape: Any) -> tuple[Any, ...]:
    """The fields of a value class whose values are plain."""
    return tuple([getattr(shape, name) for name in shape.__match_args__])


def _pack_reading(reading: Reading) -> tuple[Any, ...]:
    return (
        reading.path,
        reading.reader,
        {name: _pack(told) for name, told in reading.fields.items()},
        [_pack_run(run) for run in reading.runs],
        [(todo.text, todo.done, _pack(todo.place)) for todo in reading.todos],
        [(_pack(skip.place), skip.reason, skip.count) for skip in reading.skips],
        reading.notes,
        reading.points,
    )


def _reading(packed: tuple[Any, ...]) -> Reading:
    path, reader, fields, runs, todos, skips, notes, points = packed
    return Reading(
        path,
        reader,
        {name: Field(*told) for name, told in fields.items()},
        [_run(*run) for run in runs],
        [Todo(text, done, Place(*place)) for text, done, place in todos],
        [Skip(Place(*place), reason, count) for place, reason, count in skips],
        notes,
        points=points,
    )


def _pack_run(run: RunRecord) -> tuple[Any, ...]:
    days = [name for name, value in run.values.items() if isinstance(value, date)]
    values = {name: _pack_day(value) for name, value in run.values.items()}
    marks = {name: _pack(mark) for name, mark in run.marks.items()}
    return run.name, _pack(run.place), values, days, marks, [_pack(place) for place in run.also]


def _run(
    name: str,
    place: tuple[Any, ...],
    values: dict[str, Any],
    days: list[str],
    marks: dict[str, tuple[Any, ...]],
    also: list[tuple[Any, ...]],
) -> RunRecord:
    for day in days:
        values[day] = _day(values[day])
    told = {key: Mark(*mark) for key, mark in marks.items()}
    return RunRecord(name, Place(*place), values, told, also=[Place(*one) for one in also])


def _pack_table(table: Table) -> tuple[Any, ...]:
    columns = [_pack(column) for column in table.columns]
    values = list(table.values)
    for number, column in enumerate(table.columns):
        if column.type in _DATED:
            low, high = _pack_day(column.low), _pack_day(column.high)
            listed = tuple(map(_pack_day, column.values))
            columns[number] = _pack(replace(column, low=low, high=high, values=listed))
            values[number] = list(map(_pack_day, values[number]))
    return columns, values, table.states, table.tells_state, table.places


def _table(
    columns: list[tuple[Any, ...]],
    values: list[list[Any]],
    states: list[str],
    tells_state: bool,
    places: list[tuple[int, int, int]],
) -> Table:
    made = [Column(*column) for column in columns]
    for number, column in enumerate(made):
        if column.type in _DATED:
            low, high, listed = _day(column.low), _day(column.high), tuple(map(_day, column.values))
            made[number] = replace(column, low=low, high=high, values=listed)
            values[number] = list(map(_day, values[number]))
    return Table(made, values, states, tells_state, places)


_DATED = ("date", "datetime")


def _pack_day(value: Value) -> Value:
    """A day or moment as text, which marshal knows; another value as it is."""
    return value.isoformat() if isinstance(value, date) else value


def _day(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
