"""Trackio: databases of both generations, made from dumps of real ones; the traps of SQLite."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from math import isnan
from pathlib import Path

import pytest

from store.columns import build
from store.records import Reading
from store.trackers import claimed, read
from store.trackers.trackio import claims
from tests.mutants import mutants

SAMPLES = Path(__file__).parents[1] / "corpus" / "trackers" / "trackio"


def made(folder: Path, sql: str, name: str = "tiny.db") -> Path:
    path = folder / name
    with closing(sqlite3.connect(path)) as database:
        database.executescript(sql)
    return path


def sample(folder: Path, generation: str) -> Path:
    return made(folder, (SAMPLES / f"{generation}.sql").read_text(encoding="utf-8"))


def of(path: Path) -> Reading:
    assert claimed(path) == "trackio"
    return read("trackio", path, path.name)


def test_runs_keyed_by_run_id(tmp_path: Path) -> None:
    reading = of(sample(tmp_path, "0.43"))
    first, second = reading.runs
    assert [str(run.place) for run in reading.runs] == ["tiny.db#run-1", "tiny.db#run-2"]
    assert first.values | {
        "lr": 0.1, "optimizer.name": "adam", "optimizer.betas": "[0.9, 0.99]", "acc": 3, "train/loss": 0.25,
        "acc_result": 0.30000000000000004, "project": "tiny", "group": "g",
    } == first.values  # fmt: skip
    assert isinstance(first.values["date"], datetime) and first.values["date"].tzinfo is None
    assert list(first.series["train/loss"].values) == [1.0, 0.5, 1 / 3, 0.25]
    assert (
        list(first.series["train/loss"].steps) == [0, 1, 2, 3] and len(first.series["train/loss"].times) == 4
    )
    assert isnan(second.series["train/loss"].values[-1]) and "train/loss" not in second.values
    build([reading])


def test_runs_keyed_by_name(tmp_path: Path) -> None:
    first, second = of(sample(tmp_path, "0.3")).runs
    assert (first.name, first.values["train/loss"], second.name) == ("run-1", 0.25, "run-2")
    assert list(second.series["acc"].steps) == [0, 1, 2, 3]


_KEYED_BY_NAME = """
CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, run_name TEXT NOT NULL,
                      step INTEGER NOT NULL, metrics TEXT NOT NULL);
CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_name TEXT NOT NULL, config TEXT NOT NULL,
                      created_at TEXT NOT NULL, UNIQUE(run_name));
