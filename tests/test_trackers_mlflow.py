"""MLflow's stores, as MLflow 2.3 and 3.17 left them (`tests/mlflow_samples.py`), and as bad luck does."""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from nlq.engine import ask
from store import trackers
from store.load import load
from store.outcomes import find_states
from store.records import Reading, RunRecord
from store.trackers import mlflow_files
from store.trackers.mlflow_meta import read_meta
from tests.mlflow_samples import REFUSED

SAMPLES = Path(__file__).parents[1] / "corpus" / "trackers" / "mlflow"
HISTORIES = Path(__file__).parents[2] / "shared" / "histories" / "mlruns"
GENERATIONS = ("2.3", "3.17")
STORES = tuple(f"{generation}/{name}" for generation in GENERATIONS for name in ("mlruns", "mlflow.db"))


def _read(path: Path) -> Reading:
    name = trackers.claimed(path)
    assert name.startswith("mlflow"), f"{path} is claimed by {name!r}"
    return trackers.read(name, path, path.name)


def _runs(reading: Reading) -> dict[str, RunRecord]:
    runs = {run.name: run for run in reading.runs}
    assert len(runs) == len(reading.runs)
    return runs


def _skips(reading: Reading) -> dict[str, int]:
    return {skip.reason: skip.count for skip in reading.skips}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Reading:
    return _read(SAMPLES / request.param)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return shutil.copytree(SAMPLES / "3.17" / "mlruns", tmp_path / "mlruns")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLES / "3.17" / "mlflow.db", tmp_path / "mlflow.db"))


def _folder(files: Path, name: str) -> Path:
    return next(tag.parents[1] for tag in files.rglob("mlflow.runName") if tag.read_text() == name)


def test_a_run_has_all_that_was_logged(store: Reading) -> None:
    run = _runs(store)["plain"]
    told = {name: value for name, value in run.values.items() if name != "id"}
    assert told == {
        "run": "plain",
        "date": datetime(2026, 2, 2, 2, 40),
        "time": 30.0,
        "experiment": "baseline",
        "status": "FINISHED",
        "user": "ada",
        "source": "train.py",
        "commit": "438a26e0f2a1c5b7d9e8f60123456789abcdef01",
        "notes": "first one\nthat holds",
        "team": "vision",
        "lr": 0.02,
        "depth": 10,
        "optimizer": "adamw",
        "fp8": True,
        "val/loss": 2.125,
        "accuracy": 0.875,
        "epochs_result": 3.0,
    }
    assert str(run.values["id"]) in str(run.place)


def test_fields_say_what_they_are(store: Reading) -> None:
    told = {name: (field.kind, field.unit, field.role) for name, field in store.fields.items()}
    assert told["run"] == ("run", "", "")
    assert told["time"] == ("metric", "min", "duration")
    assert told["commit"] == ("attribute", "", "commit")
    assert told["user"] == ("attribute", "", "contributor")
    assert told["lr"] == told["data/set"] == ("param", "", "")
    assert told["val/loss"] == told["Score_métier"] == ("metric", "", "")
    assert not [name for name in told if name.startswith("mlflow")]


def test_a_run_ended_as_mlflow_says(store: Reading) -> None:
    states = dict(zip((run.name for run in store.runs), find_states(store), strict=True))
    assert states == {
        "plain": "completed",
        "swept": "completed",
        "broken": "crashed",
        "killed": "stopped",
        "going on": "running",
        "übung №7": "completed",
        "nothing logged": "planned",
    }


def test_a_deleted_run_is_left_out_and_counted(store: Reading) -> None:
    assert _skips(store) == {"deleted in MLflow": 1}


