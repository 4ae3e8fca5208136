"""The summary table: a run's row put in or brought up to date, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from store.cells import is_missing, plain, read_cell, read_header
from store.directions import known_metric
from store.log.document import Document, Edit
from store.log.escape import cell
from store.readers.drafts import fold
from store.readers.labels import canonical, field_name, is_placeholder
from store.readers.mdblocks import Block
from store.readers.mdtables import Row

__all__ = [
    "add_columns",
    "cell_of",
    "column_for",
    "columns_of",
    "is_run",
    "newest_first",
    "nothing",
    "set_row",
    "summary_for",
]

_PIPES = re.compile(r"(?<!\\)\|")


def summary_for(doc: Document, line: int) -> Block | None:
    """The summary table of the log in which a line stands: the last one before it, else the first."""
    before = [table for table in doc.summaries if table.line <= line]
    if before:
        return before[-1]
    return doc.summaries[0] if doc.summaries else None


def columns_of(table: Block) -> list[str]:
    """The field of each column, as the reader calls it."""
    names = [read_header(text).name for text in table.rows[0].cells]
    return ["name", *(canonical(name) or field_name(name) for name in names[1:])]


def column_for(table: Block, name: str) -> int | None:
    """The column that holds a field, also under another name of the same metric; None where there is none."""
    columns = columns_of(table)
    for at, column in enumerate(columns):
        if fold(column) == fold(name):
            return at
    same = [at for at, c in enumerate(columns) if known_metric(c) and known_metric(c) == known_metric(name)]
    return same[0] if len(same) == 1 else None


def cell_of(table: Block, row: Row | None, name: str) -> str:
    """What a row says in the column of a field, as plain text; "" where there is none."""
    at = column_for(table, name)
    return plain(row.cells[at]) if row is not None and at is not None and at < len(row.cells) else ""


def set_row(doc: Document, table: Block, name: str, values: Mapping[str, str], row: Row | None) -> Document:
    """Write a run's row.

    Args:
        table: the summary table of this document.
        name: the run, as called.
        values: what is to stand in the columns, by field, not yet escaped; columns not named keep what they
            have, or get the table's sign for nothing.
        row: the row to bring up to date, or None for a new one.
    """
    found = {at: cell(text) for field, text in values.items() if (at := column_for(table, field)) is not None}
    if row is not None:
        for at, text in sorted(found.items(), reverse=True):
            doc = _set_cell(doc, row.line, at, text)
        return doc
    cells = [cell(name), *([nothing(table)] * (len(table.rows[0].cells) - 1))]
    for at, text in found.items():
        cells[at] = text
    line = _as_row(doc, table, cells)
    if blank := next((r for r in table.rows[1:] if _is_placeholder(r)), None):
        if not any(is_run(r) for r in table.rows[1:]):
            return doc.replaced(blank.line, blank.line, [line])
    if newest_first([_date(table, r) for r in table.rows[1:] if is_run(r)]):
        first = next(r.line for r in table.rows[1:] if is_run(r))
        return doc.inserted(first - 1, [line])
    return doc.inserted(table.rows[-1].line if len(table.rows) > 1 else table.line + 1, [line])


def newest_first(dates: list[str]) -> bool:
    """Whether entries stand with the latest on top: their dates, as ISO texts, only fall, and do fall."""
    known = [text for text in dates if text]
    return len(known) > 1 and known == sorted(known, reverse=True) and known[0] > known[-1]


def add_columns(doc: Document, table: Block, names: list[str]) -> Document:
    """Add columns before the last one of a table that has no runs yet."""
    last = len(table.rows[0].cells) - 1
    for line in range(table.end, table.line - 1, -1):
        pipes = _cells(doc.line(line))
        start = doc.spans[line - 1][0]
        if len(pipes) <= last:
            continue
        fill = "---" if line == table.line + 1 else "-"
        more = "".join(f"| {cell(name) if line == table.line else fill} " for name in names)
        at = start + pipes[last][0] - 1
        doc = doc.edited(Edit(at, at, more))
    return doc


def is_run(row: Row) -> bool:
    """Whether a row is a run's, not a placeholder."""
    return bool(row.cells) and not is_missing(plain(row.cells[0])) and not _is_placeholder(row)


def _is_placeholder(row: Row) -> bool:
    return bool(row.cells) and is_placeholder(plain(row.cells[0]), row.cells[1] if len(row.cells) > 1 else "")


def _date(table: Block, row: Row) -> str:
    columns = columns_of(table)
    at = columns.index("date") if "date" in columns else len(columns)
    value = read_cell(row.cells[at]).value if at < len(row.cells) else None
    return str(value)[:10] if value and not isinstance(value, str) else ""


def nothing(table: Block) -> str:
    """What an empty cell of this table says, by its commonest one."""
    said = [text for row in table.rows[1:] for text in row.cells[1:] if len(text) < 5 and is_missing(text)]
    return max(sorted(set(said)), key=said.count, default="-") or " "


def _cells(line: str) -> list[tuple[int, int]]:
    """Where the cells of a row lie in its line, the blanks around them included."""
    pipes = [found.start() for found in _PIPES.finditer(line)]
    if not pipes:
        return []
    starts = (
        [pipe + 1 for pipe in pipes] if not line[: pipes[0]].strip(" \t>") else [0, *(p + 1 for p in pipes)]
    )
    ends = [*pipes[len(pipes) - len(starts) + 1 :], len(line)]
    spans = list(zip(starts, ends, strict=True))
    return spans[:-1] if not line[spans[-1][0] :].strip() and len(spans) > 1 else spans


def _set_cell(doc: Document, line: int, at: int, text: str) -> Document:
    """Replace one cell; the blanks around it stay, and so does its width while the text fits."""
    spans = _cells(doc.line(line))
    start = doc.spans[line - 1][0]
    if at >= len(spans):
        ended = doc.spans[line - 1][1]
        more = "".join(f" {'-' if n < at else text} |" for n in range(len(spans), at + 1))
        closed = doc.line(line).rstrip().endswith("|")
        return doc.edited(Edit(ended, ended, more if closed else f" |{more}"))
    first, last = spans[at]
    old = doc.line(line)[first:last]
    inner = old.strip()
    if not inner:
        return doc.edited(Edit(start + first, start + last, f" {text} "))
    left = old.index(inner)
    behind = old[left + len(inner) :]
    room = len(old) - left - 1 if len(behind) > 1 else 0  # a cell that is padded stays as wide
    return doc.edited(Edit(start + first + left, start + last, text.ljust(room) + behind[:1]))


def _as_row(doc: Document, table: Block, cells: list[str]) -> str:
    """A new row, as wide as the others where they are all of one width."""
    lines = [doc.line(row.line) for row in table.rows]
    widths = [[end - start for start, end in _cells(line)] for line in lines]
    aligned = len(widths) > 1 and all(width == widths[0] for width in widths)
    padded = [
        f" {text} ".ljust(widths[0][at] if aligned and at < len(widths[0]) else 0)
        for at, text in enumerate(cells)
    ]
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    bare = "|".join(padded)
    opened, closed = lines[0].lstrip().startswith("|"), lines[0].rstrip().endswith("|")
    return f"{indent}{'|' if opened else ''}{bare}{'|' if closed else ''}".rstrip()
