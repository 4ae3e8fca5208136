"""DVC and DVCLive."""

from __future__ import annotations

from pathlib import Path

from store import trackers
from tests.tracking import SAMPLES, plant, read

PROJECT = SAMPLES / "dvc" / "project"


def test_a_workspace_is_a_run() -> None:
    reading = read(PROJECT, "dvc")
    (run,) = reading.runs
    assert run.name == "project"
    assert run.series["train/loss"].steps.tolist() == [0, 1, 2]
    assert run.values["train/loss"] == 0.3333333333333333
    assert run.values["test/acc"] == 0.7  # in the summary alone
    assert (run.values["train.lr"], run.values["batch"], run.values["seed"]) == (0.01, 32, 1)
    assert run.values["command"] == "python train.py"
    assert reading.fields["train.lr"].kind == "param"


def test_metrics_that_dvc_yaml_names_but_none_outside_the_project(tmp_path: Path) -> None:
    (run,) = read(PROJECT, "dvc").runs
    assert run.values["f1"] == 0.66
    files: dict[str, str | bytes] = {
        "secret.json": '{"secret": 1}',
        "p/dvc.yaml": f"metrics: [../secret.json, {tmp_path}/secret.json, scores.json]",
        "p/dvc.lock": "stages: {}",
        "p/scores.json": '{"f1": 0.5}',
    }
    (run,) = read(plant(tmp_path, files) / "p", "dvc").runs
    assert run.values == {"f1": 0.5}


def test_experiments_in_git_refs_are_told_of(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "dvclive/metrics.json": '{"acc": 1}',
        "params.yaml": "lr: 1",
        ".git/refs/exps/aa/bb": "0",
    }
    assert read(plant(tmp_path, files), "dvc").notes == [
        "experiments that DVC keeps as git refs are not read"
    ]


def test_beside_another_history_only_its_own_folder_is_taken(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "dvclive/metrics.json": '{"train": {"acc": 0.5}, "step": 3}',
        "params.yaml": "lr: 1",
        "results.tsv": "a\tb\n",
    }
    plant(tmp_path, files)
    assert trackers.claimed(tmp_path) == ""
    (run,) = read(tmp_path / "dvclive", "dvc").runs
    assert run.values == {"train/acc": 0.5, "step": 3}
    assert run.name == tmp_path.name


def test_a_pipeline_without_metrics_is_no_run(tmp_path: Path) -> None:
    reading = read(plant(tmp_path, {"dvc.lock": "stages: {}", "params.yaml": "lr: 1"}), "dvc")
    assert (reading.runs, [skip.reason for skip in reading.skips]) == ([], ["a DVC project without metrics"])
