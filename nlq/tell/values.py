"""Values tried: each with its runs and the main metric's best of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlq.answer import Header
from nlq.columns import best_of, main_metric
from nlq.paraphrase import condition_text
from nlq.query import Col, Select, Values
from nlq.tell.common import Ask, Body, header
from nlq.tell.phrases import count_of, first_few, plural, said, with_condition, with_unit
from store.catalog import Column
from store.history import History, Rows
from store.records import CHANGED, Value

__all__ = ["values_answer"]

NAMES = 4
"""Runs that are named beside a value."""

TOLD = 8
"""Values that are told in the headline."""


def values_answer(query: Values, results: Sequence[Rows], history: History, ask: Ask) -> Body:
    """The values of one or several columns, each with its runs."""
    catalog = history.catalog
    columns = [catalog.column(key) for key in query.keys]
    metric = main_metric(catalog)
    body = Body(columns=_headers(query, columns, history), directed=[metric] if metric else [])
    found = [(column, result) for column, result in zip(columns, results, strict=True) if result.rows]
    body.answered = bool(found)
    for column, result in found:
        body.rows += _rows(column, result, history, several=len(columns) > 1)
    _mark_unfinished(body, query, results, history, ask)
    if query.where is None:
        _add_earlier(body, columns, query, history)
    where = with_condition(query.where, catalog)
    if not found:
        body.headline = f"No value of {' or '.join(c.name for c in columns)} is recorded{where}."
        return body
    listed = [first_few((said(row[0]) for row in result.rows), TOLD) for _, result in found]
    counts = [f"{plural(len(result.rows), 'value')} of {column.name}" for column, result in found]
    if len(columns) > 1:
        body.headline = "; ".join(f"{count}: {told}" for count, told in zip(counts, listed, strict=True))
    else:
        body.headline = f"{counts[0]} tried{where}: {listed[0]}"
    if query.part is not None:
        part, whole = (sum(count_of(row[at]) for _, result in found for row in result.rows) for at in (2, 1))
        runs = plural(whole, catalog.nouns[0])
        body.headline += f"; {part or 'none'} of {runs} {condition_text(query.part, catalog)}"
    return body


def _rows(column: Column, result: Rows, history: History, *, several: bool) -> Iterator[tuple[Value, ...]]:
    """The rows of one column; where several columns share the table, each says whose value it is."""
    named = history.catalog.role("run") is not None
    for row in result.rows:
        cells = row[:-1] if named else row
        own = (column.name, with_unit(row[0], column.unit), *cells[1:]) if several else cells
        yield (*own, _names(row[-1])) if named else own


def _headers(query: Values, columns: list[Column], history: History) -> list[Header]:
    catalog, metric = history.catalog, main_metric(history.catalog)
    if len(columns) == 1:
        heads = [header(Col(columns[0].key), catalog)]
    else:
        heads = [Header("column"), Header("value")]
    heads.append(Header(f"{catalog.nouns[0]}s", "integer"))
    if query.part is not None:
        heads.append(Header(condition_text(query.part, catalog), "integer"))
    if metric is not None:
        own = header(best_of(metric), catalog)
        heads.append(Header(f"best {metric.name}", own.type, own.unit))
    return [*heads, Header("which")] if catalog.role("run") else heads


def _names(cell: object) -> str:
    names = [str(name) for name in cell] if isinstance(cell, (list, tuple)) else [str(cell)]
    more = f" +{len(names) - NAMES}" if len(names) > NAMES else ""
    return ", ".join(names[:NAMES]) + more


def _mark_unfinished(body: Body, query: Values, results: Sequence[Rows], history: History, ask: Ask) -> None:
    """The number of a value whose runs never finished is told with that: it is no one's best."""
    metric = main_metric(history.catalog)
    if metric is None or not history.catalog.tells_state:
        return
    best = best_of(metric)
    at = next(i for i, head in enumerate(body.columns) if head.name == f"best {metric.name}")
    line = 0
    for key, result in zip(query.keys, results, strict=True):
        finished = {row[0]: row[1] for row in ask(Select((best,), query.where, (key,))).rows}
        for row in result.rows:
            cell = body.rows[line][at]
            if finished.get(row[0]) is None and cell is not None:
                body.marks[line, at] = f"{said(cell)} (unfinished)"
            line += 1


# -- values that were only changed from


def _add_earlier(body: Body, columns: list[Column], query: Values, history: History) -> None:
    """A row for each value that was only changed from: it was in use, and no run is named by it."""
    for column in columns:
        earlier = _earlier(column, history)
        if not earlier:
            continue
        if query.part is not None:  # of a value that no run is named by, nothing was kept
            body.notes.append(f"{column.name} was {', '.join(earlier)} before it was changed")
            continue
        lead: tuple[Value, ...] = (column.name,) if len(columns) > 1 else ()
        for text in earlier:
            cells = (*lead, text if lead else _number(text), 0)
            rest = (None,) * (len(body.columns) - len(cells) - 1)
            body.rows.append((*cells, *rest, "in use before it was changed"))
        body.notes.append(f"values of {column.name} are read from what the descriptions say was changed")


def _earlier(column: Column, history: History) -> list[str]:
    """Values that a change was made from and that no run names as its own."""
    marks = [run.marks.get(column.name) for source in history.sources for run in source.runs]
    changed = [m.note for m in marks if m is not None and m.note.startswith(CHANGED)]
    own = {"None", *map(said, column.values)}
    old = (note.removeprefix(CHANGED) for note in changed)
    return [value for value in dict.fromkeys(old) if value not in own]


def _number(text: str) -> Value:
    try:
        return float(text) if "." in text or "e" in text else int(text)
    except ValueError:
        return text
