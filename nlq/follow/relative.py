"""A number that goes on from one of the last question: "1 more podium", "2 fewer wins"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nlq.literals import number_of
from nlq.query import Condition, Query, Test, both, conditions
from nlq.resolve.draft import Refusal
from nlq.tokens import Token
from nlq.vocabulary import function_words

__all__ = ["SIGNS", "step_of", "stepped", "turned_bound"]

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


_TURNED = {
    "less": "<",
    "fewer": "<",
    "lower": "<",
    "smaller": "<",
    "higher": ">",
    "larger": ">",
    "greater": ">",
}


def turned_bound(last: Query, tokens: Sequence[Token]) -> Query | None:
    """ "Less?", and nothing else, after "more than 1000 votes": the last bound turned round."""
    said = [token.norm for token in tokens if token.norm not in function_words()]
    parts = list(conditions(last.where))
    bounds = [at for at, part in enumerate(parts) if isinstance(part, Test) and part.op[0] in "<>"]
    if len(said) != 1 or said[0] not in _TURNED or not bounds:
        return None
    part = parts[bounds[-1]]
    assert isinstance(part, Test)
    sign = _TURNED[said[0]]
    if part.op.startswith(sign):
        return None
    parts[bounds[-1]] = replace(part, op=sign)  # type: ignore[arg-type]
    where = both(*parts)
    return None if where is None else replace(last, where=where)
