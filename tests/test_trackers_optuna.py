"""Optuna's SQLite storage."""

from __future__ import annotations

import importlib.util
import sqlite3
from contextlib import closing
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from store import trackers
from store.outcomes import find_states
from tests.tracking import optuna_sample, read, runs


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return optuna_sample(tmp_path)


def test_a_trial_is_a_run(database: Path) -> None:
    reading = read(database, "optuna")
    found = runs(reading)
    assert len(found) == 14
    run = found["lr sweep/0"]
    assert str(run.place) == "study.db#lr sweep/0"
    assert (run.values["depth"], run.values["optimizer"]) == (7, "sgd")
    assert run.values["lr"] == pytest.approx(0.00178265)
    assert run.values["lr sweep/value"] == pytest.approx(0.71782650)
    assert run.series["lr sweep/value"].values.tolist() == [1.5, 0.75, 0.5]
    assert reading.fields["depth"].kind == "param"
    assert run.values["note"] == "fine"


def test_states_and_a_trial_that_was_cut_off(database: Path) -> None:
    reading = read(database, "optuna")
    states = dict(zip((run.name for run in reading.runs), find_states(reading), strict=True))
    assert [states[f"lr sweep/{at}"] for at in (0, 2, 3, 7, 8)] == [
        "completed",
        "stopped",
        "crashed",
        "running",
        "planned",
    ]
    found = runs(reading)
    assert found["lr sweep/2"].values["lr sweep/value"] == 9.75
    assert isnan(found["lr sweep/5"].series["lr sweep/value"].values[-1])
    assert "lr sweep/value" not in found["lr sweep/5"].values


def test_the_study_says_which_end_is_better(database: Path) -> None:
    """Two studies turn "value" around: one name would have one direction for both."""
    fields = read(database, "optuna").fields
    told = {name: field.direction for name, field in fields.items() if field.direction}
    assert told == {
        "lr sweep/value": "lower",
        "up/value": "higher",
        "accuracy": "higher",
        "latency": "lower",
    }


def test_infinity_is_no_value(database: Path) -> None:
    run = runs(read(database, "optuna"))["up/0"]
    assert "up/value" not in run.values
    assert run.marks["up/value"].text == "inf"


def test_nothing_is_written_beside_the_database(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("UPDATE studies SET study_name = 'renamed' WHERE study_id = 1")
        connection.commit()
        before = sorted(path.name for path in database.parent.iterdir())
        assert "study.db-wal" in before
        assert "renamed/0" in runs(read(database, "optuna"))  # what is in the log alone is read
        assert sorted(path.name for path in database.parent.iterdir()) == before
    before = sorted(path.name for path in database.parent.iterdir())
    assert "renamed/0" in runs(read(database, "optuna"))
    assert sorted(path.name for path in database.parent.iterdir()) == before


def test_another_database_is_not_taken(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE trials (a)")
    (tmp_path / "y.db").write_bytes(b"SQLite format 3\0" + bytes(4000))
    assert trackers.claimed(tmp_path / "x.db") == trackers.claimed(tmp_path / "y.db") == ""


def test_a_view_in_place_of_a_table_is_not_read(database: Path) -> None:
    """It might never end."""
    loop = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS study_id"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ALTER TABLE studies RENAME TO kept")
        connection.execute(f"CREATE VIEW studies AS {loop}, 1 AS study_name FROM n")
        connection.commit()
    assert trackers.claimed(database) == ""
    assert not trackers.read("optuna", database, "x").runs


def test_a_query_that_takes_too_long_is_given_up(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.trackers import optuna

    monkeypatch.setattr(optuna, "_STEPS", 0)
    with closing(sqlite3.connect(database)) as connection:
        rows = [(at, 1, at, "COMPLETE") for at in range(100, 30_000)]
        connection.executemany(
            "INSERT INTO trials (trial_id, study_id, number, state) VALUES (?, ?, ?, ?)", rows
        )
        connection.commit()
    reading = trackers.read("optuna", database, "x")
    assert [skip.reason for skip in reading.skips] == ["the database can't be read: interrupted"]


@pytest.mark.skipif(not importlib.util.find_spec("optuna"), reason="optuna is not installed")
@pytest.mark.filterwarnings("ignore")
def test_optuna_itself_tells_the_same(tmp_path: Path) -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    path = tmp_path / "s.db"
    study = optuna.create_study(study_name="s", storage=f"sqlite:///{path}", direction="maximize")

    def objective(trial: Any) -> Any:
        rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
        depth = trial.suggest_int("depth", 1, 9, step=2)
        kind = trial.suggest_categorical("kind", ["a", "b", None, 3, 0.5, True])
        if trial.number % 5 == 4:
            raise optuna.TrialPruned
        for step in range(4):
            trial.report(rate * step, step * 10)
        return rate * depth + len(str(kind))

    study.optimize(objective, n_trials=30)
    reading = read(path, "optuna")
    found = runs(reading)
    assert reading.fields["value"].direction == "higher"
    for trial in study.get_trials():
        run = found[str(trial.number)]
        for name, value in trial.params.items():
            assert run.values.get(name) == value
        assert run.values.get("value") == trial.value
        if trial.intermediate_values:
            assert dict(
                zip(run.series["value"].steps, run.series["value"].values, strict=True)
            ) == pytest.approx(trial.intermediate_values)
        assert run.values["date"] == trial.datetime_start
        assert run.values["status"] == trial.state.name
