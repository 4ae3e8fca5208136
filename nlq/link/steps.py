"""Steps and numbers of steps, and values to be reached: "5000", "5k", "2.7"."""

from __future__ import annotations

from collections.abc import Iterator

from nlq.lattice import Edge
from nlq.lexicon import Lexicon
from nlq.literals import number_of, suffix_of
from nlq.tokens import Token

__all__ = ["steps"]

LARGEST = 2**62


def steps(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """What a number is in a question about values by step."""
    number = number_of(tokens[start]) if lexicon.by_step else None
    if number is None:
        return
    yield Edge(start, start + 1, "N_GOAL", number, 0.0)
    if 0 <= number < LARGEST and number == int(number):
        yield Edge(start, start + 1, "N_STEP", int(number), 0.0)
    factor = suffix_of(tokens[start + 1]) if start + 1 < len(tokens) else None
    if factor and 0 <= number * factor < LARGEST:
        yield Edge(start, start + 2, "N_STEP", round(number * factor), 0.0)
