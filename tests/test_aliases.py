"""Names that mean the same, results among the parameters, and which end of a metric is better."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlq.engine import ask
from store.aliases import link_names
from store.history import History
from store.load import load
from store.misfiled import REMARK
from store.records import Field, Place, Reading, RunRecord, Value
from tests.tracking import SAMPLES, plant


def reading(*runs: dict[str, Value], kind: str = "metric", path: str = "a", reader: str = "wandb") -> Reading:
    found = Reading(path, reader)
    for number, values in enumerate(runs):
        found.runs.append(RunRecord(f"{path}{number}", Place(f"{path}/{number}"), dict(values)))
        for name in values:
            found.fields.setdefault(name, Field(name, kind))  # type: ignore[arg-type]
    return found


def test_one_metric_by_its_words() -> None:
    readings = [reading({"val/loss": 1.0}), reading({"val_loss": 2.0}, {"val.loss": 3.0}, path="b")]
    assert link_names(readings) == {"val/loss": ("val_loss", "val.loss")}
    assert [run.values for one in readings for run in one.runs] == [{"val/loss": n} for n in (1.0, 2.0, 3.0)]


def test_eval_valid_and_validation_are_val() -> None:
    readings = [reading({"val_loss": 1.0}, {"eval/loss": 2.0}, {"validation_loss": 3.0}, {"eval_loss": 4.0})]
    assert link_names(readings) == {"val_loss": ("eval/loss", "eval_loss", "validation_loss")}
    assert [run.values["val_loss"] for run in readings[0].runs] == [1.0, 2.0, 3.0, 4.0]


def test_a_run_that_has_both_with_one_value() -> None:
    readings = [reading({"val/loss": 0.1, "val_loss": 0.10000000149011612})]
    assert link_names(readings) == {"val/loss": ("val_loss",)}
    assert readings[0].runs[0].values == {"val/loss": 0.1}


def test_a_run_that_has_both_with_different_values() -> None:
    for names in (("val/loss", "val_loss"), ("val_loss", "eval_loss")):
        readings = [reading({names[0]: 1.0, names[1]: 2.0}, {names[0]: 3.0}, {names[1]: 4.0})]
        assert link_names(readings) == {}
        assert list(readings[0].fields) == list(names)


def test_where_eval_and_val_differ_once_they_are_two_things() -> None:
    readings = [
        reading({"val_loss": 1.0, "eval_loss": 2.0}),
        reading({"val_acc": 0.5}, {"eval_acc": 0.6}, path="b"),
    ]
    assert link_names(readings) == {}


@pytest.mark.parametrize(
    "names",
    [
        ("train/loss", "val/loss"),
        ("test_loss", "val_loss"),
        ("loss", "val_loss"),
        ("val_loss_step", "val_loss_epoch"),
        ("val/loss.min", "val/loss"),
        ("matrix_lr", "embedding_lr"),
    ],
)
def test_kinds_are_never_one(names: tuple[str, str]) -> None:
    assert link_names([reading({names[0]: 1.0}, {names[1]: 1.0})]) == {}


def test_what_was_chosen_keeps_its_name() -> None:
    assert link_names([reading({"eval.size": 1}, {"val_size": 1}, kind="param")]) == {}
    assert link_names([reading({"optimizer.lr": 1}, {"optimizer/lr": 1}, kind="param")]) == {}


@pytest.fixture
def history(tmp_path: Path) -> History:
    """Two trainings of Hugging Face's and Lightning's: `eval_loss` here, `val/loss` there."""
    plant(
        tmp_path,
        {
            "hf/checkpoint-2/trainer_state.json": '{"global_step": 2, "max_steps": 2, "log_history": '
            '[{"step": 1, "eval_loss": 0.9}, {"step": 2, "eval_loss": 0.5}]}',
            "lightning_logs/version_0/metrics.csv": "step,val/loss\n1,0.8\n2,0.7\n",
            "lightning_logs/version_0/hparams.yaml": "lr: 0.1\n",
        },
    )
    return load([tmp_path])


def test_either_name_asks_of_both(history: History) -> None:
    for question in ("best run by eval loss", "best run by val/loss", "lowest val_loss"):
        answer = ask(question, history)
        best = "hf: eval_loss best 0.5 at step 2, the last, the lowest of 2"
        assert answer.headline.startswith(best), answer.headline
        assert "eval_loss: also logged as val/loss" in answer.notes
    assert [sorted(run.series) for source in history.sources for run in source.runs] == [["eval_loss"]] * 2


def results(tmp_path: Path, params: dict[str, str]) -> History:
    run = "1/" + "ab" * 16
    files = {
        "1/meta.yaml": "artifact_location: s3://b/a\nexperiment_id: '1'\nname: base\n",
        f"{run}/meta.yaml": f"run_id: {'ab' * 16}\nrun_name: one\nstatus: 3\nstart_time: 1770000000000\n"
        "artifact_uri: s3://b/a\nexperiment_id: '1'\n",
    }
    files |= {f"{run}/params/{name}": text for name, text in params.items()}
    return load([plant(tmp_path / "mlruns", dict(files))])


def kinds(history: History) -> dict[str, str]:
    return {column.name: column.kind for column in history.catalog.columns}


def test_results_that_were_logged_as_parameters(tmp_path: Path) -> None:
    told = {
        "Total Return ": "1.6034995085355603",
        "Sharpe Ratio": "0.83561243",
        "Win Rate ": "50.0",
        "sma": "10",
    }
    history = results(tmp_path, told)
    found = kinds(history)
    assert [found[name.strip()] for name in told] == ["metric", "metric", "metric", "param"]
    answer = ask("best run by total return", history)
    assert answer.headline.startswith("one: Total Return 1.6035")
    assert f"Total Return: {REMARK}" in answer.notes
    assert "Total Return" in ask("which metrics", history).headline


def test_what_is_chosen_stays_a_parameter(tmp_path: Path) -> None:
    told = {
        "learning_rate": "0.00123456789", "dropout": "0.12345678", "target_accuracy": "0.98765432",
        "label_smoothing": "0.1", "loss": "cross_entropy", "accuracy": "0.9", "l1": "0.00012345678",
        "iou": "0.71234567", "f1_weight": "0.33333333", "kl_coef": "0.12345678",
    }  # fmt: skip
    assert {kinds(results(tmp_path, told))[name] for name in told} == {"param"}


def test_one_result_alone_does_not_make_others_of_few_digits(tmp_path: Path) -> None:
    found = kinds(results(tmp_path, {"test_accuracy": "0.98765432", "f1": "0.5"}))
    assert (found["test_accuracy"], found["f1"]) == ("metric", "param")


def test_the_answer_says_how_it_knows_the_better_end(tmp_path: Path) -> None:
    rows = "run,acc,colour_err,Score_métier,val_gap ↑,zorp_score\na,0.5,2,3,4,5\nb,0.6,3,4,5,6\n"
    path = tmp_path / "runs.csv"
    path.write_text(rows, encoding="utf-8")
    by = {
        "acc": "acc: higher is better, a known metric",
        "colour_err": "colour_err: lower is better, guessed from its name",
        "Score_métier": "Score_métier: lower is better, a known metric",
        "val_gap": "val_gap: higher is better, as the file says",
    }
    for name, text in by.items():
        assert text in [one.text for one in ask(f"best run by {name}", load([path])).assumptions]
    declined = ask("best run by zorp_score", load([path]))
    assert declined.status == "declined"
    assert "whether high or low zorp_score is better is not known" in declined.headline
    given = load([path], lower=["acc", "zorp_score", "val_gap"], higher=["Score métier"])
    for name, end in {
        "acc": "lower",
        "zorp_score": "lower",
        "val_gap": "lower",
        "Score_métier": "higher",
    }.items():
        told = [one.text for one in ask(f"best run by {name}", given).assumptions]
        assert f"{name}: {end} is better, as configured" in told


def test_a_comparison_says_it_too() -> None:
    history = load([SAMPLES / "mlflow" / "3.17" / "mlruns"])
    answer = ask("compare plain vs swept", history)
    assert "better than" in answer.headline
    assert any("is better, a known metric" in one.text for one in answer.assumptions)


def test_every_known_metric_has_its_source() -> None:
    from store.vocabulary import words

    assert [name for name, told in words("metrics")["known"].items() if not told.get("source")] == []
