"""The structured query: what a question means, before any SQL.

One frozen family of plain dataclasses; `nlq.schema` gives the same family to pydantic for JSON both
ways (pydantic costs a third of a cold start, so a text answer never imports it). Columns are named
by their catalog key. `nlq.paraphrase` turns a query into the one sentence that parses back to it.

    Query = Select | Values | Tried | Whether | Share | Moves | Streak | Compare | Card | Steps | About
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from store.slotted import slotted

Scalar: TypeAlias = bool | int | float | str | date | datetime
Operator = Literal["=", "!=", "<", "<=", ">", ">="]
Function = Literal["count", "mean", "median", "min", "max", "sum", "std", "range", "corr", "share"]

__all__ = [
    "About", "Agg", "Among", "And", "Between", "Card", "Col", "Compare", "Condition", "Has", "Having",
    "In", "Item", "Missing", "Moves",
    "Not", "Of", "Or", "Order", "Query", "Scalar", "Select", "Share", "Side", "Steps", "Streak", "Test",
    "Tried",
    "Values", "Whether",
]  # fmt: skip


@slotted
class Col:
    """A column shown as it is."""

    key: str


@slotted
class Agg:
    """A function over the rows of a group: `count` of rows (key "") or of a column's (different) values.

    Attributes:
        other: the second column of a correlation.
        part: of a share, which rows of the group make it, in percent of them; None: the group itself, in
            percent of the rows of all groups.
    """

    function: Function
    key: str = ""
    distinct: bool = False
    other: str = ""
    part: Condition | None = None


@slotted
class Of:
    """The value of a column in one named run: "better than exp-001".

    Attributes:
        mentioned: `run` is no name but words that the notes of just one run hold, all of them ("better than
            the original GPT-2"); where several do, none is meant.
    """

    run: str
    key: str
    mentioned: bool = False


@slotted
class Test:
    """A column against a value, an aggregate over the completed runs, or another run's value."""

    __test__ = False  # not a pytest class

    key: str
    op: Operator
    value: Scalar | Agg | Of


@slotted
class Between:
    """low ≤ column ≤ high."""

    key: str
    low: Scalar
    high: Scalar


@slotted
class In:
    """A column equal to one of several values."""

    key: str
    values: tuple[Scalar, ...]


@slotted
class Has:
    """A text that contains words, whatever the case and what stands between them ("GPT-2", "gpt 2").

    Attributes:
        key: the column; "" looks in every text column.
        at: where it stands: anywhere, at an end, or as a word of its own.
    """

    key: str
    text: str
    at: Literal["", "start", "end", "word"] = ""


@slotted
class Missing:
    """A run that has no value in the column; `nan`: one whose value was logged and is no number."""

    key: str
    nan: bool = False


@slotted
class Among:
    """A run by its place among the others.

    Attributes:
        what: `near`: no further than `amount` from the best of those that finished. `share`: among the best
            `amount` percent of those that finished. `front`: of those that finished none is as good in all
            keys and better in one. `alike`: another run has the same in all keys, or leaves them unsaid too.
            `last`: among the `amount` last of an order, the first where `worst`.
            All but `near` are of the runs that meet the conditions beside it, unless it is `of_all`.
        keys: the columns; of `near`, `share` and `last` one.
        percent: `amount` is in percent of the best value.
        worst: it is the other end of a share. of_all: whatever conditions stand beside it.
    """

    what: Literal["near", "share", "front", "alike", "last"]
    keys: tuple[str, ...]
    amount: float | int = 0
    percent: bool = False
    worst: bool = False
    of_all: bool = False


@slotted
class Not:
    """The opposite; a missing value is not the opposite of anything, see `nlq.sql`."""

    of: Condition


@slotted
class And:
    """All of them."""

    of: tuple[Condition, ...]


@slotted
class Or:
    """Any of them."""

    of: tuple[Condition, ...]


Condition: TypeAlias = Test | Between | In | Has | Missing | Among | Not | And | Or
Item: TypeAlias = Col | Agg


@slotted
class Order:
    """Sort by an item. `best` marks a superlative: rows that did not finish are left out of it."""

    by: Item
    descending: bool = False
    best: bool = False


@slotted
class Select:
    """Rows, ranked rows, or groups.

    Attributes:
        show: what to show; () is the default view of a run.
        group: columns to group by; then `show` holds the aggregates (and the group comes first).
        having: a condition on an aggregate (its key is the position of the item in `show`, as text).
        limit, offset: of the ordered rows; `offset` 1 with `limit` 1 is "second best".
        per: the limit is taken within each value of this column ("best run per depth").
        distinct: different rows only.
        every: rows of every state count, also in superlatives ("including discarded ones").
        unit: columns that measure the same are shown in this unit ("in hours").
    """

    show: tuple[Item, ...] = ()
    where: Condition | None = None
    group: tuple[str, ...] = ()
    having: tuple[Having, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    per: str = ""
    distinct: bool = False
    every: bool = False
    unit: str = ""

    @property
    def aggregates(self) -> bool:
        """Whether its rows are groups, or the one group of all, rather than runs."""
        return bool(self.group) or any(isinstance(item, Agg) for item in self.show)


@slotted
class Having:
    """A condition on groups: an aggregate against a number."""

    item: Agg
    op: Operator
    value: float | int


@slotted
class Values:
    """The different values of columns ("what lrs have I tried"), each by itself, with its runs.

    Attributes:
        part: asked beside it: how many of the runs of a value meet this ("… and was any kept").
    """

    keys: tuple[str, ...]
    where: Condition | None = None
    part: Condition | None = None


@slotted
class Tried:
    """Was there such a run? Yes or no, the runs, and the nearest values."""

    where: Condition


@slotted
class Whether:
    """Does the first of the runs, by an order, meet a condition? Yes or no, and what it has instead.

    Attributes:
        part: what it would have to meet. order: which run is the first, `limit` how many are asked about.
        where: the runs that are ranked.
    """

    part: Condition
    order: tuple[Order, ...]
    where: Condition | None = None
    limit: int = 1


@slotted
class Share:
    """Which part of the runs (of those that `where` admits) meets a condition."""

    part: Condition
    where: Condition | None = None


@slotted
class Moves:
    """How a metric moved from each run to the next, in the order of the history: its value and the change.

    Attributes:
        key: the metric. where: the runs that stand beside each other, all others are passed over.
        which: `best` the changes for the better, the largest first; `worst` those for the worse; `max` and
            `min` the largest rise and fall; `record` the runs better than all before them, in their order,
            each with its change over the best until then; "" all changes, in their order.
        limit: so many.
    """

    key: str
    where: Condition | None = None
    which: Literal["", "best", "worst", "max", "min", "record"] = ""
    limit: int | None = None


@slotted
class Streak:
    """Runs one after the other that all meet a condition: the longest of such streaks, or the one that lasts.

    Attributes:
        part: what every run of the streak meets. where: the runs looked at, all others are passed over.
        which: `longest`; `current`, which the last run belongs to.
    """

    part: Condition
    where: Condition | None = None
    which: Literal["longest", "current"] = "longest"


@slotted
class Side:
    """One side of a comparison: the runs that meet a condition, or the first of them by an order."""

    where: Condition | None = None
    order: tuple[Order, ...] = ()


@slotted
class Compare:
    """Sides beside each other: parameters that differ, metrics with difference and better side.

    Attributes:
        keys: only these columns; () for all that tell.
        changed: only the parameters that differ ("what changed between A and B").
        where: a condition on every side.
    """

    sides: tuple[Side, ...]
    where: Condition | None = None
    keys: tuple[str, ...] = ()
    changed: bool = False


@slotted
class Card:
    """A run told in full, or one part of it: why it ended so, its config, command or notes.

    Attributes:
        order, limit: which of the runs, for "why did the last run fail".
    """

    topic: Literal["details", "why", "config", "notes"]
    where: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None


@slotted
class Steps:
    """Values by step of the runs that `where` admits, one result a metric.

    Attributes:
        what: the value `at` a step; the `best` point; where a value was `reached`; the numbers of a `span`;
            the `course` over it; where it `diverged`; whether it is still `improving`.
        keys: the metrics.
        at: the step; None is each run's last.
        low, high: the first and the last step that are looked at. last: of each run, its last so many steps.
        every: the course at the multiples of so many steps.
        function: the one number of a span that is asked for.
        descending: the highest value is the best, and comes first.
        op, value: what is to be reached; at a step the values of it that are told.
        limit: so many runs, by their values at a step, or by where they reached one; `timed`: by when.
        axis: the column of the epochs, where those are meant wherever a step is told; "" for steps.
    """

    what: Literal["at", "best", "reached", "span", "course", "diverged", "improving"]
    keys: tuple[str, ...]
    where: Condition | None = None
    at: int | None = None
    low: int | None = None
    high: int | None = None
    last: int | None = None
    every: int | None = None
    function: Function | None = None
    descending: bool = False
    op: Operator = "<="
    value: float | int | None = None
    limit: int | None = None
    timed: bool = False
    axis: str = ""

    @property
    def unit(self) -> str:
        """What is counted along the history."""
        return "epoch" if self.axis else "step"


@slotted
class About:
    """A question about the history itself; `key` is the metric of what goes with most of its differences."""

    topic: Literal[
        "summary",
        "metrics",
        "parameters",
        "varying",
        "constant",
        "columns",
        "conflicts",
        "todo",
        "open",
        "done",
        "sources",
        "claim",
        "matters",
    ]
    where: Condition | None = None
    key: str = ""


Query: TypeAlias = Select | Values | Tried | Whether | Share | Moves | Streak | Compare | Card | Steps | About


def conditions(where: Condition | None) -> tuple[Condition, ...]:
    """The parts of a conjunction, () for none."""
    if where is None:
        return ()
    return where.of if isinstance(where, And) else (where,)


def both(*parts: Condition | None) -> Condition | None:
    """The conjunction of the conditions that are there, flat and without repetition.

    Example:
        >>> both(None, Missing("lr"), Missing("lr"))
        Missing(key='lr', nan=False)
    """
    flat: dict[Any, None] = {}
    for part in parts:
        for one in conditions(part):
            flat.setdefault(one, None)
    of = tuple(flat)
    return None if not of else of[0] if len(of) == 1 else And(of)
