"""Runs as columns: a reading of many runs that are made into records only where somebody asks for them.

Ten thousand runs of thirty values are 30 lists, or 10,000 records with a dictionary each; the lists are what
the reader has, what the table is made of and what is kept, and take a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from store.records import Mark, Place, Reading, RunRecord, Series, Value
from store.slotted import fresh, slotted

__all__ = ["Frame", "FramedReading", "count_of", "frame_of", "outline_of", "record_of", "series_of"]


@slotted(frozen=False)
class Frame:
    """Runs as columns.

    Attributes:
        names: what each run is called, as `RunRecord.name`.
        places: for each run the fields of its `Place`.
        values: for each field the values of all runs, None for missing.
        marks: by run, then by field.
        series: by field, then by run; each step once, ascending.
    """

    names: list[str]
    places: list[tuple[str, int, int, str]]
    values: dict[str, list[Value]] = fresh(default_factory=dict)
    marks: dict[int, dict[str, Mark]] = fresh(default_factory=dict)
    series: dict[str, dict[int, Series]] = fresh(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)

    def column(self, name: str) -> list[Value]:
        """The values of a field, which are made where there are none yet."""
        return self.values.setdefault(name, [None] * len(self.names))

    def mark(self, row: int, name: str, mark: Mark) -> None:
        """Set what a cell said beyond its value."""
        self.marks.setdefault(row, {})[name] = mark

    def record(self, row: int) -> RunRecord:
        """One run by itself."""
        values = {name: column[row] for name, column in self.values.items() if column[row] is not None}
        series = {name: by_row[row] for name, by_row in self.series.items() if row in by_row}
        return RunRecord(
            self.names[row], Place(*self.places[row]), values, dict(self.marks.get(row, ())), series
        )

    def outline(self, row: int) -> RunRecord:
        """One run without its values."""
        return RunRecord(self.names[row], Place(*self.places[row]), marks=dict(self.marks.get(row, ())))

    def records(self) -> list[RunRecord]:
        """All runs."""
        return [self.record(row) for row in range(len(self))]


class FramedReading(Reading):
    """A reading whose runs are its `frame` until they are asked for; from then on they are records alone."""

    __slots__ = ("frame",)
    __hash__ = None  # type: ignore[assignment]  # as of every reading
    frame: Frame | None

    @property
    def runs(self) -> list[RunRecord]:
        """The runs as records, which may be changed."""
        if self.frame is not None:
            self.runs = self.frame.records()
        records: list[RunRecord] = _SLOT.__get__(self)
        return records

    @runs.setter
    def runs(self, runs: list[RunRecord]) -> None:
        self.frame = None
        _SLOT.__set__(self, runs)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Reading):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__match_args__)


_SLOT: Any = Reading.__dict__["runs"]


def frame_of(reading: Reading) -> Frame | None:
    """The runs of a reading as columns, or None where they are records."""
    return reading.frame if isinstance(reading, FramedReading) else None


def count_of(reading: Reading) -> int:
    """How many runs a reading has."""
    frame = frame_of(reading)
    return len(reading.runs if frame is None else frame)


def series_of(reading: Reading) -> Iterator[Series]:
    """Every history of a metric in a reading."""
    frame = frame_of(reading)
    given = (run.series for run in reading.runs) if frame is None else frame.series.values()
    return (series for told in given for series in told.values())


def record_of(reading: Reading, row: int) -> RunRecord:
    """One run of a reading, without the others."""
    frame = frame_of(reading)
    return reading.runs[row] if frame is None else frame.record(row)


def outline_of(reading: Reading, row: int) -> RunRecord:
    """As `record_of`, but its values may be left out."""
    frame = frame_of(reading)
    return reading.runs[row] if frame is None else frame.outline(row)
