"""Made-up questions about values by step: SQL and plain Python agree, and each is what is said of it."""

from __future__ import annotations

import random
from typing import Any

import pytest

from nlq.engine import ask
from nlq.engine.running import run
from nlq.paraphrase import paraphrase
from nlq.query import Condition, Steps, Test
from nlq.sql import compile_query
from tests.agreement import differences
from tests.corpus import evaluator_of, history_of

METRICS = ("loss", "val_loss", "val_acc")
WHERE: dict[str, tuple[Condition | None, ...]] = {
    "curves": (
        None, Test("run", "=", "d24"), Test("run", "=", "exp-001"), Test("run", "=", "baseline"),
        Test("depth", "=", 12), Test("optimizer", "=", "muon"),
    ),
    "epochs": (
        None, Test("run", "=", "version_0"), Test("run", "=", "version_3"), Test("run", "=", "version_5"),
        Test("optimizer", "=", "sgd"),
    ),
}  # fmt: skip


def made_up(seed: int, history: str) -> Steps:
    """A question that words could ask."""
    some = random.Random(seed)
    if history == "epochs":
        return _of_epochs(some)
    key = some.choice(METRICS)
    up, where = key == "val_acc", some.choice(WHERE[history])
    span: Any = some.choice(
        [{}, {}, {"low": 300}, {"high": 950}, {"low": 200, "high": 2000}, {"last": some.choice([100, 1000])}]
    )
    goal = some.choice([0.3, 0.45, 0.48]) if up else some.choice([2.4, 2.7, 3, 11])
    what: Any = some.choice(["at", "best", "reached", "span", "course", "diverged", "improving"])
    if what == "at":
        at = some.choice([None, 0, 100, 250, 4900, 5000])
        limit = some.choice([None, 1, 3])
        if at is not None and limit == 3:
            op: Any = some.choice(["<", "<=", ">", ">="])
            return Steps("at", (key,), where, at=at, op=op, value=goal)
        return Steps("at", (key,), where, at=at, descending=up and limit is not None, limit=limit)
    if what == "reached":
        op = some.choice([">=", ">"]) if up else some.choice(["<=", "<"])
        limit = some.choice([None, 1, 2])
        timed = limit is not None and some.random() < 0.5
        return Steps(
            "reached", (key,), where, op=op, value=goal, descending=up, limit=limit, timed=timed, **span
        )  # fmt: skip
    if what == "span":
        function: Any = some.choice([None, "mean", "min", "max", "median", "std"])
        return Steps("span", (key,), where, function=function, **(span or {"low": 100}))
    if what == "course":
        return Steps("course", (key,), where, descending=up, every=some.choice([None, 500, 1000]), **span)
    if what == "best":
        return Steps("best", (key,), where, descending=some.random() < 0.5, **span)
    return Steps(what, (key,), where, descending=up, **span)


def _of_epochs(some: random.Random) -> Steps:
    """The same of epochs."""
    key = some.choice(("train_loss", "val_loss", "val_acc"))
    up, where, axis = key == "val_acc", some.choice(WHERE["epochs"]), "epoch"
    span: Any = some.choice(
        [{}, {"low": 3}, {"high": 7}, {"low": 2, "high": 6}, {"last": some.choice([1, 4])}]
    )
    what: Any = some.choice(["at", "best", "reached", "span", "course", "diverged", "improving"])
    if what == "at":
        at, limit = some.choice([None, 0, 3, 4, 11, 40]), some.choice([None, 1, 3])
        return Steps(what, (key,), where, at=at, descending=up and limit is not None, limit=limit, axis=axis)
    if what == "reached":
        op: Any = some.choice([">=", ">"]) if up else some.choice(["<=", "<"])
        goal, limit = some.choice([0.75, 0.8] if up else [0.45, 0.55, 3]), some.choice([None, 1, 2])
        return Steps(what, (key,), where, op=op, value=goal, descending=up, limit=limit, axis=axis, **span)
    if what == "span":
        function: Any = some.choice([None, "mean", "min", "max", "median", "std"])
        return Steps(what, (key,), where, function=function, axis=axis, **(span or {"low": 1}))
    if what == "course":
        return Steps(what, (key,), where, descending=up, every=some.choice([None, 2, 5]), axis=axis, **span)
    if what == "best":
        return Steps(what, (key,), where, descending=some.random() < 0.5, axis=axis, **span)
    return Steps(what, (key,), where, descending=up, axis=axis, **span)


HISTORIES = pytest.mark.parametrize("name", WHERE)


@HISTORIES
@pytest.mark.parametrize("seed", range(150))
def test_sql_and_plain_python_agree(seed: int, name: str) -> None:
    query = made_up(seed, name)
    history = history_of(name)
    sql = compile_query(query, history.catalog)
    tables = evaluator_of(name).tables(query)
    for table, rows, statement in zip(tables, run(sql, history), sql.statements, strict=True):
        assert list(differences(table, rows, statement)) == [], query


@HISTORIES
@pytest.mark.parametrize("seed", range(150))
def test_what_is_said_of_a_question_is_that_question(seed: int, name: str) -> None:
    query = made_up(seed, name)
    history = history_of(name)
    answer = ask(paraphrase(query, history.catalog), history)
    assert answer.query == query, answer.headline
