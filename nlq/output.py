"""Where a rendered answer goes: the screen, a pipe, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nlq.errors import BadUsage, WriteFailed
from nlq.terminal import page, write

if TYPE_CHECKING:
    from nlq.render import Output
    from nlq.terminal import Terminal

__all__ = ["deliver", "format_of", "save"]


def format_of(path: str) -> str:
    """The format that a file's suffix stands for.

    Raises:
        BadUsage: where it stands for none.

    Example:
        >>> format_of("best.csv")
        'csv'
    """
    from nlq.render import SUFFIXES, format_names, known

    suffix = Path(path).suffix.removeprefix(".").lower()
    name = SUFFIXES.get(suffix, suffix)
    if name and known(name):
        return name
    have = ", ".join(f".{own}" for own in sorted({*format_names(), *SUFFIXES} - {"agent", "table"}))
    raise BadUsage(f"-o {path}: no format has that suffix; known: {have}; or name one with --format")


def deliver(output: Output, path: str, where: Terminal) -> None:
    """Send an answer where it belongs, what is said beside it to stderr."""
    if path and path != "-":
        save(path, output.out)
    else:
        page(output.out, where)
    write(sys.stderr, output.err)


def save(path: str, text: str) -> None:
    """Write a file by replacing it whole; a device or a pipe is written to as it is.

    Raises:
        WriteFailed: where the system refuses.
    """
    target = Path(path).expanduser().resolve()
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
            return
        fresh = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            fresh.write_text(text, encoding="utf-8", newline="")
            if target.exists():
                fresh.chmod(target.stat().st_mode & 0o7777)
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise WriteFailed(f"cannot write {path}: {error.strerror or error}") from None
