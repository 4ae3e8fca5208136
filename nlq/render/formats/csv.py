"""Comma-separated rows, safe to open in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlq.render.delimited import delimited

if TYPE_CHECKING:
    from nlq.answer import Answer
    from nlq.render import Output, View


def render(answer: Answer, view: View) -> Output:
    """A header line and the rows; headline and explanation on stderr."""
    return delimited(answer, view, ",")
