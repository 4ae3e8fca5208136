"""TensorBoard: event files of real writers, the traps of their folders, broken files."""

from __future__ import annotations

import shutil
import struct
import tracemalloc
from datetime import datetime
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from store.columns import build
from store.records import Reading, RunRecord
from store.trackers import claimed, read
from store.trackers.tfevents import Events, read_events
from tests.mutants import mutants

SAMPLES = Path(__file__).parents[1] / "corpus" / "trackers" / "tensorboard"
FILES = sorted(SAMPLES.rglob("*tfevents*"))


def of(path: Path) -> Reading:
    assert claimed(path) == "tensorboard"
    return read("tensorboard", path, path.name)


def by_name(path: Path) -> dict[str, RunRecord]:
    return {run.name: run for run in of(path).runs}


def test_several_files_are_one_run() -> None:
    run = by_name(SAMPLES / "runs")["x1"]
    loss = run.series["train/loss"]
    assert list(loss.steps) == [0, 1, 2, 3, 4, 5, 6, 7] and len(loss.times) == 8
    assert list(loss.values)[:5] == [1.0, 0.5, 0.33333334, 0.25, 0.2]
    assert run.values["acc"] == 0.4, "32 bits as they were meant"


def test_nan_is_no_last_value() -> None:
    run = by_name(SAMPLES / "runs")["x1"]
    assert isnan(run.series["train/loss"].values[-1])
    assert "train/loss" not in run.values and run.marks["train/loss"].text == "nan"


def test_add_hparams_is_no_run_of_its_own() -> None:
    """PyTorch's `add_hparams` writes into a folder below the run's."""
    runs = by_name(SAMPLES / "runs")
    assert sorted(runs) == ["x1", "x2"]
    told = runs["x1"].values
    assert (told["lr"], told["bs"], told["opt"], told["flag"]) == (0.1, 32, "adam", True)
    assert (told["hparam/acc"], told["status"]) == (0.9, "success")


def test_add_scalars_makes_no_runs() -> None:
    values = by_name(SAMPLES / "runs")["x1"].values
    assert (values["both/a"], values["both/b"]) == (1.0, 2.0)


def test_add_hparams_called_for_many_trials_gives_as_many_runs() -> None:
    reading = of(SAMPLES / "sweep")
    assert [(run.name, run.values["bsize"], run.values["hparam/accuracy"]) for run in reading.runs] == [
        ("trial0", 0, 0.0), ("trial1", 1, 10.0), ("trial2", 2, 20.0),
    ]  # fmt: skip
    assert [skip.reason for skip in reading.skips] == ["event files without scalars"]


def test_tf2_scalars_are_tensors_and_splits_are_one_run() -> None:
    run = by_name(SAMPLES / "keras")["k1"]
    assert (run.values["train/epoch_loss"], run.values["validation/epoch_loss"]) == (0.25, 0.75)
    assert list(run.series["train/epoch_loss"].steps) == [0, 1, 2, 3]


def test_hparams_of_tf2() -> None:
    run = by_name(SAMPLES / "hp")["run-0"]
    assert (run.values["units"], run.values["dropout"], run.values["optimizer"]) == (16, 0.2, "sgd")
    assert run.values["accuracy"] == 0.75


def test_kinds_and_time() -> None:
    reading = of(SAMPLES / "runs")
    told = {name: (field.kind, field.role, field.unit) for name, field in reading.fields.items()}
    assert told["lr"][0] == "param" and told["train/loss"][0] == "metric"
    assert told["date"] == ("attribute", "date", "") and told["time"] == ("metric", "duration", "s")
    run = next(run for run in reading.runs if run.name == "x1")
    assert isinstance(run.values["date"], datetime) and run.values["date"].tzinfo is None
    assert isinstance(run.values["time"], float) and 0 < run.values["time"] < 5
    assert build([reading]).states == ["completed", "completed"]


def test_one_folder_or_one_file_may_be_named() -> None:
    assert [run.name for run in of(SAMPLES / "runs" / "x2").runs] == ["x2"]
    assert len(of(next((SAMPLES / "runs" / "x2").iterdir())).runs) == 1


def test_a_folder_with_other_readers_files_is_left_to_them(tmp_path: Path) -> None:
    shutil.copytree(SAMPLES / "runs", tmp_path / "runs")
    assert claimed(tmp_path / "runs") == "tensorboard"
    (tmp_path / "runs" / "results.tsv").write_text("a\tb\n")
    assert claimed(tmp_path / "runs") == "" and claimed(tmp_path / "runs" / "x1") == "tensorboard"
    assert claimed(tmp_path) == ""


