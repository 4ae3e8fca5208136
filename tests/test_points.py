"""Values by step: in order, their best, kept with a snapshot, and as the table `points`."""

from __future__ import annotations

from array import array
from math import inf, nan
from pathlib import Path

import pytest

from nlq.engine import ask
from store.columns import build
from store.load import load
from store.points import best_point, by_step
from store.records import Field, Place, Reading, RunRecord, Series
from store.snapshot import find, stamp
from store.stores import stores
from tests.corpus import CORPUS

CURVES = CORPUS / "histories" / "curves"


def series(values: list[float], steps: list[int] | None = None) -> Series:
    return Series(array("q", steps or range(len(values))), array("d", values))


def reading(path: str, **runs: dict[str, Series]) -> Reading:
    """A reading whose runs have the last values of their series."""
    found = Reading(path, "test", {"run": Field("run", "run")})
    for name, told in runs.items():
        for metric in told:
            found.fields[metric] = Field(metric, "metric")
        values = {metric: one.values[-1] for metric, one in told.items() if one.values[-1] == one.values[-1]}
        found.runs.append(RunRecord(name, Place(path), {"run": name, **values}, series=told))
    return found


def test_a_step_that_was_logged_twice_has_what_was_logged_last() -> None:
    resumed = series([3.0, 2.0, 1.9, 2.1, 1.8], [0, 10, 20, 10, 20])
    assert by_step(resumed).steps.tolist() == [0, 10, 20]
    assert by_step(resumed).values.tolist() == [3.0, 2.1, 1.8]
    once = series([3.0, 2.0])
    assert by_step(once) is once


@pytest.mark.parametrize(
    ("values", "direction", "best"),
    [
        ([3.0, 1.0, 2.0], "lower", (1.0, 1)),
        ([0.1, 0.3, 0.3], "higher", (0.3, 1)),
        ([3.0, nan, 2.0], "lower", (2.0, 2)),
        ([3.0, -inf, 2.0], "lower", (2.0, 2)),
        ([3.0, 1.0, nan], "lower", None),
        ([3.0, 1.0], "", None),
        ([], "lower", None),
    ],
)
def test_the_best_point(values: list[float], direction: str, best: tuple[float, int] | None) -> None:
    assert best_point(series(values), direction) == best  # type: ignore[arg-type]


def test_a_zero_that_stands_for_a_crash_is_no_best() -> None:
    assert best_point(series([1.0, 0.0, 0.9]), "lower", 0.0) == (0.9, 2)


def test_a_metric_spelled_in_two_ways_keeps_its_history() -> None:
    one = reading("a", first={"val_loss": series([2.0, 1.0])}, second={"val-loss": series([3.0, 2.5])})
    table = build([one])
    assert [column.key for column in table.columns] == ["run", "val_loss"]
    assert {row: told.values.tolist() for row, told in table.series["val_loss"].items()} == {
        0: [2.0, 1.0],
        1: [3.0, 2.5],
    }


def test_a_history_is_told_in_the_unit_of_its_column() -> None:
    hours, minutes = (
        reading("a", first={"lag": series([2.0, 1.0])}),
        reading("b", second={"lag": series([90.0, 30.0])}),
    )
    hours.fields["lag"].unit, minutes.fields["lag"].unit = "h", "min"
    table = build([hours, minutes])
    assert table.series["lag"][1].values.tolist() == [1.5, 0.5]


def test_a_snapshot_keeps_histories_and_loads_them_when_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    question = "val loss of d24 at step 4500"
    first = load([CURVES], cached=True)
    again = load([CURVES], cached=True)
    made_from = stamp(list(stores([CURVES], [])), first.catalog.nouns, (), (), ())
    assert made_from is not None and find(made_from) is not None
    assert all(not run.series for source in again.sources for run in source.runs)
    assert ask(question, again).rows == ask(question, first).rows == (("d24", 4500, 2.31),)
    for kept in (tmp_path / "ask").glob("*.series.*"):
        kept.unlink()
    without = load([CURVES], cached=True)
    assert ask(question, without).rows == ask(question, first).rows
    assert ask("best run", without).rows == ask("best run", first).rows


