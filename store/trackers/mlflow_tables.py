"""The tables in which MLflow keeps runs, the same in every database it knows (SQLite, PostgreSQL).

Columns are selected by name, those of later schemas only where they are there: `experiments.workspace` came
in the midst of a table, `runs.name` is empty in old ones (the tag `mlflow.runName` has it), `metrics.step`,
`is_nan` and `latest_metrics` came with 1.x.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from store.frames import FramedReading
from store.records import Place, Series
from store.trackers.mlflow_runs import DELETED, Runs, Tally, Texts, fill, latest, milliseconds, text_of

__all__ = ["NEEDED", "Columns", "Schema", "read_tables"]

Columns = Callable[[str], Iterator[Sequence[Sequence[Any]]]]
"""Runs a statement and gives what it selects, some thousand rows at a time, a sequence a column; may
end early, having said so."""

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


def read_tables(reading: FramedReading, schema: Schema, columns: Columns) -> None:
    """Read all runs that are not deleted.

    Args:
        reading: is filled.
        schema: the tables that are there.
        columns: runs a statement.
    """
    tally = Tally()
    runs = _runs(reading.path, schema, columns, tally)
    places: dict[object, int] = {own: row for row, own in enumerate(runs.ids)}
    runs.params = _texts(schema, columns, "params", places)
    runs.tags = _texts(schema, columns, "tags", places)
    broken = 0
    if not _only_latest(schema, columns):
        broken = _history(schema, columns, places, runs)
        for column in runs.last.values():
            column.append(None)
    if "latest_metrics" in schema:
        broken += _latest(schema, columns, places, runs.last)
    runs.last = _without_last(runs.last)
    if broken:
        tally.add(Place(reading.path, key="metrics"), "a value of a metric that can't be read", broken)
    reading.skips += tally.skips()
    fill(reading, runs)


def _only_latest(schema: Schema, columns: Columns) -> bool:
    """Whether every metric has one value, at step 0: then the latest values are all there is.

    To count is a tenth of the work of reading the values twice.
    """
    if "latest_metrics" not in schema or not {"step", "timestamp"} <= schema["metrics"]:
        return False
    counts = "count(*), min(step), max(step), sum(timestamp % 1000003)"
    told = [
        [one[0] for one in part]
        for table in ("metrics", "latest_metrics")
        for part in columns(f'SELECT {counts} FROM "{table}"')
    ]
    return len(told) == 2 and told[0] == told[1] and told[0][1:3] == [0, 0]


def _select(schema: Schema, table: str, wanted: tuple[str, ...] | list[str]) -> str:
    """A statement that gives the wanted columns, NULL for those that this schema has not."""
    there = [f'"{name}"' if name in schema[table] else "NULL" for name in wanted]
    return f'SELECT {", ".join(there)} FROM "{table}"'


def _runs(path: str, schema: Schema, columns: Columns, tally: Tally) -> Runs:
    """The runs that are not deleted, in the order in which they began."""
    names: dict[object, str] = {}
    gone: set[object] = set()
    for part in columns(_select(schema, "experiments", ("experiment_id", "name", "lifecycle_stage"))):
        for number, name, stage in zip(*part, strict=True):
            names[number] = text_of(name)
            if stage == "deleted":
                gone.add(number)
    found: list[tuple[Any, ...]] = []
    for part in columns(_select(schema, "runs", _RUN)):
        found += zip(*part, strict=True)
    for own, experiment, *_, stage, _user, _source, _version in found:
        if stage == "deleted" or experiment in gone:
            tally.add(Place(path, key=text_of(own)), DELETED)
    once = {text_of(row[0]): row for row in found}  # twice is one only where the database is damaged
    kept = [row for row in once.values() if row[6] != "deleted" and row[1] not in gone]
    kept.sort(key=lambda row: (row[4] is None, milliseconds(row[4]) or 0, text_of(row[0])))
    told = list(zip(*kept, strict=True)) or [()] * len(_RUN)
    ids, _, called, statuses, _, _, _, users, sources, commits = (_all_text(one) for one in told)
    return Runs(
        ids,
        [(path, 0, 0, own) for own in ids],
        [names.get(number, text_of(number)) for number in told[1]],
        called, statuses, users, sources, commits,
        list(map(milliseconds, told[4])),
        list(map(milliseconds, told[5])),
    )  # fmt: skip


T = TypeVar("T")


def _spread(
    into: dict[str, list[T | None]],
    keys: Sequence[Any],
    owners: Sequence[int],
    values: Sequence[T],
    rows: int,
) -> None:
    """Put the values of a narrow table into a column a key; the last row takes those of no run."""
    for key, owner, value in zip(keys, owners, values, strict=True):
        try:
            into[key][owner] = value
        except KeyError:
            into[key] = [None] * (rows + 1)
            into[key][owner] = value


def _texts(schema: Schema, columns: Columns, table: str, places: Mapping[object, int]) -> Texts:
    """Parameters or tags, a column each."""
    if table not in schema:
        return {}
    rows = len(places)
    found: Texts = {}
    for keys, values, owners in columns(_select(schema, table, ("key", "value", "run_uuid"))):
        _spread(found, _all_text(keys), [places.get(own, rows) for own in owners], _all_text(values), rows)
    return _without_last(found)


def _all_text(values: Sequence[Any]) -> list[str]:
    return [*values] if set(map(type, values)) <= {str} else list(map(text_of, values))


def _without_last(columns: dict[str, list[T | None]]) -> dict[str, list[T | None]]:
    """The columns without the values of no run, those that are then empty left out."""
    for column in columns.values():
        column.pop()
    return {name: column for name, column in columns.items() if any(value is not None for value in column)}


def _latest(
    schema: Schema, columns: Columns, places: Mapping[object, int], last: dict[str, list[float | None]]
) -> int:
    """The last values; how many can't be read."""
    broken, rows = 0, len(places)
    for given, keys, values, is_nan in columns(
        _select(schema, "latest_metrics", ("run_uuid", "key", "value", "is_nan"))
    ):
        owners = [places.get(own, rows) for own in given]
        numbers = _numbers(values, is_nan)
        if None in numbers:
            broken += sum(
                number is None and at < rows for number, at in zip(numbers, owners, strict=True)
            )  # fmt: skip
            keys, owners, numbers = _where(numbers, keys, owners, numbers)
        _spread(last, _all_text(keys), owners, numbers, rows)
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
    for given, keys, values, times, steps, is_nan in columns(_select(schema, "metrics", wanted)):
        owners = [places.get(own, rows) for own in given]
        numbers = _numbers(values, is_nan)
        at, when = _whole(steps), _whole(times)
        if None in numbers or None in at or None in when:
            told = [None if None in point else 0 for point in zip(numbers, at, when, strict=True)]
            broken += sum(one is None and own < rows for one, own in zip(told, owners, strict=True))
            keys, owners, numbers, at, when = _where(told, keys, owners, numbers, at, when)
        _append(found, _all_text(keys), owners, numbers, at, when)
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
