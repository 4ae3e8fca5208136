"""Values that were logged and are no number: NaN and infinity, which a column of numbers holds as missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from store.frames import count_of, frame_of
from store.records import Mark, Reading

__all__ = ["unmeasured_rows"]

_NO_NUMBER = frozenset(("nan", "inf", "infinity"))


def unmeasured_rows(names: Mapping[int, str], readings: Sequence[Reading]) -> tuple[int, ...]:
    """The rows of a column whose cells say that they are no number.

    Args:
        names: what the column is called, by the index of the reading.
    """
    found: list[int] = []
    first = 0
    for index, reading in enumerate(readings):
        name = names.get(index)
        if name is not None:
            found += (
                first + row for row, marks in _marks(reading) if marks and _is_no_number(marks.get(name))
            )
        first += count_of(reading)
    return tuple(sorted(found))


def _marks(reading: Reading) -> Iterable[tuple[int, dict[str, Mark]]]:
    frame = frame_of(reading)
    return enumerate(run.marks for run in reading.runs) if frame is None else frame.marks.items()


def _is_no_number(mark: Mark | None) -> bool:
    return mark is not None and mark.text.strip().lower().lstrip("+-") in _NO_NUMBER
