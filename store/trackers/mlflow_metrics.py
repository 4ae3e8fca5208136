"""The values of metrics in MLflow's tables: the last ones in `latest_metrics`, all of them in `metrics`."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from store.records import Series
from store.trackers.mlflow_narrow import (
    Columns,
    Narrowed,
    Schema,
    all_text,
    placed,
    select,
    spread,
    without_last,
)
from store.trackers.mlflow_runs import Runs, latest
from store.trackers.sqlite_narrow import Narrow

__all__ = ["read_metrics"]

_INFINITE = sys.float_info.max
"""What MLflow stores where SQLAlchemy can't write an infinity."""


_INDEX = ("timestamp", "step", "run_uuid")
"""What the primary key of `metrics` has behind the key, before the value."""


def metrics_once(schema: Schema, narrowed: Narrowed) -> Callable[[], Narrow | None]:
    """What gives all metrics where each of a run was logged once, as there are as many last values then."""
    if "latest_metrics" not in schema or not {"step", "is_nan"} <= schema["metrics"]:
        return lambda: None
    return narrowed("metrics", ("is_nan", "step"), _INDEX, "latest_metrics")


def read_metrics(
    schema: Schema,
    columns: Columns,
    narrowed: Narrowed,
    once: Callable[[], Narrow | None],
    places: Mapping[object, int],
    runs: Runs,
) -> int:
    """Put the last values and the histories into the runs; how many values can't be read.

    Args:
        schema, columns, narrowed: the database.
        once: what `metrics_once` gives.
        places: the row of each run.
        runs: are filled.
    """
    narrow = once()
    if narrow is not None:
        placed(runs.last, narrow, places)
        runs.last = without_last(runs.last)
        return 0
    broken = 0
    if not _only_latest(schema, columns):
        broken = _history(schema, columns, places, runs)
        for column in runs.last.values():
            column.append(None)
    if "latest_metrics" in schema:
        broken += _latest(schema, columns, narrowed, places, runs.last)
    runs.last = without_last(runs.last)
    return broken


def _is_once(schema: Schema, columns: Columns) -> bool:
    """Whether there are as many values as last values, so that each may be the only one of its run."""
    if "latest_metrics" not in schema or not {"step", "is_nan"} <= schema["metrics"]:
        return False
    tables = ("metrics", "latest_metrics")
    counts = [part for table in tables for part in columns(f'SELECT count(*) FROM "{table}"')]
    return len(counts) == 2 and counts[0] == counts[1]


def _only_latest(schema: Schema, columns: Columns) -> bool:
    """Whether every metric has one value, at step 0: then the latest values are all there is.

    To count is a tenth of the work of reading the values twice.
    """
    if not _is_once(schema, columns) or "timestamp" not in schema["metrics"]:
        return False
    counts = "min(step), max(step), sum(timestamp % 1000003)"
    told = [
        [one[0] for one in part]
        for table in ("metrics", "latest_metrics")
        for part in columns(f'SELECT {counts} FROM "{table}"')
    ]
    return len(told) == 2 and told[0] == told[1] and told[0][:2] == [0, 0]


def _latest(
    schema: Schema,
    columns: Columns,
    narrowed: Narrowed,
    places: Mapping[object, int],
    last: dict[str, list[float | None]],
) -> int:
    """The last values; how many can't be read."""
    broken, rows = 0, len(places)
    narrow = None
    if "is_nan" in schema["latest_metrics"]:
        narrow = narrowed("latest_metrics", ("is_nan",), ("run_uuid",))()
    if narrow is not None:
        placed(last, narrow, places)
        return 0
    for given, keys, values, is_nan in columns(
        select(schema, "latest_metrics", ("run_uuid", "key", "value", "is_nan"))
    ):
        owners = [places.get(own, rows) for own in given]
        numbers = _numbers(values, is_nan)
        if None in numbers:
            broken += sum(
                number is None and at < rows for number, at in zip(numbers, owners, strict=True)
            )  # fmt: skip
            keys, owners, numbers = _where(numbers, keys, owners, numbers)
        spread(last, all_text(keys), owners, numbers, rows)
    return broken


def _where(told: Sequence[object], *columns: Sequence[Any]) -> list[list[Any]]:
    """The columns without the rows in which one says nothing."""
    return [[value for value, known in zip(column, told, strict=True) if known is not None]
            for column in columns]  # fmt: skip


def _numbers(values: Sequence[Any], is_nan: Sequence[Any]) -> Sequence[float | None]:
    """The values of a metric; None for one that can't be read."""
    if set(map(type, values)) == {float} and not any(is_nan) and _INFINITE > max(map(abs, values)):
        return values
    return [_number(value, nan) for value, nan in zip(values, is_nan, strict=True)]


def _number(value: Any, is_nan: Any) -> float | None:
    if is_nan and is_nan != "0":
        return math.nan
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if -_INFINITE < number < _INFINITE:
        return number
    return math.inf if number > 0 else -math.inf if number < 0 else number


def _history(schema: Schema, columns: Columns, places: Mapping[object, int], runs: Runs) -> int:
    """All values of all metrics, in the table's own order; how many can't be read."""
    broken, rows = 0, len(places)
    wanted = ("run_uuid", "key", "value", "timestamp", "step", "is_nan")
    found: dict[str, dict[int, Series]] = {}
    for given, keys, values, times, steps, is_nan in columns(select(schema, "metrics", wanted)):
        owners = [places.get(own, rows) for own in given]
        numbers = _numbers(values, is_nan)
        at, when = _whole(steps), _whole(times)
        if None in numbers or None in at or None in when:
            told = [None if None in point else 0 for point in zip(numbers, at, when, strict=True)]
            broken += sum(one is None and own < rows for one, own in zip(told, owners, strict=True))
            keys, owners, numbers, at, when = _where(told, keys, owners, numbers, at, when)
        _append(found, all_text(keys), owners, numbers, at, when)
    for key, by_run in found.items():
        by_run.pop(rows, None)
        column = runs.last.setdefault(key, [None] * rows)
        for row, series in by_run.items():
            column[row] = latest(series)
    runs.series.update(found)
    return broken


def _append(
    found: dict[str, dict[int, Series]],
    keys: Sequence[str],
    owners: Sequence[int],
    values: Sequence[Any],
    steps: Sequence[Any],
    times: Sequence[Any],
) -> None:
    for key, owner, step, value, time in zip(keys, owners, steps, values, times, strict=True):
        try:
            series = found[key][owner]
        except KeyError:
            series = found.setdefault(key, {})[owner] = Series()
        series.steps.append(step)
        series.values.append(value)
        series.times.append(time / 1000)


def _whole(numbers: Sequence[Any]) -> Sequence[int | None]:
    """Whole numbers of 64 bits; nothing is 0, and None stands for what can't be read."""
    if set(map(type, numbers)) <= {int}:
        return numbers
    return [_whole_number(number) for number in numbers]


def _whole_number(number: Any) -> int | None:
    try:
        whole = int(number or 0)
    except (TypeError, ValueError, OverflowError):
        return None
    return whole if -(2**63) <= whole < 2**63 else None
