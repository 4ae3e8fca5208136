"""Lists, look-ups and superlatives."""

from __future__ import annotations

from nlq.lexicon import tells_runs
from nlq.paraphrase import condition_text
from nlq.query import Col, Order, Select
from nlq.states import names_state
from nlq.tell.beside import conflicts, kept_best, namesakes, ties
from nlq.tell.common import Body, census_of, header, in_unit, marked, plural, provenance, run_name, with_unit
from store.catalog import Column
from store.history import History, Rows

__all__ = ["rows_answer"]


def rows_answer(query: Select, result: Rows, census: Rows | None, history: History) -> Body:
    """The answer of a list or a superlative."""
    catalog = history.catalog
    hidden = 0 if query.distinct else 1
    ids = [int(str(row[0])) for row in result.rows] if hidden else []
    columns = [catalog.column(key) for key in result.columns[hidden:]]
    body = Body(columns=[header(Col(column.key), catalog) for column in columns])
    body.rows = [row[hidden:] for row in result.rows]
    body.marks = marked(ids, columns, history)
    body.provenance = provenance(ids, history)
    _drop_empty(body, query, columns)
    in_unit(body, query.unit)
    body.notes += [*namesakes(query.where, ids, history), *conflicts(ids, columns, history)]
    if query.order and query.limit is not None:
        _superlative(body, query, ids, result, columns, census, history)
    else:
        _list(body, query, ids, columns, history)
    return body


def _drop_empty(body: Body, query: Select, columns: list[Column]) -> None:
    """Leave out columns of the default view that are empty in every row shown."""
    if query.show or not body.rows:
        return
    kept = [at for at in range(len(columns)) if at == 0 or any(row[at] is not None for row in body.rows)]
    if len(kept) == len(columns):
        return
    place = {at: new for new, at in enumerate(kept)}
    body.columns = [body.columns[at] for at in kept]
    body.rows = [tuple(row[at] for at in kept) for row in body.rows]
    body.marks = {(line, place[at]): text for (line, at), text in body.marks.items() if at in place}


def _superlative(
    body: Body,
    query: Select,
    ids: list[int],
    result: Rows,
    columns: list[Column],
    census: Rows | None,
    history: History,
) -> None:
    catalog, noun = history.catalog, history.catalog.nouns[0]
    one = query.order[-1]
    finished, others = census_of(census)
    best = one.best and not query.every and not names_state(query.where, catalog)
    if best:
        body.left_out = others
    if not body.rows:
        body.headline = _none(query, history)
        return
    key = one.by.key
    where = f" with {condition_text(query.where, catalog)}" if query.where is not None else ""
    if key == "_row" or not isinstance(one.by, Col):
        body.headline = f"{_first_name(query, ids, result, history)}: the {'last' if one.descending else 'first'} in the file"
        return
    column = catalog.column(key)
    at = list(result.columns).index(key) if key in result.columns else -1
    value = result.rows[0][at] if at >= 0 else None
    end = _end(one, column)
    if query.limit == 1 and not query.per:
        place = {0: "", 1: "second ", 2: "third ", 3: "fourth "}.get(query.offset, f"{query.offset + 1}th ")
        pool = finished if best else finished + sum(others.values())
        of = (
            f" of {plural(pool, noun)}"
            if not (best and catalog.tells_state)
            else f" of {pool} finished {plural(pool, noun).split(' ', 1)[1]}"
        )
        body.headline = f"{_first_name(query, ids, result, history)}: {column.name} {with_unit(value, column.unit)}, the {place}{end}{of}{where}"
        if best and query.limit == 1 and ids:
            body.notes += kept_best(query, ids[0], column, history)
            body.notes += ties(query, value, column, history) if not query.offset else []
    else:
        per = f" for each {catalog.column(query.per).name}" if query.per else ""
        body.headline = f"{plural(len(body.rows), noun)} by {end} {column.name}{per}{where}"


def _first_name(query: Select, ids: list[int], result: Rows, history: History) -> str:
    if ids:
        run = history.catalog.role("run")
        if run is not None and run.key in result.columns:
            value = result.rows[0][list(result.columns).index(run.key)]
            if value is not None:
                return str(value)
        return run_name(ids[0], history)
    return ", ".join(str(cell) for cell in result.rows[0])


def _end(one: Order, column: Column) -> str:
    if column.type in ("date", "datetime"):
        return "latest" if one.descending else "earliest"
    return "highest" if one.descending else "lowest"


def _none(query: Select, history: History) -> str:
    noun = history.catalog.nouns[0]
    if query.where is None:
        return f"No {noun} has the numbers for this."
    return f"No {noun} with {condition_text(query.where, history.catalog)}."


def _list(body: Body, query: Select, ids: list[int], columns: list[Column], history: History) -> None:
    catalog, noun = history.catalog, history.catalog.nouns[0]
    if not body.rows:
        body.headline = _none(query, history)
        return
    where = f" with {condition_text(query.where, catalog)}" if query.where is not None else ""
    if len(body.rows) == 1 and ids and query.show:
        body.headline = _single(body, ids[0], columns, history)
        return
    if query.distinct:
        names = " and ".join(column.name for column in columns)
        body.headline = f"{len(body.rows)} different {names}{where}"
        return
    of = f" of {catalog.rows}" if query.where is not None and len(body.rows) < catalog.rows else ""
    body.headline = f"{plural(len(body.rows), noun)}{of}{where}"


def _single(body: Body, line: int, columns: list[Column], history: History) -> str:
    """ "exp-001: loss 3.45, CORE nothing recorded"."""
    parts = []
    name = run_name(line, history) if tells_runs(history.catalog) else ""
    for value, column, head in zip(body.rows[0], columns, body.columns, strict=True):
        if column.kind == "run" and str(value) == name:
            continue
        parts.append(
            f"{column.name} {with_unit(value, head.unit)}"
            if value is not None
            else f"no {column.name} recorded"
        )
    return f"{name}: {', '.join(parts)}" if name else ", ".join(parts)
