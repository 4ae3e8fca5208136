"""The traps that real histories have set, each with a test of its own on a sample made for it.

They were found in public histories: autoresearch's tables, nanochat's logs, trackers' stores that were
committed. Each test is named by what a careless reader makes of it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from nlq.answer import Answer
from nlq.engine import ask
from store.history import History
from store.load import load
from store.records import INHERITED
from tests.tracking import SAMPLES, plant


def of(folder: Path, name: str, text: str | bytes) -> History:
    """The history of one file."""
    return load([plant(folder, {name: text}) / name])


def names(history: History) -> list[str]:
    return [run.name for source in history.sources for run in source.runs]


def cells(answer: Answer, column: str) -> list[object]:
    """A column of an answer."""
    at = [head.name for head in answer.columns].index(column)
    return [row[at] for row in answer.rows]


def best(history: History, question: str = "best run") -> str:
    answer = ask(question, history)
    assert answer.status == "answered", answer
    return answer.headline


AUTORESEARCH = (
    "commit\tval_bpb\tmemory_gb\tstatus\tdescription\n"
    "baseline\t0.997900\t44.0\tkeep\tbaseline\n"
    "aaaaaa1\t0.000000\t0.0\tcrash\tdouble the width\n"
    "aaaaaa2\t0.990000\t44.2\tkeep\tembedding LR 0.6 to 0.8\n"
    "aaaaaa3\t0.000000\t0.0\tdiscard\tno result was printed\n"
    "aaaaaa4\t0.995000\t44.2\tdiscard\tunembedding LR 0.004 to 0.008\n"
    "aaaaaa5\t0.994000\t44.2\tdiscard\tvalue embedding LR 0.1 to 0.3\n"
    "aaaaaa6\t0.993000\t44.2\tdiscard\twarmup 0.0 to 0.05\n"
    "aaaaaa7\t0.992000\t44.2\tdiscard\tmuon momentum warmup 300 to 200\n"
)


def test_01_a_crash_row_is_not_the_best(tmp_path: Path) -> None:
    """A crash is logged as 0.000000: the lowest of all."""
    history = of(tmp_path, "results.tsv", AUTORESEARCH)
    assert best(history).startswith("aaaaaa2: val_bpb 0.99")
    assert cells(ask("mean val_bpb", history), "mean val_bpb") == [pytest.approx(0.993650)]


def test_02_latest_run_is_not_counted(tmp_path: Path) -> None:
    store = Path(shutil.copytree(SAMPLES / "wandb" / "0.31" / "wandb", tmp_path / "wandb"))
    before = names(load([store]))
    newest = sorted(store.glob("offline-run-*"))[-1]
    shutil.copytree(newest, store / "latest-run")
    assert names(load([store])) == before
    shutil.rmtree(store / "latest-run")
    (store / "latest-run").symlink_to(newest.name)
    assert names(load([store])) == before


def test_03_checkpoints_are_one_run(tmp_path: Path) -> None:
    log = [{"step": at, "epoch": at / 500, "eval_wer": 40.0 - at / 100} for at in (500, 1000, 1200)]
    plant(
        tmp_path,
        {
            f"whisper/checkpoint-{log[at]['step']}/trainer_state.json": json.dumps(
                {
                    "global_step": log[at]["step"],
                    "max_steps": 5000,
                    "best_metric": None,
                    "log_history": log[: at + 1],
                }
            )
            for at in range(3)
        },
    )
    history = load([tmp_path])
    assert names(history) == ["whisper"]
    assert history.sources[0].runs[0].values["eval_wer"] == 28.0


def test_04_trash_and_models_are_no_runs(tmp_path: Path) -> None:
    def run(id_: str) -> str:
        return f"run_id: {id_}\nrun_name: {id_[:4]}\nstatus: 3\nartifact_uri: x\nexperiment_id: '1'\n"

    plant(
        tmp_path,
        {
            "mlruns/1/meta.yaml": "artifact_location: x\nexperiment_id: '1'\nname: base\n",
            f"mlruns/1/{'a' * 32}/meta.yaml": run("a" * 32),
            f"mlruns/.trash/9/{'b' * 32}/meta.yaml": run("b" * 32),
            "mlruns/models/churn/meta.yaml": "name: churn\ncreation_timestamp: 1\n",
            "mlruns/models/churn/version-1/meta.yaml": f"run_id: {'a' * 32}\nname: churn\nversion: 1\n",
        },
    )
    assert names(load([tmp_path / "mlruns"])) == ["aaaa"]


TEMPLATE = """\
# Experiment log

