"""A run whose watcher was killed is told to be so at the next call: "unknown, last seen …".

Looked for at every call, so nothing is imported before there is something to repair.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from store.kept import state_folder

if TYPE_CHECKING:
    from store.log.lost import Lost

__all__ = ["repair"]


def repair(now: Callable[[], datetime]) -> list[str]:
    """Bring the logs up to date with the runs that nobody watches any more.

    Args:
        now: the clock.

    Returns:
        One line a run, to be told. A log that can't be written is left for the next call.
    """
    try:
        notes = os.listdir(f"{state_folder()}/running")  # noqa: PTH208
    except OSError:
        return []
    if not any(name.endswith(".json") for name in notes):
        return []
    from store.log.lost import forget, lost

    told: list[str] = []
    for one in lost():
        line, done = _repaired(one, now())
        told += [line] if line else []
        if done:
            forget(one)
    return told


def _repaired(one: Lost, now: datetime) -> tuple[str, bool]:
    """What there is to say, and whether nothing is left to be done."""
    from nlq.record.engine import Log, carry_out
    from nlq.record.models import End
    from store.errors import HistoryError
    from store.log.finding import pick, state_of
    from store.log.writer import read

    try:
        doc = read(one.log, str(one.log))
        if state_of(doc, pick(doc, one.run)) != "running":
            return "", True  # somebody has recorded its end since
    except HistoryError:
        return "", True  # the log, or the run in it, is gone
    at = f" at step {one.step}" if one.step is not None else ""
    words = f"unknown, last seen {one.seen:%Y-%m-%d %H:%M}{at}"
    act = End(one.run, results=tuple(one.results.items()), state="stopped", why=words)
    try:
        carry_out(act, Log(one.log, str(one.log)), now)
    except HistoryError as error:
        return f"{one.run} could not be brought up to date: {error}", False
    return f"{one.run} in {one.log}: {words}, for the ask that watched it was killed", True
