"""Runs and their fields while a tracker's store is read: what every module here makes its `Reading` with."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from store.cells import read_cell
from store.dates import read_instant
from store.directions import taken_for
from store.headers import read_header
from store.markup import clean
from store.progress import advance
from store.records import Direction, Field, Kind, Mark, Place, Reading, RunRecord, Series, Skip, Value
from store.trackers.places import Unreadable

__all__ = ["Gathering", "flat", "moment", "number", "value_of"]

RUNS_AT_MOST = 20_000
"""How many runs of one store are read; the rest is a skip."""

_FIELDS = 5000
_LEAVES = 2000
_NAME = 200
_TEXT = 2000
_ORDER = {"run": 0, "param": 2, "metric": 3, "attribute": 4}


class Gathering:
    """A reading that fills up, run by run."""

    def __init__(self, shown: str) -> None:
        self.reading = Reading(shown, "")
        self._skips: dict[str, Skip] = {}

    def run(self, name: str, place: Place) -> RunRecord:
        """A new run."""
        record = RunRecord(clean(name)[:_NAME], place)
        self.reading.runs.append(record)
        advance(f"runs of {self.reading.path}", len(self.reading.runs))
        return record

    @property
    def is_full(self) -> bool:
        """Whether no further run is taken."""
        return len(self.reading.runs) >= RUNS_AT_MOST

    def skip(self, place: Place, reason: str, count: int = 1) -> None:
        """Something that is not read; the same reason is counted up."""
        before = self._skips.get(reason)
        self._skips[reason] = (
            Skip(before.place, reason, before.count + count) if before else Skip(place, reason, count)
        )

    @contextmanager
    def careful(self, place: Place) -> Iterator[None]:
        """What goes wrong with one file of a run is a skip at `place`, and the run goes on without it."""
        try:
            yield
        except Unreadable as error:
            self.skip(place, str(error))
        except OSError as error:
            self.skip(place, error.strerror or "can't be read")

    def put(
        self,
        run: RunRecord,
        name: str,
        value: Any,
        kind: Kind,
        *,
        unit: str = "",
        role: str = "",
        direction: Direction = "",
    ) -> None:
        """Set a value; one that is no number (NaN) is left to the mark."""
        told = self.field(name, kind, unit=unit, role=role, direction=direction)
        if told is None:
            return
        plain, said = value_of(value)
        run.values.pop(told.name, None)
        run.marks.pop(told.name, None)
        if plain is not None:
            run.values[told.name] = plain
        if said:
            run.marks[told.name] = Mark(said)

    def field(
        self, name: str, kind: Kind, *, unit: str = "", role: str = "", direction: Direction = ""
    ) -> Field | None:
        """The field of that name; None where there are too many of them.

        What was chosen and what was measured under one name are two fields, as in any other log.
        """
        name = clean(name)[:_NAME] or "value"
        fields = self.reading.fields
        found = fields.get(name)
        if found and found.kind != kind and "param" in (found.kind, kind):
            name += "_param" if kind == "param" else "_result"
            found = fields.get(name)
        if found is None:
            if len(fields) >= _FIELDS:
                self.skip(Place(self.reading.path), f"a field beyond the first {_FIELDS}")
                return None
            found = fields[name] = Field(name, kind, unit, direction, role)
        found.unit, found.role = found.unit or unit, found.role or role
        found.direction = found.direction or direction
        return found

    def params(self, run: RunRecord, values: object) -> None:
        """What was chosen: a mapping, nested ones with dots."""
        for name, value in flat(values):
            self.put(run, name, value, "param")

    def metrics(self, run: RunRecord, values: object) -> None:
        """What was measured, once: the numbers of a mapping, nested ones with dots."""
        for name, value in flat(values):
            if number(value) is not None:
                self.metric(run, name, value)

    def metric(self, run: RunRecord, name: str, value: object) -> None:
        """A number that was measured; a step or an epoch is an attribute."""
        kind, unit = measured(name)
        self.put(run, name, value, kind, unit=unit)

    def point(self, run: RunRecord, name: str, step: object, value: object, time: object = None) -> None:
        """One logged value of a metric; `close` takes the last one for the run's value."""
        kind, unit = measured(name)
        at, amount = number(step), number(value)
        told = None if amount is None else self.field(name, kind, unit=unit)
        if told is None or amount is None:
            return
        series = run.series.get(told.name)
        if series is None:
            series = run.series[told.name] = Series()
        whole = at is not None and isfinite(at) and abs(at) < 2**62
        series.steps.append(int(at) if whole and at is not None else len(series.steps))
        series.values.append(amount)
        when = number(time)
        if when is not None and len(series.times) == len(series.values) - 1:
            series.times.append(when)

    def close(self) -> Reading:
        """The reading: last values set, fields in order, skips told."""
        reading = self.reading
        for run in reading.runs:
            for name, series in run.series.items():
                if len(series.times) != len(series.values):
                    series.times = array("d")
                if name not in run.values and name not in run.marks:
                    self.put(run, name, _whole(series.values[-1]), reading.fields[name].kind)
        reading.fields = dict(
            sorted(
                reading.fields.items(), key=lambda one: 1 if one[1].role == "date" else _ORDER[one[1].kind]
            )
        )
        reading.skips += self._skips.values()
        return reading


