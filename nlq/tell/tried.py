"""Values tried, and "have I tried …": yes or no, the runs, and the nearest values."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.answer import Header
from nlq.columns import main_metric
from nlq.keys import STATE
from nlq.paraphrase import condition_text, value_text
from nlq.query import Agg, Between, Col, In, Of, Or, Select, Test, Tried, Values, conditions
from nlq.sql import compile_query
from nlq.tell.common import Body, header, marked, plural, provenance, run_name, said, with_unit
from store.catalog import Column
from store.history import History, Rows
from store.records import Value

__all__ = ["tried_answer", "values_answer"]

NAMES = 4


def values_answer(query: Values, results: Sequence[Rows], history: History) -> Body:
    """The values of one or several columns, each with its runs."""
    catalog = history.catalog
    columns = [catalog.column(key) for key in query.keys]
    several = len(columns) > 1
    body = Body(columns=_headers(query, columns, history))
    body.answered = any(result.rows for result in results)
    for column, result in zip(columns, results, strict=True):
        for row in result.rows:
            cells = row[:-1] if catalog.role("run") else row
            name = (_names(row[-1]),) if catalog.role("run") else ()
            own = (column.name, with_unit(row[0], column.unit), *cells[1:]) if several else cells
            body.rows.append((*own, *name))
    _mark_unfinished(body, query, results, history)
    _add_earlier(body, columns, query, history)
    where = f" with {condition_text(query.where, catalog)}" if query.where is not None else ""
    found = [(c, r) for c, r in zip(columns, results, strict=True) if r.rows]
    if not found:
        body.headline = f"No value of {' or '.join(c.name for c in columns)} is recorded{where}."
        return body
    told = []
    for column, result in found:
        listed = ", ".join(said(row[0]) for row in result.rows[:8]) + (", …" if len(result.rows) > 8 else "")
        told.append(f"{plural(len(result.rows), 'value')} of {column.name}: {listed}" if several else listed)
    body.headline = "; ".join(told)
    if not several:
        body.headline = (
            f"{plural(len(found[0][1].rows), 'value')} of {found[0][0].name} tried{where}: {told[0]}"
        )
    if query.part is not None:
        part, whole = (sum(int(str(row[at])) for _, r in found for row in r.rows) for at in (2, 1))
        body.headline += (
            f"; {part or 'none'} of {plural(whole, catalog.nouns[0])} {condition_text(query.part, catalog)}"
        )
    return body


def _mark_unfinished(body: Body, query: Values, results: Sequence[Rows], history: History) -> None:
    """The number of a value whose runs never finished is told with that: it is no one's best."""
    metric = main_metric(history.catalog)
    if metric is None or not history.catalog.tells_state:
        return
    best = Agg("max" if metric.direction == "higher" else "min", metric.key)
    line = 0
    at = next(i for i, head in enumerate(body.columns) if head.name == f"best {metric.name}")
    for key, result in zip(query.keys, results, strict=True):
        statement = compile_query(Select((best,), query.where, (key,)), history.catalog).statements[0]
        finished = {row[0]: row[1] for row in history.engine.run(statement.text, statement.params).rows}
        for row in result.rows:
            if finished.get(row[0]) is None and body.rows[line][at] is not None:
                body.marks[line, at] = f"{said(body.rows[line][at])} (unfinished)"
            line += 1


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
        best = "max" if metric.direction == "higher" else "min"
        own = header(Agg(best, metric.key), catalog)  # type: ignore[arg-type]
        heads.append(Header(f"best {metric.name}", own.type, own.unit))
    return [*heads, Header("which")] if catalog.role("run") else heads


def _before(columns: list[Column], history: History) -> list[tuple[Column, list[str]]]:
    """Values that a change was made from and that no run names as its own."""
    found: list[tuple[Column, list[str]]] = []
    for column in columns:
        old = []
        for source in history.sources:
            for run in source.runs:
                mark = run.marks.get(column.name)
                if mark is not None and mark.note.startswith("changed from "):
                    old.append(mark.note.removeprefix("changed from "))
        own = {said(value) for value in column.values}
        earlier = [value for value in dict.fromkeys(old) if value not in own and value != "None"]
        if earlier:
            found.append((column, earlier))
    return found


