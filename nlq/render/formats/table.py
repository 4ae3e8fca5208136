"""Headline and aligned table; the explanation on stderr (the default)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlq.render import Output
from nlq.render.clean import clean, clean_block
from nlq.render.explanation import explanation
from nlq.render.grid import plain_table

if TYPE_CHECKING:
    from nlq.answer import Answer
    from nlq.render import View


def render(answer: Answer, view: View) -> Output:
    """Headline, table and details on stdout; the explanation on stderr, a blank line between them."""
    headline = clean(answer.headline)
    if headline and view.color:
        headline = f"\x1b[{31 if answer.status == 'declined' else 1}m{headline}\x1b[0m"
    details = "\n".join(clean_block(line) for line in answer.details)
    out = "\n\n".join(part for part in (headline, plain_table(answer, view), details) if part)
    err = explanation(answer, view)
    together = bool(view.width) == bool(view.width_err)  # both on a terminal, or both in a pipe
    blank = "\n" if err and out and together and answer.status != "declined" else ""
    return Output(f"{out}\n" if out else "", blank + err)
