"""The answer: what the person is told, as plain data that every format is rendered from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from store.records import Place, Value
from store.slotted import fresh, slotted

if TYPE_CHECKING:
    from nlq.query import Query
    from nlq.record.models import Act

Status = Literal["answered", "empty", "ambiguous", "declined", "recorded"]

__all__ = ["Answer", "Assumption", "Header", "Provenance", "Searched", "Status", "Suggestion"]


@slotted
class Header:
    """A column of the answer: its name, and what a renderer needs to know to set it."""

    name: str
    type: str = "text"
    unit: str = ""


@slotted
class Assumption:
    """A default that was taken, and the question that takes the other."""

    text: str
    override: str = ""


@slotted
class Suggestion:
    """A question near this one that does work, and what it would answer."""

    ask: str
    text: str = ""


@slotted
class Searched:
    """What was looked at: runs, files, and the runs left out by reason."""

    runs: int = 0
    sources: int = 0
    left_out: dict[str, int] = fresh(default_factory=dict)


@slotted
class Provenance:
    """Where a row of the answer is from."""

    run: str
    place: Place


@slotted
class Answer:
    """Everything that is told. See DESIGN §6 for the meaning of each field.

    Attributes:
        headline: the answer in one sentence.
        columns, rows: the table; values typed and in full precision, None for missing.
        marks: what is shown in place of a value in a text format, by (row, column):
            "~5,148" for an approximate number.
        details: lines below the table that belong to the answer (tradeoffs, observations with their place).
        understood: the canonical restatement of the question; "" where nothing was understood.
        notes: remarks (sources that disagree, "bset" read as "best", files that were not read).
        unused: content words that played no part.
        act: what a sentence asks to be recorded, in place of a query.
        suggestions: near questions that work; for an ambiguous question, its readings.
    """

    question: str
    status: Status
    headline: str = ""
    columns: tuple[Header, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    marks: dict[tuple[int, int], str] = fresh(default_factory=dict)
    details: tuple[str, ...] = ()
    understood: str = ""
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    searched: Searched = fresh(default_factory=Searched)
    provenance: tuple[Provenance, ...] = ()
    query: Query | None = None
    act: Act | None = None
    sql: str = ""
    elapsed_ms: float = 0.0
