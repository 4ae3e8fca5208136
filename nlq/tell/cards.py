"""A run told in full, or one part of it, every line with the place it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlq.answer import Header
from nlq.query import Card
from nlq.tell.beside import joined
from nlq.tell.common import Body, provenance, run_name
from nlq.tell.phrases import count_of, plural, said, with_condition, with_unit
from store.catalog import Column
from store.history import History, Rows
from store.records import Mark, RunRecord, Value

__all__ = ["card_answer"]

WIDEST = 10
"""Columns of a table of several runs."""

_TELLING = (
    "status",
    "goal",
    "hypothesis",
    "notes",
    "observations",
    "description",
    "verdict",
    "conclusion",
    "error",
)
_CONFIG = ("command", "config", "hardware")
_TOPICS = {"config": "config", "notes": "notes", "details": "all that is recorded"}

Cells = Sequence[tuple[Column, Value]]


def card_answer(query: Card, result: Rows, history: History) -> Body:
    """The cards of the runs a question singles out."""
    catalog = history.catalog
    if not result.rows:
        return Body(headline=f"No {catalog.nouns[0]}{with_condition(query.where, catalog)}.")
    ids = [count_of(row[0]) for row in result.rows]
    columns = [catalog.column(key) for key in result.columns[1:]]
    if len(ids) > 1:
        body = _several(query, ids, result, columns, history)
    else:
        body = _single(query, ids[0], list(zip(columns, result.rows[0][1:], strict=True)), history)
    body.provenance = provenance(ids, history)
    body.notes += joined(ids, history)
    return body


def _told_by(topic: str, columns: list[Column]) -> list[Column]:
    """Which columns a topic speaks of; all of them where none tells why."""
    if topic == "config":
        return [c for c in columns if c.kind == "param" or c.role in _CONFIG]
    if topic in ("why", "notes"):
        telling = [c for c in columns if c.role in _TELLING or c.name.lower() in _TELLING]
        return telling if topic == "notes" or telling else columns
    return columns


# -- one run


def _single(query: Card, row: int, cells: Cells, history: History) -> Body:
    record = history.record(row)
    body = Body(columns=[Header("field"), Header("value")], answered=True)
    body.headline = f"{run_name(row, history)}: {_headline(query, cells, record)}"
    told = _told_by(query.topic, [column for column, _ in cells])
    for column, value in cells:
        if column not in told or value is None or column.kind == "run":
            continue
        mark = record.marks.get(column.name) if record else None
        text = mark.text if mark and (mark.note or mark.approx) else with_unit(value, column.unit)
        body.rows.append((column.name, " / ".join(_lines(text))))
        if query.topic in ("why", "notes") and record is not None and isinstance(value, str):
            body.details += _places(column, value, mark, record)
    if query.topic == "why" and record is not None:
        body.rows += _ends([column for column, _ in cells], record)
    return body


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _places(column: Column, text: str, mark: Mark | None, record: RunRecord) -> Iterator[str]:
    """The lines of a text with the line of the file that each stands on, where that is known."""
    known = mark.line if mark else 0
    for offset, line in enumerate(text.splitlines()):
        if line.strip():
            at = known + offset if known else record.place.line
            yield f"{replace(record.place, line=at, end=at)}  {column.name}: {line.strip()}"


def _ends(columns: Sequence[Column], record: RunRecord) -> Iterator[tuple[str, str]]:
    """Metrics whose cell says how the run ended."""
    for column in columns:
        mark = record.marks.get(column.name)
        if column.kind == "metric" and mark is not None and mark.note:
            yield column.name, mark.text


def _headline(query: Card, cells: Cells, record: RunRecord | None) -> str:
    if query.topic != "why":
        return _TOPICS[query.topic]
    status = next((said(value) for c, value in cells if c.role == "status" and value is not None), "")
    notes = [mark.note for mark in record.marks.values()] if record else []
    remark = next((note for note in notes if note and not note.startswith("also")), "")
    if not status and not remark:
        return "the log does not say how it ended; what it says of it:"
    if remark and status.lower() in remark.lower():
        return remark
    return ", ".join(filter(None, (status, remark)))


# -- several runs


def _several(query: Card, ids: list[int], result: Rows, columns: list[Column], history: History) -> Body:
    """One row each, the fields of the topic that any of them has."""
    catalog = history.catalog
    run = catalog.role("run")
    told = [c for c in _told_by(query.topic, columns) if c.kind != "run"]
    place = {column.key: at for at, column in enumerate(columns, 1)}
    wanted = [c for c in told if any(row[place[c.key]] is not None for row in result.rows)][:WIDEST]
    body = Body(answered=True)
    body.columns = [Header(run.name if run else catalog.nouns[0])]
    body.columns += [Header(column.name, column.type, column.unit) for column in wanted]
    for row, cells in zip(ids, result.rows, strict=True):
        body.rows.append((run_name(row, history), *(cells[place[column.key]] for column in wanted)))
    body.headline = f"{plural(len(ids), catalog.nouns[0])}{with_condition(query.where, catalog)}"
    return body
