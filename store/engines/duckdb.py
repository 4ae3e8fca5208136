"""DuckDB, embedded and in memory: the engine that every question runs on.

Rows go in through DuckDB 2's appender (measured: 30 × 12 in 2 ms, 10,000 × 20 in 20 ms; one INSERT of
literals takes 5 ms for the former, executemany 12 s for the latter). Nothing a question makes can reach a
file or the network: external access is shut and the configuration locked once the data is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from store.catalog import Column
from store.history import Rows
from store.records import Value

if TYPE_CHECKING:
    import duckdb

__all__ = ["HOUSEKEEPING", "DuckDB", "quote", "sql_type"]

HOUSEKEEPING = (
    ("_row", "BIGINT"),
    ("_source", "INTEGER"),
    ("_line", "INTEGER"),
    ("_end", "INTEGER"),
    ("_state", "VARCHAR"),
)

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
    """

    def __init__(self, columns: Sequence[Column], rows: Iterable[Sequence[Value]] = ()) -> None:
        self._connection = connect()
        names = [*HOUSEKEEPING, *((column.key, sql_type(column)) for column in columns)]
        self._connection.execute(f"CREATE TABLE runs ({', '.join(f'{quote(n)} {t}' for n, t in names)})")
        appender = self._connection.appender("runs")
        appender.append_rows(rows)
        appender.flush()
        lock(self._connection)

    @classmethod
    def over(cls, connection: duckdb.DuckDBPyConnection) -> DuckDB:
        """The engine over a connection that has the table `runs` already."""
        engine = cls.__new__(cls)
        engine._connection = connection
        lock(connection)
        return engine

    def run(self, sql: str, params: Sequence[Value] = ()) -> Rows:
        """Run one statement with `?` bound to `params`.

        Raises:
            duckdb.Error: where DuckDB refuses the statement.
        """
        result = self._connection.execute(sql, list(params)) if params else self._connection.execute(sql)
        described: Any = result.description or ()
        return Rows(tuple(column[0] for column in described), tuple(result.fetchall()))

    def close(self) -> None:
        """Free the engine."""
        self._connection.close()


def connect() -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that never fetches an extension."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(":memory:", config=config)


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Shut files and network to whatever SQL comes, for good."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
