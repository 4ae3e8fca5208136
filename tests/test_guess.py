"""Readings of tables that are more guessed than understood are declined, and say what they were."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nlq import engine
from store.history import History
from store.load import load

_TABLE = """booking_id,guest_name,room_type_code,nights,price_paid
1,Ada Finch,SGL,2,120.5
2,Bo Marsh,DBL,3,310.0
3,Cy Holt,DBL,1,95.0
4,Ada Finch,STE,4,820.0
"""


@pytest.fixture(scope="module")
def bookings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    path = tmp_path_factory.mktemp("guess") / "bookings.csv"
    path.write_text(_TABLE, encoding="utf-8")
    history = load([path], nouns=("booking",))
    yield history
    history.engine.close()


def test_a_guess_is_declined_and_can_be_asked_as_it_was_understood(bookings: History) -> None:
    answer = engine.ask("What kind of lodging has the most nights on average?", bookings)
    assert answer.status == "declined"
    assert '"lodging"' in answer.headline and '"kind" for room_type_code' in answer.headline
    asked = answer.suggestions[0].ask
    assert asked == "mean nights by room_type_code, the one with the highest mean nights"
    assert engine.ask(asked, bookings).status == "answered"


def test_a_word_that_says_what_was_done_makes_no_guess(bookings: History) -> None:
    answer = engine.ask("Which room type received the most nights on average?", bookings)
    assert answer.status == "answered"
    assert answer.unused == ("received",)


def test_ids_that_end_before_a_number_are_not_meant(bookings: History) -> None:
    answer = engine.ask("What are the ids of bookings costing between 300 and 400?", bookings)
    assert [row[0] for row in answer.rows] == [2]


def test_a_sort_of_a_thing_is_a_kind_and_no_order(bookings: History) -> None:
    answer = engine.ask("Which sort of room has the highest price?", bookings)
    assert "lowest" not in answer.understood
