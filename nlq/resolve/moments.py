"""Moments within a run, of a history that tells one value a run, or values by step and not by epoch."""

from __future__ import annotations

from nlq.pieces import Aggregate, Filter, RunPiece, Show, Super
from nlq.query import Test
from nlq.resolve.draft import Draft, Refusal
from nlq.tokens import name_key

__all__ = ["refuse_moments"]

_COUNTED = frozenset(("step", "steps", "epoch", "epochs", "iteration", "iterations", "iter", "iters"))


def refuse_moments(draft: Draft) -> None:
    """Refuse "loss of baseline after 100 steps" and "val_acc after 5 epochs": no loss is above 100.

    Raises:
        Refusal: where such a moment is asked for.
    """
    states = any(piece.state for piece in draft.of(Filter))  # "crashed after 100 steps" tells how far it came
    for piece in draft.of(Filter) if draft.runs and not states else ():
        said = [token.norm for token in draft.tokens[piece.start : piece.end + 1]]
        if not {"after", "before"} & set(said) or (not piece.numbers and piece.condition is None):
            continue
        named = any(_COUNTED & set(name_key(c.name)) for c in piece.columns)
        if named and draft.holds(RunPiece) and draft.holds(Show):
            raise Refusal("no values of single steps are recorded", flat=True)
        counted = _COUNTED & set(said[-2:])
        if counted and (draft.holds(Show, Super, Aggregate) or piece.mention is not None):
            raise Refusal(f"values are not told by {min(counted).rstrip('s')}")
        within = {"after", "before"} & set(said[: piece.end - piece.start])
        metric = bool(piece.columns) and piece.columns[0].kind == "metric"
        if within and metric and isinstance(piece.condition, Test):
            draft.cost += 0.4  # "best loss before 120": before that run, where one is called so
            raise Refusal(f"{piece.columns[0].name} is above or below a number, not before or after it")
