"""A line on the terminal while a long reading goes on: what is read, and how far it is.

Nothing is written in the first second, to a pipe, or to a terminal that can't take a line back.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from nlq.terminal import write
from store.markup import clean
from store.progress import heard

__all__ = ["shown"]

_PATIENCE, _PERIOD = 1.0, 0.1  # seconds before the first line, and between two
_ERASED = "\r\x1b[K"


@contextmanager
def shown(environ: Mapping[str, str]) -> Iterator[None]:
    """Show how far the reading is that goes on meanwhile, where somebody sees it."""
    stream = sys.stderr
    if stream is None or not stream.isatty() or environ.get("TERM", "dumb") == "dumb":
        yield
        return
    due, drawn = time.monotonic() + _PATIENCE, False
    width = os.get_terminal_size(stream.fileno()).columns or 80

    def draw(what: str, parts: int) -> None:
        nonlocal due, drawn
        now = time.monotonic()
        if now >= due:
            line = f"reading {parts:,} {clean(what)}"[: width - 1]
            due, drawn = now + _PERIOD, True
            write(stream, f"{_ERASED}{line}")

    try:
        with heard(draw):
            yield
    finally:
        if drawn:
            write(stream, _ERASED)