INSERT INTO configs VALUES (1, 'a', '{"lr": 0.5, "_Username": "me"}', '2025-10-01T12:00:00');
INSERT INTO metrics VALUES (1, '2025-10-01T12:00:30', 'a', 0, '{"loss": 1, "n": {"x": 2}}');
INSERT INTO metrics VALUES (2, '2025-10-01T12:01:30', 'a', 5, '{"loss": 0.5, "i": {"_type": "image"}}');
"""


def test_configs_keyed_by_name(tmp_path: Path) -> None:
    run = of(made(tmp_path, _KEYED_BY_NAME)).runs[0]
    assert run.values == {
        "lr": 0.5, "loss": 0.5, "n.x": 2, "date": datetime(2025, 10, 1, 12), "time": 90.0,
        "project": "tiny", "user": "me",
    }  # fmt: skip


def test_two_runs_of_one_name_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    sql = (SAMPLES / "0.43.sql").read_text(encoding="utf-8").replace("run-2", "run-1")
    reading = of(made(tmp_path, sql))
    assert [(run.name, run.values["lr"]) for run in reading.runs] == [("run-1", 0.1), ("run-1", 0.01)]


def test_rows_that_are_not_json(tmp_path: Path) -> None:
    sql = _KEYED_BY_NAME + "INSERT INTO metrics VALUES (3, 'x', 'a', 6, '{oops'), (4, '', 'a', 7, '[1]');"
    reading = of(made(tmp_path, sql))
    assert reading.runs[0].values["loss"] == 0.5
    assert [(skip.reason, skip.count) for skip in reading.skips] == [("a row that is not JSON", 2)]


def test_other_databases_are_not_claimed(tmp_path: Path) -> None:
    assert claimed(made(tmp_path, "CREATE TABLE runs (a)", "other.db")) == ""
    assert claimed(made(tmp_path, "CREATE TABLE metrics (key, value, step, run_uuid)", "mlflow.db")) == ""
    (tmp_path / "text.db").write_text("run_name step metrics")
    assert claimed(tmp_path / "text.db") == ""


def test_a_view_may_not_pass_for_a_table(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i"
    view = f"CREATE VIEW metrics AS {endless} AS run_name, i AS step, i AS metrics, i AS timestamp FROM n"
    assert claimed(made(tmp_path, view, "view.db")) == ""


@pytest.mark.parametrize("left", ["nothing", "-wal"])
def test_nothing_is_written_beside_the_database(tmp_path: Path, left: str) -> None:
    """`mode=ro` alone makes -shm and -wal files beside a database in WAL mode."""
    live = tmp_path / "live"
    live.mkdir()
    there = tmp_path / "there"
    there.mkdir()
    path = made(live, "PRAGMA journal_mode = WAL;" + _KEYED_BY_NAME)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("INSERT INTO metrics VALUES (9, '2025-10-01T12:02:00', 'a', 9, '{\"loss\": 0.25}')")
        writer.commit()
        shutil.copyfile(path, there / "tiny.db")
        if left == "-wal":
            shutil.copyfile(f"{path}-wal", there / "tiny.db-wal")
    before = {file.name: file.read_bytes() for file in there.iterdir()}
    run = of(there / "tiny.db").runs[0]
    assert {file.name: file.read_bytes() for file in there.iterdir()} == before
    assert run.values["loss"] == (0.25 if left == "-wal" else 0.5)


def test_a_database_that_is_being_written(tmp_path: Path) -> None:
    path = made(tmp_path, "PRAGMA journal_mode = WAL;" + _KEYED_BY_NAME)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("INSERT INTO metrics VALUES (9, '2025-10-01T12:02:00', 'a', 9, '{\"loss\": 0.25}')")
        writer.commit()
        writer.execute("INSERT INTO metrics VALUES (10, '2025-10-01T12:02:00', 'a', 9, '{\"loss\": 9}')")
        assert of(path).runs[0].values["loss"] == 0.25


def test_a_path_with_signs_of_a_uri(tmp_path: Path) -> None:
    path = made(tmp_path, _KEYED_BY_NAME, "a?mode=rwc#%41 é.db")
    assert len(of(path).runs) == 1


@pytest.mark.parametrize("generation", ["0.3", "0.43"])
def test_broken_databases(tmp_path: Path, generation: str) -> None:
    data = sample(tmp_path, generation).read_bytes()
    broken_file = tmp_path / "broken.db"
    for broken in mutants(data, 300):
        broken_file.write_bytes(broken)
        claims(broken_file, frozenset(), broken[:4096])
        build([read("trackio", broken_file, "broken.db")])


@pytest.mark.filterwarnings("ignore")  # what trackio warns of is not ours
def test_trackio_itself_sees_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path))
    pytest.importorskip("trackio", reason="trackio is not installed (extra: trackers)")
    from trackio import sqlite_storage, utils

    path = sample(tmp_path, "0.43")
    monkeypatch.setattr(utils, "TRACKIO_DIR", tmp_path)
    monkeypatch.setattr(sqlite_storage, "TRACKIO_DIR", tmp_path)
    for run in of(path).runs:
        rows = sqlite_storage.SQLiteStorage.get_logs("tiny", run.name)
        theirs = [(row["step"], row["train/loss"]) for row in rows if "train/loss" in row]
        mine = list(zip(run.series["train/loss"].steps, run.series["train/loss"].values, strict=True))
        assert str(mine) == str([(step, float(value)) for step, value in theirs])
