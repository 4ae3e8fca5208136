"""Parameters that were logged by step: a learning rate that decays to 0 was not set to 0.

Trackers log the rate of every step as a metric. Its last value is the schedule's end, and its highest need
not be what was set either, since the first steps may not have been logged. So the run has no value of it, and
its course is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from store.frames import frame_of
from store.names import find_phrase, name_words
from store.records import Mark, Reading, Series
from store.vocabulary import words

__all__ = ["REMARK", "take_schedules"]

REMARK = "a schedule, logged by step: its course is told, how it was set is not recorded"

NOTE = "by step"
"""What a cell says that tells a schedule in place of a value."""


def take_schedules(readings: Sequence[Reading]) -> dict[str, str]:
    """Take the last value of a schedule for no value of its run, and say so by name of field.

    Args:
        readings: of all files, changed in place; their histories stay as they are.
    """
    found: dict[str, str] = {}
    for reading in readings:
        for name, field in reading.fields.items():
            if field.kind == "metric" and _is_scheduled(name) and _take(reading, name):
                found[name] = REMARK
    return found


def _is_scheduled(name: str) -> bool:
    return find_phrase(name_words(name), words("params")["scheduled"]["names"])[0] > 0


def _take(reading: Reading, name: str) -> bool:
    """Whether some run's values by step change; that run's last one is then a mark alone."""
    frame = frame_of(reading)
    if frame is not None:
        changing = list(_changing(frame.series.get(name, {}).items()))
        for row, text in changing:
            frame.column(name)[row] = None
            frame.mark(row, name, Mark(text, note=NOTE))
        return bool(changing)
    told = ((row, run.series[name]) for row, run in enumerate(reading.runs) if name in run.series)
    changing = list(_changing(told))
    for row, text in changing:
        reading.runs[row].values.pop(name, None)
        reading.runs[row].marks[name] = Mark(text, note=NOTE)
    return bool(changing)


def _changing(series: Iterable[tuple[int, Series]]) -> Iterable[tuple[int, str]]:
    """The rows whose values differ, with the first, the highest and the last as text."""
    for row, one in series:
        values = one.values
        if len(values) > 1 and min(values) != max(values):
            ends = [values[0], values[-1]]
            if max(values) > max(ends):
                ends.insert(1, max(values))
            yield row, " … ".join(f"{value:g}" for value in ends)
