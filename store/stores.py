"""What there is to read below the paths that were named: files of readers, stores of trackers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from store import readers, trackers
from store.errors import NoHistory
from store.slotted import fresh, slotted

__all__ = ["DEPTH_AT_MOST", "FILES_AT_MOST", "Passed", "Store", "stores"]

FILES_AT_MOST = 2000
"""How many files of one folder are read; the rest is left over, and said so."""

_JOBS_DEEP = 8
DEPTH_AT_MOST = 40
"""How many folders deep runs are looked for."""

_PROGRAMS = frozenset(
    (".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", ".tox", "site-packages")
)


@slotted(frozen=False)
class Passed:
    """What was looked at by its name or its first bytes alone and left, by reason: the first, how many."""

    seen: dict[str, tuple[str, int]] = fresh(default_factory=dict)

    def add(self, path: Path, reason: str) -> None:
        """Count one more."""
        first, count = self.seen.get(reason, (str(path), 0))
        self.seen[reason] = (first, count + 1)


@slotted
class Store:
    """One thing to read.

    Attributes:
        path: a file, or the folder of a tracker.
        named: it was named by itself, so that what goes wrong with it is an error.
        tracker: whose store it is; "" for a file that a reader knows.
    """

    path: Path
    named: bool
    tracker: str = ""


def stores(
    paths: Sequence[Path], left: list[tuple[str, str]], passed: Passed | None = None
) -> Iterator[Store]:
    """What is to be read, each once.

    Args:
        paths: files, and folders of which everything readable below is taken.
        left: takes what is passed over though it might have been read, and why.
        passed: counts what is no log by its name.

    Raises:
        NoHistory: where a path does not exist.
    """
    seen: set[Path] = set()
    passed = passed or Passed()
    for path in paths:
        if not path.exists():
            raise NoHistory(f"no file or folder {path}", _nearest(path))
        named = [Store(path, True, "" if path.is_dir() else _owner(path))]
        for count, store in enumerate(_below(path, _real(path), left, passed) if path.is_dir() else named):
            if count >= FILES_AT_MOST:
                left.append((str(path), f"only the first {FILES_AT_MOST} files were read"))
                break
            real = _real(store.path)
            if real not in seen:
                seen.add(real)
                yield store


def _real(path: Path) -> Path:
    """Where a path leads; `Path.resolve` raises where links lead round in a circle, which lead nowhere."""
    return Path(os.path.realpath(path))


def _owner(file: Path) -> str:
    """The tracker whose store a file is, where no reader knows its kind."""
    return "" if readers.is_readable(file) else trackers.claimed(file)


def _below(
    folder: Path, root: Path, left: list[tuple[str, str]], passed: Passed, depth: int = 0
) -> Iterator[Store]:
    """Everything readable below a folder, in order of the names; no link that leads out of it is followed."""
    if depth > DEPTH_AT_MOST:
        left.append((str(folder), f"too deep: more than {DEPTH_AT_MOST} folders down"))
        return
    if owner := trackers.claimed(folder):
        yield Store(folder, False, owner)
        if owner == "hydra":
            yield from _in_jobs(folder, 0)
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        left.append((str(folder), error.strerror or str(error)))
        return
    for path in entries:
        if path.name in _PROGRAMS:
            passed.add(path, "a folder of programs, not of runs")
        elif not _real(path).is_relative_to(root):
            left.append((str(path), "a link that leads out of the folder"))
        elif path.is_dir():
            if not path.is_symlink():  # a link within the folder leads to what is read anyway
                yield from _below(path, root, left, passed, depth + 1)
            else:
                passed.add(path, "a link to a folder that is read anyway")
        elif path.is_file():
            owner = _owner(path)
            if owner or readers.is_readable(path):
                yield Store(path, False, owner)
            else:
                passed.add(path, _unread(path))


_LOGGED_BY_JOBS = ("wandb", "tensorboard", "mlflow files", "mlflow database", "trackio")


def _in_jobs(folder: Path, depth: int) -> Iterator[Store]:
    """Stores of other trackers that Hydra's jobs logged into their own folders; no link is followed."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for path in entries:
        if path.is_symlink() or path.name == ".hydra":
            continue
        if path.is_dir():
            if (owner := trackers.claimed(path)) in _LOGGED_BY_JOBS:
                yield Store(path, False, owner)
            elif depth < _JOBS_DEEP:
                yield from _in_jobs(path, depth + 1)
        elif path.suffix == ".db" and (owner := _owner(path)) in _LOGGED_BY_JOBS:
            yield Store(path, False, owner)


def _unread(file: Path) -> str:
    """Why nothing knows how to read a file."""
    if not file.stat().st_size:
        return "empty"
    if re.search(r"\.(?:db|sqlite3?)\Z", file.name):
        return "a database of another schema"
    return "not a log"


def _nearest(path: Path) -> str:
    """The file beside a missing one whose name is most like it."""
    import difflib

    try:
        beside = [other.name for other in path.parent.iterdir()]
    except OSError:
        return f"there is no folder {path.parent}"
    close = difflib.get_close_matches(path.name, beside, 1, 0.5)
    return f"there is {path.parent / close[0]}" if close else ""
