"""Tables, and their fitting into a terminal's width.

tabulate sets every format but the plain one. To import it costs 30 ms of CPU behind a question (measured;
nearly all of it `importlib.metadata`), and blanks between columns are no work for a library.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from nlq.render.cells import cells, is_numeric, shorten, width
from nlq.render.clean import clean

if TYPE_CHECKING:
    from nlq.answer import Answer
    from nlq.render import Output, View

__all__ = ["fitted", "grid", "plain_table", "render_as", "tabulate_formats"]

NARROWEST = 12  # a text column is shortened to no less
GAP = 2  # blanks between two columns of the plain format
_PIPED = ("github", "pipe", "orgtbl", "presto", "psql", "jira", "mediawiki")


def tabulate_formats() -> tuple[str, ...]:
    """The names tabulate has for its formats."""
    import tabulate

    return tuple(tabulate.tabulate_formats)


def grid(
    names: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], style: str = "plain"
) -> str:
    """Set texts in columns.

    Args:
        names: one a column.
        rows: texts, cleaned.
        right: whether a column is flush right.
        style: one of tabulate's formats.

    Returns:
        Lines without blanks at their ends and without a final line break; "" without columns.
    """
    if not names:
        return ""
    if style == "plain":
        return _plain([names, *rows], right)
    import tabulate

    if not all(text.isascii() for row in (names, *rows) for text in row) and tabulate.wcwidth is None:
        # tabulate counts wide characters through the optional package wcwidth; ours is enough.
        tabulate.wcwidth, tabulate.WIDE_CHARS_MODE = SimpleNamespace(wcswidth=width), True
    text = tabulate.tabulate(
        [list(row) for row in rows],
        headers=list(names),
        tablefmt=style,
        disable_numparse=True,
        colalign=["right" if flush else "left" for flush in right] if rows else None,
    )
    return "\n".join(line.rstrip() for line in str(text).split("\n"))


def _plain(lines: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """Columns with blanks between them."""
    stripped = [[text.strip() for text in line] for line in lines]
    widths = [max(map(width, column)) for column in zip(*stripped, strict=True)]
    padded = (
        [_pad(text, room, flush) for text, room, flush in zip(line, widths, right, strict=True)]
        for line in stripped
    )
    return "\n".join((" " * GAP).join(line).rstrip() for line in padded)


def _pad(text: str, room: int, right: bool) -> str:
    blanks = " " * (room - width(text))
    return blanks + text if right else text + blanks


def plain_table(answer: Answer, view: View) -> str:
    """The table of the text form; on a terminal fitted to its width, a lone wide row on its side."""
    if not answer.columns or not answer.rows:
        return ""
    names = [clean(header.name) for header in answer.columns]
    right = [is_numeric(header) for header in answer.columns]
    rows = cells(answer, short=bool(view.width) and not view.full)
    if not view.width or view.full:
        return grid(names, rows, right)
    if len(rows) == 1 and _room(names, rows) > view.width:
        return _on_its_side(names, rows[0], view.width)
    return fitted(names, rows, right, view.width)


def fitted(names: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], room: int) -> str:
    """The table within `room` cells: text is shortened, then columns are left off, and it says so."""
    widths = _widths(names, rows)
    kept = list(range(len(names)))
    while (
        len(kept) > 1
        and sum(min(widths[c], _least(names[c], right[c], widths[c])) + GAP for c in kept) > room + GAP
    ):
        kept.pop()
    spare = room + GAP - sum(widths[c] + GAP for c in kept)
    while spare < 0:
        # The widest text column gives one cell at a time, so that columns end about level.
        c = max(kept, key=lambda c: widths[c] - _least(names[c], right[c], widths[c]))
        if widths[c] <= _least(names[c], right[c], widths[c]):
            break
        widths[c], spare = widths[c] - 1, spare + 1
    table = grid(
        [shorten(names[c], widths[c]) for c in kept],
        [[shorten(row[c], widths[c]) for c in kept] for row in rows],
        [right[c] for c in kept],
    )
    off = len(names) - len(kept)
    return f"{table}\n+{off} column{'s' * (off > 1)}: --json or a wider window" if off else table


def render_as(style: str, answer: Answer, view: View) -> Output:
    """The answer's table in one of tabulate's formats; everything else goes to stderr."""
    from nlq.render import Output
    from nlq.render.explanation import beside_data

    rows = cells(answer, short=False)
    names = [clean(header.name) for header in answer.columns]
    if style in _PIPED:
        rows = [[text.replace("|", "\\|") for text in row] for row in rows]
        names = [text.replace("|", "\\|") for text in names]
    table = grid(names, rows, [is_numeric(header) for header in answer.columns], style)
    return Output(f"{table}\n" if table else "", beside_data(answer, view))


def _widths(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(width(text) for text in column) for column in zip(names, *rows, strict=True)]


def _room(names: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    return sum(w + GAP for w in _widths(names, rows)) - GAP


def _least(name: str, right: bool, full: int) -> int:
    """A number is never cut: half of it would be another number."""
    return full if right else min(full, max(NARROWEST, min(width(name), 2 * NARROWEST)))


def _on_its_side(names: Sequence[str], row: Sequence[str], room: int) -> str:
    import textwrap

    label = min(max(width(name) for name in names), room // 2)
    lines = []
    for name, text in zip(names, row, strict=True):
        head = shorten(name, label)
        parts = textwrap.wrap(text, max(room - label - GAP, NARROWEST)) or ["-"]
        lines.append(head + " " * (label - width(head) + GAP) + parts[0])
        lines.extend(" " * (label + GAP) + part for part in parts[1:])
    return "\n".join(lines)
