"""What a reader returns: runs as they were written down, each with the place it was read from.

Plain dataclasses over plain values, so that a reader can be tested without an engine and the
engine without a reader. A missing value has no entry in `RunRecord.values`.
"""

from __future__ import annotations

from array import array
from datetime import date, datetime
from typing import Literal

from store.slotted import fresh, slotted

Value = bool | int | float | str | date | datetime | None
Kind = Literal["run", "param", "metric", "attribute"]
Direction = Literal["", "lower", "higher"]

__all__ = [
    "BY_STEP", "CHANGED", "ELSEWHERE", "INHERITED",
    "Direction", "Field", "Kind", "Mark", "Place", "Reading", "RunRecord", "Series", "Skip",
    "Todo", "Value",
]  # fmt: skip


@slotted
class Place:
    """A span of lines of a file (1-based, both ends included), or a key of a database.

    Example:
        >>> str(Place("experiments.md", 24, 43))
        'experiments.md:24-43'
    """

    path: str
    line: int = 0
    end: int = 0
    key: str = ""

    def __str__(self) -> str:
        if self.key:
            return f"{self.path}#{self.key}"
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}" if self.end <= self.line else f"{self.path}:{self.line}-{self.end}"


CHANGED = "changed from "
"""A value that the prose says was changed, and the old one: "changed from 0.02"."""

BY_STEP = ", a row a step"
"""What the name of a reader ends in where the rows of a table were steps of runs."""

ELSEWHERE = "also "
"""A value that another place of the file tells otherwise: "also 2.66 at line 9"."""

INHERITED = "inherited from "
"""A value taken over from another run that the prose refers to."""


@slotted
class Mark:
    """What a cell said beyond its value: kept only where it said more.

    Attributes:
        text: the cell as written ("~5,148", "3.45 (diverged at step 5000)", "0.569(−0.021)").
        approx: written as an approximation ("~", "≈").
        note: the remark beside the value ("diverged at step 5000"), or what a reader tells of where it
            is from, which begins with `CHANGED`, `ELSEWHERE` or `INHERITED`.
        line: the line of this one value where it is not the run's own line; 0 otherwise.
    """

    text: str
    approx: bool = False
    note: str = ""
    line: int = 0


@slotted(frozen=False)
class Field:
    """A column as one file declares it.

    Attributes:
        name: as written in the file ("val_bpb ↓" has the name "val_bpb" and direction "lower").
        kind: parameter (chosen before the run), metric (measured), attribute (all else), run (its name).
        unit: canonical unit of the values ("h", "s", "min", "ms", "GB", "MB", "%", "tok/s"), or "".
        direction: which end is better where the file itself says so (an arrow in the header).
        role: what an attribute or metric is for, where known: "date", "status", "goal", "notes",
            "observations", "command", "description", "commit", "duration", "hardware", "contributor", or "".
    """

    name: str
    kind: Kind
    unit: str = ""
    direction: Direction = ""
    role: str = ""


@slotted(frozen=False)
class Series:
    """The values of one metric of one run, in the order in which they were logged.

    Attributes:
        steps: the step of each value; 0, 1, 2 … where the tracker has none.
        values: NaN and infinities as they are.
        times: seconds since 1970 of each value; empty where the tracker has none.
    """

    steps: array[int] = fresh(default_factory=lambda: array("q"))
    values: array[float] = fresh(default_factory=lambda: array("d"))
    times: array[float] = fresh(default_factory=lambda: array("d"))


@slotted(frozen=False)
class RunRecord:
    """One run: its name as written (names may repeat), its place, its values by field name.

    Attributes:
        also: other places that tell of the same run, where trackers' stores were joined.
        series: per metric, its values by step, where the source has them; `values` holds the last one.
    """

    name: str
    place: Place
    values: dict[str, Value] = fresh(default_factory=dict)
    marks: dict[str, Mark] = fresh(default_factory=dict)
    series: dict[str, Series] = fresh(default_factory=dict)
    also: list[Place] = fresh(default_factory=list)


@slotted
class Todo:
    """A line of "things to try"."""

    text: str
    done: bool
    place: Place


@slotted
class Claim:
    """What a log itself says is its best result: the run it names, and its lines as labels and texts."""

    run: str
    lines: tuple[tuple[str, str], ...]
    place: Place


@slotted
class Skip:
    """Something that was seen and not read as a run, and why; `count` of them."""

    place: Place
    reason: str
    count: int = 1


@slotted(frozen=False)
class Reading:
    """All that one reader got from one file.

    Attributes:
        path: the file, as shown to a person.
        reader: the reader's name ("native", "markdown", "delimited", "jsonl", "parquet").
        fields: every column by field name, in the file's order.
        runs: the runs, in the file's order; empty where `relation` is set.
        todos: things to try.
        claims: what the file itself says is the best result.
        skips: what was passed over.
        points: how many values by step it has of all its runs' metrics.
        titles: the headings that all of its runs stand under.
        notes: remarks for the person ("encoding read as UTF-16"; "summary and section disagree on …").
        relation: a DuckDB table expression over the file itself, for a table read in place
            (Parquet); `runs` is then empty and `fields` holds its columns.
    """

    path: str
    reader: str
    fields: dict[str, Field] = fresh(default_factory=dict)
    runs: list[RunRecord] = fresh(default_factory=list)
    todos: list[Todo] = fresh(default_factory=list)
    skips: list[Skip] = fresh(default_factory=list)
    notes: list[str] = fresh(default_factory=list)
    relation: str = ""
    points: int = 0
    titles: tuple[str, ...] = ()
    claims: list[Claim] = fresh(default_factory=list)
