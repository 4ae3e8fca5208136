"""What must be said beside rows: namesakes, values told in two ways, ties, the best that was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from nlq.answer import Assumption
from nlq.columns import which_end
from nlq.keys import ROW, STATE, keys_in
from nlq.lexicon import tells_runs
from nlq.query import Col, Condition, Query, Select, Test, both
from nlq.tell.bests import best_said, best_test
from nlq.tell.common import Ask, Body, run_name
from nlq.tell.phrases import count_of, said
from store.catalog import Catalog, Column
from store.frames import count_of as runs_in
from store.history import History
from store.records import ELSEWHERE, Place, Value

__all__ = ["conflicts", "ends", "joined", "kept_best", "namesakes", "remarks", "ties", "undated"]

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
        record = history.outline(row)
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


def ends(body: Body, said_before: Sequence[Assumption]) -> list[Assumption]:
    """Which end of a metric was taken for the better one, where the question did not say or assume it."""
    told = [assumption.text for assumption in said_before]
    return [
        Assumption(f"{column.name}: {which_end(column)}")
        for column in body.directed
        if column.direction and not any(column.name in text and "is better" in text for text in told)
    ]


def remarks(body: Body, query: Query, catalog: Catalog) -> list[str]:
    """What has to be known of the columns shown or asked by: other names, results logged as chosen."""
    used = {head.name for head in body.columns}
    if isinstance(query, Select):
        used |= {
            catalog.column(key).name for key in _used(query) if any(c.key == key for c in catalog.columns)
        }
    found: list[str] = []
    for column in catalog.columns:
        if column.name in used and (column.spellings or column.remark):
            also = f"also logged as {' and '.join(column.spellings)}" if column.spellings else ""
            found.append(f"{column.name}: {'; '.join(filter(None, (also, column.remark)))}")
    return found


def _used(query: Select) -> list[str]:
    items = [*query.show, *(order.by for order in query.order)]
    return [*keys_in(query.where), *query.group, *(item.key for item in items)]


def ties(query: Select, value: Value, column: Column, history: History, ask: Ask) -> list[str]:
    """Other runs that share the value of a superlative: the first of them in the history was named."""
    if history.catalog.rows > TIED_AMONG:
        return []
    day = isinstance(value, date)
    if isinstance(value, date):
        same = both(query.where, Test(column.key, "=", value))
    elif isinstance(value, (int, float)):
        same = both(query.where, best_test(column, value))
    else:
        return []
    narrow = replace(query, show=(Col(column.key),), where=same, limit=NAMED + 1)
    rows = ask(narrow).rows
    if len(rows) < 2:
        return []
    names = [run_name(count_of(row[0]), history) for row in rows]
    listed = ", ".join(names[:NAMED]) + (" and more" if len(names) > NAMED else "")
    which = "last" if day and query.order[-1].descending != column.falls else "first"
    return [f"{column.name} {said(value)} is shared by {listed}; the {which} in the history is shown"]


def undated(history: History) -> list[str]:
    """Why the last in the file may not be the latest: days that can't be put in order, files read in turn."""
    if not tells_runs(history.catalog):
        return []
    from store.kinds import role_of  # what it imports, most answers do without

    texts = (column for column in history.catalog.columns if column.type == "text" and column.values)
    notes = [
        f'{column.name} is not read as a date ("{column.values[0]}"): the order is that of the file'
        for column in texts if role_of(column.name) == "date"
    ][:1]  # fmt: skip
    sources = sum(runs_in(source) > 0 for source in history.sources)
    if sources > 1:
        notes.append(f"no date orders the runs of the {sources} sources: they stand one after the other")
    return notes


def kept_best(query: Select, row: int, column: Column, history: History, ask: Ask) -> list[str]:
    """Where the best run was discarded, the best of those that were kept."""
    wants_better = query.order[-1].descending == (column.direction == "higher")
    if not wants_better or "discarded" not in history.catalog.states:
        return []
    if ask(Select((Col(STATE),), Test(ROW, "=", row))).rows[0][-1] != "discarded":
        return []
    kept = both(query.where, Test(STATE, "=", "completed"))
    found = ask(replace(query, show=(Col(column.key),), where=kept, offset=0))
    if not found.rows:
        return []
    cells = dict(zip(found.columns, found.rows[0], strict=True))
    name = run_name(count_of(cells[ROW]), history)
    text = f"the best that was kept is {name} ({best_said(cells, column)})"
    return [f"{run_name(row, history)} was discarded; {text}"]
