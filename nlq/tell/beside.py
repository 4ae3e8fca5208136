"""What must be said beside rows: runs of one name, values that two places disagree on, ties, the best that was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlq.keys import STATE
from nlq.query import Col, Condition, Select, Test, both
from nlq.sql import compile_query
from nlq.tell.common import run_name, said, with_unit
from store.catalog import Column
from store.history import History
from store.records import Value

__all__ = ["conflicts", "kept_best", "namesakes", "ties"]

LOOKED_AT = 20
"""Rows whose cells are looked at for conflicts."""

NAMED = 5


def namesakes(where: Condition | None, ids: Sequence[int], history: History) -> list[str]:
    """Where one name was asked for and several runs bear it."""
    run = history.catalog.role("run")
    if run is None or not isinstance(where, Test) or where.key != run.key or where.op != "=" or len(ids) < 2:
        return []
    places = ", ".join(str(history.place(row)) for row in ids[:4])
    return [f"{len(ids)} runs are called {where.value}: {places}"]


def conflicts(ids: Sequence[int], columns: Sequence[Column], history: History) -> list[str]:
    """Values shown that another place of the files has otherwise."""
    found: list[str] = []
    for row in ids[:LOOKED_AT]:
        for column in columns:
            mark = history.mark(row, column.name) if column.noted else None
            if mark is not None and mark.note.startswith("also "):
                found.append(f"{run_name(row, history)}: {column.name} is {mark.note}")
    return found


def ties(query: Select, value: Value, column: Column, history: History) -> list[str]:
    """Other runs that share the value of a superlative: the first of them in the history was named."""
    if value is None or isinstance(value, str) or column.type in ("date", "datetime"):
        return []
    same = replace(query, show=(), where=both(query.where, Test(column.key, "=", value)), limit=NAMED + 1)
    statement = compile_query(same, history.catalog).statements[0]
    rows = history.engine.run(statement.text, statement.params).rows
    if len(rows) < 2:
        return []
    names = [run_name(int(str(row[0])), history) for row in rows]
    listed = ", ".join(names[:NAMED]) + (" and more" if len(names) > NAMED else "")
    return [f"{column.name} {said(value)} is shared by {listed}; the first in the history is shown"]


def kept_best(query: Select, row: int, column: Column, history: History) -> list[str]:
    """Where the best run was discarded, the best of those that were kept."""
    state = history.engine.run("SELECT _state FROM runs WHERE _row = ?", (row,)).rows[0][0]
    higher = query.order[-1].descending
    if state != "discarded" or higher != (column.direction == "higher"):
        return []
    show = (Col(column.key),)
    kept = replace(query, show=show, where=both(query.where, Test(STATE, "=", "completed")), offset=0)
    statement = compile_query(kept, history.catalog).statements[0]
    rows = history.engine.run(statement.text, statement.params)
    if not rows.rows:
        return []
    value = rows.rows[0][list(rows.columns).index(column.key)]
    name = run_name(int(str(rows.rows[0][0])), history)
    text = f"the best that was kept is {name} ({column.name} {with_unit(value, column.unit)})"
    return [f"{run_name(row, history)} was discarded; {text}"]
