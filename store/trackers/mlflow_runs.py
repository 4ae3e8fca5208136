"""What MLflow knows of a run, wherever it keeps it, as records: one mapping for folders and databases.

MLflow stores parameters as text and metrics as doubles, and says nothing of columns; so a parameter's type is
told by all its texts together, and a name that is a parameter here and a metric there makes two columns.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from store.cells import clean, read_header
from store.command import typed
from store.kinds import role_of
from store.readers.drafts import fold
from store.records import Field, Kind, Mark, Place, Reading, RunRecord, Series, Skip, Value
from store.slotted import fresh, slotted
from store.typed import is_identifier

__all__ = ["DELETED", "Logged", "Tally", "fill", "latest", "milliseconds", "text_of"]

DELETED = "deleted in MLflow"

_STATUS = {"1": "RUNNING", "2": "SCHEDULED", "3": "FINISHED", "4": "FAILED", "5": "KILLED"}
"""`mlflow.entities.RunStatus`: the file store writes the number, the database the word."""

_ROLES = {"status": "status", "user": "contributor", "commit": "commit", "notes": "notes", "date": "date"}
_TAGS = {
    "mlflow.user": "user",
    "mlflow.source.git.commit": "commit",
    "mlflow.source.git.branch": "branch",
    "mlflow.source.name": "source",
    "mlflow.note.content": "notes",
}
_SUFFIX: dict[Kind, str] = {"param": "_param", "metric": "_result", "attribute": "_tag", "run": "_run"}
_ORDER: dict[Kind, int] = {"run": 0, "param": 2, "metric": 3, "attribute": 4}
# Below this share of numbers among its texts a parameter is text; as in `store.typed`.
_MOST = 0.8


@slotted(frozen=False)
class Logged:
    """One run as MLflow keeps it.

    Attributes:
        id: 32 hexadecimal digits.
        experiment: the experiment's name.
        name, status, user, source, commit: "" where not kept; a status may be a number.
        start, end: milliseconds since 1970, or None.
        params, tags: texts by name as logged.
        last: the last value of each metric.
        series: all values of each metric, in any order; those of one value at step 0 may be left out.
    """

    id: str
    place: Place
    experiment: str = ""
    name: str = ""
    status: str = ""
    user: str = ""
    source: str = ""
    commit: str = ""
    start: int | None = None
    end: int | None = None
    params: dict[str, str] = fresh(default_factory=dict)
    tags: dict[str, str] = fresh(default_factory=dict)
    last: dict[str, float] = fresh(default_factory=dict)
    series: dict[str, Series] = fresh(default_factory=dict)


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
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


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


def fill(reading: Reading, runs: Sequence[Logged]) -> None:
    """Put runs into a reading, in the order in which they began."""
    runs = sorted(runs, key=lambda run: (run.start is None, run.start or 0, run.id))
    called = {run.id: _name(run) for run in runs}
    names = _Names()
    records = [RunRecord(called[run.id], run.place) for run in runs]
    reading.runs += records
    _attributes(names, runs, records, called)
    _durations(names, runs, records)
    _texts(names, "param", [run.params for run in runs], records)
    lost = sum(_metrics(names, run, record) for run, record in zip(runs, records, strict=True))
    _texts(names, "attribute", [dict(_own_tags(run.tags)) for run in runs], records)
    reading.fields.update(
        sorted(
            names.fields.items(),
            key=lambda item: 1 if item[1].role == "date" else _ORDER[item[1].kind],
        )
    )
    if lost:
        reading.skips.append(Skip(Place(reading.path), "a second metric of the same name", lost))


def _name(run: Logged) -> str:
    return clean(run.name) or clean(run.tags.get("mlflow.runName", "")) or clean(run.id)[:8]


class _Names:
    """The field of each logged name: attributes of MLflow keep theirs, others make way for them."""

    def __init__(self) -> None:
        self.fields: dict[str, Field] = {}
        self._kinds: dict[str, str] = {}
        self._given: dict[tuple[str, str], str] = {}

    def own(self, name: str, kind: Kind, unit: str = "", role: str = "") -> str:
        """A field of MLflow's own; always under its name."""
        self._kinds[fold(name)] = "own"
        self.fields.setdefault(name, Field(name, kind, unit, role=role))
        return name

    def logged(self, raw: str, kind: Kind) -> str:
        """The field of a name that the person chose."""
        found = self._given.get((kind, raw))
        if found is None:
            found = clean(raw) or "column"
            while self._kinds.setdefault(fold(found), kind) != kind:
                found += _SUFFIX[kind]
            self._given[kind, raw] = found
            if found not in self.fields:
                told = read_header(found)
                self.fields[found] = Field(found, kind, told.unit, told.direction)
        return found


