"""All readings as one table: columns under one name, of one type, in one unit."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import repeat
from math import inf

from store.aliases import link_names
from store.catalog import Column, Type, describe
from store.claimed import claimed_direction
from store.directions import by_sign, direction_of
from store.frames import count_of, frame_of
from store.misfiled import take_results
from store.names import name_key
from store.outcomes import find_frame_states, find_sentinel, find_states
from store.points import AXIS, best_columns, by_step, rising
from store.records import Direction, Field, Mark, Reading, RunRecord, Series, Value
from store.schedules import take_schedules
from store.slotted import slotted
from store.table import Table
from store.units import convert
from store.unmeasured import unmeasured_rows

__all__ = ["Table", "build", "direction_and_reason", "free_key"]


@slotted(frozen=False)
class _Draft:
    """A column on its way: the field name it has in each reading, by the reading's index."""

    names: dict[int, str]
    field: Field


def build(readings: Sequence[Reading], lower: Sequence[str] = (), higher: Sequence[str] = ()) -> Table:
    """One table of all runs of all readings.

    Values that are told in another unit or type than the column's are changed in the records too, with a
    mark that keeps what was written, so that records and engine never disagree.

    Args:
        readings: in the order in which their runs are to stand.
        lower, higher: names of metrics whose direction the configuration says.
    """
    remarks, spellings = take_results(readings), link_names(readings)
    remarks |= take_schedules(readings)
    drafts = _drafts(readings)
    for draft in drafts:
        _unify_units(draft, readings)
    collected = [_collect(draft, readings) for draft in drafts]
    states = [state for reading in readings for state in _states(reading)]
    table = Table(
        [], [values for values, _, _ in collected], [state or "completed" for state in states], any(states)
    )
    table.names = [draft.names for draft in drafts]
    table.places = [place for index, reading in enumerate(readings) for place in _places(index, reading)]
    taken: set[str] = set()
    for draft, (values, kind, whole) in zip(drafts, collected, strict=True):
        told = _told(draft, kind, (lower, higher, spellings.get(draft.field.name, ())), taken)
        if told.kind == "metric" and told.because in ("", "name"):
            told = _as_claimed(told, claimed_direction(draft.names, readings))
        measured = told.kind == "metric" and kind in ("integer", "number")
        sentinel = find_sentinel(values, table.states, told.direction, told.unit) if measured else None
        logged = told.kind == "metric" or name_key(told.name) in AXIS
        histories = _histories(draft, readings) if logged else {}
        histories = rising(histories) if name_key(told.name) in AXIS else histories
        there = values if whole else [value for value in values if value is not None]
        column = describe(told, there, _noted(draft, readings), sentinel)
        ends = by_sign(column.name, (column.direction, column.because), column.low)
        column = replace(column, direction=ends[0], because=ends[1])
        if told.name in spellings or told.name in remarks:
            others, remark = spellings.get(told.name, ()), remarks.get(told.name, "")
            column = replace(column, spellings=others, remark=remark)
        column = replace(column, series=len(histories)) if histories else column
        if measured and (rows := unmeasured_rows(draft.names, readings)):
            column = replace(column, unmeasured=rows)
        table.columns.append(column)
        taken.add(told.key)
        if histories:
            table.series[told.key] = histories
            table.bests += best_columns(column, histories, len(table.places)) if told.direction else ()
    return table


def direction_and_reason(
    told: Field, lower: Sequence[str], higher: Sequence[str], spellings: Sequence[str] = ()
) -> tuple[Direction, str]:
    """Which end of a column is better and how that is known; ("", "") for what is no metric.

    What a person has set comes first, then the file's own header, the known metrics, the patterns of names.
    """
    keys = {name_key(name) for name in (told.name, *spellings)}
    if keys & set(map(name_key, lower)):
        return "lower", "config"
    if keys & set(map(name_key, higher)):
        return "higher", "config"
    if told.direction:
        return told.direction, "header"
    return direction_of(told.name) if told.kind == "metric" else ("", "")


def free_key(name: str, taken: Iterable[str]) -> str:
    """A name as a plain SQL identifier that is not taken yet: word characters only, small letters.

    Example:
        >>> free_key("Final Loss (%)", []), free_key("run; drop table", []), free_key("LR", ["lr"])
        ('final_loss', 'run_drop_table', 'lr_2')
    """
    key = re.sub(r"\W+", "_", name.lower()).strip("_") or "column"
    number, free = 2, key
    while free in taken:
        free, number = f"{key}_{number}", number + 1
    return free


def _drafts(readings: Sequence[Reading]) -> list[_Draft]:
    """The columns by normalised name, in the order of the files; the run's name first."""
    groups: dict[str, list[_Draft]] = {}
    for index, reading in enumerate(readings):
        if not count_of(reading) and any(map(count_of, readings)):
            continue  # of a store whose runs all stand elsewhere
        for name, told in reading.fields.items():
            drafts = groups.setdefault(_normal(name), [])
            home = next((draft for draft in drafts if _goes_with(draft, index, name, reading)), None)
            if home is None:
                drafts.append(_Draft({index: name}, told))
            elif index not in home.names:
                home.names[index] = name
                home.field = _richer(home.field, told)
            elif name != home.names[index]:
                _fold(reading.runs, home.names[index], name)
    drafts = [draft for group in groups.values() for draft in group]
    return _with_run_names(drafts, readings)


