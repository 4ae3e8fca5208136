"""Parameters that are 1 or 0, named as a condition: "best accuracy on imagewoof", "not on imagewoof"."""

from __future__ import annotations

from nlq.columns import is_switch
from nlq.pieces import Excluded, Filter, Piece, Show, Word
from nlq.query import Test
from nlq.resolve.draft import Draft

__all__ = ["take_switches"]

_ON = frozenset(("on", "with", "using", "in", "for"))


def take_switches(draft: Draft) -> None:
    """Take the name of a switch behind a preposition, or before the noun, for what has it on."""
    named: list[Show | Excluded] = [*draft.of(Show), *draft.of(Excluded)] if draft.runs else []
    for piece in named:
        column = piece.mention.columns[0]
        if column.type != "integer" or not is_switch(column):
            continue
        if isinstance(piece, Excluded) or _is_condition(piece, draft):
            draft.use(piece)
            on = 0 if isinstance(piece, Excluded) else 1
            draft.add(Filter(piece.start, piece.end, Test(column.key, "=", on), columns=(column,)))
            draft.assume(f"{column.name}: 1 is taken for yes, 0 for no")


def _is_condition(piece: Piece, draft: Draft) -> bool:
    before = draft.tokens[piece.start - 1].norm if piece.start else ""
    after = draft.after(piece)
    return before in _ON or (
        isinstance(after, Word) and after.terminal == "NOUN" and after.start == piece.end
    )
