"""Readings to one table: names, kinds, types, units, states, sentinels, directions."""

from __future__ import annotations

from datetime import date, datetime
from math import inf
from pathlib import Path

import pytest

from nlq.engine import ask
from store.catalog import Column
from store.columns import Table, build, free_key
from store.directions import direction_of
from store.kinds import declare, kind_of, role_of
from store.load import load
from store.outcomes import find_sentinel
from store.readers import read
from store.records import Field, Mark, Place, Reading, RunRecord, Value
from store.typed import read_column


def reading(path: str, fields: list[Field], *rows: dict[str, Value]) -> Reading:
    named = {field.name: field for field in fields}
    run = next((field.name for field in fields if field.kind == "run"), "")
    runs = [
        RunRecord(
            str(row.get(run, "")),
            Place(path, number, number),
            {k: v for k, v in row.items() if v is not None},
        )
        for number, row in enumerate(rows, 2)
    ]
    return Reading(path, "test", named, runs)


def columns(table: Table) -> dict[str, Column]:
    return {column.name: column for column in table.columns}


def test_dashes_and_capitals_make_no_other_column() -> None:
    one = reading("a", [Field("run", "run"), Field("batch-size", "param")], {"run": "a", "batch-size": 8})
    two = reading("b", [Field("run", "run"), Field("Batch_Size", "param")], {"run": "b", "Batch_Size": 16})
    table = build([one, two])
    assert [column.key for column in table.columns] == ["run", "batch_size"]
    assert table.values[1] == [8, 16]


def test_two_spellings_stay_apart_where_one_run_has_both_and_different() -> None:
    fields = [Field("run", "run"), Field("lr", "param"), Field("LR", "param")]
    apart = build([reading("a", fields, {"run": "a", "lr": 0.1, "LR": 0.2})])
    assert [column.key for column in apart.columns] == ["run", "lr", "lr_2"]
    together = build([reading("a", fields, {"run": "a", "lr": 0.1}, {"run": "b", "LR": 0.2})])
    assert [column.key for column in together.columns] == ["run", "lr"]
    assert together.values[1] == [0.1, 0.2]


def test_keys_are_plain_identifiers() -> None:
    assert free_key("val/loss (↓)", []) == "val_loss"
    assert free_key("_row", []) == "row"
    assert free_key("!!!", []) == "column"
    assert free_key("손실", []) == "손실"


def test_a_few_remarks_leave_a_number_column_a_number_column() -> None:
    rows: list[dict[str, Value]] = [{"run": str(n), "loss": 2.0 + n} for n in range(5)]
    rows.append({"run": "5", "loss": "OOM"})
    made = reading("a", [Field("run", "run"), Field("loss", "metric")], *rows)
    table = build([made])
    assert columns(table)["loss"].type == "number"
    assert table.values[1][-1] is None
    assert made.runs[-1].marks["loss"].text == "OOM"
    assert "loss" not in made.runs[-1].values
    assert table.states == ["completed"] * 5 + ["crashed"]


def test_numbers_among_texts_become_text_as_written() -> None:
    made = reading("a", [Field("config", "attribute")], {"config": "d24"}, {"config": 12}, {"config": "d8"})
    made.runs[1].marks["config"] = Mark("12.0")
    table = build([made])
    assert table.values[0] == ["d24", "12.0", "d8"]
    assert made.runs[1].values["config"] == "12.0"


def test_days_and_moments_meet_as_moments() -> None:
    rows: list[dict[str, Value]] = [{"date": date(2024, 1, 15)}, {"date": datetime(2024, 1, 16, 3)}]
    table = build([reading("a", [Field("date", "attribute", role="date")], *rows)])
    assert table.values[0] == [datetime(2024, 1, 15), datetime(2024, 1, 16, 3)]
    assert (table.columns[0].low, table.columns[0].role) == (datetime(2024, 1, 15), "date")


def test_units_of_two_files_become_one() -> None:
    one = reading("a", [Field("time", "metric", "h")], {"time": 2.5})
    two = reading("b", [Field("time", "metric", "min")], {"time": 90})
    three = reading("c", [Field("time", "metric", "GB")], {"time": 3})
    table = build([one, two, three])
    assert table.values[0] == [2.5, 1.5, None]
    assert table.columns[0].unit == "h"
    assert two.runs[0].values["time"] == 1.5
    assert three.runs[0].marks["time"].note


