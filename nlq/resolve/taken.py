"""The column that stands beside its own value: it says which column is meant, and is not one to show."""

from __future__ import annotations

from nlq.pieces import Aggregate, Filter, Piece, Show, Super
from nlq.resolve.draft import Draft

__all__ = ["take_its_column"]

_IS_THE = frozenset(("is", "was", "are", "were", "as", "the"))


def take_its_column(piece: Piece, draft: Draft) -> None:
    """ "When muon is the optimizer": the column behind its value is not one to show."""
    after = draft.after(piece)
    if not isinstance(piece, Filter) or not piece.bare or len(piece.columns) != 1:
        return
    if isinstance(after, Show) and after.mention.columns == piece.columns:
        between = {token.norm for token in draft.tokens[piece.end : after.start]}
        if between - {"the"} and between <= _IS_THE:
            draft.use(after)
        elif not draft.runs and after.start == piece.end and _others_shown(after, draft):
            draft.use(after)  # "what position did eric maranda play", of a column called player
    before = draft.before(piece)
    if draft.runs or not isinstance(before, Show) or piece.columns[0] not in before.mention.columns:
        return
    said = [token.norm for token in draft.tokens[: before.start] if token.norm != "the"]
    if piece.negated and said and said[-1] in _PLACING and _others_shown(before, draft):
        draft.use(before)  # "the most points in the series besides formula one"


_PLACING = frozenset(("in", "of", "for", "from", "at", "on", "by", "to", "with", "within"))


def _others_shown(show: Show, draft: Draft) -> bool:
    """Whether something else is asked for before a column."""
    return any(
        isinstance(piece, (Show, Super, Aggregate)) and piece.start < show.start for piece in draft.pieces
    )
