"""A narrow table of a database (run, key, value), turned into columns by SQLite itself.

`sqlite3` makes a tuple a row and an object a value: the 120,000 parameters of 10,000 runs take 70 ms to
fetch, and as long again to put in their places. What a run has is one row instead: its texts joined, and
split here (40 ms), its numbers a column a key (45 ms). Both give what row by row would have given, or say
that they can't: they count.

    texts    no NULL, and no separator in any text: or the pieces are more or less than the rows
    numbers  few keys, every value a double, each once a run: or the cells are less than the rows
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from store.slotted import slotted

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


def texts(connection: sqlite3.Connection, table: str) -> Narrow | None:
    """The texts of a table, a block for every set of keys that a run has; None where that can't be told so.

    Raises:
        sqlite3.Error: where the table can't be read so; row by row it may be.
    """
    none = f'SELECT 1 FROM "{table}" WHERE run_uuid IS NULL OR key IS NULL OR value IS NULL LIMIT 1'
    if connection.execute(none).fetchall():  # at no cost where the schema has it that there is none
        return None
    ((rows,),) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchall()
    if not rows:
        return [], []
    (told,) = connection.execute(
        "SELECT group_concat(owner, '\x1e'), group_concat(said, '\x1e'), group_concat(logged, '\x1e') FROM"
        " (SELECT run_uuid AS owner, group_concat(key, '\x1f') AS said, group_concat(value, '\x1f') AS logged"
        f' FROM "{table}" GROUP BY run_uuid)'
    ).fetchall()
    owners, keys, values = (text.split("\x1e") for text in told)
    if not len(set(owners)) == len(owners) == len(keys) == len(values):
        return None
    blocks = _blocks(owners, keys, values)
    if sum(len(block.owners) * len(block.values) for block in blocks) != rows:
        return None
    return _in_order(connection, table, {key for block in blocks for key in block.values}), blocks


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


def numbers(connection: sqlite3.Connection, table: str, zero: Sequence[str]) -> Narrow | None:
    """The numbers of a table as one block; None where that can't be told so: many keys, texts, two of a run.

    Args:
        connection: to the database.
        table: its name.
        zero: columns that are 0 in every row, or nothing is told: whether it is NaN, the step.

    Raises:
        sqlite3.Error: as `texts` does.
    """
    keys = _keys(connection, table)
    if not keys or len(keys) > _KEYS or not all(isinstance(key, str) for key in keys):
        return None
    cells = ", ".join(["max(value) FILTER (WHERE key = ?)"] * len(keys))
    other = " OR ".join(f'"{name}" <> 0' for name in zero)
    told = connection.execute(
        f'SELECT run_uuid, count(*), max({other}), {cells} FROM "{table}" GROUP BY run_uuid', keys
    ).fetchall()
    owners, counts, others, *columns = zip(*told, strict=True)
    kinds = {kind for column in columns for kind in set(map(type, column))}
    there = sum(len(column) - column.count(None) for column in columns)
    if any(others) or there != sum(counts) or not kinds <= {float, type(None)}:
        return None
    if set(map(type, owners)) != {str}:
        return None
    return _in_order(connection, table, keys), [Block(owners, dict(zip(keys, columns, strict=True)))]


def _keys(connection: sqlite3.Connection, table: str) -> list[Any]:
    """The first keys of a table by the alphabet, at most one more than `_KEYS`: a step a key of the index."""
    told = connection.execute(
        f'WITH RECURSIVE one(key) AS (SELECT min(key) FROM "{table}" UNION ALL'
        f' SELECT (SELECT min(key) FROM "{table}" AS more WHERE more.key > one.key)'
        f" FROM one WHERE one.key IS NOT NULL LIMIT {_KEYS + 1})"
        " SELECT key FROM one WHERE key IS NOT NULL"
    )
    return [key for (key,) in told]


def _in_order(connection: sqlite3.Connection, table: str, keys: Iterable[str]) -> list[str]:
    """The keys in the order of their first rows."""
    wanted = set(keys)
    told = connection.execute(f'SELECT key FROM "{table}" ORDER BY rowid LIMIT {_FIRST}').fetchall()
    if {key for (key,) in told} < wanted:
        told = connection.execute(f'SELECT key FROM "{table}" GROUP BY key ORDER BY min(rowid)').fetchall()
    return list(dict.fromkeys([*(key for (key,) in told if key in wanted), *sorted(wanted)]))
