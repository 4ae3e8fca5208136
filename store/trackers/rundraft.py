"""Runs as trackers keep them: parameters, metrics and facts apart, put together under one set of names.

A tracker lets a parameter and a metric share a name (`lr` of the config and `lr` of every step); a record has
one value a name. Names stay as the tracker has them; the later comer of two gets a suffix, in all runs alike.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import inf, isfinite, nan
from typing import Any

from store.markup import clean
from store.records import Field, Kind, Mark, Place, Reading, RunRecord, Series, Value
from store.slotted import fresh, slotted
from store.typed import read_column

__all__ = ["FACTS", "Logged", "as_number", "fill", "flatten", "instant", "point"]

FACTS: dict[str, tuple[Kind, str, str]] = {
    "date": ("attribute", "date", ""),
    "time": ("metric", "duration", "s"),
    "status": ("attribute", "status", ""),
    "notes": ("attribute", "notes", ""),
    "commit": ("attribute", "commit", ""),
    "command": ("attribute", "command", ""),
    "host": ("attribute", "hardware", ""),
    "gpu": ("attribute", "hardware", ""),
}
"""Kind, role and unit of what a tracker tells of a run beside its numbers; others are plain attributes."""

_NODES = 20_000
_WORDS = {"nan": nan, "infinity": inf, "-infinity": -inf, "inf": inf, "-inf": -inf}


@slotted(frozen=False)
class Logged:
    """One run as its tracker has it.

    Attributes:
        name: as the tracker shows it.
        place: its folder, file or key.
        params: as chosen, by dotted name.
        metrics: the last value of each, by dotted name.
        series: all values by step.
        facts: the rest: `FACTS` and others ("id", "project", "tags" …).
    """

    name: str
    place: Place
    params: dict[str, Any] = fresh(default_factory=dict)
    metrics: dict[str, Any] = fresh(default_factory=dict)
    series: dict[str, Series] = fresh(default_factory=dict)
    facts: dict[str, Any] = fresh(default_factory=dict)


def flatten(tree: Mapping[Any, Any]) -> dict[str, Any]:
    """Nested objects under dotted names; media (`_type`) left out, at most 20,000 nodes taken.

    A file of a hundred lines can stand for more values than there is memory (YAML's aliases).

    Example:
        >>> flatten({"optimizer": {"name": "adam", "betas": [0.9, 0.99]}, "note": {"_type": "image-file"}})
        {'optimizer.name': 'adam', 'optimizer.betas': '[0.9, 0.99]'}
    """
    flat: dict[str, Any] = {}
    stack: list[tuple[str, Any]] = [("", tree)]
    taken = 0
    while stack and taken < _NODES:
        prefix, item = stack.pop()
        taken += 1
        if isinstance(item, Mapping):
            if isinstance(item.get("_type"), str):
                continue
            # Twice the nodes at most: an object wider than that is cut where it is.
            inner = [(name, item[name]) for name, _ in zip(item, range(_NODES), strict=False)]
            stack += [(f"{prefix}.{name}" if prefix else str(name), value) for name, value in reversed(inner)]
        elif isinstance(item, (list, tuple, set)):
            if (size := _size(item)) <= _NODES:
                flat.setdefault(clean(prefix), json.dumps(list(item), ensure_ascii=False, default=str))
                taken += size
        else:
            flat.setdefault(clean(prefix) or "value", item)
    return flat


def _size(item: Any) -> int:
    """The nodes of a nested list, or more than `_NODES` where it is too large, too deep or holds itself."""
    stack, seen = [(item, 0)], 0
    while stack and seen <= _NODES:
        value, depth = stack.pop()
        seen += 1
        if depth > 100:
            return _NODES + 1
        if isinstance(value, Mapping):
            stack += [(inner, depth + 1) for inner in value.values()]
        elif isinstance(value, (list, tuple, set)):
            stack += [(inner, depth + 1) for inner in value]
    return seen


def as_number(value: Any) -> float | None:
    """A logged value as a number: JSON's "NaN" and "Infinity" too; None for texts and objects.

    Example:
        >>> as_number(3), as_number("NaN"), as_number("good"), as_number(True)
        (3.0, nan, None, 1.0)
    """
    if isinstance(value, (int, float)):
        try:
            return float(value)
        except OverflowError:
            return None
    return _WORDS.get(value.lower()) if isinstance(value, str) and len(value) < 10 else None


def point(series: dict[str, Series], name: str, step: int, value: Any, time: float | None) -> None:
    """Put one logged value at the end of its metric's series; what is no number is left out."""
    told = as_number(value)
    if told is None or not -(1 << 63) <= step < 1 << 63:
        return
    one = series.get(name)
    if one is None:
        one = series[name] = Series()
    one.steps.append(step)
    one.values.append(told)
    one.times.append(nan if time is None else time)


def instant(seconds: Any) -> datetime | None:
    """Seconds since 1970 as naive UTC, to the second; None for what can't be the date of a run.

    Example:
        >>> instant(1700000000.5), instant(-1), instant(float("nan"))
        (datetime.datetime(2023, 11, 14, 22, 13, 20), None, None)
    """
    if not isinstance(seconds, (int, float)) or not 0 < seconds < 1e11:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).replace(tzinfo=None)


