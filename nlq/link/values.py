"""Cells of the history: names of runs, values of columns, whole or by a telling part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from nlq.lattice import Edge
from nlq.lexicon import Lexicon, prose_columns
from nlq.link.forms import Forms, goes_before_nothing, spans
from nlq.link.numbers import numbered
from nlq.link.short import initials
from nlq.link.texts import times_held
from nlq.slips import is_english
from nlq.tokens import Token, key, name_key
from nlq.value_index import ValueHit
from nlq.vocabulary import function_words, keyword_words, singular
from store.vocabulary import words

__all__ = ["values"]

LONGEST = 12
"""Words of a question that may be one cell."""


def values(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """The spans from a token on that are cells."""
    token = tokens[start]
    if token.kind == "op":
        return
    if token.kind == "quoted":
        yield from _edges(start, start + 1, lexicon.values.of(key(token.text)), 0.0, "", False)
        return
    yield from _edges(start, start + 1, initials(token, lexicon), 0.1, "", False)
    number = token.kind == "number" and start not in numbered(tokens, lexicon)
    for end in range(start + 1, min(start + LONGEST, len(tokens)) + 1):
        last = tokens[end - 1]
        if last.kind == "quoted" or (last.kind == "op" and not _inside(tokens, end - 1)):
            return
        if last.kind == "op":
            continue
        for span, spelled, how in spans(forms, start, end):
            span = tuple(
                word for word, at in zip(span, range(start, end), strict=True) if tokens[at].kind != "op"
            )
            hits, cost = _hits(span, spelled, lexicon)
            if not hits and lexicon.tells_runs and _is_one_name(tokens, start, end):
                hits, cost = lexicon.parts(" ".join(span)), cost + 0.25  # "imagenet_vit" of its two backends
            if hits and len(span) == 1 and span[0] in function_words():
                alone = not lexicon.tells_runs and goes_before_nothing(tokens, start)
                beside = {one.norm for one in (*tokens[max(0, start - 1) : start], *tokens[end : end + 1])}
                alone = alone or bool(_VERSUS & beside)  # "lora vs full"
                cost += 0.0 if alone else _as_a_cell(token, hits, start, lexicon)
            if not lexicon.tells_runs:
                hits = _that_way(hits, tokens, start)
            if lexicon.tells_runs and len(span) > 1 and any(word.isdigit() for word in span):
                hits = _but_prose(hits, span, lexicon)
            if lexicon.tells_runs and " ".join(span) in _state_words():
                hits = [hit for hit in hits if _tells_state(hit, lexicon)]
            yield from _edges(start, end, hits, cost, how, number and end == start + 1)


def _is_one_name(tokens: list[Token], start: int, end: int) -> bool:
    """Whether several tokens were written as one name, and that from end to end: "imagenet_vit"."""
    around = (tokens[start], *tokens[end : end + 1])
    return (
        end > start + 1
        and all(t.joined for t in tokens[start + 1 : end])
        and not any(t.joined for t in around)
    )


def _but_prose(hits: Sequence[ValueHit], span: tuple[str, ...], lexicon: Lexicon) -> Sequence[ValueHit]:
    """ "Depth=8": a note that says no more is one of those that mention it, not the one that is meant."""
    prose = prose_columns(lexicon.catalog)
    if not any(hit.column in prose for hit in hits) or times_held(span, lexicon.text) < 2:
        return hits
    return [hit for hit in hits if hit.column not in prose]


_VERSUS = frozenset(("vs", "versus", "against"))

_FROM = frozenset(("from", "origin", "source", "departure", "start", "sender"))
_TO = frozenset(("to", "destination", "dest", "arrival", "target", "end", "recipient"))
_WAYS = {
    **dict.fromkeys(("from", "depart", "leave", "start", "begin", "originate"), _FROM),
    **dict.fromkeys(("to", "arrive", "land", "reach", "end", "finish"), _TO),
}
"""Words of columns that tell where something comes from and where it goes, by the words that ask for it."""

_SAYING_WHERE = frozenset("at in on by the a an station city airport not".split())
"""Words between the one that says which way and the place: "that did not end at the station"."""


def _that_way(hits: Sequence[ValueHit], tokens: list[Token], start: int) -> Sequence[ValueHit]:
    """ "From OSL", "landing in OSL": of two columns that hold a cell, the one that is called so."""
    if len(hits) < 2:
        return hits
    before = [token.norm for token in tokens[max(0, start - 4) : start]]
    while before and before[-1] in _SAYING_WHERE:
        before.pop()
    words_of = _way(before[-1]) if before else None
    said = [hit for hit in hits if words_of and words_of & set(name_key(hit.column.name))]
    return said if len(said) == 1 else hits


def _way(word: str) -> frozenset[str] | None:
    """The words of columns that a word of going asks for, in any form of it."""
    stems = (word, word.removesuffix("s"), word.removesuffix("ed"), word.removesuffix("d"))
    ing = word.removesuffix("ing")
    return next((_WAYS[stem] for stem in (*stems, ing, f"{ing}e", ing[:-1]) if stem in _WAYS), None)


def _as_a_cell(token: Token, hits: Sequence[ValueHit], start: int, lexicon: Lexicon) -> float:
    """What it costs to read a function word as a cell: nothing for capitals, "in IT"."""
    if start and len(token.text) > 1 and token.text.isupper() and not lexicon.tells_runs:
        return 0.0
    if _same_case(token, hits, start):
        capitals = len(token.text) > 1 and token.text.isupper() and not lexicon.tells_runs
        return 0.0 if capitals else 0.15
    return 0.8 if lexicon.tells_runs or len(token.norm) <= 5 else 0.2


def _inside(tokens: list[Token], at: int) -> bool:
    """Whether a sign stands inside one written thing: "69-67-72-70=278", "72 + 71 + 68 + 68 = 279"."""
    if not at or at + 1 >= len(tokens):
        return False
    glued = tokens[at].glued and tokens[at + 1].glued
    return glued or (tokens[at - 1].kind == "number" and tokens[at + 1].kind == "number")


def _hits(span: tuple[str, ...], cost: float, lexicon: Lexicon) -> tuple[Sequence[ValueHit], float]:
    """The cells that a span is, or that one word of it stands for; and its cost so far."""
    hits = lexicon.values.of(span)
    if hits or len(span) > 1:
        if not hits and not lexicon.tells_runs and (last := singular(span[-1])) != span[-1]:
            return lexicon.values.of((*span[:-1], last)), cost + 0.05  # "gas giants"
        return hits, cost
    word = span[0]
    hits = lexicon.values.of((singular(word),)) if word.isalpha() else []
    cost += 0.05
    if not hits:
        hits = lexicon.cells(word) or (lexicon.cells(singular(word)) if word.isalpha() else [])
    if not hits and lexicon.tells_runs and _names_part(word):
        hits = lexicon.parts(word)
        cost += 0.25
    return hits, cost


def _names_part(word: str) -> bool:
    """Whether a word is telling enough to name a cell by a part of it."""
    if word in function_words() or word in keyword_words():
        return False
    if (any(map(str.isdigit, word)) and not word.isdigit()) or len(word) > 3:
        return True
    return len(word) == 3 and word.isalpha() and not is_english(word)  # "wmt" of `wmt_jax`


def _tells_state(hit: ValueHit, lexicon: Lexicon) -> bool:
    """Whether a cell that reads like a state is one: of a status all runs have, of a column that is none."""
    if hit.column.role == "status":
        return hit.column.count == lexicon.catalog.rows
    return hit.column.kind in ("run", "param")


@lru_cache(maxsize=1)
def _state_words() -> frozenset[str]:
    """Words that say how a run ended: where not every run has a status, they ask for the state."""
    return frozenset(spelled for spellings in words("keywords")["STATE"].values() for spelled in spellings)


def _same_case(token: Token, hits: Sequence[ValueHit], start: int) -> bool:
    """A capital in mid-sentence, as the cell has it, says that a function word is meant as a value."""
    return start > 0 and token.text[:1].isupper() and any(str(hit.value) == token.text for hit in hits)


def _edges(
    start: int, end: int, hits: Sequence[ValueHit], cost: float, how: str, bare: bool
) -> Iterator[Edge]:
    if not hits:
        return
    runs = tuple(hit for hit in hits if hit.column.kind == "run")
    if runs and bare:
        cost += 0.4  # "top 3" is not the run that is called 3
    if runs:
        for terminal in ("RUN", "RUN_R", "RUN_T"):
            yield Edge(start, end, terminal, runs, cost, how)
    yield Edge(start, end, "VALUE", tuple(hits), cost + (0.02 if runs else 0.0), how)
