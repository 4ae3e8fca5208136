"""What was read as plain data, such as marshal knows, and back."""

from __future__ import annotations

from array import array
from datetime import date, datetime
from typing import Any

from store.records import Claim, Field, Mark, Place, Reading, RunRecord, Series, Skip, Todo, Value

__all__ = [
    "day_of", "packed_day", "packed_reading", "packed_series", "packed_shape", "reading_of",
    "series_of_packed",
]  # fmt: skip


def packed_shape(shape: Any) -> tuple[Any, ...]:
    """The fields of a value class whose values are plain."""
    return tuple([getattr(shape, name) for name in shape.__match_args__])


def packed_series(series: Series) -> tuple[bytes, bytes, bytes]:
    """A history by step: its steps, values and times, as the machine has numbers."""
    return series.steps.tobytes(), series.values.tobytes(), series.times.tobytes()


def series_of_packed(steps: bytes, values: bytes, times: bytes) -> Series:
    """The history that was packed."""
    return Series(array("q", steps), array("d", values), array("d", times))


def packed_reading(reading: Reading, *, bare: bool = False) -> tuple[Any, ...]:
    """A reading with its runs (`bare`: without), without their histories by step."""
    return (
        reading.path,
        reading.reader,
        {name: packed_shape(told) for name, told in reading.fields.items()},
        [] if bare else [_packed_run(run) for run in reading.runs],
        [(todo.text, todo.done, packed_shape(todo.place)) for todo in reading.todos],
        [(packed_shape(skip.place), skip.reason, skip.count) for skip in reading.skips],
        reading.notes,
        reading.points,
        list(reading.titles),
        reading.relation,
        [(claim.run, claim.lines, packed_shape(claim.place)) for claim in reading.claims],
    )


def reading_of(packed: tuple[Any, ...]) -> Reading:
    """The reading that was packed."""
    path, reader, fields, runs, todos, skips, notes, points, titles, relation, claims = packed
    return Reading(
        path,
        reader,
        {name: Field(*told) for name, told in fields.items()},
        [_run(*run) for run in runs],
        [Todo(text, done, Place(*place)) for text, done, place in todos],
        [Skip(Place(*place), reason, count) for place, reason, count in skips],
        notes,
        relation,
        points=points,
        titles=tuple(titles),
        claims=[Claim(run, lines, Place(*place)) for run, lines, place in claims],
    )


def _packed_run(run: RunRecord) -> tuple[Any, ...]:
    days = [name for name, value in run.values.items() if isinstance(value, date)]
    values = {name: packed_day(value) for name, value in run.values.items()}
    marks = {name: packed_shape(mark) for name, mark in run.marks.items()}
    return run.name, packed_shape(run.place), values, days, marks, [packed_shape(place) for place in run.also]


def _run(
    name: str,
    place: tuple[Any, ...],
    values: dict[str, Any],
    days: list[str],
    marks: dict[str, tuple[Any, ...]],
    also: list[tuple[Any, ...]],
) -> RunRecord:
    for day in days:
        values[day] = day_of(values[day])
    told = {key: Mark(*mark) for key, mark in marks.items()}
    return RunRecord(name, Place(*place), values, told, also=[Place(*one) for one in also])


def packed_day(value: Value) -> Value:
    """A day or moment as text, which marshal knows; another value as it is."""
    return value.isoformat() if isinstance(value, date) else value


def day_of(value: Value) -> Value:
    """The day or moment of a text that `packed_day` made."""
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
