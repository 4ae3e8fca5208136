"""PyTorch Lightning's CSVLogger."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import pytest

from store import trackers
from tests.tracking import HISTORIES, SAMPLES, plant, read, runs

LOGS = SAMPLES / "lightning" / "lightning_logs"


def test_a_version_is_a_run_and_sparse_rows_are_series() -> None:
    found = runs(read(LOGS, "lightning"))
    assert list(found) == ["version_0", "version_1", "version_10"]
    run = found["version_0"]
    assert run.series["train_loss_step"].steps.tolist() == [49, 99, 149]
    assert run.series["val_loss"].values.tolist() == [0.9, 0.7]
    assert run.values["val_loss"] == 0.7  # the last row does not have it
    assert (run.values["train_loss_epoch"], run.values["Test MSE"]) == (1.45, 0.65)
    assert str(run.place) == "lightning_logs/version_0"


def test_hparams_with_python_objects_are_read_and_no_code_is_run() -> None:
    values = runs(read(LOGS, "lightning"))["version_1"].values
    assert values["learning_rate"] == 0.001  # YAML 1.1 takes "1e-3" for text
    assert values["activation"] == "torch.nn.modules.activation.ReLU"
    assert values["data_dir"] == '["/", "data"]'
    assert (values["conf.dropout"], values["conf.layers"]) == (0.1, 2)
    assert values["betas"] == "[0.9, 0.999]"


def test_a_tag_that_would_run_a_command_is_text(tmp_path: Path) -> None:
    hparams = f"lr: 0.1\nx: !!python/object/apply:os.system ['touch {tmp_path}/ran']\n"
    plant(tmp_path, {"version_0/hparams.yaml": hparams, "version_0/metrics.csv": "step,loss\n1,2\n"})
    (run,) = read(tmp_path / "version_0", "lightning").runs
    assert run.values["lr"] == 0.1
    assert not (tmp_path / "ran").exists()


def test_absurd_values_are_kept_and_nan_is_no_value() -> None:
    run = runs(read(LOGS, "lightning"))["version_1"]
    assert run.series["train_loss_step"].values[0] == 4.3e13
    assert isnan(run.series["train_loss_step"].values[1])
    assert "train_loss_step" not in run.values
    assert run.marks["train_loss_step"].text == "nan"


def test_a_version_without_metrics_is_a_run_without_them() -> None:
    run = runs(read(LOGS, "lightning"))["version_10"]
    assert (run.values, run.series) == ({"learning_rate": 0.01}, {})


def test_empty_hparams_say_nothing() -> None:
    reading = read(LOGS, "lightning")
    assert not reading.skips
    assert "learning_rate" not in runs(reading)["version_0"].values


def test_words_in_the_table_are_kept_as_words(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {"version_0/metrics.csv": "step,phase,loss\n1,warmup,2\n2,main,1\n", "version_0/hparams.yaml": ""},
    )
    (run,) = read(tmp_path / "version_0", "lightning").runs
    assert (run.values["phase"], run.values["loss"]) == ("main", 1)


def test_versions_of_tensorboard_alone_are_left_to_its_reader(tmp_path: Path) -> None:
    plant(tmp_path, {"logs/version_0/hparams.yaml": "lr: 1", "logs/version_0/events.out.tfevents.1": b"\0"})
    assert trackers.claimed(tmp_path / "logs") != "lightning"


def test_a_folder_that_holds_more_than_versions_is_not_taken_whole(tmp_path: Path) -> None:
    plant(tmp_path, {"version_0/metrics.csv": "step,loss\n1,2\n", "results.tsv": "run\tloss\na\t1\n"})
    assert trackers.claimed(tmp_path) == ""
    assert trackers.claimed(tmp_path / "version_0") == "lightning"


@pytest.mark.skipif(not HISTORIES.exists(), reason="no histories here")
def test_the_real_ones() -> None:
    folder = HISTORIES / "lightning" / "askmuhsin__mnist_20epoch_20kparams"
    reading = read(folder / "lightning_logs", "lightning")
    assert len(reading.runs) == sum(path.is_dir() for path in (folder / "lightning_logs").iterdir()) == 27
    assert sum(
        "metrics.csv" in {f.name for f in p.iterdir()} for p in (folder / "lightning_logs").iterdir()
    ) == sum(bool(run.series) for run in reading.runs)
    values = runs(reading)["version_4"].values
    assert (values["dropout"], values["val_loss"]) == (0.05, 0.012936178594827652)
