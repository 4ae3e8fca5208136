"""`lookup.lark`: all its words are words, but for a column that is not meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlq.actions.registry import Built, action
from nlq.pieces import Excluded


@action("excluded")
def excluded(parts: Sequence[Any]) -> Built:
    """ "not the unembedding one"."""
    return Excluded(parts[0].start, parts[1].end, parts[1].payload), 0.25
