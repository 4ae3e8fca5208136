"""Phrases of the vocabulary, and what a row is called: "how many", "at least", "runs"."""

from __future__ import annotations

from collections.abc import Iterator

from nlq.lattice import Edge
from nlq.lexicon import Lexicon
from nlq.link.forms import Forms
from nlq.tokens import Token
from nlq.vocabulary import Phrase, phrases, singular

__all__ = ["keywords", "nouns"]


def keywords(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """The phrases that begin with a token, in any form of their words."""
    for word, cost, how in forms[start]:
        for phrase in phrases(word):
            total, hows, end = cost, how, start + len(phrase.words)
            if end > len(tokens):
                continue
            for at, wanted in enumerate(phrase.words[1:], start + 1):
                match = next((form for form in forms[at] if form[0] == wanted), None)
                if match is None:
                    break
                total, hows = total + match[1], hows or match[2]
            else:
                if phrase.terminal != "NUMBER":
                    yield from _keyword_edges(start, end, phrase, total, hows, lexicon.tells_runs)


_OF_RUNS = frozenset(("NAMES", "GRADE", "HELP", "CHANGING", "OR_ELSE"))
"""Kinds of words that are only said of runs: other tables have them among their values."""


def _keyword_edges(start: int, end: int, phrase: Phrase, cost: float, how: str, runs: bool) -> Iterator[Edge]:
    terminal = phrase.terminal
    if not runs and (terminal in _OF_RUNS or phrase.meaning == "recently"):
        return
    if terminal.startswith("DECLINE"):
        cost += 0.0 if runs else 0.4
        if terminal == "DECLINE_FIRST" and start > 0:
            return
        terminal = "DECLINE"
    yield Edge(start, end, terminal, phrase.meaning, cost, how)
    if terminal == "T_UNIT" and phrase.meaning in ("day", "week", "month", "quarter", "year"):
        yield Edge(start, end, "T_UNIT_G", phrase.meaning, cost, how)
    if terminal == "MONTH":
        yield Edge(
            start, end, "MONTH_B", phrase.meaning, cost + (0.8 if phrase.words == ("may",) else 0.1), how
        )


def nouns(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """What a row is called, as a noun and as the head of a phrase."""
    for noun in lexicon.nouns:
        end = start + len(noun)
        if end > len(tokens):
            continue
        total, how = 0.0, ""
        for at, wanted in enumerate(noun, start):
            match = next((form for form in forms[at] if singular(form[0]) == wanted), None)
            if match is None:
                break
            total, how = total + match[1], how or match[2]
        else:
            for terminal in ("NOUN", "NOUN_H"):
                yield Edge(start, end, terminal, " ".join(noun), total, how)
