"""Statements worked off beside others: the same rows, of the same state of the database, or none."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from store.trackers import sqlite_file
from store.trackers.sqlite_beside import beside


def _database(path: Path, mode: str = "delete") -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    connection.execute(f"PRAGMA journal_mode={mode}")
    connection.execute("CREATE TABLE t (a)")
    connection.executemany("INSERT INTO t VALUES (?)", [(number,) for number in range(1000)])
    return connection


def test_rows_come_in_whatever_order_they_are_asked_for(tmp_path: Path) -> None:
    _database(tmp_path / "a.db").close()
    with sqlite_file.opened(tmp_path / "a.db") as connection, beside(connection) as store:
        assert threading.active_count() > 1
        total, least = store.later("SELECT sum(a) FROM t"), store.later("SELECT ? + min(a) FROM t", (7,))
        assert store.now("SELECT count(*) FROM t") == [(1000,)]
        assert least() == [(7,)]
        assert total() == [(499_500,)]


def test_what_is_wrong_with_a_statement_is_said_where_its_rows_are_wanted(tmp_path: Path) -> None:
    _database(tmp_path / "a.db").close()
    with sqlite_file.opened(tmp_path / "a.db") as connection, beside(connection) as store:
        wrong, right = store.later("SELECT b FROM t"), store.later("SELECT max(a) FROM t")
        assert right() == [(999,)]
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            wrong()


def test_nobody_writes_between_the_two(tmp_path: Path) -> None:
    writer = _database(tmp_path / "a.db")
    with sqlite_file.opened(tmp_path / "a.db") as connection, beside(connection) as store:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            writer.execute("DELETE FROM t")
        assert store.later("SELECT count(*) FROM t")() == store.now("SELECT count(*) FROM t") == [(1000,)]
    writer.execute("DELETE FROM t")
    writer.close()


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_where_another_state_might_be_seen_there_is_no_second_thread(tmp_path: Path, mode: str) -> None:
    writer = _database(tmp_path / "a.db", mode)
    with sqlite_file.opened(tmp_path / "a.db") as connection:
        writer.execute("BEGIN")
        writer.execute("DELETE FROM t")
        if mode == "delete":
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                writer.execute("COMMIT")  # from now on it lets no other reader in
        else:
            writer.execute("COMMIT")
        assert sqlite_file.second(connection) is None
    if mode == "delete":
        writer.execute("COMMIT")
    with sqlite_file.opened(tmp_path / "a.db") as connection:
        with beside(connection) as store:
            assert store.later("SELECT count(*) FROM t")() == store.now("SELECT count(*) FROM t") == [(0,)]
    writer.close()


def test_what_nobody_waits_for_is_broken_off(tmp_path: Path) -> None:
    _database(tmp_path / "a.db").close()
    before = threading.active_count()
    with sqlite_file.opened(tmp_path / "a.db") as connection, beside(connection) as store:
        store.later("SELECT count(*) FROM t, t AS b, t AS c, t AS d, t AS e")  # 10^15 rows
    assert threading.active_count() == before
