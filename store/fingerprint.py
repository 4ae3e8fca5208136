"""What a store looks like from outside: told apart from any other state of itself without being read.

A file is told by its size and times, and by its first and last bytes, where databases and logs change with
every write (SQLite counts its changes in the first hundred). A folder is told by all that is below it, no
link to another folder followed. Clocks are coarse: a file that was written this very moment may be written
once more within the same tick, so such a store is not told at all.
"""

from __future__ import annotations

import os
import time
from zlib import crc32

__all__ = ["fingerprint"]

Print = tuple[str | int, ...]

_ENDS = 4096
_TICK_NS = 50_000_000
"""Twelve ticks of the clock by which Linux dates files."""

_PASSED = frozenset(("artifacts", "__pycache__", ".git"))
"""Folders in which no reader of a tracker's store looks."""

_ENTRIES = 400_000


def fingerprint(path: str) -> Print | None:
    """The state of a file or folder, as plain data; None where it is being written, or too large to tell.

    Raises:
        OSError: where it is not there.
    """
    state = os.stat(path)  # noqa: PTH116
    newest = time.time_ns() - _TICK_NS
    if os.path.isdir(path):  # noqa: PTH112
        below = _folder(path, newest)
        return None if below is None else ("folder", *below)
    files = [path, *(beside for end in ("-wal", "-journal") if os.path.exists(beside := path + end))]  # noqa: PTH110
    told = [_file(file) for file in files]
    if any(one[1] >= newest for one in told) or state.st_mtime_ns >= newest:
        return None
    return tuple(part for one in told for part in one)


def _file(path: str) -> tuple[int, ...]:
    with open(path, "rb") as file:  # noqa: PTH123
        state = os.fstat(file.fileno())
        head = crc32(file.read(_ENDS))
        file.seek(max(state.st_size - _ENDS, 0))
        tail = crc32(file.read(_ENDS))
        return state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino, head, tail


def _folder(root: str, newest: int) -> tuple[int, str] | None:
    """How many entries are below a folder, and the digest of their names, sizes and times."""
    try:
        from _blake2 import blake2b  # without OpenSSL, which takes 4 ms to load
    except ImportError:
        from hashlib import blake2b
    digest = blake2b(digest_size=16)
    pending, count = [root], 0
    while pending:
        folder = pending.pop()
        lines: list[str] = []
        below: list[str] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name in _PASSED:
                    continue
                state = entry.stat(follow_symlinks=False)
                if state.st_mtime_ns >= newest:
                    return None
                linked = entry.is_symlink()
                if linked and entry.is_file():
                    state = entry.stat()
                elif not linked and entry.is_dir():
                    below.append(entry.path)
                lines.append(f"{entry.name}\0{state.st_size}\0{state.st_mtime_ns}\0{state.st_ctime_ns}")
        pending += sorted(below)
        count += len(lines)
        if count > _ENTRIES:
            return None
        digest.update("\n".join([folder, *sorted(lines)]).encode("utf-8", "surrogateescape"))
    return count, digest.hexdigest()
