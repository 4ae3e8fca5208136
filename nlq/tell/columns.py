"""The columns of a history: all, its metrics, its parameters, those that vary."""

from __future__ import annotations

from nlq.answer import Header
from nlq.paraphrase import condition_text
from nlq.query import About, Agg, Select
from nlq.tell.common import Ask, Body
from nlq.tell.phrases import count_of, first_few, plural, said
from store.catalog import Column
from store.directions import known_source
from store.history import History

__all__ = ["columns_answer"]

NAMED = 8
"""Columns that are named in the headline."""

FEW = 6
"""Values of a column that are listed; of more, the ends are told."""

_KINDS = {"metrics": "metric", "parameters": "param", "varying": "param", "constant": "param"}
_NOUNS = {
    "metrics": "metric", "parameters": "parameter", "varying": "parameter", "constant": "constant parameter",
}  # fmt: skip
_BECAUSE = {
    "header": " (the file says so)",
    "config": " (configured)",
    "name": " (guessed from its name)",
    "claim": " (the log's best result is)",
}


def columns_answer(query: About, history: History, ask: Ask) -> Body:
    """The columns that a topic speaks of."""
    columns = _columns(query, history, ask)
    body = Body(answered=True)
    heads = ("column", "kind", "unit", "better" if query.topic == "metrics" else "values")
    body.columns = [*map(Header, heads), Header("runs", "integer")]
    for column in columns:
        told = _better(column) if query.topic == "metrics" else _values(column)
        body.rows.append((column.name, column.kind, column.unit or None, told, column.count))
    if query.topic == "metrics":
        body.columns.append(Header("range"))
        body.rows = [(*row, _range(column)) for row, column in zip(body.rows, columns, strict=True)]
    what = _NOUNS.get(query.topic, "column")
    verb = ""
    if query.topic == "varying":
        verb = " that varies" if len(columns) == 1 else " that vary"
    where = ""
    if query.where is not None:
        where = f" among runs with {condition_text(query.where, history.catalog)}"
    body.headline = f"No {what}{verb} is recorded{where}."
    if columns:
        names = first_few((column.name for column in columns), NAMED)
        body.headline = f"{plural(len(columns), what)}{verb}{where}: {names}"
    return body


def _columns(query: About, history: History, ask: Ask) -> list[Column]:
    kind = _KINDS.get(query.topic)
    columns = [c for c in history.catalog.columns if kind is None or c.kind == kind]
    if query.topic not in ("constant", "varying") or not columns:
        return columns
    counts = [column.distinct for column in columns]
    if query.where is not None:
        different = tuple(Agg("count", column.key, distinct=True) for column in columns)
        counts = list(map(count_of, ask(Select(different, query.where)).rows[0]))
    varies = query.topic == "varying"
    return [c for c, count in zip(columns, counts, strict=True) if (count > 1 if varies else count == 1)]


def _better(column: Column) -> str:
    if column.because == "known metric":
        return f"{column.direction} ({known_source(column.name)})"
    return f"{column.direction}{_BECAUSE.get(column.because, '')}" if column.direction else "not known"


def _values(column: Column) -> str:
    if column.values and column.distinct <= FEW:
        return ", ".join(said(value) for value in sorted(column.values, key=lambda v: (str(type(v)), v)))
    return _range(column) or f"{column.distinct} different"


def _range(column: Column) -> str | None:
    return f"{said(column.low)} … {said(column.high)}" if column.low is not None else None
