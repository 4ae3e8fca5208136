"""Questions with more than one reading: each is named, with what asks for it alone."""

from __future__ import annotations

import pytest

from nlq.answer import Answer
from tests.corpus import ORDINARY, Meaning, meanings, traced

AMBIGUOUS = meanings("ambiguous")


def _answer(question: str, history: str) -> Answer:
    answer = traced(question, history).answer
    assert answer is not None
    return answer


def _others(answer: Answer) -> list[str]:
    """The questions that an answer offers for its other readings."""
    if answer.status == "ambiguous":
        return [one.ask for one in answer.suggestions]
    return [one.override for one in answer.assumptions if one.override]


@pytest.mark.parametrize("meaning", AMBIGUOUS, ids=str)
def test_each_reading_can_be_asked_for_alone(meaning: Meaning) -> None:
    for wording in meaning.asks:
        answer = _answer(wording, meaning.history)
        offered = [(text, _answer(text, meaning.history)) for text in _others(answer)]
        assert offered and all(other.status in ("answered", "empty") for _, other in offered), wording
        assert all(other.query != answer.query for _, other in offered), wording
        assert len({other.understood for _, other in offered}) == len(offered), wording


@pytest.mark.parametrize("family", ORDINARY)
def test_what_takes_the_other_default_is_never_the_same_question(family: str) -> None:
    for meaning in meanings(family):
        answer = _answer(meaning.asks[0], meaning.history)
        for text in _others(answer):
            other = _answer(text, meaning.history)
            assert other.status in ("answered", "empty"), (meaning.asks[0], text, other.headline)
            assert other.query != answer.query, (meaning.asks[0], text)


def test_a_question_with_two_even_readings_is_asked_back() -> None:
    answer = _answer("d24 or d26 runs with fp8", "nanochat")
    assert answer.status == "ambiguous" and len(answer.suggestions) == 2
    assert {len(_answer(one.ask, "nanochat").rows) for one in answer.suggestions} == {6, 13}
