"""Several questions in one line: each is answered, the first in full, the others in a sentence each.

Only where each of them is understood: "best val_bpb vs baseline? Is the trajectory improving?".
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from nlq.answer import Answer
from nlq.engine.again import answer_again, runs_of
from nlq.engine.trace import Trace
from nlq.tell.phrases import with_unit
from store.history import History
from store.markup import clean

__all__ = ["several"]

_ENDS = re.compile(r"(?<=[?;])\s+(?=\S)|(?<=[a-z)]\.)\s+(?=[A-Z])")

WIDEST = 8
"""Columns of a row that is told in a line."""

MOST = 3
"""Questions of one line that are answered."""


def several(question: str, history: History, now: datetime) -> Answer | None:
    """The answer to the first of several questions with what the others come to; None where one has none."""
    parts = [part.strip(" ;") for part in _ENDS.split(clean(question))]
    parts = [part for part in parts if re.search(r"\w", part)]
    if not 1 < len(parts) <= MOST:
        return None
    answers: list[Answer] = []
    for part in parts:
        before = answers[-1] if answers else None
        last, runs = (before.query, runs_of(before, history.catalog)) if before is not None else (None, ())
        told = answer_again(Trace(part), last, runs, history, now)
        if told.status not in ("answered", "empty"):
            return None
        answers.append(told)
    first, *others = answers
    also = tuple(f"{part}  {_in_a_line(told)}" for part, told in zip(parts[1:], others, strict=True))
    return replace(first, question=question, details=(*first.details, *also))


def _in_a_line(told: Answer) -> str:
    """An answer in a sentence: the cells of its only row, else its headline."""
    if len(told.rows) != 1 or len(told.columns) > WIDEST:
        return told.headline
    cells = zip(told.columns, told.rows[0], strict=True)
    return ", ".join(f"{one.name} {with_unit(cell, one.unit)}" for one, cell in cells if cell is not None)
