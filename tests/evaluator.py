"""What a query means, a second time: plain Python over the records, no SQL and nothing of `nlq.sql`.

Written from the meaning of each `Query` model, so that a slip of the compiler and a slip here seldom agree.
Where the models leave something open, the reading that is honest to a person was taken:

- a sentinel (a crash logged as 0.000000) is no number: it is never compared, ranked or averaged, and "runs
  without val_bpb" finds it;
- a superlative and a mean, median, minimum, maximum, spread, range or correlation of a metric look at runs
  that finished, unless the question names a state or says `every`; a count or a sum looks at all runs, since
  what a failed run cost was spent all the same;
- a condition on a value that is missing is neither true nor false, and neither is its opposite; but a flag
  that is absent is off, and a text that is absent mentions nothing;
- a day compared with a moment means the whole day.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from nlq.query import (
    Agg,
    Among,
    And,
    Between,
    Card,
    Col,
    Compare,
    Condition,
    Has,
    In,
    Item,
    Missing,
    Moves,
    Not,
    Of,
    Or,
    Order,
    Query,
    Select,
    Share,
    Side,
    Steps,
    Streak,
    Test,
    Tried,
    Values,
    Whether,
)
from store.catalog import MINUS, Catalog, Column
from store.history import History
from store.outcomes import find_states
from store.records import Series, Value
from tests.arithmetic import FUNCTIONS, OPERATORS, all_of, compare, correlation, first_day, in_order, opposite
from tests.stepwise import by_epoch, stepwise

__all__ = ["Evaluator", "Table"]

STATE, ROW = "_state", "_row"
FINISHED = frozenset(("completed", "discarded"))
FACTS = frozenset(("command", "commit", "config", "date", "hardware", "status"))


class Cells(dict[str, Any]):
    """Cells by key; the difference of two columns is worked out where it is asked for."""

    def get(self, key: str, default: Any = None) -> Any:
        first, minus, second = key.partition(MINUS)
        if not minus:
            return super().get(key, default)
        pair = self.get(first), self.get(second)
        return default if None in pair else round(pair[0] - pair[1], 12)


Point = tuple[float, float, float | None]
"""A logged value: its step, the value, and when."""


@dataclass(slots=True)
class Run:
    """One run by catalog keys; `_row` and `_state` beside them, nothing for a missing value.

    Attributes:
        logged: its values by step, of each metric that tells them.
    """

    cells: dict[str, Any]
    logged: dict[str, list[Point]]


@dataclass(slots=True)
class Table:
    """What a statement should give.

    Attributes:
        rows: one a result row: a function from an item of the query to its value.
        ids: `_row` of each row where a row is a run, else None.
    """

    rows: list[Any]
    ids: list[int] | None = None


class Evaluator:
    """Queries over one history, from its records alone."""

    def __init__(self, history: History) -> None:
        self.catalog: Catalog = history.catalog
        self.columns: dict[str, Column] = {column.key: column for column in history.catalog.columns}
        self.todos = history.todos
        self.runs = _runs(history)
        self.admitted = len(self.runs)

    def tables(self, query: Query) -> list[Table]:
        """The expected result of each statement of a query; none for a question about the history itself."""
        if isinstance(query, Select):
            return [self._groups(query) if _aggregates(query) else self._rows(query)]
        if isinstance(query, Values):
            return [self._values(query, key) for key in query.keys]
        if isinstance(query, Tried):
            return [self._listed(self.matching(query.where))]
        if isinstance(query, Whether):
            return [self._rows(Select(where=query.where, order=query.order, limit=query.limit))]
        if isinstance(query, Share):
            return [self._share(query)]
        if isinstance(query, Moves):
            return [self._moves(query)]
        if isinstance(query, Streak):
            return [self._streak(query)]
        if isinstance(query, Compare):
            return [self._listed(self.side(side, query.where)) for side in query.sides]
        if isinstance(query, Steps):
            return [table for key in query.keys for table in self._stepwise(query, key)]
        if isinstance(query, Card):
            return [self._rows(Select(where=query.where, order=query.order, limit=query.limit))]
        return []

    # -- whole queries

    def matching(self, where: Condition | None) -> list[Run]:
        """The runs a condition is true of, in the order of the history."""
        return [run for run in self.runs if where is None or self.holds(where, run) is True]

    def side(self, side: Side, where: Condition | None) -> list[Run]:
        """The runs of one side of a comparison."""
        both = And(tuple(one for one in (side.where, where) if one is not None))
        orders = tuple(one for one in side.order if not str(getattr(one.by, "key", "")).startswith("#"))
        marks = [one.by.key for one in side.order if isinstance(one.by, Col) and one.by.key.startswith("#")]
        rank = int(marks[0][1:]) if marks else 0
        return self._ranked(Select(where=both, order=orders, limit=1 if orders else None, offset=rank))

    def _rows(self, query: Select) -> Table:
        runs = self._ranked(query)
        if not query.distinct:
            return self._listed(runs)
        keys = [item.key for item in query.show if isinstance(item, Col)]
        first: dict[tuple[Any, ...], Run] = {}
        for run in runs:
            first.setdefault(tuple(run.cells.get(key) for key in keys), run)
        cut = list(first.values())[query.offset :][: query.limit]
        return Table([_shower(run) for run in cut])

    def _ranked(self, query: Select) -> list[Run]:
        """The rows of a selection in their order, cut to its limit (within each value of `per`)."""
        runs = self.matching(query.where)
        ranks = [one for one in query.order if isinstance(one.by, Col)]
        if any(one.best for one in ranks) and not self._all_states(query):
            runs = [run for run in runs if run.cells[STATE] in FINISHED]
        for one in ranks:
            if one.best or query.limit is not None:
                runs = [run for run in runs if self._ranked_by(run, one) is not None]
        last = query.order[-1] if query.order else None
        if last and isinstance(last.by, Col) and last.descending != self._newest_first(last.by.key):
            runs = runs[::-1] if self._tells_day(last.by.key) else runs
        for one in reversed(query.order):
            runs = in_order(runs, lambda run, one=one: self._ranked_by(run, one), one.descending)  # type: ignore[misc]
        if query.distinct:
            return runs
        if not query.per:
            return runs[query.offset :][: query.limit]
        runs = [run for run in runs if run.cells.get(query.per) is not None]
        kept = []
        for value in sorted({run.cells[query.per] for run in runs}):
            part = [run for run in runs if run.cells[query.per] == value]
            kept += part[query.offset :][: query.limit or 1]
        return kept

    def _tells_day(self, key: str) -> bool:
        dated = any(
            c.key == key and c.role == "date" and c.type in ("date", "datetime") for c in self.catalog.columns
        )
        return dated and self.catalog.nouns[0] in ("run", "experiment", "trial", "attempt")

    def _newest_first(self, key: str) -> bool:
        days = [day for run in self.runs if (day := run.cells.get(key)) is not None]
        return self._tells_day(key) and len(days) > 1 and days[0] > days[-1]

    def _groups(self, query: Select) -> Table:
        runs = self.matching(query.where)
        groups: dict[tuple[Any, ...], list[Run]] = {} if query.group else {(): runs}
        for run in runs if query.group else ():
            groups.setdefault(tuple(_cut(run, key) for key in query.group), []).append(run)
        every = self._all_states(query)
        self.admitted = len(runs)
        rows = [self._grouped(query.group, key, members, every) for key, members in groups.items()]
        for having in query.having:
            test = OPERATORS[having.op]
            rows = [
                row for row in rows if row(having.item) is not None and test(row(having.item), having.value)
            ]
        for at in reversed(query.group):
            rows = in_order(rows, lambda row, at=at: row(Col(at)), False)  # type: ignore[misc]
        for one in reversed(query.order):
            rows = in_order(rows, lambda row, one=one: row(one.by), one.descending)  # type: ignore[misc]
        if not query.per:
            return Table(rows[query.offset :][: query.limit])
        rows = [row for row in rows if all(row(Col(key)) is not None for key in query.group)]
        kept: list[Any] = []
        for value in sorted({row(Col(query.per)) for row in rows}):
            part = [row for row in rows if row(Col(query.per)) == value]
            kept += part[query.offset :][: query.limit or 1]
        return Table(kept)

    def _grouped(
        self, keys: Sequence[str], values: Sequence[Any], runs: list[Run], every: bool
    ) -> Callable[[Item], Any]:
        named = dict(zip(keys, values, strict=True))
        return lambda item: (
            self.aggregate(item, runs, every)
            if isinstance(item, Agg)
            else named[item.key]
            if item.key in named
            else [run.cells.get(item.key) for run in runs]
        )

    def _values(self, query: Values, key: str) -> Table:
        """The values of one column; where no run of a value finished, the numbers of those that did not.

        What is asked beside the values stands for the item None.
        """
        groups: dict[Any, list[Run]] = {}
        for run in self.matching(query.where):
            if run.cells.get(key) is not None:
                groups.setdefault(run.cells[key], []).append(run)

        def cell(value: Any, item: Item | None) -> Any:
            if item is None:
                return sum(
                    query.part is not None and self.holds(query.part, r) is True for r in groups[value]
                )
            told = self._grouped((key,), (value,), groups[value], False)(item)
            return self._grouped((key,), (value,), groups[value], True)(item) if told is None else told

        return Table([partial(cell, value) for value in sorted(groups)])

    def _along(self, where: Condition | None) -> list[Run]:
        """The runs in the order of their dates, where all have one, else of the history."""
        date = next((c.key for c in self.catalog.columns if c.role == "date"), "")
        if not date:
            date = next((c.key for c in self.catalog.columns if c.type in ("date", "datetime")), "")
        runs = self.matching(where)
        if date and all(run.cells.get(date) is not None for run in self.runs):
            runs = runs[::-1] if self._newest_first(date) else runs
            runs.sort(key=lambda run: run.cells[date])
        return runs

    def _named(self, run: Run) -> Any:
        key = next((c.key for c in self.catalog.columns if c.kind == "run"), ROW)
        return run.cells.get(key)

    def _moves(self, query: Moves) -> Table:
        every = self._all_states(Select(where=query.where))
        runs = [run for run in self._along(query.where) if self._number(run, query.key) is not None]
        runs = [run for run in runs if every or run.cells[STATE] in FINISHED]
        prose = self._prose()[0] if self._prose() else ""
        lower = self.columns[query.key].direction == "lower"
        if query.which == "record":
            return self._records(query.key, runs, prose, lower=lower)
        moves = []
        for before, run in pairwise(runs):
            value, was = self._number(run, query.key), self._number(before, query.key)
            moves.append(
                {
                    "#_row": run.cells[ROW], "#name": self._named(run), "#value": value,
                    "#change": value - was, "#before": self._named(before), "#was": was,
                    "#said": run.cells.get(prose),
                }
            )  # fmt: skip
        rises = {"max": True, "min": False, "best": not lower, "worst": lower}
        if query.which:
            sign = 1 if rises[query.which] else -1
            moves = [move for move in moves if sign * move["#change"] > 0]
            moves.sort(key=lambda move: -sign * move["#change"])
        return Table([_by_key(move) for move in moves[: query.limit]])

    def _records(self, key: str, runs: list[Run], prose: str, *, lower: bool) -> Table:
        """Each run that is better than all before it."""
        found = []
        for at, run in enumerate(runs):
            value, past = self._number(run, key), runs[:at]
            best = min(past, key=lambda one: (1 if lower else -1) * self._number(one, key), default=None)
            was = None if best is None else self._number(best, key)
            if was is None or (value < was if lower else value > was):
                found.append(
                    {
                        "#_row": run.cells[ROW], "#name": self._named(run), "#value": value,
                        "#change": None if was is None else value - was,
                        "#before": None if best is None else self._named(best), "#was": was,
                        "#said": run.cells.get(prose), "#place": at + 1, "#total": len(runs),
                    }
                )  # fmt: skip
        return Table([_by_key(one) for one in found])

    def _streak(self, query: Streak) -> Table:
        runs = self._along(query.where)
        streaks: list[list[int]] = []
        for at, run in enumerate(runs):
            if self.holds(query.part, run) is not True:
                continue
            if streaks and streaks[-1][-1] == at - 1:
                streaks[-1].append(at)
            else:
                streaks.append([at])
        longest = max(map(len, streaks), default=0)
        kept = [
            one for one in streaks
            if (one[-1] == len(runs) - 1 if query.which == "current" else len(one) == longest)
        ]  # fmt: skip
        return Table(
            [
                _by_key(
                    {
                        "#length": len(one), "#first": self._named(runs[one[0]]),
                        "#last": self._named(runs[one[-1]]),
                        "#before": self._named(runs[one[0] - 1]) if one[0] else None,
                    }
                )
                for one in kept
            ]
        )  # fmt: skip

    def _share(self, query: Share) -> Table:
        whole = self.matching(query.where)
        part = [run for run in whole if self.holds(query.part, run) is True]
        return Table([lambda item: (len(part), len(whole))])

    def _listed(self, runs: list[Run]) -> Table:
        return Table([_shower(run) for run in runs], [run.cells[ROW] for run in runs])

    def _stepwise(self, query: Steps, key: str) -> list[Table]:
        """The tables of one metric; of a course the points, its numbers, and whether it goes on."""
        runs = self.matching(query.where)
        run = next((c.key for c in self.catalog.columns if c.kind == "run"), "")
        tables = []
        logged = [one.logged.get(key, []) for one in runs]
        if query.axis:
            logged = [
                by_epoch(p, one.logged.get(query.axis, [])) for p, one in zip(logged, runs, strict=True)
            ]
        for rows in stepwise(query, self.columns[key], logged):
            cells = [{**told, "name": runs[at].cells.get(run)} for at, told in rows]
            shown = [partial(lambda told, item: told[item.key], told) for told in cells]
            tables.append(Table(shown, [runs[at].cells[ROW] for at, _ in rows]))
        return tables

    # -- numbers

    def aggregate(self, item: Agg, runs: Iterable[Run], every: bool = False) -> Any:
        """A function over runs: None where it has nothing to work on."""
        runs = list(runs)
        if item.function == "share" and item.part is not None:
            return round(100 * sum(self.holds(item.part, run) is True for run in runs) / len(runs), 2)
        if item.function == "share":
            return round(100 * len(runs) / self.admitted, 2)
        if not item.key:
            return len(runs)
        counted = item.function in ("count", "sum")
        if self.catalog.column(item.key).kind == "metric" and not every and not counted:
            runs = [run for run in runs if run.cells[STATE] in FINISHED]
        if item.function == "corr":
            pairs = [(self._number(run, item.key), self._number(run, item.other)) for run in runs]
            return correlation([(x, y) for x, y in pairs if x is not None and y is not None])
        better = "max" if self.catalog.column(item.key).direction == "higher" else "min"
        number = self._best if item.function == better else self._number
        values = [v for run in runs if (v := number(run, item.key)) is not None]
        if item.distinct:
            values = list(dict.fromkeys(values))
        if item.function == "count":
            return len(values)
        return FUNCTIONS[item.function](values) if values else None

    def _number(self, run: Run, key: str) -> Any:
        """A value for comparing, sorting and aggregating: a metric's sentinel is none."""
        value = run.cells.get(key)
        column = self.columns.get(key)
        return None if column is not None and column.kind == "metric" and value == column.sentinel else value

    def _ranked_by(self, run: Run, one: Order) -> Any:
        """What a run is ranked by: of a superlative the best of its history."""
        return self._best(run, _key(one)) if one.best else self._number(run, _key(one))

    def _best(self, run: Run, key: str) -> Any:
        """The best that a run ever had in a metric; its last value where no history is told."""
        best = run.cells.get(f"{key}:best")
        return self._number(run, key) if best is None else best

    def _all_states(self, query: Select) -> bool:
        return query.every or any(key == STATE or self._is_status(key) for key in _keys(query.where))

    def _is_status(self, key: str) -> bool:
        return key in self.columns and self.columns[key].role == "status"

    # -- conditions

    def holds(self, where: Condition, run: Run) -> bool | None:
        """Whether a condition is true of a run; None where the run does not say."""
        if isinstance(where, And):
            beside = [part for part in where.of if not isinstance(part, Among)]
            return all_of(
                [
                    self._stands(part, run, beside) if isinstance(part, Among) else self.holds(part, run)
                    for part in where.of
                ]
            )
        if isinstance(where, Among):
            return self._stands(where, run, [])
        if isinstance(where, Or):
            return opposite(all_of([opposite(self.holds(part, run)) for part in where.of]))
        if isinstance(where, Not):
            return self._not(where.of, run)
        if isinstance(where, Has):
            return self._has(where, run)
        value = self._number(run, where.key)
        if isinstance(where, Missing):
            written = str(run.cells.get(f"{where.key}:written", ""))
            return written.lower() in ("nan", "inf", "-inf") if where.nan else value is None
        if value is None:
            return None
        if isinstance(where, Between):
            return bool(compare(value, ">=", where.low) and compare(value, "<=", where.high))
        if isinstance(where, In):
            return any(compare(value, "=", one) for one in where.values)
        other = self._operand(where)
        return None if other is None else compare(value, where.op, other)

    def _stands(self, where: Among, run: Run, beside: Sequence[Condition]) -> bool:
        """Whether a run has its place among those that meet the conditions beside it."""
        beside = [] if where.of_all else beside
        others = [one for one in self.runs if all(self.holds(part, one) for part in beside)]
        if where.what == "last":
            return run.cells[ROW] in self._last(where, others)
        if where.what == "alike":
            same = [one for one in others if all(one.cells.get(k) == run.cells.get(k) for k in where.keys)]
            return len(same) > 1
        looked_at = self.runs if where.what == "near" else others
        ended = [one for one in looked_at if one.cells[STATE] in FINISHED]
        told = [one for one in ended if all(self._best(one, key) is not None for key in where.keys)]
        if run not in told:
            return False
        signs = [-1 if self.columns[key].direction == "higher" else 1 for key in where.keys]
        places = {
            one.cells[ROW]: [sign * self._best(one, k) for sign, k in zip(signs, where.keys, strict=True)]
            for one in told
        }
        own, best = places[run.cells[ROW]], min(places.values())
        if where.what == "near":
            far = where.amount * abs(best[0]) / 100 if where.percent else where.amount
            return bool(own[0] - best[0] <= far + 1e-9)
        if where.what == "share":
            ranked = sorted(places, key=lambda row: ((-1 if where.worst else 1) * places[row][0], row))
            return run.cells[ROW] in ranked[: math.ceil(len(ranked) * where.amount / 100)]
        return not any(
            all(a <= b for a, b in zip(other, own, strict=True)) and other != own for other in places.values()
        )

    def _last(self, where: Among, runs: Sequence[Run]) -> list[Any]:
        """The rows of the last so many: of one day those that came later, where a log tells days only."""
        key, down = where.keys[0], not where.worst
        column = self.columns.get(key)
        dated = column is not None and column.role == "date" and column.type in ("date", "datetime")
        back = dated and column is not None and down != column.falls
        told = sorted(runs, key=lambda one: one.cells[ROW], reverse=back)
        with_it = sorted(
            (one for one in told if one.cells.get(key) is not None),
            key=lambda one: one.cells[key], reverse=down,
        )  # fmt: skip
        rows = [one.cells[ROW] for one in (*with_it, *(one for one in told if one.cells.get(key) is None))]
        return rows[: int(where.amount)]

    def _operand(self, where: Test) -> Any:
        if isinstance(where.value, Agg):
            return self.aggregate(where.value, self.runs)
        if isinstance(where.value, Of):
            run = next((c.key for c in self.catalog.columns if c.kind == "run"), "")
            if where.value.mentioned:
                words = [Has("", word) for word in where.value.run.split()]
                told = [one for one in self.runs if all(self._has(word, one) for word in words)]
                return self._number(told[0], where.value.key) if len(told) == 1 else None
            wanted = where.value.run.lower()
            named = [one for one in self.runs if str(one.cells.get(run)).lower() == wanted]
            return self._number(named[0], where.value.key) if named else None
        return where.value

    def _not(self, of: Condition, run: Run) -> bool | None:
        inner = self.holds(of, run)
        flag = isinstance(of, Test) and of.value is True
        return True if inner is None and flag else opposite(inner)

    def _prose(self) -> list[str]:
        """Where people write sentences: no names, no parameters, no commands, dates, states or machines."""
        texts = [column for column in self.catalog.columns if column.type == "text"]
        told = [c.key for c in texts if c.kind == "attribute" and c.role not in FACTS]
        return told or [column.key for column in texts]

    def _has(self, where: Has, run: Run) -> bool:
        keys = [where.key] if where.key else self._prose()
        texts = [str(run.cells[key]).lower() for key in keys if key in run.cells]
        wanted = where.text.lower()
        if where.at == "word":
            return any(re.search(rf"(^|[^a-z]){re.escape(wanted)}($|[^a-z])", text) for text in texts)
        if (pattern := _pattern(wanted, where.at)) is not None:
            return any(re.search(pattern, text) for text in texts)
        if where.at == "start":
            return any(text.startswith(wanted) for text in texts)
        if where.at == "end":
            return any(text.endswith(wanted) for text in texts)
        return any(wanted in text for text in texts)


