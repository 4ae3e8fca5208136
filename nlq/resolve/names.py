"""Names of runs that stand for several: "the baselines"."""

from __future__ import annotations

from nlq.pieces import Filter, RunPiece
from nlq.query import Has
from nlq.resolve.draft import Draft

__all__ = ["several_of_a_name"]

MOST = 12
"""Runs that a plural may set beside each other."""


def several_of_a_name(draft: Draft) -> None:
    """A run's name in the plural means all whose names hold it, where there are others."""
    for piece in draft.of(RunPiece):
        name = str(piece.value).lower()
        if not draft.tokens or draft.tokens[piece.end - 1].text.lower() != f"{name}s":
            continue
        bearing = [value for value in piece.column.values if name in str(value).lower()]
        if not 1 < len(bearing) <= MOST:
            continue
        draft.use(piece)
        if draft.has("COMPARE", "CHANGED"):
            draft.add(*(RunPiece(piece.start, piece.end, piece.column, value) for value in bearing))
            only = str(piece.value)
        else:
            condition = Has(piece.column.key, str(piece.value))
            draft.add(Filter(piece.start, piece.end, condition, columns=(piece.column,)))
            only = ""
        said = draft.tokens[piece.end - 1].text
        draft.assume(f'"{said}" read as all whose name holds "{piece.value}"', only)
