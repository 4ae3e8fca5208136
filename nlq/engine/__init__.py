"""The way of a question, one statement a stage.

    question ─tokenize→ tokens ─mend→ tokens ─link→ lattice ─parse→ readings ─resolve→ Query ─compile→ Sql ─run→ Rows ─answer→ Answer
      str     tokens.py         link/          parse.py        resolve/        sql/      store/    tell/

Every stage is a pure function of plain data; `explain` prints what each of them made. No question raises:
what can't be answered is an answer that says so.
"""  # noqa: E501 - the line is one

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from nlq.answer import Answer
from nlq.engine.lexicons import lexicon_of
from nlq.engine.trace import Trace
from nlq.engine.way import read, tell
from nlq.lexicon import tells_runs
from nlq.link import link
from nlq.parse import admitted
from nlq.query import Query
from nlq.tokens import tokenize
from store.history import History

if TYPE_CHECKING:
    from nlq.complete import Completion

__all__ = ["Trace", "ask", "ask_again", "completions", "explain", "trace"]


def ask(question: str, history: History, *, now: datetime | None = None) -> Answer:
    """Answer one question.

    Args:
        question: in words; the `?` may be left out.
        history: what it is asked of.
        now: the clock for "last week"; the system's by default.
    """
    made = trace(question, history, now=now).answer
    assert made is not None
    return made


def explain(question: str, history: History, *, now: datetime | None = None) -> list[tuple[str, str]]:
    """What every stage made of a question, as text."""
    from nlq.explain import stages  # of no use to an answer, and 2 ms of its cold start

    return stages(trace(question, history, now=now), history)


def trace(question: str, history: History, *, now: datetime | None = None) -> Trace:
    """Answer one question and keep what every stage made."""
    begun = time.perf_counter()
    made = Trace(question)
    told = _answer(made, history, now or datetime.now())
    made.answer = replace(told, elapsed_ms=round(1000 * (time.perf_counter() - begun), 3))
    return made


def ask_again(
    question: str, last: Answer | Query | None, history: History, *, now: datetime | None = None
) -> Answer:
    """Answer a question that may go on from the one before it; `nlq.follow` says when it does.

    Args:
        question: in words.
        last: the answer before, or its query; None where there is none.
        history, now: as of `ask`.
    """
    from nlq.engine.again import answer_again, cells_of, on_nothing, runs_of  # most questions stand alone

    begun = time.perf_counter()
    query, runs = (last.query, runs_of(last, history.catalog)) if isinstance(last, Answer) else (last, ())
    made = Trace(question)
    cells = cells_of(last, history.catalog) if isinstance(last, Answer) else {}
    told = answer_again(made, query, runs, history, now or datetime.now(), cells)
    if query is None and isinstance(last, Answer) and last.status == "declined" and last.act is None:
        told = on_nothing(made, told, history)
    return replace(told, elapsed_ms=round(1000 * (time.perf_counter() - begun), 3))


def completions(text: str, history: History) -> list[Completion]:
    """What may be typed next in a question."""
    from nlq.complete import complete

    lexicon = lexicon_of(history)
    return complete(text, lexicon, lambda before: admitted(link(tokenize(before), lexicon)))


def _answer(made: Trace, history: History, now: datetime) -> Answer:
    inner = made.question.strip()[:-1]
    if "?" in inner and tells_runs(history.catalog) and (found := _several(made, history, now)) is not None:
        return found
    told = read(made, history, now)
    if not isinstance(told, Answer):
        return tell(made, told, history)
    if told.status == "declined" and re.search(r"[?;]|\. ", inner):
        return _several(made, history, now) or told
    return told


def _several(made: Trace, history: History, now: datetime) -> Answer | None:
    from nlq.engine.several import several  # few lines hold two questions

    return several(made.question, history, now)
