"""What the answers about values by step share: a result's rows by name, numbers that are none, places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

from nlq.tell.common import Body, provenance, run_name
from nlq.tell.phrases import count_of, said
from store.history import History, Rows
from store.records import Value

__all__ = ["Told", "number", "number_said", "runs_told", "told_rows"]


class Told(dict[str, Value]):
    """A row of a result, its cells by the names of its columns; `name` is what the run is called."""

    name: str = ""


def told_rows(result: Rows, history: History) -> list[Told]:
    """The rows by name."""
    rows = []
    for row in result.rows:
        told = Told(zip(result.columns, row, strict=True))
        told.name = str(told["name"]) if told["name"] is not None else run_name(count_of(row[0]), history)
        rows.append(told)
    return rows


def number(value: Value) -> float | int | None:
    """A number that is one: no NaN, no infinity."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return None
    return value


def number_said(value: Value) -> str:
    """A value in a sentence; NaN as people write it."""
    return "NaN" if isinstance(value, float) and value != value else said(value)


def runs_told(
    body: Body,
    rows: Sequence[Told],
    history: History,
    cells: Callable[[Told], Sequence[Value]],
    metric: str = "",
) -> None:
    """Put rows into the table, the run's name first; what is no number is shown and left empty.

    Args:
        body: what is filled. rows: the runs. cells: what else of a row is told.
        metric: what is said of which metric it is, where several are told; "" for one.
    """
    for row in rows:
        line = len(body.rows)
        told: list[Value] = [row.name, metric] if metric else [row.name]
        for value in cells(row):
            none = isinstance(value, float) and not isfinite(value)
            if none:
                body.marks[line, len(told)] = number_said(value)
            told.append(None if none else value)
        body.rows.append(tuple(told))
    seen = {one.run for one in body.provenance}
    ids = dict.fromkeys(count_of(row["_row"]) for row in rows)
    body.provenance += [one for one in provenance(ids, history) if one.run not in seen]
