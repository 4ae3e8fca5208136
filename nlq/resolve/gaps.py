"""What has to be said of the difference of two columns, and where it can't be told."""

from __future__ import annotations

from nlq.pieces import Stepped
from nlq.query import Col, Order
from nlq.resolve.draft import Draft, Refusal, mentions_of
from store.catalog import MINUS, Column

__all__ = ["largest_gap_first", "tell_gaps"]


def tell_gaps(draft: Draft) -> None:
    """Say what a difference is of.

    Raises:
        Refusal: where it is asked for by step.
    """
    named = {
        column.key: column for piece in draft.pieces for m in mentions_of(piece) for column in m.columns[:1]
    }
    gaps = [column for key, column in named.items() if MINUS in key]
    if not gaps:
        return
    said = " ".join(token.norm for token in draft.tokens)
    stepped = draft.holds(Stepped) or any(word in said for word in ("over time", " step", "during training"))
    ends = draft.of(Stepped) and all(piece.what == "end" for piece in draft.of(Stepped))
    if stepped and not ends:
        first, second = (draft.catalog.column(key).name for key in gaps[0].key.split(MINUS))
        text = f"{gaps[0].name} is told of the last values only, not by step"
        raise Refusal(text, (f"history of {first}", f"history of {second}"), flat=True)
    draft.use(*draft.of(Stepped))
    for column in gaps:
        draft.assume(f"{column.name}: of the last value of each{_sign(column, draft)}")


def _sign(column: Column, draft: Draft) -> str:
    """Which way round it is, where it is that of validation and training."""
    lower = draft.catalog.column(column.key.split(MINUS)[0]).direction == "lower"
    words = {token.norm for token in draft.tokens}
    if not words & {"overfit", "overfits", "overfitting", "overfitted", "gap", "generalization"}:
        return ""
    return "; the more above 0, the worse the first" if lower else "; the more above 0, the worse the second"


def largest_gap_first(show: tuple[Col, ...]) -> tuple[Order, ...]:
    """The order of a list of runs with their gap: the largest first."""
    return tuple(Order(Col(item.key), True) for item in show if MINUS in item.key)[:1]
