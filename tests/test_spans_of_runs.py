"""Spans of runs: the last so many of them, those numbered from one to another; and what is no such span."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlq.engine import ask
from store.history import History
from store.load import load

ROWS = """\
experiment,kernel,tflops,latency_us,status
1,gemm,10.5,90.0,keep
2,gemm,12.5,81.0,discard
3,conv,11.0,85.0,keep
4,gemm,14.5,70.0,discard
5,conv,60.0,95.0,discard
6,gemm,15.5,66.0,keep
7,conv,16.0,64.0,discard
8,gemm,15.0,68.0,discard
"""


@pytest.fixture
def numbered(tmp_path: Path) -> History:
    path = tmp_path / "results.csv"
    path.write_text(ROWS, encoding="utf-8")
    return load([path])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("mean tflops of the last 4 experiments", (60 + 15.5 + 16 + 15) / 4),
        ("mean tflops of the last 2 kept experiments", (11 + 15.5) / 2),
        ("mean tflops in the first 4 runs", (10.5 + 12.5 + 11 + 14.5) / 4),
        ("how many of the last 4 experiments were kept", 1),
        ("in the last 4 runs, how many were kept", 1),
        ("how many of the first 3 runs were kept", 2),
        ("how many experiments after 5 were kept", 1),
        ("how many experiments between 3 and 6", 4),
        ("mean tflops of experiments 2 to 4", (12.5 + 11 + 14.5) / 3),
        ("how many experiments before 4", 3),
    ],
)
def test_a_number_over_a_span_of_runs(asked: str, told: float, numbered: History) -> None:
    assert ask(asked, numbered).rows[0][0] == pytest.approx(told)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("lowest latency in the first 3 runs", 2),
        ("highest tflops among the last 3 experiments", 7),
        ("top 3 fastest by latency in experiments 1 to 5", 4),
        ("experiments 3 to 5", 3),
        ("top 2 lowest latency", 7),
    ],
)
def test_the_first_of_a_span(asked: str, first: int, numbered: History) -> None:
    assert ask(asked, numbered).rows[0][0] == first


def test_those_asked_for_among_the_last_few(numbered: History) -> None:
    """ "Last 4 runs" is a list of four, what is asked of them a condition on it."""
    assert [row[0] for row in ask("which of the last 4 runs were kept", numbered).rows] == [6]
    assert len(ask("last 4 runs", numbered).rows) == 4


@pytest.mark.parametrize(
    "asked",
    [
        "mean tflops of the last 4 runs vs the first 4 runs",
        "what share of the last 4 kept runs are gemm",
        "ratio of the best to the worst tflops",
        "ratio of kept to discarded",
        "how many runs have no metrics",
    ],
)
def test_what_no_span_can_tell_is_declined(asked: str, numbered: History) -> None:
    assert ask(asked, numbered).status == "declined"


def test_a_condition_on_one_side_is_of_that_side(numbered: History) -> None:
    answer = ask("how far is the latest discarded run from the best", numbered)
    assert answer.headline.startswith("5 is better than 8"), answer.headline
    answer = ask("how much better is the best kept run than the best discarded run", numbered)
    assert answer.headline.startswith("5 is better than 6"), answer.headline
    answer = ask("difference between the best and the worst kept run", numbered)
    assert "status = keep" in answer.understood and "itself" not in answer.understood


def test_whether_any_of_several_is_better_is_not_told_by_their_mean(numbered: History) -> None:
    assert ask("did any discarded run beat experiment 1 by latency_us", numbered).headline.startswith(
        "4 runs of 8"
    )


def test_a_mean_of_two_sides_is_compared(numbered: History) -> None:
    answer = ask("average tflops of gemm vs conv", numbered)
    assert answer.rows[1][0] == "tflops"
    assert answer.status == "answered"


def test_moments_within_a_run_are_no_values_of_its_metric(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("run,lr,epochs,val_acc\na,0.1,10,0.9\nb,0.2,12,0.8\n", encoding="utf-8")
    history = load([path])
    for asked in ("val_acc after 5 epochs", "mean val_acc after 5 epochs"):
        assert ask(asked, history).status == "declined"
    assert len(ask("runs with more than 11 epochs", history).rows) == 1


def test_other_words_for_runs_are_no_half_of_a_column(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text(
        "run,author,submission_type,val_loss\na,kim,record,2.1\nb,lee,,2.2\nc,kim,,2.3\n", encoding="utf-8"
    )
    history = load([path])
    assert ask("how many submissions", history).rows[0][0] == 3
    assert ask("who has the most submissions", history).rows[0][0] == "kim"
    assert ask("how many configs have val_loss below 2.25", history).rows[0][0] == 2


def test_a_letter_with_a_number_is_of_the_column_that_holds_it(tmp_path: Path) -> None:
    """`d24` where the depth of some runs is written as "d12", and a few tell a number of layers."""
    path = tmp_path / "runs.csv"
    path.write_text(
        "run,depth,n_layer,val_loss\na,24,,2.1\nb,24,,2.2\nc,d12,,2.3\nd,,20,2.4\n", encoding="utf-8"
    )
    history = load([path])
    assert ask("mean val_loss of the d24 runs", history).rows[0][0] == pytest.approx(2.15)
    assert ask("mean val_loss of the d12 runs", history).rows[0][0] == pytest.approx(2.3)


def test_the_metric_behind_says_what_the_best_model_is_best_in(tmp_path: Path) -> None:
    path = tmp_path / "evals.csv"
    path.write_text(
        "run,model,lr,val_loss,piqa_acc,piqa_ppl\na,m1,0.1,0.9,0.2,30\nb,m2,0.2,1.8,0.7,10\nc,m2,0.3,1.7,0.6,11\n",
        encoding="utf-8",
    )
    answer = ask("best model on piqa", load([path]))
    assert "m2" in answer.rows[0], answer.headline