def test_run_columns_of_different_names_become_one() -> None:
    one = reading("a", [Field("commit", "run", role="commit")], {"commit": "438a26e"})
    two = reading("b", [Field("run", "run")], {"run": "baseline"})
    table = build([one, two])
    assert [(column.name, column.kind) for column in table.columns] == [
        ("run", "run"),
        ("commit", "attribute"),
    ]
    assert table.values[0] == ["438a26e", "baseline"]
    assert columns(table)["commit"].role == "commit"


def test_names_that_stand_in_headings_only_get_a_column() -> None:
    made = reading("a", [Field("loss", "metric")], {"loss": 1.0})
    made.runs[0].name = "baseline"
    table = build([made])
    assert (table.columns[0].name, table.columns[0].kind, table.values[0]) == ("run", "run", ["baseline"])


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("crash", "crashed"),
        ("discard", "discarded"),
        ("keep", "completed"),
        ("PASS", "completed"),
        ("🔄", "running"),
    ],
)
def test_states_from_a_status_column(status: str, state: str) -> None:
    table = build([reading("a", [Field("status", "attribute", role="status")], {"status": status})])
    assert table.states == [state]
    assert table.tells_state


def test_a_remark_outweighs_a_status_that_only_says_done() -> None:
    fields = [Field("loss", "metric"), Field("status", "attribute", role="status")]
    made = reading("a", fields, {"loss": 3.45, "status": "Completed"}, {"loss": 2.0, "status": "Completed"})
    made.runs[0].marks["loss"] = Mark("3.45 (diverged at step 5000)", note="diverged at step 5000")
    made.runs[1].marks["loss"] = Mark("2.0 (no crash)", note="no crash")
    assert build([made]).states == ["diverged", "completed"]


def test_notes_that_say_nothing_else_tell_the_state() -> None:
    fields = [Field("notes", "attribute", role="notes")]
    made = reading(
        "a", fields, {"notes": "Diverged"}, {"notes": "Crash test → Works"}, {"notes": "Undertrained"}
    )
    assert build([made]).states == ["diverged", "completed", "completed"]


def test_no_state_told() -> None:
    table = build([reading("a", [Field("loss", "metric")], {"loss": 1.0})])
    assert (table.states, table.tells_state) == (["completed"], False)


def test_sentinels() -> None:
    done = ["completed"] * 6
    assert find_sentinel([0.0, 0.98, 0.99, 0.97], ["crashed", *done[:3]], "lower") == 0
    assert find_sentinel([0.0, 0.98, 0.99, 0.97], ["discarded", *done[:3]], "lower") == 0
    assert find_sentinel([0.0, 0.0, 0.0, 0.69, 1.2, 1.5], done, "lower") == 0
    assert find_sentinel([0.0, 0.2, 0.3, 0.9], done[:4], "higher") is None, "an accuracy may be 0"
    assert find_sentinel([0.0, 0.01, 0.5, 1.0], done[:4], "lower") is None, "near zero there are others"
    assert find_sentinel([0, 0, 1, 2], done[:4], "lower") is None, "failures are counted from 0"
    assert find_sentinel([0.0, -0.5, 0.5], done[:3], "lower") is None, "a difference"
    assert find_sentinel([0.0, 3.5, 900.5], done[:3], "lower", "us") == 0, "no latency is 0"
    assert find_sentinel([-1.0, 0.3, 0.4], done[:3], "higher") == -1
    assert find_sentinel([-1.0, -0.2, 0.4], done[:3], "higher") is None


def test_a_sentinel_is_no_extreme(tmp_path: Path) -> None:
    log = tmp_path / "results.tsv"
    log.write_text(
        "commit\tval_bpb\tstatus\na\t0.000000\tcrash\nb\t0.98\tkeep\nc\t0.97\tkeep\n", encoding="utf-8"
    )
    column = build([read(log)]).columns[1]
    assert (column.sentinel, column.low, column.high, column.count) == (0.0, 0.97, 0.98, 3)


@pytest.mark.parametrize(
    ("name", "direction", "because"),
    [
        ("val_bpb", "lower", "known metric"),
        ("val/loss", "lower", "known metric"),
        ("CORE", "higher", "known metric"),
        ("top1_err", "lower", "name"),
        ("eval_accuracy", "higher", "name"),
        ("Score_métier", "lower", "known metric"),
        ("Business Score", "lower", "known metric"),
        ("training_loss", "lower", "known metric"),
        ("tok_per_sec", "higher", "known metric"),
        ("peak_vram_mb", "lower", "known metric"),
        ("time_to_target", "lower", "known metric"),
        ("sharpe", "higher", "known metric"),
        ("val_psnr", "higher", "known metric"),
        ("robustness_gap", "lower", "name"),
        ("accuracy_loss", "lower", "name"),
        ("top1_diff", "", ""),
        ("final.score", "", ""),
        ("f1_score", "higher", "known metric"),
        ("frobnication", "", ""),
    ],
)
def test_directions(name: str, direction: str, because: str) -> None:
    assert direction_of(name) == (direction, because)


