"""One JSON object a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlq.render import Output
from nlq.render.cells import labels
from nlq.render.explanation import beside_data
from nlq.render.formats.json import dumps, value

if TYPE_CHECKING:
    from nlq.answer import Answer
    from nlq.render import View


def render(answer: Answer, view: View) -> Output:
    """Rows on stdout, keyed by column (with its unit); headline and explanation on stderr."""
    names = labels(answer)
    lines = (
        dumps(dict(zip(names, map(value, row), strict=True)), ascii=view.ascii) + "\n" for row in answer.rows
    )
    return Output("".join(lines), beside_data(answer, view))