def test_points_are_in_the_engine_when_they_are_asked_for_and_not_before() -> None:
    history = load([CURVES])
    ask("best run by val_loss", history)
    assert history.engine.run(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database()"
    ).rows == ((1,),)
    ask("val loss of d24 at step 5000", history)
    assert history.engine.run("SELECT DISTINCT metric FROM points").rows == (("val_loss",),)
    ask("loss of d24 at step 5000", history)
    counted = "SELECT metric, count(*) FROM points GROUP BY 1 ORDER BY count(*)"
    assert history.engine.run(counted).rows == (("val_loss", 21), ("loss", 51)), "of the one run"
    ask("which run reached val loss 2.7 first", history)
    assert history.engine.run(counted).rows == (("loss", 51), ("val_loss", 84)), "of all, each once"


def test_a_long_history_keeps_its_best_and_its_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its table is a file of the engine, which is only read: `points` lies beside it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("store.snapshot.CELLS", 10)
    for _ in range(2):
        history = load([CURVES], cached=True)
        assert ask("best run by val_loss", history).headline.startswith(
            "d24: val_loss best 2.31 at step 4500"
        )
        assert ask("val loss of d24 at step 4500", history).rows == (("d24", 4500, 2.31),)


def test_very_many_points_are_let_go_of_once_they_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "val loss of d24 at step 4500"
    whole = load([CURVES])
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("store.load._MANY", 10)
    monkeypatch.setattr("store.kept_series._AT_ONCE", 1000)
    history = load([CURVES], cached=True)
    assert all(not run.series for source in history.sources for run in source.runs)
    assert repr({key: dict(told) for key, told in history.series().items()}) == repr(whole.series())
    assert ask(question, history).rows == ask(question, whole).rows == (("d24", 4500, 2.31),)
    again = load([CURVES], cached=True)
    for asked in ("which run reached val loss 2.7 first", "loss at step 1000", "val loss at step 1000"):
        assert ask(asked, history).rows == ask(asked, again).rows == ask(asked, whole).rows
    gone = load([CURVES], cached=True)
    for kept in (tmp_path / "ask").glob("*.series.*"):
        kept.unlink()
    assert ask(question, gone).rows == ask(question, whole).rows, "read once more"


def test_the_end_of_a_schedule_is_not_how_it_was_set() -> None:
    """The rate that Hugging Face's trainer logs falls to 0: that is no learning rate of the run."""
    classifier = load([CORPUS / "trackers" / "huggingface" / "classifier"])
    answer = ask("lr of the best run", classifier)
    assert answer.rows[0][1] is None and answer.marks[0, 1] == "3.75e-05 … 0"
    assert "learning_rate: a schedule, logged by step" in answer.notes[-1]
    assert ask("learning rate at step 200", classifier).rows == (("classifier", 200, 2.5e-05),)
    assert ask("learning rate", classifier).headline == "classifier: learning_rate 3.75e-05 … 0"


def test_a_rate_that_never_changed_is_how_it_was_set() -> None:
    one = reading("a", first={"lr": series([0.1, 0.1])}, second={"lr": series([0.2, 0.1])})
    table = build([one])
    assert table.values[1] == [0.1, None]
    assert one.runs[1].marks["lr"].text == "0.2 … 0.1"


def test_a_table_with_a_row_a_step_says_that_its_rows_are_no_runs(tmp_path: Path) -> None:
    rows = [f"{run},{step},{3 - step / 1000}" for run in ("a", "b", "c") for step in (0, 100, 200)]
    (tmp_path / "evals.csv").write_text("\n".join(["workload,step,val_loss", *rows]), encoding="utf-8")
    history = load([tmp_path / "evals.csv"])
    note = "each row is one step of a run: what is counted and ranked here are rows, not runs"
    assert note in ask("how many runs", history).notes
    answer = ask("val_loss at step 100", history)
    assert len(answer.rows) == 3 and note in answer.notes
    (tmp_path / "last.csv").write_text(
        "run,step,val_loss\na,100,2.9\nb,100,2.8\nc,200,2.7\n", encoding="utf-8"
    )
    assert note not in ask("how many runs", load([tmp_path / "last.csv"])).notes
