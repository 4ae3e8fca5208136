"""Numbers, units and dates in a question."""

from __future__ import annotations

from datetime import date

import pytest

from nlq.literals import count_of, number_of, read_day, suffix_of, unit_after
from nlq.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("0.02", 0.02), ("3e-4", 0.0003), ("1,000", 1000), ("two", 2), ("2**10", 1024), ("-3", -3)],
)
def test_a_number_is_read(text: str, value: float) -> None:
    assert number_of(tokenize(text)[0]) == value


@pytest.mark.parametrize("text", ["d12", "2026-01-05", "muon", "9**9999"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_of(tokenize(text)[0]) is None


def test_a_count_is_whole_and_small() -> None:
    assert [count_of(token) for token in tokenize("5 0.5 1000000")] == [5, None, None]


def test_a_suffix_is_glued_to_its_number() -> None:
    assert [suffix_of(token) for token in tokenize("1M")] == [None, 1_000_000]
    assert [suffix_of(token) for token in tokenize("1 M")] == [None, None]


def test_a_unit_is_told_by_its_canonical_name() -> None:
    assert unit_after(tokenize("3 hours")[1]) == "h"
    assert unit_after(tokenize("3 optimizers")[1]) == ""


def test_a_day_is_read_as_a_date() -> None:
    assert read_day(tokenize("2026-01-05")[0]) == date(2026, 1, 5)
    assert read_day(tokenize("2026-13-45")[0]) is None
