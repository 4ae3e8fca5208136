"""The tables in which MLflow keeps runs, the same in every database it knows (SQLite, PostgreSQL).

Columns are selected by name, those of later schemas only where they are there: `experiments.workspace` came
in the midst of a table, `runs.name` is empty in old ones (the tag `mlflow.runName` has it), `metrics.step`,
`is_nan` and `latest_metrics` came with 1.x.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from store.frames import FramedReading
from store.records import Place
from store.trackers.mlflow_frame import fill
from store.trackers.mlflow_metrics import metrics_once, read_metrics
from store.trackers.mlflow_narrow import Columns, Narrowed, Schema, all_text, read_texts, select
from store.trackers.mlflow_runs import DELETED, Runs, Tally, milliseconds, text_of

__all__ = ["NEEDED", "read_tables"]

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


def read_tables(
    reading: FramedReading, schema: Schema, columns: Columns, narrowed: Narrowed = lambda *table: lambda: None
) -> None:
    """Read all runs that are not deleted.

    Args:
        reading: is filled.
        schema: the tables that are there.
        columns: runs a statement.
        narrowed: gives a narrow table by run.
    """
    tally = Tally()
    numbers = metrics_once(schema, narrowed)
    texts = {table: narrowed(table) for table in ("params", "tags") if table in schema}
    runs = _runs(reading.path, schema, columns, tally)
    places: dict[object, int] = {own: row for row, own in enumerate(runs.ids)}
    if broken := read_metrics(schema, columns, narrowed, numbers, places, runs):
        tally.add(Place(reading.path, key="metrics"), "a value of a metric that can't be read", broken)
    told = {table: read_texts(schema, columns, told, table, places) for table, told in texts.items()}
    runs.params, runs.tags = told["params"], told.get("tags", {})
    reading.skips += tally.skips()
    fill(reading, runs)


def _runs(path: str, schema: Schema, columns: Columns, tally: Tally) -> Runs:
    """The runs that are not deleted, in the order in which they began."""
    names: dict[object, str] = {}
    gone: set[object] = set()
    for part in columns(select(schema, "experiments", ("experiment_id", "name", "lifecycle_stage"))):
        for number, name, stage in zip(*part, strict=True):
            names[number] = text_of(name)
            if stage == "deleted":
                gone.add(number)
    found: list[list[Any]] = [[] for _ in _RUN]
    for part in columns(select(schema, "runs", _RUN)):
        for column, values in zip(found, part, strict=True):
            column += values
    ids, stages = all_text(found[0]), found[6]
    starts, ends = (_times(found[at]) for at in (4, 5))
    rows: Sequence[int] = range(len(ids))
    if gone or "deleted" in stages:
        left = [row for row in rows if stages[row] == "deleted" or found[1][row] in gone]
        for row in left:
            tally.add(Place(path, key=ids[row]), DELETED)
        rows = sorted(set(rows).difference(left))
    if len(set(ids)) < len(ids):  # twice is one only where the database is damaged
        rows = list({ids[row]: row for row in rows}.values())
    if None in starts:
        order: list[Any] = [(at is None, at or 0, own) for at, own in zip(starts, ids, strict=True)]
    else:
        order = [*zip(starts, ids, strict=True)]
    rows = sorted(rows, key=order.__getitem__)
    called_by = {number: names.get(number, text_of(number)) for number in set(found[1])}
    texts = (ids, *(all_text(found[at]) for at in (2, 3, 7, 8, 9)))
    ids, called, statuses, users, sources, commits = (list(map(one.__getitem__, rows)) for one in texts)
    return Runs(
        ids,
        [(path, 0, 0, own) for own in ids],
        list(map(called_by.__getitem__, map(found[1].__getitem__, rows))),
        called, statuses, users, sources, commits,
        [starts[row] for row in rows],
        [ends[row] for row in rows],
    )  # fmt: skip


def _times(values: Sequence[Any]) -> Sequence[int | None]:
    return values if set(map(type, values)) == {int} else list(map(milliseconds, values))
