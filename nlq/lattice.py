"""The lattice: a question's words, each span of them as every kind of word it may be.

What `nlq.link` makes, the parser walks, and actions and resolution read the payloads of. Data alone.
"""

from __future__ import annotations

from datetime import date, datetime

from nlq.tokens import Token
from nlq.value_index import ValueHit
from store.catalog import Column
from store.slotted import slotted

__all__ = [
    "COLUMN_ROLES",
    "FULL_NAME",
    "TOOK",
    "Edge",
    "Ending",
    "Lattice",
    "Mention",
    "Month",
    "Payload",
    "Quantity",
]

COLUMN_ROLES = ("COL", "COL_F", "COL_A", "COL_G", "COL_S", "COL_P", "COL_OF", "COL_M", "COL_N")
"""A column in all the places of a sentence where one may stand: terminals of the grammar."""

FULL_NAME = "full name"
"""What a mention of a first and a last name is called, whose columns are both meant."""


TOOK = "took "
"""How the note begins on a noun that stands for the rows only because it is counted."""


@slotted
class Mention:
    """Words that name a column.

    Attributes:
        columns: those it names equally well, in order of preference.
        also: those whose names hold the words among others.
        text: the words as written. whole: they are the column's whole name. exact: they are in quotes.
    """

    columns: tuple[Column, ...]
    also: tuple[Column, ...]
    text: str
    whole: bool = False
    exact: bool = False


@slotted
class Quantity:
    """A unit after a number: its canonical name, or "" with the factor of a suffix ("1M")."""

    unit: str
    factor: int = 1


@slotted
class Month:
    """A month, with a day or a year where told."""

    month: int
    day: int | None = None
    year: int | None = None


@slotted
class Ending:
    """How a run ended, "" where that is not told, and the words that tell it."""

    state: str
    said: str


Payload = str | int | float | date | datetime | Mention | Quantity | Month | tuple[ValueHit, ...] | Ending


@slotted
class Edge:
    """A span of tokens as one kind of word.

    Attributes:
        start, end: token positions. terminal: the kind. payload: what it means.
        how: "" as written, else how it was matched ("stem", "spelling", "part", "alias"), for the answer.
    """

    start: int
    end: int
    terminal: str
    payload: Payload
    cost: float
    how: str = ""


@slotted(frozen=False)
class Lattice:
    """All edges by their start, and what it costs to leave each token out.

    Attributes:
        skip: per token, the cost of leaving it out. content: per token, whether leaving it out is told.
    """

    tokens: list[Token]
    edges: list[list[Edge]]
    skip: list[float]
    content: list[bool]
