"""`ask doctor`: what was read of the history, what was skipped, and why, with places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlq.answer import Answer, Header, Searched

if TYPE_CHECKING:
    from store.catalog import Column
    from store.history import History
    from store.records import Field, Reading, Value

__all__ = ["diagnose"]

_COLUMNS = (
    Header("column"),
    Header("kind"),
    Header("type"),
    Header("unit"),
    Header("better"),
    Header("runs", "integer"),
    Header("different", "integer"),
    Header("values"),
)
_SHOWN = 5  # values listed per column
_LONGEST = 24  # characters of each


def diagnose(history: History) -> list[Answer]:
    """One table a file: its columns, with notes and skipped places below; then what was not read."""
    answers = [_source(reading, history) for reading in history.sources]
    if history.left_over:
        rows = tuple((str(path), why) for path, why in history.left_over)
        count = len(rows)
        answers.append(
            Answer(
                "doctor",
                "answered",
                headline=f"{count} file{'s' * (count != 1)} seen and not read",
                columns=(Header("file"), Header("why")),
                rows=rows,
            )
        )
    return answers


def _source(reading: Reading, history: History) -> Answer:
    by_name = {column.name: column for column in history.catalog.columns}
    count = history.catalog.rows if reading.relation else len(reading.runs)
    lost = sum(skip.count for skip in reading.skips)
    head = f"{reading.path}: {count} run{'s' * (count != 1)}, read as {reading.reader}"
    head += f", {len(reading.todos)} things to try" if reading.todos else ""
    head += f"; {lost} skipped" if lost else ""
    times = {skip: f" ({skip.count} times)" if skip.count > 1 else "" for skip in reading.skips}
    return Answer(
        "doctor",
        "answered",
        headline=head,
        columns=_COLUMNS,
        rows=tuple(_row(field, by_name.get(name), reading) for name, field in reading.fields.items()),
        details=tuple(f"skipped  {skip.place}: {skip.reason}{times[skip]}" for skip in reading.skips),
        notes=tuple(reading.notes),
        searched=Searched(count, 1),
    )


def _row(field: Field, column: Column | None, reading: Reading) -> tuple[Value, ...]:
    held = [run.values[field.name] for run in reading.runs if run.values.get(field.name) is not None]
    direction = field.direction or (column.direction if column else "")
    because = column.because if column else ""
    better = f"{direction} ({because})" if direction and because else direction
    here = len(held) if not reading.relation else column.count if column else None
    different = len(set(held)) if not reading.relation else column.distinct if column else None
    type_ = column.type if column else None
    unit = field.unit or (column.unit if column else "")
    return (field.name, field.kind, type_, unit or None, better or None, here, different, _values(column))


def _values(column: Column | None) -> str | None:
    if column is None:
        return None
    if column.low is not None and column.low != column.high:
        return f"{_value(column.low)} … {_value(column.high)}"
    listed = ", ".join(_value(value) for value in column.values[:_SHOWN])
    return listed + (", …" if column.distinct > _SHOWN and listed else "") or None


def _value(value: Value) -> str:
    from nlq.render.cells import cell, shorten

    text = shorten(cell(value, short=True), _LONGEST)
    return f'"{text}"' if "," in text else text