def _by_key(cells: dict[str, Any]) -> Callable[[Item], Any]:
    return lambda item: cells[item.key]


def _pattern(text: str, at: str) -> str | None:
    """Words and numbers with whatever stands between them; None for what is looked for as it is written."""
    if not re.fullmatch(r"[\w\s.-]*\w", text) or not (re.search(r"[^\W\d_]\W*\w", text) or text.isdigit()):
        return None
    parts = re.findall(r"[^\W\d_]+|\d+(?:\.\d+)*", text)
    told = r"[\W_]*".join(map(re.escape, parts))
    if at:
        return f"^{told}" if at == "start" else rf"{told}\Z"
    before = r"(?<![\d.])" if parts[0][0].isdigit() else ""
    return f"{before}{told}" + (r"(?!\d|\.\d)" if parts[-1][-1].isdigit() else "")


def _runs(history: History) -> list[Run]:
    runs: list[Run] = []
    for source in history.sources:
        names = {column.key: _field_name(column, list(source.fields)) for column in history.catalog.columns}
        for record, state in zip(source.runs, find_states(source), strict=True):
            cells = Cells({ROW: len(runs), STATE: state or "completed"})
            logged: dict[str, list[Point]] = {}
            for key, name in names.items():
                if record.values.get(name) is not None:
                    cells[key] = record.values[name]
                elif name in record.marks:
                    cells[f"{key}:written"] = record.marks[name].text
                if name in record.series:
                    logged[key] = _logged(record.series[name])
                    cells |= _bests(history.catalog.column(key), logged[key])
            runs.append(Run(cells, logged))
    return runs