def measured(name: str) -> tuple[Kind, str]:
    """What a logged name is, and its unit: an epoch or a step says where, not how good."""
    kind: Kind = "attribute" if taken_for(name)[0] == "neither" else "metric"
    return kind, read_header(name).unit


def value_of(value: Any) -> tuple[Value, str]:
    """A value out of JSON, YAML or a table as a record keeps it, and what it said where it keeps none.

    Example:
        >>> value_of("0.001"), value_of("1e07abc"), value_of([1, 2]), value_of(float("nan")), value_of(None)
        ((0.001, ''), ('1e07abc', ''), ('[1, 2]', ''), (None, 'nan'), (None, ''))
    """
    if value is None or isinstance(value, bool):
        return value, ""
    if isinstance(value, int):
        return (value, "") if abs(value) < 2**127 else (str(value)[:_TEXT], "")
    if isinstance(value, float):
        return (value, "") if isfinite(value) else (None, str(value))
    if isinstance(value, datetime):
        return moment(value), ""
    if isinstance(value, date):
        return value, ""
    if not isinstance(value, str):
        return clean(_listed(value))[:_TEXT], ""
    text = clean(value[:_TEXT])
    cell = read_cell(text) if text[-1:].isdigit() and len(text) < 40 else None
    if cell and cell.mark is None and not cell.unit and isinstance(cell.value, (int, float)):
        return cell.value, ""
    return (text or None), ""


def _listed(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return ""


def number(value: object) -> float | None:
    """A number, NaN and infinities too, whether it is one or is written as one; None for all else."""
    if isinstance(value, bool) or value is None:
        return None
    if not isinstance(value, (int, float, str)) or (isinstance(value, str) and len(value) > 60):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _whole(value: float) -> int | float:
    """A logged count as the number it was: series keep floats."""
    return int(value) if value.is_integer() and abs(value) < 2**53 and abs(value) >= 1000 else value


def moment(value: object) -> datetime | None:
    """A moment as naive UTC: a datetime, seconds since 1970, or a text; None for all else."""
    try:
        if isinstance(value, datetime):
            return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        if isinstance(value, str):
            return read_instant(value.strip())
        seconds = number(value)
        if seconds is None or not 0 < seconds < 1e11:
            return None
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None


def flat(values: object, sign: str = ".") -> Iterator[tuple[str, Any]]:
    """Names and values of a mapping, nested ones joined; empty ones and what is beyond 2,000 left out.

    Example:
        >>> list(flat({"model": {"depth": 2, "act": {}}, "lr": 0.1}))
        [('model.depth', 2), ('lr', 0.1)]
    """
    stack: list[tuple[str, Any]] = [("", values)]
    left = _LEAVES
    while stack and left:
        prefix, item = stack.pop()
        if isinstance(item, Mapping):
            stack += [
                (f"{prefix}{sign}{name}"[:_NAME] if prefix else str(name), inner)
                for name, inner in reversed(list(item.items()))
            ]
        elif prefix:
            left -= 1
            yield prefix, item


def shown(base: str, root: Path, path: Path) -> str:
    """How a path below the store's root is shown to a person."""
    inner = path.relative_to(root).as_posix()
    return base if inner == "." else f"{base.rstrip('/')}/{inner}"
