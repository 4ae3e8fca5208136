"""Questions and cells are cut alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlq.tokens import key, name_key, tokenize


@pytest.mark.parametrize(
    ("text", "norms"),
    [
        ("what's my best run?", ["whats", "my", "best", "run"]),
        ("lr<=3e-4", ["lr", "<=", "3e-4"]),
        ("1.5B params on 8xH100", ["1.5", "b", "params", "on", "8", "h100"]),
        ("524,288 tokens", ["524,288", "tokens"]),
        ("since 2026-01-05", ["since", "2026-01-05"]),
        ("", []),
        ("?!… —", []),
    ],
)
def test_a_question_is_cut_into_words_numbers_and_operators(text: str, norms: list[str]) -> None:
    assert [token.norm for token in tokenize(text)] == norms


@pytest.mark.parametrize("cell", ["exp-001", "exp_001", "EXP 001", "exp.001"])
def test_separators_and_case_do_not_tell_names_apart(cell: str) -> None:
    assert key(cell) == ("exp", "001")


def test_a_name_is_cut_where_its_case_changes() -> None:
    assert name_key("valLoss") == name_key("val_loss") == ("val", "loss")


def test_quotes_keep_words_together() -> None:
    (token,) = [token for token in tokenize('mention "learning rate warmup"') if token.kind == "quoted"]
    assert token.text == "learning rate warmup"


@given(st.text(max_size=80))
def test_tokens_stand_in_the_text_in_order(text: str) -> None:
    end = 0
    for token in tokenize(text):
        assert 0 <= end <= token.start < token.end <= len(text)
        assert token.norm
        end = token.end


@given(st.text("aeExX019-_k.", min_size=1, max_size=12))
def test_names_are_cut_as_the_tokenizer_cuts_them(cell: str) -> None:
    """The short ways that names of runs and identifiers take give what the tokenizer gives."""
    assert key(cell) == tuple(token.norm for token in tokenize(cell) if token.kind != "op")
