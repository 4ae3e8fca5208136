"""Superlatives: which run it is, and of how many."""

from __future__ import annotations

from nlq.columns import DATES
from nlq.keys import ROW, STATE, has_best
from nlq.query import Agg, Col, Condition, In, Order, Select, both
from nlq.states import FINISHED, names_state
from nlq.tell.beside import kept_best, ties, undated
from nlq.tell.bests import best_cell, best_said, without_history
from nlq.tell.common import Ask, Body, by_state, outcomes, run_name
from nlq.tell.phrases import count_of, plural, said, with_condition
from store.catalog import Catalog, Column
from store.history import History, Rows

__all__ = ["best_told", "none_told"]

_PLACES = ("", "second ", "third ", "fourth ")


def best_told(body: Body, query: Select, ids: list[int], result: Rows, history: History, ask: Ask) -> None:
    """Tell the headline of a superlative, and the runs that were left out of it."""
    catalog = history.catalog
    one = query.order[-1]
    finished_only = one.best and not query.every and not names_state(query.where, catalog)
    single = query.limit == 1 and not query.per
    counted = finished_only or (single and bool(body.rows))
    finished, others = outcomes(by_state(query.where, history, ask) if counted else {})
    if finished_only:
        body.left_out = others
    if not body.rows:
        body.headline = _unmeasured(query, history, ask) or none_told(query, history)
        return
    if one.by.key == ROW or not isinstance(one.by, Col):
        end = "last" if one.descending else "first"
        first = f"{_first_name(ids, result, history)}: the {end} in the file"
        several = f"{plural(len(body.rows), catalog.nouns[0])}, the {end} in the file"
        body.headline = first if len(body.rows) == 1 else several
        body.notes += undated(history)
        return
    column = catalog.column(one.by.key)
    where = with_condition(query.where, catalog)
    if one.best:
        body.notes += without_history(_ranked(query, finished_only, catalog), column, history, ask)
    if not single:
        per = f" for each {catalog.column(query.per).name}" if query.per else ""
        by_step = " (the best of each run by step)" if one.best and has_best(column) else ""
        told = f"by {_end(one, column)} {column.name}{by_step}{per}{where}"
        body.headline = f"{plural(len(body.rows), catalog.nouns[0])} {told}"
        return
    pool = finished if finished_only else finished + sum(others.values())
    noun = catalog.nouns[0]
    runs = plural(pool, f"finished {noun}" if finished_only and catalog.tells_state else noun)
    if column.count < pool:
        ranked = Select((Agg("count", column.key),), _ranked(query, finished_only, catalog), every=True)
        measured = count_of(ask(ranked).rows[0][0])
        runs = f"{measured} that tell it, of {runs}" if 0 < measured < pool else runs
    cells = dict(zip(result.columns, result.rows[0], strict=True))
    place = _PLACES[query.offset] if query.offset < len(_PLACES) else f"{query.offset + 1}th "
    name = _first_name(ids, result, history)
    told = f"{best_said(cells, column)}, the {place}{_end(one, column)} of {runs}{where}"
    body.headline = f"{name}: {told}"
    if finished_only and ids:
        body.notes += kept_best(query, ids[0], column, history, ask)
        value = best_cell(cells, column)
        body.notes += ties(query, value, column, history, ask) if not query.offset else []
    elif ids and column.type in DATES and not query.offset:
        body.notes += ties(query, cells.get(column.key), column, history, ask)


def _ranked(query: Select, finished_only: bool, catalog: Catalog) -> Condition | None:
    """The runs that are ranked."""
    return both(query.where, In(STATE, FINISHED) if finished_only and catalog.tells_state else None)


def _unmeasured(query: Select, history: History, ask: Ask) -> str:
    """Where there are such runs, but none of them has what they would be ranked by."""
    by = query.order[-1].by
    if query.where is None or not isinstance(by, Col) or by.key == ROW or query.offset:
        return ""
    counted = Select((Agg("count"), Agg("count", by.key)), query.where, every=True)
    count, measured = map(count_of, ask(counted).rows[0])
    if measured:
        return ""  # of runs that did not finish
    noun = history.catalog.nouns[0]
    told = f"{with_condition(query.where, history.catalog)} has {history.catalog.column(by.key).name}."
    if count == 1:
        return f"The one {noun}{told.replace(' has ', ' has no ')}"
    return f"None of {count} {noun}s{told}" if count else ""


def none_told(query: Select, history: History) -> str:
    """The headline where no row is left."""
    noun = history.catalog.nouns[0]
    if query.where is None:
        return f"No {noun} has the numbers for this."
    return f"No {noun}{with_condition(query.where, history.catalog)}."


def _first_name(ids: list[int], result: Rows, history: History) -> str:
    """What the first row is called: its run's name as shown, else what its file calls it."""
    if not ids:
        return ", ".join(str(cell) for cell in result.rows[0])
    run = history.catalog.role("run")
    shown = dict(zip(result.columns, result.rows[0], strict=True)).get(run.key) if run else None
    return said(shown) if shown is not None else run_name(ids[0], history)


def _end(one: Order, column: Column) -> str:
    if column.type in ("date", "datetime"):
        return "latest" if one.descending else "earliest"
    return "highest" if one.descending else "lowest"
