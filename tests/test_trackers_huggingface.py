"""Hugging Face Trainer's output folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store.outcomes import find_states
from tests.tracking import HISTORIES, SAMPLES, plant, read, runs


def _state(step: int, **more: object) -> str:
    log = [{"loss": 2.0 / (at + 1), "epoch": at / 10, "step": at} for at in range(step)]
    return json.dumps({"global_step": step, "max_steps": 100, "log_history": log, **more})


def test_checkpoint_folders_of_one_run_are_one_run() -> None:
    """Trap 3: checkpoint-200, -300 and -400 are one training."""
    reading = read(SAMPLES / "huggingface" / "classifier", "huggingface")
    (run,) = reading.runs
    assert run.name == "classifier"
    assert str(run.place) == "classifier/checkpoint-400/trainer_state.json"
    assert run.series["loss"].steps.tolist() == [100, 200, 300, 400]
    assert run.series["loss"].values.tolist() == [2.0, 1.0, 0.6667, 0.5]
    assert (run.values["loss"], run.values["global_step"]) == (0.5, 400)
    assert find_states(reading) == ["completed"]


def test_params_lie_beside_and_metrics_are_logged() -> None:
    reading = read(SAMPLES / "huggingface" / "classifier", "huggingface")
    (run,) = reading.runs
    kinds = {name: field.kind for name, field in reading.fields.items()}
    assert (run.values["r"], kinds["r"], kinds["eval_accuracy"]) == (4, "param", "metric")
    assert run.values["target_modules"] == '["query", "value"]'
    assert kinds["epoch"] == "attribute"
    told = reading.fields["train_runtime"]
    assert (run.values["train_runtime"], told.unit, told.role) == (721.5, "s", "duration")
    assert run.values["train_samples_per_second"] == 44.1  # all_results.json alone has it


def test_the_best_value_has_the_name_of_its_metric_and_the_last_one_stays_the_value() -> None:
    """all_results.json was measured on the best model: it differs from the log's last value, and says so."""
    reading = read(SAMPLES / "huggingface" / "classifier", "huggingface")
    (run,) = reading.runs
    assert run.values["best_eval_accuracy"] == 0.8
    assert run.values["eval_accuracy"] == 0.75
    assert run.marks["eval_accuracy"].note == "also 0.8 in all_results.json"
    assert reading.notes == ["all_results.json and the log differ: eval_accuracy"]


def test_best_metric_that_is_null_is_left_out(tmp_path: Path) -> None:
    plant(tmp_path, {"out/trainer_state.json": _state(100, best_metric=None)})
    (run,) = read(tmp_path / "out", "huggingface").runs
    assert not [name for name in run.values if name.startswith("best")]


@pytest.mark.parametrize(
    ("step", "more", "state"),
    [
        (100, {}, "completed"),
        (40, {"save_steps": 20}, "stopped"),
        (90, {"save_steps": 20}, ""),
        (
            40,
            {"stateful_callbacks": {"TrainerControl": {"args": {"should_training_stop": True}}}},
            "completed",
        ),
    ],
)
def test_max_steps_that_were_not_reached_is_unfinished(
    tmp_path: Path, step: int, more: dict[str, object], state: str
) -> None:
    """Unless the next checkpoint would lie beyond the end, or the trainer itself says that it had to stop."""
    plant(tmp_path, {f"out/checkpoint-{step}/trainer_state.json": _state(step, **more)})
    reading = read(tmp_path / "out", "huggingface")
    assert find_states(reading) == [state]


def test_the_largest_integer_is_no_number_of_epochs(tmp_path: Path) -> None:
    """`num_train_epochs` is sys.maxsize where `max_steps` was given (CoralReefFish)."""
    plant(tmp_path, {"out/trainer_state.json": _state(100, num_train_epochs=9223372036854775807)})
    (run,) = read(tmp_path / "out", "huggingface").runs
    assert "num_train_epochs" not in run.values


def test_a_broken_checkpoint_is_counted_and_the_one_before_is_read(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "out/checkpoint-10/trainer_state.json": _state(10),
        "out/checkpoint-20/trainer_state.json": _state(20)[:-40],
        "out/checkpoint-30/trainer_state.json": "",
        "out/checkpoint-40/optimizer.pt": b"\0\1",
    }
    reading = read(plant(tmp_path, files) / "out", "huggingface")
    assert [run.values["global_step"] for run in reading.runs] == [10]
    assert sum(skip.count for skip in reading.skips) == 2
    assert "empty" in [skip.reason for skip in reading.skips]


def test_the_rate_that_was_chosen_is_not_the_one_that_was_logged_last(tmp_path: Path) -> None:
    log = [{"learning_rate": 5e-5, "step": 50}, {"learning_rate": 0.0, "step": 100}]
    files: dict[str, str | bytes] = {
        "out/checkpoint-100/trainer_state.json": json.dumps({"global_step": 100, "log_history": log}),
        "out/training_args.json": json.dumps({"learning_rate": 1e-4}),
    }
    reading = read(plant(tmp_path, files) / "out", "huggingface")
    (run,) = reading.runs
    assert (run.values["learning_rate"], reading.fields["learning_rate"].kind) == (1e-4, "param")
    assert run.series["learning_rate_result"].values.tolist() == [5e-5, 0.0]


def test_a_state_by_itself(tmp_path: Path) -> None:
    plant(tmp_path, {"kept/trainer_state.json": _state(100)})
    (run,) = read(tmp_path / "kept" / "trainer_state.json", "huggingface").runs
    assert (run.name, str(run.place)) == ("kept", "trainer_state.json")


@pytest.mark.skipif(not HISTORIES.exists(), reason="no histories here")
def test_the_real_ones() -> None:
    folder = HISTORIES / "hf_trainer"
    (run,) = read(folder / "AguLeon__LoRA_RoBERTa_AGNews" / "results", "huggingface").runs
    assert (run.values["global_step"], run.values["eval_accuracy"], run.values["lora_alpha"]) == (
        1200,
        0.9135802469135802,
        16,
    )
    (run,) = read(folder / "CoralReefFish__whisper-tiny-nbaiLab", "huggingface").runs
    assert run.values["best_eval_wer"] == 24.878197320341048
    assert len(run.series["loss"].values) == 2000
    reading = read(folder / "aigoncharov__trainer_state_viz", "huggingface")
    assert runs(reading)["aigoncharov__trainer_state_viz"].values["eval_g0_accuracy"] == 0.5935162094763092
