"""Conditions that belong to one side of a comparison: "the best kept run vs the latest one".

A condition that stands between a superlative and its noun says which run that side is. What stands before or
behind both sides is common to them, as is "kept" of "the best and the worst kept run", where one noun serves both.
"""  # noqa: E501 - the line is one

from __future__ import annotations

from collections.abc import Sequence

from nlq.pieces import Filter, Interval, Piece, RunPiece, Super, Word
from nlq.resolve.draft import Draft

__all__ = ["own_conditions"]

_NOUNS = ("NOUN", "IS_ONE")
_JOINTS = frozenset("vs versus than from and to with against or over beat beats by".split())
_APART = frozenset(("than", "from"))
"""Joints behind which another run is spoken of by itself."""


def own_conditions(draft: Draft) -> dict[int, list[Piece]]:
    """The conditions of each superlative that is a side, by its id; they are used then."""
    runs = [p for p in draft.pieces if isinstance(p, (Super, RunPiece)) and draft.unused(p)]
    if not draft.runs or len(runs) != 2 or not any(isinstance(one, Super) for one in runs):
        return {}
    first, last = runs
    joints = [at for at in range(first.end, last.start) if draft.tokens[at].norm in _JOINTS]
    if not joints:
        return {}
    joint = joints[-1]
    told: list[Piece] = [p for p in draft.pieces if isinstance(p, (Filter, Interval)) and draft.unused(p)]
    firsts: list[Piece] = [p for p in told if first.end <= p.start and p.end <= joint]
    behind: list[Piece] = [p for p in told if p.start >= last.end]
    lasts = _before_noun(behind, last, draft)
    apart = _has_noun(first, joint, draft) or draft.tokens[joint].norm in _APART
    if not (firsts or apart):
        lasts = []
    marked: list[Piece] = [p for p in behind if "itself" in _said(draft, p.start - 2, p.start + 1)]
    if firsts and not lasts and _alike(firsts, behind):
        lasts = behind
    found = ((first, firsts), (last, marked or lasts))
    owned = {id(one): list(own) for one, own in found if own and isinstance(one, Super)}
    for own in owned.values():
        draft.use(*own)
    return owned


def _said(draft: Draft, start: int, end: int) -> set[str]:
    return {token.norm for token in draft.tokens[max(0, start) : end]}


def _before_noun(behind: Sequence[Piece], last: Piece, draft: Draft) -> list[Piece]:
    """The conditions right behind a superlative that its noun follows."""
    nouns = [
        w.start for w in draft.pieces if isinstance(w, Word) and w.terminal in _NOUNS and w.start >= last.end
    ]
    return [piece for piece in behind if nouns and piece.end <= nouns[0]]


def _has_noun(first: Piece, joint: int, draft: Draft) -> bool:
    """Whether the first side says its noun, before the superlative or behind it."""
    nouns = (w for w in draft.pieces if isinstance(w, Word) and w.terminal in _NOUNS)
    return any(first.start - 3 <= noun.start < joint for noun in nouns)


def _alike(firsts: Sequence[Piece], behind: Sequence[Piece]) -> bool:
    """ "Best run with lr 0.1 vs best run with lr 0.2": both sides are told by the same things."""
    return bool(behind) and sorted(map(_about, firsts)) == sorted(map(_about, behind))


def _about(piece: Piece) -> str:
    if not isinstance(piece, Filter):
        return "time"
    return piece.columns[0].key if piece.columns else "state" if piece.state else piece.op
