"""Questions about the history itself, and what lies near a name it does not hold."""

from __future__ import annotations

from nlq.columns import main_metric
from nlq.pieces import Group, RunPiece, Show, Super
from nlq.query import About, Card, Has, Query
from nlq.resolve.draft import Draft, Refusal, mentions_of, numeric
from nlq.resolve.where import conditions_of
from nlq.tokens import name_key
from nlq.vocabulary import canonical

__all__ = ["about", "is_about", "nearest"]

_TODO = ("todo", "open", "done")


def is_about(draft: Draft) -> bool:
    """Whether the reading is about the history: such a word, and no column or superlative beside it."""
    if any(word.meaning == "matters" for word in draft.words("ABOUT")):
        return draft.runs
    return draft.has("ABOUT") and not draft.holds(Show, Super)


def about(draft: Draft) -> Query:
    """A question about the history; beside a named run its parameters are that run's config.

    Raises:
        Refusal: where it has a condition that what it asks for can't meet.
    """
    topic = draft.words("ABOUT")[0].meaning
    if topic == "matters":
        return _matters(draft)
    _refuse_none_of_them(draft)
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


def _refuse_none_of_them(draft: Draft) -> None:
    """ "How many runs have no metrics": which column they lack has to be said."""
    for word in draft.words("ABOUT"):
        said = {token.norm for token in draft.tokens[max(0, word.start - 2) : word.start]}
        if word.meaning in ("metrics", "parameters", "columns") and said & {
            "no",
            "without",
            "any",
            "missing",
        }:
            if draft.has("NOUN", "COUNT"):
                near = (
                    (f"{draft.catalog.nouns[0]}s without {main.name}",)
                    if (main := main_metric(draft.catalog))
                    else ()
                )
                raise Refusal(
                    f"which of the {word.meaning} is missing has to be told by its name", near, flat=True
                )


def _matters(draft: Draft) -> Query:
    """ "Which hyperparameter matters most", "… for val_acc".

    Raises:
        Refusal: where the history has no metric that it could matter for, or no parameters.
    """
    draft.use_words("ABOUT", "HELP", "LIST")
    named = [
        c
        for p in (*draft.of(Show), *draft.of(Group), *draft.of(Super))
        for m in mentions_of(p)
        if (c := numeric(m))
    ]
    metric = next((column for column in named if column.kind == "metric"), main_metric(draft.catalog))
    if metric is None:
        raise Refusal("no metric is recorded that parameters could matter for")
    if not any(c.kind == "param" and c.distinct > 1 and c.role != "change" for c in draft.catalog.columns):
        raise Refusal("no parameter with several values is recorded", ("which parameters vary",))
    if not named:
        draft.assume(f"of {metric.name}")
    ends = [sup for sup in draft.of(Super) if sup.where is None]  # "most" of what it is most for
    draft.use(*draft.of(Show), *draft.of(Group), *ends)
    draft.use_words("COMMON", "MOST")
    return About("matters", conditions_of(draft), metric.key)


def nearest(name: str, draft: Draft) -> tuple[str, ...]:
    """Columns whose names share a word with one that is not recorded."""
    wanted = set(canonical(name_key(name)))
    near = [c.name for c in draft.catalog.columns if wanted & set(canonical(name_key(c.name)))]
    return tuple(near[:3])
