"""Readings → query: which query, what is assumed, what is refused by name."""

from __future__ import annotations

from datetime import date

import pytest

from nlq.engine import trace
from nlq.query import Agg, And, Col, Compare, Not, Or, Query, Select, Test, Tried, Values
from nlq.resolve import Resolved
from tests.corpus import NOW, history_of


def best(question: str, history: str = "nanochat") -> Resolved:
    return trace(question, history_of(history), now=NOW).resolved[0]


def query(question: str, history: str = "nanochat") -> Query | None:
    return best(question, history).query


def test_a_list_of_values_is_one_condition() -> None:
    found = query("runs with optimizer muon or adamw", "sweep")
    assert isinstance(found, Select)
    assert str(found.where) == "In(key='optimizer', values=('muon', 'adamw'))"


def test_two_values_of_one_column_cannot_both_hold() -> None:
    assert query("d12 and d16 runs") == query("d12 or d16 runs")


@pytest.mark.parametrize("question", ["lrs tried", "what lrs have I tried", "which lr values did I try"])
def test_a_family_is_all_of_its_columns(question: str) -> None:
    found = query(question)
    assert isinstance(found, Values)
    assert {"lr", "matrix_lr", "embedding_lr"} <= set(found.keys)


def test_a_value_of_a_family_is_any_of_its_columns() -> None:
    found = query("have I tried lr 0.04")
    assert isinstance(found, Tried) and isinstance(found.where, Or)
    assert all(isinstance(part, Test) and part.value == 0.04 for part in found.where.of)


def test_a_comparison_takes_what_stands_on_both_sides() -> None:
    found = query("baseline vs d12-baseline at loss")
    assert isinstance(found, Compare) and len(found.sides) == 2
    assert found.keys == ("loss",)


def test_a_span_of_time_is_half_open() -> None:
    found = query("runs in january")
    assert isinstance(found, Select) and isinstance(found.where, And)
    low, high = found.where.of
    assert (low, high) == (Test("date", ">=", date(2026, 1, 1)), Test("date", "<", date(2026, 2, 1)))


def test_what_is_assumed_is_said_with_the_question_that_takes_another() -> None:
    resolved = best("best run")
    (by,) = [one for one in resolved.assumptions if one.text.startswith("by loss")]
    assert "lower is better" in by.text and by.override.startswith("best run by ")


def test_a_bare_number_is_compared_with_the_metric_and_that_is_said() -> None:
    resolved = best("runs under 3 hours")
    assert isinstance(resolved.query, Select)
    assert resolved.query.where == Test("time", "<", 3)
    assert any("read as time" in one.text for one in resolved.assumptions)


def test_negation_binds_to_the_condition_beside_it() -> None:
    found = query("runs not with optimizer muon", "sweep")
    assert isinstance(found, Select) and found.where == Not(Test("optimizer", "=", "muon"))


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("best run by test accuracy", "test"),
        ("most common", "the most common what"),
        ("compare baseline", "two sides"),
    ],
)
def test_what_the_history_does_not_hold_is_refused_by_name(question: str, reason: str) -> None:
    resolved = best(question)
    assert resolved.query is None and reason in resolved.reason


def test_a_group_by_a_metric_ranks_and_a_group_by_a_parameter_groups() -> None:
    assert query("top 3 runs by CORE") == query("3 runs with the highest CORE")
    found = query("mean loss by depth")
    assert isinstance(found, Select)
    assert (found.show, found.group) == ((Agg("mean", "loss"),), ("depth",))


def test_best_per_group_is_a_limit_within_it() -> None:
    found = query("best run per depth")
    assert isinstance(found, Select) and (found.per, found.limit) == ("depth", 1)
    assert found.order[0].by == Col("loss") and found.order[0].best