def test_the_value_of_a_metric_is_the_last_not_the_best(store: Reading) -> None:
    run = _runs(store)["swept"]
    assert run.values["val/loss"] == 1.5  # step 200, though it was logged first
    assert list(run.series["val/loss"].steps) == [0, 100, 200]
    assert list(run.series["val/loss"].values) == [3.0, 1.25, 1.5]
    assert run.series["val/loss"].times[0] == pytest.approx(1_770_003_601)
    assert run.values["accuracy"] == 0.625, "logged without steps: the last in time"
    assert list(run.series["accuracy"].values) == [0.5, 0.75, 0.625]
    assert "accuracy" not in _runs(store)["plain"].series, "one value at step 0 has no history"


def test_nan_and_infinity_are_no_values_but_stand_in_the_history(store: Reading) -> None:
    broken, killed = _runs(store)["broken"], _runs(store)["killed"]
    assert "val/loss" not in broken.values and broken.marks["val/loss"].text == "nan"
    assert "val/loss" not in killed.values and killed.marks["val/loss"].text == "-inf"
    first, second, third = broken.series["val/loss"].values
    assert (first, second) == (9.0, math.inf) and math.isnan(third)


def test_parameters_compare_as_numbers(store: Reading) -> None:
    assert [run.values.get("depth") for run in store.runs] == [10, 9, 24, None, None, None, None]
    assert _runs(store)["swept"].values["lr"] == 0.001
    assert "max_depth" not in _runs(store)["plain"].values
    assert _runs(store)["plain"].marks["max_depth"].text == "None"


def test_a_name_of_two_kinds_is_two_columns(store: Reading) -> None:
    assert store.fields["epochs"].kind == "param" and store.fields["epochs_result"].kind == "metric"
    assert _runs(store)["going on"].values["status"] == "RUNNING"
    assert _runs(store)["going on"].values["status_tag"] == "hopeful"


@pytest.mark.parametrize("generation", GENERATIONS)
def test_files_and_database_tell_the_same(generation: str) -> None:
    one, other = (_runs(_read(SAMPLES / generation / name)) for name in ("mlruns", "mlflow.db"))
    assert one.keys() == other.keys()
    for name, run in one.items():
        assert run.values | {"id": ""} == other[name].values | {"id": ""}
        assert repr(run.series.get("val/loss")) == repr(other[name].series.get("val/loss"))


# The file store's traps.


def test_trash_and_models_are_no_experiments(files: Path) -> None:
    shutil.copytree(next(files.glob("[1-9]*")), files / ".trash" / "1")
    for name in ("models/registered", "0/models/m-1", "0/traces/tr-1"):
        (files / name).mkdir(parents=True)
        (files / name / "meta.yaml").write_text("name: registered\nmodel_id: m-1\n")
    reading = _read(files)
    assert len(reading.runs) == 7
    assert _skips(reading) == {"deleted in MLflow": 2}


def test_an_experiment_that_is_deleted(files: Path) -> None:
    meta = next(files.glob("[1-9]*")) / "meta.yaml"
    meta.write_text(meta.read_text().replace("active", "deleted"))
    assert len(_read(files).runs) < 7


def test_the_name_of_an_old_run_is_in_its_tag_only(files: Path) -> None:
    for meta in files.glob("*/*/meta.yaml"):
        kept = [line for line in meta.read_text().splitlines() if not line.startswith("run_name")]
        meta.write_text("\n".join(kept))
    assert "übung №7" in _runs(_read(files))
    folder = _folder(files, "plain")
    (folder / "tags" / "mlflow.runName").unlink()
    assert folder.name[:8] in _runs(_read(files))


