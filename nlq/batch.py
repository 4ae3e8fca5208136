"""`ask --batch`: a question a line in, a JSON object a line out, in step.

Every line gets exactly one object, a blank or a failed one too, so that the n-th object answers the
n-th line. Each is flushed before the next line is read: a program may hold a conversation.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

from nlq.errors import FAILED, OK

if TYPE_CHECKING:
    from store.history import History

__all__ = ["batch"]


def batch(
    questions: TextIO,
    answers: TextIO,
    history: History,
    *,
    now: datetime | None,
    limit: int = 0,
    ascii: bool = False,
) -> int:
    """Answer every line.

    Args:
        questions: read line by line.
        answers: written line by line.
        history: loaded once, for all of them.
        now: the instant that "last week" counts from; None for the clock.
        limit: at most that many rows each; 0 for all.
        ascii: write non-ASCII characters as escapes.

    Returns:
        `OK`, or `FAILED` where any line was answered with an error object.
    """
    from nlq.render.formats.json import dumps

    failed = False
    for line in iter(questions.readline, ""):
        told = _answer(line.strip(), history, now, limit)
        failed = failed or told["status"] == "error"
        answers.write(dumps(told, ascii=ascii) + "\n")
        answers.flush()
    return FAILED if failed else OK


def _answer(question: str, history: History, now: datetime | None, limit: int) -> dict[str, Any]:
    from nlq.engine import ask
    from nlq.render import first
    from nlq.render.formats.json import plain

    if not question:
        return {"question": question, "status": "error", "error": "the line is empty: no question"}
    try:
        return plain(first(ask(question, history, now=now), limit))
    except Exception as error:  # a broken answer must not put later ones out of step
        return {"question": question, "status": "error", "error": f"internal error: {_one_line(error)}"}


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
