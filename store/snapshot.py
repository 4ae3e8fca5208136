"""A history as it was read, kept as plain data for the next question of the same files.

Reading a log of 30 runs takes 40 ms of CPU, with the imports and regexes that it needs; its snapshot takes 3.
A snapshot is used only where every file has the same bytes under the same path (a tracker's store and a large
file: the same size, times and ends), and the code and the vocabulary that read it are the same files. The
table of a long history is kept as the engine's own file (`store.kept_table`). `ask --no-cache` does without;
deleting the folder loses nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from store.catalog import Column
from store.fingerprint import fingerprint
from store.frames import count_of
from store.kept import code_stamp, is_kept, keep, kept, prune
from store.kept_series import save_series
from store.packing import day_of, packed_day, packed_reading, packed_shape, reading_of
from store.records import Reading, Value
from store.slotted import slotted
from store.stores import Store
from store.table import Table

if TYPE_CHECKING:
    from store.history import Engine

__all__ = ["Snapshot", "Stamp", "code", "find", "is_long", "save", "stamp"]

_FORMAT = 3
_SUFFIX = ".history"
_FILES = 500  # of a history that is kept
_ENTRIES, _TOTAL = 40, 128 << 20  # of all that are kept
_WHOLE = 1 << 18
"""Files of more bytes than this are told by their digest: hashing needs OpenSSL, 4 ms to load."""

_LARGE = 8 << 20
"""Files of more bytes than this are told by size, times and ends: to read them takes as long as an answer."""

_APART_NS = 2_000_000_000
"""How far the clock of a file server may be behind ours."""

CELLS = 40_000
"""The table of more cells than this is kept as a file of the engine."""


@slotted
class Snapshot:
    """What `store.load` made of the files.

    Attributes:
        states: how many runs are in each state.
        engine: has the table, where that was kept; `table` is then without its rows.
    """

    sources: list[Reading]
    table: Table
    left: list[tuple[str, str]]
    rows: int
    states: dict[str, int]
    engine: Engine | None = None


class Stamp:
    """The name a snapshot is kept under, and all that it was made from, told when that is first needed.

    Args:
        name: of the entry.
        tell: what it was made from, as plain data; None for what is not kept.
    """

    def __init__(self, name: str, tell: Callable[[], tuple[Any, ...] | None]) -> None:
        self.name = name
        self._tell = tell

    @cached_property
    def made_from(self) -> tuple[Any, ...] | None:
        """What the snapshot was made from, or None."""
        return self._tell()


def stamp(files: Sequence[Store], *options: object) -> Stamp | None:
    """What a snapshot of these files would be made from, or None for what is not kept.

    To look at every file of a tracker's store takes as long as to read it. Where nothing is kept that might
    be of the same state, that is done once somebody wants to keep what was read: it was of that state, if
    nothing in it has been written since before it was read.

    Args:
        files: what is to be read, in its order; a tracker's store is told by its files' sizes and times.
        options: all else that decides what is made of them; plain data.
    """
    if len(files) > _FILES:
        return None
    names = "\0".join(str(one.path.absolute()) for one in files)
    name = f"{crc32(names.encode('utf-8', 'surrogateescape')):08x}{_SUFFIX}"
    if all(one.tracker for one in files) and not is_kept(name):
        return Stamp(name, partial(_made_from, files, options, time.time_ns() - _APART_NS))
    told = Stamp(name, partial(_made_from, files, options))
    return None if told.made_from is None else told


def _made_from(
    files: Sequence[Store], options: tuple[object, ...], before: int | None = None
) -> tuple[Any, ...] | None:
    """All that a snapshot is made from; None where a file can't be read or was written after a moment."""
    try:
        contents = tuple((str(one.path), one.named, one.tracker, _content_of(one, before)) for one in files)
        return _FORMAT, code(), contents, options
    except OSError:
        return None  # reading them will say so; or one is being written


@lru_cache(maxsize=1)
def code() -> tuple[object, ...]:
    """What tells the code and the vocabulary that read from any other; asked once, as code is loaded once.

    Raises:
        OSError: where a file of theirs is gone.
    """
    here = Path(__file__).parent
    return code_stamp(str(here), str(here.parent / "grammar" / "words"))


