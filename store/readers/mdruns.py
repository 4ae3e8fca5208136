"""Which tables of a Markdown file list runs, and the runs in them.

By shape alone: a table lists runs where its rows have a name and something measured, or a status. Glossaries,
flag documentation, `metric | value` summaries, training curves and pivots are passed over, each with its
reason: a run that is none is worse than one that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from store.cells import Header, is_missing, plain
from store.directions import is_metric
from store.kinds import Declared, declare, kind_of, role_of
from store.names import name_key
from store.readers.labels import bare, canonical
from store.readers.mdblocks import Block
from store.readers.mdcolumns import is_counter, typed_columns, unescaped
from store.readers.mdtables import Row
from store.slotted import fresh, slotted
from store.states import read_status
from store.typed import Typed
from store.units import measure
from store.vocabulary import words

__all__ = ["RunTable", "read_table"]

_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_DELTA = re.compile(r"[Δ∆]|\bdelta\b|\bdiff|\bvs\.?\b|\bgain\b|\bgap\b|\brelative\b", re.IGNORECASE)


@slotted(frozen=False)
class RunTable:
    """A table whose rows are runs.

    Attributes:
        headers: the headers, with names that differ.
        columns: the cells of each, typed.
        declared: what each column is, and which one names the run.
        rows: the rows that are runs.
        extra: cells beyond the header, by the index of the row.
        skips: rows that are none: (line, reason).
    """

    headers: list[Header]
    columns: list[Typed]
    declared: Declared
    rows: list[Row]
    extra: dict[int, str] = fresh(default_factory=dict)
    skips: list[tuple[int, str]] = fresh(default_factory=list)


def read_table(block: Block) -> RunTable | str:
    """Read a table as runs.

    Args:
        block: the table.

    Returns:
        The runs, or why it lists none.
    """
    block = unescaped(block)
    titles = [plain(cell) for cell in block.rows[0].cells]
    if reason := _by_header(titles):
        return reason
    kept, skips = _rows(block.rows[1:], len(titles))
    if not kept:
        return "a table without a filled row"
    extra = {
        at: " | ".join(plain(cell) for cell in row.cells[len(titles) :] if cell.strip())
        for at, row in enumerate(kept)
        if any(cell.strip() for cell in row.cells[len(titles) :])
    }
    headers, columns = typed_columns(block.rows[0].cells, kept)
    if not headers:
        return "a table without a filled row"
    declared = declare(headers, columns)
    _settle(headers, columns, declared)
    _find_name(headers, columns, declared)
    table = RunTable(headers, columns, declared, kept, extra, skips)
    reason = _by_shape(table)
    if not reason:
        _find_metrics(table)
    return reason or table


def _by_header(titles: Sequence[str]) -> str:
    """Why the first header tells that the rows are no runs, or ""."""
    if len(titles) < 2:
        return "a table of one column"
    shapes = words("labels")["tables"]
    first = bare(titles[0])
    if first in shapes["glossary"]:
        return f"a table of {titles[0]}: it explains or sums up, its rows are no runs"
    if first in shapes["parts"]:
        return f"a table by {titles[0]}: its rows are parts of a result, not runs"
    return ""


def _rows(rows: Sequence[Row], width: int) -> tuple[list[Row], list[tuple[int, str]]]:
    """The rows that may be runs, and the lines of the others with the reason."""
    kept: list[Row] = []
    skips: list[tuple[int, str]] = []
    totals = words("labels")["tables"]["totals"]
    for row in rows:
        said = [plain(cell) for cell in row.cells]
        told = [cell for cell in said if cell and not is_missing(cell)]
        if len(told) <= (1 if width > 2 else 0) and len(said) > 1:
            skips.append((row.line, "an empty or placeholder row" if not told else "a row with one cell"))
        elif said and bare(said[0]) in totals:
            skips.append((row.line, "a row of totals"))
        else:
            cells = row.cells + [""] * (width - len(row.cells))
            kept.append(Row(row.line, cells))
    return kept, skips


def _settle(headers: Sequence[Header], columns: Sequence[Typed], declared: Declared) -> None:
    """What Markdown tables show beyond their names: a status called "Result", a time, a knob in capitals."""
    for header, column in zip(headers, columns, strict=True):
        told = declared.fields[header.name]
        texts = [value for value in column.values if isinstance(value, str)]
        if texts and not told.role and canonical(header.name) == "results":
            known = sum(bool(read_status(text)) for text in texts)
            told.role = "status" if known * 2 >= len(texts) else ""
        elif not texts and _CONSTANT.fullmatch(header.name):
            told.kind = "param"
        elif not texts and told.kind == "attribute" and measure(told.unit) == "time":
            told.kind = "metric"
            told.role = told.role or ("duration" if "time" in name_key(header.name) else "")


def _find_name(headers: Sequence[Header], columns: Sequence[Typed], declared: Declared) -> None:
    """Settle which column names the run.

    A leading `#` is how people call the rows, more than their commits. Else what the vocabulary says, a
    header that means "run" in any language, or a first column of texts that all differ.
    """
    old = declared.run
    named = next(
        (i for i, h in enumerate(headers) if canonical(h.name) == "name" and _differs(columns[i])), -1
    )
    if is_counter(headers[0].name) and _differs(columns[0], share=0.9):
        at = 0
    elif old >= 0 and canonical(headers[old].name) in ("name", "commit"):
        at = old
    elif named >= 0 or (old >= 0 and canonical(headers[old].name)):
        at = named
    else:
        at = old
    if at < 0:
        at = next(
            (
                i
                for i, (header, column) in enumerate(zip(headers[:3], columns[:3], strict=True))
                if _is_text(column) and _differs(column) and not _is_other(header.name, declared)
            ),
            -1,
        )
    declared.run = at
    if old >= 0 and old != at:
        declared.fields[headers[old].name].kind = "attribute"
        declared.fields[headers[old].name].role = role_of(headers[old].name, columns[old].values)
    if at >= 0:
        declared.fields[headers[at].name].kind = "run"
        declared.fields[headers[at].name].role = ""


def _is_text(column: Typed) -> bool:
    values = [value for value in column.values if value is not None]
    return bool(values) and all(isinstance(value, str) and len(value) <= 80 for value in values)


def _is_other(name: str, declared: Declared) -> bool:
    """Whether a column is plainly something else than a name: a date, a note, a metric."""
    told = declared.fields[name]
    return bool(told.role or told.unit or canonical(name) or is_metric(name))


def _differs(column: Typed, share: float = 1.0) -> bool:
    values = [value for value in column.values if value is not None]
    return len(values) == len(column.values) and len(set(values)) >= share * len(values)


def _by_shape(table: RunTable) -> str:
    """Why the columns tell that the rows are no runs, or ""."""
    measured = has_status = has_number = has_param = False
    for at, (header, column) in enumerate(zip(table.headers, table.columns, strict=True)):
        if at == table.declared.run:
            continue
        told = table.declared.fields[header.name]
        is_number = any(isinstance(v, (int, float)) and not isinstance(v, bool) for v in column.values)
        has_number |= is_number or is_metric(header.name)
        has_status |= told.role == "status"
        has_param |= told.kind == "param"
        if is_number and not _DELTA.search(header.name):
            measured |= bool(is_metric(header.name) or header.direction or told.role == "duration")
    if _is_curve(table):
        return "a training curve: its rows are steps of one run"
    if any(name_key(h.name) in ("experiments", "runs", "experiment count") for h in table.headers[1:]):
        return "a table that sums up several runs in a row"
    if _is_identified(table) and (has_status or has_number):
        return ""
    if measured and (table.declared.run >= 0 or has_param):
        return ""
    return "no column that is known to be measured" if has_number else "no measured column and no status"


def _is_identified(table: RunTable) -> bool:
    """Whether a column is called run, experiment, trial … or `#`: the rows are runs by their own words."""
    if table.declared.run < 0:
        return False
    name = table.headers[table.declared.run].name
    strong = words("labels")["tables"]["identified"]
    return canonical(name) == "name" or is_counter(name) or name_key(name) in strong


def _find_metrics(table: RunTable) -> None:
    """In a table of runs, numbers with long fractions are measured, whatever their name ("Score")."""
    for header, column in zip(table.headers, table.columns, strict=True):
        told = table.declared.fields[header.name]
        floats = [value for value in column.values if isinstance(value, float)]
        if told.kind != "attribute" or told.role or any(isinstance(v, str) for v in column.values):
            continue
        if floats and sum(round(value, 2) != value for value in floats) * 2 > len(floats):
            told.kind = "metric"


def _is_curve(table: RunTable) -> bool:
    if _is_identified(table):
        return False
    for header, column in zip(table.headers, table.columns, strict=True):
        if name_key(header.name) not in ("step", "epoch", "iteration", "iter", "global step"):
            continue
        values = [v for v in column.values if isinstance(v, (int, float))]
        rising = values == sorted(set(values))
        if len(values) == len(column.values) > 1 and rising:
            others = [h.name for h in table.headers if h is not header]
            return not any(kind_of(name) == "param" and name_key(name) != "epoch" for name in others)
    return False
