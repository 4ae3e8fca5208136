"""A run told in full, or why it ended so: singled out by its name, a superlative or a condition."""

from __future__ import annotations

from nlq.pieces import Filter, Interval, RunPiece, Show, Super, Word
from nlq.query import Card, Col, Not, Order, Query, Select, Tried, both
from nlq.resolve.draft import Draft, Refusal
from nlq.resolve.superlatives import end_of
from nlq.resolve.where import conditions_of
from nlq.states import state_condition

__all__ = ["ENDED", "bare_run", "card", "state_asked"]


def card(draft: Draft) -> Query | None:
    """The query of a word like "why", "details" or "config"; None where it speaks of columns instead."""
    words = draft.words("CARD")
    topic = words[0].meaning
    if not draft.holds(RunPiece, Super, Filter, Interval):
        return _of_no_run(words[0], draft)
    if draft.holds(Show) and topic != "why":
        return None
    if topic == "why" and draft.holds(RunPiece) and any(p.reference for p in draft.of(Filter)):
        raise Refusal("why a run is better is told by comparing")
    draft.use(*words)
    by_us = any(token.norm in ("i", "we") for token in draft.tokens)  # "why did we run exp-002"
    if topic == "why" and by_us and (asked := _goal_asked(draft)) is not None:
        return asked
    if topic == "why" and draft.holds(RunPiece):
        # "why did exp-001 diverge" asks of exp-001, whatever its state is called
        draft.use(*(piece for piece in draft.of(Filter) if piece.state and not piece.negated))
    for show in draft.of(Show):
        if topic == "why" or show.mention.columns[0].kind == "run":
            draft.use(show)
    order: tuple[Order, ...] = ()
    limit: int | None = None
    for piece in draft.of(Super)[:1]:
        draft.use(piece)
        order, limit = (end_of(piece, draft),), piece.count or 1
    where = conditions_of(draft)
    if topic == "why" and isinstance(where, Not):
        raise Refusal("why another run than this one is meant can't be told", flat=True)  # "why not exp-001"
    return Card(topic, where, order, limit)  # type: ignore[arg-type]


def _of_no_run(word: Word, draft: Draft) -> Query | None:
    """ "what went wrong" without a run: all that did not finish; other cards need a run."""
    if word.meaning == "notes" and draft.runs and not draft.holds(Show):
        draft.use(word)
        return Card("notes")
    if word.meaning != "why" or draft.holds(Show):
        return None
    draft.use(word)
    draft.assume("of all runs that crashed, diverged or were stopped", "why did the failed runs fail")
    return Card("why", state_condition("wrong"))


def bare_run(draft: Draft) -> Query | None:
    """A run's name and nothing else: all that is recorded of it."""
    if not draft.runs or len(draft.of(RunPiece)) != 1:
        return None
    if draft.asks_whether and draft.tokens[-1].norm in ENDED and not draft.holds(Filter, Show, Super):
        draft.use_words("ABOUT", "TRIED_Q")
        return Tried(both(conditions_of(draft), state_condition("completed")))  # type: ignore[arg-type]
    if all(isinstance(p, RunPiece) or _says_nothing(p) for p in draft.pieces):
        asked = [token.norm for token in draft.tokens]
        meant = asked[-1] == "for" and asked[0].startswith("what")
        return (_goal_asked(draft) if meant else None) or Card("details", conditions_of(draft))
    return None


def _goal_asked(draft: Draft) -> Query | None:
    """ "What was exp-002 for", "why did I run exp-002": the goal that is written of a run."""
    goal = draft.catalog.role("goal")
    if goal is None or len(draft.of(RunPiece)) != 1 or draft.holds(Filter, Super, Show):
        return None
    draft.use_words("TRIED", "TRIED_Q")
    return Select((Col(goal.key),), conditions_of(draft))


def state_asked(draft: Draft) -> Query | None:
    """ "Did exp-001 crash": whether a run is in a state."""
    states = [piece for piece in draft.of(Filter) if piece.state]
    if not draft.asks_whether or len(draft.of(RunPiece)) != 1 or len(states) != 1:
        return None
    if draft.holds(Show, Super) or draft.has("CARD", "WHEN", "COUNT"):
        return None
    where = conditions_of(draft)
    assert where is not None
    return Tried(where)


ENDED = frozenset(("done", "over", "ready", "finished", "complete", "completed", "yet"))
"""Words that ask of a run whether it has ended."""


def _says_nothing(piece: object) -> bool:
    return isinstance(piece, Word) and piece.terminal in ("LIST", "NOUN")