def test_a_run_resumed_the_next_day_did_not_run_overnight(tmp_path: Path) -> None:
    for number, begun in enumerate((1_700_000_000, 1_700_100_000)):
        events = b"".join(_event(begun + 10 * step, step, 1.0 / (step + 1)) for step in range(4))
        (tmp_path / f"events.out.tfevents.{begun}.box.{number}").write_bytes(events)
    run = of(tmp_path).runs[0]
    assert run.values["time"] == 60 and run.values["date"] == datetime(2023, 11, 14, 22, 13, 20)


def test_lightning_s_placeholder_is_no_metric(tmp_path: Path) -> None:
    data = _event(1.7e9, 0, -1.0, b"hp_metric") + _event(1.7e9, 0, 0.5)
    (tmp_path / "events.out.tfevents.1.box").write_bytes(data)
    assert list(of(tmp_path).runs[0].series) == ["loss"]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_file_still_being_written_ends_in_the_middle_of_a_record(tmp_path: Path, cut: int) -> None:
    whole = b"".join(_event(1.7e9 + step, step, float(step)) for step in range(5))
    (tmp_path / "events.out.tfevents.1.box").write_bytes(whole[:-cut])
    assert list(of(tmp_path).runs[0].series["loss"].values) == [0, 1, 2, 3, 4][: 4 if cut <= 42 else 3]


def test_a_checksum_that_is_not_written_yet(tmp_path: Path) -> None:
    data = bytearray(_event(1.7e9, 0, 0.5) + _event(1.7e9, 1, 0.25))
    data[-4:] = bytes(4)
    (tmp_path / "events.out.tfevents.1.box").write_bytes(data)
    assert of(tmp_path).runs[0].values["loss"] == 0.25


@pytest.mark.parametrize("length", [2**63 - 1, 2**64 - 1, 2**40, 10**6])
def test_a_length_beyond_the_file_allocates_nothing(tmp_path: Path, length: int) -> None:
    data = _event(1.7e9, 0, 0.5) + length.to_bytes(8, "little") + b"x" * 1000
    (tmp_path / "events.out.tfevents.1.box").write_bytes(data)
    tracemalloc.start()
    run = of(tmp_path).runs[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert run.values["loss"] == 0.5 and peak < 5 << 20


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside = Path(shutil.copytree(SAMPLES / "runs" / "x2", tmp_path / "logs" / "x2"))
    (inside / "sub").symlink_to(SAMPLES / "sweep" / "trial1", target_is_directory=True)
    (inside / "events.out.tfevents.9.link").symlink_to(next((SAMPLES / "hp" / "run-0").iterdir()))
    reading = of(inside)
    assert [run.name for run in reading.runs] == ["x2"] and "units" not in reading.fields


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SAMPLES).parent))
def test_broken_files(tmp_path: Path, file: Path) -> None:
    tracemalloc.start()
    for broken in mutants(file.read_bytes(), 60):
        (tmp_path / file.name).write_bytes(broken)
        build([read("tensorboard", tmp_path, "runs")])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 << 20


@pytest.mark.filterwarnings("ignore")  # what tensorboard warns of is not ours
@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SAMPLES).parent))
def test_tensorboard_s_own_reader_sees_the_same(file: Path) -> None:
    accumulators: Any = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator",
        reason="tensorboard is not installed (extra: trackers)",
    )
    from tensorboard.util import tensor_util

    theirs = accumulators.EventAccumulator(str(file), size_guidance={"scalars": 0, "tensors": 0}).Reload()
    told = {
        tag: [(one.step, one.value, one.wall_time) for one in theirs.Scalars(tag)]
        for tag in theirs.Tags()["scalars"]
    }
    for tag in theirs.Tags()["tensors"]:
        if tag.startswith("_hparams_/"):
            continue
        told[tag] = [
            (one.step, float(tensor_util.make_ndarray(one.tensor_proto)), one.wall_time)
            for one in theirs.Tensors(tag)
        ]
    mine = Events()
    read_events(file, mine)
    assert sorted(mine.series) == sorted(told)
    for tag, series in mine.series.items():
        steps, values, times = zip(*told[tag], strict=True)
        assert (list(series.steps), list(series.times)) == (list(steps), list(times))
        singles = [struct.pack("<f", value) for value in series.values]
        assert singles == [struct.pack("<f", value) for value in values]


def _event(wall: float, step: int, value: float, tag: bytes = b"loss") -> bytes:
    """A record as TensorBoard writes it, its checksums left out; of 42 bytes with a tag of 4."""
    told = b"\x0a" + bytes([len(tag)]) + tag + b"\x15" + struct.pack("<f", value)
    summary = b"\x0a" + bytes([len(told)]) + told
    event = b"\x09" + struct.pack("<d", wall) + b"\x10" + bytes([step])
    event += b"\x2a" + bytes([len(summary)]) + summary
    return len(event).to_bytes(8, "little") + bytes(4) + event + bytes(4)
