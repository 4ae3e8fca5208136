"""The last so many runs as what is looked at: "mean loss of the last 10 runs", "how many of the first 20 crashed".

"The last 10 runs" by themselves are a list. Where something is computed, ranked, counted or asked of them they
are a condition on the place of a run, like being among the best tenth. Words between the number and the noun,
and those that hang on the noun ("the last 10 runs with lr 0.1"), say of which runs they are the last; all else
is asked of them.
"""  # noqa: E501 - the line is one

from __future__ import annotations

from nlq.pieces import Aggregate, Filter, Interval, Piece, RunPiece, Show, Super, Word
from nlq.query import Among
from nlq.resolve.adjectives import hinted
from nlq.resolve.draft import Draft, Refusal
from nlq.vocabulary import singular

__all__ = ["take_windows"]

_OF = frozenset("in of over among amongst within across during from for inside out".split())
_OWN = frozenset("the my our all these those".split())
_HANGING = frozenset(
    "with without using on that which where for at having whose under above below over between since "
    "before after than".split()
)
"""Words that hang a condition on the noun before them."""

_VERBS = frozenset(
    "is are was were did do does has have had use uses used get gets got reach reached beat beats".split()
)
_ASKED_OF = ("COUNT", "SHARE", "CORR", "TRIED_Q", "STREAK", "STEPWISE", "GAIN")


def take_windows(draft: Draft) -> None:
    """Take the last, or the first, so many runs for the condition that they are.

    Raises:
        Refusal: where two of them are told, or a condition on them beside one that says which they are.
    """
    found = [sup for sup in draft.of(Super) if _counts_runs(sup, draft)] if draft.runs else []
    taken = [sup for sup in found if _is_looked_at(sup, draft)]
    if not taken:
        return
    if len(found) > 1:
        raise Refusal("only of one span of runs something is asked at a time", flat=True)
    (sup,) = taken
    noun = _noun(sup, draft)
    inside, outside = _sorted(sup, noun, draft)
    if inside and (outside or draft.has("SHARE")):
        raise Refusal("of the last few runs of one kind nothing more can be asked", flat=True)
    draft.use(sup)
    draft.use(*(p for p in draft.of(Show) if p.start == noun and p.mention.columns[0].kind == "run"))
    column = hinted("date", draft)
    first = sup.which == "min"
    of_all = _is_of_all(sup, draft)
    place = Among(
        "last", (column.key,), sup.count or 1, worst=first,
        of_all=bool(outside) if of_all is None else of_all,
    )  # fmt: skip
    draft.add(Filter(sup.start, sup.end, place))
    if outside and of_all is None:
        draft.assume(
            f"asked of the {'first' if first else 'last'} {sup.count} of all {draft.catalog.nouns[0]}s"
        )


def _counts_runs(sup: Super, draft: Draft) -> bool:
    """Whether it is so many of the first or the last runs: not of its steps, and not the last by a column."""
    if sup.hint != "date" or not sup.count or sup.offset or sup.rows or sup.common:
        return False
    if sup.mention is not None:
        return sup.mention.columns[0].kind == "run"
    return _noun(sup, draft) is not None or _ends(sup, draft)


def _ends(sup: Super, draft: Draft) -> bool:
    """ "Best of the last 10", "of the last 20 how many were kept": no noun is said."""
    behind = [token.norm for token in draft.tokens[sup.end : sup.end + 2]]
    return not behind or behind[0] in {"how", "which", "what", "of", "by", *_VERBS}


def _noun(sup: Super, draft: Draft) -> int | None:
    """Where what is counted is said, behind what says of which kind they are."""
    conditions = [piece for piece in draft.pieces if isinstance(piece, Filter)]
    for at in range(sup.end, min(sup.end + 5, len(draft.tokens))):
        if (singular(draft.tokens[at].norm),) in draft.nouns or any(_names_runs(p, at) for p in draft.pieces):
            return at
        if not any(piece.start <= at < piece.end for piece in conditions):
            return None
    return None


def _names_runs(piece: Piece, at: int) -> bool:
    if piece.start != at:
        return False
    listed = isinstance(piece, Show) and piece.mention.columns[0].kind == "run"
    return listed or (isinstance(piece, Word) and piece.terminal == "NOUN")


def _is_looked_at(sup: Super, draft: Draft) -> bool:
    """Whether something is asked of those runs, so that they are no list."""
    if _is_of_all(sup, draft) is not None:
        return True
    before = [token.norm for token in draft.tokens[max(0, sup.start - 2) : sup.start]]
    while before and before[-1] in _OWN:
        before.pop()
    others = [one for one in draft.of(Super) if one is not sup]
    computed = bool(others) or draft.holds(Aggregate) or draft.has(*_ASKED_OF)
    if not (before and before[-1] in _OF):
        return computed and not draft.has("COUNT", "TRIED_Q")
    _, outside = _sorted(sup, _noun(sup, draft), draft)
    return computed or bool(outside)


def _is_of_all(sup: Super, draft: Draft) -> bool | None:
    """ "The last 10 of all runs", "the last 10 of those runs": said outright; None where it is not."""
    behind = [token.norm for token in draft.tokens[sup.end : sup.end + 2]]
    if len(behind) < 2 or behind[0] != "of" or behind[1] not in ("all", "those", "them"):
        return None
    return behind[1] == "all"


def _sorted(sup: Super, noun: int | None, draft: Draft) -> tuple[list[Piece], list[Piece]]:
    """The conditions that say of which runs they are the last, and those that are asked of them."""
    inside: list[Piece] = []
    outside: list[Piece] = []
    for piece in draft.pieces:
        if isinstance(piece, (Filter, Interval, RunPiece)) and draft.unused(piece):
            (inside if _belongs(piece, sup, noun, draft) else outside).append(piece)
    return inside, outside


def _belongs(piece: Piece, sup: Super, noun: int | None, draft: Draft) -> bool:
    if noun is None or piece.start < sup.end:
        return False
    if piece.end <= noun:
        return True
    if piece.start <= noun:
        return False
    said = {token.norm for token in draft.tokens[noun + 1 : piece.start + 1]}
    return bool(said & _HANGING) and not said & _VERBS and not draft.tokens[noun + 1].comma
