"""Whether words go on from the last question, or ask one of their own."""

from __future__ import annotations

from enum import Enum

from nlq.follow.cues import Cues
from nlq.follow.edit import says_noun
from nlq.follow.relative import step_of
from nlq.keys import keys_in
from nlq.lexicon import tells_runs
from nlq.parse import Reading
from nlq.pieces import Aggregate, Group, Recorded, RunPiece, Show, Super, Word
from nlq.query import About, Card, Compare, Query, Select, Share, Steps, Tried, Values
from store.catalog import Catalog

__all__ = ["Topic", "topic_of"]


class Topic(Enum):
    """What new words are, in view of those before them.

    NEW: a question of its own. FOLLOW: tied to the last one. OPEN: it may be either, and what is not taken
    is offered.
    """

    NEW = "new"
    FOLLOW = "follow"
    OPEN = "open"


def topic_of(
    cues: Cues, alone: Query | None, reading: Reading | None, last: Query, catalog: Catalog
) -> Topic:
    """Whether new words go on from the last question.

    Words that can't stand alone ("what about", "only", "their") tie; a question that reads well by itself
    and says what its rows are, or is of a kind that needs none ("what changed between", "which metrics"),
    is new; a column, a value or an end by itself may be either.

    Args:
        cues: of the words. alone: what they ask by themselves, None where that is refused.
        reading: the one that was taken then. last: the query before. catalog: the columns of the history.
    """
    runs = tells_runs(catalog)
    if reading is not None and isinstance(reading.pieces[0], Recorded):
        return Topic.NEW
    if cues.strong or alone is None or reading is None:
        return Topic.FOLLOW
    bare = isinstance(alone, Card) and any(isinstance(piece, RunPiece) for piece in reading.pieces)
    if bare and not cues.kinds and not _names_run(last, catalog):
        return Topic.NEW  # a run's name by itself, after something else than a run
    if "drop" in cues.kinds and isinstance(alone, Values) and set(alone.keys) <= set(keys_in(last.where)):
        return Topic.FOLLOW  # "any depth", after "best d24 run"
    if "any" in cues.kinds and isinstance(alone, Tried) and not says_noun(reading.pieces):
        return Topic.FOLLOW  # "any that crashed"
    if step_of(cues.rest) is not None and not says_noun(reading.pieces):
        return Topic.FOLLOW  # "2 more podiums"
    if isinstance(alone, Compare) and isinstance(last, Compare) and _of_its_kind(alone, last):
        return Topic.OPEN  # "compare d20 and d26", after a comparison by one column
    if cues.kinds & {"swap", "also"} and _computes_more(alone, last):
        return Topic.FOLLOW  # "and the number of runs"
    if "that" in cues.kinds and _names_bound(reading, last):
        return Topic.FOLLOW  # "the best run at that depth"
    if cues.kinds and not _is_whole(alone, reading, runs=runs):
        return Topic.FOLLOW
    if _is_whole(alone, reading, runs=runs):
        return Topic.NEW
    return Topic.OPEN


def _of_its_kind(alone: Compare, last: Compare) -> bool:
    """Whether a comparison says no columns, and its sides are of the columns of the last one's."""
    kinds = [{key for side in one.sides for key in keys_in(side.where)} for one in (alone, last)]
    return bool(last.keys) and alone == Compare(alone.sides) and kinds[0] == kinds[1]


def _computes_more(alone: Query, last: Query) -> bool:
    """Whether a function of all rows, and nothing else, is asked for behind groups that tell one."""
    if not isinstance(alone, Select) or not isinstance(last, Select) or not last.group:
        return False
    return alone.aggregates and alone == Select(alone.show)


def _names_bound(reading: Reading, last: Query) -> bool:
    """Whether a reading names a column that the last conditions bind."""
    bound = keys_in(last.where)
    shows = (piece for piece in reading.pieces if isinstance(piece, Show))
    return any(column.key in bound for show in shows for column in show.mention.columns)


def _names_run(last: Query, catalog: Catalog) -> bool:
    run = catalog.role("run")
    return isinstance(last, (Card, Compare)) or (run is not None and run.key in keys_in(last.where))


def _is_whole(alone: Query, reading: Reading, *, runs: bool) -> bool:
    """Whether a question says by itself all that one has to."""
    pieces = reading.pieces
    if isinstance(alone, (About, Compare, Tried, Share, Steps)):
        return True
    if isinstance(alone, Card):
        told = any(isinstance(piece, Word) and piece.terminal == "CARD" for piece in pieces)
        return told and any(isinstance(piece, (RunPiece, Super)) for piece in pieces)
    if isinstance(alone, Values):
        return any(isinstance(p, Word) and p.terminal in ("TRIED", "TRIED_Q") for p in pieces)
    if says_noun(pieces) and runs:
        return True
    if any(isinstance(piece, RunPiece) for piece in pieces):
        return any(isinstance(piece, (Show, Super)) for piece in pieces)  # "is d12-baseline the best"
    if runs and any(isinstance(p, Group) and not p.each for p in pieces):
        return any(isinstance(piece, (Show, Aggregate)) for piece in pieces)
    return False
