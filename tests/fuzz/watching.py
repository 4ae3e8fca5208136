"""What a reader does while it reads: files opened, processes started, code run."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from store.kept import cache_folder

__all__ = ["Watch"]

_FORBIDDEN = (
    "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "socket.", "ctypes.",
    "pickle.", "shutil.rmtree", "os.remove", "os.rename", "os.mkdir",
)  # fmt: skip
_CODE = ("exec", "compile")
_OPENING = ("open", "sqlite3.connect", "os.listdir", "os.scandir")


class Watch:
    """Hears of everything from the moment it is made; an audit hook can't be taken off again.

    Attributes:
        on: whether it takes note.
        seen: what was done that may not be.
    """

    def __init__(self, allowed: Sequence[str]) -> None:
        self.on = False
        self.seen: list[tuple[str, str]] = []
        ours = (sys.prefix, sys.base_prefix, cache_folder(), os.getcwd())  # noqa: PTH109
        self._allowed = tuple(
            f"{scheme}{path}" for path in (*allowed, *ours) for scheme in ("", "file:", "file://")
        )
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on:
            return
        if event in _OPENING:
            what = arguments[0]
            path = os.fsdecode(what) if isinstance(what, (str, bytes)) else ""
            if path and not path.startswith(self._allowed) and not path.startswith("/tmp/ask-"):
                self.seen.append((event, path))
        elif event in _CODE:
            # Python's own modules compile: patterns, value classes at their first instance.
            if event == "exec" and "__python" in str(arguments[0]):
                self.seen.append((event, str(arguments[0])))
        elif event.startswith(_FORBIDDEN) and not self._is_own(event, arguments):
            self.seen.append((event, str(arguments[:1])))

    @staticmethod
    def _is_own(event: str, arguments: tuple[object, ...]) -> bool:
        """Whether it is the copy of a database with its journal, in the system's folder for such things."""
        paths = [os.fsdecode(one) for one in arguments if isinstance(one, (str, bytes))]
        return any("ask-" in path or path.startswith(cache_folder()) for path in paths)
