"""Epochs in a question: the axis along which values are told, and readings that take them for something else.

With each run stands one epoch, its last. A history by step that tells each step's epoch says more, so that
hardly anybody who asks of epochs beside a metric means the last one.
"""

from __future__ import annotations

from itertools import pairwise

from nlq.columns import epoch_column
from nlq.pieces import Aggregate, Group, Piece, Show, Stepped, Super
from nlq.resolve.draft import Draft, Refusal, mentions_of
from nlq.vocabulary import EPOCHS
from store.catalog import Column

__all__ = ["STEPS", "axis_of", "doubt_epochs", "words_of"]

STEPS = ("step", "steps", "iteration", "iterations")


def axis_of(draft: Draft) -> str:
    """The column of the epochs, where the words of the question are of those; "" for steps.

    Raises:
        Refusal: where steps are spoken of as well.
    """
    said = {word for piece in draft.pieces if isinstance(piece, Stepped) for word in words_of(piece, draft)}
    column = epoch_column(draft.catalog) if said & EPOCHS else None
    if column is not None and said & set(STEPS):
        raise Refusal("steps and epochs are asked of in two questions", flat=True)
    return column.key if column is not None else ""


def words_of(piece: Piece, draft: Draft) -> set[str]:
    """The words of a piece."""
    return {token.norm for token in draft.tokens[piece.start : piece.end]}


def doubt_epochs(draft: Draft, main: str) -> None:
    """Make readings dearer that take an epoch for a number of runs.

    Args:
        draft: the reading.
        main: what the main metric is called.

    Raises:
        Refusal: where what is asked for is told by step alone, or run by run.
    """
    axis = epoch_column(draft.catalog)
    if axis is None:
        _refuse_epochs(draft, main)
        return
    _refuse_groups(axis, draft)
    supers = draft.of(Super)
    bare = not draft.has("NOUN")  # "epoch of the best run" is that of its end
    ranked = any(bare or any(m.columns[0].series for m in mentions_of(one)) for one in supers)
    if ranked and any(show.mention.columns[0] == axis for show in draft.of(Show)):
        draft.cost += 0.5  # "highest val_acc and epoch": not that of the run's end
    said = [token.norm for token in draft.tokens]
    asked = any(word in ("which", "what") and behind in EPOCHS for word, behind in pairwise(said))
    for one in supers:  # "best epoch": none is better than another by its number
        if (asked or one.which in ("best", "worst")) and any(m.columns[0] == axis for m in mentions_of(one)):
            draft.cost += 0.5


def _refuse_epochs(draft: Draft, main: str) -> None:
    """ "At which epoch", "after 5 epochs": the course is told by step, and a run's epoch is its last."""
    said = [token.norm for token in draft.tokens]
    for at, word in enumerate(said):
        before, number = said[max(at - 2, 0) : at], draft.tokens[at - 1].kind == "number" if at else False
        asked = word == "epoch" and before[-1:] in (["which"], ["what"])
        asked = asked and (before[0] in ("at", "in", "on") or draft.holds(Super, Stepped, Aggregate))
        if asked or (word in EPOCHS and number and before[0] in ("after", "at", "by")):
            near = (f"when was {main} lowest",)
            raise Refusal("values are told by step here, not by epoch", near, flat=True)


def _refuse_groups(axis: Column, draft: Draft) -> None:
    """ "Mean val loss by epoch": groups by the last epoch of each run look like a course, and are none."""
    groups = [one for one in draft.of(Group) if any(m.columns[0] == axis for m in mentions_of(one))]
    beside = [piece for piece in draft.pieces if piece not in groups and not isinstance(piece, Stepped)]
    told = [m.columns[0] for piece in beside for m in mentions_of(piece) if m.columns[0].series]
    if groups and told:
        draft.cost += 0.1
        near = (f"history by epoch of {told[0].name}", f"mean {told[0].name} over the last 5 epochs")
        raise Refusal("by epoch the values are told run by run", near, flat=True)
