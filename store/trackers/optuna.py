"""Optuna's SQLite storage: studies and their trials. CSV exports are tables and read as such.

Times are those of the machine's own clock: Optuna keeps no zone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store.directions import is_metric
from store.records import Direction, Place, Reading, RunRecord
from store.trackers import sqlite_file
from store.trackers.gather import Gathering, moment, number

__all__ = ["claims", "read"]

_STEPS = 200_000_000  # of SQLite's machine, some ten seconds: a view may loop for ever
_DIRECTIONS: dict[object, Direction] = {"MINIMIZE": "lower", "MAXIMIZE": "higher", 1: "lower", 2: "higher"}
_NOT_FINITE = {"INF_POS": float("inf"), "INF_NEG": float("-inf"), "NAN": float("nan")}
_JSON = 1 << 20

Rows = list[sqlite3.Row]


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """An SQLite file with the tables of studies and trials."""
    if not head.startswith(sqlite_file.HEAD):
        return False
    try:
        with _opened(path) as database:
            return {"studies", "trials", "trial_params"} <= set(_tables(database))
    except (sqlite3.Error, OSError, UnicodeDecodeError, MemoryError):
        return False


def read(path: Path, shown: str) -> Reading:
    """Each trial is a run, named by its number, with the study's name in front where there are several."""
    gathering = Gathering(shown)
    try:
        with _opened(path) as database:
            _Storage(database, gathering).read()
    except (sqlite3.Error, OSError, OverflowError, ValueError, IndexError, MemoryError) as error:
        gathering.skip(Place(shown), f"the database can't be read: {str(error)[:80]}")
    return gathering.close()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, of which no statement runs for ever."""
    with sqlite_file.opened(path) as database:
        left = [_STEPS // 100_000]

        def tick() -> int:
            left[0] -= 1
            return left[0] < 0

        database.set_progress_handler(tick, 100_000)
        database.row_factory = sqlite3.Row
        yield database


def _tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute("SELECT name FROM sqlite_master WHERE type='table' LIMIT 1000").fetchall()
    return [str(row[0]) for row in rows]


class _Storage:
    """One database: its tables differ from version to version, so every column is asked for by name."""

    def __init__(self, database: sqlite3.Connection, gathering: Gathering) -> None:
        self._database = database
        self._gathering = gathering
        self._names = set(_tables(database))

    def read(self) -> None:
        studies = {row["study_id"]: str(row["study_name"]) for row in self._rows("studies", "study_id")}
        if not studies:
            return
        names = {study: self._objectives(study) for study in studies}
        for study, name in studies.items():
            told = self._told(study, names, f"{name}/" if len(studies) > 1 else "")
            for trial in self._rows("trials", "number", study_id=study):
                if self._gathering.is_full:
                    self._gathering.skip(Place(self._gathering.reading.path), "a trial beyond those read")
                    continue
                self._trial(trial, name, told, len(studies) > 1)

    def _rows(self, table: str, order: str = "", **where: object) -> Rows:
        """All rows of a table, or those of one study or trial; none where the version has no such table."""
        if table not in self._names:
            return []
        said = " AND ".join(f"{name} = ?" for name in where)
        sql = f"SELECT * FROM {table}" + (f" WHERE {said}" if said else "")
        ordered = order if order in self._columns(table) else "rowid"
        return self._database.execute(
            f"{sql} ORDER BY {ordered} LIMIT 1000000", tuple(where.values())
        ).fetchall()

    def _columns(self, table: str) -> set[str]:
        return {str(row["name"]) for row in self._database.execute(f"PRAGMA table_info({table})")}

    def _objectives(self, study: int) -> dict[int, tuple[str, Direction]]:
        """Name and direction of each value, as Optuna's own data frame calls it."""
        rows = self._rows("study_directions", "objective", study_id=study)
        ways = {_get(row, "objective", 0): _DIRECTIONS.get(_get(row, "direction"), "") for row in rows}
        if not ways:  # before version 2.2 a study had one direction, in its own row
            old = self._rows("studies", study_id=study)
            ways = {0: _DIRECTIONS.get(_get(old[0], "direction") if old else None, "")}
        kept = self._rows("study_system_attributes", study_id=study)
        called = next((_json(row["value_json"]) for row in kept if row["key"] == "study:metric_names"), None)
        listed = called if isinstance(called, list) else []
        single = len(ways) < 2
        return {
            index: (str(listed[at]) if at < len(listed) else "value" if single else f"values_{index}", way)
            for at, (index, way) in enumerate(ways.items())
        }

    def _told(
        self, study: int, names: Mapping[int, dict[int, tuple[str, Direction]]], before: str
    ) -> dict[int, tuple[str, Direction]]:
        """The values' names; with the study's in front where another study turns the same name around."""
        others = {told for one, listed in names.items() if one != study for told in listed.values()}
        turned = {"lower": "higher", "higher": "lower"}
        return {
            index: (f"{before}{name}" if (name, turned.get(way)) in others else name, way)
            for index, (name, way) in names[study].items()
        }

    def _trial(
        self, trial: sqlite3.Row, study: str, told: Mapping[int, tuple[str, Direction]], several: bool
    ) -> None:
        gathering, key = self._gathering, trial["trial_id"]
        index = _get(trial, "number", key)
        name = f"{study}/{index}" if several else f"{index}"
        run = gathering.run(name, Place(gathering.reading.path, key=name))
        started, ended = moment(_get(trial, "datetime_start")), moment(_get(trial, "datetime_complete"))
        if started:
            gathering.put(run, "date", started, "attribute", role="date")
        if started and ended:
            gathering.put(run, "time", (ended - started).total_seconds(), "metric", unit="s", role="duration")
        gathering.put(run, "status", _get(trial, "state"), "attribute", role="status")
        if several:
            gathering.put(run, "study", study, "attribute")
        for row in self._rows("trial_params", "param_id", trial_id=key):
            gathering.put(run, str(row["param_name"]), _chosen(row), "param")
        self._measured(run, key, trial, told)
        for row in self._rows("trial_user_attributes", trial_id=key):
            value = _json(row["value_json"])
            counts = number(value) is not None and is_metric(str(row["key"]))
            gathering.put(run, str(row["key"]), value, "metric" if counts else "attribute")

    def _measured(
        self, run: RunRecord, key: int, trial: sqlite3.Row, told: Mapping[int, tuple[str, Direction]]
    ) -> None:
        gathering = self._gathering
        rows = self._rows("trial_values", trial_id=key) or [trial]  # an old trial has its value itself
        for row in rows:
            name, way = told.get(_get(row, "objective", 0), ("value", ""))
            value = _NOT_FINITE.get(_get(row, "value_type", ""), _get(row, "value"))
            if value is not None:
                gathering.put(run, name, value, "metric", direction=way)
        for row in self._rows("trial_intermediate_values", "step", trial_id=key):
            value = _NOT_FINITE.get(_get(row, "intermediate_value_type", ""), _get(row, "intermediate_value"))
            name, way = next(iter(told.values()), ("value", ""))
            if gathering.field(name, "metric", direction=way):
                # A trial that was cut off has no value of its own: its last report stands for it.
                gathering.point(run, name, row["step"], float("nan") if value is None else value)


def _get(row: sqlite3.Row, name: str, otherwise: Any = None) -> Any:
    return row[name] if name in row.keys() else otherwise  # a row is no mapping


def _chosen(row: sqlite3.Row) -> Any:
    """A parameter's value: what is stored of a category is its index, of all else the number."""
    value, told = row["param_value"], _json(_get(row, "distribution_json"))
    if not isinstance(told, dict) or not isinstance(value, (int, float)):
        return value
    kind, held = str(told.get("name", "")), told.get("attributes")
    choices = held.get("choices") if isinstance(held, dict) else None
    if kind == "CategoricalDistribution" and isinstance(choices, list):
        return choices[int(value)] if 0 <= value < len(choices) else None
    return int(value) if kind.startswith("Int") and float(value).is_integer() else value


def _json(text: object) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) and len(text) < _JSON else None
    except (ValueError, RecursionError):
        return None
