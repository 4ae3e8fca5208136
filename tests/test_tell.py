"""Rows → answer: what is said beside the table."""

from __future__ import annotations

from pathlib import Path

import pytest

import nlq.sql.rows
import nlq.tell.sides
from nlq.answer import Answer
from nlq.engine import ask
from store.history import History
from store.load import load
from tests.corpus import NOW, history_of


def told(question: str, history: str = "nanochat") -> Answer:
    return ask(question, history_of(history), now=NOW)


def made(text: str, folder: Path) -> History:
    file = folder / "runs.csv"
    file.write_text(text, encoding="utf-8")
    return load([file])


def test_a_superlative_says_of_how_many_and_what_was_left_out() -> None:
    answer = told("best run")
    assert answer.headline == "d26-ratio12: loss 2.438, the lowest of 24 finished runs"
    assert sum(answer.searched.left_out.values()) == answer.searched.runs - 24
    assert answer.provenance[0].run == "d26-ratio12"


def test_a_tie_is_told(tmp_path: Path) -> None:
    history = made("run,loss\na,2\nb,1\nc,1\n", tmp_path)
    (note,) = [note for note in ask("run with the lowest loss", history).notes if "shared" in note]
    assert "b, c" in note
    history.engine.close()


def test_no_names_the_neighbours_on_both_sides(tmp_path: Path) -> None:
    history = made("run,lr,loss\na,0.01,3\nb,0.02,2\nc,0.04,1\n", tmp_path)
    headline = ask("have I tried lr 0.03", history).headline
    assert headline == "No run with lr = 0.03. Nearest tried: 0.02 (b, loss 2) and 0.04 (c, loss 1)."
    assert ask("have I tried lr 0.005", history).headline.endswith("Nearest tried: 0.01 (a, loss 3).")
    history.engine.close()


def test_values_tell_their_runs_and_the_best_of_them() -> None:
    answer = told("which optimizers have I tried", "sweep")
    assert [head.name for head in answer.columns] == ["optimizer", "runs", "best val_loss", "which"]
    assert sum(int(str(row[1])) for row in answer.rows) <= answer.searched.runs


def test_a_share_tells_both_counts() -> None:
    (row,) = told("what share of the runs crashed", "sweep").rows
    part, whole, percent = row
    assert isinstance(part, int) and isinstance(whole, int)
    assert percent == pytest.approx(100 * part / whole, abs=0.01)


def test_a_comparison_tells_who_is_better_and_at_what_price() -> None:
    answer = told("baseline vs d12-baseline")
    assert [head.name for head in answer.columns] == [
        "what",
        "baseline",
        "d12-baseline",
        "difference",
        "better",
    ]
    assert "is better than" in answer.headline
    assert answer.details and answer.details[0].startswith("tradeoffs  d12-baseline: ")


def test_a_side_without_runs_is_named_with_what_there_is() -> None:
    answer = told("compare d13 vs d12")
    assert answer.headline.startswith("Nothing to compare: no run with depth = 13 (depth tried: ")


def test_a_state_that_no_run_is_in_is_no_side(tmp_path: Path) -> None:
    history = made("run,loss,status\na,2,completed\nb,1,crashed\n", tmp_path)
    assert ask("compare crashed vs diverged runs", history).headline.startswith("Nothing to compare: ")
    history.engine.close()


@pytest.mark.parametrize(
    "question",
    ["muon vs adamw", "compare muon, adamw and sgd", "compare crashed and completed runs by val_loss"],
)
def test_many_runs_are_compared_by_the_engine_as_few_are_here(
    question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a side's runs are fetched or asked for what they say, the answer is the same."""
    few = told(question, "sweep")
    monkeypatch.setattr(nlq.sql.rows, "SIDE", 3)
    monkeypatch.setattr(nlq.tell.sides, "SIDE", 3)
    many = told(question, "sweep")
    assert len(few.rows) > 1 or "by" in question
    assert (many.headline, many.rows, many.details) == (few.headline, few.rows, few.details)
    assert many.searched == few.searched and len(many.provenance) < len(few.provenance)


def test_why_tells_the_lines_of_the_log() -> None:
    answer = ask("why did exp-001 diverge", history_of("seed"), now=NOW)
    assert answer.headline.startswith("exp-001: ") and "diverged" in answer.headline
    assert all(line.startswith(".claude/experiments.md:") for line in answer.details) and answer.details


def test_an_aggregate_says_on_how_many_finished_runs_it_stands() -> None:
    answer = told("mean loss")
    assert "over 24 finished runs" in answer.headline
    assert "diverged" in answer.searched.left_out


def test_an_aggregate_does_not_count_runs_that_record_no_such_value(tmp_path: Path) -> None:
    history = made("run,status,loss,time (h)\na,completed,1,2\nb,completed,2,\nc,crashed,,\n", tmp_path)
    mean, total = ask("mean time", history), ask("total time", history)
    assert "over 1 finished run" in mean.headline and mean.searched.left_out["without time"] == 1
    assert "over 1 run" in total.headline and total.searched.left_out["without time"] == 2
    assert "over 2 finished runs" in ask("mean loss", history).headline
    history.engine.close()


def test_a_single_group_is_told_in_the_unit_that_was_asked_for(tmp_path: Path) -> None:
    history = made("run,depth,time (h),loss\na,12,2,1\nb,12,4,2\n", tmp_path)
    answer = ask("mean time by depth in minutes", history)
    assert answer.rows[0][-1] == 180 and "180 min" in answer.headline
    history.engine.close()


def test_a_correlation_with_what_does_not_vary_is_told_not_raised(tmp_path: Path) -> None:
    history = made("run,depth,loss,acc\na,12,1,1\nb,12,1,2\nc,12,1,3\n", tmp_path)
    assert ask("correlation of loss and acc", history).status in ("answered", "empty", "declined")
    history.engine.close()
