"""The DuckDB of the process: made once, shut before anything is in it, with a database for each history.

To make one takes 10 ms, a database in it 0.2 ms. Nothing a question makes can reach the network, or a file
but for the tables that are kept in one folder; no setting can be changed.

The compiled module `_duckdb` is all that is needed of the package, and is imported in its place: a whole
process that creates a table, fills it and asks it once takes 59 ms of CPU with `_duckdb` and 120 ms with
`duckdb`, whose Python parts (relations, sources, the version by importlib.metadata) no question uses.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import finalize

if TYPE_CHECKING:
    import duckdb

__all__ = ["ROW_GROUP", "Database", "connect", "literal", "lock", "module", "quote"]

ROW_GROUP = 122_880
"""DuckDB shares out work by row groups of so many rows: a smaller table runs on one thread whatever is set,
and one thread less to start and to wake saves 3 ms of a cold answer on two cores."""


class Database:
    """A database for one history, whose statements run on a connection of its own.

    Attributes:
        connection: on which unqualified names are those of this database.
        name: what it is called in SQL.
        close: frees it; so does to lose it.
    """

    __slots__ = ("__weakref__", "close", "connection", "name")

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str, close: Callable[[], object]) -> None:
        self.connection, self.name, self.close = connection, name, close

    @classmethod
    def new(cls, room: str, *, parallel: bool = False, file: str = "") -> Database:
        """One in memory, in the process's DuckDB.

        Args:
            room: the folder in which tables may be kept; "" for none.
            parallel: whether statements may run on several threads.
            file: tables that were kept, which it has as well; they are only read.

        Raises:
            duckdb.Error: where the file is no such one.
        """
        instance = _instance(room, parallel)
        connection = instance.cursor()
        name = f"history_{next(_numbers)}"
        names = [name]
        one = cls(connection, name, connection.close)
        one.close = let_go = finalize(one, _let_go, instance, connection, names)
        let_go.atexit = False  # the process ends with all of it
        connection.execute(f"ATTACH ':memory:' AS {name}")
        if file:
            connection.execute(f"ATTACH {literal(file)} AS {name}_kept (READ_ONLY)")
            names.append(f"{name}_kept")
        connection.execute(f"SET search_path = '{','.join(names)}'")
        return one

    @classmethod
    def alone(cls, connection: duckdb.DuckDBPyConnection) -> Database:
        """The one of a DuckDB of its own."""
        return cls(connection, "memory", connection.close)


def _let_go(
    instance: duckdb.DuckDBPyConnection, connection: duckdb.DuckDBPyConnection, names: list[str]
) -> None:
    connection.close()
    for name in names:
        instance.execute(f"DETACH DATABASE IF EXISTS {name}")


_numbers = count(1)
_instances: dict[tuple[str, bool], duckdb.DuckDBPyConnection] = {}


def _instance(room: str, parallel: bool) -> duckdb.DuckDBPyConnection:
    """The one for a folder; for none any will do that runs on as many threads."""
    told = next((key for key in _instances if key[1] == parallel and room in ("", key[0])), None)
    if told is None:
        told = (room, parallel)
        made = connect() if parallel else _on_one_thread()
        lock(made, room)
        for other in [key for key in _instances if key[1] == parallel]:
            del _instances[other]  # its histories keep it as long as they need it
        _instances[told] = made
    return _instances[told]


Config = dict[str, str | bool | int | float | list[str]]


def connect(more: Config | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory of its own that never fetches an extension, with more of its settings where told."""
    config: Config = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        **(more or {}),
    }
    connection: duckdb.DuckDBPyConnection = module().connect(":memory:", config=config)
    return connection


def _on_one_thread() -> duckdb.DuckDBPyConnection:
    """One without threads beside ours, which may then have work done by other processes (`store.forked`)."""
    try:
        return connect({"threads": 1, "async_threads": 0})
    except module().Error:  # before DuckDB 2
        return connect({"threads": 1})


def lock(connection: duckdb.DuckDBPyConnection, room: str = "") -> None:
    """Shut files and network to whatever SQL comes, for good; but for the files of a folder."""
    if room:
        connection.execute(f"SET allowed_directories = [{literal(room + '/')}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def module() -> Any:
    """DuckDB's compiled module; a release that moves it is used through the package."""
    try:
        import _duckdb
    except ImportError:
        import duckdb

        return duckdb
    return _duckdb


def literal(text: str) -> str:
    """A text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quote(name: str) -> str:
    """A name as a SQL identifier, whatever is in it.

    Example:
        >>> quote('a "b"; drop table runs')
        '"a ""b""; drop table runs"'
    """
    return '"' + name.replace('"', '""') + '"'
