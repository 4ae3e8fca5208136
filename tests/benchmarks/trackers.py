"""A tracker's store read where it lies, over the tracker's own call for the same, where it is installed.

A tracker is looked for in this Python, or in that of `ASK_TRACKERS_PYTHON` (a scratch environment).
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks import trackers_mlflow

__all__ = ["report"]

_TRACKERS = (trackers_mlflow,)


def report(runs: int, rounds: int) -> Iterator[str]:
    """The lines of every tracker.

    Args:
        runs: how long the histories in databases are; those in folders are a tenth of it.
        rounds: how often each is read.
    """
    yield f"trackers' stores ({rounds} rounds; ms, median of least..most)"
    for tracker in _TRACKERS:
        yield from tracker.report(runs, rounds)
