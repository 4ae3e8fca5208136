"""Follow-ups: the last query edited, and questions of their own that are left alone.

`corpus/questions/followup.toml` has the cases; `python -m tests.followup` measures the ones of others.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from io import StringIO

import pytest

from nlq.answer import Answer
from nlq.batch import batch
from nlq.engine import ask, ask_again
from nlq.paraphrase import paraphrase
from nlq.query import Query
from tests.corpus import CORPUS, NOW, ORDINARY, alike, history_of, meanings


@dataclass(frozen=True, slots=True)
class Case:
    """A follow-up and the whole question that says the same; `fused` is "" for a question of its own."""

    id: str
    history: str
    precedent: str
    asked: str
    fused: str

    def __str__(self) -> str:
        return f"{self.id}: {self.asked}"


@cache
def _cases() -> tuple[Case, ...]:
    table = tomllib.loads((CORPUS / "questions" / "followup.toml").read_text(encoding="utf-8"))
    whole = table["history"]
    return tuple(
        Case(one.get("id", "topic"), one.get("history", whole), one["precedent"], asked, one.get("fused", ""))
        for one in (*table["meaning"], *table["topic"])
        for asked in one["asks"]
    )


FOLLOWUPS = [case for case in _cases() if case.fused]
TOPICS = [case for case in _cases() if not case.fused]


def _asked(question: str, history: str) -> Answer:
    return ask(question, history_of(history), now=NOW)


def _again(case: Case) -> Answer:
    return ask_again(case.asked, _asked(case.precedent, case.history), history_of(case.history), now=NOW)


def _said(query: Query | None, history: str) -> str:
    return "-" if query is None else paraphrase(query, history_of(history).catalog)


@pytest.mark.parametrize("case", FOLLOWUPS, ids=str)
def test_a_followup_asks_what_the_whole_question_asks(case: Case) -> None:
    fused, told = _asked(case.fused, case.history), _again(case)
    assert fused.query is not None, "the whole question is understood"
    assert alike(told.query, fused.query), (
        f"{_said(told.query, case.history)} is not {_said(fused.query, case.history)}"
    )
    assert told.rows == fused.rows and told.question == case.asked


@pytest.mark.parametrize("case", FOLLOWUPS, ids=str)
def test_that_it_was_read_as_a_followup_is_said(case: Case) -> None:
    told = _again(case)
    alone = _asked(case.asked, case.history)
    if alike(alone.query, told.query):
        return
    before = _said(_asked(case.precedent, case.history).query, case.history)
    assert told.assumptions[0].text == f"read as a follow-up of: {before}"


@pytest.mark.parametrize("case", TOPICS, ids=str)
def test_a_question_of_its_own_stays_itself(case: Case) -> None:
    told, alone = _again(case), _asked(case.asked, case.history)
    assert told.query == alone.query and told.assumptions == alone.assumptions


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ("the first", slice(0, 1)),
        ("first 2", slice(0, 2)),
        ("the last one", slice(-1, None)),
        ("only 3", slice(0, 3)),
    ],
)
@pytest.mark.parametrize("before", ["completed d24 runs sorted by cost", "top 4 runs by CORE"])
def test_first_and_last_are_those_of_the_order_told(before: str, asked: str, at: slice) -> None:
    history = history_of("nanochat")
    listed = ask(before, history, now=NOW)
    told = ask_again(asked, listed, history, now=NOW)
    assert [one.run for one in told.provenance] == [one.run for one in listed.provenance][at]


def test_the_corpus_of_followups_is_as_large_as_it_was() -> None:
    assert len({case.id for case in FOLLOWUPS}) >= 72
    assert len(FOLLOWUPS) >= 270
    assert len(TOPICS) >= 26


@pytest.mark.parametrize(
    "asked", ["month", "per month", "5", "not", "only", "the others", "total", "why", "in hours"]
)
def test_no_followup_raises(asked: str) -> None:
    """After every kind of answer; a comparison has no groups, a list of runs no function of a text."""
    for family in ORDINARY:
        meaning = meanings(family)[0]
        history = history_of(meaning.history)
        before = ask(meaning.asks[0], history, now=NOW)
        again = ask_again(asked, before, history, now=NOW)
        assert again.question == asked
        assert ask_again(f"and {asked}", again, history, now=NOW).status


def test_lines_of_a_batch_follow_each_other_where_that_is_asked_for() -> None:
    """A line that is declined is passed over: the next goes on from the one before it."""
    lines = "best d24 run\nand d12?\nxyzzy plugh\nits CORE\n"
    wanted = "CORE, loss of run with the lowest loss with depth = 12"
    for follow in (True, False):
        told = StringIO()
        batch(StringIO(lines), told, history_of("nanochat"), now=NOW, follow=follow)
        answers = [json.loads(line) for line in told.getvalue().splitlines()]
        assert [answer["question"] for answer in answers] == lines.splitlines()
        assert answers[2]["status"] == "declined"
        assert (wanted in answers[3]["understood"]) is follow


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        ("best d24 run", "who ran it"),
        ("best d24 run", "where is it"),
        ("best d24 run", "why not d12-baseline"),
        ("biggest improvement of loss over the previous run", "and the second"),
        ("runs that crashed", "2 more losses"),
    ],
)
def test_what_no_part_of_the_last_question_answers_is_declined(before: str, asked: str) -> None:
    """Rather than the last answer told again, with the word that asked for something passed over."""
    assert ask_again(asked, _asked(before, "nanochat"), history_of("nanochat"), now=NOW).status == "declined"
