"""Trackio: one SQLite file a project, `trackio/<project>.db`.

Two generations: runs keyed by their name, later by `run_id` (names may then repeat). Columns came and went,
so they are looked up, never assumed.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from store.dates import read_instant
from store.records import Place, Reading, Skip
from store.slotted import fresh, slotted
from store.trackers import sqlite_file
from store.trackers.rundraft import Logged, fill, flatten, point

__all__ = ["claims", "read"]

# A message about a damaged schema may not even be UTF-8.
_DAMAGED = (sqlite3.Error, OSError, UnicodeError, MemoryError)


@slotted(frozen=False)
class _Run:
    logged: Logged
    begun: datetime | None = None
    first: datetime | None = None
    last: datetime | None = None
    config: dict[str, Any] = fresh(default_factory=dict)


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """Whether it is a database of Trackio's: `metrics` with a run's name, a step and JSON."""
    if names or not head.startswith(sqlite_file.HEAD):
        return False
    try:
        with sqlite_file.opened(path) as database:
            return {"run_name", "step", "metrics"} <= _columns(database, "metrics")
    except _DAMAGED:
        return False


def read(path: Path, shown: str) -> Reading:
    """All runs of a project, in the order in which they were begun."""
    reading = Reading(shown, "trackio")
    runs: dict[str, _Run] = {}
    try:
        with sqlite_file.opened(path) as database:
            _take(database, "configs", ("config", "created_at"), _config, runs, reading)
            _take(database, "metrics", ("step", "timestamp", "metrics"), _metrics, runs, reading)
    except _DAMAGED as error:
        reading.skips.append(Skip(Place(shown), f"not readable to its end: {error}"))
    for run in runs.values():
        _finish(run, path.stem)
    return fill(reading, [run.logged for run in runs.values()])


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    """The columns of a table; none where it is a view, which can stand for anything."""
    kind = database.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    if not kind or kind[0] != "table" or "VIRTUAL" in str(kind[1]).upper().split("(")[0]:
        return set()
    return {str(row[1]) for row in database.execute(f"PRAGMA table_info({table})")}


def _take(
    database: sqlite3.Connection,
    table: str,
    wanted: tuple[str, ...],
    put: Any,
    runs: dict[str, _Run],
    reading: Reading,
) -> None:
    """Hand every row of a table to `put`; a column that this generation lacks is None."""
    there = _columns(database, table)
    if "run_name" not in there:
        return
    names = ", ".join(name if name in there else "NULL" for name in ("run_id", "run_name", *wanted))
    broken = 0
    for key, name, *cells in database.execute(f"SELECT {names} FROM {table} ORDER BY rowid"):
        called = str(name or key or "")
        run = runs.get(key := str(key or called))
        if run is None:
            run = runs[key] = _Run(Logged(called, Place(reading.path, key=called)))
        try:
            put(run, *cells)
        except (ValueError, RecursionError):
            broken += 1
    if broken:
        reading.skips.append(Skip(Place(reading.path, key=table), "a row that is not JSON", broken))


def _config(run: _Run, config: Any, created: Any) -> None:
    run.config.update(_object(config))
    run.begun = _moment(run.config.get("_Created")) or _moment(created)


def _metrics(run: _Run, step: Any, timestamp: Any, metrics: Any) -> None:
    moment = _moment(timestamp)
    if moment:
        run.first, run.last = min(run.first or moment, moment), max(run.last or moment, moment)
    since = (moment - datetime(1970, 1, 1)).total_seconds() if moment else None
    for name, value in flatten(_object(metrics)).items():
        run.logged.metrics[name] = value
        point(run.logged.series, name, step if isinstance(step, int) else 0, value, since)


def _object(told: Any) -> dict[str, Any]:
    """A JSON object, kept as text or (since 0.30) as bytes."""
    value = json.loads(told) if isinstance(told, (str, bytes)) else None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _moment(told: Any) -> datetime | None:
    return read_instant(told) if isinstance(told, str) else None


def _finish(run: _Run, project: str) -> None:
    """What is told of a run beside its numbers: Trackio's own entries of the configuration begin with "_"."""
    logged, begun = run.logged, run.begun or run.first
    logged.params = flatten({key: value for key, value in run.config.items() if not key.startswith("_")})
    seconds = (run.last - begun).total_seconds() if run.last and begun else 0
    logged.facts = {
        "date": begun.replace(microsecond=0) if begun else None,
        "time": round(seconds, 3) if seconds > 0 else None,
        "project": project,
        "group": run.config.get("_Group"),
        "user": run.config.get("_Username"),
    }
