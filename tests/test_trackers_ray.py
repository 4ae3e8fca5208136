"""Ray Tune."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store.outcomes import find_states
from tests.tracking import HISTORIES, SAMPLES, plant, read, runs

TUNE = SAMPLES / "ray" / "tune"


def test_a_trial_is_a_run_and_terminated_is_done() -> None:
    reading = read(TUNE, "ray")
    found = runs(reading)
    assert list(found) == ["ab12c_00000", "ab12c_00001", "ab12c_00002"]
    assert find_states(reading) == ["completed", "completed", "crashed"]
    run = found["ab12c_00000"]
    assert (run.values["lr"], run.values["net.width"], run.values["time"]) == (0.1, 8, 4.5)
    assert run.series["score"].steps.tolist() == [1, 2, 3]
    assert run.series["score"].times[0] == 1747922701
    assert "pid" not in run.values


def test_where_there_is_no_result_json_the_table_says_the_same() -> None:
    """The second trial's result.json is empty."""
    found = runs(read(TUNE, "ray"))
    first, second = found["ab12c_00000"], found["ab12c_00001"]
    assert set(first.values) == set(second.values)
    assert second.series["info/grad"].values.tolist() == first.series["info/grad"].values.tolist()


def test_a_last_line_that_is_half_written(tmp_path: Path) -> None:
    line = json.dumps({"loss": 0.5, "training_iteration": 1, "trial_id": "a_1"})
    files: dict[str, str | bytes] = {"t/params.json": "{}", "t/result.json": f"{line}\n{line[:20]}"}
    reading = read(plant(tmp_path, files) / "t", "ray")
    assert [(run.name, run.values["loss"]) for run in reading.runs] == [("a_1", 0.5)]
    assert [skip.reason for skip in reading.skips] == ["a result that is not JSON"]


def test_a_trial_that_failed_says_so(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"t/params.json": "{}", "t/result.json": "", "t/error.txt": "Traceback"}
    assert find_states(read(plant(tmp_path, files) / "t", "ray")) == ["crashed"]


@pytest.mark.skipif(not HISTORIES.exists(), reason="no histories here")
def test_the_real_ones() -> None:
    reading = read(HISTORIES / "hpo" / "automl__DeepCAVE" / "logs" / "RayTune" / "run_1", "ray")
    assert len(reading.runs) == 81
    values = runs(reading)["b92c8_00033"].values
    assert (values["alpha"], values["beta"], values["gamma"], values["score"]) == (0.2, 0.6, 0.7, 1.5)
    assert set(find_states(reading)) == {"completed"}
