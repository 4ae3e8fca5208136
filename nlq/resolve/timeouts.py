"""Runs that timed out: where no cell says so they are not those that crashed."""

from __future__ import annotations

from nlq.conditions import any_of, equal_to
from nlq.pieces import Filter
from nlq.query import Condition
from nlq.resolve.draft import Draft, Refusal

__all__ = ["timed_out"]

_SAID = frozenset(("timed", "timeout", "timeouts"))
_CELLS = frozenset(("timeout", "timed out", "timed_out", "time out", "timedout"))


def timed_out(piece: Filter, draft: Draft) -> Condition | None:
    """The cells that say of a run that it timed out; None where nothing of the kind is asked.

    Raises:
        Refusal: where no cell says so.
    """
    said = [token.norm for token in draft.tokens[piece.start : piece.end]]
    if piece.state != "crashed" or not (_SAID & set(said) or said == ["time", "out"]):
        return None
    told = [
        (column.key, [str(cell) for cell in column.values if str(cell).lower() in _CELLS])
        for column in draft.catalog.columns
        if column.type == "text"
    ]
    found = [equal_to(key, cells) for key, cells in told if cells]
    if not found:
        raise Refusal("no file says of a run that it timed out", ("which runs crashed",), flat=True)
    return any_of(found)
