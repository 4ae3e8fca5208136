""" "Have I tried …": yes with the runs, or no with the nearest values that were tried."""

from __future__ import annotations

from collections.abc import Iterator

from nlq.columns import NUMERIC, main_metric
from nlq.keys import ROW, STATE
from nlq.paraphrase import condition_text, value_text, with_text
from nlq.query import Agg, Between, Col, Condition, In, Of, Or, Order, Scalar, Select, Test, Tried, conditions
from nlq.states import FINISHED, names_state
from nlq.tell.common import Ask, Body, header, marked, provenance, run_name
from nlq.tell.phrases import count_of, plural, said
from store.catalog import Column
from store.history import History, Rows

__all__ = ["tried_answer"]

FEW = 5
"""Other values of a word that are named."""


def tried_answer(query: Tried, result: Rows, history: History, ask: Ask) -> Body:
    """Yes with the runs, or no with the nearest values that were tried."""
    catalog = history.catalog
    noun, text = catalog.nouns[0], with_text(condition_text(query.where, catalog))
    if not result.rows and (ended := _as_it_ended(query, history, ask)):
        return Body(headline=f"No: {ended}.", answered=True)
    if not result.rows:
        near = _nearest(query, history, ask)
        told = f" Nearest tried: {near}." if near else ""
        return Body(headline=f"No {noun} {text}.{told}", answered=True)
    ids = [count_of(row[0]) for row in result.rows]
    columns = [catalog.column(key) for key in result.columns[1:]]
    body = Body(columns=[header(Col(column.key), catalog) for column in columns], answered=True)
    body.rows = [row[1:] for row in result.rows]
    body.marks = marked(ids, columns, history)
    body.provenance = provenance(ids, history)
    body.headline = f"Yes: {plural(len(ids), noun)} {text}"
    return body


def _as_it_ended(query: Tried, history: History, ask: Ask) -> str:
    """ "d26-elr0.2 is running", where a run was asked about that is in another state."""
    run = history.catalog.role("run")
    parts = conditions(query.where)
    named = [part for part in parts if isinstance(part, Test) and run is not None and part.key == run.key]
    if len(named) != 1 or len(parts) != 2 or not names_state(query.where, history.catalog):
        return ""
    rows = ask(Select((Col(STATE),), named[0])).rows
    return f"{named[0].value} is {rows[0][-1]}" if len(rows) == 1 else ""


def _nearest(query: Tried, history: History, ask: Ask) -> str:
    """The neighbours of a number below and above, the other values of a word."""
    for part in _parts(query.where):
        if not isinstance(part, (Test, In, Between)) or part.key == STATE:
            continue
        value = _asked_for(part)
        if isinstance(value, (Agg, Of)):
            continue
        column = history.catalog.column(part.key)
        if isinstance(value, (int, float)) and column.type in NUMERIC:
            near = [_neighbour(column, value, below, history, ask) for below in (True, False)]
            return " and ".join(filter(None, near))
        others = [said(other) for other in column.values[:FEW] if other is not None]
        return f"{column.name} {', '.join(others)}" if others else ""
    return ""


def _parts(where: Condition) -> Iterator[Condition]:
    """The conditions that hold together, of alternatives each."""
    for part in conditions(where):
        yield from part.of if isinstance(part, Or) else (part,)


def _asked_for(part: Test | In | Between) -> Scalar | Agg | Of:
    if isinstance(part, Test):
        return part.value
    return part.values[0] if isinstance(part, In) else part.low


def _neighbour(column: Column, value: float, below: bool, history: History, ask: Ask) -> str:
    """The nearest value on one side and the run that has it; "" where there is none."""
    nearest = Order(Col(column.key), descending=below)
    beyond = Test(column.key, "<" if below else ">", value)
    found = ask(Select((Col(column.key), Col(STATE)), beyond, order=(nearest,), limit=1))
    if not found.rows:
        return ""
    cells = dict(zip(found.columns, found.rows[0], strict=True))
    near = cells[column.key]
    assert isinstance(near, (int, float))
    return f"{value_text(near)} ({_told(count_of(cells[ROW]), str(cells[STATE]), history)})"


def _told(row: int, state: str, history: History) -> str:
    """ "baseline, loss 2.65", or how it ended where it did not."""
    metric = main_metric(history.catalog)
    name = run_name(row, history)
    if state not in FINISHED:
        return f"{name}, {state}"
    record = history.record(row)
    value = record.values.get(metric.name) if record and metric else None
    return f"{name}, {metric.name} {said(value)}" if metric and value is not None else name
