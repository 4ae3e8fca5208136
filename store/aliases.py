"""Metrics of several names: `val/loss`, `val_loss`, `eval_loss` are one where nothing speaks against it.

Names are one that have the same words, whatever parts these, and further those in which `eval`, `valid` and
`validation` stand for `val`. They are not where a run has two of them with different values; one such pair is
enough for `eval` and `val` to be two things in the whole history. Words beyond these are never equated:
training is no validation, `matrix_lr` no `embedding_lr`; and what was chosen keeps its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from store.frames import Frame, count_of, frame_of
from store.names import name_words
from store.records import Reading, RunRecord, Series, Value

__all__ = ["link_names"]

_VALIDATION = frozenset(("eval", "evaluation", "valid", "validation", "val"))
_CLOSE = 1e-6
"""TensorBoard keeps 32 bits of a number."""

Where = dict[str, list[int]]
"""The readings in which a name stands."""


def link_names(readings: Sequence[Reading]) -> dict[str, tuple[str, ...]]:
    """Give metrics that go by several names the first of them, in the records too.

    Args:
        readings: changed in place.

    Returns:
        the other names of each metric that has any.
    """
    found: dict[str, list[str]] = {}
    for equal in (_same_words, _same_split):
        groups = [group for group in _groups(readings, equal) if len(group) > 1]
        apart = [group for group in groups if _apart(group, readings)]
        if apart and equal is _same_split:
            break
        for group in (one for one in groups if one not in apart):
            first, *others = group
            for name in others:
                _rename(readings, group[name], name, first)
                found[first] = [*found.get(first, ()), name, *found.pop(name, ())]
    return {name: tuple(dict.fromkeys(others)) for name, others in found.items()}


def _same_words(name: str) -> tuple[str, ...]:
    return name_words(name)


def _same_split(name: str) -> tuple[str, ...]:
    return tuple("val" if word in _VALIDATION else word for word in name_words(name))


def _groups(readings: Sequence[Reading], equal: object) -> Iterable[Where]:
    """The names that are equal, in the order of the readings."""
    assert callable(equal)
    groups: dict[tuple[object, ...], Where] = {}
    for index, reading in enumerate(readings):
        for name, field in reading.fields.items() if count_of(reading) else ():
            if field.kind == "metric":
                key = (equal(name), field.unit, field.direction, field.role)
                groups.setdefault(key, {}).setdefault(name, []).append(index)
    return groups.values()


def _apart(group: Where, readings: Sequence[Reading]) -> bool:
    """Whether some run has two of the names with different values, or histories."""
    by_reading: dict[int, list[str]] = {}
    for name, indices in group.items():
        for index in indices:
            by_reading.setdefault(index, []).append(name)
    return any(
        _differ(run, one, other)
        for index, names in by_reading.items()
        if len(names) > 1
        for run in readings[index].runs
        for at, one in enumerate(names)
        for other in names[at + 1 :]
    )


def _differ(run: RunRecord, one: str, other: str) -> bool:
    a, b = run.series.get(one), run.series.get(other)
    if a is not None and b is not None and not _same_series(a, b):
        return True
    if one in run.values and other in run.values:
        return not _same(run.values[one], run.values[other])
    marks = one in run.marks or one in run.values, other in run.marks or other in run.values
    return all(marks) and run.marks.get(one) != run.marks.get(other)


def _same_series(a: Series, b: Series) -> bool:
    return len(a.values) == len(b.values) and all(map(_same, a.values, b.values))


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other or abs(one - other) <= _CLOSE * max(abs(one), abs(other))
    return one == other


def _rename(readings: Sequence[Reading], indices: Iterable[int], name: str, first: str) -> None:
    for index in indices:
        reading = readings[index]
        field = reading.fields.pop(name)
        field.name = first
        reading.fields.setdefault(first, field)
        if (frame := frame_of(reading)) is not None:
            _rename_column(frame, name, first)
            continue
        for run in reading.runs:
            tables: tuple[dict[str, Any], ...] = (run.values, run.marks, run.series)
            for told in tables:
                if name in told:
                    told.setdefault(first, told.pop(name))


def _rename_column(frame: Frame, name: str, first: str) -> None:
    """In columns; another one of the first name takes what it has not."""
    values = frame.values.pop(name, None)
    if values is not None:
        own = frame.values.get(first)
        frame.values[first] = (
            [theirs if mine is None else mine for mine, theirs in zip(own, values, strict=True)]
            if own is not None
            else values
        )
    for marks in frame.marks.values():
        if name in marks:
            marks.setdefault(first, marks.pop(name))
    if name in frame.series:
        given = frame.series.pop(name)
        frame.series[first] = given | frame.series.get(first, {})
