"""Questions about the history itself, and what lies near a name it does not hold."""

from __future__ import annotations

from nlq.pieces import RunPiece, Show, Super
from nlq.query import About, Card, Has, Query
from nlq.resolve.draft import Draft, Refusal
from nlq.resolve.where import conditions_of
from nlq.tokens import name_key
from nlq.vocabulary import canonical

__all__ = ["about", "is_about", "nearest"]

_TODO = ("todo", "open", "done")


def is_about(draft: Draft) -> bool:
    """Whether the reading is about the history: such a word, and no column or superlative beside it."""
    return draft.has("ABOUT") and not draft.holds(Show, Super)


def about(draft: Draft) -> Query:
    """A question about the history; beside a named run its parameters are that run's config.

    Raises:
        Refusal: where it has a condition that what it asks for can't meet.
    """
    topic = draft.words("ABOUT")[0].meaning
    draft.use_words("ABOUT", "COUNT", "TRIED", "TRIED_Q")
    if draft.holds(RunPiece) and topic in ("parameters", "metrics", "columns", "summary"):
        return Card("config" if topic == "parameters" else "details", conditions_of(draft))
    where = conditions_of(draft)
    if where is not None and (
        topic in ("sources", "claim") or (topic in _TODO and not isinstance(where, Has))
    ):
        raise Refusal(
            "things to try, sources and the log's own best result have no such condition", ("things to try",)
        )
    return About(topic, where)  # type: ignore[arg-type]


def nearest(name: str, draft: Draft) -> tuple[str, ...]:
    """Columns whose names share a word with one that is not recorded."""
    wanted = set(canonical(name_key(name)))
    near = [c.name for c in draft.catalog.columns if wanted & set(canonical(name_key(c.name)))]
    return tuple(near[:3])
