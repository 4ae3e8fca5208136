"""The tables in which MLflow keeps runs, the same in every database it knows (SQLite, PostgreSQL).

Columns are selected by name, those of later schemas only where they are there: `experiments.workspace` came
in the midst of a table, `runs.name` is empty in old ones (the tag `mlflow.runName` has it), `metrics.step`,
`is_nan` and `latest_metrics` came with 1.x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from store.records import Place, Reading, Series
from store.trackers.mlflow_runs import DELETED, Logged, Tally, fill, latest, milliseconds, text_of

__all__ = ["NEEDED", "Rows", "Schema", "read_tables"]

Rows = Callable[[str], Iterator[tuple[Any, ...]]]
"""Runs a statement and gives its rows; may end early, having said so."""

Schema = Mapping[str, frozenset[str]]
"""The names of the columns, by table."""

NEEDED = {
    "experiments": frozenset(("experiment_id", "name")),
    "runs": frozenset(("run_uuid", "experiment_id", "status", "start_time")),
    "params": frozenset(("key", "value", "run_uuid")),
    "metrics": frozenset(("key", "value", "timestamp", "run_uuid")),
}
"""What makes a database MLflow's."""

_RUN = (
    "run_uuid experiment_id name status start_time end_time lifecycle_stage user_id source_name "
    "source_version"
).split()

# SQLite has no infinity that SQLAlchemy would write: MLflow stores the largest double.
_INFINITE = 1.7976931348623157e308


def read_tables(reading: Reading, schema: Schema, rows: Rows) -> None:
    """Read all runs that are not deleted.

    Args:
        reading: is filled.
        schema: the tables that are there.
        rows: runs a statement.
    """
    tally = Tally()
    runs = _runs(reading, schema, rows, tally)
    for table in ("params", "tags"):
        if table in schema:
            for key, value, owner in rows(_select(schema, table, ("key", "value", "run_uuid"))):
                if (run := runs.get(owner)) is not None:
                    getattr(run, table)[text_of(key)] = text_of(value)
    broken = _history(schema, rows, runs)
    if "latest_metrics" in schema:
        broken += _latest(schema, rows, runs)
    if broken:
        tally.add(Place(reading.path, key="metrics"), "a value of a metric that can't be read", broken)
    reading.skips += tally.skips()
    fill(reading, list(runs.values()))


def _select(schema: Schema, table: str, wanted: tuple[str, ...] | list[str]) -> str:
    """A statement that gives the wanted columns, NULL for those that this schema has not."""
    there = [f'"{name}"' if name in schema[table] else "NULL" for name in wanted]
    return f'SELECT {", ".join(there)} FROM "{table}"'


def _runs(reading: Reading, schema: Schema, rows: Rows, tally: Tally) -> dict[object, Logged]:
    names: dict[object, str] = {}
    gone: set[object] = set()
    for number, name, stage in rows(
        _select(schema, "experiments", ("experiment_id", "name", "lifecycle_stage"))
    ):
        names[number] = text_of(name)
        if stage == "deleted":
            gone.add(number)
    runs: dict[object, Logged] = {}
    for own, experiment, name, status, start, end, stage, user, source, version in rows(
        _select(schema, "runs", _RUN)
    ):
        place = Place(reading.path, key=text_of(own))
        if stage == "deleted" or experiment in gone:
            tally.add(place, DELETED)
            continue
        runs[own] = Logged(
            text_of(own), place, names.get(experiment, text_of(experiment)), text_of(name), text_of(status)
        )
        runs[own].user, runs[own].source, runs[own].commit = map(text_of, (user, source, version))
        runs[own].start, runs[own].end = milliseconds(start), milliseconds(end)
    return runs


def _history(schema: Schema, rows: Rows, runs: Mapping[object, Logged]) -> int:
    """All values of all metrics, in the table's own order; how many can't be read.

    Most metrics of most runs have one value: a series is made at the second.
    """
    broken = 0
    firsts: dict[tuple[object, str], Point] = {}
    wanted = ("run_uuid", "key", "value", "timestamp", "step", "is_nan")
    for owner, key, value, time, step, is_nan in rows(_select(schema, "metrics", wanted)):
        run = runs.get(owner)
        if run is None:
            continue
        name = key if type(key) is str else text_of(key)
        try:
            point = _step(step), _number(value, is_nan), int(time or 0) / 1000
        except (TypeError, ValueError, OverflowError):
            broken += 1
            continue
        if (series := run.series.get(name)) is not None:
            _append(series, point)
        elif (first := firsts.pop((owner, name), None)) is not None:
            run.series[name] = series = Series()
            _append(series, first)
            _append(series, point)
        else:
            firsts[owner, name] = point
    for (owner, name), point in firsts.items():
        runs[owner].last[name] = point[1]
        if point[0]:
            _append(runs[owner].series.setdefault(name, Series()), point)
    for run in runs.values():
        run.last |= {name: latest(series) for name, series in run.series.items()}
    return broken


Point = tuple[int, float, float]
"""Step, value, seconds since 1970."""


def _append(series: Series, point: Point) -> None:
    series.steps.append(point[0])
    series.values.append(point[1])
    series.times.append(point[2])


def _step(value: Any) -> int:
    step = int(value or 0)
    if not -(2**63) <= step < 2**63:
        raise OverflowError
    return step


def _latest(schema: Schema, rows: Rows, runs: Mapping[object, Logged]) -> int:
    """The last values; how many can't be read."""
    broken = 0
    wanted = ("run_uuid", "key", "value", "is_nan")
    for owner, key, value, is_nan in rows(_select(schema, "latest_metrics", wanted)):
        run = runs.get(owner)
        if run is None:
            continue
        try:
            run.last[text_of(key)] = _number(value, is_nan)
        except (TypeError, ValueError):
            broken += 1
    return broken


def _number(value: Any, is_nan: Any) -> float:
    if is_nan and is_nan != "0":
        return float("nan")
    number = float(value)
    if -_INFINITE < number < _INFINITE:
        return number
    return float("inf") if number > 0 else float("-inf") if number < 0 else number
