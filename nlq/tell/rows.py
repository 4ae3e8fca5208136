"""Lists and look-ups; a list that is ranked is told by `nlq.tell.best`."""

from __future__ import annotations

from nlq.keys import column_of
from nlq.lexicon import tells_runs
from nlq.query import Col, Select
from nlq.tell.beside import conflicts, joined, namesakes
from nlq.tell.best import best_told, none_told
from nlq.tell.bests import call_last
from nlq.tell.common import Ask, Body, header, in_unit, marked, provenance, run_name
from nlq.tell.phrases import count_of, plural, with_condition, with_unit
from store.catalog import Column
from store.history import History, Rows

__all__ = ["rows_answer"]


def rows_answer(query: Select, result: Rows, history: History, ask: Ask) -> Body:
    """The answer of a list or a superlative."""
    hidden = 0 if query.distinct else 1
    ids = [count_of(row[0]) for row in result.rows] if hidden else []
    columns = [column_of(history.catalog, key) for key in result.columns[hidden:]]
    body = Body(columns=[header(Col(column.key), history.catalog) for column in columns])
    body.rows = [row[hidden:] for row in result.rows]
    call_last(body, columns)
    body.marks = marked(ids, columns, history)
    body.provenance = provenance(ids, history)
    if not query.show:
        _leave_out_empty(body)
    in_unit(body, query.unit)
    body.notes += [
        *namesakes(query.where, ids, history),
        *conflicts(ids, columns, history),
        *joined(ids, history),
    ]
    if query.order and query.limit is not None:
        best_told(body, query, ids, result, history, ask)
    else:
        _list(body, query, ids, columns, history)
    return body


def _leave_out_empty(body: Body) -> None:
    """Leave out columns of the default view that are empty in every row shown."""
    empty = [at for at in range(1, len(body.columns)) if all(row[at] is None for row in body.rows)]
    if not empty or not body.rows:
        return
    kept = [at for at in range(len(body.columns)) if at not in empty]
    place = {at: new for new, at in enumerate(kept)}
    body.columns = [body.columns[at] for at in kept]
    body.rows = [tuple(row[at] for at in kept) for row in body.rows]
    body.marks = {(line, place[at]): text for (line, at), text in body.marks.items() if at in place}


def _list(body: Body, query: Select, ids: list[int], columns: list[Column], history: History) -> None:
    catalog = history.catalog
    if not body.rows:
        body.headline = none_told(query, history)
        return
    if len(body.rows) == 1 and ids and query.show:
        body.headline = _single(body, ids[0], columns, history)
        return
    where = with_condition(query.where, catalog)
    if query.distinct:
        body.headline = f"{len(body.rows)} different {' and '.join(column.name for column in columns)}{where}"
        return
    of = f" of {catalog.rows}" if query.where is not None and len(body.rows) < catalog.rows else ""
    body.headline = f"{plural(len(body.rows), catalog.nouns[0])}{of}{where}"


def _single(body: Body, row: int, columns: list[Column], history: History) -> str:
    """ "exp-001: loss 3.45, no CORE recorded"."""
    name = run_name(row, history) if tells_runs(history.catalog) else ""
    told = ", ".join(
        f"{column.name} {body.marks.get((0, at), with_unit(value, head.unit))}"
        if value is not None or ((0, at) in body.marks and column.series)
        else f"no {column.name} recorded"
        for at, (value, column, head) in enumerate(zip(body.rows[0], columns, body.columns, strict=True))
        if column.kind != "run" or str(value) != name
    )
    return f"{name}: {told}" if name else told
