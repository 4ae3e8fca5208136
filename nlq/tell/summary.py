"""A history at a glance: how many runs, how they ended, when, the best, what varies, what is still to try."""

from __future__ import annotations

from collections.abc import Iterator

from nlq.answer import Header
from nlq.columns import main_metric
from nlq.query import About, Col, Order, Select
from nlq.tell.bests import best_cell
from nlq.tell.common import Ask, Body, by_state
from nlq.tell.phrases import first_few, plural, said, with_condition
from nlq.view import names_run
from store.history import History

__all__ = ["summary_answer"]

NAMED = 10
"""Parameters that are named."""


def summary_answer(query: About, history: History, ask: Ask) -> Body:
    """Counts by state, the span of time, the best run, what varies, things to try."""
    catalog = history.catalog
    body = Body(columns=[Header("what"), Header("value")], answered=True)
    states = by_state(query.where, history, ask)
    total = sum(states.values())
    body.rows.append((f"{catalog.nouns[0]}s", str(total)))
    if catalog.tells_state:
        ended = sorted(states.items(), key=lambda one: -one[1])
        body.rows.append(("how they ended", ", ".join(f"{count} {state}" for state, count in ended)))
    date = catalog.role("date")
    if date is not None and date.low is not None and query.where is None:
        body.rows.append(("time", f"{said(date.low)} … {said(date.high)}"))
    body.rows += _best(query, history, ask)
    params = [c for c in catalog.columns if c.kind == "param" and not names_run(c)]
    varying = [c.name for c in params if c.distinct > 1]
    if varying:
        body.rows.append(("parameters that vary", first_few(varying, NAMED)))
    body.rows.append(("metrics", ", ".join(c.name for c in catalog.columns if c.kind == "metric")))
    if history.todos:
        ticked = sum(todo.done for todo in history.todos)
        body.rows.append(("things to try", f"{len(history.todos) - ticked} open, {ticked} ticked"))
    runs = f"{plural(total, catalog.nouns[0])}{with_condition(query.where, catalog)}"
    body.headline = f"{runs} in {plural(len(history.sources), 'file')}"
    return body


def _best(query: About, history: History, ask: Ask) -> Iterator[tuple[str, str]]:
    """The best run by the main metric."""
    metric, run = main_metric(history.catalog), history.catalog.role("run")
    if metric is None:
        return
    order = Order(Col(metric.key), metric.direction == "higher", best=True)
    shown = (Col(run.key), Col(metric.key)) if run else (Col(metric.key),)
    found = ask(Select(shown, query.where, order=(order,), limit=1))
    for row in found.rows:
        best = said(best_cell(dict(zip(found.columns, row, strict=True)), metric))
        yield f"best {metric.name}", f"{best} ({row[1]})" if run else best