## Summary

| Run | Date | lr | Loss | Status |
|---|---|---|---|---|
| one | 2024-01-15 | 0.02 | 2.65 | completed |
| _(no experiments yet)_ | | | | |

<!--
| template | 2024-01-01 | 9.9 | 0.01 | completed |

### [template]: what it is about
**Command**: `python train.py --lr=9.9`
-->

```markdown
| fenced | 2024-01-01 | 9.9 | 0.02 | completed |
```
"""


def test_05_a_template_in_a_comment_or_a_fence_is_no_run(tmp_path: Path) -> None:
    history = of(tmp_path, "experiments.md", TEMPLATE)
    assert names(history) == ["one"]
    assert best(history).startswith("one: Loss 2.65")


def test_06_how_to_commands_are_no_runs(tmp_path: Path) -> None:
    text = (
        "# Leaderboard\n\nTo take part, run the following:\n\n```bash\n"
        "torchrun -m scripts.base_train -- --depth=12 --run=yours\n```\n\n"
        "| # | val_bpb | time |\n|---|---|---|\n| 1 | 0.75 | 3.04 |\n| 2 | 0.74 | 2.91 |\n"
    )
    assert len(names(of(tmp_path, "LEADERBOARD.md", text))) == 2


def test_07_warmup_is_not_muon_momentum_warmup(tmp_path: Path) -> None:
    answer = ask("what warmup values have I tried", of(tmp_path, "results.tsv", AUTORESEARCH))
    values = {value for row in answer.rows for value in row if isinstance(value, (int, float, str))}
    assert 0.05 in cells(answer, "warmup")
    assert not values & {200, 300, "200", "300"}


def test_08_embedding_lr_is_neither_unembedding_nor_value_embedding_lr(tmp_path: Path) -> None:
    history = of(tmp_path, "results.tsv", AUTORESEARCH)
    assert cells(ask("what embedding lr values have I tried", history), "embedding LR") == [0.8, 0.6]
    assert cells(ask("what unembedding lr values have I tried", history), "unembedding LR") == [0.008, 0.004]
    assert cells(ask("what value embedding lr have I tried", history), "value embedding LR") == [0.3, 0.1]


def test_09_a_crash_that_did_not_happen(tmp_path: Path) -> None:
    text = (
        "| run | loss | status | notes |\n|---|---|---|---|\n"
        "| a | 2.5 | done | Crash test → Works |\n| b | 2.6 | done | no crash this time |\n"
        "| c | 9.9 | crashed | OOM |\n"
    )
    history = of(tmp_path, "experiments.md", text)
    assert history.catalog.states == {"completed": 2, "crashed": 1}
    assert best(history, "how many runs crashed").startswith("1 run")


def test_10_a_dummy_classifier_may_have_the_best_accuracy(tmp_path: Path) -> None:
    """It is told by its name, and what is the best without it can be asked."""
    text = "run,model,accuracy,auc\na,DummyClassifier,0.92,0.5\nb,LightGBM,0.91,0.78\nc,Logistic,0.9,0.7\n"
    history = of(tmp_path, "runs.csv", text)
    answer = ask("best run by accuracy", history)
    assert cells(answer, "model") == ["DummyClassifier"]
    for question in (
        "best run by accuracy without DummyClassifier",
        "best run by accuracy, model not DummyClassifier",
    ):
        assert cells(ask(question, history), "model") == ["LightGBM"]


def test_11_eight_gpus_are_not_one(tmp_path: Path) -> None:
    text = "run,gpu,loss\na,8×H100,2.5\nb,1xH100,2.4\nc,8xH100,2.6\nd,8Ã—H100,2.7\n"
    history = of(tmp_path, "runs.csv", text)
    for question in ("runs on 8xH100", "runs on 8×H100"):
        assert cells(ask(question, history), "run") == ["a", "c", "d"]
    assert cells(ask("runs on 1xH100", history), "run") == ["b"]
    assert len(ask("runs on H100", history).rows) == 4


TWENTY_ONE = (
    *((number, 3.4 + number / 100, "earlier") for number in range(1, 21)),
    (21, 3.2, "merged"),
    (21, 3.3, "again"),
    (21, 3.0, "new timing"),
)


def test_12_a_number_that_several_runs_have(tmp_path: Path) -> None:
    rows = "".join(f"{n} | {loss} | {what} |\n" for n, loss, what in TWENTY_ONE)
    text = f"| # | val_loss | Description |\n| - | - | - |\n{rows}"
    history = of(tmp_path, "README.md", text)
    assert history.catalog.rows == 23
    answer = ask("val_loss of run 21", history)
    assert sorted(map(float, map(str, cells(answer, "val_loss")))) == [3.0, 3.2, 3.3]
    assert any("3 runs are called 21" in note for note in answer.notes)


def test_13_a_bold_value_is_a_number(tmp_path: Path) -> None:
    text = "| run | val_loss |\n|---|---|\n| a | 0.98 |\n| b | **0.97** |\n| **c** | __0.99__ |\n"
    history = of(tmp_path, "experiments.md", text)
    assert best(history).startswith("b: val_loss 0.97")
    assert names(history) == ["a", "b", "c"]


def test_14_a_unit_in_one_cell_of_a_column(tmp_path: Path) -> None:
    rows = "".join(
        f"| {name} | {time} | 2.5 |\n"
        for name, time in zip("abc", ("2.8 hours", "90 min", "168 h"), strict=True)
    )
    text = f"| run | time | loss |\n|---|---|---|\n{rows}"
    history = of(tmp_path, "experiments.md", text)
    assert best(history, "fastest run").startswith("b: time 1.5 h")


def test_15_dates_that_two_files_tell_otherwise(tmp_path: Path) -> None:
    for name, day in (("README.md", "2026-03-04"), ("LEADERBOARD.md", "2026-03-03")):
        plant(tmp_path, {name: f"| run | date | val_bpb |\n|---|---|---|\n| d24-fp8 | {day} | 0.7180 |\n"})
    answer = ask("date of d24-fp8", load([tmp_path / "README.md", tmp_path / "LEADERBOARD.md"]))
    told = " ".join([answer.headline, *answer.notes, *(str(row) for row in answer.rows)])
    assert all(day in told or day.replace("-0", ", ") in told for day in ("2026-03-04", "2026-03-03"))
    assert {place.place.path.rpartition("/")[2] for place in answer.provenance} == {
        "README.md",
        "LEADERBOARD.md",
    }


def test_16_a_config_that_is_inherited(tmp_path: Path) -> None:
    text = (
        "# Leaderboard\n\n## Run 4\n\nAchieved Mar 3 2026 on commit `aaaaaa4`\n\n```\n"
        "torchrun -m scripts.base_train -- --depth=24 --run=run4 --device-batch-size=16\n```\n\n"
        "```\ncore_metric 0.26\n```\n\n## Run 5\n\nAchieved Mar 9 2026 on commit `aaaaaa5`\n\n"
        "Exactly the same launch command as Run 4 except `--target-param-data-ratio=8.25`\n\n"
        "```\ncore_metric 0.27\n```\n"
    )
    history = of(tmp_path, "LEADERBOARD.md", text)
    four, five = (run for source in history.sources for run in source.runs)
    name = next(name for name in five.values if "batch" in name)
    assert five.values[name] == four.values[name] == 16
    assert five.marks[name].note.startswith(INHERITED)
    assert [value for name, value in five.values.items() if "ratio" in name] == [8.25]


def test_17_zero_is_not_missing_and_missing_is_not_zero(tmp_path: Path) -> None:
    text = "run,status,failures,dropout\na,ok,0,0\nb,ok,4,\nc,ok,5,0.1\nd,ok,,0\ne,ok,0,0.2\n"
    history = of(tmp_path, "runs.csv", text)
    assert cells(ask("runs with the lowest failures", history), "failures") == [0]
    assert cells(ask("runs with failures 0", history), "run") == ["a", "e"]
    assert cells(ask("runs with dropout 0", history), "run") == ["a", "d"]
    assert cells(ask("runs without failures recorded", history), "run") == ["d"]


def test_18_the_best_value_is_not_the_last_incumbent(tmp_path: Path) -> None:
    """A greedy search goes on from the last that was kept: here one that is worse than an earlier one."""
    rows = ((1, 0.005, "keep"), (2, 0.003, "keep"), (3, 0.009, "discard"), (4, 0.004, "keep"))
    text = "commit\tval_rmse\tstatus\n" + "".join(
        f"aaaaaa{n}\t{value}\t{state}\n" for n, value, state in rows
    )
    assert best(of(tmp_path, "results.tsv", text)).startswith("aaaaaa2: val_rmse 0.003")


def test_19_rows_without_a_leading_pipe(tmp_path: Path) -> None:
    text = (
        "| # | time | description |\n| - | - | - |\n1 | 45 minutes | baseline\n2 | 31.4 minutes | tuned LR\n"
    )
    history = of(tmp_path, "README.md", text)
    assert history.catalog.rows == 2
    assert "31.4" in best(history, "fastest run")


def test_20_a_header_and_a_first_row_on_one_line(tmp_path: Path) -> None:
    """Which cells are names can't be told: nothing is invented, and no later row is shifted."""
    text = "| model | lr | acc | resnet18 | 0.1 | 0.91 |\n|---|---|---|\n| vit | 0.2 | 0.93 |\n"
    history = load([plant(tmp_path, {"log.md": text, "runs.csv": "run,acc\nx,0.5\n"})])
    for source in history.sources:
        for run in source.runs:
            assert 0.91 not in run.values.values()
            assert run.values.get("acc", 0.93) in (0.93, 0.5)


