"""Sacred's FileStorageObserver."""

from __future__ import annotations

import importlib.util
import json
from datetime import datetime
from pathlib import Path

import pytest

from store.outcomes import find_states
from tests.tracking import SAMPLES, plant, read, runs

RUN = {"status": "COMPLETED", "start_time": "2024-01-01T00:00:00.5", "stop_time": "2024-01-01T00:01:00.5"}


def test_the_id_is_the_name_of_the_folder() -> None:
    reading = read(SAMPLES / "sacred", "sacred")
    found = runs(reading)
    assert list(found) == ["1", "2", "3"]
    assert find_states(reading) == ["completed", "completed", "crashed"]
    values = found["2"].values
    assert (values["lr"], values["model.depth"], values["result"]) == (0.3, 4, 0.8)
    assert found["1"].series["val.loss"].steps.tolist() == [0, 1, 2, 3]
    assert found["1"].values["val.loss"] == pytest.approx(2 / 1.3)
    assert found["3"].values["error"] == "RuntimeError: CUDA out of memory"
    assert reading.fields["lr"].kind == "param"
    assert (reading.fields["time"].unit, reading.fields["time"].role) == ("s", "duration")


def test_when_it_ran(tmp_path: Path) -> None:
    (run,) = read(plant(tmp_path, {"7/run.json": json.dumps(RUN), "7/config.json": "{}"}), "sacred").runs
    assert run.values["date"] == datetime(2024, 1, 1, 0, 0, 0, 500000)
    assert run.values["time"] == 60


def test_objects_that_were_pickled_are_what_is_in_them(tmp_path: Path) -> None:
    config = {
        "crop": {"py/tuple": [2, 3]},
        "loss": {"py/type": "torch.nn.MSELoss"},
        "opt": {"py/object": "x.Config", "lr": 0.1},
        "tiny": {"py/object": "numpy.float64", "dtype": "float64", "value": 0.5},
    }
    files: dict[str, str | bytes] = {"1/run.json": json.dumps(RUN), "1/config.json": json.dumps(config)}
    (run,) = read(plant(tmp_path, files), "sacred").runs
    chosen = {name: run.values[name] for name in ("crop", "loss", "opt.lr", "tiny")}
    assert chosen == {"crop": "[2, 3]", "loss": "torch.nn.MSELoss", "opt.lr": 0.1, "tiny": 0.5}


def test_sources_are_passed_over_and_a_broken_metrics_file_is_counted(tmp_path: Path) -> None:
    """ontox-hu has a metrics.json of no bytes, among 68 runs without any metric."""
    files: dict[str, str | bytes] = {
        "1/run.json": json.dumps(RUN),
        "1/config.json": '{"lr": 1}',
        "1/metrics.json": "",
        "2/run.json": "{broken",
        "2/config.json": '{"lr": 2}',
        "_sources/train_1a2b.py": "raise SystemExit",
    }
    reading = read(plant(tmp_path, files), "sacred")
    assert [(run.name, run.values["lr"]) for run in reading.runs] == [("1", 1), ("2", 2)]
    assert sorted(skip.reason[:8] for skip in reading.skips) == ["empty", "not JSON"]


@pytest.mark.parametrize("status", ["INTERRUPTED", "TIMEOUT", "QUEUED", "RUNNING", "FAILED"])
def test_every_status_is_known(tmp_path: Path, status: str) -> None:
    files: dict[str, str | bytes] = {
        "1/run.json": json.dumps(RUN | {"status": status}),
        "1/config.json": "{}",
    }
    expected = {"INTERRUPTED": "stopped", "QUEUED": "planned", "RUNNING": "running"}.get(status, "crashed")
    assert find_states(read(plant(tmp_path, files), "sacred")) == [expected]


@pytest.mark.skipif(not importlib.util.find_spec("sacred"), reason="sacred is not installed")
def test_what_sacred_itself_writes_is_read_as_it_was_given(tmp_path: Path) -> None:
    from sacred import SETTINGS, Experiment
    from sacred.observers import FileStorageObserver

    SETTINGS.CAPTURE_MODE = "no"
    given = [{"lr": 0.1 * at, "net": {"depth": at, "crop": [at, 2]}, "name": f"n{at}"} for at in range(1, 6)]
    for config in given:
        experiment = Experiment("x", save_git_info=False)
        experiment.observers.append(FileStorageObserver(str(tmp_path / "runs")))
        experiment.add_config(config)

        def main(lr: float, _run: object) -> float:
            for step in range(20):
                _run.log_scalar("loss", lr / (step + 1), step * 10)  # type: ignore[attr-defined]
            return lr * 2

        experiment.main(main)
        experiment.run()
    found = runs(read(tmp_path / "runs", "sacred"))
    for at, config in enumerate(given, 1):
        run = found[str(at)]
        assert (run.values["lr"], run.values["net.depth"], run.values["name"]) == (0.1 * at, at, f"n{at}")
        assert run.values["result"] == config["lr"] * 2  # type: ignore[operator]
        assert run.series["loss"].steps.tolist() == [step * 10 for step in range(20)]
        assert run.series["loss"].values.tolist() == [0.1 * at / (step + 1) for step in range(20)]
