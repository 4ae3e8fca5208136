"""Sides beside each other: what differs in the parameters, each metric with its difference, the tradeoffs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import floor, log10
from statistics import fmean, stdev

from nlq.answer import Header
from nlq.columns import main_metric
from nlq.paraphrase import condition_text, number_text
from nlq.query import And, Compare, Condition, Side, Test
from nlq.states import FINISHED
from nlq.tell.common import Body, plural, provenance, run_name, said
from nlq.view import names_run
from store.catalog import Column
from store.history import History, Rows
from store.records import Value
from store.slotted import slotted

__all__ = ["compare_answer"]


@slotted(frozen=False)
class _Group:
    """The runs of one side."""

    label: str
    ids: list[int]
    states: list[str]
    cells: dict[str, list[Value]]

    def numbers(self, column: Column) -> list[float]:
        """The numbers of the runs that finished; all of them where a single run is asked for by name."""
        values = zip(self.cells[column.key], self.states, strict=True)
        kept = [v for v, s in values if s in FINISHED or len(self.ids) == 1 or column.kind != "metric"]
        return [
            float(v)
            for v in kept
            if isinstance(v, (int, float)) and not isinstance(v, bool) and v != column.sentinel
        ]


def compare_answer(query: Compare, results: Sequence[Rows], history: History) -> Body:
    """The table of a comparison: one row a parameter that differs or a metric, one column a side."""
    catalog = history.catalog
    groups = [_group(side, result, history) for side, result in zip(query.sides, results, strict=True)]
    body = Body(answered=True)
    empty = [(group, side) for group, side in zip(groups, query.sides, strict=True) if not group.ids]
    if empty:
        return _missing_side(body, empty, groups, query, history)
    if len(groups) == 2 and len(groups[0].ids) == 1 and groups[0].ids == groups[1].ids:
        body.headline = f"Both sides are {groups[0].label}."
        body.provenance = provenance(groups[0].ids, history)
        return body
    _distinct_labels(groups)
    body.columns = [Header("what"), *(Header(group.label) for group in groups)]
    two = len(groups) == 2
    if two:
        body.columns += [Header("difference"), Header("better")]
    if any(len(group.ids) > 1 for group in groups):
        body.rows.append(
            (f"{catalog.nouns[0]}s", *(str(len(group.ids)) for group in groups), *(("", "") if two else ()))
        )
    wanted = [catalog.column(key) for key in query.keys]
    for column in _parameters(query, groups, history):
        body.rows.append(
            (column.name, *(_values(group, column) for group in groups), *(("", "") if two else ()))
        )
    gains: list[tuple[str, str, bool | None]] = []
    for column in [] if query.changed else (wanted or _metrics(groups, history)):
        if column.type in ("date", "datetime"):
            body.rows.append(_dates(column, groups))
            continue
        if column.kind == "param" or (wanted and column.type not in ("integer", "number")):
            if wanted and not any(row[0] == column.name for row in body.rows):
                body.rows.append(
                    (column.name, *(_values(group, column) for group in groups), *(("", "") if two else ()))
                )
            continue
        row = _metric_row(column, groups) if column.type in ("integer", "number") else None
        if row is None:
            continue
        body.rows.append(row[0] if two else row[0][: 1 + len(groups)])
        if two and row[1]:
            gains.append(row[1])
    _leave_out(body, groups)
    body.headline = _headline(query, groups, body, gains, history)
    if two and gains:
        body.details.append(_tradeoffs(groups, gains))
    body.provenance = provenance([row for group in groups for row in group.ids[:20]], history)
    return body


def _group(side: Side, result: Rows, history: History) -> _Group:
    ids = [int(str(row[0])) for row in result.rows]
    cells = {key: [row[at] for row in result.rows] for at, key in enumerate(result.columns) if at > 1}
    return _Group(_label(side, ids, history), ids, [str(row[1]) for row in result.rows], cells)


def _label(side: Side, ids: list[int], history: History) -> str:
    run = history.catalog.role("run")
    if isinstance(side.where, Test) and run is not None and side.where.key == run.key:
        return str(side.where.value)
    if side.order and ids:
        return run_name(ids[0], history)
    if span := _span_name(side.where):
        return span
    return (
        condition_text(side.where, history.catalog)
        if side.where is not None
        else f"all {history.catalog.nouns[0]}s"
    )


def _span_name(where: Condition | None) -> str:
    """ "January 2026" or "2026-01-05 … 2026-01-11" for a span of days."""
    if not isinstance(where, And) or len(where.of) != 2:
        return ""
    low, high = where.of
    if not isinstance(low, Test) or not isinstance(high, Test) or (low.op, high.op) != (">=", "<"):
        return ""
    first, after = low.value, high.value
    if not isinstance(first, date) or not isinstance(after, date):
        return ""
    last = after - timedelta(days=1)
    if first.day == 1 and after.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}"
    return f"{first:%Y-%m-%d} … {last:%Y-%m-%d}"


def _distinct_labels(groups: list[_Group]) -> None:
    labels = [group.label for group in groups]
    for at, group in enumerate(groups):
        if labels.count(group.label) > 1:
            group.label = f"{group.label} ({at + 1})"


def _missing_side(
    body: Body, empty: list[tuple[_Group, Side]], groups: list[_Group], query: Compare, history: History
) -> Body:
    """A side without runs: say so, say what there is, and how many runs the other side has."""
    noun = history.catalog.nouns[0]
    said_of = []
    for group, side in empty:
        text = f"no {noun} with {group.label}"
        if isinstance(side.where, Test):
            column = history.catalog.column(side.where.key)
            tried = [said(value) for value in sorted(column.values, key=str)[:8]]
            if not tried and column.low is not None:
                tried = (
                    [said(column.low)]
                    if column.low == column.high
                    else [f"{said(column.low)} … {said(column.high)}"]
                )
            text += f" ({column.name} tried: {', '.join(tried)})" if tried else ""
        said_of.append(text)
    full = [group for group in groups if group.ids]
    rest = "; ".join(f"{group.label}: {plural(len(group.ids), noun)}" for group in full)
    body.headline = "Nothing to compare: " + "; ".join(said_of) + (f". {rest}." if rest else ".")
    body.answered = False
    ids = [row for group in full for row in group.ids]
    metric = main_metric(history.catalog)
    if ids and metric is not None:
        body.columns = [Header(noun), Header(metric.name, metric.type, metric.unit)]
        for group in full:
            body.rows += [
                (run_name(row, history), value)
                for row, value in zip(group.ids, group.cells[metric.key], strict=True)
            ]
        body.provenance = provenance(ids, history)
        body.answered = True
    return body


def _parameters(query: Compare, groups: list[_Group], history: History) -> list[Column]:
    """The parameters whose values differ between the sides."""
    if query.keys:
        return []
    spoken = {side.where.key for side in query.sides if isinstance(side.where, Test)}
    columns = [
        c for c in history.catalog.columns if c.kind == "param" or c.role in ("hardware", "command_diff")
    ]
    told = [c for c in columns if c.key not in spoken and not names_run(c)]
    return [c for c in told if len({_values(g, c) for g in groups}) > 1]


def _values(group: _Group, column: Column) -> str:
    """The value of a side, or its several values, the commonest first."""
    values = [v for v in group.cells[column.key] if v is not None]
    if not values:
        return "not recorded"
    counts: dict[str, int] = {}
    for value in values:
        text = said(value)
        counts[text] = counts.get(text, 0) + 1
    ranked = sorted(counts, key=lambda text: (-counts[text], text))
    return ", ".join(ranked[:4]) + (f", +{len(ranked) - 4}" if len(ranked) > 4 else "")


def _metrics(groups: list[_Group], history: History) -> list[Column]:
    columns = [c for c in history.catalog.columns if c.kind == "metric" and c.type in ("integer", "number")]
    return [c for c in columns if any(group.numbers(c) for group in groups)]


def _dates(column: Column, groups: list[_Group]) -> tuple[Value, ...]:
    """The dates of the sides and the days from the first to the second."""
    cells = [_values(group, column) for group in groups]
    ends = [next((v for v in group.cells[column.key] if isinstance(v, date)), None) for group in groups]
    if len(groups) != 2:
        return (column.name, *cells)
    first, second = ends
    if first is None or second is None:
        return (column.name, *cells, "", "")
    days = (second - first).days
    return (column.name, *cells, f"{_signed(days)} {'day' if abs(days) == 1 else 'days'}", "")


Gain = tuple[str, str, bool | None]


def _metric_row(column: Column, groups: list[_Group]) -> tuple[tuple[Value, ...], Gain | None] | None:
    """A metric over the sides: mean ± spread (count), difference, relative change, which side is better."""
    numbers = [group.numbers(column) for group in groups]
    if not any(numbers):
        return None
    cells = [_spread(values, column.unit) for values in numbers]
    if len(groups) != 2 or not all(numbers):
        return (column.name, *cells, "", ""), None
    first, second = fmean(numbers[0]), fmean(numbers[1])
    delta = second - first
    relative = f" ({delta / abs(first):+.2%})".replace("%", " %").replace("-", "−") if first else ""
    text = f"{_signed(delta)}{' ' + column.unit if column.unit else ''}{relative}"
    if not column.direction or delta == 0:
        better = "same" if delta == 0 else ""
        return (column.name, *cells, text if delta else "0", better), (
            column.name,
            _gain(column, delta),
            None,
        )
    second_wins = (delta < 0) == (column.direction == "lower")
    winner = groups[1].label if second_wins else groups[0].label
    return (column.name, *cells, text, winner), (column.name, _gain(column, delta), second_wins)


def _gain(column: Column, delta: float) -> str:
    return f"{_signed(delta)}{' ' + column.unit if column.unit else ''}"


def _signed(delta: float) -> str:
    text = number_text(float(f"{abs(delta):.4g}"))
    return f"+{text}" if delta > 0 else f"−{text}" if delta < 0 else "0"


def _spread(values: list[float], unit: str) -> str:
    """ "2.495 ± 0.048 (n=4)": the spread to two digits, the mean to as many places."""
    if not values:
        return "not recorded"
    tail = f" {unit}" if unit else ""
    if len(values) == 1:
        return f"{number_text(values[0])}{tail}"
    spread = stdev(values)
    places = max(0, 1 - floor(log10(spread))) if spread > 0 else 6
    mean = number_text(round(fmean(values), min(places, 12)))
    return f"{mean} ± {number_text(round(spread, min(places, 12)))}{tail} (n={len(values)})"


def _leave_out(body: Body, groups: list[_Group]) -> None:
    for group in groups:
        if len(group.ids) == 1:
            if group.states[0] not in FINISHED:
                body.notes.append(f"{group.label} {group.states[0]}: its numbers are from before it ended")
            continue
        for state in group.states:
            if state not in FINISHED:
                body.left_out[state] = body.left_out.get(state, 0) + 1


def _tradeoffs(groups: list[_Group], gains: list[Gain]) -> str:
    """ "d24: loss −0.23 (better), +1.9 h (worse)", of the second side against the first."""
    parts = []
    for name, delta, wins in gains:
        if delta == "0":
            continue
        verdict = "" if wins is None else " (better)" if wins else " (worse)"
        parts.append(f"{name} {delta}{verdict}")
    return (
        f"tradeoffs  {groups[1].label}: {', '.join(parts)}"
        if parts
        else "tradeoffs  none: the same in every metric"
    )


def _headline(query: Compare, groups: list[_Group], body: Body, gains: list[Gain], history: History) -> str:
    names = " vs ".join(group.label for group in groups)
    if query.changed:
        changed = [str(row[0]) for row in body.rows if row[0] != f"{history.catalog.nouns[0]}s"]
        return (
            f"{names}: {', '.join(changed)} differ" if changed else f"{names}: no recorded parameter differs"
        )
    main = main_metric(history.catalog)
    named = [gain for gain in gains if gain[0] in [history.catalog.column(key).name for key in query.keys]]
    gain = next((g for g in named or gains if named or (main is not None and g[0] == main.name)), None)
    if gain is None and len(groups) == 2 and query.keys and len(body.rows) == 1 and body.rows[0][3]:
        return f"{names}: {body.rows[0][0]} {body.rows[0][3]}"
    if gain is None and query.keys and not query.changed and not body.rows:
        wanted = " and ".join(history.catalog.column(key).name for key in query.keys)
        return f"{names}: no {wanted} is recorded for both"
    if gain is None or gain[2] is None or len(groups) != 2:
        best = _best_of(groups, main) if len(groups) > 2 and main is not None else ""
        return f"{names}{best}"
    winner, loser = (groups[1], groups[0]) if gain[2] else (groups[0], groups[1])
    return (
        f"{winner.label} is better than {loser.label} by {gain[0]} ({gain[1] if gain[2] else _flip(gain[1])})"
    )


def _flip(text: str) -> str:
    return text.replace("+", "−", 1) if text.startswith("+") else text.replace("−", "+", 1)


def _best_of(groups: list[_Group], main: Column) -> str:
    means = [(fmean(group.numbers(main)), group.label) for group in groups if group.numbers(main)]
    if not means or not main.direction:
        return ""
    best = max(means) if main.direction == "higher" else min(means)
    return f": {best[1]} has the best {main.name} ({number_text(best[0])})"
