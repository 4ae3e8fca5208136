"""The runs of a table with a row a step, with their values by step, out of the layout of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite, nan

from store.cells import Header, read_header
from store.kinds import declare
from store.names import name_key
from store.points import by_step
from store.readers.curves import Layout, Rejected, layout_of
from store.records import BY_STEP, Field, Mark, Place, Reading, RunRecord, Series, Value
from store.trackers.gather import measured, number
from store.typed import Typed
from store.units import convert

__all__ = ["take_runs"]

_NAMES = ("run", "run name", "run id", "curve")
"""What the column is called that names runs which no single column tells apart; the first that is free."""

By = Mapping[str, Mapping[int, Series]]


def take_runs(
    reading: Reading, headers: Sequence[Header], columns: Sequence[Typed], places: Sequence[Place]
) -> bool:
    """Put runs with their values by step into a reading, where the rows of its table are steps.

    Args:
        reading: gets fields, runs and a note; of a table that is nearly such a one the note alone.
        headers, columns: of the table, in the same order.
        places: of each row; empty where they are not known.

    Returns:
        whether they are steps.
    """
    try:
        found = layout_of(headers, columns)
    except Rejected as reason:
        reading.notes.append(f"its rows look like steps of runs, and are read as they stand: {reason}")
        return False
    if found is None:
        return False
    series = dict(_series(found, headers, columns))
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for at, run in enumerate(found.runs):
        first.setdefault(run, at)
        last[run] = at
    _fill(reading, found, headers, columns, [*first.values()], series)
    for record, one, other in zip(reading.runs, first.values(), last.values(), strict=True):
        if places:
            record.place = Place(reading.path, places[one].line, places[other].end, places[one].key)
    told = [headers[at].name for at in found.run]
    apart = " and ".join([", ".join(told[:-1]), told[-1]] if told[1:] else told)
    reading.reader += BY_STEP
    count = len(reading.runs)
    runs = f"{count:,} runs, told apart by {apart}" if count > 1 else "1 run"
    reading.notes.append(
        f"each row is one {headers[found.step].name} of a run: {len(found.runs):,} rows are {runs}"
    )
    return True


def _series(
    found: Layout, headers: Sequence[Header], columns: Sequence[Typed]
) -> Iterator[tuple[str, dict[int, Series]]]:
    """Each metric's values by step, by run."""
    steps = [int(step) for step in columns[found.step].values]  # type: ignore[arg-type]
    times = _times(headers[found.time], columns[found.time]) if found.time >= 0 else None
    if found.metric < 0:
        for at in found.measured:
            if not columns[at].values or isinstance(columns[at].values[0], datetime):
                continue
            named = [columns[part].values for part in found.parts]
            values = _numbers(columns[at])
            yield from _by_run(found.runs, named, headers[at].name, steps, values, times)
        return
    named = [columns[at].values for at in (*found.parts, found.metric)]
    for at in (found.value, *(at for at in found.measured if at != found.time)):
        name = "" if at == found.value else headers[at].name
        yield from _by_run(found.runs, named, name, steps, _numbers(columns[at]), times)


def _by_run(
    runs: Sequence[int],
    named: Sequence[Sequence[Value]],
    name: str,
    steps: Sequence[int],
    values: Sequence[float | None],
    times: Sequence[float] | None,
) -> Iterator[tuple[str, dict[int, Series]]]:
    """One column's values by step, by metric and run; the metric is called by its parts and its name."""
    found: dict[tuple[Value, ...], dict[int, Series]] = {}
    cells: Iterable[tuple[Value, ...]] = zip(*named, strict=True) if named else [()] * len(runs)
    for at, (run, cell, value) in enumerate(zip(runs, cells, values, strict=True)):
        if value is None:
            continue
        try:
            one = found[cell][run]
        except KeyError:
            one = found.setdefault(cell, {})[run] = Series()
        one.steps.append(steps[at])
        one.values.append(value)
        if times is not None:
            one.times.append(times[at])
    for cell, by_run in found.items():
        called = "/".join([*map(str, cell), *([name] if name else [])])
        yield called, {run: by_step(one) for run, one in by_run.items()}


