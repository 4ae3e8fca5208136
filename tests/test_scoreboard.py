"""A slice of every measure of understanding: `python -m tests.scoreboard` asks all of it.

The floors are what the whole measures reach, or a little below where a slice says little; they may only be
raised: the aims stand in `python -m tests.scoreboard`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import gold, outside
from tests.corpus import FAMILIES, traced
from tests.scoreboard import shared
from tests.scoreboard.__main__ import MEASURES, main
from tests.scoreboard.edits import moved, slips, wrapped
from tests.scoreboard.scores import Miss, Score, sample

FLOORS = {
    "own": (120, 90.0),
    "typos": (120, 95.0),
    "padding": (60, 100.0),
    "order": (800, 96.0),
    "round-trip": (150, 100.0),
    "refusals": (150, 100.0),
    "determinism": (40, 100.0),
}
"""How much is asked, and what part of it must be understood, in percent."""


@pytest.mark.parametrize("name", FLOORS)
def test_what_is_understood_stays_understood(name: str) -> None:
    size, floor = FLOORS[name]
    score = MEASURES[name](size, 0)
    told = "\n".join(f"{miss.asked} [{miss.history}] → {miss.got}" for miss in score.misses)
    assert score.count and float(score.reached) >= floor, told


def test_every_measure_asks_something_of_the_families() -> None:
    assert {"gold", "real", "spider1t", "spider1t-syn", "wikisql_tf", "followups", "speed"} <= set(MEASURES)
    assert FAMILIES


def test_what_is_not_beside_the_checkout_is_skipped_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(outside, "BENCH", tmp_path / "bench")
    monkeypatch.setattr(gold, "GOLD", tmp_path / "gold")
    monkeypatch.setattr(shared, "SHARED", tmp_path)
    assert main(["--only", "spider1t", "gold", "real", "followups"]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert len(lines) == 4 and all("skipped: no " in line for line in lines)


def test_the_misses_of_a_measure_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(MEASURES, "own", lambda size, seed: Score(2, misses=[Miss("asked", "of", "a", "b")]))
    assert main(["--misses", "own", "--size", "200", "--most", "1"]) == 0
    told = capsys.readouterr().out
    assert "wanted  " in told and "got     " in told


def test_real_questions_have_each_a_verdict() -> None:
    known = {"right", "refused rightly", "refused, should answer", "wrong"}
    assert [one.verdict for one in shared.verdicts().values() if one.verdict not in known] == []
    assert list(shared.verdicts()) == list(range(1, 98))


def test_edits_are_the_same_at_every_run() -> None:
    made = traced("best d24 runs with lr 0.02", "nanochat")
    assert list(slips(made, 0)) == list(slips(made, 0))
    assert wrapped("best run", 0) == wrapped("best run", 0) != wrapped("best run", 1)


def test_a_clause_is_moved_whole_or_not_at_all() -> None:
    made = traced("best run at depth 24", "nanochat")
    assert next(moved(made)) == "at depth 24, best run"
    assert list(moved(traced("runs that cost more than $50", "nanochat"))) == []


def test_a_sample_is_spread_over_all() -> None:
    assert list(sample(range(10), 5)) == [0, 2, 4, 6, 8]
    assert sample([1, 2], None) == [1, 2] == sample([1, 2], 5)
