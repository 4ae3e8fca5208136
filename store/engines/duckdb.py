"""DuckDB, embedded and in memory: the engine that every question runs on.

Rows go in through DuckDB 2's appender (measured: 30 × 12 in 2 ms, 10,000 × 20 in 20 ms; one INSERT of
literals takes 5 ms for the former, executemany 12 s for the latter).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store.catalog import Column
from store.engines.filling import Filling
from store.engines.instance import ROW_GROUP, Database, literal, lock, quote
from store.history import Rows
from store.points import ByRow, rows_of
from store.records import Value

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "HOUSEKEEPING",
    "ROW_GROUP",
    "STATES",
    "STATE_TYPE",
    "DuckDB",
    "quote",
    "sql_type",
]

STATES = ("completed", "crashed", "discarded", "diverged", "planned", "running", "stopped")
"""Every state there is, in the order of the alphabet, which an ENUM sorts by."""

STATE_TYPE = f"ENUM ({', '.join(repr(state) for state in STATES)})"
"""Over a million runs the count by state takes 3 ms, as VARCHAR 14; a filter by state gains as much."""

HOUSEKEEPING = (
    ("_row", "BIGINT"),
    ("_source", "INTEGER"),
    ("_line", "INTEGER"),
    ("_end", "INTEGER"),
    ("_state", STATE_TYPE),
)

_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "bool": "BOOLEAN",
}


def sql_type(column: Column) -> str:
    """The SQL type of a column: integers beyond 64 bits get a HUGEINT."""
    if column.type == "integer" and any(
        isinstance(end, int) and not -(2**63) <= end < 2**63 for end in (column.low, column.high)
    ):
        return "HUGEINT"
    return _TYPES[column.type]


class DuckDB:
    """The table `runs` in a DuckDB of its own.

    Args:
        columns: the columns besides the housekeeping ones.
        cells: by column, `_row` the first, the values of the runs in their order; without what is shared.
        shared: values that all rows have, by column: each of 10,000 that is not told again saves 1 to 3 ms.
        room: a folder in which the table may be kept; no other file can be reached.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Mapping[str, Sequence[Value]] | None = None,
        *,
        shared: Mapping[str, Value] | None = None,
        room: str = "",
    ) -> None:
        kinds = {**dict(HOUSEKEEPING), **{column.key: sql_type(column) for column in columns}}
        given = {name: () for name in kinds} if cells is None else cells
        rows = len(next(iter(given.values())))
        self._database = Database.new(room, parallel=rows > ROW_GROUP)
        self._filling: Filling | None = Filling(self._connection, kinds, given, shared or {})

    @classmethod
    def over(cls, connection: duckdb.DuckDBPyConnection, room: str = "") -> DuckDB:
        """The engine over a DuckDB of its own that has the table `runs` already; `room` as above."""
        lock(connection, room)
        return cls._of(Database.alone(connection))

    @classmethod
    def kept(cls, path: str, *, parallel: bool = False) -> DuckDB:
        """The engine over a table that `keep` wrote; the file is only read.

        Raises:
            duckdb.Error: where it is no such file.
        """
        return cls._of(Database.new(os.path.dirname(path), parallel=parallel, file=path))  # noqa: PTH120

    @classmethod
    def _of(cls, database: Database) -> DuckDB:
        engine = cls.__new__(cls)
        engine._database, engine._filling = database, None
        return engine

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return self._database.connection

    def keep(self, path: str, more: Iterable[tuple[str, str, Iterable[Sequence[Value]]]] = ()) -> None:
        """Write the table `runs` to a file of its own.

        Args:
            path: the file, in the engine's room; nothing may be there.
            more: other tables, each its name, its columns as SQL declares them, and its rows.

        Raises:
            duckdb.Error: where it can't be written.
        """
        if self._filling is not None:
            self._filling.fill()
        out = f"{self._database.name}_out"
        self._connection.execute(f"ATTACH {literal(path)} AS {out}")
        try:
            self._connection.execute(f"CREATE TABLE {out}.runs AS FROM {self._database.name}.runs")
            for name, columns, rows in more:
                self._connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
                appender = self._connection.appender(name)
                appender.append_rows(rows)
                appender.flush()
                self._connection.execute(f"CREATE TABLE {out}.{name} AS FROM temp.{name}")
                self._connection.execute(f"DROP TABLE temp.{name}")
        finally:
            self._connection.execute(f"DETACH {out}")

    def run(self, sql: str, params: Sequence[Value] = ()) -> Rows:
        """Run one statement with `?` bound to `params`.

        Raises:
            duckdb.Error: where DuckDB refuses the statement.
        """
        if self._filling is not None:
            self._filling.fill(sql)
        result = self._connection.execute(sql, list(params)) if params else self._connection.execute(sql)
        described: Any = result.description or ()
        return Rows(tuple(column[0] for column in described), tuple(result.fetchall()))

    def add_points(self, keys: Sequence[str], key: str, series: ByRow) -> None:
        """Put the history of a metric into the table `points`; `keys` are all metrics that have one."""
        names = ", ".join(f"'{name}'" for name in keys)  # word characters alone
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS points (_row INTEGER, metric ENUM ({names}), step BIGINT, "
            "time DOUBLE, value DOUBLE)"
        )
        appender = self._connection.appender("points")
        for row, one in series.items():  # run by run: the appender holds what is not flushed a second time
            appender.append_rows(rows_of(key, row, one))
            appender.flush()

    def close(self) -> None:
        """Free the engine."""
        self._database.close()
