"""Output of nanochat and autoresearch, and nanochat's report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from store import trackers
from store.outcomes import find_states
from tests.tracking import HISTORIES, SAMPLES, claimed_below, plant, read, runs

LOGS = SAMPLES / "runlog"


def test_a_training_log() -> None:
    """Colours of the terminal, the program's own source in front, steps of 5 digits."""
    reading = read(LOGS / "base_d2.log", "runlog")
    (run,) = reading.runs
    assert run.name == "base_d2"
    assert run.series["loss"].values.tolist() == [10.4, 9.4, 8.4, 7.4]
    assert run.series["validation_bpb"].steps.tolist() == [0, 4]
    chosen = {name: run.values[name] for name, field in reading.fields.items() if field.kind == "param"}
    assert chosen == {"vocab_size": 32768, "num_layers": 2, "model_dim": 128, "total_batch_size": 524288}
    assert (run.values["CORE"], run.values["minimum_validation_bpb"]) == (0.1234, 2.086329)
    assert run.values["date"] == datetime(2026, 2, 1, 20, 37, 26)
    assert find_states(reading) == ["completed"]
    assert "loss" in reading.fields
    assert "val_loss" not in reading.fields


def test_a_run_log_of_autoresearch() -> None:
    """Steps are overwritten in place, and a block of results ends it."""
    reading = read(LOGS / "exp" / "run.log", "runlog")
    (run,) = reading.runs
    assert run.name == "exp/run"
    assert run.values["val_bpb"] == 1.568223
    assert (run.values["n_layer"], run.values["window_pattern"], run.values["tied"]) == (4, "L", False)
    assert (run.values["depth"], reading.fields["depth"].kind) == (4, "param")
    assert run.series["loss"].values.tolist() == [9, 8, 7]
    assert reading.fields["peak_vram_mb"].unit == "MB"


def test_a_run_log_in_utf_16(tmp_path: Path) -> None:
    """PowerShell's `>` (pr299)."""
    text = (LOGS / "exp" / "run.log").read_bytes().decode()
    path = plant(tmp_path, {"run.log": text.replace("\n", "\r\n").encode("utf-16")}) / "run.log"
    (run,) = read(path, "runlog").runs
    assert (run.values["val_bpb"], len(run.series["loss"].values)) == (1.568223, 3)


def test_a_report_is_a_run_and_of_a_key_that_appears_twice_the_last_counts() -> None:
    reading = read(LOGS / "report", "runlog")
    (run,) = reading.runs
    assert (run.name, str(run.place)) == ("speed-1", "report/report.md")
    assert (run.values["depth"], run.values["total_batch_size"]) == (20, 524288)
    assert run.values["warmup_ratio"] == 0
    assert "model_tag" not in run.values
    assert run.values["gpu"] == "8x NVIDIA H100 80GB HBM3"
    assert reading.fields["time"].unit == "h"
    assert trackers.claimed(LOGS / "report" / "report.md") == "runlog"


@pytest.mark.parametrize(
    "text",
    [
        "This is pdfTeX, Version 3.14\n(./a3.tex\nOutput written on a3.pdf (5 pages).\n",
        "step 1: install\nstep 2: loss of time\n",
        "2024-01-01 INFO loss: 3\n" * 50,
        "def f():\n    print(f'step {step:05d} | loss: {loss}')\n",
        "",
    ],
)
@pytest.mark.parametrize("name", ["a3.log", "notes.txt", "LICENSE"])
def test_any_other_log_is_passed_over(tmp_path: Path, name: str, text: str) -> None:
    assert trackers.claimed(plant(tmp_path, {name: text}) / name) == ""


def test_a_training_that_crashed(tmp_path: Path) -> None:
    text = (LOGS / "base_d2.log").read_text(encoding="utf-8").partition("Step 00004")[0]
    text += "Traceback (most recent call last):\ntorch.OutOfMemoryError: CUDA out of memory.\n"
    path = plant(tmp_path, {"x.log": text}) / "x.log"
    assert find_states(read(path, "runlog")) == ["crashed"]


@pytest.mark.skipif(not HISTORIES.exists(), reason="no histories here")
def test_the_real_ones() -> None:
    folder = HISTORIES / "nanochat" / "karpathy__nanochat"
    assert trackers.claimed(folder / "a3.log") == trackers.claimed(folder / "a4p3_logs.txt") == ""
    path = next((folder / "log").glob("*.log"))
    run = runs(read(path, "runlog"))[path.stem]
    assert len(run.series["loss"].values) == 16704
    assert run.values["minimum_validation_bpb"] == 0.753336
    assert find_states(read(folder / "sft_run.log", "runlog")) == ["diverged"]
    logs = HISTORIES / "autoresearch_tsv" / "karpathy__autoresearch"
    assert [path.parent.name for name, path in claimed_below(logs) if name == "runlog"] == ["pr299", "pr454"]
