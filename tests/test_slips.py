"""Slips of the keyboard: what is read as another word, what never is, and what is asked back."""

from __future__ import annotations

import pytest

from nlq.engine import ask, trace
from nlq.engine.lexicons import lexicon_of
from nlq.keyboard import is_likely_slip, one_slip_away
from nlq.slips import mend
from nlq.tokens import tokenize
from tests.corpus import NOW, history_of


def read(question: str, history: str = "nanochat") -> str:
    """The question with its words as they are read."""
    return " ".join(token.norm for token in mend(tokenize(question), lexicon_of(history_of(history))))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bset", "best"),  # exchanged
        ("lwest", "lowest"),  # missing
        ("ighest", "highest"),  # missing, the first
        ("averrage", "average"),  # doubled
        ("deptjh", "depth"),  # a key beside, as well
        ("compqre", "compare"),  # a key beside, instead
        ("jaunary", "january"),
        ("optimziers", "optimizers"),
        ("validtion", "validation"),
        ("maximm", "maximum"),
        ("sumary", "summary"),
        ("los", "loss"),
        ("dollafs", "dollars"),
    ],
)
def test_a_slip_is_read_as_the_word_that_is_meant(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    "word",
    ["cost", "tired", "care", "cash", "gate", "adam", "lamb", "resnext", "gelu", "perplexity", "d12", "h100"],
)
def test_a_word_that_means_something_is_no_slip(word: str) -> None:
    assert read(word) == word


def test_a_capital_in_mid_sentence_is_a_name() -> None:
    assert read("best run by Cory") == "best run by Cory".lower()
    assert read("BEST RUN BY CROE") == "best run by core"


def test_a_word_that_could_be_left_out_is_not_read_into_a_name() -> None:
    assert ask("best run on crated", history_of("nanochat"), now=NOW).status == "declined"


def test_a_plain_word_behind_a_number_may_be_a_unit() -> None:
    answer = ask("runs under 3 ours", history_of("nanochat"), now=NOW)
    assert answer.understood == "runs with time < 3 h" and 'read "ours" as "hours"' in answer.notes


def test_words_that_are_as_near_are_asked_back() -> None:
    answer = ask("the lagest two runs", history_of("nanochat"), now=NOW)
    assert answer.status == "ambiguous" and len(answer.suggestions) == 2


def test_the_rest_of_the_question_decides_between_words() -> None:
    answer = ask("runs with batch size of at lwast 256", history_of("sweep"), now=NOW)
    assert answer.understood == "runs with batch_size >= 256" and 'read "lwast" as "least"' in answer.notes


def test_what_plain_english_may_have_meant_is_offered() -> None:
    answer = ask("why did d24-oom cash", history_of("nanochat"), now=NOW)
    assert answer.status == "declined"
    assert "why did d24-oom crash" in [one.ask for one in answer.suggestions]


def test_what_is_read_as_another_word_is_told_where_it_is_left_out() -> None:
    answer = ask("best run wiht muon", history_of("nanochat"), now=NOW)
    assert 'read "wiht" as "with"' in answer.notes


def test_the_typed_word_is_what_was_not_understood() -> None:
    made = trace("best run by zorblaxx", history_of("nanochat"), now=NOW)
    assert made.answer is not None and made.answer.unused == ("zorblaxx",)


@pytest.mark.parametrize(
    ("typed", "word", "likely"),
    [("optmizer", "optimizer", True), ("lss", "loss", True), ("lsos", "loss", True), ("rate", "date", False)],
)
def test_the_likeliest_slips(typed: str, word: str, likely: bool) -> None:
    assert is_likely_slip(typed, word) is likely
    assert word in dict(one_slip_away(typed))
