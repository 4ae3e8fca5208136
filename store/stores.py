"""What there is to read below the paths that were named: files of readers, stores of trackers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from store import readers, trackers
from store.errors import NoHistory
from store.slotted import slotted

__all__ = ["FILES_AT_MOST", "Store", "stores"]

FILES_AT_MOST = 2000
"""How many files of one folder are read; the rest is left over, and said so."""

_PASSED = frozenset((".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", ".tox", "site-packages"))


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


def stores(paths: Sequence[Path], left: list[tuple[str, str]]) -> Iterator[Store]:
    """What is to be read, each once.

    Args:
        paths: files, and folders of which everything readable below is taken.
        left: takes what is passed over, and why.

    Raises:
        NoHistory: where a path does not exist.
    """
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise NoHistory(f"no file or folder {path}", _nearest(path))
        named = [Store(path, True, "" if path.is_dir() else _owner(path))]
        for count, store in enumerate(_below(path, path.resolve(), left) if path.is_dir() else named):
            if count >= FILES_AT_MOST:
                left.append((str(path), f"only the first {FILES_AT_MOST} files were read"))
                break
            real = store.path.resolve()
            if real not in seen:
                seen.add(real)
                yield store


def _owner(file: Path) -> str:
    """The tracker whose store a file is, where no reader knows its kind."""
    return "" if readers.is_readable(file) else trackers.claimed(file)


def _below(folder: Path, root: Path, left: list[tuple[str, str]]) -> Iterator[Store]:
    """Everything readable below a folder, in order of the names; no link that leads out of it is followed."""
    if owner := trackers.claimed(folder):
        yield Store(folder, False, owner)
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        left.append((str(folder), error.strerror or str(error)))
        return
    for path in entries:
        if path.name in _PASSED:
            continue
        if not path.resolve().is_relative_to(root):
            left.append((str(path), "a link that leads out of the folder"))
        elif path.is_dir():
            if not path.is_symlink():  # a link within the folder leads to what is read anyway
                yield from _below(path, root, left)
        elif path.is_file():
            owner = _owner(path)
            if owner or readers.is_readable(path):
                yield Store(path, False, owner)


def _nearest(path: Path) -> str:
    """The file beside a missing one whose name is most like it."""
    import difflib

    try:
        beside = [other.name for other in path.parent.iterdir()]
    except OSError:
        return f"there is no folder {path.parent}"
    close = difflib.get_close_matches(path.name, beside, 1, 0.5)
    return f"there is {path.parent / close[0]}" if close else ""
