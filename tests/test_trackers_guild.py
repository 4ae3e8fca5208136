"""Guild AI."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from store import trackers
from store.outcomes import find_states
from store.records import Field, Place, Reading, RunRecord, Series
from tests.tracking import SAMPLES, plant, read, runs


def test_attributes_are_files() -> None:
    reading = read(SAMPLES / "guild" / ".guild", "guild")
    found = runs(reading)
    assert list(found) == ["2dc1529b", "79ca9e64", "a5520d13", "e394b696"]
    values = found["2dc1529b"].values
    assert (values["x"], values["noise"], values["operation"], values["tags"]) == (
        -1.0,
        0.1,
        "train",
        "green",
    )
    assert (values["date"], values["time"]) == (datetime(2022, 9, 1, 14, 19, 33), 2.5)
    assert (values["label"], reading.fields["x"].kind) == ("x: -1", "param")
    assert str(found["2dc1529b"].place).startswith(".guild/runs/2dc1529ba06c")


def test_the_status_is_derived() -> None:
    """Exit status 0, 1 and -15 (a signal), and a marker file."""
    reading = read(SAMPLES / "guild" / ".guild", "guild")
    assert find_states(reading) == ["completed", "crashed", "stopped", "planned"]


def test_a_folder_of_runs_and_one_run() -> None:
    folder = SAMPLES / "guild" / ".guild" / "runs"
    assert len(read(folder, "guild").runs) == 4
    assert len(read(folder / "2dc1529ba06c46fda486395a61475dbe", "guild").runs) == 1


def test_a_project_that_has_a_home_is_not_taken_whole() -> None:
    assert trackers.claimed(SAMPLES / "guild") == ""


def test_event_files_are_the_other_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is a reader for them they are joined; else they are counted."""
    files: dict[str, str | bytes] = {
        "r/.guild/opref": "x",
        "r/.guild/attrs/flags": "x: 1",
        "r/.guild/events.out.tfevents.1": b"",
    }
    plant(tmp_path, files)
    own = tuple(one for one in trackers.TRACKERS if one[0] != "tensorboard")
    monkeypatch.setattr(trackers, "TRACKERS", own)
    assert [skip.reason for skip in read(tmp_path / "r", "guild").skips] == ["TensorBoard's events beside it"]

    class Events:
        @staticmethod
        def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
            return False

        @staticmethod
        def read(path: Path, shown: str) -> Reading:
            run = RunRecord("events", Place(shown), {"loss": 0.5, "x": 9}, series={"loss": Series()})
            return Reading(shown, "", {"loss": Field("loss", "metric"), "x": Field("x", "param")}, [run])

    monkeypatch.setattr(trackers, "TRACKERS", (*own, ("tensorboard", "events")))
    monkeypatch.setitem(__import__("sys").modules, "events", Events)
    (run,) = read(tmp_path / "r", "guild").runs
    assert (run.values["loss"], run.values["x"]) == (0.5, 1)
    assert "loss" in run.series
