"""Statements of a SQLite database worked off on a second thread, while the rows of others are fetched here.

`sqlite3` lets go of Python's lock while SQLite looks for the next row. A statement that gives one row, a
whole table joined as a text, holds the lock hardly at all: of the parameters of 10,000 runs that is 36 ms of
work, done while this thread makes objects of the metrics. Many rows are fetched in one thread alone: for each
of them it would have to wait for the lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeAlias

from store.trackers import sqlite_file

__all__ = ["Beside", "Told", "beside"]

Told: TypeAlias = list[tuple[Any, ...]]
"""The rows of a statement."""

_Asked: TypeAlias = tuple[str, Sequence[Any], "SimpleQueue[Told | Exception]"]


class Beside:
    """A database of which some statements are worked off beside.

    Args:
        connection: in this thread.
        second: in the other one, to the same state of the database; where there is none, all is done here.
    """

    def __init__(self, connection: sqlite3.Connection, second: sqlite3.Connection | None = None) -> None:
        self.connection = connection
        self._second = second
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._thread = Thread(target=self._work, daemon=True)
        if second is not None:
            second.text_factory = str  # three times as quick as our own
            self._thread.start()

    def now(self, statement: str, params: Sequence[Any] = ()) -> Told:
        """The rows of a statement, fetched in this thread.

        Raises:
            sqlite3.Error: where they can't be.
        """
        return self.connection.execute(statement, params).fetchall()

    def later(self, statement: str, params: Sequence[Any] = ()) -> Callable[[], Told]:
        """What waits for the rows of a statement, of one row or a few, and gives them.

        It raises what `now` does.
        """
        if self._second is None:
            return lambda: self.now(statement, params)
        answer: SimpleQueue[Told | Exception] = SimpleQueue()
        self._asked.put((statement, params, answer))

        def told() -> Told:
            rows = answer.get()
            if isinstance(rows, Exception):
                raise rows
            return rows

        return told

    def close(self) -> None:
        """Break off what is still worked on."""
        if self._second is not None:
            self._asked.put(None)
            while self._thread.is_alive():
                self._second.interrupt()
                self._thread.join(0.01)
            self._second.close()

    def _work(self) -> None:
        assert self._second is not None
        while (asked := self._asked.get()) is not None:
            statement, params, answer = asked
            try:
                answer.put(self._second.execute(statement, params).fetchall())
            except Exception as error:  # raised where the rows are wanted
                answer.put(error)


@contextmanager
def beside(connection: sqlite3.Connection) -> Iterator[Beside]:
    """What a connection reads, with a thread beside it that sees the same state."""
    statements = Beside(connection, sqlite_file.second(connection))
    try:
        yield statements
    finally:
        statements.close()