def test_where_a_direction_is_from() -> None:
    fields = [Field("loss", "metric", direction="higher"), Field("zork", "metric"), Field("depth", "param")]
    table = build([reading("a", fields, {"loss": 1.0, "zork": 2.0, "depth": 3})], higher=["Zork"])
    told = {column.name: (column.direction, column.because) for column in table.columns}
    assert told == {"loss": ("higher", "header"), "zork": ("higher", "config"), "depth": ("", "")}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("hp.learning_rate", "param"), ("params_lr", "param"), ("config.depth", "param"),
        ("MATRIX-LR", "param"), ("warmup_steps", "param"), ("loss_fn", "param"), ("metrics.zork", "metric"),
        ("val_loss", "metric"), ("train_time_ms", "metric"), ("memory_gb", "metric"),
        ("global_step", "attribute"), ("matrix_lr", "param"), ("start_time", "attribute"),
        ("country", "attribute"),
    ],
)  # fmt: skip
def test_kinds_by_name(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_roles_are_held_only_by_columns_that_can() -> None:
    assert role_of("status", ["keep", "discard"]) == "status"
    assert role_of("status", ["married", "single"]) == ""
    assert role_of("results.status", ["failed"]) == "status"
    assert role_of("date", [3, 4]) == ""


def test_a_table_of_singers_has_no_parameters(tmp_path: Path) -> None:
    table = tmp_path / "singer.csv"
    table.write_text(
        "Singer_ID,Name,Age,Price,Net_Worth\n1,Joe,52,3,30.5\n2,Ann,32,3,28.8\n", encoding="utf-8"
    )
    made = read(table)
    kinds = {name: field.kind for name, field in made.fields.items()}
    assert kinds == dict.fromkeys(kinds, "attribute") | {"Name": "run"}
    assert [run.name for run in made.runs] == ["Joe", "Ann"]


def test_rows_without_a_name_of_their_own_have_none(tmp_path: Path) -> None:
    table = tmp_path / "trials.csv"
    table.write_text("study,trial,lr,loss\n" + "s,trial_1,0.1,2.5\ns,trial_1,0.2,2.6\n", encoding="utf-8")
    made = read(table)
    assert {run.name for run in made.runs} == {""}
    assert declare([], []).run == -1


def test_columns_of_names_are_never_numbers() -> None:
    assert read_column(["001", "002", "010"], "run").values == ["001", "002", "010"]
    assert read_column(["01", "02", "10"], "rank").values == [1, 2, 10]
    assert read_column(["038", "22", "338"], "account_name").values == ["038", "22", "338"]
    assert read_column(["16.14 (110)", "9.8 (62)"], "home score").values == ["16.14 (110)", "9.8 (62)"]
    assert read_column(["0.92 (0.01)", "0.93 (0.02)"], "acc").values == [0.92, 0.93]
    assert read_column(["0.569(−0.021)", "0.590(+0.1)"], "auc").values == [0.569, 0.59]


def test_a_whole_number_beyond_every_float_is_infinite(tmp_path: Path) -> None:
    (tmp_path / "runs.jsonl").write_text(
        f'{{"run": "a", "loss": 1{"0" * 400}}}\n{{"run": "b", "loss": 2}}\n', encoding="utf-8"
    )
    history = load([tmp_path / "runs.jsonl"])
    assert history.catalog.column("loss").high == inf
    history.engine.close()


@pytest.mark.parametrize(("falls", "direction"), [((-14.7, -30.1), "higher"), ((14.7, 30.1), "lower")])
def test_a_drawdown_is_better_the_less_it_falls_however_its_sign_is_written(
    tmp_path: Path, falls: tuple[float, float], direction: str
) -> None:
    path = tmp_path / "runs.csv"
    path.write_text(f"run,lr,max_drawdown\na,0.1,{falls[0]}\nb,0.2,{falls[1]}\n", encoding="utf-8")
    history = load([path])
    assert next(c for c in history.catalog.columns if c.name == "max_drawdown").direction == direction
    assert ask("best run by max_drawdown", history).rows[0][0] == "a"
