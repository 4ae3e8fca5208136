"""Both ends of a column are computed: "lowest and highest loss with lr 0.02" asks for two numbers, no run."""

from __future__ import annotations

from nlq.lattice import Mention
from nlq.pieces import Aggregate, Piece, Show, Super, Word
from nlq.resolve.draft import Draft

__all__ = ["take_both_ends"]

_BETWEEN = ({"and"}, {"and", "the"}, {"&"})


def take_both_ends(draft: Draft) -> None:
    """Take two ends that stand beside each other, with one column for both, for the two functions."""
    for first in draft.of(Super) if draft.runs else ():
        second = next((piece for piece in draft.following(first) if not _is_and(piece)), None)
        if second is None or first.which not in ("min", "max") or not _is_bare(first):
            continue
        if {token.norm for token in draft.tokens[first.end : second.start]} not in _BETWEEN:
            continue
        before = draft.before(first)
        if isinstance(before, Word) and before.terminal == "NOUN":
            continue  # "the run with the lowest and the highest loss"
        show = draft.after(second)
        mention = _of(second, first.which) or (show.mention if isinstance(show, Show) else None)
        if mention is None or (isinstance(second, Super) and not _is_other(second, first.which)):
            continue
        used = [
            first,
            second,
            *([show] if isinstance(show, Show) and _of(second, first.which) is None else []),
        ]
        draft.use(*used)
        last = max(piece.end for piece in used)
        functions = (first.which, "max" if first.which == "min" else "min")
        draft.add(Aggregate(first.start, last, functions, (mention,)))


def _is_and(piece: Piece) -> bool:
    return isinstance(piece, Word) and piece.terminal in ("VS", "TO")


def _is_bare(sup: Super) -> bool:
    return not sup.hint and sup.mention is None and sup.count is None and not sup.offset


def _is_other(sup: Super, which: str) -> bool:
    return {sup.which, which} == {"min", "max"} and not sup.hint and sup.count is None


def _of(piece: Piece, which: str) -> Mention | None:
    """The column of the second end, where it has one by itself."""
    if isinstance(piece, Super) and _is_other(piece, which):
        return piece.mention
    if isinstance(piece, Aggregate) and len(piece.mentions) == 1 and len(piece.functions) == 1:
        return piece.mentions[0] if {piece.functions[0], which} == {"min", "max"} else None
    return None