def _add_earlier(body: Body, columns: list[Column], query: Values, history: History) -> None:
    """A row for each value that was only changed from: it was in use, and no run is named by it."""
    if query.where is not None:
        return
    for column, earlier in _before(columns, history):
        lead: tuple[Value, ...] = (column.name,) if len(columns) > 1 else ()
        if query.part is not None:  # of a value that no run is named by, nothing was kept
            body.notes.append(f"{column.name} was {', '.join(earlier)} before it was changed")
            continue
        for text in earlier:
            cells = (*lead, text if lead else _number(text), 0)
            rest = len(body.columns) - len(cells) - 1
            body.rows.append((*cells, *(None for _ in range(rest)), "in use before it was changed"))
        body.notes.append(f"values of {column.name} are read from what the descriptions say was changed")


def _number(text: str) -> Value:
    try:
        return float(text) if "." in text or "e" in text else int(text)
    except ValueError:
        return text


def _names(cell: object) -> str:
    names = [str(name) for name in cell] if isinstance(cell, (list, tuple)) else [str(cell)]
    more = f" +{len(names) - NAMES}" if len(names) > NAMES else ""
    return ", ".join(names[:NAMES]) + more


def tried_answer(query: Tried, result: Rows, history: History) -> Body:
    """Yes with the runs, or no with the nearest values that were tried."""
    catalog = history.catalog
    ids = [int(str(row[0])) for row in result.rows]
    columns = [catalog.column(key) for key in result.columns[1:]]
    body = Body(columns=[header(Col(c.key), catalog) for c in columns], answered=True)
    body.rows = [row[1:] for row in result.rows]
    body.marks = marked(ids, columns, history)
    body.provenance = provenance(ids, history)
    text = condition_text(query.where, catalog)
    if body.rows:
        body.headline = f"Yes: {plural(len(ids), catalog.nouns[0])} with {text}"
        return body
    body.columns, body.answered = [], True
    near = _nearest(query, history)
    body.headline = f"No {catalog.nouns[0]} with {text}." + (f" Nearest tried: {near}." if near else "")
    return body


def _nearest(query: Tried, history: History) -> str:
    """The neighbours of a number below and above, the other values of a word."""
    parts = [one for part in conditions(query.where) for one in (part.of if isinstance(part, Or) else (part,))]
    for part in parts:
        if isinstance(part, (Test, In, Between)) and part.key != STATE:
            column = history.catalog.column(part.key)
            value = (
                part.value if isinstance(part, Test) else part.values[0] if isinstance(part, In) else part.low
            )
            if isinstance(value, (Agg, Of)):
                continue
            if isinstance(value, (int, float)) and column.type in ("integer", "number"):
                return " and ".join(
                    _neighbour(column, value, side, history)
                    for side in ("<", ">")
                    if _neighbour(column, value, side, history)
                )
            others = [said(v) for v in column.values[:5] if v is not None]
            return f"{column.name} {', '.join(others)}" if others else ""
    return ""


def _neighbour(column: Column, value: float, side: str, history: History) -> str:
    from nlq.sql import _quote

    name = _quote(column.key)
    order = "DESC" if side == "<" else "ASC"
    found = history.engine.run(
        f"SELECT {name}, _row, _state FROM runs WHERE {name} {side} ? ORDER BY {name} {order}, _row LIMIT 1",
        (value,),
    )
    if not found.rows:
        return ""
    near, row, state = found.rows[0]
    return f"{value_text(near)} ({_told(int(str(row)), str(state), history)})"  # type: ignore[arg-type]


def _told(row: int, state: str, history: History) -> str:
    """ "baseline, loss 2.65", or how it ended where it did not."""
    metric = main_metric(history.catalog)
    name = run_name(row, history)
    if state not in ("completed", "discarded"):
        return f"{name}, {state}"
    record = history.record(row)
    value: Value = record.values.get(metric.name) if record and metric else None
    return f"{name}, {metric.name} {said(value)}" if metric and value is not None else name
