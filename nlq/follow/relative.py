"""A number that goes on from one of the last question: "1 more podium", "2 fewer wins"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nlq.literals import number_of
from nlq.query import Condition, Query, Test, conditions
from nlq.resolve.draft import Refusal
from nlq.tokens import Token

__all__ = ["SIGNS", "step_of", "stepped"]

SIGNS = {"more": 1, "less": -1, "fewer": -1, "higher": 1, "lower": -1, "later": 1, "earlier": -1}
"""Words behind a number that say which way it goes."""


def step_of(tokens: Sequence[Token]) -> int | float | None:
    """How much more, or less, a question asks for than the last one; None where it says no such thing.

    Example:
        >>> from nlq.tokens import tokenize
        >>> step_of(tokenize("2 fewer wins")), step_of(tokenize("more than 2"))
        (-2, None)
    """
    if any(token.norm == "than" for token in tokens):
        return None
    for number, word in pairwise(tokens):
        value = number_of(number)
        if value is not None and word.norm in SIGNS:
            return SIGNS[word.norm] * value
    return None


def stepped(where: tuple[Condition, ...], last: Query, tokens: Sequence[Token]) -> tuple[Condition, ...]:
    """New conditions, with a number that is only told as so much more put on the one of the last question.

    Raises:
        Refusal: where the last question said no number of that column.
    """
    step = step_of(tokens)
    if step is None:
        return where
    old = {one.key: one for one in conditions(last.where) if isinstance(one, Test)}
    made: list[Condition] = []
    for one in where:
        known = old.get(one.key) if isinstance(one, Test) else None
        if (
            known is not None
            and one == Test(known.key, "=", abs(step))
            and isinstance(known.value, (int, float))
        ):
            made.append(replace(known, value=known.value + step))  # "5 more points", also of a bound
        else:
            made.append(one)
    if tuple(made) == where:
        raise Refusal("so much more than what: the last question said no such number", flat=True)
    return tuple(made)
