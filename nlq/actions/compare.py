"""`compare.lark`: a run by its name; the words of comparing are words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlq.actions.registry import Built, action
from nlq.pieces import RunPiece
from nlq.value_index import ValueHit


@action("run")
def run(parts: Sequence[Any]) -> Built:
    """A run by its name."""
    hit: ValueHit = parts[0].payload[0]
    if isinstance(hit.value, tuple):
        return None  # a part of several names
    return RunPiece(parts[0].start, parts[0].end, hit.column, hit.value), 0.0