def _logged(series: Series) -> list[Point]:
    """A history as (step, value, time) in the order of its steps; of two at one step the later logged."""
    times: Sequence[float | None] = series.times or [None] * len(series.steps)
    found = {
        step: (step, value, time)
        for step, value, time in zip(series.steps, series.values, times, strict=True)
    }
    return [found[step] for step in sorted(found)]


def _bests(column: Column, points: Sequence[Point]) -> dict[str, Value]:
    """The best value of a history and the first step with it; none where it ends in no number."""
    numbers = [
        (value, step) for step, value, _ in points if math.isfinite(value) and value != column.sentinel
    ]
    if not column.direction or not numbers or not math.isfinite(points[-1][1]):
        return {}
    high = column.direction == "higher"
    value, step = min(numbers, key=lambda one: (-one[0] if high else one[0], one[1]))
    return {f"{column.key}:best": value, f"{column.key}:step": step}


def _field_name(column: Column, fields: Sequence[str]) -> str:
    """The field of one file that a column of the whole history holds."""

    def plain(name: str) -> str:
        return name.lower().replace("-", "_").replace(" ", "_")

    if column.name in fields:
        return column.name
    return next((name for name in fields if plain(name) == plain(column.name)), column.name)


def _cut(run: Run, key: str) -> Any:
    """What a run is grouped by: a value, or the first day of its span of time ("date:month")."""
    own, _, span = key.partition(":")
    value = run.cells.get(own)
    return first_day(value, span) if span and value is not None else value


def _aggregates(query: Select) -> bool:
    return bool(query.group) or any(isinstance(item, Agg) for item in query.show)


def _key(one: Order) -> str:
    return one.by.key


def _shower(run: Run) -> Callable[[Item], Any]:
    return lambda item: run.cells.get(item.key)


def _keys(where: Condition | None) -> list[str]:
    if where is None:
        return []
    if isinstance(where, (And, Or)):
        return [key for part in where.of for key in _keys(part)]
    if isinstance(where, Among):
        return list(where.keys)
    return _keys(where.of) if isinstance(where, Not) else [where.key]
