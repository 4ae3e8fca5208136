"""What MLflow knows of its runs, wherever it keeps them: columns in the order in which the runs began."""

from __future__ import annotations

from store.records import Place, Series, Skip
from store.slotted import fresh, slotted

__all__ = ["DELETED", "Runs", "Tally", "Texts", "latest", "milliseconds", "text_of"]

DELETED = "deleted in MLflow"

Texts = dict[str, list[str | None]]
"""Texts by name as logged: for each run one, or None."""


@slotted(frozen=False)
class Runs:
    """What MLflow keeps of its runs, as columns in the order in which they began.

    Attributes:
        ids: 32 hexadecimal digits.
        places: the fields of their places.
        experiments: the experiments' names.
        names, statuses, users, sources, commits: "" where not kept; a status may be a number.
        starts, ends: milliseconds since 1970, or None.
        params, tags: texts by name as logged.
        last: the last value of each metric by name as logged.
        series: all values of a metric by name as logged and by run, in any order; those of one value at
            step 0 may be left out.
    """

    ids: list[str]
    places: list[tuple[str, int, int, str]]
    experiments: list[str]
    names: list[str]
    statuses: list[str]
    users: list[str]
    sources: list[str]
    commits: list[str]
    starts: list[int | None]
    ends: list[int | None]
    params: Texts = fresh(default_factory=dict)
    tags: Texts = fresh(default_factory=dict)
    last: dict[str, list[float | None]] = fresh(default_factory=dict)
    series: dict[str, dict[int, Series]] = fresh(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)


class Tally:
    """Counts what is passed over, by reason, with the place of the first."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Place, int]] = {}

    def add(self, place: Place, reason: str, count: int = 1) -> None:
        """Count one more, or so many."""
        first, so_far = self._seen.get(reason, (place, 0))
        if count:
            self._seen[reason] = (first, so_far + count)

    def skips(self) -> list[Skip]:
        """One entry a reason."""
        return [Skip(place, reason, count) for reason, (place, count) in self._seen.items()]


def text_of(value: object) -> str:
    """A value of a database or of YAML as text; "" for none. SQLite keeps any type in any column."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def milliseconds(value: object) -> int | None:
    """A point in time as whole milliseconds, or None where it is none."""
    try:
        return int(value) if isinstance(value, (int, float, str)) else None
    except (ValueError, OverflowError):
        return None


def latest(series: Series) -> float:
    """The value of the highest step, of several the last in time, as `latest_metrics` has it."""
    keys = list(zip(series.steps, series.times, range(len(series.steps)), strict=True))
    return series.values[max(keys)[2]]
