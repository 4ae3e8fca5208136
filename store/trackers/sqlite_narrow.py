"""A narrow table of a database (run, key, value), turned into columns by SQLite itself.

`sqlite3` makes a tuple a row and an object a value: the 120,000 parameters of 10,000 runs take 70 ms to
fetch, and as long again to put in their places. The texts of a run are one row instead, joined, and split
here (40 ms, most of them beside other work); of the numbers of a key no run is fetched (30 ms for 80,000).
Both give what row by row would have given, or say that they can't: they count.

    texts    no NULL, and no separator in any text: or the pieces are more or less than the rows
    numbers  few keys, every value a double, each once a run: the values of a key one by one, the runs they
             are of as one text, both in the order of the same index
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from store.slotted import slotted
from store.trackers.sqlite_beside import Beside, Told

__all__ = ["Block", "numbers", "texts"]

_KEYS = 16
"""With more keys than this, to try each of them on every row costs more than to fetch the rows."""

_FIRST = 4000
"""Rows in which, as a rule, every key stands that there is."""


@slotted
class Block:
    """Some runs of a narrow table that have the same keys.

    Attributes:
        owners: the runs, each once.
        values: for each key the values in the order of `owners`; of a number None where the run has none.
    """

    owners: Sequence[str]
    values: Mapping[str, Sequence[Any]]


Narrow = tuple[list[str], list[Block]]
"""All keys in the order in which they were first logged, and the blocks."""


def texts(store: Beside, table: str) -> Callable[[], Narrow | None]:
    """What gives the texts of a table, a block for every set of keys that a run has; None where it can't.

    What is given raises `sqlite3.Error` where the table can't be read so; row by row it may be.
    """
    none = f'SELECT 1 FROM "{table}" WHERE run_uuid IS NULL OR key IS NULL OR value IS NULL LIMIT 1'
    incomplete = store.later(none)  # at no cost where the schema has it that there is none
    counted = store.later(f'SELECT count(*) FROM "{table}"')
    joined = store.later(
        "SELECT group_concat(owner, '\x1e'), group_concat(said, '\x1e'), group_concat(logged, '\x1e') FROM"
        " (SELECT run_uuid AS owner, group_concat(key, '\x1f') AS said, group_concat(value, '\x1f') AS logged"
        f' FROM "{table}" GROUP BY run_uuid)'
    )
    first = _first(store, table)

    def told() -> Narrow | None:
        if incomplete():
            return None
        ((rows,),) = counted()
        if not rows:
            return [], []
        ((owners, keys, values),) = ([text.split("\x1e") for text in row] for row in joined())
        if not len(set(owners)) == len(owners) == len(keys) == len(values):
            return None
        blocks = _blocks(owners, keys, values)
        if sum(len(block.owners) * len(block.values) for block in blocks) != rows:
            return None
        return _in_order(store, table, first(), {key for block in blocks for key in block.values}), blocks

    return told


def _blocks(owners: list[str], keys: list[str], values: list[str]) -> list[Block]:
    """The runs by their keys, which of many runs are the same text; without those that can't be split."""
    by_keys: dict[str, list[int]] = {}
    for at, said in enumerate(keys):
        by_keys.setdefault(said, []).append(at)
    blocks: list[Block] = []
    for said, places in by_keys.items():
        names = said.split("\x1f")
        whole = len(places) == len(owners)
        cells = "\x1f".join(values if whole else [values[at] for at in places]).split("\x1f")
        if len(cells) == len(names) * len(places):
            columns = {name: cells[at :: len(names)] for at, name in enumerate(names)}
            blocks.append(Block(owners if whole else [owners[at] for at in places], columns))
    return blocks


def numbers(
    store: Beside, table: str, zero: Sequence[str], order: Sequence[str], like: str = ""
) -> Callable[[], Narrow | None]:
    """What gives the numbers of a table; None where it can't: many keys, texts, two of a run, no finite ones.

    What is given raises `sqlite3.Error` as `texts` does.

    Args:
        store: the database.
        table: its name.
        zero: columns that are 0 in every row, or nothing is told: whether it is NaN, the step.
        order: columns in the order of an index of the key and them; `run_uuid` is among them.
        like: another table that has as many rows, or nothing is told.
    """
    names = (table, like) if like else (table,)
    counted = [store.later(f'SELECT count(*) FROM "{name}"') for name in names]

    def told() -> Narrow | None:
        rows, *others = (count()[0][0] for count in counted)
        return _numbers(store, table, zero, order, rows) if {*others} <= {rows} else None

    return told


def _numbers(
    store: Beside, table: str, zero: Sequence[str], order: Sequence[str], rows: int
) -> Narrow | None:
    keys = _keys(store, table)
    if not keys or len(keys) > _KEYS or not all(isinstance(key, str) for key in keys):
        return None
    # SQLite has no infinity that SQLAlchemy would write: MLflow stores the largest double.
    other = " OR ".join((*(f'"{name}" <> 0' for name in zero), "abs(value) >= ?"))
    others = store.later(f'SELECT 1 FROM "{table}" WHERE {other} LIMIT 1', (sys.float_info.max,))
    sort = f"WHERE key = ? ORDER BY {', '.join(order)}"
    by = f"SELECT group_concat(run_uuid, '\x1e') FROM (SELECT run_uuid FROM \"{table}\" {sort})"
    joined = [store.later(by, (key,)) for key in keys]
    first = _first(store, table)
    value = f'SELECT value FROM "{table}" {sort}'
    columns = [[*chain.from_iterable(store.now(value, (key,)))] for key in keys]
    if others() or sum(map(len, columns)) != rows:
        return None
    by_owners: dict[str, dict[str, Sequence[Any]]] = {}
    for key, values, told in zip(keys, columns, joined, strict=True):
        ((owners,),) = told()
        if set(map(type, values)) != {float} or not isinstance(owners, str):
            return None
        by_owners.setdefault(owners, {})[key] = values
    blocks = [Block(owners.split("\x1e"), values) for owners, values in by_owners.items()]
    for block in blocks:
        lengths = {len(set(block.owners)), *map(len, block.values.values())}
        if lengths != {len(block.owners)}:
            return None
    return _in_order(store, table, first(), keys), blocks


def _keys(store: Beside, table: str) -> list[Any]:
    """The first keys of a table by the alphabet, at most one more than `_KEYS`: a step a key of the index."""
    told = store.now(
        f'WITH RECURSIVE one(key) AS (SELECT min(key) FROM "{table}" UNION ALL'
        f' SELECT (SELECT min(key) FROM "{table}" AS more WHERE more.key > one.key)'
        f" FROM one WHERE one.key IS NOT NULL LIMIT {_KEYS + 1})"
        " SELECT key FROM one WHERE key IS NOT NULL"
    )
    return [key for (key,) in told]


def _first(store: Beside, table: str) -> Callable[[], Told]:
    """What gives the keys of the first rows as one text."""
    rows = f'SELECT key FROM "{table}" ORDER BY rowid LIMIT {_FIRST}'
    return store.later(f"SELECT group_concat(key, '\x1e') FROM ({rows})")


def _in_order(store: Beside, table: str, first: Told, keys: Iterable[str]) -> list[str]:
    """The keys in the order of their first rows."""
    wanted, told = set(keys), [*dict.fromkeys(first[0][0].split("\x1e"))]
    if not wanted <= set(told):
        told = [key for (key,) in store.now(f'SELECT key FROM "{table}" GROUP BY key ORDER BY min(rowid)')]
    return list(dict.fromkeys([*(key for key in told if key in wanted), *sorted(wanted)]))
