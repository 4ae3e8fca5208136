"""MLflow's tables in PostgreSQL, over a connection: `postgresql://user@host/mlflow`, as MLflow is told.

The one reader that leaves the machine, and only where a person names the address. Needs psycopg, which is
an extra. Nothing is written: the transaction is read-only, and sees one state of all tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from store.address import shown as without_password
from store.errors import UnreadableHistory
from store.frames import FramedReading
from store.markup import clean
from store.records import Reading
from store.trackers.mlflow_tables import NEEDED, read_tables

if TYPE_CHECKING:
    import psycopg

__all__ = ["read"]

_ADDRESS = re.compile(r"postgres(?:ql)?(?:\+\w+)?://")
_WAIT = 10  # seconds for the server to answer
_AT_ONCE = 10_000  # rows


def read(address: str) -> Reading:
    """Read every run that is not deleted, its last values and its histories.

    Raises:
        UnreadableHistory: where psycopg is missing, the server does not answer, or has no tables of MLflow.
    """
    shown = without_password(address)
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        hint = "pip install 'nlq[postgres]'"
        raise UnreadableHistory(f"{shown} can't be read: psycopg is not installed", hint) from error
    reading = FramedReading(shown, "mlflow database")
    plain = _ADDRESS.sub("postgresql://", address, count=1)
    try:
        told = conninfo_to_dict(plain)
    except psycopg.Error:  # what it says quotes the address, its password too
        raise UnreadableHistory(f"{shown} can't be read: the address is not valid") from None
    try:
        with psycopg.connect(plain, connect_timeout=_WAIT, client_encoding="UTF8") as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            _read(connection, reading)
    except psycopg.Error as error:
        said = _said(error, str(told.get("password") or ""))
        raise UnreadableHistory(f"{shown} can't be read: {said}") from None
    return reading


def _read(connection: psycopg.Connection[Any], reading: FramedReading) -> None:
    schema: dict[str, frozenset[str]] = {}
    told = connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = ANY (current_schemas(false))"
    )
    for table, column in told.fetchall():
        schema[table] = schema.get(table, frozenset()) | {column}
    if not all(columns <= schema.get(table, frozenset()) for table, columns in NEEDED.items()):
        raise UnreadableHistory(f"{reading.path} has no tables of MLflow")

    def columns(statement: str) -> Iterator[Sequence[Sequence[Any]]]:
        # On the server's side: a history of many millions of values is not held here twice.
        with connection.cursor(name="ask") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(statement.encode())
            while rows := cursor.fetchmany(_AT_ONCE):
                yield list(zip(*rows, strict=True))

    read_tables(reading, schema, columns)


def _said(error: Exception, password: str) -> str:
    """What the server said, on one line, without the password."""
    said = clean(str(error).partition("\n")[0]) or type(error).__name__
    return said.replace(password, "…") if password else said
