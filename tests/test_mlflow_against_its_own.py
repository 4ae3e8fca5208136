"""What we read of MLflow's stores is what MLflow itself tells, where it is installed (extra `trackers`)."""

from __future__ import annotations

import math
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from store import trackers
from store.records import RunRecord
from store.trackers import mlflow_postgres
from tests.mlflow_samples import REFUSED
from tests.test_trackers_postgres import server  # noqa: F401 - a fixture

mlflow = pytest.importorskip("mlflow", reason="MLflow is not installed: pip install nlq[trackers]")
pytestmark = pytest.mark.filterwarnings("default")  # MLflow's own

SAMPLES = Path(__file__).parents[1] / "corpus" / "trackers" / "mlflow"
HISTORIES = Path(__file__).parents[2] / "shared" / "histories" / "mlruns"
NAMES = {"params": "_param", "metrics": "_result"}
MOST = 1.7976931348623157e308  # what MLflow's databases have for infinity


@pytest.fixture(params=("files", "database", "server"))
def logged(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, Path | str]:
    """A store that the installed MLflow has just logged: its address for MLflow, and for us."""
    from tests import mlflow_samples

    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    if request.param == "server":
        address: str = request.getfixturevalue("server")
        uri = address.replace("postgresql://", "postgresql+psycopg://")
        mlflow_samples.main(uri)
        return uri, address
    path = tmp_path / {"files": "mlruns", "database": "mlflow.db"}[request.param]
    uri = path.as_uri() if request.param == "files" else f"sqlite:///{path}"
    mlflow_samples.main(uri)
    return uri, path


def test_a_store_that_was_just_logged(logged: tuple[str, Path | str]) -> None:
    _same(*logged)


@pytest.mark.parametrize("condition", REFUSED)
def test_mlflow_refuses_what_we_are_asked_in_words(condition: str, tmp_path: Path) -> None:
    """The questions are asked in `test_trackers_mlflow`, where no MLflow is needed."""
    path = Path(shutil.copy(SAMPLES / "3.17" / "mlflow.db", tmp_path))
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{path}")
    experiments = [one.experiment_id for one in client.search_experiments()]
    with pytest.raises(mlflow.MlflowException):
        client.search_runs(experiments, filter_string=condition)


def test_the_best_of_a_history_not_the_last_value(tmp_path: Path) -> None:
    """`metrics.x` is the last logged value to MLflow; which run got lowest is another question."""
    path = Path(shutil.copy(SAMPLES / "3.17" / "mlflow.db", tmp_path))
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{path}")
    ours = {str(run.values["id"]): run for run in trackers.read("mlflow database", path, "x").runs}
    for id_, run in ours.items():
        points = client.get_metric_history(id_, "val/loss")
        finite = [point.value for point in points if math.isfinite(point.value) and abs(point.value) < MOST]
        if len(points) > 1:
            own = [value for value in run.series["val/loss"].values if math.isfinite(value)]
            assert (min(own), max(own)) == (min(finite), max(finite))


@pytest.mark.parametrize("generation", ["2.3", "3.17"])
def test_a_sample_of_files(generation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    _same_files(SAMPLES / generation / "mlruns", tmp_path / "mlruns")


@pytest.mark.skipif(not HISTORIES.is_dir(), reason="no collection of real histories on this machine")
@pytest.mark.parametrize("name", ["10AcademyB6Week7", "2005-PriyanshuSaini"])
def test_a_real_store(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    _same_files(next(HISTORIES.glob(f"{name}*")) / "mlruns", tmp_path / "mlruns")


def _same_files(kept: Path, files: Path) -> None:
    """In a copy with the empty folders that git keeps none of, and MLflow needs."""
    shutil.copytree(kept, files)
    (files / ".trash").mkdir(exist_ok=True)
    for meta in files.glob("*/*/meta.yaml"):
        for below in ("params", "metrics", "tags", "artifacts"):
            (meta.parent / below).mkdir(exist_ok=True)
    _same(files.as_uri(), files)


def _same(uri: str, path: Path | str) -> None:
    client = mlflow.MlflowClient(tracking_uri=uri)
    experiments = {one.experiment_id: one.name for one in client.search_experiments()}
    theirs = {run.info.run_id: run for run in client.search_runs(list(experiments), max_results=1000)}
    if isinstance(path, str):
        reading = mlflow_postgres.read(path)
    else:
        reading = trackers.read(trackers.claimed(path), path, path.name)
    ours = {str(run.values["id"]): run for run in reading.runs}
    assert ours.keys() == theirs.keys() and ours
    for id_, run in ours.items():
        _same_run(run, theirs[id_], experiments)
        for key in theirs[id_].data.metrics:
            _same_history(run, key, client.get_metric_history(id_, key))


def _same_run(ours: RunRecord, theirs: Any, experiments: dict[str, str]) -> None:
    assert ours.name == (theirs.info.run_name or theirs.data.tags.get("mlflow.runName") or ours.name)
    assert ours.values["status"] == theirs.info.status
    assert ours.values["experiment"] == experiments[theirs.info.experiment_id].strip()
    for key, text in theirs.data.params.items():
        value = _value(ours, key, "_param")
        if isinstance(value, bool) or value is None:
            assert str(value).lower() == (text.lower() or "none")
        elif isinstance(value, (int, float)):
            assert value == float(text)
        else:
            assert value == " ".join(text.split())
    for key, number in theirs.data.metrics.items():
        value = _value(ours, key, "_result")
        assert value == number if value is not None else not math.isfinite(number) or abs(number) == MOST


def _value(run: RunRecord, key: str, suffix: str) -> Any:
    key = " ".join(key.split())
    return run.values.get(key + suffix, run.values.get(key))


def _same_history(run: RunRecord, key: str, points: list[Any]) -> None:
    """The same values by step; so the same last and the same best one."""
    name = " ".join(key.split())
    series = run.series.get(f"{name}_result", run.series.get(name))
    if series is None:
        assert len(points) == 1 and points[0].step == 0
        return
    theirs = sorted((point.step, point.timestamp / 1000, _plain(point.value)) for point in points)
    ours = zip(series.steps, series.times, map(_plain, series.values), strict=True)
    assert sorted(ours) == theirs


def _plain(value: float) -> float:
    if math.isnan(value):
        return -1e99  # sorts and compares
    return math.copysign(MOST, value) if math.isinf(value) else value


@pytest.mark.parametrize("generation", ["2.3", "3.17"])
def test_the_samples_are_of_mlflow_s_own_schema(generation: str) -> None:
    with sqlite3.connect(SAMPLES / generation / "mlflow.db") as connection:
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    assert len(version) == 12
