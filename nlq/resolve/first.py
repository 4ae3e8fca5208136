"""What is asked by yes or no of the best, the last …: "did my best run use muon", "did the last run crash".

The superlative comes first and the condition is asked of the run it finds: the best muon run would be another
question. A condition that belongs to the runs that are ranked ("did the best run on cifar10 use muon") stands
before the one that is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from nlq.pieces import Aggregate, Filter, Group, Interval, Piece, RunPiece, Show, Super, Word
from nlq.query import Col, Condition, Query, Whether, both
from nlq.resolve.cards import ENDED
from nlq.resolve.draft import WHETHER, Draft, Polar
from nlq.resolve.ranking import with_column
from nlq.resolve.superlatives import end_of
from nlq.resolve.where import conditions_of, piece_condition
from nlq.states import state_condition

__all__ = ["ask_whether_best", "of_the_first"]

_OTHERS = frozenset("i we you there it this that".split())
"""Words behind those that ask of something else: "do you know", "is there", "did we"."""

_BEFORE = frozenset("with from in on for using without since before after during".split())
_ASKED = frozenset("what which who how when where why".split())


def of_the_first(draft: Draft) -> Query | None:
    """Whether the run that a superlative singles out meets a condition; None for any other question."""
    supers = draft.of(Super)
    if not draft.runs or len(supers) != 1 or not _asks(draft) or supers[0].rows or supers[0].offset:
        return None
    if draft.holds(Aggregate, Group, RunPiece) or draft.has("COUNT", "CARD", "WHEN", "TRIED_Q", "LIST", "VS"):
        return None
    (first,) = supers
    asked = _asked(first, draft)
    ended = draft.tokens[-1].norm in ENDED and not asked
    if not asked and not ended:
        return None
    named = with_column(first, draft)
    shown = [show for show in draft.of(Show) if show.mention.columns[0].kind != "run"]
    order = (end_of(named, draft),)
    shown = [show for show in shown if Col(show.mention.columns[0].key) != order[0].by]
    if shown and (len(shown) > 1 or not any(_is_bare(piece) for piece in asked)):
        return None
    draft.cost -= 0.1 * len(draft.words("IS_ONE"))  # the word says which condition is asked
    part = state_condition("completed") if ended else _both(asked, draft)
    draft.use(first, *draft.of(Show), *asked)
    draft.use_words("IS_ONE", "TRIED")
    return Whether(part, order, conditions_of(draft), first.count or 1)


def _asks(draft: Draft) -> bool:
    """ "Did the best run …", also behind a condition: "with muon, did the best run …"."""
    said = [token.norm for token in draft.tokens]
    at = 0
    if said[0] in _BEFORE:
        at = next((at for at, word in enumerate(said) if word in WHETHER), len(said))
        at = at if not _ASKED.intersection(said[:at]) else len(said)
    return at + 1 < len(said) and said[at] in WHETHER and said[at + 1] not in _OTHERS


def _asked(first: Super, draft: Draft) -> list[Piece]:
    """The conditions asked: those behind "one", else the last behind the run, else the one before it."""
    told: list[Piece] = [p for p in draft.pieces if isinstance(p, (Filter, Interval)) and draft.unused(p)]
    if marks := draft.words("IS_ONE"):
        return [piece for piece in told if piece.start > marks[-1].start]
    noun = next((p for p in draft.following(first) if isinstance(p, Word) and p.terminal == "NOUN"), first)
    behind = [piece for piece in told if piece.start > noun.start]
    return behind[-1:] or [piece for piece in told if piece.end <= first.start][-1:]


def _is_bare(piece: Piece) -> bool:
    """ "Is the depth of the best run above 20": a number whose column is named before it."""
    return isinstance(piece, Filter) and piece.condition is None and bool(piece.numbers)


def _both(pieces: Sequence[Piece], draft: Draft) -> Condition:
    part = both(*(piece_condition(piece, draft) for piece in pieces))
    assert part is not None
    return part


def ask_whether_best(draft: Draft) -> None:
    """ "Is exp-003 the best": no condition on the best, but a question about the run."""
    runs, supers = draft.of(RunPiece), draft.of(Super)
    if draft.asks_whether and not runs and [sup.hint == "date" for sup in supers] == [True, False]:
        latest, best = supers
        if not latest.count and not best.count and not best.offset:
            draft.polar = Polar(first=end_of(latest, draft))
            draft.use(latest)
        return
    if not draft.asks_whether or len(runs) != 1 or len(supers) != 1 or supers[0].count:
        return
    if any(column.kind == "run" for piece in draft.of(Filter) for column in piece.columns):
        return  # "was it A or B that …" asks which
    if runs[0].start < supers[0].start and not supers[0].offset:
        draft.use(runs[0])
        draft.polar = Polar(run=str(runs[0].value))
