"""What no single row can meet: it is asked of rows of two kinds, which one question can't put together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import permutations

from nlq.pieces import Filter, Group, Have, Piece, Show, Super
from nlq.query import Condition, In, Test, conditions
from nlq.resolve.draft import Draft, Refusal

__all__ = ["refuse_apart", "refuse_both", "refuse_merged", "refuse_two_bounds", "refuse_two_columns"]


def refuse_both(piece: Piece, draft: Draft) -> None:
    """ "Students who took both A and B": no row is both.

    Raises:
        Refusal: where one is asked for.
    """
    if draft.runs or not isinstance(piece, Filter) or piece.listed != "and":
        return
    said = {token.norm for token in draft.tokens[max(0, piece.start - 3) : piece.start]}
    if isinstance(piece.condition, In) and "both" in said:
        raise _of_two_kinds(piece.condition.key, draft)


def refuse_two_bounds(found: Sequence[Condition], draft: Draft) -> None:
    """ "Coasts with towers built before 1860 and towers built after 1890".

    Raises:
        Refusal: where no row can meet both of two comparisons.
    """
    tests = [one for one in found if isinstance(one, Test)]
    for low, high in permutations(tests, 2):
        bounds = low.op in (">", ">=") and high.op in ("<", "<=")
        if bounds and low.key == high.key and _passes(low, high):
            raise _of_two_kinds(low.key, draft)


def refuse_apart(found: Sequence[Condition]) -> None:
    """ "Runs from the last month of 2025", read as last month, and as 2025.

    Raises:
        Refusal: where no time lies in both of two spans.
    """
    dated = [t for one in found for t in conditions(one) if isinstance(t, Test) and isinstance(t.value, date)]
    for low, high in permutations(dated, 2):
        bounds = low.op in (">", ">=") and high.op in ("<", "<=") and low.key == high.key
        if bounds and type(low.value) is type(high.value) and low.value >= high.value:  # type: ignore[operator]
            raise Refusal("no time lies in both of the spans that are named", flat=True)


def refuse_merged(key: str, draft: Draft) -> None:
    """ "Cities with both art museums and history museums".

    Raises:
        Refusal: where two values of one column are asked for together.
    """
    said = [token.norm for token in draft.tokens]
    both = "both" in said or any(said[at : at + 3] == ["as", "well", "as"] for at in range(len(said)))
    if not draft.runs and both:
        raise _of_two_kinds(key, draft)


def refuse_two_columns(draft: Draft) -> None:
    """ "More wins than losses", "started and ended at the same station".

    Raises:
        Refusal: where a column is compared with another one, and nothing else in the question compares.
    """
    if draft.runs or draft.holds(Filter, Have, Super, Group):
        return
    said = [token.norm for token in draft.tokens]
    heard = {at for piece in draft.pieces for at in range(piece.start, piece.end)}
    left = {word for at, word in enumerate(said) if at not in heard}
    if left & {"than", "same"} and sum(isinstance(piece, Show) for piece in draft.pieces) > 1 - (
        "same" in left
    ):
        raise Refusal("a column can't be compared with another one", flat=True)


def _passes(low: Test, high: Test) -> bool:
    """Whether a lower bound lies above an upper one."""
    one, other = low.value, high.value
    return isinstance(one, (int, float)) and isinstance(other, (int, float)) and one >= other


def _of_two_kinds(key: str, draft: Draft) -> Refusal:
    name = draft.catalog.column(key).name
    return Refusal(f"what holds for rows of two kinds of {name} can't be asked in one question", flat=True)
