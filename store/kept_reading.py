"""What was read of one store, kept by itself: a reading of many that was interrupted goes on where it was.

Kept is what took long to read, next to other stores: of one store alone the history's snapshot has all of
it. A store that has changed since is read anew, the others are not.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from time import perf_counter
from typing import Any
from zlib import crc32

from store.fingerprint import fingerprint
from store.frames import Frame, FramedReading, frame_of, series_of
from store.kept import is_kept, keep, kept, prune
from store.packing import (
    day_of,
    packed_day,
    packed_reading,
    packed_series,
    packed_shape,
    reading_of,
    series_of_packed,
)
from store.records import Mark, Reading, Value

__all__ = ["through"]

_FORMAT = 1
_SUFFIX = ".source"
_ENTRIES, _TOTAL = 400, 256 << 20
_POINTS = 2_000_000  # of the histories of one reading that is kept
_LONG = 0.1
"""Seconds that a reading must take for it to be kept."""


def through(path: str, code: object, read: Callable[[], Reading]) -> Reading:
    """The reading of a store: the one that is kept, where the store is as it was, or else a new one.

    Args:
        path: the store.
        code: what tells the code that reads from any other; plain data.
        read: reads the store.
    """
    name = f"{crc32(os.fsencode(os.path.abspath(path))):08x}{_SUFFIX}"  # noqa: PTH100
    stamp: tuple[object, ...] | None = None
    if is_kept(name):
        stamp = _stamp(path, code)
        packed = kept(name, stamp) if stamp else None
        if packed is not None:
            return _reading(packed)
    before = perf_counter()
    stamp = stamp or _stamp(path, code)
    begun = perf_counter()
    reading = read()
    if stamp and perf_counter() - begun > max(_LONG, begun - before) and _points(reading) <= _POINTS:
        keep(name, stamp, _packed(reading))
        prune(_SUFFIX, _ENTRIES, _TOTAL)
    return reading


def _stamp(path: str, code: object) -> tuple[object, ...] | None:
    try:
        told = fingerprint(path)
    except OSError:
        return None
    return None if told is None else (_FORMAT, code, os.path.abspath(path), path, told)  # noqa: PTH100


def _points(reading: Reading) -> int:
    return sum(len(series.values) for series in series_of(reading))


def _packed(reading: Reading) -> tuple[Any, ...]:
    frame = frame_of(reading)
    if frame is None:
        histories = [{name: packed_series(one) for name, one in run.series.items()} for run in reading.runs]
        return packed_reading(reading), None, histories
    days = [name for name, column in frame.values.items() if any(map(_is_day, column))]
    values = {name: list(map(packed_day, column)) if name in days else column
              for name, column in frame.values.items()}  # fmt: skip
    marks = {
        row: {name: packed_shape(mark) for name, mark in told.items()} for row, told in frame.marks.items()
    }
    series = {
        name: {row: packed_series(one) for row, one in by_row.items()}
        for name, by_row in frame.series.items()
    }
    return packed_reading(reading, bare=True), (frame.names, frame.places, values, days, marks), series


def _is_day(value: Value) -> bool:
    return hasattr(value, "year")


def _reading(packed: tuple[Any, ...]) -> Reading:
    plain, told, series = packed
    reading = reading_of(plain)
    if told is None:
        for run, histories in zip(reading.runs, series, strict=True):
            run.series = {name: series_of_packed(*one) for name, one in histories.items()}
        return reading
    names, places, values, days, marks = told
    for name in days:
        values[name] = list(map(day_of, values[name]))
    framed = FramedReading(*(getattr(reading, name) for name in reading.__match_args__))
    framed.frame = Frame(
        names, places, values,
        {row: {name: Mark(*mark) for name, mark in held.items()} for row, held in marks.items()},
        {name: {row: series_of_packed(*one) for row, one in told.items()} for name, told in series.items()},
    )  # fmt: skip
    return framed
