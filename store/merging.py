"""Two records of one run as one: what one of them alone tells is taken over, contradictions are marked."""

from __future__ import annotations

from dataclasses import replace

from store.names import name_key
from store.records import ELSEWHERE, Field, Kind, Mark, Reading, RunRecord, Value
from store.samerun import same_value
from store.states import read_status
from store.units import convert

__all__ = ["merge"]

_OWN = ("id", "project", "group", "host", "user", "source", "experiment")
"""What each tracker has its own of: it gets the tracker's name in front."""

_SLACK = 1e-6
"""TensorBoard keeps 32 bits of a number."""


def merge(home: Reading, run: RunRecord, store: Reading, other: RunRecord) -> None:
    """Put what `other` tells into `run`.

    Values of metrics, parameters and states that differ stay as `run` has them, with a mark that tells the
    other; names, hosts and the like may differ without a contradiction.

    Args:
        home, run: where the run stays. store, other: what else is told of it.
    """
    run.also = [*run.also, other.place, *other.also]
    _call(home, run, store, other)
    for name, field in store.fields.items():
        value, mark = other.values.get(name), other.marks.get(name)
        if field.kind == "run" or (value is None and mark is None and name not in other.series):
            continue
        own = _field(home, field, store)
        if own is None:
            continue
        if name in other.series:
            _take_series(run, own.name, other, name)
        value = _in_unit(value, field.unit, own.unit)
        if own.name not in run.values and own.name not in run.marks:
            if value is not None:
                run.values[own.name] = value
            if mark is not None:
                run.marks[own.name] = mark
        elif value is not None:
            _compare(run, own, value, other)


def _call(home: Reading, run: RunRecord, store: Reading, other: RunRecord) -> None:
    """Keep what another tracker calls the run, so that it is found by that name too."""
    if not other.name or other.name == run.name:
        return
    name = f"{store.reader} run"
    home.fields.setdefault(name, Field(name, "attribute"))
    told = str(run.values.get(name) or "")
    if other.name not in told.split(", "):
        run.values[name] = f"{told}, {other.name}" if told else other.name


def _field(home: Reading, field: Field, store: Reading) -> Field | None:
    """The field of the home that holds the same; made where there is none."""
    if field.role == "date":
        dated = next((one for one in home.fields.values() if one.role == "date"), None)
        return dated or home.fields.setdefault(field.name, field)
    name = field.name
    family = store.reader.partition(" ")[0]
    if name in _OWN and family != home.reader.partition(" ")[0]:
        name = f"{family} {name}"
    found = home.fields.get(name)
    if found is None:
        same = [one for one in home.fields.values() if name_key(one.name) == name_key(name)]
        found = next((one for one in same if _goes(one.kind, field.kind)), None)
    elif not _goes(found.kind, field.kind):
        name = f"{name} ({family})"
        found = home.fields.get(name)
    if found is None:
        found = home.fields[name] = replace(field, name=name)
    return found


def _goes(one: Kind, other: Kind) -> bool:
    return one == other or "attribute" in (one, other)


def _in_unit(value: Value, unit: str, wanted: str) -> Value:
    if not unit or not wanted or unit == wanted or isinstance(value, (bool, str)):
        return value
    return convert(float(value), unit, wanted) if isinstance(value, (int, float)) else value


def _compare(run: RunRecord, field: Field, value: Value, other: RunRecord) -> None:
    """Mark a value that the other store has otherwise."""
    own = run.values.get(field.name)
    if own is None or field.role in ("date", "duration", "notes", "commit", "command", "hardware"):
        return
    if field.role == "status":
        differ = read_status(str(own)) != read_status(str(value))
    elif field.kind in ("param", "metric"):
        differ = not same_value(own, value) and not _close(own, value)
    else:
        return
    before = run.marks.get(field.name)
    if differ and (before is None or not before.note):
        run.marks[field.name] = Mark(
            before.text if before else _text(own), note=f"{ELSEWHERE}{_text(value)} in {other.place}"
        )


def _text(value: Value) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _close(one: Value, other: Value) -> bool:
    if not isinstance(one, (int, float)) or not isinstance(other, (int, float)):
        return False
    return abs(one - other) <= _SLACK * max(abs(one), abs(other))


def _take_series(run: RunRecord, name: str, other: RunRecord, theirs: str) -> None:
    """Of two histories the longer; the same values may be counted in other steps."""
    own, more = run.series.get(name), other.series[theirs]
    if own is None or len(own.values) < len(more.values):
        run.series[name] = more