def fill(reading: Reading, logged: Iterable[Logged]) -> Reading:
    """Put runs into a reading: names made unique, columns typed and declared."""
    runs = list(logged)
    records = [RunRecord(clean(run.name), run.place) for run in runs]
    taken: dict[str, str] = {"run": "run"}
    parts: tuple[tuple[str, list[dict[str, Any]]], ...] = (
        ("_param", [run.params for run in runs]),
        ("_result", [run.metrics for run in runs]),
        ("", [{name: value for name, value in run.facts.items() if value not in (None, "")} for run in runs]),
    )
    for suffix, columns in parts:
        names = _names(dict.fromkeys(name for column in columns for name in column), suffix, taken)
        for name, free in names.items():
            texts = _values([column.get(name) for column in columns], name, suffix)
            _declare(reading, free, name, suffix, texts, records)
        if suffix == "_result":
            _take_series(runs, records, names)
    reading.fields = dict(sorted(reading.fields.items(), key=lambda item: item[1].role != "date"))
    reading.runs += records
    return reading


def _names(names: Iterable[str], suffix: str, taken: dict[str, str]) -> dict[str, str]:
    """Each name and what it is called: as it is, or told apart from one of another sort."""
    called: dict[str, str] = {}
    for name in names:
        free = name
        while taken.get(key := free.lower().replace("-", "_").replace(" ", "_"), suffix) != suffix:
            free = f"{free}{suffix}" if suffix else f"run_{free}"
        taken[key] = suffix
        called[name] = free
    return called


def _values(values: list[Any], name: str, suffix: str) -> list[Any]:
    """The values of one column; texts among them are read as cells are, configs hold numbers as text."""
    if suffix == "_result":
        values = [value if (told := as_number(value)) is None or isfinite(told) else told for value in values]
    if not suffix or not any(isinstance(value, str) for value in values):
        return [clean(value) if isinstance(value, str) else value for value in values]
    column = read_column([_text(value) for value in values], name)
    return [
        Mark(mark.text) if value is None and (mark := column.marks.get(index)) else value
        for index, value in enumerate(column.values)
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _declare(
    reading: Reading, free: str, name: str, suffix: str, values: list[Any], records: list[RunRecord]
) -> None:
    kind: Kind = "param"
    role = unit = ""
    if suffix == "_result":
        kind = "metric" if any(isinstance(value, (int, float)) for value in values) else "attribute"
    elif not suffix:
        kind, role, unit = FACTS.get(name, ("attribute", "", ""))
    reading.fields[free] = Field(free, kind, unit, role=role)
    for record, value in zip(records, values, strict=True):
        plain, mark = _value(value)
        if plain is not None and plain != "":
            record.values[free] = plain
        if mark is not None:
            record.marks[free] = mark


def _value(value: Any) -> tuple[Value, Mark | None]:
    if isinstance(value, Mark):
        return None, value
    if isinstance(value, float) and not isfinite(value):
        return None, Mark(str(value))
    if value is None or isinstance(value, (bool, int, float, str, datetime)) or hasattr(value, "isoformat"):
        return value, None
    return clean(str(value)), None


def _take_series(runs: list[Logged], records: list[RunRecord], names: dict[str, str]) -> None:
    for run, record in zip(runs, records, strict=True):
        for name, series in run.series.items():
            if name in names:
                if all(time != time for time in series.times):
                    series.times = array("d")
                record.series[names[name]] = series
