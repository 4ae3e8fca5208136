"""The way of a question: whatever is asked, an answer comes back that says what was made of it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlq.engine import ask, explain, trace
from nlq.refusal import LONGEST
from tests.corpus import NOW, history_of

WORDS = (
    "best worst run runs loss lr depth d12 by per each compare vs and or not with without under 3 hours mean "
    "how many which tried why since january last week baseline muon > <= = between 0.02 top second".split()
)


@given(st.text(max_size=200))
@example("\x00\x1b[31m; DROP TABLE runs; --")
@example("''\"\"``“”")
@example(":/0")
@example("9" * 400)
@example("1e999 -1e999 0x1F ١٢٣")
@settings(max_examples=150, deadline=None)
def test_no_question_raises(question: str) -> None:
    answer = ask(question, history_of("nanochat"), now=NOW)
    assert answer.status in ("answered", "empty", "declined", "ambiguous")
    assert answer.headline and "\n" not in answer.headline


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.sampled_from(["nanochat", "sweep", "messy"])
)
@settings(max_examples=150, deadline=None)
def test_no_order_of_known_words_raises(words: list[str], history: str) -> None:
    answer = ask(" ".join(words), history_of(history), now=NOW)
    assert answer.headline and (answer.query is not None) == (answer.status in ("answered", "empty"))


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "the question is empty"),
        (" \t\n", "the question is empty"),
        ("?!", "the question is empty"),
        ("\x00\x07\x1b", "the question is empty"),
        ("best run " * 5000, f"a question has at most {LONGEST} words, this one has 10000"),
        ("delete all runs", "questions only read the history"),
    ],
)
def test_what_cannot_be_read_is_declined_in_one_line(question: str, reason: str) -> None:
    answer = ask(question, history_of("nanochat"), now=NOW)
    assert (answer.status, answer.headline) == ("declined", f"Declined: {reason}.")
    assert len(answer.question) <= 200 and not answer.rows


def test_a_word_that_nothing_says_declines_the_question() -> None:
    answer = ask("best run on the Z9 cluster", history_of("nanochat"), now=NOW)
    assert answer.status == "declined" and {"Z9", "cluster"} <= set(answer.unused)
    assert answer.understood and answer.understood in [one.ask for one in answer.suggestions]


def test_a_mended_word_is_said() -> None:
    assert 'read "bset" as "best"' in ask("bset run", history_of("nanochat"), now=NOW).notes


def test_explain_prints_every_stage() -> None:
    stages = explain("best d12 run", history_of("nanochat"), now=NOW)
    names = ["question", "tokens", "lattice", "readings", "resolved", "sql", "rows", "beside", "answer"]
    assert [name for name, _ in stages] == names
    assert all(text for _, text in stages)
    told = dict(stages)
    assert told["tokens"] == "best d12 run" and "SELECT" in told["sql"] and "depth = 12" in told["resolved"]


def test_explain_stops_where_the_question_did() -> None:
    assert [name for name, _ in explain("", history_of("nanochat"))] == ["question", "tokens", "answer"]
    assert "sql" not in dict(explain("most common", history_of("nanochat")))


def test_the_same_question_has_the_same_answer() -> None:
    from dataclasses import replace

    one, other = (ask("muon vs adamw", history_of("sweep"), now=NOW) for _ in range(2))
    assert replace(one, elapsed_ms=0) == replace(other, elapsed_ms=0)


def test_the_lexicon_is_that_of_the_history_asked() -> None:
    assert ask("best run", history_of("seed"), now=NOW).headline.startswith("baseline")
    assert ask("best run", history_of("nanochat"), now=NOW).headline.startswith("d26-ratio12")
    assert ask("best run", history_of("seed"), now=NOW).headline.startswith("baseline")


def test_a_trace_keeps_what_the_answer_asked_beside() -> None:
    made = trace("best d12 run", history_of("nanochat"), now=NOW)
    assert made.sql is not None and len(made.results) == len(made.sql.statements) == 1
    assert any("_state" in str(sql) for sql in made.beside)
    assert not trace("runs", history_of("nanochat"), now=NOW).beside
