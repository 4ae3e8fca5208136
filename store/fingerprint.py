"""What a store looks like from outside: told apart from any other state of itself without being read.

A file is told by its size and times, and by its first and last bytes, where databases and logs change with
every write (SQLite counts its changes in the first hundred). A folder is told by all that is below it, no
link to another folder followed. Clocks are coarse: a file that was written this very moment may be written
once more within the same tick, so such a store is not told at all.
"""

from __future__ import annotations

import os
import stat
import time
from array import array
from collections.abc import Sequence
from functools import partial
from typing import Any
from zlib import crc32

from store.forked import in_shares

__all__ = ["fingerprint"]

Print = tuple[str | int, ...]

_ENDS = 4096
_TICK_NS = 50_000_000
"""Twelve ticks of the clock by which Linux dates files."""

_NEVER = 1 << 63

_PASSED = frozenset(("artifacts", "__pycache__", ".git"))
"""Folders in which no reader of a tracker's store looks."""

_ENTRIES = 400_000

_SHARE = 50
"""Folders that are looked at together, each with all that is below it: of MLflow's runs 2 to 4 ms."""

_UPPER = 3
"""Levels of a store at which its runs may lie."""

_KIND, _IS_FOLDER, _IS_LINK = 0o170000, stat.S_IFDIR, stat.S_IFLNK


def fingerprint(path: str, before: int | None = None) -> Print | None:
    """The state of a file or folder, as plain data; None where it is being written, or too large to tell.

    Args:
        path: of the file or folder.
        before: nanoseconds since 1970; nothing of it may have changed since, neither be written nor renamed.

    Raises:
        OSError: where it is not there.
    """
    state = os.stat(path)  # noqa: PTH116
    newest = (time.time_ns() if before is None else before) - _TICK_NS
    changed = newest if before is not None else _NEVER
    if state.st_ctime_ns >= changed:
        return None
    if os.path.isdir(path):  # noqa: PTH112
        below = _folder(path, newest, changed)
        return None if below is None else ("folder", *below)
    files = [path, *(beside for end in ("-wal", "-journal") if os.path.exists(beside := path + end))]  # noqa: PTH110
    told = [_file(file) for file in files]
    if any(one[1] >= newest or one[2] >= changed for one in told) or state.st_mtime_ns >= newest:
        return None
    return tuple(part for one in told for part in one)


def _file(path: str) -> tuple[int, ...]:
    with open(path, "rb") as file:  # noqa: PTH123
        state = os.fstat(file.fileno())
        head = crc32(file.read(_ENDS))
        file.seek(max(state.st_size - _ENDS, 0))
        tail = crc32(file.read(_ENDS))
        return state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino, head, tail


def _folder(root: str, newest: int, changed: int) -> tuple[int, str] | None:
    """How many entries are below a folder, and the digest of their names, sizes and times.

    Every entry is looked at. A value that is appended to a file, or a text that is written over, shows in
    that file alone, not in its folder; and MLflow lets both be done to a run that has ended, whose
    `meta.yaml` stays as it was. 26,000 entries take one process 85 ms, and 44 in C: with fewer looks it would
    be a guess. So several processes look, each at some folders.

    In the order in which the system lists a folder, which stays where nothing is added to it.
    """
    pending = [root]
    seen: list[tuple[int, bytes]] = []
    for _ in range(_UPPER):  # down to where there are many
        if not pending or len(pending) > _SHARE:
            break
        if (looked := _looked_at(pending, newest, changed)) is None:
            return None
        number, told, pending = looked
        seen.append((number, told))
    shares = [pending[at : at + _SHARE] for at in range(0, len(pending), _SHARE)]
    for share in in_shares(shares, partial(_all_below, newest, changed), 2):
        if share is None:
            return None
        seen += share
    count = sum(number for number, _ in seen)
    digest = _blake2b()(b"".join(told for _, told in seen), digest_size=16)
    return None if count > _ENTRIES else (count, digest.hexdigest())


def _all_below(newest: int, changed: int, shares: Sequence[Sequence[str]]) -> list[tuple[int, bytes]] | None:
    """Counts and digests of all that is below some folders."""
    seen: list[tuple[int, bytes]] = []
    for pending in shares:
        while pending:
            if sum(number for number, _ in seen) > _ENTRIES:
                return None
            if (looked := _looked_at(pending, newest, changed)) is None:
                return None
            number, told, pending = looked
            seen.append((number, told))
    return seen


def _looked_at(folders: Sequence[str], newest: int, changed: int) -> tuple[int, bytes, list[str]] | None:
    """How many entries are in some folders, their digest, and the folders among them.

    None where one of them is being written, or they have too many.
    """
    names: list[str] = []
    states: list[int] = []
    below: list[str] = []
    for folder in folders:
        names.append(f"/{folder}")
        first = len(below)
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name in _PASSED:
                    continue
                state = entry.stat(follow_symlinks=False)
                kind = state.st_mode & _KIND
                if kind == _IS_FOLDER:
                    below.append(entry.path)
                elif kind == _IS_LINK and _leads_to_file(entry):
                    states.append(state.st_mtime_ns)
                    state = entry.stat()
                if state.st_mtime_ns >= newest or state.st_ctime_ns >= changed:
                    return None
                names.append(name)
                states += (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        below[first:] = sorted(below[first:])
        if len(names) > _ENTRIES:
            return None
    try:
        numbers = array("q", states).tobytes()
    except OverflowError:  # a date beyond the year 2262
        return None
    digest = _blake2b()("\0".join(names).encode("utf-8", "surrogateescape"), digest_size=16)
    digest.update(numbers)
    return len(names), digest.digest(), below


def _blake2b() -> Any:
    try:
        from _blake2 import blake2b  # without OpenSSL, which takes 4 ms to load
    except ImportError:
        from hashlib import blake2b
    return blake2b


def _leads_to_file(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_file()
    except OSError:  # it leads round in a circle
        return False
