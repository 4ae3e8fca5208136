"""Runs that `ask run` watches, and those whose watcher died: a note each in the user's state folder.

The watcher holds a lock on its note as long as it lives, whatever kills it. A note whose lock is free tells
of a run that nobody watches any more, and what was last seen of it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.kept import state_folder
from store.slotted import fresh, slotted

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["Lost", "Watch", "forget", "lost"]


@slotted
class Lost:
    """A run whose watcher died.

    Attributes:
        log: its log. run: its name.
        seen: when it was last seen. step: the last step seen, or None.
        results: values by name, as last seen.
        note: the file that says so.
    """

    log: Path
    run: str
    seen: datetime
    step: int | None = None
    results: Mapping[str, str] = fresh(default_factory=dict)
    note: Path = Path()


class Watch:
    """The note of a run that this process watches; without a state folder there is none, and no repair."""

    def __init__(self, log: Path, run: str) -> None:
        self._told: dict[str, Any] = {"log": str(log), "run": run}
        self._path: Path | None = None
        self._lock: BaseFileLock | None = None
        from filelock import FileLock

        folder = _folder()
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.json"
            lock = FileLock(f"{path}.lock", timeout=0)
            lock.acquire()
            self._path, self._lock = path, lock

    def saw(self, when: datetime, step: int | None, results: Mapping[str, str]) -> None:
        """Write down what was seen last."""
        if self._path is None:
            return
        told = self._told | {"seen": when.isoformat(" ", "seconds"), "step": step, "results": dict(results)}
        draft = self._path.with_suffix(".new")
        with suppress(OSError):
            draft.write_text(json.dumps(told), encoding="utf-8", errors="surrogateescape")
            draft.replace(self._path)

    def close(self) -> None:
        """The run is recorded: forget it."""
        if self._path is None or self._lock is None:
            return
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
            Path(f"{self._path}.lock").unlink(missing_ok=True)
        self._lock.release()


def _folder() -> Path:
    return Path(state_folder()) / "running"


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Whether nobody holds a note; while it is looked at, nobody else does."""
    from filelock import FileLock, Timeout

    lock = FileLock(f"{path}.lock", timeout=0)
    try:
        lock.acquire()
    except (Timeout, OSError):
        yield False
        return
    try:
        yield path.exists()  # another process may have repaired it meanwhile
    finally:
        if not path.exists():
            Path(f"{path}.lock").unlink(missing_ok=True)
        lock.release()


def lost() -> Iterator[Lost]:
    """The runs whose watcher died; nobody else sees one of them before the next is asked for."""
    folder = _folder()
    try:
        notes = (
            sorted(entry.path for entry in os.scandir(folder) if entry.name.endswith(".json"))
            if folder
            else []
        )
    except OSError:
        return
    for path in map(Path, notes):
        with _alone(path) as dead:
            if not dead:
                continue
            with suppress(OSError, ValueError, KeyError, TypeError):
                told = json.loads(path.read_text(encoding="utf-8"))
                found = Lost(
                    Path(told["log"]),
                    str(told["run"]),
                    datetime.fromisoformat(told["seen"]),
                    told["step"],
                    {str(k): str(v) for k, v in told["results"].items()},
                    path,
                )
                yield found


def forget(one: Lost) -> None:
    """Its log is up to date: drop the note."""
    with suppress(OSError):
        one.note.unlink(missing_ok=True)
