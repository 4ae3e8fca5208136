"""The benchmark's pieces run, at tiny sizes; what they measure is not asserted: speed is no test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from store.load import load
from tests.benchmarks import cold, large, memory, trackers, warm, watch
from tests.benchmarks.histories import QUESTIONS, write_history
from tests.benchmarks.measuring import child_environ, percentile, run_child

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="a child's cost is told by wait4")


@unix_only
def test_a_cold_start_is_measured() -> None:
    costs = cold.measure(rounds=1)
    assert all(cost.code == 0 and cost.cpu_ms >= 0 for each in costs.values() for cost in each)
    assert "loss" in costs["answer"][0].out
    assert any("ask --help" in line for line in cold.report(costs))


def test_warm_questions_are_measured() -> None:
    timing = warm.measure(runs=50, rounds=1)
    assert timing.whole.keys() == set(QUESTIONS)
    assert all(timing.understood[q][0] <= timing.whole[q][0] for q in QUESTIONS)
    assert len(list(warm.report(timing))) == 6


@unix_only
def test_a_large_history_is_measured() -> None:
    result = large.measure(runs=500, rounds=1)
    assert result.ours.keys() == result.by_hand.keys()
    assert "median ratio" in list(large.report(result))[-1]


@unix_only
def test_a_watched_trainer_is_measured() -> None:
    found = watch.measure(rounds=1, lines=200, flood=(1 << 20,))
    assert len(found.alone) == len(found.watched) == 1
    assert found.recorded.count("**Status**: Completed") == 2
    assert "ratio" in next(watch.report(found))


@unix_only
def test_memory_is_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "LONG", tmp_path / "none")
    told = list(memory.report(memory.measure(runs=300)))
    assert len(told) == 5 and all(" MB in " in line and "not to be had" not in line for line in told[1:])


def test_the_questions_are_answered() -> None:
    timing = warm.measure(runs=50, rounds=0)
    unanswered = [q for q, status in timing.statuses.items() if status not in ("answered", "empty")]
    assert set(unanswered) <= {"delete all runs", "median runtime_h of muon runs"}


def test_a_generated_history_is_the_same_at_every_run(tmp_path: Path) -> None:
    first, again = (load([write_history(tmp_path / name, 200)]) for name in ("a.parquet", "b.parquet"))
    asked = "SELECT * EXCLUDE _source FROM runs ORDER BY _row"
    assert first.engine.run(asked) == again.engine.run(asked)
    assert len(first.catalog.columns) == 20


@unix_only
def test_a_child_is_told_of_no_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDECODE", "1")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    code = "import os; print('CLAUDECODE' in os.environ, 'PYTHONDONTWRITEBYTECODE' in os.environ)"
    assert run_child(["-c", code], child_environ({}), tmp_path).out == "False False\n"


def test_a_percentile_is_one_of_the_samples() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0


def test_trackers_stores_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASK_TRACKERS_PYTHON", sys.executable)
    told = list(trackers.report(runs=100, rounds=1))
    assert any(line.startswith("  MLflow, mlflow.db, 100 runs") for line in told)
    assert any(line.startswith("  MLflow, mlruns, 10 runs") for line in told)
