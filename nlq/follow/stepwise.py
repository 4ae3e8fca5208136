"""Values by step, gone on from: "and at epoch 6", "what about val_acc", "only sgd", "below 2.5"."""

from __future__ import annotations

from dataclasses import replace

from nlq.follow.edit import Edit
from nlq.parse import Reading
from nlq.pieces import Stepped
from nlq.query import Condition, Steps, Test
from store.catalog import Catalog

__all__ = ["edited_steps", "gone_on"]


def gone_on(alone: Steps, reading: Reading, last: Steps, catalog: Catalog) -> Steps | None:
    """A question that says a step and no metric, asked of the metric before; None where it names its own.

    Args:
        alone: what it asks by itself: of the main metric.
        reading: its words.
        last: what was asked before.
        catalog: the columns of the history.
    """
    named = (getattr(piece, "mention", None) or getattr(piece, "mentions", ()) for piece in reading.pieces)
    if any(named) or not any(isinstance(piece, Stepped) for piece in reading.pieces):
        return None
    told = replace(alone, where=alone.where or last.where)
    if last.what == alone.what == "at" and last.value is not None:
        told = replace(told, op=last.op, value=last.value)
    return _of(told, last.keys, catalog)


def edited_steps(last: Steps, edit: Edit, where: Condition | None, catalog: Catalog) -> Steps | None:
    """The same places of other metrics, or of other runs; None where more is asked for.

    Args:
        last: what was asked before.
        edit: what the new words say.
        where: the conditions of both.
        catalog: the columns of the history.
    """
    if edit.only_where:
        one = edit.where[0] if len(edit.where) == 1 else None
        if last.value is not None and isinstance(one, Test) and one.key == last.keys[0]:
            bound = last.what == "at" and one.op in ("<", "<=", ">", ">=") and type(one.value) in (int, float)
            return replace(last, op=one.op, value=one.value) if bound else None  # type: ignore[arg-type]
        return replace(last, where=where)
    shown = edit == Edit(show=edit.show, asks=edit.asks, lists=edit.lists) and last.value is None
    if shown and edit.show and all(catalog.column(key).series for key in edit.show):
        return _of(last, edit.show, catalog)
    return None


def _of(told: Steps, keys: tuple[str, ...], catalog: Catalog) -> Steps:
    """The same of other metrics: the better end of these, where it was that of those."""
    if told.what == "at" and told.limit is None:
        return replace(told, keys=keys)
    better = (catalog.column(told.keys[0]).direction == "higher") == told.descending
    return replace(told, keys=keys, descending=(catalog.column(keys[0]).direction == "higher") == better)