def test_an_artifact_uri_of_another_machine_is_not_opened(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for meta in files.glob("*/*/meta.yaml"):
        text = meta.read_text().replace("s3://b/a", "file:///etc")
        meta.write_text(text)
    opened: list[str] = []
    content = mlflow_files._content

    def watched(path: str, most: int) -> bytes:
        opened.append(path)
        return content(path, most)

    monkeypatch.setattr(mlflow_files, "_content", watched)
    assert len(_read(files).runs) == 7
    assert opened and all(path.startswith(str(files)) for path in opened)


def test_links_out_of_the_store_and_round_in_circles(files: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("root")
    folder = _folder(files, "plain")
    (folder / "params" / "stolen").symlink_to(tmp_path / "secret")
    (folder / "params" / "same").symlink_to(folder / "params" / "lr")
    (folder / "params" / "loop").symlink_to(folder)
    (folder / "params" / "nowhere").symlink_to(tmp_path / "nowhere")
    (files / "9").symlink_to(tmp_path)
    reading = _read(files)
    assert _skips(reading)["a link that leads elsewhere"] == 4
    assert _runs(reading)["plain"].values["same"] == 0.02
    assert "root" not in str(reading)


def test_what_is_no_file_is_not_waited_for(files: Path) -> None:
    folder = _folder(files, "plain")
    os.mkfifo(folder / "params" / "pipe")
    os.mkfifo(folder / "metrics" / "pipe")
    assert _skips(_read(files))["neither a file nor a folder"] == 2


def test_files_that_cannot_be_opened_are_counted(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = mlflow_files._content

    def refused(path: str, most: int) -> bytes:
        if path.endswith("/lr"):
            raise PermissionError(13, "Permission denied")
        return content(path, most)

    monkeypatch.setattr(mlflow_files, "_content", refused)
    reading = _read(files)
    assert _skips(reading)["can't be read: Permission denied"] == 6
    assert _runs(reading)["plain"].values["depth"] == 10


def test_broken_folders_and_lines_are_counted(files: Path) -> None:
    (_folder(files, "killed") / "meta.yaml").unlink()
    (_folder(files, "broken") / "meta.yaml").write_bytes(b"\x00\xff: [")
    folder = _folder(files, "plain")
    (folder / "metrics" / "accuracy").write_text(
        "x y z\n1 0.5\n2 0.75 3 data 1f3a\n\n5 0.25 99999999999999999999\n"
    )
    (folder / "params" / "huge").write_bytes(b"1" * (2 << 20))
    (folder / "params" / "bytes").write_bytes(b"\xff\x1b[31mred")
    reading = _read(files)
    told = _runs(reading)
    assert told["plain"].values["accuracy"] == 0.75 and list(told["plain"].series["accuracy"].steps) == [0, 3]
    assert told["plain"].values["bytes"] == "\ufffdred"
    assert _skips(reading) == {
        "deleted in MLflow": 1,
        "a folder without meta.yaml": 1,
        "a meta.yaml that can't be read": 1,
        "a line of a metric that can't be read": 2,
        "larger than 1024 KB": 1,
    }


def test_the_same_run_twice_is_one(files: Path) -> None:
    folder = _folder(files, "plain")
    shutil.copytree(folder, files / "0" / folder.name)
    reading = _read(files)
    assert len(reading.runs) == 7 and _skips(reading)["a second copy of a run"] == 1


def test_one_experiment_and_one_run_are_read_alone(files: Path) -> None:
    folder = _folder(files, "plain")
    assert len(_read(folder).runs) == 1
    assert _runs(_read(folder.parent))["plain"].values["experiment"] == "baseline"


def test_other_folders_are_not_claimed(tmp_path: Path) -> None:
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / "meta.yaml").write_text("name: mine\n")
    assert trackers.claimed(tmp_path) == "" == trackers.claimed(tmp_path / "0")
    assert trackers.claimed(SAMPLES) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: plain\nstatus: 3\nend_time: null\ntags: []\n", {"name": "plain", "status": "3"}),
        ("name: 'a: b # c'\r\nrun_id: '007'\r\n", {"name": "a: b # c", "run_id": "007"}),
        ("name: a name\n  that is folded\nstatus: 3\n", {"name": "a name that is folded", "status": "3"}),
        ('name: "\\xDCbung \\u2116\\e[0m"\n', {"name": "Übung №\x1b[0m"}),
        ("name: |\n  two\n  lines\nx: {a: [1, 2]}\n", {"name": "two\nlines\n"}),
        ("name: !!python/object/apply:os.system [exit]\nstatus: 3\n", {"status": "3"}),
        ("name: *unknown\nstatus: 3\n", {"status": "3"}),
        ("status: 3\nname: " + "[" * 30000, {"status": "3"}),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\nstatus: 3\n", {"status": "3"}),
        ("\ufeffstatus: 3\n", {"status": "3"}),
        ("- status: 3\n", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_meta_with_weird_yaml(text: str, told: dict[str, str]) -> None:
    assert read_meta(text.encode()) == told


# The database's traps.


def test_the_schema_with_a_column_in_the_middle_and_the_one_without(database: Path) -> None:
    def columns(path: Path) -> list[str]:
        with sqlite3.connect(path) as connection:
            found = connection.execute("SELECT name FROM pragma_table_info('experiments')").fetchall()
        connection.close()
        return [name for (name,) in found]

    assert "workspace" in columns(database)
    assert "workspace" not in columns(SAMPLES / "2.3" / "mlflow.db")


def _change(database: Path, *statements: str) -> None:
    connection = sqlite3.connect(database)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_database_of_before_names_steps_and_latest_metrics(database: Path) -> None:
    _change(
        database,
        "CREATE TABLE r AS SELECT run_uuid, experiment_id, status, start_time, end_time FROM runs",
        "CREATE TABLE m AS SELECT key, value, timestamp, run_uuid FROM metrics WHERE NOT is_nan",
        *(f"DROP TABLE {name}" for name in ("runs", "metrics", "latest_metrics")),
        "ALTER TABLE r RENAME TO runs",
        "ALTER TABLE m RENAME TO metrics",
    )
    told = _runs(_read(database))
    assert told["plain"].values["val/loss"] == 2.125 and told["plain"].values["time"] == 30.0
    assert len(told) == 8, "nothing says that one was deleted"


def test_runs_of_a_deleted_experiment(database: Path) -> None:
    _change(database, "UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = 'baseline'")
    reading = _read(database)
    assert {run.values["experiment"] for run in reading.runs} == {"sweep of lr"}
    assert _skips(reading) == {"deleted in MLflow": 5}


def test_any_type_stands_in_any_column(database: Path) -> None:
    _change(
        database,
        "PRAGMA ignore_check_constraints = ON",
        "UPDATE runs SET start_time = 'soon', name = x'ff00', status = 7 WHERE name = 'plain'",
        "UPDATE runs SET start_time = 9e18, end_time = -1 WHERE name = 'broken'",
        "UPDATE latest_metrics SET value = 'high' WHERE key = 'epochs'",
        "UPDATE metrics SET step = 'x' WHERE key = 'accuracy'",
        "UPDATE params SET value = 7 WHERE key = 'depth'",
        "UPDATE params SET key = CAST(x'ff6c72' AS TEXT) WHERE key = 'optimizer'",
    )
    reading = _read(database)
    assert len(reading.runs) == 7
    assert _skips(reading)["a value of a metric that can't be read"] == 5
    assert {run.values.get("depth") for run in reading.runs} == {7, None}
    assert "\ufffdlr" in reading.fields


def _beside(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}


def test_reading_writes_nothing_and_sees_what_lies_in_the_wal(database: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(database)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("UPDATE runs SET name = 'renamed' WHERE name = 'plain'")
    writer.commit()
    assert "renamed" in _runs(_read(database)), "while the writer runs"
    left = tmp_path / "left"
    left.mkdir()
    for name in ("mlflow.db", "mlflow.db-wal"):  # as if the writer had died, and its folder was copied
        shutil.copy(tmp_path / name, left)
    before = _beside(left / "mlflow.db")
    assert "renamed" in _runs(_read(left / "mlflow.db"))
    assert _beside(left / "mlflow.db") == before
    writer.close()  # takes the WAL in; the header still says WAL mode
    before = _beside(database)
    assert "renamed" in _runs(_read(database))
    assert _beside(database) == before and set(before) == {"mlflow.db"}


def test_a_write_that_was_cut_short_is_taken_back_in_a_copy(database: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("PRAGMA cache_size = 1")
    writer.execute("BEGIN")
    writer.execute("UPDATE params SET value = 'half' || hex(randomblob(2000))")
    writer.execute("UPDATE runs SET name = 'half'")
    left = tmp_path / "left"
    left.mkdir()
    for name in ("mlflow.db", "mlflow.db-journal"):
        shutil.copy(tmp_path / name, left)
    writer.close()
    before = _beside(left / "mlflow.db")
    assert b"half" in before["mlflow.db"]
    assert _runs(_read(left / "mlflow.db"))["plain"].values["lr"] == 0.02
    assert _beside(left / "mlflow.db") == before


def test_reading_waits_for_nobody_it_needs_not(database: Path) -> None:
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE runs SET name = 'renamed' WHERE name = 'plain'")
    assert "plain" in _runs(_read(database)), "not committed"
    writer.execute("COMMIT")
    writer.close()
    assert "renamed" in _runs(_read(database))


def test_other_databases_are_not_claimed(tmp_path: Path, database: Path) -> None:
    other = tmp_path / "other.db"
    _change(other, "CREATE TABLE runs (id, name)", "CREATE VIEW metrics AS SELECT 1 AS key")
    assert trackers.claimed(other) == ""
    _change(database, "DROP TABLE params", "CREATE VIEW params AS SELECT 1 AS key, 2 AS value, 3 AS run_uuid")
    assert trackers.claimed(database) == "", "a view may run for ever"
    (tmp_path / "text.db").write_text("SQLite format 3?")
    assert trackers.claimed(tmp_path / "text.db") == ""
    odd = tmp_path / "a?b#c%20.db"
    shutil.copy(SAMPLES / "3.17" / "mlflow.db", odd)
    assert len(_read(odd).runs) == 7


@pytest.mark.skipif(not HISTORIES.is_dir(), reason="no collection of real histories on this machine")
def test_real_stores_are_read_without_exception() -> None:
    found = {path.parent: _read(path) for path in sorted(HISTORIES.glob("*/mlruns"))}
    told = {path.name.partition("__")[0]: reading for path, reading in found.items()}
    assert {name: len(reading.runs) for name, reading in told.items()} == {
        "10AcademyB6Week7": 20,
        "2005-PriyanshuSaini": 13,
    }
    assert not any(reading.skips for reading in told.values())
    academy = told["10AcademyB6Week7"]
    assert find_states(academy).count("running") == 4
    # Results that were logged as parameters, with blanks at the end of their names.
    assert academy.fields["Total Return"].kind == "param"
    assert academy.runs[-1].values["Total Return"] == 1.6034995085355603


def test_a_run_that_stands_twice_in_a_damaged_database_is_one(database: Path) -> None:
    _change(
        database,
        "CREATE TABLE twice AS SELECT * FROM runs UNION ALL SELECT * FROM runs",
        "DROP TABLE runs",
        "ALTER TABLE twice RENAME TO runs",
    )
    assert _runs(_read(database))["plain"].values["lr"] == 0.02


def test_a_text_that_is_too_long_ends_its_table(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As does a record of a damaged database that says it is as long as all memory."""
    monkeypatch.setattr("store.trackers.sqlite_file._LONGEST", 5000)
    _change(database, "UPDATE tags SET value = hex(zeroblob(4000)) WHERE key = 'team'")
    reading = _read(database)
    assert "ends early: string or blob too big" in _skips(reading)
    assert _runs(reading)["plain"].values["lr"] == 0.02


@pytest.mark.parametrize("condition", REFUSED)
def test_a_filter_that_mlflow_refuses_has_a_question(condition: str) -> None:
    question, runs = REFUSED[condition]
    answer = ask(question, load([SAMPLES / "3.17" / "mlflow.db"]))
    assert answer.status == "answered", answer
    at = [head.name for head in answer.columns].index("run")
    assert {str(row[at]).replace(" ", "_") for row in answer.rows} == set(runs.split())
