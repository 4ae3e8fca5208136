"""Sentences that report: "training finished with loss 2.71". Words as terminals of `record.lark`.

They are offered only where the whole sentence can be a report: it begins with such a word, give or take a
greeting, has no question mark, and every word of it is covered. So a question is never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nlq.lattice import Edge, Ending
from nlq.lexicon import ValueHit
from nlq.tokens import Token, key
from store.vocabulary import words

__all__ = ["records"]

_TERMINALS = (
    "R_BEGIN", "R_SUBJECT", "R_ENDED", "R_THAT", "R_FINISH", "R_RESULT", "R_FOR", "R_MARK", "R_DISCARD",
    "R_STATE", "R_NOTE", "R_IDEA", "R_NEXT", "R_TICK", "R_DONE",
)  # fmt: skip
_FOLLOWS: dict[str, tuple[str, ...]] = {
    "": (
        "R_BEGIN",
        "R_SUBJECT",
        "R_THAT",
        "R_FINISH",
        "R_RESULT",
        "R_MARK",
        "R_DISCARD",
        "R_NOTE",
        "R_IDEA",
        "R_TICK",
    ),
    "R_BEGIN": ("R_TEXT",),
    "R_SUBJECT": ("R_ENDED", "R_TEXT", "R_REPORT", "R_STATE", "R_WHY"),
    "R_ENDED": ("R_REPORT",),
    "R_THAT": ("R_SUBJECT",),
    "R_FINISH": ("R_SUBJECT", "R_REPORT"),
    "R_RESULT": ("R_REPORT",),
    "R_FOR": ("R_SUBJECT",),
    "R_MARK": ("R_SUBJECT",),
    "R_DISCARD": ("R_SUBJECT",),
    "R_STATE": ("R_WHY",),
    "R_NOTE": ("R_SUBJECT", "R_TEXT"),
    "R_IDEA": ("R_TEXT",),
    "R_TICK": ("R_TEXT",),
    "R_TEXT": ("R_NEXT", "R_DONE"),
    "R_REPORT": ("R_FOR",),
}
"""What can follow a word of a report, so that nothing is offered where the grammar has no place for it."""

FREE = 0.04
"""What a word of free text costs: more than one that is known, so that "note on exp-002: …" names its run."""
KNOWN = 0.01
"""The same of words that were read as a report."""

_QUOTES = "\"'“”‘’`"


def records(tokens: list[Token], edges: list[list[Edge]], text: str) -> Iterator[Edge]:
    """The links of a sentence that reports; none where it is anything else.

    Args:
        tokens: of the sentence.
        edges: what its words are linked to already: names of runs.
        text: the sentence, of which free texts are cut.
    """
    if text.rstrip(" .!)\"'").endswith(("?", "？")) or not tokens:
        return
    around = words("records")["around"]
    first, last = 0, len(tokens)
    while first < last and tokens[first].norm in around["before"] and not _starts(tokens, first):
        first += 1
    while last > first + 1 and tokens[last - 1].norm in around["after"]:
        last -= 1
    yield from _Walk(tokens, edges, text, last).walk(first)


class _Walk:
    """The ways through a sentence from word to word."""

    def __init__(self, tokens: list[Token], edges: list[list[Edge]], text: str, last: int) -> None:
        self.tokens, self.edges, self.text, self.last = tokens, edges, text, last
        self.seen: set[tuple[int, str]] = set()

    def walk(self, at: int, after: str = "") -> Iterator[Edge]:
        """Every link from a token on that may follow a word of a kind, and those that may follow it."""
        if at >= self.last or (at, after) in self.seen:
            return
        self.seen.add((at, after))
        for terminal in _FOLLOWS.get(after, ()):
            for edge in self._links(at, terminal, after):
                yield edge
                yield from self.walk(edge.end, terminal)

    def _links(self, at: int, terminal: str, after: str) -> Iterator[Edge]:
        if terminal in ("R_TEXT", "R_WHY", "R_REPORT"):
            yield from self._texts(at, terminal, after)
            return
        if terminal == "R_SUBJECT":
            yield from self._runs(at)
        for phrase, meaning in _phrases(self.tokens[at].norm):
            found, end, spelled = phrase
            if found == terminal and tuple(t.norm for t in self.tokens[at : at + end]) == spelled:
                if at + end <= self.last and self._ends_well(at + end, terminal):
                    said = self.text[self.tokens[at].start : self.tokens[at + end - 1].end]
                    payload = Ending(meaning, said) if terminal == "R_ENDED" else meaning
                    yield Edge(at, at + end, terminal, payload, 0.0)

    def _ends_well(self, end: int, terminal: str) -> bool:
        """What stands last must end the sentence."""
        return terminal not in ("R_NEXT", "R_DONE") or end == self.last

    def _runs(self, at: int) -> Iterator[Edge]:
        """A run by its name, or by what looks like one; `run exp-003` as well."""
        skip = 1 if self.tokens[at].norm in ("run", "experiment") and at + 1 < self.last else 0
        begin = at + skip
        known = [
            edge for edge in self.edges[begin]
            if edge.terminal == "RUN" and edge.cost < 0.1 and _run(edge)
        ]  # fmt: skip
        for edge in known:
            if edge.end <= self.last:
                yield Edge(at, edge.end, "R_SUBJECT", _run(edge), 0.0)
        end = begin + 1
        while end < self.last and self.tokens[end].joined:
            end += 1
        name = self.text[self.tokens[begin].start : self.tokens[end - 1].end]
        looks = end > begin + 1 or skip
        if not known and looks and re.search(r"\d", name) and re.match(r"[^\W\d]", name):
            yield Edge(at, end, "R_SUBJECT", name, 0.1)

    def _texts(self, at: int, terminal: str, after: str) -> Iterator[Edge]:
        """The rest of the sentence, or what stands before its last words."""
        ends = {self.last}
        if after in ("R_IDEA", "R_TICK", "R_RESULT"):
            closing = {"R_IDEA": "R_NEXT", "R_TICK": "R_DONE", "R_RESULT": "R_FOR"}[after]
            ends |= {
                end for end in range(at + 1, self.last)
                if any(p[0] == closing and tuple(t.norm for t in self.tokens[end : end + p[1]]) == p[2]
                       for p, _ in _phrases(self.tokens[end].norm))
            }  # fmt: skip
        for end in sorted(ends):
            said = self._said(at, end)
            if said and (
                _tells(said, self.tokens[at], after) if terminal == "R_REPORT" else self._fits(at, after)
            ):
                yield Edge(at, end, terminal, said, (KNOWN if terminal == "R_REPORT" else FREE) * (end - at))

    def _said(self, at: int, end: int) -> str:
        """The words as they were written, without the signs that set them off."""
        stop = self.tokens[end].start if end < len(self.tokens) else len(self.text)
        said = self.text[self.tokens[at].start : stop].strip().rstrip(",;:").strip()
        if len(said) > 1 and said[0] in _QUOTES and said[-1] in _QUOTES:
            said = said[1:-1].strip()
        return said

    def _fits(self, at: int, after: str) -> bool:
        """Whether free words can stand there: behind a word that may be something else, a colon must."""
        before = self.text[self.tokens[at - 1].end : self.tokens[at].start]
        first = self.tokens[0].norm
        if after == "R_NOTE" and at == 1:
            return bool(set(before) & set(":—–-")) or first in ("observed", "observation", "remember")
        return not (after == "R_TICK" and first == "done") or ":" in before


def _tells(said: str, first: Token, after: str) -> bool:
    """Whether words report an end: they tell what came out, or go on as an end does ("at step 5000")."""
    from store.results import read_words

    report = read_words(said)
    if after == "R_ENDED":
        return bool(report.results or report.state) or first.norm in words("records")["around"]["joining"]
    return bool(report.results or report.state) and not report.remarks


def _run(edge: Edge) -> str:
    """The run that a link names; "" where its words are a part of several names."""
    hit = edge.payload[0] if isinstance(edge.payload, tuple) else None
    return str(hit.value) if isinstance(hit, ValueHit) and not isinstance(hit.value, tuple) else ""


def _starts(tokens: list[Token], at: int) -> bool:
    """Whether a word that may be a greeting begins a phrase: "done with exp-003", "now trying …"."""
    return any(
        terminal in _FOLLOWS[""] and size > 1 and tuple(t.norm for t in tokens[at : at + size]) == spelled
        for (terminal, size, spelled), _ in _phrases(tokens[at].norm)
    )


@lru_cache(maxsize=256)
def _phrases(first: str) -> tuple[tuple[tuple[str, int, tuple[str, ...]], str], ...]:
    """The phrases that begin with a word: (terminal, words, the words), and what they mean."""
    return tuple(
        ((terminal, len(spelled), spelled), meaning)
        for terminal in _TERMINALS
        for meaning, spellings in words("records")[terminal].items()
        for spelled in map(key, spellings)
        if spelled[0] == first
    )
