"""Sides beside each other: what differs in the parameters, each metric with its difference, the tradeoffs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from math import floor, log10

from nlq.answer import Assumption, Header
from nlq.columns import DATES, NUMERIC, is_resource, main_metric, metrics
from nlq.keys import column_of
from nlq.paraphrase import number_text, paraphrase
from nlq.query import Compare, Side, Test
from nlq.states import FINISHED, names_state
from nlq.tell.common import Ask, Body, provenance, run_name
from nlq.tell.phrases import plural, said
from nlq.tell.sides import NOTHING, Group, Sample, groups_of, tell_apart
from nlq.tell.verdict import Gain, headline, tradeoffs, with_sign
from nlq.view import names_run
from store.catalog import Column
from store.history import History, Rows
from store.records import Value

__all__ = ["compare_answer"]

PLACES = 20
"""Runs of a side whose place is told."""

Row = tuple[Value, ...]


def compare_answer(query: Compare, results: Sequence[Rows], history: History, ask: Ask) -> Body:
    """The table of a comparison: one row a parameter that differs or a metric, one column a side."""
    groups = groups_of(query, results, history, ask)
    if not all(group.ids for group in groups):
        return _missing_side(groups, query, history)
    if len(groups) == 2 and len(groups[0].ids) == 1 and groups[0].ids == groups[1].ids:
        told = provenance(groups[0].ids, history)
        return Body(headline=f"Both sides are {groups[0].label}.", provenance=told, answered=True)
    tell_apart(groups)
    body = Body(answered=True)
    body.columns = [Header("what"), *(Header(group.label) for group in groups)]
    if len(groups) == 2:
        body.columns += [Header("difference"), Header("better")]
    if any(group.size() > 1 for group in groups):
        noun = f"{history.catalog.nouns[0]}s"
        body.rows.append(_row(noun, [str(group.size()) for group in groups]))
    for column in [] if query.keys else _differing(query, groups, history):
        body.rows.append(_row(column.name, [group.values(column) for group in groups]))
    gains = [] if query.changed else _measured(body, query, groups, history)
    _leave_out(body, groups)
    body.headline = headline(query, groups, body, gains, history)
    if any(group.size() > 1 for group in groups):
        body.apart = [column.name for column in _differing(query, groups, history)]
    asked = any(names_state(side.where, history.catalog) for side in query.sides)
    if any("discarded" in group.states for group in groups) and not asked:
        kept = (f"{group.states.get('completed', 0)} of {group.size()} {group.label}" for group in groups)
        body.details.append(f"kept  {'; '.join(kept)}")
        body.kept = groups[0].states.get("completed", 0), groups[0].size()
    _tell_other_winner(body, query, groups, gains, history)
    if len(groups) == 2 and gains:
        body.details.append(tradeoffs(groups, gains))
    body.provenance = provenance([row for group in groups for row in group.ids[:PLACES]], history)
    return body


def _tell_other_winner(
    body: Body, query: Compare, groups: Sequence[Group], gains: Sequence[Gain], history: History
) -> None:
    """Where another measure of quality prefers the other side, that is a reading of "better" too."""
    quality = {c.name: c for c in metrics(history.catalog) if c.direction and not is_resource(c)}
    if len(groups) != 2 or body.winner is None or query.keys or query.changed:
        return
    for gain in gains:
        if gain.name in quality and gain.wins is not None and int(gain.wins) != body.winner:
            by_it = paraphrase(replace(query, keys=(quality[gain.name].key,)), history.catalog)
            body.others.append(Assumption(f"by {gain.name} it is {groups[gain.wins].label}", by_it))


def _row(name: str, cells: Sequence[Value], difference: str = "", better: str = "") -> Row:
    """A row of the table; of two sides also what they differ by and which is better."""
    return (name, *cells, difference, better) if len(cells) == 2 else (name, *cells)


def _differing(query: Compare, groups: Sequence[Group], history: History) -> list[Column]:
    """The parameters whose values differ between the sides."""
    spoken = {side.where.key for side in query.sides if isinstance(side.where, Test)}
    return [
        column
        for column in history.catalog.columns
        if (column.kind == "param" or column.role in ("hardware", "command_diff"))
        and column.key not in spoken
        and not names_run(column)
        and len({group.values(column) for group in groups}) > 1
    ]


def _measured(body: Body, query: Compare, groups: Sequence[Group], history: History) -> list[Gain]:
    """Add the metrics, or the columns asked for, to the table; what each of them says of two sides."""
    columns = [history.catalog.column(key) for key in query.keys]
    gains: list[Gain] = []
    metrics = [c for c in history.catalog.columns if c.kind == "metric" and c.type in NUMERIC]
    for column in columns or metrics:
        if column.type in DATES:
            body.rows.append(_dates(column, groups))
        elif column.kind == "param" or column.type not in NUMERIC:
            if columns:
                body.rows.append(_row(column.name, [group.values(column) for group in groups]))
        elif any(samples := [group.sample(column) for group in groups]):
            row, gain = _metric(column, groups, samples)
            body.rows.append(row)
            gains += [gain] if gain else []
    return gains


def _dates(column: Column, groups: Sequence[Group]) -> Row:
    """The dates of the sides and the days from the first to the second."""
    cells = [group.values(column) for group in groups]
    first, second, *_ = [group.day(column) for group in groups]
    if first is None or second is None:
        return _row(column.name, cells)
    days = (second - first).days
    return _row(column.name, cells, f"{with_sign(days)} {'day' if abs(days) == 1 else 'days'}")


def _metric(
    column: Column, groups: Sequence[Group], samples: Sequence[Sample | None]
) -> tuple[Row, Gain | None]:
    """A metric over the sides: mean ± spread (count), difference, relative change, which side is better."""
    cells = [_spread(sample, column.unit) for sample in samples]
    first, second, *more = samples
    if more or first is None or second is None:
        return _row(column.name, cells), None
    delta = second.mean - first.mean
    if not delta:
        return _row(column.name, cells, "0", "same"), Gain(column.name, "0")
    signed = f"{with_sign(delta)} {column.unit}".strip()
    relative = ""
    if first.mean:
        relative = f" ({delta / abs(first.mean):+.2%})".replace("%", " %").replace("-", "−")
    wins = (delta < 0) == (column.direction == "lower") if column.direction else None
    winner = "" if wins is None else groups[wins].label
    return _row(column.name, cells, signed + relative, winner), Gain(column.name, signed, wins)


def _spread(sample: Sample | None, unit: str) -> str:
    """ "2.495 ± 0.048 (n=4)": the spread to two digits, the mean to as many places."""
    if sample is None:
        return NOTHING
    tail = f" {unit}" if unit else ""
    if sample.count == 1:
        return f"{number_text(sample.mean)}{tail}"
    places = min(12, max(0, 1 - floor(log10(sample.spread)))) if sample.spread > 0 else 6
    mean, spread = (number_text(round(value, places)) for value in (sample.mean, sample.spread))
    return f"{mean} ± {spread}{tail} (n={sample.count})"


def _leave_out(body: Body, groups: Sequence[Group]) -> None:
    """Say which runs' numbers do not stand."""
    for group in groups:
        for state, count in group.states.items():
            if state in FINISHED:
                continue
            if group.size() == 1:
                body.notes.append(f"{group.label} {state}: its numbers are from before it ended")
            else:
                body.left_out[state] = body.left_out.get(state, 0) + count


