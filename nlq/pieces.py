"""What the parser builds: the pieces of a question, each with the tokens it was read from."""

from __future__ import annotations

from dataclasses import replace

from nlq.lattice import Mention, Month
from nlq.query import Condition, Of
from nlq.record.models import Act
from store.catalog import Column
from store.records import Value
from store.slotted import slotted

__all__ = [
    "Aggregate", "Excluded", "Filter", "Group", "Have", "Interval", "Moment", "Number", "Piece", "Recorded",
    "RunPiece", "Show", "Sort", "Stepped", "Super",
    "Word",
]  # fmt: skip


@slotted
class Piece:
    """Tokens `start` to `end` of the question."""

    start: int
    end: int


@slotted
class Word(Piece):
    """A word by itself: LIST, COUNT, NOUN, VS … with what it means."""

    terminal: str
    meaning: str


@slotted
class Show(Piece):
    """A column by itself."""

    mention: Mention


@slotted
class Excluded(Piece):
    """A column that is not meant: "not the unembedding one"."""

    mention: Mention


@slotted
class Number:
    """A number with its unit and suffix."""

    value: float | int
    unit: str = ""
    factor: int = 1


@slotted
class Filter(Piece):
    """A condition.

    Attributes:
        condition: it, where the columns are known.
        op, numbers: a comparison whose column is not told ("under 3 hours").
        reference: a comparison with a run ("better than exp-001") or "" for the average.
        mention: the words that named its column.
        state: the state asked for ("diverged").
        implicit: a word that was only found in a text.
        bare: a value without its column.
        listed: what joins several values: "and", "or", "vs".
        hint: what an adjective measures ("older than 20").
        unmeasured: what was logged is no number, of whichever column ("went nan").
    """

    condition: Condition | None = None
    op: str = ""
    numbers: tuple[Number, ...] = ()
    reference: str | Of | None = None
    mention: Mention | None = None
    columns: tuple[Column, ...] = ()
    state: str = ""
    negated: bool = False
    implicit: str = ""
    bare: bool = False
    listed: str = ""
    hint: str = ""
    unmeasured: bool = False

    def opposite(self) -> Filter:
        """The same, negated."""
        return replace(self, negated=not self.negated)


@slotted
class RunPiece(Piece):
    """A run by its name."""

    column: Column
    value: Value


@slotted
class Recorded(Piece):
    """The whole of a sentence that reports, as what it asks to be recorded."""

    act: Act


@slotted
class Super(Piece):
    """A superlative: which end, a hint at the column, how many or `percent` of all, how many to pass over."""

    which: str
    hint: str = ""
    count: int | None = None
    offset: int = 0
    mention: Mention | None = None
    rows: bool = False
    common: bool = False
    where: Condition | None = None
    percent: int = 0


@slotted
class Aggregate(Piece):
    """Functions over columns; without columns they are found beside it."""

    functions: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()
    distinct: bool = False


@slotted
class Group(Piece):
    """`by` or `each` with columns; "best run by loss" and "count by depth" look the same here."""

    mentions: tuple[Mention, ...]
    each: bool = False
    rows: bool = False
    unit: str = ""


@slotted
class Sort(Piece):
    """The order of rows, by a column, by the count of a group, or only its direction.

    Attributes:
        hint: what the direction measures ("oldest first" of dates, "from young to old").
        second: what is sorted by next. function: what of its column is computed of each group.
    """

    mention: Mention | None = None
    descending: bool | None = None
    count: bool = False
    hint: str = ""
    second: Mention | None = None
    function: str = ""


@slotted
class Have(Piece):
    """A condition on the number of rows of a group: "at least two runs".

    Attributes:
        certain: it can't be how many rows to show. where: which rows are counted ("at least two professors").
        of: the column whose different values are counted ("more than one genre").
    """

    op: str
    number: int
    certain: bool = True
    where: Condition | None = None
    of: Mention | None = None


@slotted
class Moment:
    """A point of time: a day word, a month (with day and year), a year, a date, a run's day, or units ago."""

    kind: str
    value: str | int | Month | Value = None
    unit: str = ""


@slotted
class Interval(Piece):
    """A span of time: `within` a moment, `since`, `before`, `after`, `last`, `between` two."""

    relation: str
    first: Moment
    second: Moment | None = None
    count: int = 1


@slotted
class Stepped(Piece):
    """What is said of steps: at one, over a span of them, their course, where a value is reached.

    Attributes:
        what: `at`, `end`, `last`, `span`, `every`, `course`, `improving`, `step`, `fewest` or `reach`.
        low, high: steps. count: a number of steps.
        op: of what is reached, "" for the better end. value: that value. mention: its metric.
        best: the step of the best value is asked for in one word.
    """

    what: str
    low: int | None = None
    high: int | None = None
    count: int | None = None
    op: str = ""
    value: float | int | None = None
    mention: Mention | None = None
    best: bool = False