def _normal(name: str) -> str:
    return re.sub(r"[-_\s]+", "_", name.lower())


def _goes_with(draft: _Draft, index: int, name: str, reading: Reading) -> bool:
    """Whether `name` is another spelling of the draft's column: no run may have both, and different."""
    other = draft.names.get(index)
    return other is None or other == name or not any(_differ(run.values, other, name) for run in reading.runs)


def _differ(values: dict[str, Value], one: str, other: str) -> bool:
    return one in values and other in values and values[one] != values[other]


def _fold(runs: Sequence[RunRecord], kept: str, spelled: str) -> None:
    for run in runs:
        if spelled in run.values:
            run.values.setdefault(kept, run.values.pop(spelled))
        if spelled in run.marks:
            run.marks.setdefault(kept, run.marks.pop(spelled))
        if spelled in run.series:
            run.series.setdefault(kept, run.series.pop(spelled))


def _richer(one: Field, other: Field) -> Field:
    kind = one.kind if one.kind != "attribute" else other.kind
    return Field(
        one.name, kind, one.unit or other.unit, one.direction or other.direction, one.role or other.role
    )


def _with_run_names(drafts: list[_Draft], readings: Sequence[Reading]) -> list[_Draft]:
    """The same columns with at most one that names the run, and that one first.

    Where the files call it differently ("commit" here, "run" there), or keep it in headings only, a column
    `run` holds the names, and the others stay what they are in their own files.
    """
    naming = [draft for draft in drafts if draft.field.kind == "run"]
    having = {index for index, reading in enumerate(readings) if any(_names(reading))}
    if len(naming) == 1 and set(naming[0].names) >= having:
        _name_by(naming[0], readings)
        return naming + [draft for draft in drafts if draft is not naming[0]]
    if not having:
        return drafts
    for draft in naming:
        draft.field = Field(draft.field.name, "attribute", role=draft.field.role)
    own = next((draft for draft in drafts if _normal(draft.field.name) == "run"), None)
    own = own or _Draft({}, Field("run", "run"))
    own.field = Field(own.field.name, "run", role=own.field.role)
    own.names |= {index: "run" for index in having if index not in own.names}
    _name_by(own, readings)
    return [own] + [draft for draft in drafts if draft is not own]


def _names(reading: Reading) -> Iterable[str]:
    """What the runs of a reading are called."""
    frame = frame_of(reading)
    return (run.name for run in reading.runs) if frame is None else frame.names


def _name_by(draft: _Draft, readings: Sequence[Reading]) -> None:
    for index, name in draft.names.items():
        if (frame := frame_of(readings[index])) is not None:
            given = frame.values.get(name, repeat(None))
            frame.values[name] = [
                (own or None) if value is None else value
                for own, value in zip(frame.names, given, strict=False)
            ]
            continue
        for run in readings[index].runs:
            if run.name:
                run.values.setdefault(name, run.name)


def _unify_units(draft: _Draft, readings: Sequence[Reading]) -> None:
    units = [
        readings[index].fields[name].unit
        for index, name in draft.names.items()
        if name in readings[index].fields
    ]
    unit = draft.field.unit = next((told for told in units if told), "")
    if len(set(units) - {""}) < 2:
        return
    for index, name in draft.names.items():
        told = readings[index].fields[name].unit if name in readings[index].fields else ""
        if told and told != unit:
            for run in readings[index].runs:
                _convert(run, name, told, unit)
            readings[index].fields[name].unit = unit


def _convert(run: RunRecord, name: str, told: str, unit: str) -> None:
    if (series := run.series.get(name)) is not None:
        there = [convert(value, told, unit) for value in series.values]
        kept = [value for value in there if value is not None]
        if len(kept) == len(there):
            run.series[name] = Series(series.steps, array("d", kept), series.times)
        else:
            del run.series[name]
    _convert_value(run, name, told, unit)


def _convert_value(run: RunRecord, name: str, told: str, unit: str) -> None:
    value = run.values.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    there = convert(value, told, unit)
    mark = run.marks.get(name) or Mark(f"{value} {told}")
    if there is None:
        del run.values[name]
        mark = Mark(mark.text, mark.approx, mark.note or mark.text, mark.line)
    else:
        run.values[name] = there
    run.marks[name] = mark


# Below this share of numbers (dates) among its values, a column is text; as in `store.typed`.
_MOST = 0.8


def _collect(draft: _Draft, readings: Sequence[Reading]) -> tuple[list[Value], Type, bool]:
    """The column's values of all runs, made one type, and whether none is missing.

    What does not fit is missing, and marked.
    """
    values: list[Value] = []
    for index, reading in enumerate(readings):
        name = draft.names.get(index)
        if name is None:
            values += [None] * count_of(reading)
        elif (frame := frame_of(reading)) is not None:
            values += frame.column(name)
        else:
            values += [run.values.get(name) for run in reading.runs]
    kind, seen = _type(values)
    if not seen <= _FITS[kind]:
        _force(draft, readings, kind, values)
    whole = seen <= _FITS[kind] - {_NONE}
    if kind in ("integer", "number") and int in seen and any(map(_is_huge, values)):
        return [_float(v) if isinstance(v, int) else v for v in values], "number", whole
    return values, kind, whole


