"""`question.lark`: words by themselves, columns by themselves, and lists of things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlq.actions.registry import Built, action
from nlq.pieces import Show, Word


@action("word")
def word(parts: Sequence[Any]) -> Built:
    """LIST, NOUN, COUNT, TRIED …"""
    edge = parts[0]
    return Word(edge.start, edge.end, edge.terminal, str(edge.payload)), 0.0


@action("show")
def show(parts: Sequence[Any]) -> Built:
    """A column by itself."""
    return Show(parts[0].start, parts[0].end, parts[0].payload), 0.0


@action("one")
def one(parts: Sequence[Any]) -> Built:
    """The first of a list."""
    return (parts[0],), 0.0


@action("more")
def more(parts: Sequence[Any]) -> Built:
    """A list and one more."""
    return (*parts[0], parts[1]), 0.0
