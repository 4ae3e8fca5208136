"""MLflow's tables in PostgreSQL, over a connection: `postgresql://user@host/mlflow`, as MLflow is told.

The one reader that leaves the machine, and only where a person names the address. Needs psycopg, which is
an extra. Nothing is written: the transaction is read-only, and sees one state of all tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from store.cells import clean
from store.errors import UnreadableHistory
from store.records import Reading
from store.trackers.mlflow_tables import NEEDED, read_tables

if TYPE_CHECKING:
    import psycopg

__all__ = ["is_address", "read"]

_ADDRESS = re.compile(r"postgres(?:ql)?(?:\+\w+)?://")
_WAIT = 10  # seconds for the server to answer
_AT_ONCE = 10_000  # rows


def is_address(text: str) -> bool:
    """Whether a text is the address of a PostgreSQL database, SQLAlchemy's spellings included.

    Example:
        >>> is_address("postgresql+psycopg2://ada:pw@db/mlflow"), is_address("mlruns")
        (True, False)
    """
    return bool(_ADDRESS.match(text))


def read(address: str) -> Reading:
    """Read every run that is not deleted, its last values and its histories.

    Raises:
        UnreadableHistory: where psycopg is missing, the server does not answer, or has no tables of MLflow.
    """
    shown = _shown(address)
    try:
        import psycopg
    except ImportError as error:
        hint = "pip install 'nlq[postgres]'"
        raise UnreadableHistory(f"{shown} can't be read: psycopg is not installed", hint) from error
    reading = Reading(shown, "mlflow database")
    try:
        plain = _ADDRESS.sub("postgresql://", address, count=1)
        with psycopg.connect(plain, connect_timeout=_WAIT, client_encoding="UTF8") as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            _read(connection, reading)
    except psycopg.Error as error:
        raise UnreadableHistory(f"{shown} can't be read: {_said(error, address)}") from error
    return reading


def _read(connection: psycopg.Connection[Any], reading: Reading) -> None:
    schema: dict[str, frozenset[str]] = {}
    told = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = ANY (current_schemas(false))"
    )
    for table, column in told.fetchall():
        schema[table] = schema.get(table, frozenset()) | {column}
    if not all(columns <= schema.get(table, frozenset()) for table, columns in NEEDED.items()):
        raise UnreadableHistory(f"{reading.path} has no tables of MLflow")

    def rows(statement: str) -> Iterator[tuple[Any, ...]]:
        # On the server's side: a history of many millions of values is not held here twice.
        with connection.cursor(name="ask") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(statement.encode())
            yield from cursor

    read_tables(reading, schema, rows)


def _shown(address: str) -> str:
    """The address without its user and password."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
        return clean(f"postgresql://{parts.hostname or ''}{port}{parts.path}")
    except ValueError:
        return "postgresql://…"


def _said(error: Exception, address: str) -> str:
    """What the server said, on one line, without the password."""
    said = clean(str(error).partition("\n")[0])
    try:
        password = urlsplit(address).password
    except ValueError:
        return "the address is not valid"
    return said.replace(password, "…") if password else said
