"""What must be said beside rows: namesakes, values told in two ways, ties, the best that was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlq.columns import DATES
from nlq.keys import ROW, STATE
from nlq.query import Col, Condition, Select, Test, both
from nlq.tell.common import Ask, run_name
from nlq.tell.phrases import count_of, said, with_unit
from store.catalog import Column
from store.history import History
from store.records import ELSEWHERE, Place, Value

__all__ = ["conflicts", "joined", "kept_best", "namesakes", "ties"]

LOOKED_AT = 20
"""Rows whose cells are looked at for conflicts."""

NAMED = 5
"""Runs of a tie that are named."""

TIED_AMONG = 100_000
"""Runs of the largest history in which ties are looked for: it is one more scan."""


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
            if mark is not None and mark.note.startswith(ELSEWHERE):
                found.append(f"{run_name(row, history)}: {column.name} is {mark.note}")
    return found


def joined(ids: Sequence[int], history: History) -> list[str]:
    """Runs that several stores tell of, by which, and whether these agree."""
    told: dict[tuple[tuple[str, ...], int], list[str]] = {}
    for row in ids[:LOOKED_AT]:
        record = history.record(row)
        if record is None or not record.also:
            continue
        stores = tuple(dict.fromkeys(_store_of(place, history) for place in history.places(row)))
        apart = sum(mark.note.startswith(ELSEWHERE) for mark in record.marks.values())
        told.setdefault((stores, apart), []).append(run_name(row, history))
    return [_joined(stores, apart, runs) for (stores, apart), runs in told.items()]


def _joined(stores: tuple[str, ...], apart: int, runs: list[str]) -> str:
    names = f"{', '.join(runs[:NAMED])}{' and more' if len(runs) > NAMED else ''}"
    listed = f"{', '.join(stores[:-1])} and {stores[-1]}" if len(stores) > 1 else f"copies in {stores[0]}"
    if not apart:
        return f"{names}: told alike by {listed}"
    values = "1 value differs" if apart == 1 else f"{apart} values differ"
    return f"{names}: told by {listed}; {values} (ask conflicts)"


def _store_of(place: Place, history: History) -> str:
    """The source that a place lies in."""
    within = (
        one.path for one in history.sources if place.path == one.path or place.path.startswith(f"{one.path}/")
    )
    return max(within, key=len, default=place.path)


def ties(query: Select, value: Value, column: Column, history: History, ask: Ask) -> list[str]:
    """Other runs that share the value of a superlative: the first of them in the history was named."""
    if value is None or isinstance(value, str) or column.type in DATES or history.catalog.rows > TIED_AMONG:
        return []
    same = both(query.where, Test(column.key, "=", value))
    rows = ask(replace(query, show=(), where=same, limit=NAMED + 1)).rows
    if len(rows) < 2:
        return []
    names = [run_name(count_of(row[0]), history) for row in rows]
    listed = ", ".join(names[:NAMED]) + (" and more" if len(names) > NAMED else "")
    return [f"{column.name} {said(value)} is shared by {listed}; the first in the history is shown"]


def kept_best(query: Select, row: int, column: Column, history: History, ask: Ask) -> list[str]:
    """Where the best run was discarded, the best of those that were kept."""
    wants_better = query.order[-1].descending == (column.direction == "higher")
    state = ask(Select((Col(STATE),), Test(ROW, "=", row))).rows[0][-1] if wants_better else ""
    if state != "discarded":
        return []
    kept = both(query.where, Test(STATE, "=", "completed"))
    found = ask(replace(query, show=(Col(column.key),), where=kept, offset=0))
    if not found.rows:
        return []
    cells = dict(zip(found.columns, found.rows[0], strict=True))
    name = run_name(count_of(cells[ROW]), history)
    text = f"the best that was kept is {name} ({column.name} {with_unit(cells[column.key], column.unit)})"
    return [f"{run_name(row, history)} was discarded; {text}"]
