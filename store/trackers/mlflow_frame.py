"""What MLflow knows of a run, wherever it keeps it, as records: one mapping for folders and databases.

MLflow stores parameters as text and metrics as doubles, and says nothing of columns; so a parameter's type is
told by all its texts together, and a name that is a parameter here and a metric there makes two columns.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from store.cells import clean, read_header
from store.command import typed
from store.frames import Frame, FramedReading
from store.kinds import role_of
from store.readers.drafts import fold
from store.records import Field, Kind, Mark, Place, Series, Skip, Value
from store.trackers.mlflow_runs import Runs, Texts
from store.typed import is_identifier

__all__ = ["fill"]

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


def fill(reading: FramedReading, runs: Runs) -> None:
    """Put runs into a reading."""
    called = _called(runs)
    names = _Names()
    frame = reading.frame = Frame(called, runs.places)
    _attributes(names, runs, frame)
    _durations(names, runs, frame)
    _texts(names, "param", runs.params, frame)
    lost = _metrics(names, runs, frame)
    own = {name: texts for name, texts in runs.tags.items() if not name.startswith("mlflow.")}
    _texts(names, "attribute", own, frame)
    reading.fields.update(
        sorted(
            names.fields.items(),
            key=lambda item: 1 if item[1].role == "date" else _ORDER[item[1].kind],
        )
    )
    if lost:
        reading.skips.append(Skip(Place(reading.path), "a second metric of the same name", lost))


def _called(runs: Runs) -> list[str]:
    """What each run is called: by its name, the tag that old runs have it in, or its identifier."""
    names = _cleaned(runs.names)
    if not all(names):
        tags = runs.tags.get("mlflow.runName") or [None] * len(runs)
        names = [
            name or clean(tag or "") or clean(own)[:8]
            for name, tag, own in zip(names, tags, runs.ids, strict=True)
        ]
    return names


def _cleaned(texts: list[str]) -> list[str]:
    """The texts, each clean; themselves where all are so already."""
    together = "".join(texts)
    if together.isascii() and together.isprintable() and " " not in together:
        return texts
    known = {text: clean(text) for text in set(texts)}
    return [known[text] for text in texts]


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


def _attributes(names: _Names, runs: Runs, frame: Frame) -> None:
    names.own("run", "run")
    for name in ("date", "time", "experiment", "id", "status"):  # kept free even where no run has one
        names.own(name, "attribute", role=_ROLES.get(name, ""))
    del names.fields["time"]
    told: dict[str, list[Value]] = {
        "run": [*frame.names],
        "date": [*map(_moment, runs.starts)],
        "experiment": [*_cleaned(runs.experiments)],
        "id": [*_cleaned(runs.ids)],
        "status": [_STATUS.get(status, status) for status in _cleaned(runs.statuses)],
        "user": [*_cleaned(runs.users)],
        "source": [*_cleaned(runs.sources)],
        "commit": [*_cleaned(runs.commits)],
    }
    for tag, name in _TAGS.items():
        for row, text in enumerate(runs.tags.get(tag, ())):
            if text and (said := _lines(text)):
                told.setdefault(name, [None] * len(runs))[row] = said
    parents = runs.tags.get("mlflow.parentRunId", ())
    by_id = dict(zip(runs.ids, frame.names, strict=True)) if parents else {}
    told["parent"] = [by_id.get(own) or clean(own)[:8] if own else None for own in parents]
    for name, values in told.items():
        if name == "run" or any(values):
            if name not in names.fields:
                names.own(name, "attribute", role=_ROLES.get(name, ""))
            gaps = name != "date" and "" in values
            frame.values[name] = [value if value != "" else None for value in values] if gaps else values


def _lines(text: str) -> str:
    """A text of several lines, each clean."""
    return "\n".join(map(clean, text.splitlines())).strip()


def _moment(start: int | None) -> datetime | None:
    if not start:
        return None
    try:
        return _EPOCH + start * _MILLISECOND  # to make each its own takes half as long again
    except OverflowError:
        return None


_EPOCH, _MILLISECOND = datetime(1970, 1, 1), timedelta(milliseconds=1)


def _durations(names: _Names, runs: Runs, frame: Frame) -> None:
    """How long each run took: in hours where one took two or more, in minutes otherwise."""
    took = [
        end - start if end and start and end >= start else None
        for start, end in zip(runs.starts, runs.ends, strict=True)
    ]
    known = [length for length in took if length is not None]
    if not known:
        return
    unit, size = ("h", 3_600_000) if max(known) >= 7_200_000 else ("min", 60_000)
    name = names.own("time", "metric", unit, "duration")
    rounded = {length: float(f"{length / size:.6g}") for length in set(known)}
    frame.values[name] = [None if length is None else rounded[length] for length in took]


def _texts(names: _Names, kind: Kind, given: Texts, frame: Frame) -> None:
    """Parameters and tags: columns of texts, each typed as a whole."""
    columns: Texts = {}
    for raw, texts in given.items():
        name = names.logged(raw, kind)
        columns[name] = _either(columns[name], texts) if name in columns else texts
    for name, texts in columns.items():
        values, lost = _typed(name, texts)
        if kind == "attribute" and role_of(name) not in ("date", "status", "duration"):
            names.fields[name].role = role_of(name, values)
        frame.values[name] = values
        for row in lost:
            frame.mark(row, name, Mark(texts[row] or ""))


def _either(one: list[str | None], other: list[str | None]) -> list[str | None]:
    """Two columns under one name: the first that says something."""
    return [second if first is None else first for first, second in zip(one, other, strict=True)]


def _typed(name: str, texts: list[str | None]) -> tuple[list[Value], list[int]]:
    """The values of a column of texts, and the rows of which a text is no value.

    Numbers and booleans where the column is of them, else the texts as logged. "None" is Python's word for no
    value, which MLflow writes out; "none" may well be a choice.
    """
    there = [text for text in texts if text is not None]
    decimals = _decimals(there) if len(there) == len(texts) and not is_identifier(name) else None
    if decimals:
        return [*decimals], []
    known = _values(name, there)
    values: list[Value] = [None if text is None else known[text] for text in texts]
    lost = [row for row, value in enumerate(values) if value is None and texts[row]] if None in values else []
    return values, lost


def _values(name: str, texts: Sequence[str]) -> dict[str, Value]:
    """The value of each text of a column."""
    different = set(texts)
    if is_identifier(name):
        return {text: clean(text) or None for text in different}
    if (decimals := _decimals(list(different))) is not None:
        return dict(zip(different, decimals, strict=True))
    values: dict[str, Value] = {text: typed(text.strip()) for text in different}
    for text, value in values.items():
        if isinstance(value, str):
            values[text] = None if text in ("", "None") else clean(text)
    if set(map(type, values.values())) <= {str, type(None)}:
        return values
    kinds = [type(value) for text in texts if (value := values[text]) is not None]
    numbers = kinds.count(int) + kinds.count(float)
    if str in kinds and numbers < _MOST * len(kinds):
        return {text: None if value is None else clean(text) for text, value in values.items()}
    return values


def _decimals(texts: Sequence[str]) -> list[float] | None:
    """The numbers of texts that all have digits, a point and digits; None where one needs a closer look."""
    together = f" {' '.join(texts)} "
    if not texts or not together.isascii() or together.encode().translate(None, b"0123456789-. "):
        return None
    if not together.count(".") == len(texts) == together.count(" ") - 1 or max(map(len, texts)) > 17:
        return None
    if " ." in together or ". " in together or "-." in together:
        return None
    try:
        return list(map(float, texts))
    except ValueError:
        return None


def _metrics(names: _Names, runs: Runs, frame: Frame) -> int:
    """Put the last values and the histories into the frame; how many found their name taken."""
    lost = 0
    for raw, given in runs.last.items():
        name = names.logged(raw, "metric")
        values: list[Value] = [*given]
        odd = [] if _are_finite(given) else [
            row for row, value in enumerate(given) if value is not None and not math.isfinite(value)
        ]  # fmt: skip
        for row in odd:
            values[row] = None
        series = runs.series.get(raw, {})
        if name in frame.values:
            taken = frame.values[name]
            rows = [
                row for row, value in enumerate(given)
                if value is not None and (taken[row] is not None or name in frame.marks.get(row, ()))
            ]  # fmt: skip
            lost += len(rows)
            values = [value if old is None else old for old, value in zip(taken, values, strict=True)]
            odd = [row for row in odd if row not in rows]
            series = {row: one for row, one in series.items() if row not in rows}
        frame.values[name] = values
        for row in odd:
            frame.mark(row, name, Mark(str(given[row])))
        histories = {
            row: _by_step(one) for row, one in series.items() if len(one.steps) > 1 or one.steps[0]
        }  # fmt: skip
        if histories:
            frame.series.setdefault(name, {}).update(histories)
    return lost


def _are_finite(values: Sequence[float | None]) -> bool:
    """Whether all are there, and finite: told by their sum, which NaN and infinities stay in."""
    return None not in values and math.isfinite(sum(values))  # type: ignore[arg-type]


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
