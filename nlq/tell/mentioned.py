"""Runs that are named by words of their notes: which one is meant, and that it is only one."""

from __future__ import annotations

from collections.abc import Iterator

from nlq.answer import Assumption
from nlq.query import And, Condition, Has, Not, Of, Or, Query, Select, Test, both
from nlq.tell.common import Ask, Body, run_name
from nlq.tell.phrases import count_of, first_few
from store.history import History

__all__ = ["meant_by_notes"]

SHOWN = 3
"""Runs that are named where several could be meant."""


def meant_by_notes(query: Query, history: History, ask: Ask) -> tuple[Body | None, list[Assumption]]:
    """Which runs the words of notes were taken for; the answer where they stand in the notes of several."""
    noun, found = history.catalog.nouns[0], []
    for words, rows in _mentioned(query.where, ask):
        names = [run_name(row, history) for row in rows]
        if len(names) > 1:
            several = f'"{words}" stands in the notes of {len(rows)} {noun}s: {first_few(names, SHOWN)}.'
            return Body(headline=f"{several} Name the one that is meant."), []
        found += [Assumption(f'"{words}" read as {noun} {name}, whose notes say so') for name in names]
    return None, found


def _mentioned(where: Condition | None, ask: Ask) -> Iterator[tuple[str, list[int]]]:
    for run in dict.fromkeys(_named(where)):
        told = both(*(Has("", word) for word in run.split()))
        yield run, [count_of(row[0]) for row in ask(Select(where=told)).rows]


def _named(where: Condition | None) -> Iterator[str]:
    if isinstance(where, (And, Or)):
        for part in where.of:
            yield from _named(part)
    elif isinstance(where, Not):
        yield from _named(where.of)
    elif isinstance(where, Test) and isinstance(where.value, Of) and where.value.mentioned:
        yield where.value.run