def test_21_a_cell_beyond_the_header(tmp_path: Path) -> None:
    text = "| model | val_acc |\n|---|---|\n| unet | 0.80 | runs/unet/best.ckpt |\n| vit | 0.79 |\n"
    history = of(tmp_path, "experiments.md", text)
    assert history.catalog.rows == 2
    assert [run.values["val_acc"] for source in history.sources for run in source.runs] == [0.80, 0.79]


def test_22_a_table_without_a_header(tmp_path: Path) -> None:
    text = (
        "HEAD\t5.50\t23.1\tkeep\tbaseline\nHEAD\t5.74\t23.0\tkeep\tfused\nHEAD\t5.10\t23.4\tdiscard\tslower\n"
    )
    history = of(tmp_path, "results.tsv", text)
    assert history.catalog.rows == 3
    assert history.catalog.states == {"completed": 2, "discarded": 1}


def test_23_another_schema_from_the_middle_on(tmp_path: Path) -> None:
    text = (
        "commit\tval_fid\tmemory_gb\tstatus\tdescription\n"
        + "".join(f"aaaaa{n:02}\t{30 - n}.5\t8.0\tdiscard\tstep {n}\n" for n in range(10))
        + "".join(
            f"bbbbb{n:02}\t{15 - n}.5\t8.0\t5img/sec\tcurriculum_0.67\tkeep\tstep {n}\n" for n in range(3)
        )
    )
    history = of(tmp_path, "results.tsv", text)
    (source,) = history.sources
    assert "curriculum_0.67" not in [run.values.get("status") for run in source.runs]
    assert (len(source.runs), sum(skip.count for skip in source.skips)) in ((13, 0), (10, 3))
    assert (
        "7 cells in a table of 5 columns" in [skip.reason for skip in source.skips] or len(source.runs) == 13
    )