def _numbers(column: Typed) -> list[float | None]:
    """A column's numbers, NaN and infinities too, which a table of runs has for no value."""
    values: list[float | None] = [
        None if value is None else float(value)  # type: ignore[arg-type]
        for value in column.values
    ]
    for at, mark in column.marks.items():
        if values[at] is None and (told := number(mark.text)) is not None and not isfinite(told):
            values[at] = told
    return values


def _times(header: Header, column: Typed) -> list[float]:
    """Seconds: since 1970 of a date, else since the beginning."""
    unit = column.unit or header.unit or "s"
    return [nan if (told := _seconds(value, unit)) is None else told for value in column.values]


def _seconds(value: Value, unit: str) -> float | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).timestamp()
    if value is None or not isinstance(value, (int, float)):
        return None
    return convert(float(value), unit, "s")


def _fill(
    reading: Reading,
    found: Layout,
    headers: Sequence[Header],
    columns: Sequence[Typed],
    rows: Sequence[int],
    series: By,
) -> None:
    """The runs' names, what is the same in all their rows, and their last values."""
    told = [headers[at] for at in found.constant]
    values = [[columns[at].values[row] for row in rows] for at in found.constant]
    run = headers[found.run[0]].name
    if len(found.run) > 1:
        names = ["/".join(str(columns[at].values[row]) for at in sorted(found.run)) for row in rows]
        taken = {name_key(header.name) for header in headers}
        run = next((name for name in _NAMES if name not in taken), "run of this table")
        told, values = [Header(run), *told], [list[Value](names), *values]
    else:
        names = [str(columns[found.run[0]].values[row]) for row in rows]
    if found.time >= 0 and isinstance(columns[found.time].values[0], datetime):
        told, values = [*told, headers[found.time]], [*values, [columns[found.time].values[r] for r in rows]]
    elif found.time >= 0 and found.metric >= 0:
        longest: dict[int, Value] = dict(zip(found.runs, columns[found.time].values, strict=True))
        told, values = [*told, headers[found.time]], [*values, [*longest.values()]]
    units = {headers[at].name: columns[at].unit for at in range(len(headers))}
    ends = {name: _header(name, units) for name in series}
    typed = [Typed(cells, unit=units.get(one.name, "")) for one, cells in zip(told, values, strict=True)]
    last = [Typed([_last(by_run.get(at)) for at in range(len(rows))]) for by_run in series.values()]
    declared = declare([*told, *ends.values()], [*typed, *last])
    for name, field in declared.fields.items():
        if name in series:
            kind, unit = measured(name)
            field = Field(name, kind, field.unit or ends[name].unit or unit, field.direction, field.role)
        elif name == run:
            field = Field(name, "run")
        elif field.kind == "run":
            field = Field(name, "attribute", role=field.role)
        reading.fields[name] = field
    for at, name in enumerate(names):
        record = RunRecord(name, Place(reading.path))
        for field_name, cells in zip([one.name for one in told], values, strict=True):
            if cells[at] is not None:
                record.values[field_name] = cells[at]
        for metric, by_run in series.items():
            if at in by_run:
                _end(record, metric, by_run[at])
        reading.runs.append(record)


def _header(name: str, units: Mapping[str, str]) -> Header:
    header = read_header(name)
    return Header(name, units.get(name) or header.unit, header.direction)


def _last(series: Series | None) -> Value:
    """The last value of a history, a whole number as such."""
    if series is None or not isfinite(value := series.values[-1]):
        return None
    return int(value) if value.is_integer() and 1000 <= abs(value) < 2**53 else value


def _end(record: RunRecord, metric: str, series: Series) -> None:
    record.series[metric] = series
    value = _last(series)
    if value is not None:
        record.values[metric] = value
    else:
        record.marks[metric] = Mark(str(series.values[-1]))