# -- a side without runs


def _missing_side(groups: Sequence[Group], query: Compare, history: History) -> Body:
    """A side without runs: say so, say what there is, and how many runs the other side has."""
    noun = history.catalog.nouns[0]
    pairs = zip(groups, query.sides, strict=True)
    empty = [f"no {noun} with {group.label}{_tried(side, history)}" for group, side in pairs if not group.ids]
    full = [group for group in groups if group.ids]
    rest = "; ".join(f"{group.label}: {plural(group.size(), noun)}" for group in full)
    body = Body(headline=f"Nothing to compare: {'; '.join(empty)}.{f' {rest}.' if rest else ''}")
    metric = main_metric(history.catalog)
    if full and metric is not None:
        body.columns = [Header(noun), Header(metric.name, metric.type, metric.unit)]
        for group in full:
            cells = zip(group.ids, group.cells(metric), strict=True)
            body.rows += [(run_name(row, history), value) for row, value in cells]
        body.provenance = provenance([row for group in full for row in group.ids], history)
        body.answered = True
    return body


def _tried(side: Side, history: History) -> str:
    """What there is in place of the value of a side."""
    if not isinstance(side.where, Test):
        return ""
    column = column_of(history.catalog, side.where.key)
    tried = [said(value) for value in islice(sorted(column.values, key=str), 8)]
    if not tried and column.low is not None:
        ends = dict.fromkeys((column.low, column.high))
        tried = [" … ".join(map(said, ends))]
    return f" ({column.name} tried: {', '.join(tried)})" if tried else ""
