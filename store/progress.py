"""How far a long reading is: told by whoever reads, to whoever listens.

A store has no idea of terminals, and a reader no idea of who asked: so the one listener of a process stands
here. Where there is none, telling costs a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Listener", "advance", "heard"]

Listener = Callable[[str, int], None]
"""Takes what is being read, and how many of its parts (runs, rows, stores) have been so far."""

_listener: Listener | None = None


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """Have a listener told of what is read meanwhile."""
    global _listener
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before


def advance(what: str, parts: int) -> None:
    """Tell that so many parts have been read."""
    if _listener is not None:
        _listener(what, parts)
