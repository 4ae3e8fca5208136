"""Hydra's output folders."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from store import trackers
from store.outcomes import find_states
from tests.tracking import SAMPLES, plant, read, runs


def test_the_jobs_of_a_sweep() -> None:
    reading = read(SAMPLES / "hydra" / "multirun", "hydra")
    found = runs(reading)
    assert list(found) == ["2026-11-23/00-12-31/0", "2026-11-23/00-12-31/3"]
    run = found["2026-11-23/00-12-31/0"]
    assert (run.values["model.depth"], run.values["optim.lr"], run.values["test.acc"]) == (2, 0.1, 0.52)
    assert run.values["overrides"] == "model.depth=2 optim.lr=0.1"
    assert run.values["date"] == datetime(2026, 11, 23, 0, 12, 31)
    assert run.values["job"] == "train"
    assert str(run.place) == "multirun/2026-11-23/00-12-31/0"


def test_a_job_without_metrics_is_joined_with_the_log_beside_it() -> None:
    run = runs(read(SAMPLES / "hydra" / "multirun", "hydra"))["2026-11-23/00-12-31/3"]
    assert run.values["val_loss"] == 1.6


def test_empty_overrides_say_nothing() -> None:
    (run,) = read(SAMPLES / "hydra" / "outputs", "hydra").runs
    assert "overrides" not in run.values
    assert (run.name, run.values["optim.lr"]) == ("2026-11-23/00-12-30", 0.001)


def test_a_job_named_by_itself_has_enough_of_its_path() -> None:
    (run,) = read(SAMPLES / "hydra" / "multirun" / "2026-11-23" / "00-12-31" / "3", "hydra").runs
    assert run.name == "2026-11-23/00-12-31/3"


def test_a_broken_configuration_is_counted_and_a_metrics_table_is_series(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "0/.hydra/config.yaml": "lr: 0.1\n",
        "0/metrics.csv": "step,loss\n0,2\n5,1\n",
        "1/.hydra/config.yaml": "lr: [0.1\n",
        "1/csv/version_0/metrics.csv": "step,loss\n7,3\n",
        "2/.hydra/overrides.yaml": "[]",
    }
    reading = read(plant(tmp_path, files), "hydra")
    found = runs(reading)
    assert found["0"].series["loss"].steps.tolist() == [0, 5]
    assert found["1"].values == {"loss": 3.0, "epoch": 0.0} or found["1"].values == {"loss": 3.0}
    assert [skip.count for skip in reading.skips] == [1]
    assert find_states(reading) == ["", ""]


def test_a_project_that_has_an_output_folder_is_not_taken_whole(tmp_path: Path) -> None:
    plant(tmp_path, {"outputs/2024-01-01/10-00-00/.hydra/config.yaml": "a: 1", "results.tsv": "a\tb\n"})
    assert trackers.claimed(tmp_path) == ""
    assert trackers.claimed(tmp_path / "outputs") == "hydra"
