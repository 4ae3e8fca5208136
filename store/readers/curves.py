"""A table with a row a step: `run, step, loss` or `run, step, metric, value`, of which runs are made.

What is asked of such a table is asked of its runs, and of their values by step. It is one only where nothing
else can be meant:

- a column says whose row it is ("run", "trial", "model"), another at which step, in whole numbers, and they
  stand in every row;
- of one run, step and metric there is one row. Where several runs share a name, the seed beside it must tell
  them apart; where it is no name of their own ("trial", "model"), other texts and chosen whole numbers may;
- half of the runs or more have three steps at least;
- all else is the same in all rows of a run, as its parameters are, or was measured: numbers, some of them a
  known metric. A remark, a status or a chosen number that differs from row to row says that each row is a
  run of its own: the iterations of a search are no steps. A learning rate may follow a schedule.

A table that is nearly one stays as it is, and a note says why.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby, pairwise, repeat
from operator import add, itemgetter, mul
from statistics import median

from store.cells import Header
from store.directions import is_metric
from store.kinds import kind_of, role_of
from store.names import find_phrase, name_key, name_words
from store.records import Value
from store.slotted import fresh, slotted
from store.typed import Typed
from store.units import measure
from store.vocabulary import words

__all__ = ["Layout", "Rejected", "layout_of", "may_be_steps", "numbered"]

LEAST = 3
"""Steps that half of the runs must have: a table of runs repeats a name now and then."""

_LOOKED_AT = 5000
"""Rows in which most of what speaks against a table is seen already."""

_TURNS = 1 / 3
"""A schedule rises and falls; a number chosen anew in every row turns at two steps of three."""


class Rejected(ValueError):
    """Why a table that looks as if its rows were steps is not read as such."""


@slotted(frozen=False)
class Layout:
    """What the columns of a table with a row a step are, by their index.

    Attributes:
        step: at which step the row stands.
        run: what tells the runs apart; first the column that says so.
        runs: of each row the number of its run, in the order of the rows.
        metric, value: the columns of a name and its number; -1 where each metric has its own.
        parts: of what the metrics are, told before their names.
        time: when a row was logged, or how long after the beginning; -1 where nothing tells.
        measured: numbers by step. constant: what is the same in all rows of a run.
    """

    step: int
    run: list[int]
    runs: array[int] = fresh(default_factory=lambda: array("q"))
    metric: int = -1
    value: int = -1
    parts: list[int] = fresh(default_factory=list)
    time: int = -1
    measured: list[int] = fresh(default_factory=list)
    constant: list[int] = fresh(default_factory=list)


def may_be_steps(headers: Sequence[Header]) -> bool:
    """Whether a table has the columns by their names, which is asked before anything is counted."""
    keys = [name_key(header.name) for header in headers]
    long = _first(keys, "metric") >= 0 and _first(keys, "value") >= 0
    if _step(keys, long=long) < 0 or _first(keys, "run") < 0:
        return False
    return long or any(is_metric(header.name) for header in headers)


def layout_of(headers: Sequence[Header], columns: Sequence[Typed]) -> Layout | None:
    """What the columns are; None where the table is no such table.

    Raises:
        Rejected: where it nearly is one.
    """
    rows = len(columns[0].values) if columns else 0
    if rows < LEAST or not may_be_steps(headers):
        return None
    keys = [name_key(header.name) for header in headers]
    metric, value = _first(keys, "metric"), _first(keys, "value")
    if metric < 0 or value < 0 or not _are_texts(columns[metric]) or not _is_number(columns[value]):
        metric = value = -1
    step = _step(keys, long=metric >= 0)
    if step < 0 or not _are_steps(columns[step].values):
        return None
    found = _told_apart(keys, columns, step, metric, value)
    if found is None:
        return None
    _sort_out(found, headers, columns)
    return found


def _first(keys: Sequence[str], what: str) -> int:
    """The column with the likeliest of the names for something; -1 where there is none."""
    return next((keys.index(name) for name in words("roles")["curves"][what] if name in keys), -1)


def _step(keys: Sequence[str], *, long: bool) -> int:
    found = _first(keys, "step")
    if found < 0 and long:  # "ft_step": no time a step stands beside a metric's name and value
        return next((at for at, key in enumerate(keys) if key.split()[-1:] == ["step"]), -1)
    return found


def _are_texts(column: Typed) -> bool:
    return all(isinstance(value, str) for value in column.values)


def _is_number(column: Typed) -> bool:
    """Whether a column holds numbers, or nothing, and no words."""
    kinds = set(map(type, column.values)) - {type(None)}
    return bool(kinds) and kinds <= {int, float}


def _are_steps(values: Sequence[Value]) -> bool:
    """Whether values are whole numbers from 0 on, in every row, and more than one."""
    try:
        steps = {int(value) for value in set(values) if value >= 0 and value == int(value)}  # type: ignore
    except (TypeError, ValueError, OverflowError):
        return False
    return len(steps) > 1 and len(steps) == len(set(values)) and max(steps) < 2**62


def numbered(*columns: Iterable[Value]) -> array[int]:
    """Of each row the number of what its cells say together, by first occurrence.

    Example:
        >>> numbered(["a", "a", "b", "a"], [1, 2, 1, 1]).tolist()
        [0, 1, 2, 0]
    """
    ids: Sequence[int] = ()
    for column in columns:
        seen: dict[object, int] = {}
        codes = array("q", [seen.setdefault(cell, len(seen)) for cell in column])
        if len(seen) > 1 and ids:  # numbers take a quarter of the room of tuples
            both: dict[int, int] = {}
            pairs = map(add, map(mul, ids, repeat(len(seen))), codes)
            codes = array("q", [both.setdefault(pair, len(both)) for pair in pairs])
        ids = codes if len(seen) > 1 or not ids else ids
    return array("q", ids)


# -- which rows are of one run


def _told_apart(
    keys: Sequence[str], columns: Sequence[Typed], step: int, metric: int, value: int
) -> Layout | None:
    """The fewest columns that tell the runs apart; None where hardly a run has several steps.

    Raises:
        Rejected: where a run has two rows of one step.
    """
    whole = [at for at, column in enumerate(columns) if None not in column.values]
    names = words("roles")["curves"]
    parts = [at for at in whole if keys[at] in names["parts"] and _are_texts(columns[at])]
    taken = {step, metric, value, *parts}
    named = sorted((at for at in whole if keys[at] in names["run"] and _are_names(columns[at])
                    and at not in taken), key=lambda at: names["run"].index(keys[at]))  # fmt: skip
    if not named:
        return None
    every = [named[0], *(at for at in whole if at not in taken and _tells_more(keys, columns, named[0], at))]
    told = [metric] if metric >= 0 else []
    ways = [(one, some) for some in ([], parts) for one in (*([at] for at in named), every)]
    for run, some in ways:
        beside = [columns[at].values for at in (step, *told, *some)]
        if not _are_unique([cells[:_LOOKED_AT] for cells in (*(columns[at].values for at in run), *beside)]):
            continue
        runs = numbered(*(columns[at].values for at in run))
        apart = all(_is_constant(runs, columns[at]) for at in parts if not some)
        if apart and _are_unique([runs, *beside]):
            found = Layout(step, _fewest(run, runs, columns), runs, metric, value, some)
            return found if _has_steps(found, columns) else None
    found = Layout(step, every, numbered(*(columns[at].values for at in every)))
    if not _has_steps(found, columns):
        return None
    rows = len(found.runs)
    different = max(numbered(*(columns[at].values for at in (*every, step, *told, *parts)))) + 1
    raise Rejected(f"{rows - different:,} of {rows:,} repeat a {keys[step]} of their run")


def _tells_more(keys: Sequence[str], columns: Sequence[Typed], run: int, at: int) -> bool:
    """Whether a column may tell runs of one name apart: its seed may, and where no name is said to be a run's
    own ("trial", "model"), texts and whole numbers that were chosen may as well."""
    names = words("roles")["curves"]
    if at == run or keys[at] in names["repeats"]:
        return at != run
    if keys[run] in names["own"]:
        return False
    chosen = kind_of(keys[at]) == "param" and set(map(type, columns[at].values)) == {int}
    return chosen or (_are_texts(columns[at]) and not role_of(keys[at]))


def _are_names(column: Typed) -> bool:
    return all(isinstance(value, (str, int)) and not isinstance(value, bool) for value in column.values)


def _are_unique(columns: Sequence[Sequence[Value]]) -> bool:
    return max(numbered(*columns)) + 1 == len(columns[0])


def _fewest(run: list[int], runs: Sequence[int], columns: Sequence[Typed]) -> list[int]:
    """The columns without those that tell nothing beyond the others; the first one stays."""
    if len(run) == 1:
        return run
    first = dict(zip(reversed(runs), range(len(runs) - 1, -1, -1), strict=True))  # the first row of each
    cells = {at: [columns[at].values[row] for row in first.values()] for at in run}
    kept = list(run)
    for at in sorted(run[1:]):
        others = [one for one in kept if one != at]
        if len(set(zip(*(cells[one] for one in others), strict=True))) == len(first):
            kept = others
    return kept


def _has_steps(found: Layout, columns: Sequence[Typed]) -> bool:
    counts: dict[int, int] = {}
    for run, _ in set(zip(found.runs, columns[found.step].values, strict=True)):
        counts[run] = counts.get(run, 0) + 1
    return median(counts.values()) >= LEAST


# -- what the other columns are


def _sort_out(found: Layout, headers: Sequence[Header], columns: Sequence[Typed]) -> None:
    """Set what is constant, measured, and the time.

    Raises:
        Rejected: where a column is neither.
    """
    for at, header in enumerate(headers):
        if at in (found.step, found.metric, found.value, *found.parts):
            continue
        if at in found.run or _is_constant(found.runs, columns[at]):
            found.constant.append(at)
        elif any(isinstance(value, (date, datetime)) for value in columns[at].values[:_LOOKED_AT]):
            if found.time >= 0:
                raise Rejected(f"{header.name} differs from row to row")
            found.time = at
        elif not _is_number(columns[at]) or not _is_measured(found, header.name, columns, at):
            raise Rejected(f"{header.name} differs from row to row of a run")
        else:
            found.measured.append(at)
    if found.time < 0:
        found.time = next((at for at in found.measured if _is_elapsed(found, headers[at], columns, at)), -1)
    if found.metric < 0 and not any(is_metric(headers[at].name) for at in found.measured):
        raise Rejected("no number by step is known to be a metric")


def _is_constant(runs: Sequence[int], column: Typed) -> bool:
    for rows in (_LOOKED_AT, len(runs)):
        pairs = set(zip(runs[:rows], column.values[:rows], strict=True))
        if len(pairs) != len(set(runs[:rows])):
            return False
    return True


def _is_measured(found: Layout, name: str, columns: Sequence[Typed], at: int) -> bool:
    """Whether a number that differs within runs was measured, and not chosen row by row."""
    if kind_of(name) != "param":
        return True
    scheduled = find_phrase(name_words(name), words("params")["scheduled"]["names"])[0] > 0
    turns = between = 0
    for course in _courses(found, columns, at):
        changes = [after - before for before, after in pairwise(course) if after != before]
        turns += sum((one < 0) != (other < 0) for one, other in pairwise(changes))
        between += max(0, len(changes) - 1)
    return scheduled and turns <= _TURNS * between


def _is_elapsed(found: Layout, header: Header, columns: Sequence[Typed], at: int) -> bool:
    """Whether a column tells the time since the beginning: it never falls."""
    if measure(columns[at].unit or header.unit) != "time" and role_of(header.name) != "duration":
        return False
    courses = list(_courses(found, columns, at))
    rises = all(before <= after for course in courses for before, after in pairwise(course))
    return rises and any(course[-1] > course[0] >= 0 for course in courses)


def _courses(found: Layout, columns: Sequence[Typed], at: int) -> Iterator[list[float]]:
    """A column's numbers by step, run by run, of as many rows as are looked at."""
    told = zip(found.runs[:_LOOKED_AT], columns[found.step].values, columns[at].values, strict=False)
    points = sorted({point for point in told if point[2] is not None and point[2] == point[2]})
    for _, course in groupby(points, key=itemgetter(0)):
        yield [float(value) for *_, value in course]  # type: ignore[arg-type]