def _is_huge(value: Value) -> bool:
    """Whether a whole number has no place in 128 bits."""
    return isinstance(value, int) and abs(value) >= 2**127


def _float(whole: int) -> float:
    """A whole number as the engine's; one of hundreds of digits is infinite to it."""
    try:
        return float(whole)
    except OverflowError:
        return inf if whole > 0 else -inf


_NONE = type(None)
_FITS: dict[Type, set[type]] = {
    "integer": {int, _NONE},
    "number": {int, float, _NONE},
    "bool": {bool, _NONE},
    "date": {date, _NONE},
    "datetime": {datetime, _NONE},
    "text": {str, _NONE},
}


def _type(values: Sequence[Value]) -> tuple[Type, set[type]]:
    """The type that a column of these values has, and those that they have."""
    kinds = set(map(type, values))
    there = kinds - {_NONE}
    seen = Counter(there if len(there) < 2 else map(type, values))  # to count takes three times as long
    seen.pop(_NONE, None)
    return _type_of(seen), kinds


def _type_of(seen: Counter[type]) -> Type:
    total = seen.total()
    if not total:
        return "text"
    numbers = seen[int] + seen[float]
    if numbers >= _MOST * total:
        return "number" if seen[float] else "integer"
    if seen[bool] == total:
        return "bool"
    if seen[date] + seen[datetime] >= _MOST * total:
        return "datetime" if seen[datetime] else "date"
    return "text"


def _force(draft: _Draft, readings: Sequence[Reading], kind: Type, values: list[Value]) -> None:
    first = 0
    for index, reading in enumerate(readings):
        name, frame, count = draft.names.get(index), frame_of(reading), count_of(reading)
        for row in range(count) if name is not None else ():
            value = values[first + row]
            if name is None or value is None or type(value) in _FITS[kind]:
                continue
            if frame is not None:
                marks = frame.marks.setdefault(row, {})
                values[first + row] = frame.values[name][row] = _forced(marks, name, value, kind)
                continue
            run = reading.runs[row]
            values[first + row] = forced = _forced(run.marks, name, value, kind)
            if forced is None:
                del run.values[name]
            else:
                run.values[name] = forced
        first += count


def _forced(marks: dict[str, Mark], name: str, value: Value, kind: Type) -> Value:
    """The value in the column's type, or None with a mark that keeps it."""
    mark = marks.get(name)
    text = mark.text if mark else str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "text":
        return text
    if kind == "datetime" and isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if kind == "date" and isinstance(value, datetime):
        return value.date()
    marks[name] = mark if mark and mark.note else Mark(text, note=text, line=mark.line if mark else 0)
    return None


def _told(
    draft: _Draft, kind: Type, config: tuple[Sequence[str], Sequence[str], Sequence[str]], taken: set[str]
) -> Column:
    told = draft.field
    direction, because = direction_and_reason(told, *config)
    return Column(
        free_key(told.name, taken), told.name, told.kind, kind, told.unit, direction, because, told.role
    )


def _as_claimed(column: Column, direction: Direction) -> Column:
    """A metric whose direction the log's best result tells, where nothing surer does."""
    return replace(column, direction=direction, because="claim") if direction else column


def _histories(draft: _Draft, readings: Sequence[Reading]) -> dict[int, Series]:
    """The runs' values of the column by step, by the row of the run."""
    found: dict[int, Series] = {}
    first = 0
    for index, reading in enumerate(readings):
        name, frame = draft.names.get(index), frame_of(reading)
        if name is not None and frame is not None:
            told = frame.series.get(name, {})
            found |= {first + row: by_step(series) for row, series in told.items() if series.values}
        elif name is not None:
            for row, run in enumerate(reading.runs):
                if run.series and (series := run.series.get(name)) is not None and series.values:
                    found[first + row] = by_step(series)
        first += count_of(reading)
    return found


def _noted(draft: _Draft, readings: Sequence[Reading]) -> int:
    """How many values say more than their number: about, a remark, a conflict."""
    return sum(
        1
        for index, name in draft.names.items()
        for marks in _marks(readings[index])
        if marks and (mark := marks.get(name)) is not None and (mark.approx or mark.note)
    )


def _marks(reading: Reading) -> Iterable[dict[str, Mark]]:
    frame = frame_of(reading)
    return (run.marks for run in reading.runs) if frame is None else frame.marks.values()


def _places(index: int, reading: Reading) -> Iterable[tuple[int, int, int]]:
    frame = frame_of(reading)
    if frame is None:
        return ((index, run.place.line, run.place.end) for run in reading.runs)
    return ((index, line, end) for _, line, end, _ in frame.places)


def _states(reading: Reading) -> list[str]:
    frame = frame_of(reading)
    return find_states(reading) if frame is None else find_frame_states(reading, frame)