def find(made_from: Stamp) -> Snapshot | None:
    """The snapshot with that stamp, or None."""
    if not is_kept(made_from.name):
        return None
    data = kept(made_from.name, made_from.made_from)
    if data is None:
        return None
    packed, table, left, rows, states, file = data
    sources = [reading_of(one) for one in packed]
    if not file:
        return Snapshot(sources, _table(*table), left, rows, states)
    from store.kept_table import frames_of, opened

    engine = opened(file[0], rows)
    if engine is None:
        return None
    return Snapshot(
        frames_of(engine, file[0], sources, *file[1:]), _table(*table), left, rows, states, engine
    )


def is_long(table: Table) -> bool:
    """Whether a table is kept as a file of the engine."""
    return len(table.columns) * len(table.places) > CELLS


def _is_in_place(history: Snapshot) -> bool:
    """Whether the engine read the files itself."""
    return bool(history.sources) and all(reading.relation for reading in history.sources)


def save(made_from: Stamp, history: Snapshot, engine: Engine) -> bool:
    """Keep a snapshot, and no more of them than a bound; whether its histories by step are kept as well.

    Args:
        made_from: its stamp.
        history: what is kept.
        engine: has its table; of a long one it is allowed to write to where that is kept.
    """
    if made_from.made_from is None:
        return False
    table, sources = history.table, history.sources
    file: tuple[Any, ...] = ()
    if is_long(table) or _is_in_place(history):
        from store.kept_table import written

        whole = written(engine, made_from.name, sources)
        if whole is None:
            return False
        fields = [
            {
                names[at]: column.key
                for names, column in zip(table.names, table.columns, strict=False)  # none of a file in place
                if at in names
            }
            for at in range(len(sources))
        ]
        file = (whole, fields, [count_of(source) for source in sources])
        table = Table(table.columns, [[] for _ in table.columns], [], table.tells_state)
    packed = (
        [packed_reading(one, bare=bool(file)) for one in sources], _pack_table(table), history.left,
        history.rows, history.states, file,
    )  # fmt: skip
    keep(made_from.name, made_from.made_from, packed)
    prune(_SUFFIX, _ENTRIES, _TOTAL)
    return save_series(made_from.name, made_from.made_from, history.table.series)


def _content_of(store: Store, before: int | None) -> object:
    """What the content of a store is told by; `before` as `fingerprint` has it.

    Raises:
        OSError: where it can't be told.
    """
    if not store.tracker and store.path.stat().st_size <= _LARGE:
        return _content(store.path.read_bytes())
    told = fingerprint(str(store.path), before)
    if told is None:
        raise OSError
    return told


def _content(data: bytes) -> bytes:
    if len(data) <= _WHOLE:
        return data
    from hashlib import sha256

    return sha256(data).digest()


def _pack_table(table: Table) -> tuple[Any, ...]:
    columns = [packed_shape(column) for column in table.columns]
    values = list(table.values)
    for number, column in enumerate(table.columns):
        if column.type in _DATED:
            low, high = packed_day(column.low), packed_day(column.high)
            listed = tuple(map(packed_day, column.values))
            columns[number] = packed_shape(replace(column, low=low, high=high, values=listed))
            values[number] = list(map(packed_day, values[number]))
    bests = [(packed_shape(column), values) for column, values in table.bests]
    return columns, values, table.states, table.tells_state, table.places, bests


def _table(
    columns: list[tuple[Any, ...]],
    values: list[list[Any]],
    states: list[str],
    tells_state: bool,
    places: list[tuple[int, int, int]],
    bests: list[tuple[tuple[Any, ...], list[Value]]],
) -> Table:
    made = [Column(*column) for column in columns]
    for number, column in enumerate(made):
        if column.type in _DATED:
            low, high, listed = day_of(column.low), day_of(column.high), tuple(map(day_of, column.values))
            made[number] = replace(column, low=low, high=high, values=listed)
            values[number] = list(map(day_of, values[number]))
    return Table(
        made, values, states, tells_state, places, bests=[(Column(*told), listed) for told, listed in bests]
    )


_DATED = ("date", "datetime")
