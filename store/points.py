"""Values by step: each run's history of a metric in order, its best point, and the table `points`.

The table `points` has one row a value that was logged:

    _row     INTEGER  the run, as in `runs`
    metric   ENUM     the column's key
    step     BIGINT   each once for a run and metric, ascending
    time     DOUBLE   seconds since 1970, NULL where it is not told
    value    DOUBLE   NaN and infinities as they were logged

A run that was resumed logs steps a second time: what was logged last stands.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from math import isfinite
from operator import le, lt

from store.catalog import Column
from store.records import Direction, Series, Value

__all__ = [
    "AXIS",
    "BEST",
    "STEP",
    "ByRow",
    "best_columns",
    "best_point",
    "best_step",
    "best_value",
    "by_step",
    "rising",
    "rows_of",
]

AXIS = frozenset(("epoch", "epochs", "current epoch", "train epoch", "trainer epoch"))
"""What a history is called that tells where in the training a step was, rather than how good it was."""

ByRow = Mapping[int, Series]
"""The histories of one metric by `_row`."""

BEST, STEP = "best", "step"
"""What is kept of a history beside its last value: its best value and the step of it."""


def by_step(series: Series) -> Series:
    """The history with each step once, ascending; itself where it is so already.

    Example:
        >>> from array import array
        >>> resumed = Series(array("q", [0, 10, 20, 10]), array("d", [3.0, 2.0, 1.9, 2.1]))
        >>> by_step(resumed).steps.tolist(), by_step(resumed).values.tolist()
        ([0, 10, 20], [3.0, 2.1, 1.9])
    """
    steps = series.steps
    if all(map(lt, steps, islice(steps, 1, None))):
        return series
    last = {step: at for at, step in enumerate(steps)}
    order = [last[step] for step in sorted(last)]
    times = array("d", [series.times[at] for at in order]) if series.times else array("d")
    return Series(
        array("q", [steps[at] for at in order]), array("d", [series.values[at] for at in order]), times
    )


def rising(histories: Mapping[int, Series]) -> dict[int, Series]:
    """The histories that never go back: an epoch that starts anew tells no place in a training.

    Example:
        >>> from array import array
        >>> once, anew = (Series(array("q", [0, 9, 10]), array("d", told)) for told in ([0, 1, 1], [0, 1, 0]))
        >>> list(rising({4: once, 7: anew}))
        [4]
    """
    return {
        row: one for row, one in histories.items() if all(map(le, one.values, islice(one.values, 1, None)))
    }


def best_point(
    series: Series, direction: Direction, sentinel: float | None = None
) -> tuple[float, int] | None:
    """The best finite value of a history and the first step that has it; None where there is none.

    A history that ends in NaN or an infinity has no best: the run came to nothing.
    """
    values: Sequence[float] = series.values
    if not values or not direction or not isfinite(values[-1]):
        return None
    end = max if direction == "higher" else min
    if not isfinite(sum(values)) or sentinel is not None:
        values = [value for value in values if isfinite(value) and value != sentinel]
        if not values:
            return None
    best = end(values)
    return best, series.steps[series.values.index(best)]


def best_columns(column: Column, series: ByRow, rows: int) -> Iterator[tuple[Column, list[Value]]]:
    """The columns of the table `runs` that tell a metric's best value and its step, with their values."""
    points = [best_point(series[row], column.direction, column.sentinel) if row in series else None
              for row in range(rows)]  # fmt: skip
    yield best_value(column), [point and point[0] for point in points]
    yield best_step(column), [point and point[1] for point in points]


def best_value(column: Column) -> Column:
    """The column of a metric's best value by step."""
    key, name = f"{column.key}:{BEST}", f"best {column.name}"
    return Column(key, name, "metric", "number", column.unit, column.direction, column.because)


def best_step(column: Column) -> Column:
    """The column of the step of that value."""
    return Column(f"{column.key}:{STEP}", "at step", "attribute", "integer")


def rows_of(key: str, row: int, series: Series) -> Iterator[tuple[int, str, int, float | None, float]]:
    """The rows of the table `points` of one metric of one run."""
    times: Iterable[float | None] = series.times or repeat(None)
    if series.times and not isfinite(sum(series.times)):
        times = (time if time == time else None for time in series.times)
    return zip(repeat(row), repeat(key), series.steps, times, series.values)
