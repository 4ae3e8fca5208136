"""Runs that have a column's value in common with another: "runs with the same depth as d24-baseline"."""

from __future__ import annotations

from nlq.conditions import any_of
from nlq.pieces import Filter, RunPiece, Show, Super
from nlq.query import Not, Of, Test
from nlq.resolve.draft import Draft, Refusal

__all__ = ["same_as"]

_AS = frozenset(("as", "like", "of", "that", "had", "has", "have", "used", "in", "with", "the", "run"))
_OTHERS = frozenset(("other", "others", "another", "else"))


def same_as(draft: Draft) -> None:
    """Take "the same" with a column and a run for the condition that it is."""
    for show in draft.of(Show):
        run = draft.after(show)
        if (
            draft.runs
            and show.start
            and draft.tokens[show.start - 1].norm == "same"
            and isinstance(run, Super)
        ):
            raise Refusal("the same as which run has to be told by its name", flat=True)
        if not show.start or draft.tokens[show.start - 1].norm != "same" or not isinstance(run, RunPiece):
            continue
        if not {token.norm for token in draft.tokens[show.end : run.start]} <= _AS:
            continue
        columns = show.mention.columns
        tests = [Test(column.key, "=", Of(str(run.value), column.key)) for column in columns]
        draft.use(show, run)
        draft.add(Filter(show.start, run.end, any_of(tests), columns=columns))
        if len(columns) > 1:
            names = " or ".join(column.name for column in columns)
            draft.assume(f'"{show.mention.text}" read as {names}', cost=0.05)
        if _OTHERS & {token.norm for token in draft.tokens[: show.start]}:
            itself = Not(Test(run.column.key, "=", run.value))  # type: ignore[arg-type]
            draft.add(Filter(show.start, run.end, itself, columns=(run.column,)))
