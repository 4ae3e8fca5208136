"""The parts that every kind of answer is made of: table, marks, places, and a further query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from nlq.answer import Assumption, Header, Provenance
from nlq.columns import DATES
from nlq.keys import STATE, column_of
from nlq.lexicon import tells_runs
from nlq.paraphrase import item_text
from nlq.query import Agg, Col, Condition, Item, Query, Select
from nlq.states import FINISHED
from nlq.tell.phrases import count_of
from store.catalog import Catalog, Column
from store.history import History, Rows
from store.records import CHANGED, ELSEWHERE, INHERITED, Mark, Value
from store.slotted import fresh, slotted
from store.units import convert

__all__ = ["Ask", "Body", "by_state", "header", "in_unit", "marked", "outcomes", "provenance", "run_name"]

Ask = Callable[[Query], Rows]
"""Runs a further query that an answer needs: the first result of what the engine makes of it."""

PLACES = 200
"""How many rows get their place told; beyond that the file is enough."""


@slotted(frozen=False)
class Body:
    """The part of an answer that depends on the kind of query.

    Attributes:
        winner: of two sides, which is better. apart: parameters in which groups of runs differ as well.
        kept: of a log in which changes are kept or discarded, how many of the first side's runs were kept.
        others: readings that come out otherwise.
        directed: metrics of which the answer takes the better end, without the question having assumed it.
    """

    headline: str = ""
    columns: list[Header] = fresh(default_factory=list)
    rows: list[tuple[Value, ...]] = fresh(default_factory=list)
    marks: dict[tuple[int, int], str] = fresh(default_factory=dict)
    details: list[str] = fresh(default_factory=list)
    notes: list[str] = fresh(default_factory=list)
    left_out: dict[str, int] = fresh(default_factory=dict)
    provenance: list[Provenance] = fresh(default_factory=list)
    answered: bool = False
    winner: int | None = None
    apart: list[str] = fresh(default_factory=list)
    kept: tuple[int, int] | None = None
    others: list[Assumption] = fresh(default_factory=list)
    directed: list[Column] = fresh(default_factory=list)


def header(item: Item, catalog: Catalog) -> Header:
    """The header of a column or an aggregate."""
    if isinstance(item, Col):
        column = column_of(catalog, item.key)
        return Header(column.name, column.type, column.unit)
    name = item_text(item, catalog)
    if item.function == "share":
        return Header(name, "number", "%")
    if item.function == "count" or not item.key:
        return Header(name, "integer")
    column = catalog.column(item.key)
    kept = item.function in ("min", "max", "sum", "median")
    return Header(name, column.type if kept else "number", "" if item.function == "corr" else column.unit)


def in_unit(body: Body, unit: str) -> None:
    """Convert the columns that measure the same; say where none does."""
    if not unit:
        return
    done = False
    for at, head in enumerate(body.columns):
        if head.unit and convert(1.0, head.unit, unit) is not None:
            done = True
            body.columns[at] = replace(head, unit=unit)
            body.rows = [
                (*row[:at], _converted(row[at], head.unit, unit), *row[at + 1 :]) for row in body.rows
            ]
            body.marks = {place: text for place, text in body.marks.items() if place[1] != at}
    if not done:
        names = ", ".join(head.name for head in body.columns[:3])
        body.notes.append(f"no unit is recorded that could be shown in {unit}: {names} as written")


def _converted(value: Value, unit: str, wanted: str) -> Value:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return value
    converted = convert(float(value), unit, wanted)
    return value if converted is None else float(f"{converted:.10g}")


def run_name(row: int, history: History) -> str:
    """What the run of `_row` is called."""
    record = history.outline(row)
    if record is not None and record.name:
        return record.name
    return f"{history.catalog.nouns[0]} {row + 1}"


def provenance(rows: Iterable[int], history: History) -> list[Provenance]:
    """Where the first rows of an answer are from."""
    found = []
    for row in list(rows)[:PLACES]:
        found += [Provenance(run_name(row, history), place) for place in history.places(row)]
    return found


_ABOUT_SOURCE = (CHANGED, ELSEWHERE, INHERITED)
"""Remarks on where a value is from, not on what the cell says."""


def marked(rows: Sequence[int], columns: Sequence[Column], history: History) -> dict[tuple[int, int], str]:
    """Cells that said more than their value, by their position in the answer."""
    marks: dict[tuple[int, int], str] = {}
    runs = tells_runs(history.catalog)
    wanted = [
        (at, column) for at, column in enumerate(columns)
        if column.noted or (not runs and _told_as_written(column, history))
    ]  # fmt: skip
    if not wanted:
        return marks
    for line, row in enumerate(rows):
        for at, column in wanted:
            mark = history.mark(row, column.name)
            if mark is not None and (not runs or _says_more(mark)):
                marks[line, at] = mark.text
    return marks


def _told_as_written(column: Column, history: History) -> bool:
    """Whether cells of a table that is no history are told as they stand: days, units, "n/a"."""
    return column.type in DATES or bool(column.unit) or column.count < history.catalog.rows


def _says_more(mark: Mark) -> bool:
    """Whether a cell as written says more than its value, other than where that is from."""
    return mark.approx or bool(mark.note and not mark.note.startswith(_ABOUT_SOURCE))


def by_state(where: Condition | None, history: History, ask: Ask, key: str = "") -> dict[str, int]:
    """How many of the runs that a condition admits, and that record the column, are in each state."""
    if where is None and not key:
        return dict(sorted(history.catalog.states.items()))  # of all runs, the catalog knows
    counted = ask(Select((Agg("count", key),), where, group=(STATE,)))
    return {str(state): count_of(count) for state, count in counted.rows}


def outcomes(states: dict[str, int]) -> tuple[int, dict[str, int]]:
    """How many runs finished, and how many are in each other state."""
    others = {state: count for state, count in states.items() if state not in FINISHED}
    return sum(states.values()) - sum(others.values()), others
