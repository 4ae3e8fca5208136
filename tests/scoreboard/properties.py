"""Measures of the engine itself: the round trip, the same bytes at every start, and how long it takes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded

from nlq.paraphrase import paraphrase
from nlq.query import Query
from tests.benchmarks.measuring import child_environ, percentile, run_child
from tests.benchmarks.warm import Timing, measure
from tests.corpus import FAMILIES, alike, as_written, history_of, meanings, rendered, traced
from tests.queries import sayable
from tests.scoreboard.scores import Miss, Score, hints, sample, share, understood

__all__ = ["determinism", "dump", "round_trip", "speed"]

_ROUND = ("nanochat", "autoresearch", "sweep")
"""Histories with enough columns to make queries of."""

GENERATED = 5000


def round_trip(size: int | None, seed: int) -> Score:
    """Generated queries, said and understood again."""
    misses: list[Miss] = []
    count = 0
    for history in _ROUND:
        asked = _generated(history, (size or GENERATED) // len(_ROUND) + 1, seed)
        count += len(asked)
        misses += filter(None, (_returned(text, query, history) for text, query in asked.items()))
    return Score(count, share(misses, count), "100", misses=misses)


def _generated(history: str, count: int, seed: int) -> dict[str, Query]:
    """Different sentences and what they were made from."""
    catalog = history_of(history).catalog
    found: dict[str, Query] = {}

    @seeded(seed)
    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(sayable(catalog))
    def collect(query: Query) -> None:
        found.setdefault(paraphrase(query, catalog), query)

    collect()
    return found


def _returned(text: str, query: Query, history: str) -> Miss | None:
    made = traced(text, history)
    assert made.answer is not None
    if alike(made.answer.query, query):
        return None
    return Miss(text, history, as_written(query), understood(made), hints(made))


_SEEDS = ("0", "1", "42", "4294967295")


def determinism(size: int | None, seed: int) -> Score:
    """The whole corpus answered by processes that hash strings otherwise: the same bytes."""
    words = ["-c", f"from tests.scoreboard.properties import dump; print(dump({size}))"]
    told = [
        run_child(words, child_environ({"PYTHONHASHSEED": number}), Path.cwd()).out.strip()
        for number in _SEEDS
    ]
    other = [digest for digest in told if digest != told[0] or not digest]
    misses = [Miss("the corpus", "", told[0], digest) for digest in other]
    return Score(len(_SEEDS), share(misses, len(_SEEDS)), "100", "starts", misses)


def dump(size: int | None = None) -> str:
    """A digest of every answer of the corpus: its text, its query, its SQL."""
    digest = hashlib.sha256()
    asked = [
        (wording, one.history) for family in FAMILIES for one in meanings(family) for wording in one.asks
    ]
    for question, history in sample(asked, size):
        for part in _bytes(question, history):
            digest.update(part.encode())
    return digest.hexdigest()[:16]


def _bytes(question: str, history: str) -> Iterator[str]:
    made = traced(question, history)
    assert made.answer is not None
    yield rendered(made.answer)
    yield as_written(made.answer.query)
    yield made.answer.sql


def speed(size: int | None, seed: int) -> Score:
    """Milliseconds to understand a question, and how much longer a thousand times the runs take."""
    few, many = (100, 100_000) if size is None else (100, 1000)
    small, large = _understanding(measure(few, 3)), _understanding(measure(many, 3))
    ratio = percentile(large, 0.5) / percentile(small, 0.5)
    beside = f"ms p50, p99 {percentile(small, 0.99):.1f} of {few} runs; x{ratio:.2f} of {many:,}"
    return Score(len(small), f"{percentile(small, 0.5):.1f}", "5", beside)


def _understanding(timing: Timing) -> list[float]:
    return [ms for each in timing.understood.values() for ms in each]
