"""Rows as comma- or tab-separated values that a spreadsheet cannot take for a formula."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import TYPE_CHECKING

from nlq.render import Output
from nlq.render.cells import labels
from nlq.render.clean import clean_block
from nlq.render.explanation import beside_data

if TYPE_CHECKING:
    from nlq.answer import Answer
    from nlq.render import View
    from store.records import Value

__all__ = ["delimited", "harmless"]

# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?%?")


def delimited(answer: Answer, view: View, delimiter: str) -> Output:
    """A header line and the rows in full precision, missing values empty; the rest on stderr."""
    if not answer.columns:
        return Output("", beside_data(answer, view))
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=delimiter, lineterminator="\n")
    writer.writerow([harmless(name) for name in labels(answer)])
    writer.writerows([_text(value) for value in row] for row in answer.rows)
    return Output(sheet.getvalue(), beside_data(answer, view))


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it.

    Example:
        >>> harmless("=1+1"), harmless("-0.5"), harmless("- stable")
        ("'=1+1", '-0.5', "'- stable")
    """
    plain = clean_block(text)
    return f"'{plain}" if _FORMULA.match(plain) and not _NUMBER.fullmatch(plain) else plain


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) else harmless(str(value))
