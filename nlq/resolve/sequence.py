"""Runs in their order: "longest streak of failures", "biggest improvement over the previous run"."""

from __future__ import annotations

from typing import Literal

from nlq.columns import along, main_metric, which_end
from nlq.pieces import Aggregate, Filter, RunPiece, Show, Super
from nlq.query import Moves, Query, Streak, both, conditions
from nlq.resolve.draft import Draft, Refusal, mentions_of, numeric
from nlq.resolve.where import conditions_of
from nlq.states import names_state
from store.catalog import Column

__all__ = ["is_sequence", "sequence"]

Which = Literal["", "best", "worst", "max", "min"]

_LARGEST = ("max", "best")


def is_sequence(draft: Draft) -> bool:
    """Whether runs are asked of in their order."""
    if not draft.runs:
        return False
    return draft.has("STREAK", "STEPWISE", "PROGRESS") or (draft.has("GAIN") and _ranks_a_gain(draft))


def _ranks_a_gain(draft: Draft) -> bool:
    """ "The biggest improvement": of which run over which is not said, so it is over the one before."""
    (gain, *_) = draft.words("GAIN")
    before = draft.before(gain)
    return gain.meaning != "all" and isinstance(before, Super) and before.which in _LARGEST


def sequence(draft: Draft) -> Query:
    """The query of a streak, or of the changes from run to run.

    Raises:
        Refusal: where it is not told of what, or the history has no metric.
    """
    _say_order(draft)
    if draft.has("PROGRESS"):
        return _progress(draft)
    return _streak(draft) if draft.has("STREAK") else _moves(draft)


def _say_order(draft: Draft) -> None:
    date = along(draft.catalog)
    draft.assume(f"in the order of {'the history' if date is None else date.name}")


def _streak(draft: Draft) -> Query:
    said = " ".join(token.norm for token in draft.tokens)
    lasts = any(word.meaning == "current" for word in draft.words("STREAK")) or "at the end" in said
    which = "current" if lasts else "longest"
    draft.use_words("STREAK", "COUNT", "EVERY")
    draft.cost -= 0.05  # the row of "in a row" is no run
    draft.use(*(sup for sup in draft.of(Super) if sup.which == "max" and sup.mention is None))
    draft.use(*(one for one in draft.of(Aggregate) if one.functions == ("max",) and not one.mentions))
    if not draft.holds(Filter):
        raise Refusal("a streak of what", ("longest streak of failed runs",))
    told = conditions(conditions_of(draft))
    states = [one for one in told if names_state(one, draft.catalog)]
    part = both(*(states or told))
    assert part is not None
    where = both(*(one for one in told if states and one not in states))  # of which runs they are
    return Streak(part, where, which)  # type: ignore[arg-type]


def _moves(draft: Draft) -> Query:
    column = _measured(draft)
    meant: list[Which] = [word.meaning for word in draft.words("GAIN") if word.meaning != "all"]  # type: ignore[misc]
    draft.use_words("STEPWISE", "GAIN", "IMPROVED")
    supers = [sup for sup in draft.of(Super) if sup.mention is None and not sup.hint]
    which: Which = ""
    limit: int | None = None
    for sup in supers[:1]:
        draft.use(sup)
        limit = sup.count or 1
        if sup.which in _LARGEST:
            which = meant[0] if meant else "best" if sup.which == "best" else "max"
        elif sup.which == "worst" and not meant:
            which = "worst"
        else:
            raise Refusal("only the largest changes from run to run can be asked for", flat=True)
    if which in ("best", "worst") and not column.direction:
        raise Refusal(f"whether lower or higher {column.name} is better is not known", flat=True)
    if not supers and meant:
        which = meant[0]
    where = conditions_of(draft)
    states = draft.catalog.states
    if states.get("discarded") and states.get("completed") and not names_state(where, draft.catalog):
        asked = " ".join(token.text for token in draft.tokens)
        draft.assume("over the run before, kept or discarded", f"{asked} of kept runs")
    return Moves(column.key, where, which, limit)


def _progress(draft: Draft) -> Query:
    """ "Am I making progress", "best loss over time": the runs that were better than all before them."""
    named = any(column.kind == "run" for piece in draft.of(Filter) for column in piece.columns)
    if named or draft.holds(RunPiece):
        raise Refusal("progress is told over runs, not within one")
    (word, *_) = draft.words("PROGRESS")
    draft.cost += 0.3 if word.start and draft.tokens[word.start - 1].norm == "in" else 0.0  # a state
    draft.cost += 0.1 if any(one.series for one in draft.catalog.columns) else 0.0  # rather within each run
    column = _measured(draft)
    if not column.direction:
        raise Refusal(f"whether lower or higher {column.name} is better is not known", flat=True)
    draft.assume(f"{column.name}: {which_end(column)}")
    last = word.meaning == "last"
    draft.use_words("PROGRESS", "TRIED", "TRIED_Q", "COMPARE", "WHEN", *(("COUNT",) if last else ()))
    better = {"best", "max" if column.direction == "higher" else "min"}
    draft.use(*(sup for sup in draft.of(Super) if sup.which in better and not sup.count and not sup.hint))
    return Moves(column.key, conditions_of(draft), "record")


def _measured(draft: Draft) -> Column:
    """The metric that moved: the one that is named, else the history's own.

    Raises:
        Refusal: where there is none.
    """
    for piece in draft.pieces:
        for mention in mentions_of(piece) if isinstance(piece, (Show, Super, Aggregate)) else ():
            if draft.unused(piece) and (column := numeric(mention)) is not None:
                draft.use(piece)
                if isinstance(piece, Super):
                    draft.add(Super(piece.start, piece.end, piece.which, count=piece.count))
                return column
    main = main_metric(draft.catalog)
    if main is None:
        raise Refusal("no metric is recorded whose changes could be told")
    draft.assume(f"of {main.name}")
    return main
