"""What the answers about values by step share: a result's rows by name, numbers that are none, places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

from nlq.answer import Header
from nlq.query import Steps
from nlq.tell.common import Body, provenance, run_name
from nlq.tell.phrases import count_of, plural, said
from store.catalog import Type
from store.history import History, Rows
from store.records import Value

__all__ = ["Told", "counted_from", "number", "number_said", "place_heads", "runs_told", "told_rows"]


class Told(dict[str, Value]):
    """A row of a result, its cells by the names of its columns.

    Attributes:
        name: what the run is called.
        unit: what its places are: steps, or epochs.
    """

    name: str = ""
    unit: str = "step"

    def at(self, cell: str) -> str:
        """A place in a sentence: "step 500"."""
        return f"{self.unit} {said(self[cell])}"


_PLACES = frozenset(
    ("step", "before", "after", "first step", "last step", "best step", "min step", "max step", "since",
     "until", "no number", "rose")
)  # fmt: skip


def told_rows(result: Rows, query: Steps, history: History) -> list[Told]:
    """The rows by name."""
    rows = []
    for row in result.rows:
        cells = zip(result.columns, row, strict=True)
        told = Told((name, _whole(cell) if name in _PLACES else cell) for name, cell in cells)
        told.unit = query.unit
        told.name = str(told["name"]) if told["name"] is not None else run_name(count_of(row[0]), history)
        rows.append(told)
    return rows


def _whole(place: Value) -> Value:
    """An epoch that is whole as a whole number: all are kept as they were logged, some of them 2.5."""
    return int(place) if isinstance(place, float) and place.is_integer() else place


def number(value: Value) -> float | int | None:
    """A number that is one: no NaN, no infinity."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return None
    return value


def number_said(value: Value) -> str:
    """A value in a sentence; NaN as people write it."""
    return "NaN" if isinstance(value, float) and value != value else said(value)


def runs_told(
    body: Body,
    rows: Sequence[Told],
    history: History,
    cells: Callable[[Told], Sequence[Value]],
    metric: str = "",
) -> None:
    """Put rows into the table, the run's name first; what is no number is shown and left empty.

    Args:
        body: what is filled. rows: the runs. cells: what else of a row is told.
        metric: what is said of which metric it is, where several are told; "" for one.
    """
    for row in rows:
        line = len(body.rows)
        told: list[Value] = [row.name, metric] if metric else [row.name]
        for value in cells(row):
            none = isinstance(value, float) and not isfinite(value)
            if none:
                body.marks[line, len(told)] = number_said(value)
            told.append(None if none else value)
        body.rows.append(tuple(told))
    seen = {one.run for one in body.provenance}
    ids = dict.fromkeys(count_of(row["_row"]) for row in rows)
    body.provenance += [one for one in provenance(ids, history) if one.run not in seen]


def place_heads(query: Steps, *names: str) -> list[Header]:
    """The headers of columns of places, each name with what they are: "at step", "last epoch"."""
    kind: Type = "number" if query.axis else "integer"
    return [Header(f"{name} {query.unit}".strip(), kind) for name in names]


def counted_from(query: Steps, history: History) -> list[str]:
    """How epochs are counted: as logged, by most trackers from 0; and of how many runs they are no course."""
    if not query.axis:
        return []
    logged = history.series().get(query.axis, {})
    first = min((one.values[0] for one in logged.values()), default=0.0)
    notes = [f"epochs as logged, the first is {said(_whole(first))}"]
    if others := history.catalog.column(query.axis).count - len(logged):
        notes.append(f"the epochs of {plural(others, 'run')} are told once, or begin anew: not read by epoch")
    return notes
