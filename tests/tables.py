"""A small table of a test, opened as its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from store.history import History
from store.load import load

__all__ = ["opened"]


def opened(path: Path, table: str, noun: str) -> Iterator[History]:
    """The history of a table written to `path`, its rows called `noun`; closed when the fixture ends."""
    path.write_text(table, encoding="utf-8")
    history = load([path], nouns=(noun,))
    yield history
    history.engine.close()
