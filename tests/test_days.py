"""Runs of one day: which of them is the latest, and that there are several."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlq.engine import ask
from store.history import History
from store.load import load

DAYS = [("a", "2026-03-17"), ("b", "2026-03-18"), ("c", "2026-03-20"), ("d", "2026-03-20")]


def _log(folder: Path, rows: list[tuple[str, str]]) -> History:
    path = folder / "runs.csv"
    lines = [f"{run},{day},0.{number + 1},2.{number}" for number, (run, day) in enumerate(rows)]
    path.write_text("\n".join(["run,date,lr,val_loss", *lines, ""]), encoding="utf-8")
    return load([path])


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_latest_of_a_day_is_the_last_that_was_written(tmp_path: Path, newest_first: bool) -> None:
    history = _log(tmp_path, DAYS[::-1] if newest_first else DAYS)
    answer = ask("latest run", history)
    assert answer.rows[0][0] == "d"
    which = "first" if newest_first else "last"
    assert any(f"is shared by d, c; the {which} in the history" in note for note in answer.notes)
    assert [row[0] for row in ask("latest 3 runs", history).rows] == ["d", "c", "b"]
    assert [row[0] for row in ask("runs sorted by date", history).rows] == list("abcd")
    assert [row[0] for row in ask("earliest run", history).rows] == ["a"]
    assert not ask("earliest run", history).notes


def test_a_table_that_is_no_history_keeps_its_order(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text("title,date\nA,2001-01-01\nB,2002-02-02\nC,2002-02-02\n", encoding="utf-8")
    assert ask("latest film", load([path], nouns=("film",))).rows[0][0] == "B"


def test_days_without_a_year_do_not_order_runs_and_it_is_said(tmp_path: Path) -> None:
    history = _log(tmp_path, [(run, day[5:]) for run, day in DAYS])
    answer = ask("latest run", history)
    assert answer.rows[0][0] == "d"
    assert 'date is not read as a date ("03-20"): the order is that of the file' in answer.notes


def test_runs_of_two_files_without_dates_stand_one_after_the_other(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"run,lr,val_loss\n{name}1,0.1,2.5\n{name}2,0.2,2.4\n")
    notes = ask("latest run", load([tmp_path])).notes
    assert "no date orders the runs of the 2 sources: they stand one after the other" in notes
