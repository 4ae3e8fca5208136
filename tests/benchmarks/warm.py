"""Questions in one process, the history loaded: understanding alone, and end to end.

A question is understood when the first statement goes to the engine: the engine is wrapped to tell when.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nlq.engine import ask
from store.history import Engine, History, Rows
from store.load import load
from store.points import ByRow
from store.records import Value
from tests.benchmarks.histories import QUESTIONS, write_history
from tests.benchmarks.measuring import peak_mb, percentile

__all__ = ["Timing", "heading", "measure", "report"]

AIMS = "aims at 1,000 runs: p50 <= 5, p99 <= 25 end to end"
_NOW = datetime(2025, 12, 1, 12)


@dataclass(slots=True)
class Timing:
    """Milliseconds of every question of every round.

    Attributes:
        runs: the length of the history. load_s: to load it. first_ms: the first question, lexicon and all.
        understood, whole: to the first statement; to the answer; by question.
        statuses: how each question was answered.
        peak_mb: of the process, so far.
    """

    runs: int
    load_s: float = 0.0
    first_ms: float = 0.0
    understood: dict[str, list[float]] = field(default_factory=dict)
    whole: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    peak_mb: float = 0.0


class _Watched:
    """An engine that tells when the first statement of a question came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.first = 0.0

    def run(self, sql: str, params: Sequence[Value] = ()) -> Rows:
        self.first = self.first or time.perf_counter()
        return self._engine.run(sql, params)

    def keep(self, path: str, more: Iterable[tuple[str, str, Iterable[Sequence[Value]]]] = ()) -> None:
        self._engine.keep(path, more)

    def close(self) -> None:
        self._engine.close()

    def add_points(self, keys: Sequence[str], key: str, series: ByRow) -> None:
        """As of the engine."""
        self._engine.add_points(keys, key, series)


def measure(runs: int = 1000, rounds: int = 10) -> Timing:
    """Load a generated history and ask all the questions, round by round."""
    timing = Timing(runs)
    with tempfile.TemporaryDirectory() as folder:
        path = write_history(Path(folder) / "runs.parquet", runs)
        begun = time.perf_counter()
        history = load([path])
        timing.load_s = time.perf_counter() - begun
        watched = _Watched(history.engine)
        history.engine = watched
        timing.first_ms = _ask(QUESTIONS[0], history, watched)[1]
        for question in QUESTIONS:
            timing.statuses[question] = ask(question, history, now=_NOW).status
        for _ in range(rounds):
            for question in QUESTIONS:
                understood, whole = _ask(question, history, watched)
                timing.understood.setdefault(question, []).append(understood)
                timing.whole.setdefault(question, []).append(whole)
        watched.close()
    timing.peak_mb = peak_mb()
    return timing


def _ask(question: str, history: History, watched: _Watched) -> tuple[float, float]:
    """Milliseconds until the question was understood, and until it was answered."""
    watched.first = 0.0
    begun = time.perf_counter()
    ask(question, history, now=_NOW)
    ended = time.perf_counter()
    return 1000 * ((watched.first or ended) - begun), 1000 * (ended - begun)


def heading() -> Iterator[str]:
    """What the columns of `report` are."""
    yield f"warm questions ({len(QUESTIONS)} of every family, one process, milliseconds; {AIMS})"
    yield f"  {'':>8}{'understood':>16}{'end to end':>24}"
    columns = ("p50", "p99", "p50", "p99", "most", "first", "load s", "peak MB")
    yield f"  {'runs':>8}{''.join(f'{column:>8}' for column in columns)}"


def report(timing: Timing, slowest: int = 5) -> Iterator[str]:
    """A line for the history, then its slowest questions."""
    understood = [ms for each in timing.understood.values() for ms in each]
    whole = [ms for each in timing.whole.values() for ms in each]
    shares = f"{percentile(understood, 0.5):8.1f}{percentile(understood, 0.99):8.1f}"
    shares += f"{percentile(whole, 0.5):8.1f}{percentile(whole, 0.99):8.1f}{max(whole):8.1f}"
    yield f"  {timing.runs:8d}{shares}{timing.first_ms:8.0f}{timing.load_s:8.2f}{timing.peak_mb:8.0f}"
    by_time = sorted(timing.whole, key=lambda q: -percentile(timing.whole[q], 0.5))[:slowest]
    for question in by_time:
        times = percentile(timing.understood[question], 0.5), percentile(timing.whole[question], 0.5)
        yield f"          {times[0]:8.1f}{'':8}{times[1]:8.1f}  {question} ({timing.statuses[question]})"
