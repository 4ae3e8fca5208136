"""The evaluator itself, against numbers counted on the raw files with awk and a spreadsheet."""

from __future__ import annotations

import csv
from datetime import date, datetime
from typing import Any

import pytest

from nlq.query import (
    Agg,
    And,
    Between,
    Col,
    Condition,
    Has,
    Having,
    In,
    Item,
    Missing,
    Not,
    Of,
    Or,
    Order,
    Select,
    Share,
    Test,
    Tried,
    Values,
)
from tests.corpus import CORPUS, evaluator_of

COUNTED: list[tuple[str, Condition | None, int]] = [
    ("nanochat", None, 32),
    ("nanochat", Test("depth", "=", 24), 7),
    ("nanochat", Not(Test("optimizer", "=", "MUON")), 3),
    ("nanochat", Test("optimizer", "!=", "muon"), 3),
    ("nanochat", Test("fp8", "=", True), 6),
    ("nanochat", Not(Test("fp8", "=", True)), 26),
    ("nanochat", Missing("core"), 8),
    ("nanochat", Not(Missing("core")), 24),
    ("nanochat", Between("core", 0.2, 0.26), 8),
    ("nanochat", Or((Test("depth", "=", 12), Test("depth", "=", 16))), 13),
    ("nanochat", And((Test("depth", "=", 24), Not(Test("optimizer", "=", "adamw")))), 6),
    ("nanochat", Test("date", ">=", Of("d24-baseline", "date")), 23),
    ("nanochat", Test("date", "<", date(2026, 1, 10)), 7),
    ("nanochat", Test("loss", "<", Of("d26-fp8", "loss")), 4),
    ("nanochat", Test("_state", "=", "completed"), 24),
    ("autoresearch", Test("val_bpb", "<", 0.972), 17),
    ("autoresearch", Has("description", "WARMUP"), 5),
    ("autoresearch", Missing("val_bpb"), 5),
    ("sweep", Not(In("scheduler", ("cosine",))), 20),
    ("sweep", Missing("gpu"), 1),
    ("sweep", And((Test("state", "=", "finished"), Missing("test_acc"))), 4),
    ("sweep", Test("created", ">=", date(2026, 2, 20)), 8),
    ("sweep", Test("val_loss", "<", Agg("mean", "val_loss")), 199),
]


@pytest.mark.parametrize(("history", "where", "count"), COUNTED)
def test_counts(history: str, where: Condition | None, count: int) -> None:
    assert len(evaluator_of(history).matching(where)) == count


NUMBERS: list[tuple[str, Agg, Condition | None, float]] = [
    ("nanochat", Agg("sum", "cost"), None, 879.08),
    ("nanochat", Agg("mean", "loss"), Test("depth", "=", 12), 25.914 / 9),
    ("nanochat", Agg("max", "loss"), None, 2.941),
    ("nanochat", Agg("count", "depth", distinct=True), None, 5),
    ("autoresearch", Agg("min", "val_bpb"), None, 0.970825),
    ("autoresearch", Agg("median", "memory_gb"), Test("status", "=", "keep"), 58.7),
    ("sweep", Agg("sum", "runtime_s"), None, 837020),
    ("sweep", Agg("range", "val_acc"), Test("dataset", "=", "cifar10"), 0.86),
]


@pytest.mark.parametrize(("history", "item", "where", "expected"), NUMBERS)
def test_numbers(history: str, item: Agg, where: Condition | None, expected: float) -> None:
    row = evaluator_of(history).tables(Select((item,), where))[0].rows[0]
    assert row(item) == pytest.approx(expected, rel=1e-9)


def cells(history: str, query: Any, item: Item) -> list[Any]:
    return [row(item) for row in evaluator_of(history).tables(query)[0].rows]


def test_a_crash_never_wins_and_a_state_can_be_asked_for() -> None:
    lowest = Order(Col("val_bpb"), best=True)
    assert cells("autoresearch", Select(order=(lowest,), limit=1), Col("commit")) == ["6b82e6c"]
    highest = Order(Col("loss"), descending=True, best=True)
    assert cells("nanochat", Select(order=(highest,), limit=1), Col("run")) == ["d12-adamw"]
    assert cells("nanochat", Select(order=(highest,), limit=1, every=True), Col("run")) == ["d12-adamw-hot"]
    diverged = Select(where=Test("_state", "=", "diverged"), order=(highest,), limit=1)
    assert cells("nanochat", diverged, Col("run")) == ["d12-adamw-hot"]


def test_second_best_and_best_of_each() -> None:
    loss = Order(Col("loss"), best=True)
    assert cells("nanochat", Select(order=(loss,), limit=1, offset=1), Col("run")) == ["d24-ratio20"]
    best = ["d12-mlr0.03-s3", "d16-wd0.1", "d20-window-L", "d24-ratio20", "d26-ratio12"]
    assert cells("nanochat", Select(order=(loss,), limit=1, per="depth"), Col("run")) == best


def test_missing_values_come_last_and_ties_stand_as_in_the_history() -> None:
    by_cost = Select(where=Test("depth", "=", 12), order=(Order(Col("cost")),))
    assert cells("nanochat", by_cost, Col("run"))[:4] == ["d12-adamw-hot", "exp-003", "exp-004", "exp-005"]
    by_core = Select(order=(Order(Col("core"), descending=True),))
    assert cells("nanochat", by_core, Col("core"))[-8:] == [None] * 8


def test_groups_and_a_condition_on_groups() -> None:
    count = Agg("count")
    groups = Select((count,), group=("depth",), having=(Having(count, ">", 3),))
    assert cells("nanochat", groups, Col("depth")) == [12, 20, 24, 26]
    assert cells("nanochat", groups, count) == [10, 6, 7, 6]


def test_values_a_share_and_a_yes_or_no() -> None:
    assert cells("nanochat", Values(("embedding_lr",)), Col("embedding_lr")) == [0.2, 0.3, 0.6]
    assert cells("nanochat", Values(("embedding_lr",)), Agg("count")) == [1, 24, 1]
    assert cells("autoresearch", Share(Test("status", "=", "keep")), Col("")) == [(23, 94)]
    assert cells("nanochat", Tried(Test("lr", "=", 0.04)), Col("run")) == ["exp-001", "exp-005"]
    different = Select((Col("optimizer"),), distinct=True)
    assert cells("nanochat", different, Col("optimizer")) == [None, "muon", "adamw"]


@pytest.mark.parametrize(("history", "file"), [("sweep", "runs.csv"), ("autoresearch", "results.tsv")])
def test_the_records_are_what_the_file_says(history: str, file: str) -> None:
    lines = (CORPUS / "histories" / history / file).read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines, delimiter="\t" if file.endswith("tsv") else ","))
    runs = evaluator_of(history).runs
    assert len(rows) == len(runs)
    for row, run in zip(rows, runs, strict=True):
        for key, written in row.items():
            value = run.cells.get(key)
            if isinstance(value, datetime):
                assert value.isoformat() == written, (row, key)
            elif isinstance(value, (int, float)):
                assert value == float(written), (row, key)
            else:
                assert (value or "") == ("" if written == "NaN" else written), (row, key)
