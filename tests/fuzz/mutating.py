"""What goes wrong with files and folders."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

__all__ = ["broken", "disturbed"]

_PIECES = (
    b"\0", b"\xff\xfe", b"{", b"[" * 3000, b'{"a":' * 3000, b"nan", b"NaN", b"-Infinity", b"1e999",
    b"9" * 5000, b"\n", b"\r", b",", b'"', b"'", b": ", b"- ", b"\t", b"-1", b"null", b"\xed\xa0\x80",
    b"0" * 400, b"!!python/object/apply:os.system ['true']\n", b"!!python/object/new:os.system ['true']",
    b"!!python/name:os.system\n", b'{"py/object": "os.system"}', b"&a [*a, *a]\n", b"a: &b {<<: *b}\n",
    b"../../../../etc/passwd", b"/etc/passwd", b"\x1b[31m", "é\u202e".encode(), b"1" + b"0" * 400,
    b"(" * 2000, b"-" * 2000, b"a" * 70_000, b"\n" * 5000, b",,,,\n" * 500,
)  # fmt: skip
"""Texts that parsers fall over."""

_LENGTHS = (
    b"\xff" * 9 + b"\x01", b"\xff\xff\xff\x7f", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\0" * 8,
    b"\x80" * 12, b"\0\0\0\x10", b"\xff" * 8, b"\0\0\0\0\0\0\0\x10", b"\x01",
)  # fmt: skip
"""Lengths and counts that say much more than there is, as varints and in both orders of bytes."""


def broken(data: bytes, chance: random.Random) -> bytes:
    """A copy of a file's bytes with one to eight things wrong."""
    changed = bytearray(data)
    # Of a database nothing is left where its pages or its head are moved: most are changed where they stand.
    pages = data.startswith(b"SQLite format 3") and chance.random() < 0.8
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(100 if pages else 0, len(changed) + 1)
        end = min(len(changed), at + chance.choice((1, 2, 4, 8, 40, 400)))
        match chance.choice((0, 1, 2, 6)) if pages else chance.randrange(10):
            case 0 | 1:
                if at < len(changed):
                    changed[at] ^= 1 << chance.randrange(8)
            case 2:
                changed[at:end] = chance.randbytes(end - at)
            case 3:
                del changed[at:end]
            case 4:
                del changed[at:]
            case 5:
                changed[at:at] = changed[max(0, at - chance.randrange(1, 400)) : at]
            case 6:
                piece = chance.choice(_LENGTHS)
                changed[at : at + len(piece)] = piece
            case 7:
                changed[at:at] = chance.choice(_LENGTHS)
            case 8:
                changed[at:at] = chance.choice(_PIECES)
            case _:
                changed[at:end] = chance.choice(_PIECES)
    return bytes(changed)


def disturbed(root: Path, path: Path, away: Path, chance: random.Random) -> None:
    """Something else in place of a file or folder of a store.

    Args:
        root: the store's folder.
        path: what is there now, below it.
        away: a folder beside it that nothing may be read of, with a file and a folder as `path` may be.
        chance: decides.
    """
    chance.choice(_DISTURBANCES)(root, path, away)


def _gone(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _missing(root: Path, path: Path, away: Path) -> None:
    _gone(path)


def _folder(root: Path, path: Path, away: Path) -> None:
    _gone(path)
    path.mkdir()


def _empty(root: Path, path: Path, away: Path) -> None:
    _gone(path)
    path.touch()


def _pipe(root: Path, path: Path, away: Path) -> None:
    _gone(path)
    os.mkfifo(path)


def _link_away(root: Path, path: Path, away: Path) -> None:
    """A link to what looks the same, but lies elsewhere."""
    _gone(path)
    path.symlink_to(away / path.relative_to(root))


def _link_to_secret(root: Path, path: Path, away: Path) -> None:
    _gone(path)
    path.symlink_to(Path("/etc/passwd"))


def _link_round(root: Path, path: Path, away: Path) -> None:
    """A link to the folder that it lies in."""
    _gone(path)
    path.symlink_to(path.parent, target_is_directory=True)


def _link_to_itself(root: Path, path: Path, away: Path) -> None:
    _gone(path)
    path.symlink_to(path)


def _links_within(root: Path, path: Path, away: Path) -> None:
    """Links to the whole store, beside the file: a tree that never ends."""
    for name in ("again", "0", "latest-run"):
        if not (path.parent / name).exists():
            (path.parent / name).symlink_to(root, target_is_directory=True)


def _odd_name(root: Path, path: Path, away: Path) -> None:
    name = os.fsdecode(b"\xff\x1b[31m\n" + os.fsencode(path.name)[:100])
    path.rename(path.parent / name)


_DISTURBANCES: tuple[Callable[[Path, Path, Path], None], ...] = (
    _missing, _folder, _empty, _pipe, _link_away, _link_away, _link_to_secret, _link_round, _link_to_itself,
    _links_within, _odd_name,
)  # fmt: skip
