"""What is asked of trackers' stores in the states that are common and hard: resumed, killed, waiting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlq import ask
from nlq.answer import Answer
from store.load import load
from tests.tracking import SAMPLES, optuna_sample, plant

RESUMED = SAMPLES / "wandb" / "resumed" / "wandb"


def asked(path: Path, question: str) -> Answer:
    return ask(question, load([path]))


def names(answer: Answer) -> list[object]:
    return [row[0] for row in answer.rows]


# -- how runs ended


def ended(folder: Path, *statuses: str) -> Path:
    rows = [f"r{at},{2 + at / 10},{status}" for at, status in enumerate(statuses)]
    return plant(folder, {"runs.csv": "\n".join(["run,val_loss,status", *rows])}) / "runs.csv"


@pytest.mark.parametrize("question", ["which runs crashed", "crashed runs", "which runs died"])
def test_what_was_killed_is_not_all_that_crashed(tmp_path: Path, question: str) -> None:
    path = ended(tmp_path, "FINISHED", "FAILED", "KILLED", "RUNNING", "FAILED")
    assert names(asked(path, question)) == ["r1", "r4"]


def test_what_was_killed_is_found_by_that_word(tmp_path: Path) -> None:
    path = ended(tmp_path, "FINISHED", "FAILED", "KILLED")
    assert names(asked(path, "which runs were killed")) == ["r2"]


def test_a_trial_of_ray_that_waits_is_not_done_and_one_that_failed_says_why(tmp_path: Path) -> None:
    result = {"val_loss": 1.5, "training_iteration": 1, "trial_id": "aa01_00001"}
    told = [
        [json.dumps({"trial_id": trial, "status": status}), "{}"]
        for trial, status in (("aa01_00001", "ERROR"), ("aa03_00003", "PENDING"))
    ]
    failed, waits = (
        f"train_{trial}_lr=0.2_2025-05-22_16-04-49" for trial in ("aa01_00001_1", "aa03_00003_3")
    )
    store = plant(
        tmp_path / "exp",
        {
            f"{failed}/params.json": '{"lr": 0.2}',
            f"{failed}/result.json": json.dumps(result) + "\n",
            f"{failed}/error.txt": "Failure # 1\nTraceback:\n\nRuntimeError: no memory\n\n",
            f"{waits}/params.json": '{"lr": 0.4}',
            f"{waits}/result.json": "",
            "experiment_state-2025-05-22_16-04-49.json": json.dumps({"trial_data": told}),
        },
    )
    history = load([store])
    assert history.catalog.states == {"crashed": 1, "planned": 1}
    assert names(ask("which runs are planned", history)) == ["aa03_00003"]
    why = ask("why did aa01_00001 fail", history)
    assert ("error", "RuntimeError: no memory") in why.rows
    assert not any(":0 " in line for line in why.details)


def test_a_run_of_wandb_whose_log_is_still_empty_has_not_finished(tmp_path: Path) -> None:
    folder = "wandb/offline-run-20261123_083853-kill0001"
    files: dict[str, str | bytes] = {
        f"{folder}/run-kill0001.wandb": b"",
        f"{folder}/files/wandb-metadata.json": '{"host": "a"}',
    }
    store = plant(tmp_path, files) / "wandb"
    assert load([store]).catalog.states == {"running": 1}


# -- a run that was resumed


def test_a_resumed_run_of_wandb_has_the_history_of_all_its_folders() -> None:
    """The first crashed at step 300; the second went on from 200."""
    history = load([RESUMED])
    assert (history.catalog.rows, history.catalog.states) == (1, {"completed": 1})
    (run,) = history.sources[0].runs
    assert run.series["val_loss"].steps.tolist() == [0, 100, 200, 300, 400, 500]
    assert run.series["val_loss"].values.tolist() == [3 - step / 250 for step in range(0, 501, 100)]
    assert len(run.series["val_loss"].times) == 6
    assert ask("val loss at step 0", history).rows[0][:3] == ("resumed", 0, 3)


# -- metrics by step


def lightning(folder: Path, *versions: str) -> Path:
    files: dict[str, str | bytes] = {}
    for at, text in enumerate(versions):
        files[f"lightning_logs/version_{at}/metrics.csv"] = text
        files[f"lightning_logs/version_{at}/hparams.yaml"] = f"lr: 0.{at}\n"
    return plant(folder, files) / "lightning_logs"


ROWS = (
    "epoch,step,train_loss_step,train_loss_epoch\n0,49,3.5,\n0,99,3.0,\n0,99,,3.25\n1,149,2.5,\n1,199,2.75,\n"
)


@pytest.mark.parametrize("question", ["lowest train_loss_step", "lowest train loss"])
def test_what_lightning_logs_by_step_is_a_metric_with_its_history(tmp_path: Path, question: str) -> None:
    answer = asked(lightning(tmp_path, ROWS, ROWS.replace("2.5", "2.25")), question)
    assert answer.headline.startswith("version_1: train_loss_step best 2.25 at step 149, last 2.75")


def test_its_value_at_a_step_is_no_value_to_look_for(tmp_path: Path) -> None:
    answer = asked(lightning(tmp_path, ROWS), "train_loss_step at step 149")
    assert answer.headline == "version_0: train_loss_step 2.5 at step 149"


def test_a_history_that_ended_in_no_number_does_not_lead_when_the_best_is_asked_for(tmp_path: Path) -> None:
    good, bad = "step,val_loss\n99,1.8\n199,1.7\n", "step,val_loss\n99,1.2\n199,nan\n"
    answer = asked(lightning(tmp_path, good, bad), "min val loss and when")
    assert answer.headline.startswith("version_0: val_loss lowest 1.7 at step 199")
    assert "version_1 had 1.2 at step 99, and ended in no number" in answer.notes


EVENTS = sorted((SAMPLES / "tensorboard" / "runs" / "x1").glob("*tfevents*"))[0]


def test_what_lightning_was_given_is_known_where_tensorboard_has_its_metrics(tmp_path: Path) -> None:
    """Its own default: events, and `hparams.yaml` beside them."""
    for version, rate in (("version_0", "1e-3"), ("version_1", "0.1")):
        plant(tmp_path, {f"logs/{version}/hparams.yaml": f"lr: {rate}\noptimizer:\n  name: adam\n",
                         f"logs/{version}/{EVENTS.name}": EVENTS.read_bytes()})  # fmt: skip
    history = load([tmp_path / "logs"])
    assert [run.values["lr"] for run in history.sources[0].runs] == [0.001, 0.1]
    assert ask("what optimizers have I tried", history).rows[0][:2] == ("adam", 2)


def test_a_link_to_parameters_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("lr: 0.1\n")
    plant(tmp_path, {f"logs/version_0/{EVENTS.name}": EVENTS.read_bytes()})
    (tmp_path / "logs" / "version_0" / "hparams.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "lr" not in load([tmp_path / "logs"]).sources[0].runs[0].values


def test_both_of_its_loggers_in_one_folder_are_one_run(tmp_path: Path) -> None:
    table = "epoch,step,acc,train_loss_step\n0,0,0.3333333333333333,3.5\n0,3,0.25,3.25\n"
    plant(tmp_path, {"logs/version_0/metrics.csv": table, "logs/version_0/hparams.yaml": "lr: 0.1\n",
                     f"logs/version_0/{EVENTS.name}": EVENTS.read_bytes()})  # fmt: skip
    (source,) = load([tmp_path / "logs"]).sources
    (run,) = source.runs
    assert (source.reader, run.values["lr"], run.values["acc"]) == ("lightning", 0.1, 0.25)
    assert run.series["acc"].values.tolist() == [0.3333333333333333, 0.25]
    assert run.series["train/loss"].steps.tolist() == [0, 1, 2, 3, 4]


# -- a run told by the number that its name ends in


def test_a_trial_is_told_by_the_number_its_name_ends_in(tmp_path: Path) -> None:
    history = load([optuna_sample(tmp_path)])
    assert names(ask("value of trial 2", history)) == ["lr sweep/2", "pareto/2"]  # one of each study
    assert ask("params of trial 4", history).headline == "lr sweep/4: config"


@pytest.mark.parametrize(
    ("name", "other", "found"),
    [
        ("exp-007", "exp-008", True),
        ("tune/7", "tune/17", True),
        ("lr-1e-7", "lr-1e-8", False),
        ("d7", "d12", False),
    ],
)
def test_a_number_within_a_name_is_not_its_number(tmp_path: Path, name: str, other: str, found: bool) -> None:
    rows = f"run,val_loss\n{name},2.5\n{other},2.75\n"
    answer = asked(plant(tmp_path, {"runs.csv": rows}) / "runs.csv", "val_loss of run 7")
    assert (names(answer) == [name]) == found
