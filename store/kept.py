"""What is worked out once and kept between processes: plain data in the user's cache folder.

An entry carries a stamp, all that its data was made from; it is used only where the stamp is the same, so a
stale one can't answer, whatever the clocks say. Entries are marshal, not pickle: data, never code. They
are written whole or not at all, beside any number of readers. A folder that can't be read or written, or was
deleted, costs time and nothing else.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
from _thread import get_ident
from typing import Any
from zlib import crc32

__all__ = [
    "cache_folder",
    "code_stamp",
    "ended",
    "is_kept",
    "keep",
    "kept",
    "prune",
    "remove",
    "state_folder",
]


_CHECK = 4
"""Bytes of an entry's checksum, which stands before it."""


def cache_folder() -> str:
    """Where entries are kept: `$XDG_CACHE_HOME/ask`, else `~/.cache/ask`. It may not exist.

    The null device, in which nothing can be kept, for a user without a home folder.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117 - as the standard says
        base = os.path.expanduser("~/.cache")  # noqa: PTH111
    return f"{base}/ask" if os.path.isabs(base) else os.devnull  # noqa: PTH117


def state_folder() -> str:
    """Where that is kept which can't be made anew: `$XDG_STATE_HOME/ask`, else `~/.local/state/ask`.

    The null device for a user without a home folder.
    """
    base = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117
        base = os.path.expanduser("~/.local/state")  # noqa: PTH111
    return f"{base}/ask" if os.path.isabs(base) else os.devnull  # noqa: PTH117


def is_kept(name: str) -> bool:
    """Whether there is an entry of a name, of whatever stamp."""
    return os.path.exists(_path(name))  # noqa: PTH110


def kept(name: str, stamp: object) -> Any | None:
    """The data kept under a name, or None where there is none with that stamp."""
    try:
        with open(_path(name), "rb") as file:  # noqa: PTH123
            entry = file.read()
        if crc32(memoryview(entry)[_CHECK:]) != int.from_bytes(entry[:_CHECK], "little"):
            return None  # damaged: marshal trusts what it is given
        made_from, data = marshal.loads(memoryview(entry)[_CHECK:])
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return data if made_from == stamp else None


def keep(name: str, stamp: Any, data: Any) -> None:
    """Keep plain data (None, numbers, strings, bytes, tuples, lists, dicts) under a name."""
    path = _path(name)
    draft = f"{path}.{os.getpid()}.{get_ident()}"
    try:
        entry = marshal.dumps((stamp, data))
        check = crc32(entry).to_bytes(_CHECK, "little")
        os.makedirs(cache_folder(), mode=0o700, exist_ok=True)  # noqa: PTH103
        try:
            with open(draft, "wb") as file:  # noqa: PTH123
                file.write(check)
                file.write(entry)
            os.replace(draft, path)  # noqa: PTH105
        except BaseException:
            remove(draft)
            raise
    except (OSError, ValueError):
        return


def prune(suffix: str, number: int, size: int, *, start: str = "", but: str = "") -> None:
    """Delete the oldest entries whose name ends so, but `number` of them with at most `size` bytes.

    Those whose name begins with `start` go all, save the file `but`.
    """
    try:
        with os.scandir(cache_folder()) as found:
            entries = [(entry.stat(), entry.path) for entry in found if entry.name.endswith(ended(suffix))]
    except OSError:
        return
    total = 0
    for count, (state, path) in enumerate(sorted(entries, key=lambda e: e[0].st_mtime_ns, reverse=True), 1):
        total += state.st_size
        own = path.rpartition("/")[2]
        if count > number or total > size or (start and own.startswith(start) and own != but):
            remove(path)


def code_stamp(*paths: str) -> tuple[tuple[str | int, ...], ...]:
    """Path, size and times of our own files, and of those in folders: 0.2 ms for 60.

    By time and size Python trusts its own bytecode too. Installers and images that give every file one time
    of change can't set that of the inode.

    Raises:
        OSError: where one is not there.
    """
    found: list[tuple[str | int, ...]] = []
    for path in paths:
        state = os.stat(path)  # noqa: PTH116
        if not stat.S_ISDIR(state.st_mode):
            found.append((path, state.st_size, state.st_mtime_ns, state.st_ctime_ns))
        elif not path.endswith("__pycache__"):
            found += code_stamp(*(f"{path}/{name}" for name in sorted(os.listdir(path))))  # noqa: PTH208
    return tuple(found)


def _path(name: str) -> str:
    return f"{cache_folder()}/{ended(name)}"


def remove(path: str) -> None:
    """Delete a file, if that can be done."""
    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:
        return


def ended(name: str) -> str:
    """The name of an entry's file. Every Python keeps its own: marshal's format is that of the release."""
    return f"{name}.{sys.implementation.cache_tag}"
