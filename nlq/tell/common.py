"""The parts that every kind of answer is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from nlq.answer import Header, Provenance, Suggestion
from nlq.keys import column_of as bucket_column
from nlq.paraphrase import item_text, number_text
from nlq.query import Agg, Col, Item
from nlq.states import FINISHED
from store.catalog import Catalog, Column
from store.history import History, Rows
from store.records import Value
from store.slotted import fresh, slotted
from store.units import convert

__all__ = [
    "Body",
    "census_of",
    "header",
    "in_unit",
    "marked",
    "plural",
    "provenance",
    "run_name",
    "said",
    "with_unit",
]

PLACES = 200
"""How many rows get their place told; beyond that the file is enough."""


@slotted(frozen=False)
class Body:
    """The part of an answer that depends on the kind of query."""

    headline: str = ""
    columns: list[Header] = fresh(default_factory=list)
    rows: list[tuple[Value, ...]] = fresh(default_factory=list)
    marks: dict[tuple[int, int], str] = fresh(default_factory=dict)
    details: list[str] = fresh(default_factory=list)
    notes: list[str] = fresh(default_factory=list)
    suggestions: list[Suggestion] = fresh(default_factory=list)
    left_out: dict[str, int] = fresh(default_factory=dict)
    provenance: list[Provenance] = fresh(default_factory=list)
    answered: bool = False


def header(item: Item, catalog: Catalog) -> Header:
    """The header of a column or an aggregate."""
    if isinstance(item, Col):
        column = bucket_column(catalog, item.key)
        return Header(column.name, column.type, column.unit)
    name = item_text(item, catalog)
    if item.function == "count" or not item.key:
        return Header(name, "integer")
    column = catalog.column(item.key)
    kept = item.function in ("min", "max", "sum", "median")
    return Header(name, column.type if kept else "number", "" if item.function == "corr" else column.unit)


def said(value: Value) -> str:
    """A value in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes").removesuffix(" 00:00")
    return value.isoformat() if isinstance(value, date) else value


def with_unit(value: Value, unit: str) -> str:
    """A value with its unit: "2.8 h"."""
    return f"{said(value)} {unit}".strip() if value is not None else "nothing"


def in_unit(body: Body, unit: str, first: int = 0) -> None:
    """Convert the columns that measure the same; say where none does."""
    if not unit:
        return
    done = False
    for at, head in enumerate(body.columns):
        if at >= first and head.unit and convert(1.0, head.unit, unit) is not None:
            done = True
            body.columns[at] = (
                head._replace(unit=unit) if hasattr(head, "_replace") else replace(head, unit=unit)
            )
            body.rows = [
                (*row[:at], _converted(row[at], head.unit, unit), *row[at + 1 :]) for row in body.rows
            ]
            body.marks = {place: text for place, text in body.marks.items() if place[1] != at}
    if not done:
        names = ", ".join(head.name for head in body.columns[first:][:3])
        body.notes.append(f"no unit is recorded that could be shown in {unit}: {names} as written")


def _converted(value: Value, unit: str, wanted: str) -> Value:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return value
    converted = convert(float(value), unit, wanted)
    return value if converted is None else float(f"{converted:.10g}")


def plural(count: int, noun: str) -> str:
    """ "1 run", "3 runs", "2 cities"."""
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{count} {noun[:-1]}ies"
    return f"{count} {noun}{'es' if noun.endswith(('s', 'x', 'ch', 'sh')) else 's'}"


def run_name(row: int, history: History) -> str:
    """What the run of `_row` is called."""
    record = history.record(row)
    if record is not None and record.name:
        return record.name
    return f"{history.catalog.nouns[0]} {row + 1}"


def provenance(rows: Iterable[int], history: History) -> list[Provenance]:
    """Where the first rows of an answer are from."""
    found = []
    for row in list(rows)[:PLACES]:
        place = history.place(row)
        if place is not None:
            found.append(Provenance(run_name(row, history), place))
    return found


_ABOUT_SOURCE = ("changed from", "also ", "inherited")
"""Remarks on where a value is from, not on what the cell says."""


def marked(rows: Sequence[int], columns: Sequence[Column], history: History) -> dict[tuple[int, int], str]:
    """Cells that said more than their value, by their position in the answer."""
    marks: dict[tuple[int, int], str] = {}
    wanted = [(at, column) for at, column in enumerate(columns) if column.noted]
    if not wanted:
        return marks
    for line, row in enumerate(rows):
        for at, column in wanted:
            mark = history.mark(row, column.name)
            if mark is not None and (mark.approx or (mark.note and not mark.note.startswith(_ABOUT_SOURCE))):
                marks[line, at] = mark.text
    return marks


def census_of(census: Rows | None) -> tuple[int, dict[str, int]]:
    """How many runs finished, and how many are in each other state."""
    finished, others = 0, {}
    for state, count in census.rows if census else ():
        if state in FINISHED:
            finished += int(str(count))
        else:
            others[str(state)] = int(str(count))
    return finished, others


def column_of(item: Item, catalog: Catalog) -> Column | None:
    """The column of an item, or None for a count of rows."""
    key = item.key
    return catalog.column(key) if key and isinstance(item, (Col, Agg)) else None
