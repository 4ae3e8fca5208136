"""Markdown: headline and a pipe table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlq.render import Output
from nlq.render.cells import cells, is_numeric
from nlq.render.clean import clean
from nlq.render.explanation import explanation
from nlq.render.grid import grid

if TYPE_CHECKING:
    from nlq.answer import Answer
    from nlq.render import View


def render(answer: Answer, view: View) -> Output:
    """Headline, table and details on stdout; the explanation on stderr."""
    table = ""
    if answer.rows:
        names = [escape(clean(header.name)) for header in answer.columns]
        rows = [[escape(text) for text in row] for row in cells(answer, short=False)]
        table = grid(names, rows, [is_numeric(header) for header in answer.columns], "pipe")
    details = "\n".join(f"- {escape(clean(line))}" for line in answer.details)
    parts = (escape(clean(answer.headline)), table, details)
    out = "\n\n".join(part for part in parts if part)
    return Output(f"{out}\n" if out else "", explanation(answer, view))


def escape(text: str) -> str:
    r"""Text that stays one cell and stays text.

    Example:
        >>> print(escape("a|b <unk>"))
        a\|b &lt;unk>
    """
    return text.replace("\\|", "&#92;|").replace("|", "\\|").replace("<", "&lt;")
