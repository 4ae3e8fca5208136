"""Where the engine's rows and the independent evaluator part."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from nlq.answer import Answer
from nlq.engine import Trace
from nlq.query import About, Col, Compare, Has, Query, Select, Steps, Tried
from nlq.sql import Statement
from store.history import Rows
from tests.evaluator import FINISHED, Evaluator, Run, Table

__all__ = ["differences", "disagreements"]


def disagreements(made: Trace, evaluator: Evaluator) -> list[str]:
    """What the engine's results for a question say otherwise than the evaluator; [] where they agree."""
    assert made.answer is not None
    query = made.answer.query
    assert query is not None
    if isinstance(query, About):
        return list(_about(query, made.answer, evaluator))
    assert made.sql is not None
    tables = evaluator.tables(query)
    if len(tables) != len(made.results):
        return [f"{len(made.results)} results, {len(tables)} expected"]
    found: list[str] = []
    for table, rows, statement in zip(tables, made.results, made.sql.statements, strict=True):
        found += differences(table, rows, statement)
    found += _shown(query, made.sql.statements)
    found += _told(query, made.answer, made.results)
    if isinstance(query, Steps):
        found += _stepped(query, made.answer, made.results, evaluator)
    if isinstance(query, Compare):
        found += _means(query, made.answer, evaluator)
    return found


def differences(table: Table, rows: Rows, statement: Statement) -> Iterator[str]:
    """Where the rows of a statement are not those of a table that was worked out for it."""
    if table.ids is not None:
        got = [row[0] for row in rows.rows]
        if got != table.ids:
            yield f"runs {_some(got)}, expected {_some(table.ids)}"
            return
    elif len(table.rows) != len(rows.rows):
        yield f"{len(rows.rows)} rows, expected {len(table.rows)}"
        return
    share = statement.items == (None, None)
    for number, (row, expected) in enumerate(zip(rows.rows, table.rows, strict=True)):
        if share:
            if row != expected(Col("")):
                yield f"share {row}, expected {expected(Col(''))}"
            continue
        for cell, item in zip(row, statement.items, strict=True):
            housekeeping = item is None and table.ids is not None
            if not housekeeping and not _same(cell, expected(item)):
                yield f"row {number + 1}, {item}: {cell!r}, expected {expected(item)!r}"


def _shown(query: Query, statements: Sequence[Statement]) -> Iterator[str]:
    """Everything a selection names has to be in its result."""
    if isinstance(query, Select):
        for item in (*query.show, *(Col(key) for key in query.group)):
            if item not in statements[0].items:
                yield f"{item} is not among the columns"


def _told(query: Query, answer: Answer, results: Sequence[Rows]) -> Iterator[str]:
    """The answer tells every row, and the cells that it shows are those of the result."""
    if not isinstance(query, (Select, Tried)) or not answer.rows:
        return
    if isinstance(query, Select) and query.unit:
        return  # told in another unit than the column's
    rows = results[0].rows
    if len(answer.rows) != len(rows):
        yield f"{len(answer.rows)} rows told of {len(rows)}"
        return
    for told, row in zip(answer.rows, rows, strict=True):
        for cell in told:
            if cell is not None and not any(_same(cell, one) for one in row):
                yield f"{cell!r} is told and stands in no result"


def _stepped(query: Steps, answer: Answer, results: Sequence[Rows], evaluator: Evaluator) -> Iterator[str]:
    """Every number that is told stands in some result, a span of time in the unit of the column."""
    rows = [row for result in results for row in result.rows]
    cells = [cell for row in rows for cell in row]
    names = {evaluator.columns[key].name for key in query.keys} | _SAID
    for row in answer.rows:
        for head, cell in zip(answer.columns, row, strict=True):
            if cell is None or cell in names or head.name == "after":
                continue
            if not any(_same(cell, one) or str(one).lower() == str(cell).lower() for one in cells):
                yield f"{head.name} {cell!r} is told and stands in no result"


_SAID = {"falling", "rising", "flat", "too few values"}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    if one is None or other is None:
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        if math.isnan(one) or math.isnan(other):
            return math.isnan(one) and math.isnan(other)
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def _some(ids: Sequence[Any]) -> str:
    return f"{len(ids)} {list(ids[:8])}{'…' if len(ids) > 8 else ''}"


# -- what is not SQL: the numbers of a comparison, and what is told of the history itself


def _means(query: Compare, answer: Answer, evaluator: Evaluator) -> Iterator[str]:
    """The mean of each metric on each side, as the table tells it."""
    sides = [evaluator.side(side, query.where) for side in query.sides]
    if not all(sides):
        return
    names = {column.name: column for column in evaluator.columns.values() if column.kind == "metric"}
    for row in answer.rows:
        column = names.get(str(row[0]))
        if column is None:
            continue
        for side, cell in zip(sides, row[1:], strict=False):
            expected = _mean(side, column.key, evaluator)
            if not _tells(str(cell).replace("−", "-"), expected):
                yield f"{column.name}: {cell}, expected {expected}"


def _tells(cell: str, expected: float | None) -> bool:
    """Whether a cell ("2.71 ± 0.16 h (n=21)") tells a number, to the places it is written with.

    Example:
        >>> _tells("2.71 ± 0.16 h (n=21)", 2.7118571), _tells("2.72 ± 0.16", 2.7118571), _tells("none", None)
        (True, False, True)
    """
    told = re.match(r"-?\d+(?:\.(\d+))?(?:e[-+]?\d+)?", cell)
    if told is None or expected is None:
        return told is None and expected is None
    half = 0.5000001 * 10.0 ** -len(told[1] or "") if "±" in cell else 0.0
    return math.isclose(float(told[0]), expected, rel_tol=1e-5, abs_tol=half)


def _mean(side: list[Run], key: str, evaluator: Evaluator) -> float | None:
    """Of the runs that finished; a single run is told as it is."""
    runs = side if len(side) == 1 else [run for run in side if run.cells["_state"] in FINISHED]
    sentinel = evaluator.columns[key].sentinel
    values = [run.cells[key] for run in runs if run.cells.get(key) is not None and run.cells[key] != sentinel]
    return math.fsum(values) / len(values) if values else None


_COUNTS = {
    "metrics": ("metric", 0, math.inf),
    "parameters": ("param", 0, math.inf),
    "varying": ("param", 2, math.inf),
    "constant": ("param", 1, 1),
}
"""What a topic lists: columns of a kind with at least and at most so many different values."""


def _about(query: About, answer: Answer, evaluator: Evaluator) -> Iterator[str]:
    told = [row[0] for row in answer.rows]
    runs = evaluator.matching(query.where)
    if query.topic in ("todo", "open", "done"):
        wanted = {"todo": (True, False), "open": (False,), "done": (True,)}[query.topic]
        said = query.where.text.lower() if isinstance(query.where, Has) else ""
        expected = [one.text for one in evaluator.todos if one.done in wanted and said in one.text.lower()]
        if [row[1] for row in answer.rows] != expected:
            yield f"{len(answer.rows)} things to try, expected {len(expected)}"
    elif query.topic in _COUNTS:
        kind, least, most = _COUNTS[query.topic]
        names = [
            column.name
            for key, column in evaluator.columns.items()
            if column.kind == kind
            and least <= len({run.cells[key] for run in runs if key in run.cells}) <= most
        ]
        if sorted(map(str, told)) != sorted(names):
            yield f"{told}, expected {names}"
    elif query.topic == "summary" and not any(str(row[1]) == str(len(runs)) for row in answer.rows):
        yield f"no row tells {len(runs)} runs"
