"""A file of one metric of one run in MLflow's file store: a line a value."""

from __future__ import annotations

from store.records import Series

__all__ = ["only_value", "points"]


def only_value(content: bytes) -> float | None:
    """The value of a metric that was logged once, at step 0, as most are; None for any other."""
    if not content.endswith(b" 0\n") or content.count(b"\n") != 1:
        return None
    try:
        time, value, _ = content.split()
        return float(value) if time.isdigit() else None
    except ValueError:
        return None


def points(content: bytes) -> tuple[Series, int]:
    """The lines `milliseconds value [step [dataset digest]]` of a metric, and how many can't be read."""
    series, broken = Series(), 0
    for line in content.split(b"\n"):
        parts = line.split()
        if not parts:
            continue
        try:
            time, value, step = int(parts[0]) / 1000, float(parts[1]), int(parts[2]) if parts[2:] else 0
            series.steps.append(step)
        except (ValueError, IndexError, OverflowError):
            broken += 1
            continue
        series.values.append(value)
        series.times.append(time)
    return series, broken
