"""Runs that are called by a number, and groups by a column that is also a word for the runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlq.engine import ask
from store.history import History
from store.load import load


@pytest.fixture
def trials(tmp_path: Path) -> History:
    path = tmp_path / "study.csv"
    rows = [f"{n},{9 - 0.05 * n:.2f},COMPLETE,{'gru' if n % 3 else 'lstm'},0.{n % 7 + 1}" for n in range(90)]
    lines = ["number,user_attrs_val_mae,state,params_model_name,params_dropout", *rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load([path])


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("trial 16", {16}),
        ("run 88", {88}),
        ("mae of trials 3, 5 and 71", {3, 5, 71}),
        ("trials that beat trial 87", {88, 89}),
    ],
)
def test_a_run_among_many_is_named_by_its_number(trials: History, question: str, numbers: set[int]) -> None:
    answer = ask(question, trials)
    names = [head.name for head in answer.columns]
    if "number" in names:
        assert {row[names.index("number")] for row in answer.rows} == numbers
    else:
        assert {int(answer.headline.partition(":")[0])} == numbers


def test_a_number_that_no_run_has_is_no_value_of_a_metric(trials: History) -> None:
    assert ask("trials that beat trial 500", trials).status == "declined"


@pytest.mark.parametrize("question", ["number of trials per model", "how many runs by model"])
def test_a_column_behind_by_is_no_word_for_the_runs(trials: History, question: str) -> None:
    assert sorted(ask(question, trials).rows) == [("gru", 60), ("lstm", 30)]


def test_the_mean_by_model_is_that_of_each(trials: History) -> None:
    assert [row[0] for row in ask("average mae by model", trials).rows] == ["gru", "lstm"]


def test_runs_that_lack_what_they_would_be_ranked_by_are_not_said_to_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("run,depth,lr,val_loss\na,12,0.1,2.5\nb,24,0.2,\nc,24,0.3,\n", encoding="utf-8")
    assert (
        ask("best run with depth 24", load([path])).headline == "None of 2 runs with depth = 24 has val_loss."
    )
    assert ask("best run with depth 48", load([path])).headline == "No run with depth = 48."
