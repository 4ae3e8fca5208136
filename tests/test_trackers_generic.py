"""A configuration beside metrics."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import trackers
from tests.tracking import SAMPLES, plant, read, runs


def test_several_folders_are_runs() -> None:
    reading = read(SAMPLES / "generic" / "sweep", "generic")
    found = runs(reading)
    assert {name: run.values["optim.lr"] for name, run in found.items()} == {"run0": 0.1, "run1": 0.2}
    assert found["run0"].series["loss"].values.tolist() == [2.0, 1.5, 1.0]
    assert (found["run1"].values["acc"], reading.fields["optim.lr"].kind) == (0.8, "param")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metrics.csv", "step,loss\n10,2\n20,1\n"),
        ("metrics.json", '[{"step": 10, "loss": 2}, {"step": 20, "loss": 1}]'),
    ],
)
def test_metrics_by_step(tmp_path: Path, name: str, text: str) -> None:
    (run,) = read(plant(tmp_path, {"a/config.json": '{"lr": 1}', f"a/{name}": text}) / "a", "generic").runs
    assert (run.series["loss"].steps.tolist(), run.values["loss"]) == ([10, 20], 1)


@pytest.mark.parametrize("other", ["pyproject.toml", ".git/HEAD", "experiments.md", "README.md"])
def test_a_project_is_not_a_run(tmp_path: Path, other: str) -> None:
    plant(tmp_path, {"config.yaml": "a: 1", "metrics.json": '{"acc": 1}', other: ""})
    assert trackers.claimed(tmp_path) == ""


def test_a_file_of_numbers_without_names_is_counted(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a/config.json": "[1", "a/metrics.json": "[1, 2]"}
    reading = read(plant(tmp_path, files) / "a", "generic")
    assert len(reading.skips) == 2