def test_24_a_description_that_goes_on_over_lines(tmp_path: Path) -> None:
    text = (
        "commit\tval_loss\tstatus\tdescription\naaaaaa1\t1.0\tkeep\tfirst line\n  second line of it\n\n"
        "aaaaaa2\t0.9\tkeep\tanother\n"
    )
    history = of(tmp_path, "results.tsv", text)
    assert names(history) == ["aaaaaa1", "aaaaaa2"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_25_utf_16(tmp_path: Path, encoding: str) -> None:
    text = "run,lr,loss\na,0.1,2.5\nb,0.2,2.4\n"
    assert best(of(tmp_path, "runs.csv", text.encode(encoding))).startswith("b: loss 2.4")


def test_26_integers_beyond_sixty_three_bits(tmp_path: Path) -> None:
    text = "run,total_training_flops,loss\na,74454529386479620000,2.5\nb,4330784000000000000,2.6\n"
    history = of(tmp_path, "runs.csv", text)
    answer = ask("run with the highest total_training_flops", history)
    assert answer.headline.startswith("a: ")
    assert cells(answer, "total_training_flops") == [pytest.approx(74454529386479620000)]


COMMANDS = "# Experiments\n\n## Experiments\n\n" + "\n---\n\n".join(
    f"### {name} (2024-01-0{day})\n\n**Config**:\n```bash\npython train.py {flags} --run={name}\n```\n\n"
    f"**Results**:\n- Final loss: {loss}\n"
    for name, day, flags, loss in (
        ("one", 1, "--fp8 --depth=12 --device_batch_size=8", 2.5),
        ("two", 2, "--depth=24 --fp8 --device-batch-size=16", 2.6),
        ("three", 3, "--depth=12 --device-batch-size 32", 2.4),
    )
)


def test_27_a_flag_without_a_value(tmp_path: Path) -> None:
    history = of(tmp_path, "experiments.md", COMMANDS)
    assert cells(ask("runs with fp8", history), "run") == ["one", "two"]
    assert best(history, "best fp8 run").startswith("one: ")
    assert [run.values["depth"] for source in history.sources for run in source.runs] == [12, 24, 12]


def test_28_a_flag_that_is_spelled_both_ways(tmp_path: Path) -> None:
    history = of(tmp_path, "experiments.md", COMMANDS)
    assert sum("batch" in column.name for column in history.catalog.columns) == 1
    assert best(history, "what device batch sizes have I tried").endswith("8, 16, 32")


def test_29_parameters_that_are_stored_as_text(tmp_path: Path) -> None:
    """Of the texts "10" is less than "9"."""
    history = load([SAMPLES / "mlflow" / "3.17" / "mlruns"])
    assert cells(ask("runs with depth over 9", history), "run") == ["plain", "broken"]
    assert cells(ask("run with the highest depth", history), "depth") == [24]
    config = of(tmp_path, "metrics.json", json.dumps({"depth": "10", "loss": 2.0}))
    assert config.catalog.rows == 1


def test_30_results_among_the_parameters(tmp_path: Path) -> None:
    run = "1/" + "ab" * 16
    plant(
        tmp_path / "mlruns",
        {
            "1/meta.yaml": "artifact_location: x\nexperiment_id: '1'\nname: base\n",
            f"{run}/meta.yaml": f"run_id: {'ab' * 16}\nrun_name: one\nstatus: 3\n"
            "artifact_uri: x\nexperiment_id: '1'\n",
            f"{run}/params/Total Return ": "1.6034995085355603",
            f"{run}/params/fast": "10",
        },
    )
    answer = ask("best run by total return", load([tmp_path / "mlruns"]))
    assert answer.headline.startswith("one: Total Return 1.6035")
    assert any("logged as a parameter" in note for note in answer.notes)


def test_31_a_metric_under_two_names(tmp_path: Path) -> None:
    metrics = "epoch,step,val/loss,val_loss\n0,1,0.5,\n0,2,,0.5\n"
    plant(tmp_path / "lightning_logs" / "version_0", {"metrics.csv": metrics, "hparams.yaml": "lr: 0.1\n"})
    plant(
        tmp_path / "lightning_logs" / "version_1",
        {"metrics.csv": "step,eval_loss\n1,0.4\n", "hparams.yaml": "lr: 0.2\n"},
    )
    answer = ask("best run by val loss", load([tmp_path / "lightning_logs"]))
    assert answer.headline.startswith("version_1: val/loss ")
    assert "0.4" in answer.headline and "the lowest of 2" in answer.headline
    assert "val/loss: also logged as val_loss and eval_loss" in answer.notes


@pytest.mark.parametrize(
    "question",
    [
        "date of the best run",
        "best run by test accuracy",
        "lr in run aaaaaa2",
        "how long did the best run take",
    ],
)
def test_32_what_is_not_recorded_is_refused(tmp_path: Path, question: str) -> None:
    history = of(tmp_path, "results.tsv", AUTORESEARCH.replace("embedding LR 0.6 to 0.8", "wider"))
    assert ask(question, history).status == "declined"
