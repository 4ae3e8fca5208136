"""A database that somebody writes to: read each time, of one state; what a dead writer left is told apart."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from store import trackers
from store.errors import WrittenMeanwhile
from store.trackers import sqlite_file

_WRITER = """
import sqlite3, sys, time
writer = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
writer.execute(f"PRAGMA journal_mode={sys.argv[2]}")
writer.execute("PRAGMA synchronous=OFF")
until = time.time() + 2
while time.time() < until:
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE t SET a = a + 1")
    writer.execute("UPDATE u SET a = a + 1")
    writer.execute("COMMIT")
"""

BOTH = {"t": frozenset("a"), "u": frozenset("a")}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    for table in "tu":
        connection.execute(f"CREATE TABLE {table} (a INTEGER)")
        connection.execute(f"INSERT INTO {table} VALUES (0)")
    connection.commit()
    connection.close()
    return path


def _read(path: Path) -> tuple[int, int]:
    with sqlite_file.opened(path) as connection:
        ((first,), (second,)) = (connection.execute(f"SELECT a FROM {name}").fetchone() for name in "tu")
    return first, second


@pytest.mark.parametrize("mode", ["DELETE", "TRUNCATE", "WAL"])
def test_a_database_is_read_each_time_while_others_write_to_it(path: Path, mode: str) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(path), mode]) for _ in range(2)]
    seen = [0]
    while any(writer.poll() is None for writer in writers):
        assert sqlite_file.tables(path) == BOTH
        first, second = _read(path)
        assert first == second >= seen[-1]
        seen.append(first)
    assert [writer.wait() for writer in writers] == [0, 0] and seen[-1] > 0


def _cut_short(path: Path, folder: Path) -> Path:
    """The database and its journal as a writer that died left them, in a folder of their own."""
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA cache_size = 1")
    writer.execute("BEGIN")
    writer.execute("CREATE TABLE big (a)")
    writer.executemany("INSERT INTO big VALUES (?)", [("x" * 3000,)] * 200)
    writer.execute("UPDATE t SET a = 7")
    folder.mkdir()
    for name in (path.name, f"{path.name}-journal"):
        shutil.copy(path.parent / name, folder)
    writer.close()
    return folder / path.name


def test_what_a_dead_writer_left_is_taken_back(path: Path, tmp_path: Path) -> None:
    left = _cut_short(path, tmp_path / "left")
    assert _read(left) == (0, 0) and sqlite_file.tables(left) == BOTH


def test_a_journal_that_goes_while_it_is_looked_at_was_not_left(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a writer that lives deletes its own: then nothing is copied."""
    left = _cut_short(path, tmp_path / "left")
    journal = Path(f"{left}-journal")

    def ended(seconds: float) -> None:
        if journal.exists():
            journal.unlink()
            left.write_bytes(path.read_bytes())

    monkeypatch.setattr(time, "sleep", ended)
    monkeypatch.setattr(shutil, "copyfile", lambda *parts: pytest.fail("copied"))
    assert _read(left) == (0, 0)


def test_what_is_gone_before_it_is_copied_is_looked_at_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("UPDATE t SET a = 5")
    left = path.parent / "left"
    left.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        shutil.copy(path.parent / name, left)
    writer.execute("UPDATE u SET a = 5")
    real, tries = shutil.copyfile, []

    def copied(file: Any, to: Any) -> Any:
        tries.append(file)
        if len(tries) == 2:
            Path(f"{left / path.name}-wal").unlink()
        return real(file, to)

    monkeypatch.setattr(shutil, "copyfile", copied)
    assert _read(left / path.name) == (0, 0), "without its log the database is as it was before"
    writer.close()


def test_what_is_written_while_it_is_read_without_a_lock_is_read_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In WAL mode with no log beside it no lock is taken, or files would be made beside it."""
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.close()

    def written() -> None:
        writer = sqlite3.connect(path, isolation_level=None)
        writer.execute("UPDATE t SET a = a + 1")
        writer.close()  # takes the log in

    with pytest.raises(WrittenMeanwhile), sqlite_file.opened(path) as connection:
        connection.execute("SELECT a FROM t").fetchone()
        written()
    looks = iter((written, written, lambda: None))

    def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
        with sqlite_file.opened(path) as connection:
            (told,) = connection.execute("SELECT a FROM t").fetchone()
            next(looks)()
            return bool(told == 3)

    monkeypatch.setattr(trackers, "TRACKERS", (("mine", "mine"),))
    monkeypatch.setattr(trackers, "_module", lambda name: SimpleNamespace(claims=claims))
    assert trackers.claimed(path) == "mine"


def test_a_log_that_is_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = shutil.copy(path, elsewhere)
    for name in (path, other):
        writer = sqlite3.connect(name, isolation_level=None)
        writer.execute("PRAGMA journal_mode=WAL")
        writer.close()
    writer = sqlite3.connect(other, isolation_level=None)
    writer.execute("UPDATE t SET a = 9")
    Path(f"{path}-wal").symlink_to(f"{other}-wal")
    assert _read(path) == (0, 0)
    writer.close()
