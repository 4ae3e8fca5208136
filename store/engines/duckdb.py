"""DuckDB, embedded and in memory: the engine that every question runs on.

Rows go in through DuckDB 2's appender (measured: 30 × 12 in 2 ms, 10,000 × 20 in 20 ms; one INSERT of
literals takes 5 ms for the former, executemany 12 s for the latter). Nothing a question makes can reach a
file or the network: external access is shut and the configuration locked once the data is in.

The compiled module `_duckdb` is all that is needed of the package, and is imported in its place: a whole
process that creates a table, fills it and asks it once takes 59 ms of CPU with `_duckdb` and 120 ms with
`duckdb`, whose Python parts (relations, sources, the version by importlib.metadata) no question uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store.catalog import Column
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
    "connect",
    "lock",
    "module",
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

ROW_GROUP = 122_880
"""DuckDB shares out work by row groups of so many rows: a smaller table runs on one thread whatever is set,
and one thread less to start and to wake saves 3 ms of a cold answer on two cores."""

_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "bool": "BOOLEAN",
}


def quote(name: str) -> str:
    """A name as a SQL identifier, whatever is in it.

    Example:
        >>> quote('a "b"; drop table runs')
        '"a ""b""; drop table runs"'
    """
    return '"' + name.replace('"', '""') + '"'


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
        rows: the runs; each the housekeeping values, then the columns' values in their order.
        shared: values that all rows have, by column, which `rows` are without: each of 10,000 that is not
            told again saves 1 to 3 ms.
        parallel: whether there are more rows than `ROW_GROUP`.
        room: a folder in which the table may be kept; no other file can be reached.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Value]] = (),
        *,
        shared: Mapping[str, Value] | None = None,
        parallel: bool = False,
        room: str = "",
    ) -> None:
        shut: Config = {} if room else {"enable_external_access": False, "lock_configuration": True}
        self._connection = connect(shut if parallel else {**shut, "threads": 1})
        if room:
            lock(self._connection, room)
        names = [*HOUSEKEEPING, *((column.key, sql_type(column)) for column in columns)]
        always = {name: f" DEFAULT {_literal(str(value))}" for name, value in (shared or {}).items()}
        told = ", ".join(f"{quote(name)} {kind}{always.get(name, '')}" for name, kind in names)
        self._connection.execute(f"CREATE TABLE runs ({told})")
        varying = [name for name, _ in names if name not in always] if always else None
        appender = self._connection.appender("runs", columns=varying)
        appender.append_rows(rows)
        appender.flush()

    @classmethod
    def over(cls, connection: duckdb.DuckDBPyConnection, room: str = "") -> DuckDB:
        """The engine over a connection that has the table `runs` already; `room` as above."""
        engine = cls.__new__(cls)
        engine._connection = connection
        lock(connection, room)
        return engine

    @classmethod
    def kept(cls, path: str, *, parallel: bool = False) -> DuckDB:
        """The engine over a table that `keep` wrote; the file is only read.

        Raises:
            duckdb.Error: where it is no such file.
        """
        connection = connect(None if parallel else {"threads": 1})
        connection.execute(f"ATTACH {_literal(path)} AS kept (READ_ONLY)")
        connection.execute("SET search_path = 'memory,kept'")
        return cls.over(connection)

    def keep(self, path: str, more: Iterable[tuple[str, str, Iterable[Sequence[Value]]]] = ()) -> None:
        """Write the table `runs` to a file of its own.

        Args:
            path: the file, in the engine's room; nothing may be there.
            more: other tables, each its name, its columns as SQL declares them, and its rows.

        Raises:
            duckdb.Error: where it can't be written.
        """
        self._connection.execute(f"ATTACH {_literal(path)} AS kept")
        try:
            self._connection.execute("CREATE TABLE kept.runs AS FROM memory.runs")
            for name, columns, rows in more:
                self._connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
                appender = self._connection.appender(name)
                appender.append_rows(rows)
                appender.flush()
                self._connection.execute(f"CREATE TABLE kept.{name} AS FROM temp.{name}")
                self._connection.execute(f"DROP TABLE temp.{name}")
        finally:
            self._connection.execute("DETACH kept")

    def run(self, sql: str, params: Sequence[Value] = ()) -> Rows:
        """Run one statement with `?` bound to `params`.

        Raises:
            duckdb.Error: where DuckDB refuses the statement.
        """
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
        self._connection.close()


Config = dict[str, str | bool | int | float | list[str]]


def connect(more: Config | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that never fetches an extension, with more of its settings where told."""
    config: Config = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        **(more or {}),
    }
    connection: duckdb.DuckDBPyConnection = module().connect(":memory:", config=config)
    return connection


def module() -> Any:
    """DuckDB's compiled module; a release that moves it is used through the package."""
    try:
        import _duckdb
    except ImportError:
        import duckdb

        return duckdb
    return _duckdb


def _literal(text: str) -> str:
    """A text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def lock(connection: duckdb.DuckDBPyConnection, room: str = "") -> None:
    """Shut files and network to whatever SQL comes, for good; but for the files of a folder."""
    if room:
        connection.execute(f"SET allowed_directories = [{_literal(room + '/')}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
