"""Narrow tables that SQLite turns into columns: the same as row by row, whatever stands in them."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from store.frames import frame_of
from store.records import Reading
from store.trackers import mlflow_database
from store.trackers.sqlite_beside import Beside
from store.trackers.sqlite_narrow import numbers, texts
from tests.tracking import SAMPLES

SAMPLE = SAMPLES / "mlflow" / "3.17" / "mlflow.db"

Row = tuple[str, str, Any]


def _database(path: Path, params: list[Row], metrics: list[Row]) -> Path:
    """A database of MLflow's schema with such (run, key, value), each metric logged once."""
    shutil.copy(SAMPLE, path)
    connection = sqlite3.connect(path)
    for table in ("params", "metrics", "latest_metrics", "tags", "runs"):
        connection.execute(f"DELETE FROM {table}")
    owners = dict.fromkeys(own for own, _, _ in (*params, *metrics))
    connection.executemany(
        "INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, experiment_id)"
        " VALUES (?, ?, 'FINISHED', ?, 'active', 1)",
        [(own, own, 1_770_000_000_000 - at) for at, own in enumerate(owners)],
    )
    connection.executemany("INSERT OR IGNORE INTO params (run_uuid, key, value) VALUES (?, ?, ?)", params)
    for table in ("metrics", "latest_metrics"):
        once = {(own, key): value for own, key, value in metrics}
        connection.executemany(
            f"INSERT INTO {table} (run_uuid, key, value, timestamp, step, is_nan) VALUES (?, ?, ?, 7, 0, 0)",
            [(own, key, value) for (own, key), value in once.items()],
        )
    connection.commit()
    connection.close()
    return path


def _read(path: Path) -> Reading:
    return mlflow_database.read(path, path.name)


def _both(path: Path) -> tuple[Reading, Reading]:
    quick = _read(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mlflow_database, "texts", lambda *told: lambda: None)
        patch.setattr(mlflow_database, "numbers", lambda *told: lambda: None)
        return quick, _read(path)


def _told(reading: Reading) -> tuple[object, ...]:
    frame = frame_of(reading)
    assert frame is not None
    return list(reading.fields), frame.names, list(frame.values), frame.values, frame.marks, reading.skips


_OWNERS = some.sampled_from([f"{number:032x}" for number in range(4)])
_KEYS = some.sampled_from(["lr", "depth", "Score_métier", "a\x1fb", "c\x1ed", ""])
_TEXTS = some.sampled_from(["0.1", "3", "adam", "", "None", "0.9 0.999", "x\x1fy", "\x1e", "é"])
_NUMBERS = some.sampled_from([0.5, -1.0, 0.0, 3.0, 1.7976931348623157e308, 0.1 + 0.2, 5e-324])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.lists(some.tuples(_OWNERS, _KEYS, _TEXTS), max_size=12),
    some.lists(some.tuples(_OWNERS, _KEYS, _NUMBERS), max_size=12),
)
def test_columns_of_sqlite_are_those_row_by_row(
    tmp_path: Path, params: list[Row], metrics: list[Row]
) -> None:
    quick, slow = _both(_database(tmp_path / "mlflow.db", params, metrics))
    assert _told(quick) == _told(slow)


def test_runs_with_other_keys_stand_in_their_own_rows(tmp_path: Path) -> None:
    runs = [f"{number:032x}" for number in range(40)]
    params = [
        (own, f"p{at}", str(at * number)) for number, own in enumerate(runs) for at in range(1 + number % 3)
    ]
    metrics = [(own, f"m{number % 2}", number / 7) for number, own in enumerate(runs)]
    quick, slow = _both(_database(tmp_path / "mlflow.db", params, metrics))
    assert _told(quick) == _told(slow)
    assert {run.name: run.values.get("p1") for run in quick.runs}[runs[4]] == 4


def _store(rows: list[Row], schema: str = "run_uuid, key, value") -> Beside:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t ({schema}, step DEFAULT 0)")
    connection.executemany("INSERT INTO t (run_uuid, key, value) VALUES (?, ?, ?)", rows)
    return Beside(connection)


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "k", None), ("a", "x\x1fy", "1")],  # as many pieces as rows, and not those
        [("a", "k", "1\x1f2"), ("b", "k", None)],
        [("a\x1eb", "k", "1")],
        [("a", "k", "1"), ("a", "k", "2")],
        [(None, "k", "1")],
    ],
)
def test_texts_that_cannot_be_split_are_left_to_the_rows(rows: list[Row]) -> None:
    assert texts(_store(rows), "t")() is None


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "k", 1.0), ("a", "k", 2.0)],
        [("a", "k", "high")],
        [("a", "k", 1.0), ("b", None, 2.0)],
        [(None, "k", 1.0)],
        [("a", f"k{at}", 1.0) for at in range(17)],
    ],
)
def test_numbers_that_are_not_one_each_are_left_to_the_rows(rows: list[Row]) -> None:
    assert numbers(_store(rows), "t", ["step"], ["run_uuid"])() is None


def test_numbers_of_later_steps_are_left_to_the_rows() -> None:
    store = _store([("a", "k", 1.0), ("b", "k", 2.0)])
    told = numbers(store, "t", ["step"], ["run_uuid"])()
    assert told is not None and told[0] == ["k"] and list(told[1][0].values["k"]) == [1.0, 2.0]
    store.now("UPDATE t SET step = 3 WHERE run_uuid = 'b'")
    assert numbers(store, "t", ["step"], ["run_uuid"])() is None
