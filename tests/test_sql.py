"""Query → SQL: every model runs, nothing a name or a value holds becomes SQL, the order is total."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlq.engine import ask
from nlq.query import (
    About,
    Agg,
    And,
    Between,
    Card,
    Col,
    Compare,
    Condition,
    Has,
    Having,
    In,
    Missing,
    Not,
    Of,
    Or,
    Order,
    Query,
    Select,
    Share,
    Side,
    Test,
    Tried,
    Values,
)
from nlq.sql import compile_query
from store.history import History, Rows
from store.load import load
from tests.corpus import history_of
from tests.queries import any_query

LOW = Test("val_loss", "<", 0.3)
MUON = Test("optimizer", "=", "muon")

MODELS: list[Query] = [
    Select(),
    Select((Col("lr"),), And((MUON, LOW)), order=(Order(Col("val_loss"), best=True),), limit=3, offset=1),
    Select((), Or((MUON, Not(LOW))), order=(Order(Col("val_loss")),), limit=1, per="optimizer"),
    Select((Col("optimizer"),), distinct=True, order=(Order(Col("optimizer"), True),)),
    Select((Agg("count"), Agg("range", "val_loss"), Agg("corr", "lr", other="val_loss")), MUON),
    Select((Agg("mean", "val_loss"),), None, ("optimizer",), (Having(Agg("count"), ">", 2),),
           (Order(Agg("count"), True),), 2),
    Select((Agg("std", "val_loss", distinct=True),), None, ("created:month", "_state")),
    Values(("lr", "optimizer"), LOW, Test("_state", "=", "crashed")),
    Tried(And((In("optimizer", ("muon", "lion")), Between("lr", 0.001, 0.01)))),
    Share(MUON, Not(Missing("dropout"))),
    Compare((Side(MUON), Side(None, (Order(Col("val_loss"), best=True), Order(Col("#1"))))), LOW),
    Card("details", Test("val_loss", "<", Agg("mean", "val_loss")), (Order(Col("val_loss")),), 1),
    Card("why", Has("", "100%_\\ sure")),
    Tried(Test("val_loss", "<", Of("deep-coral-181", "val_loss"))),
    About("summary"),
]  # fmt: skip


def run(query: Query, history: History) -> list[Rows]:
    statements = compile_query(query, history.catalog).statements
    return [history.engine.run(one.text, one.params) for one in statements]


@pytest.mark.parametrize("query", MODELS, ids=lambda query: type(query).__name__)
def test_every_model_runs(query: Query) -> None:
    history = history_of("sweep")
    for rows, statement in zip(
        run(query, history), compile_query(query, history.catalog).statements, strict=True
    ):
        assert len(rows.columns) == len(statement.items) or not statement.items


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_whatever_is_asked_runs_and_gives_the_same_rows_again(data: st.DataObject) -> None:
    history = history_of(data.draw(st.sampled_from(["sweep", "nanochat", "autoresearch"])))
    query = data.draw(any_query(history.catalog))
    assert run(query, history) == run(query, history)


# -- names and values are never SQL

HOSTILE = ("select", "run; drop table", 'a "quoted" name', "x' OR '1'='1", "100%", "group by")


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[History]:
    file = tmp_path / "runs.csv"
    heads = ['"' + name.replace('"', '""') + '"' for name in HOSTILE]
    lines = [
        ",".join(["run", "loss", *heads]),
        *(f"r{i},{i / 10},{i},{i + 1},{i + 2},'; DROP TABLE runs; --,{i}%,{i}" for i in (1, 2, 3)),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    history = load([file])
    yield history
    history.engine.close()


def test_a_column_may_be_called_anything(hostile: History) -> None:
    assert len(hostile.catalog.columns) == 2 + len(HOSTILE)
    for column in hostile.catalog.columns:
        shown = Select((Col(column.key),), Not(Missing(column.key)), order=(Order(Col(column.key)),), limit=2)
        (rows,) = run(shown, hostile)
        assert len(rows.rows) == 2
        (groups,) = run(Select((Agg("count"),), None, (column.key,)), hostile)
        assert sum(int(str(row[-1])) for row in groups.rows) == 3
    assert ask("how many runs", hostile).rows == ((3,),)


@pytest.mark.parametrize("value", ["'; DROP TABLE runs; --", '"', "\\", "muon' --", "?", "$1", "\x00", "🦆"])
def test_a_value_is_bound(value: str) -> None:
    history = history_of("sweep")
    for where in (Test("optimizer", "=", value), In("optimizer", (value, "muon")), Has("optimizer", value)):
        text = compile_query(Select(where=where), history.catalog).statements[0].text
        assert value == "?" or value not in text.replace("ESCAPE '\\'", "").replace('"', "")
    assert run(Select((Agg("count"),), Test("optimizer", "=", value)), history)[0].rows == ((0,),)


@pytest.mark.parametrize(("text", "rows"), [("%", 1), ("_", 1), ("\\", 1), ("50% of_the\\way", 1), ("zz", 0)])
def test_like_takes_its_text_literally(text: str, rows: int, tmp_path: Path) -> None:
    file = tmp_path / "runs.csv"
    file.write_text("run,loss,notes\na,1,50% of_the\\way\nb,2,nothing\n", encoding="utf-8")
    history = load([file])
    assert len(run(Select(where=Has("notes", text)), history)[0].rows) == rows
    history.engine.close()


@pytest.mark.parametrize("text", ["GPT-2", "gpt 2", "gpt_2", "gpt2", "2 check", "GPT 2 check"])
def test_words_are_found_however_they_are_joined(text: str, tmp_path: Path) -> None:
    file = tmp_path / "runs.csv"
    file.write_text("run,loss,notes\na,1,the GPT-2 check\nb,2,the GPT-3 check\n", encoding="utf-8")
    history = load([file])
    assert run(Select((Agg("count"),), Has("notes", text)), history)[0].rows == ((1,),)
    history.engine.close()


# -- what the numbers mean


def states(where: Condition | None = None, **more: Any) -> set[str]:
    query = Select((Col("_state"),), where, **more)
    return {str(row[-1]) for row in run(query, history_of("nanochat"))[0].rows}


def test_a_superlative_looks_at_runs_that_finished() -> None:
    best = (Order(Col("loss"), best=True),)
    assert states(order=best, limit=99) <= {"completed", "discarded"}
    assert "diverged" in states(order=best, limit=99, every=True)
    assert states(Test("_state", "=", "diverged"), order=best, limit=99) == {"diverged"}


def test_text_compares_without_case_by_the_spelling_of_the_file() -> None:
    catalog = history_of("sweep").catalog
    (statement,) = compile_query(Select(where=Test("optimizer", "=", "MUON")), catalog).statements
    assert "lower" not in statement.text and statement.params == ("muon",)


def test_text_with_more_values_than_are_listed_compares_in_lower_case() -> None:
    from dataclasses import replace

    catalog = history_of("sweep").catalog
    unlisted = tuple(
        replace(c, distinct=c.distinct + 1) if c.key == "optimizer" else c for c in catalog.columns
    )
    (statement,) = compile_query(Select(where=MUON), replace(catalog, columns=unlisted)).statements
    assert 'lower("optimizer") = lower(?)' in statement.text


def test_not_keeps_only_runs_that_say() -> None:
    history = history_of("nanochat")
    told, not_told, missing = (
        len(run(Select(where=where), history)[0].rows)
        for where in (Test("lr", "=", 0.02), Not(Test("lr", "=", 0.02)), Missing("lr"))
    )
    assert told + not_told + missing == history.catalog.rows and missing


def test_rows_tie_in_the_order_of_the_history() -> None:
    (rows,) = run(Select(order=(Order(Col("optimizer")),)), history_of("sweep"))
    at = rows.columns.index("optimizer") if "optimizer" in rows.columns else None
    keys = [(row[at], row[0]) for row in rows.rows] if at is not None else []
    assert keys == sorted(keys, key=lambda key: (key[0] is None, str(key[0]), key[1]))
