"""The query family as JSON, both ways."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlq.query import And, Col, In, Order, Query, Select, Test, Values
from nlq.schema import dump, load, schema
from tests.corpus import history_of
from tests.queries import any_query


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_query_comes_back_from_json(data: st.DataObject) -> None:
    query: Query = data.draw(any_query(history_of("nanochat").catalog))
    assert load(json.loads(json.dumps(dump(query)))) == query


def test_dates_and_nested_conditions_come_back() -> None:
    where = And((Test("date", ">=", date(2026, 1, 5)), In("depth", (12, 24))))
    query = Select((Col("loss"),), where, order=(Order(Col("loss"), True, best=True),), limit=3, unit="h")
    assert load(json.loads(json.dumps(dump(query)))) == query


def test_defaults_are_left_out() -> None:
    assert dump(Values(("lr",))) == {"kind": "Values", "keys": ["lr"]}


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "Drop"},
        {"kind": "Select", "limits": 3},
        {"kind": "Select", "limit": "three"},
        {"kind": "Test", "key": "depth", "op": "=", "value": 12},
        {"kind": "Select", "where": {"kind": "Test", "key": "depth", "op": "~", "value": 12}},
        {"kind": "Values"},
        [],
        "Select",
        None,
    ],
)
def test_what_is_no_query_is_refused(data: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        load(data)


def test_the_schema_names_every_kind_of_query() -> None:
    told = json.dumps(schema())
    assert all(kind in told for kind in ("Select", "Values", "Tried", "Share", "Compare", "Card", "About"))