def _attributes(
    names: _Names, runs: Sequence[Logged], records: Sequence[RunRecord], called: dict[str, str]
) -> None:
    names.own("run", "run")
    for name in ("date", "time", "experiment", "id", "status"):  # kept free even where no run has one
        names.own(name, "attribute", role=_ROLES.get(name, ""))
    del names.fields["time"]
    for run, record in zip(runs, records, strict=True):
        record.values["run"] = record.name
        status = clean(run.status)
        told: dict[str, Value] = {
            "date": _moment(run.start),
            "experiment": clean(run.experiment),
            "id": clean(run.id),
            "status": _STATUS.get(status, status),
            "user": clean(run.user),
            "source": clean(run.source),
            "commit": clean(run.commit),
        }
        for tag, name in _TAGS.items():
            if said := _lines(run.tags.get(tag, "")):
                told[name] = said
        if parent := run.tags.get("mlflow.parentRunId"):
            told["parent"] = called.get(parent) or clean(parent)[:8]
        for name, value in told.items():
            if value is not None and value != "":
                record.values[names.own(name, "attribute", role=_ROLES.get(name, ""))] = value


def _lines(text: str) -> str:
    """A text of several lines, each clean."""
    return "\n".join(map(clean, text.splitlines())).strip()


def _moment(start: int | None) -> datetime | None:
    if not start:
        return None
    try:
        return datetime(1970, 1, 1) + timedelta(milliseconds=start)
    except OverflowError:
        return None


def _durations(names: _Names, runs: Sequence[Logged], records: Sequence[RunRecord]) -> None:
    """How long each run took: in hours where one took two or more, in minutes otherwise."""
    took = [run.end - run.start if run.end and run.start and run.end >= run.start else None for run in runs]
    known = [length for length in took if length is not None]
    if not known:
        return
    unit, size = ("h", 3_600_000) if max(known) >= 7_200_000 else ("min", 60_000)
    name = names.own("time", "metric", unit, "duration")
    for length, record in zip(took, records, strict=True):
        if length is not None:
            record.values[name] = float(f"{length / size:.6g}")


def _own_tags(tags: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Tags that the person set, not MLflow."""
    return ((name, text) for name, text in tags.items() if not name.startswith("mlflow."))


def _texts(names: _Names, kind: Kind, given: Sequence[dict[str, str]], records: Sequence[RunRecord]) -> None:
    """Parameters and tags: columns of texts, each typed as a whole."""
    columns: dict[str, dict[int, str]] = {}
    for index, texts in enumerate(given):
        for raw, text in texts.items():
            columns.setdefault(names.logged(raw, kind), {}).setdefault(index, text)
    for name, cells in columns.items():
        values = _typed(name, list(cells.values()))
        if kind == "attribute" and role_of(name) not in ("date", "status", "duration"):
            names.fields[name].role = role_of(name, list(values.values()))
        for index, text in cells.items():
            if (value := values[text]) is not None:
                records[index].values[name] = value
            elif text:
                records[index].marks[name] = Mark(text)


def _typed(name: str, texts: Sequence[str]) -> dict[str, Value]:
    """The value of each text: numbers and booleans where the column is of them, else the texts as logged.

    "None" is Python's word for no value, which MLflow writes out; "none" may well be a choice.
    """
    if is_identifier(name):
        return {text: clean(text) or None for text in set(texts)}
    values: dict[str, Value] = {text: typed(text.strip()) for text in set(texts)}
    for text, value in values.items():
        if isinstance(value, str):
            values[text] = None if text in ("", "None") else clean(text)
    kinds = [type(value) for text in texts if (value := values[text]) is not None]
    numbers = kinds.count(int) + kinds.count(float)
    if str in kinds and numbers < _MOST * len(kinds):
        return {text: None if value is None else clean(text) for text, value in values.items()}
    return values


def _metrics(names: _Names, run: Logged, record: RunRecord) -> int:
    """Put the last values and the histories of a run into its record; how many found their name taken."""
    lost = 0
    for raw, value in run.last.items():
        name = names.logged(raw, "metric")
        if name in record.values or name in record.marks:
            lost += 1
            continue
        if math.isfinite(value):
            record.values[name] = value
        else:
            record.marks[name] = Mark(str(value))
        if (series := run.series.get(raw)) is not None and (len(series.steps) > 1 or series.steps[0]):
            record.series[name] = _by_step(series)
    return lost


def _by_step(series: Series) -> Series:
    """The same in order of step, then time: the last one is what MLflow calls the latest."""
    keys = list(zip(series.steps, series.times, strict=True))
    if all(one <= other for one, other in pairwise(keys)):
        return series
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return Series(
        array("q", [series.steps[at] for at in order]),
        array("d", [series.values[at] for at in order]),
        array("d", [series.times[at] for at in order]),
    )
