"""Which parameters go with most of the differences of a metric: no log tells which of them is the cause."""

from __future__ import annotations

from nlq.answer import Header
from nlq.keys import STATE
from nlq.query import About, Agg, In, Missing, Not, Order, Select, both
from nlq.states import FINISHED
from nlq.tell.common import Ask, Body
from nlq.tell.phrases import plural, said
from store.catalog import Column
from store.history import History

__all__ = ["matters_answer"]

FEWEST = 2
"""Runs that a value must have on the average: where each run has its own, all differences go with it."""

LEAST = 0.005
"""The least share that is told."""


def matters_answer(query: About, history: History, ask: Ask) -> Body:
    """The parameters that vary by how much of the variance of a metric lies between their values."""
    metric = history.catalog.column(query.key)
    told_of = (
        "share of the variance",
        "values",
        "runs",
        "best value",
        "mean at it",
        "worst value",
        "mean there",
    )
    body = Body(columns=[Header("parameter"), *map(Header, told_of)], answered=True)
    varying = [c for c in history.catalog.columns if c.kind == "param" and c.distinct > 1]
    found = [row for column in varying if (row := _share(column, metric, query, ask)) is not None]
    body.rows = sorted(found, key=lambda row: (-float(str(row[1])), str(row[0])))
    if not body.rows:
        body.headline = f"No parameter has several values with several runs each that tell {metric.name}."
        return body
    told = [f"{row[0]} ({row[1]} %)" for row in body.rows[:3]]
    body.headline = f"Most of the differences in {metric.name} go with {told[0]}"
    body.headline += f", then {' and '.join(told[1:])}" if len(told) > 1 else ""
    body.notes = [
        "share of the variance: between the means of a parameter's values, of all in the finished runs"
        " that tell it; runs differ in several parameters at once, so it need not be the cause, and the"
        " shares do not add up",
        f"of {plural(len(varying), 'parameter')} that vary, those with {FEWEST} runs a value or more",
    ]
    return body


def _share(
    column: Column, metric: Column, query: About, ask: Ask
) -> tuple[str, float, int, int, str, float, str, float] | None:
    """A parameter's row; None where its values have too few runs, or the metric does not differ."""
    ended = In(STATE, FINISHED)
    where = both(query.where, Not(Missing(column.key)), Not(Missing(metric.key)), ended)
    mean = Agg("mean", metric.key)
    shown = (Agg("count", metric.key), mean, Agg("std", metric.key))
    down = metric.direction == "higher"
    told = ask(Select(shown, where, (column.key,), order=(Order(mean, down),))).rows
    groups = [
        (value, int(str(count)), float(str(own)), float(str(spread or 0)))
        for value, count, own, spread in told
        if own is not None
    ]
    total = sum(count for _, count, *_ in groups)
    if len(groups) < 2 or total < FEWEST * len(groups):
        return None
    middle = sum(count * own for _, count, own, _ in groups) / total
    between = sum(count * (own - middle) ** 2 for _, count, own, _ in groups)
    within = sum((count - 1) * spread**2 for _, count, _, spread in groups)
    if not between + within or between / (between + within) < LEAST:
        return None
    (best, _, good, _), (worst, _, bad, _) = groups[0], groups[-1]
    percent = round(100 * between / (between + within), 1)
    return column.name, percent, len(groups), total, said(best), _plain(good), said(worst), _plain(bad)


def _plain(mean: float) -> float:
    """A mean to six digits."""
    return float(f"{mean:.6g}")
