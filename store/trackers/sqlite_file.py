"""A tracker's SQLite database, opened so that nothing is written beside it and no running tracker disturbed.

`mode=ro` alone does not do: of a database in WAL mode it makes the files `-wal` and `-shm`, and of one whose
writer died it can't roll back. Hence, by what lies beside it (https://sqlite.org/wal.html#readonly):

    rollback journal, none left over       mode=ro; a lock is taken, so that a running writer is waited for
    WAL mode, no `-wal` or an empty one    immutable=1: no lock, nothing made; nobody writes, and where a
                                           writer comes meanwhile it is read again
    WAL mode, `-wal` and `-shm`            mode=ro: a tracker runs; what it has committed is seen
    a `-wal` or `-journal` left over       a copy of both in a temporary folder, and that is opened;
                                           a journal whose writer lives is not left over
    one of these is a link                 immutable=1: what it leads to is not looked at
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from store.errors import WrittenMeanwhile

__all__ = ["BROKEN", "HEAD", "decoded", "opened", "second", "tables"]

HEAD = b"SQLite format 3\0"

BROKEN = (sqlite3.Error, OSError, UnicodeDecodeError, MemoryError)
"""What a database that is damaged raises: also where SQLite's own message quotes what is no text, and where a
record says it is as long as all memory."""

_LONGEST = 64 << 20
"""Bytes of one text of a database; a longer one ends its table."""

_WAIT = 5.0  # seconds for a writer's lock


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can only read, in a transaction: all that is read of it is of one state.

    Raises:
        sqlite3.Error: where it can't be opened.
        OSError: where it can't be read.
        WrittenMeanwhile: at its end, where no lock was taken and a writer has come.
    """
    for look in range(_LOOKS):
        left = _left_over(path)
        if left:
            with tempfile.TemporaryDirectory(prefix="ask-") as folder:
                try:
                    for part in (path, *left):
                        shutil.copyfile(part, Path(folder) / part.name)
                except FileNotFoundError:  # a writer was at its end just then
                    continue
                with _connected(Path(folder) / path.name, "mode=rw") as connection:
                    yield connection
            return
        how, before = _how(path), path.stat()
        with _connected(path, how) as connection:
            if _begun(connection, last=look == _LOOKS - 1):
                yield connection
                if how == _UNLOCKED and not _same(before, path):
                    raise WrittenMeanwhile
                return
        time.sleep(_APART)
    raise OSError(f"{path.name} is being written all the time")


def _how(path: Path) -> str:
    """A link beside a database leads elsewhere, so that what is behind it is not looked at."""
    beside = [Path(f"{path}{end}") for end in ("-wal", "-journal", "-shm")]
    alone = _head(path)[18:19] == _WAL and not _has_content(beside[0])
    return _UNLOCKED if alone or any(file.is_symlink() for file in beside) else "mode=ro"


def _begun(connection: sqlite3.Connection, *, last: bool) -> bool:
    """Begin to read; whether that can be: not where SQLite takes a journal for left over."""
    try:
        connection.execute("BEGIN")
        connection.execute(
            "SELECT 1 FROM sqlite_master LIMIT 1"
        ).fetchall()  # it begins with what it reads first
    except sqlite3.OperationalError as error:
        if last or (error.sqlite_errorcode & 0xFF) not in _CANT_ROLL_BACK:
            raise
        return False
    return True


_CANT_ROLL_BACK = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def _left_over(path: Path) -> list[Path]:
    """What a writer that died has left beside a database and is a part of it; nothing of one that lives."""
    wal, journal = Path(f"{path}-wal"), Path(f"{path}-journal")
    left = [file for file in (wal, journal) if _has_content(file)]
    if wal in left and not Path(f"{path}-shm").exists():
        return left
    return left if journal in left and _is_left_over(path, journal) else []


_UNLOCKED = "immutable=1"

_LOOKS = 20
_APART = 0.02  # seconds

_WAL = b"\2"
"""The byte of a database's head that says it is in WAL mode."""


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(20)


def _is_left_over(path: Path, journal: Path) -> bool:
    """Whether a rollback journal is that of a writer that died: SQLite would roll back, and may not write.

    It takes a journal for one that was left, too, where a writer deletes it while it looks
    (https://sqlite.org/src/tktview/3883): what is left is the same a while later.
    """
    for _ in range(_LOOKS):
        try:
            before = journal.stat()
            with _connected(path, "mode=ro") as connection:
                connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except FileNotFoundError:
            return False
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) not in _CANT_ROLL_BACK:
                return False
        else:
            return False
        time.sleep(_APART)
        if _same(before, journal):
            return True
    return False


def _same(before: os.stat_result, file: Path) -> bool:
    try:
        now = file.stat()
    except FileNotFoundError:
        return False
    return (before.st_ino, before.st_size, before.st_mtime_ns) == (now.st_ino, now.st_size, now.st_mtime_ns)


def second(connection: sqlite3.Connection) -> sqlite3.Connection | None:
    """Another connection, for another thread, to what one that is reading sees; None where it might see more.

    With a rollback journal nobody writes to a database while one reads it; in WAL mode they do.
    """
    try:
        ((_, _, path), *_) = connection.execute("PRAGMA database_list").fetchall()
        if not path or _head(Path(path))[18:19] == _WAL:
            return None
        other = _connection(Path(path), "mode=ro", 0.0, threads=True)
    except BROKEN:
        return None
    try:
        other.execute("BEGIN")
        other.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except BROKEN:
        other.close()
        return None  # a writer waits for the reader to end, and lets no other one in
    return other


@contextmanager
def _connected(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    connection = _connection(path, how, _WAIT)
    try:
        yield connection
    finally:
        connection.close()


def _connection(path: Path, how: str, wait: float, *, threads: bool = False) -> sqlite3.Connection:
    uri = f"file:{quote(os.fsencode(path.absolute()))}?{how}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=not threads
    )
    connection.text_factory = decoded
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    try:
        # A view or a default of a stranger's schema runs no function that reaches outside.
        connection.execute("PRAGMA trusted_schema=OFF")
    except BROKEN:
        connection.close()
        raise
    return connection


def decoded(text: bytes) -> str:
    """Text of a database, whatever its bytes: SQLite keeps any."""
    return text.decode("utf-8", "replace")


def tables(path: Path) -> dict[str, frozenset[str]]:
    """The tables of a database with the names of their columns, without views; {} where it can't be read."""
    try:
        with opened(path) as connection:
            told = connection.execute(
                "SELECT one.name, own.name FROM sqlite_master AS one, pragma_table_info(one.name) AS own"
                " WHERE one.type = 'table'"
            ).fetchall()
    except BROKEN:
        return {}
    found: dict[str, set[str]] = {}
    for table, column in told:
        if isinstance(table, str) and isinstance(column, str):
            found.setdefault(table, set()).add(column)
    return {table: frozenset(columns) for table, columns in found.items()}


def _has_content(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink() and path.stat().st_size > 0
    except FileNotFoundError:
        return False
