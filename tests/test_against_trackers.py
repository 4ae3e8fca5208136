"""What we read is what the tracker's own library tells of runs that it has just logged (extra `trackers`).

MLflow has a module of its own. Each tracker logs in a process of its own, as a training would; without it the
test is skipped. Compared are the runs, their parameters, and of each metric the last and the best values.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from store import trackers
from store.records import Reading, RunRecord

GIVEN: dict[str, tuple[dict[str, Any], dict[str, list[float]]]] = {
    "first": (
        {"lr": 0.02, "depth": 12, "optimizer": "muon"},
        {"val/loss": [3.5, 1.25, 1.5], "acc": [0.25, 0.5, 0.375]},
    ),
    "second": (
        {"lr": 0.003, "depth": 9, "optimizer": "adamw"},
        {"val/loss": [4.0, 2.0, 1.75], "acc": [0.1, 0.2, 0.7]},
    ),
}
"""Runs with their parameters and the values of their metrics by step."""

LOGGING = {
    "wandb": """
import wandb
for name, (config, metrics) in GIVEN.items():
    settings = wandb.Settings(x_disable_meta=True, x_disable_stats=True, console="off", quiet=True)
    run = wandb.init(project="tiny", name=name, config=config, mode="offline", dir=".", settings=settings)
    for values in zip(*metrics.values()):
        run.log(dict(zip(metrics, values)))
    run.finish(quiet=True)
""",
    "tensorboardX": """
from tensorboardX import SummaryWriter
for name, (config, metrics) in GIVEN.items():
    with SummaryWriter("runs/" + name) as writer:
        for metric, values in metrics.items():
            for step, value in enumerate(values):
                writer.add_scalar(metric, value, step)
""",
    "trackio": """
from trackio.sqlite_storage import SQLiteStorage
for name, (config, metrics) in GIVEN.items():
    rows = [dict(zip(metrics, values)) for values in zip(*metrics.values())]
    SQLiteStorage.bulk_log("tiny", name, rows, steps=list(range(len(rows))), config=config)
""",
    "optuna": """
import optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(study_name="tiny", storage="sqlite:///study.db", direction="minimize")
for name, (config, metrics) in GIVEN.items():
    study.enqueue_trial(config)
    trial = study.ask()
    trial.suggest_float("lr", 0.0001, 1.0)
    trial.suggest_int("depth", 1, 24)
    trial.suggest_categorical("optimizer", ["muon", "adamw"])
    for step, value in enumerate(metrics["val/loss"]):
        trial.report(value, step)
    study.tell(trial, metrics["val/loss"][-1])
""",
}


def logged(tracker: str, folder: Path) -> None:
    """Have a tracker log the runs in a process of its own.

    Not with the environment of the tests: a tracker may be told there not to log, or where.
    """
    if find_spec(tracker) is None:
        pytest.skip(f"{tracker} is not installed: pip install nlq[trackers]")
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("WANDB", "TRACKIO", "PYTHONPATH"))
    }
    environ = kept | {"TRACKIO_DIR": str(folder), "WANDB_SILENT": "true", "HOME": str(folder)}
    script = f"import json\nGIVEN = json.loads({json.dumps(json.dumps(GIVEN))})\n{LOGGING[tracker]}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def read(path: Path, tracker: str) -> dict[str, RunRecord]:
    assert trackers.claimed(path) == tracker
    reading: Reading = trackers.read(tracker, path, path.name)
    return {run.name: run for run in reading.runs}


def same(run: RunRecord, name: str, *, params: bool = True) -> None:
    """Whether a run tells what was given: parameters, last and best values, the whole history."""
    config, metrics = GIVEN[name]
    for key, value in config.items() if params else ():
        assert run.values[key] == value
    for metric, values in metrics.items():
        assert list(run.series[metric].values) == pytest.approx(values, rel=1e-6)
        assert run.values[metric] == pytest.approx(values[-1], rel=1e-6)
        assert min(run.series[metric].values) == pytest.approx(min(values), rel=1e-6)
        assert max(run.series[metric].values) == pytest.approx(max(values), rel=1e-6)


def test_wandb_offline(tmp_path: Path) -> None:
    logged("wandb", tmp_path)
    runs = read(tmp_path / "wandb", "wandb")
    assert runs.keys() == GIVEN.keys()
    for name, run in runs.items():
        same(run, name)
        assert run.values["status"] == "finished"


@pytest.mark.filterwarnings("ignore")  # what tbparse and pandas warn of is not ours
def test_tensorboard_as_tbparse_has_it(tmp_path: Path) -> None:
    pytest.importorskip("tbparse", reason="tbparse is not installed: pip install nlq[trackers]")
    from tbparse import SummaryReader

    logged("tensorboardX", tmp_path)
    runs = read(tmp_path / "runs", "tensorboard")
    assert runs.keys() == GIVEN.keys()
    theirs: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for row in SummaryReader(str(tmp_path / "runs"), extra_columns={"dir_name"}).scalars.to_dict("records"):
        theirs.setdefault((row["dir_name"], row["tag"]), []).append((row["step"], row["value"]))
    for name, run in runs.items():
        same(run, name, params=False)
        for metric, series in run.series.items():
            steps, values = zip(*theirs.pop((name, metric)), strict=True)
            assert list(series.steps) == list(steps)
            assert list(series.values) == pytest.approx(
                values, rel=1e-7
            )  # 32 bits, told as 0.1 or 0.100000001
    assert not theirs


@pytest.mark.filterwarnings("ignore")  # what trackio warns of is not ours
def test_trackio(tmp_path: Path) -> None:
    logged("trackio", tmp_path)
    (database,) = tmp_path.glob("*.db")
    runs = read(database, "trackio")
    assert runs.keys() == GIVEN.keys()
    for name, run in runs.items():
        same(run, name)


@pytest.mark.filterwarnings("ignore")  # what optuna warns of is not ours
def test_optuna(tmp_path: Path) -> None:
    logged("optuna", tmp_path)
    import optuna

    storage = f"sqlite:///{tmp_path / 'study.db'}"
    study = optuna.load_study(study_name="tiny", storage=storage)
    runs = read(tmp_path / "study.db", "optuna")
    assert len(runs) == len(study.trials) == len(GIVEN)
    for run, trial, (config, metrics) in zip(runs.values(), study.trials, GIVEN.values(), strict=True):
        assert {key: run.values[key] for key in config} == trial.params == config
        (history,) = run.series.values()
        assert dict(zip(history.steps, history.values, strict=True)) == trial.intermediate_values
        assert trial.value == metrics["val/loss"][-1]
        assert trial.value in run.values.values()
    told = [_objective(run, study) for run in runs.values()]
    assert told.index(min(told)) == study.best_trial.number and min(told) == study.best_value


def _objective(run: RunRecord, study: Any) -> float:
    """The value of a trial: the one of its numbers that is some trial's."""
    given = [trial.value for trial in study.trials]
    return next(value for value in run.values.values() if isinstance(value, float) and value in given)
