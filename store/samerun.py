"""What tells that two records of two stores are of one run.

Two different runs must never be taken for one, so each kind of evidence has to stand alone, and nothing may
speak against it:

    id        both stores have the id that one tracker gave it, or one notes the other's (`wandb_run_id`)
    place     one lies in the folder of the other: what a Hydra job logged below its own folder
    history   a metric has the same values from the first on, three or more that are not all alike, as exact
              as the coarser of the two keeps them (TensorBoard: 32 bits)
    results   two or more last values are the same, to five digits and more
    time      both began within a minute, and two or more parameters are the same

Against the last three speaks a parameter or a metric that differs, or a beginning that differs by more than
a time zone. A deterministic run that was repeated gives the same numbers: then there are two that match, and
none is taken (`store.joining`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from math import isfinite
from struct import pack, unpack

from store.names import name_key
from store.records import Reading, RunRecord, Series, Value
from store.slotted import fresh, slotted

__all__ = ["Trace", "against", "keys_of", "same_value", "tells_same", "trace", "treads"]

NEAR = 60.0  # seconds between two trackers' beginnings of one run
_QUARTER = 900.0  # time zones are whole quarters of an hour
_ZONES = 14 * 3600.0
_POINTS = 3
_DIGITS = 5
_ID = re.compile(r"[0-9a-f]{32}\Z|(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{8}\Z")
_NOTED_ID = re.compile(r"(?:.* )?(wandb|mlflow) (?:run )?(?:id|uuid)\Z")


@slotted(frozen=False)
class Trace:
    """What is compared of a run.

    Attributes:
        reading, at: which run it is: the index of its reading, and in that.
        family: its tracker. id: that the tracker gave it. noted: ids of other trackers that it notes.
        folder: where it lies. begun: when it began.
        params, metrics: by folded name. series: the histories, by folded name.
    """

    reading: int
    at: int
    family: str
    id: str = ""
    noted: frozenset[tuple[str, str]] = frozenset()
    folder: str = ""
    begun: datetime | None = None
    params: dict[str, Value] = fresh(default_factory=dict)
    metrics: dict[str, float] = fresh(default_factory=dict)
    series: dict[str, Series] = fresh(default_factory=dict)


def fold(name: str) -> str:
    """A name as it is compared: "val/loss", "val_loss" and "val.loss" are one."""
    return name_key(name)


def trace(reading: Reading, run: RunRecord, index: int, at: int) -> Trace:
    """What is compared of a run."""
    found = Trace(index, at, reading.reader.partition(" ")[0], folder=run.place.path)
    noted = set()
    for name, value in run.values.items():
        field = reading.fields.get(name)
        if field is None:
            continue
        if field.kind == "param":
            found.params[fold(name)] = value
        elif field.kind == "metric" and isinstance(value, (int, float)) and field.role != "duration":
            found.metrics[fold(name)] = value
        elif field.role == "date" and isinstance(value, datetime):
            found.begun = found.begun or value
        elif name == "id" and isinstance(value, str) and _ID.match(value):
            found.id = value
        if isinstance(value, str) and (said := _NOTED_ID.match(name_key(name))) and _ID.match(value):
            noted.add((said[1], value))
    found.noted = frozenset(noted)
    found.series = {fold(name): series for name, series in run.series.items() if _telling(series)}
    return found


def treads(a: Trace, b: Trace) -> bool:
    """Whether the second lies in the folder of a job, the first."""
    return a.family == "hydra" and f"{b.folder}/".startswith(f"{a.folder}/")


def keys_of(one: Trace) -> Iterator[tuple[object, ...]]:
    """What a run of another store has to share for the two to be compared at all."""
    for name, series in one.series.items():
        yield "history", name, *map(_coarse, series.values[:_POINTS])
    for name, value in one.metrics.items():
        if _exact(value):
            yield "result", name, _coarse(value)
    if one.begun is not None:
        minute = int((one.begun - datetime(1970, 1, 1)).total_seconds() // NEAR)
        yield "time", minute
        yield "time", minute + 1


def tells_same(a: Trace, b: Trace) -> str:
    """The evidence that two runs of two stores are one: "history", "results", "time"; or ""."""
    if any(_same_history(a.series[name], b.series[name]) for name in a.series.keys() & b.series.keys()):
        return "history"
    shared = [name for name in a.metrics.keys() & b.metrics.keys() if _exact(a.metrics[name])]
    if sum(_coarse(a.metrics[name]) == _coarse(b.metrics[name]) for name in shared) >= 2:
        return "results"
    params = [
        name for name in a.params.keys() & b.params.keys() if same_value(a.params[name], b.params[name])
    ]
    return "time" if len(params) >= 2 and near(a, b) else ""


def against(a: Trace, b: Trace) -> str:
    """What speaks against two runs being one: "" where nothing does."""
    if a.family == b.family and a.id and b.id and a.id != b.id:
        return "their ids differ"
    for name in sorted(a.params.keys() & b.params.keys()):
        if not same_value(a.params[name], b.params[name]):
            return f"{name} differs"
    for name in sorted(a.metrics.keys() & b.metrics.keys()):
        one, other = a.series.get(name), b.series.get(name)
        same = _same_history(one, other) if one and other else False
        if not same and _coarse(a.metrics[name]) != _coarse(b.metrics[name]):
            return f"{name} differs"
    return "" if _times_go(a, b) else "they began at different times"


def near(a: Trace, b: Trace) -> bool:
    """Whether both are known to have begun at the same time."""
    return a.begun is not None and b.begun is not None and _apart(a.begun, b.begun) <= NEAR


def same_value(one: Value, other: Value) -> bool:
    """Whether two stores tell the same value of a parameter: one may keep it as text.

    Example:
        >>> same_value("0.10", 0.1), same_value(True, "true"), same_value(3, 3.5), same_value("Adam", "adam")
        (True, True, False, False)
    """
    if one == other and isinstance(one, bool) == isinstance(other, bool):
        return True
    a, b = (_number(value) for value in (one, other))
    if a is not None and b is not None:
        return abs(a - b) <= 1e-9 * max(abs(a), abs(b))
    return str(one).lower() == str(other).lower() if bool in (type(one), type(other)) else False


def _number(value: Value) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _telling(series: Series) -> bool:
    """Whether a history says enough to know a run by: three values, not all alike."""
    first = series.values[:_POINTS]
    return len(first) == _POINTS and all(map(isfinite, first)) and len(set(first)) == _POINTS


def _same_history(a: Series, b: Series) -> bool:
    """Whether one is the beginning of the other; a store that was not flushed ends early."""
    length = min(len(a.values), len(b.values))
    return length >= _POINTS and all(
        _coarse(x) == _coarse(y) for x, y in zip(a.values[:length], b.values[:length], strict=True)
    )


def _coarse(value: float) -> float:
    """A value as 32 bits keep it."""
    try:
        return float(unpack("f", pack("f", value))[0]) if value == value else 0.0
    except (OverflowError, ValueError):
        return float(value)


def _exact(value: float) -> bool:
    """Whether a value has digits enough not to be met by chance."""
    return isfinite(value) and len(f"{value:.8g}".partition("e")[0].lstrip("-0.").replace(".", "")) >= _DIGITS


def _apart(one: datetime, other: datetime) -> float:
    return abs((one - other).total_seconds())


def _times_go(a: Trace, b: Trace) -> bool:
    """Whether the beginnings allow it: the same but for a time zone, or not both known."""
    if a.begun is None or b.begun is None:
        return True
    apart = _apart(a.begun, b.begun)
    beside = min(apart % _QUARTER, _QUARTER - apart % _QUARTER)
    return apart <= _ZONES and beside <= NEAR
