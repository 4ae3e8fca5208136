"""Yes or no, first of all: whether one side is better, a run the best, a change of any help."""

from __future__ import annotations

from nlq.columns import which_end
from nlq.keys import best_key, has_best, step_key
from nlq.query import Col, Compare, Order, Query, Select, Test
from nlq.resolve.draft import Polar
from nlq.tell.bests import best_said
from nlq.tell.common import Ask, Body
from nlq.tell.phrases import with_unit
from store.history import History

__all__ = ["whether"]

NAMED = 4
"""Parameters that are named as differing too."""


def whether(polar: Polar | None, query: Query, body: Body, history: History, ask: Ask) -> str:
    """The headline of an answer, with its yes or no where the question asks for one."""
    if polar is None:
        return body.headline
    if isinstance(query, Compare):
        return _of_sides(polar, body)
    if polar.metric:
        return _of_direction(polar, history)
    run = polar.run or _first(polar.first, history, ask)
    if isinstance(query, Select) and run and body.rows:
        return _of_run(run, query, body, history, ask)
    return body.headline


def _first(order: Order | None, history: History, ask: Ask) -> str:
    """The name of the run that an order puts first; "" where there is none."""
    run = history.catalog.role("run")
    if order is None or run is None:
        return ""
    found = ask(Select((Col(run.key),), order=(order,), limit=1))
    return str(found.rows[0][-1]) if found.rows else ""


def _of_sides(polar: Polar, body: Body) -> str:
    """Which of two groups is better is no more than that, where they differ in other things as well."""
    also = ""
    if body.apart:
        named = ", ".join(body.apart[:NAMED])
        more = f" and {len(body.apart) - NAMED} more" if len(body.apart) > NAMED else ""
        also = f"; they differ in {named}{more} too, so this alone need not be the cause"
    if body.winner is None:
        return f"{body.headline}{also}" if polar.effect else body.headline
    if polar.which:
        return f"{body.headline}{also}"
    if polar.effect and body.kept is not None and len(body.columns) == 5:
        kept, tried = body.kept  # each run builds on the one before: the means of such groups say little
        said = "No" if not kept else "Yes" if kept == tried else "At times"
        return f"{said}: {kept or 'none'} of {tried} with {body.columns[1].name} kept"
    yes = (body.winner == 0) != polar.worse
    if not polar.effect:
        return f"{'Yes' if yes else 'No'}: {body.headline}"
    said = ("Perhaps" if yes else "Perhaps not") if also else ("Yes" if yes else "No")
    return f"{said}: {body.headline}{also}"


def _of_direction(polar: Polar, history: History) -> str:
    """ "Is lower loss better"."""
    column = history.catalog.column(polar.metric)
    if not column.direction:
        return f"Whether high or low {column.name} is better is not known."
    yes = column.direction == ("higher" if polar.worse else "lower")
    if polar.which:
        return f"{column.name}: {which_end(column)}"
    told = f"of {column.name}, {which_end(column)}"
    return f"{'Yes' if yes else 'No'}: {told}"


def _of_run(name: str, query: Select, body: Body, history: History, ask: Ask) -> str:
    """ "Is exp-003 the best": yes, or no with the one that is and the value of the run asked about."""
    run = history.catalog.role("run")
    assert run is not None
    shown = next((at for at, head in enumerate(body.columns) if head.name == run.name), 0)
    if str(body.rows[0][shown]) == name:
        return f"Yes: {body.headline}"
    column = history.catalog.column(query.order[-1].by.key)
    keys = (best_key(column.key), step_key(column.key)) if has_best(column) else ()
    found = ask(Select(tuple(map(Col, (*keys, column.key))), Test(run.key, "=", name)))
    cells = dict(zip(found.columns, found.rows[0], strict=True)) if found.rows else {}
    own = f"{name} has no {column.name}"
    if cells.get(column.key) is not None:
        said = best_said(cells, column) if keys else with_unit(cells[column.key], column.unit)
        own = f"{name} has {said}"
    return f"No: {body.headline}; {own}"
