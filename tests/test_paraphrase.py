"""The restatement: one sentence a query, which parses back to it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlq.engine import trace
from nlq.paraphrase import number_text, paraphrase, value_text
from nlq.query import Agg, Col, Has, In, Not, Order, Query, Select, Test
from tests.corpus import NOW, alike, history_of
from tests.queries import any_query, sayable

HISTORIES = ("nanochat", "sweep", "autoresearch")


def understood(text: str, history: str) -> Query | None:
    answer = trace(text, history_of(history), now=NOW).answer
    return answer.query if answer is not None else None


@pytest.mark.parametrize("history", HISTORIES)
def test_the_restatement_parses_back(history: str) -> None:
    catalog = history_of(history).catalog
    misses: dict[str, str] = {}
    seen: set[str] = set()

    @settings(
        max_examples=250,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(sayable(catalog))
    def ask_again(query: Query) -> None:
        text = paraphrase(query, catalog)
        seen.add(text)
        again = understood(text, history)
        if not alike(again, query):
            misses[text] = "nothing" if again is None else paraphrase(again, catalog)

    ask_again()
    told = "\n".join(f"{text!r} → {what!r}" for text, what in list(misses.items())[:12])
    assert seen and not misses, f"{len(misses)} of {len(seen)}:\n{told}"


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_every_query_has_a_sentence_of_one_line(data: st.DataObject) -> None:
    catalog = history_of("nanochat").catalog
    text = paraphrase(data.draw(any_query(catalog)), catalog)
    assert text and "\n" not in text and "  " not in text


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (Select(), "runs"),
        (Select(order=(Order(Col("loss"), best=True),), limit=1), "run with the lowest loss"),
        (Select((Agg("mean", "loss"),), None, ("depth",)), "mean loss by depth"),
        (Select(where=Not(Test("depth", "=", 12))), "runs with not depth = 12"),
        (Select(where=In("_state", ("crashed", "diverged"))), "runs that failed"),
        (Select(where=Has("", "warmup")), 'runs that mention "warmup"'),
        (Select((Agg("count"),), None, ("date:month",)), "number of runs by month"),
    ],
)
def test_a_query_reads_as_a_person_would_say_it(query: Query, text: str) -> None:
    assert paraphrase(query, history_of("nanochat").catalog) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (0.1 + 0.2, "0.3"),
        (1e-05, "1e-05"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (2**70, str(2**70)),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5, 14, 30), "2026-01-05 14:30:00"),
        ("muon", "muon"),
        ("two words", '"two words"'),
    ],
)
def test_a_value_is_written_as_it_would_be_typed(value: float | str | date, text: str) -> None:
    assert value_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_six_digits(number: float) -> None:
    assert float(number_text(number)) == pytest.approx(number, rel=1e-5, abs=1e-300)
