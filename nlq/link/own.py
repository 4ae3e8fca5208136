"""A person's own words for a column or a word of ours, from the settings: `words = { "bpb" = "val_bpb" }`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlq.lattice import Edge
from nlq.lexicon import Lexicon
from nlq.link.columns import columns
from nlq.link.forms import forms_of
from nlq.link.keywords import keywords, nouns
from nlq.link.numbers import shorthand
from nlq.link.values import values
from nlq.tokens import Token, key

__all__ = ["own", "unknown"]

COST = 0.02
"""A word of one's own is as good as ours."""


def own(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """The spans from a token on that the settings give a meaning to: all that it may be as a kind of word."""
    for word, meant in lexicon.own.items():
        spelled = key(word)
        end = start + len(spelled)
        if spelled and tuple(token.norm for token in tokens[start:end]) == spelled:
            for edge in _edges(meant, lexicon):
                yield replace(edge, start=start, end=end, cost=edge.cost + COST)


def _edges(meant: str, lexicon: Lexicon) -> Iterator[Edge]:
    """The edges that a word of ours has as a whole."""
    said = [Token(word, word, 0, 0, "word") for word in key(meant)]
    forms = [forms_of(token, lexicon) for token in said]
    if not said:
        return
    for found in (
        keywords(said, forms, 0, lexicon), nouns(said, forms, 0, lexicon), columns(said, forms, 0, lexicon),
        values(said, forms, 0, lexicon), shorthand(said, 0, lexicon),
    ):  # fmt: skip
        yield from (edge for edge in found if edge.end == len(said) and edge.cost < 0.2)


def unknown(words: dict[str, str], lexicon: Lexicon) -> list[tuple[str, str]]:
    """Words of the settings whose meaning is neither a column, a value nor a word of the language."""
    return [(word, meant) for word, meant in words.items() if not any(_edges(meant, lexicon))]
