"""`ask --batch`: a question a line in, a JSON object a line out, in step.

Every line gets exactly one object, a blank or a failed one too, so that the n-th object answers the
n-th line. Each is flushed before the next line is read: a program may hold a conversation.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

from nlq.errors import FAILED, OK
from store.errors import HistoryError

if TYPE_CHECKING:
    from nlq.answer import Answer
    from nlq.query import Query
    from nlq.record.models import Act
    from store.history import History

    Record = Callable[[Act, str], tuple[Answer, History]]

__all__ = ["batch"]


def batch(
    questions: TextIO,
    answers: TextIO,
    history: History,
    *,
    now: datetime | None,
    limit: int = 0,
    ascii: bool = False,
    record: Record | None = None,
    follow: bool = False,
) -> int:
    """Answer every line.

    Args:
        questions: read line by line.
        answers: written line by line.
        history: loaded once, for all of them.
        now: the instant that "last week" counts from; None for the clock.
        limit: at most that many rows each; 0 for all.
        ascii: write non-ASCII characters as escapes.
        record: writes what a line reports, and gives the answer and the history as it is then; None where
            nothing is to be written.
        follow: a line may go on from the last one that was answered.

    Returns:
        `OK`, or `FAILED` where any line was answered with an error object.
    """
    from nlq.render.formats.json import dumps

    failed = False
    last: Query | None = None
    for line in iter(questions.readline, ""):
        told, history, query = _answer(line.strip(), last if follow else None, history, now, limit, record)
        last = query or last
        failed = failed or told["status"] == "error"
        answers.write(dumps(told, ascii=ascii) + "\n")
        answers.flush()
    return FAILED if failed else OK


def _answer(
    question: str,
    last: Query | None,
    history: History,
    now: datetime | None,
    limit: int,
    record: Record | None,
) -> tuple[dict[str, Any], History, Query | None]:
    """The object of one line, the history that the next is asked of, and what it may go on from."""
    from nlq.engine import ask
    from nlq.render import first
    from nlq.render.formats.json import plain

    if not question:
        return (
            {"question": question, "status": "error", "error": "the line is empty: no question"},
            history,
            None,
        )
    try:
        if last is None:
            answer = ask(question, history, now=now)
        else:
            from nlq.engine import ask_again

            answer = ask_again(question, last, history, now=now)
        if answer.act is not None and record is not None:
            answer, history = record(answer.act, question)
        return plain(first(answer, limit)), history, answer.query
    except HistoryError as error:
        return {"question": question, "status": "error", "error": str(error)}, history, None
    except Exception as error:  # a broken answer must not put later ones out of step
        told = f"internal error: {_one_line(error)}"
        return {"question": question, "status": "error", "error": told}, history, None


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
