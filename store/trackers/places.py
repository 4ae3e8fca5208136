"""Files of a tracker's store, read with care: no link is followed, nothing is read whole that is too large.

Everything that can be wrong with a file is an `Unreadable`, which `store.trackers.gather` turns into a skip.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from store.markup import clean
from store.readers.decode import decode

__all__ = [
    "LARGEST",
    "Unreadable",
    "folders",
    "inside",
    "json_of",
    "names_of",
    "rows_of",
    "search",
    "text_of",
]

LARGEST = 64 << 20
"""Bytes of one file that are read whole; a longer one is passed over."""

_ENTRIES = 20_000
_CELL = 1 << 20
_DIGITS = re.compile(r"(\d{1,18})")


class Unreadable(Exception):
    """A file that holds nothing that can be read, and why."""


def inside(folder: Path, *parts: str) -> Path | None:
    """The path below a folder, or None where it is not there or a link stands on the way to it."""
    path = folder
    for part in parts:
        path = path / part
        try:
            if path.is_symlink() or not path.exists():
                return None
        except (OSError, ValueError):
            return None
    return path


def names_of(folder: Path) -> list[str]:
    """The names in a folder, links left out, "version_2" before "version_10"; empty if it can't be read."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, _ENTRIES) if not entry.is_symlink()]
    except OSError:
        return []
    return sorted(names, key=_natural)


def folders(folder: Path) -> list[Path]:
    """The folders in a folder, in the order of `names_of`."""
    return [path for name in names_of(folder) if (path := folder / name).is_dir()]


def search(folder: Path, is_one: Callable[[Path], bool], depth: int) -> Iterator[Path]:
    """The folders below (or the folder itself) that are one of a kind; below such a one is no other."""
    if is_one(folder):
        yield folder
    elif depth:
        for inner in folders(folder):
            yield from search(inner, is_one, depth - 1)


def text_of(path: Path, largest: int = LARGEST) -> str:
    """The text of a file in whatever encoding.

    Raises:
        Unreadable: where it is no plain file, too large, or binary.
    """
    if path.is_symlink() or not path.is_file():
        raise Unreadable("no plain file")
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None
    if len(data) > largest:
        raise Unreadable(f"larger than {largest >> 20} MB")
    decoded = decode(data)
    if decoded is None:
        raise Unreadable("binary")
    return decoded.text


def json_of(path: Path, largest: int = LARGEST) -> Any:
    """The one JSON value of a file.

    Raises:
        Unreadable: where it is none.
    """
    text = text_of(path, largest)
    if not text.strip():
        raise Unreadable("empty")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {clean(str(error))[:80]}") from None


def rows_of(path: Path, delimiter: str = ",", largest: int = 4 * LARGEST) -> Iterator[dict[str, str]]:
    """The rows of a table with a header, cells that are empty left out, one at a time.

    Raises:
        Unreadable: where it is no table, once the rows before are handed over.
    """
    import csv

    if path.is_symlink() or not path.is_file():
        raise Unreadable("no plain file")
    if path.stat().st_size > largest:
        raise Unreadable(f"larger than {largest >> 20} MB")
    csv.field_size_limit(max(csv.field_size_limit(), _CELL))
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = csv.reader(file, delimiter=delimiter)
            header = [clean(name)[:200] for name in next(rows, [])][:5000]
            for row in rows:
                yield {name: cell for name, cell in zip(header, row, strict=False) if name and cell.strip()}
    except (OSError, csv.Error) as error:
        raise Unreadable(f"not a table: {clean(str(error))[:80]}") from None


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Digits compare as numbers: `_natural("v2") < _natural("v10")`."""
    return [
        (0, int(part), part) if part.isdigit() and part.isascii() else (1, 0, part)
        for part in _DIGITS.split(name)
    ]
