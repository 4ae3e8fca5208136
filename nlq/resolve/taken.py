"""The column that stands beside its own value: it says which column is meant, and is none to show."""

from __future__ import annotations

from nlq.conditions import values_of
from nlq.pieces import Aggregate, Filter, Piece, Show, Super
from nlq.query import Scalar
from nlq.resolve.draft import Draft
from nlq.tokens import name_key

__all__ = ["is_told_before", "take_its_column"]

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


_LINKING = frozenset("is was are were of as being equals the a an".split())


def is_told_before(piece: Piece, draft: Draft) -> bool:
    """Whether the words right before a value name a column that holds it: "the visitor is Rome"."""
    before = draft.before(piece)
    values = _bare_values(piece)
    if before is None or not values:
        return False
    if not _LINKING.issuperset(token.norm for token in draft.tokens[before.end : piece.start]):
        return False
    if isinstance(before, Show):
        named = before.mention.columns
    elif _bare_values(before):
        said = tuple(token.norm for token in draft.tokens[before.start : before.end])
        named = tuple(column for column in draft.catalog.columns if name_key(column.name) == said)
    else:
        return False
    return any(set(values) <= set(column.values) for column in named)


def _bare_values(piece: Piece) -> tuple[Scalar, ...]:
    """The cells that a piece asks for without saying of which column."""
    if isinstance(piece, Filter) and piece.bare and piece.condition is not None:
        return tuple(values_of(piece.condition))
    return ()
