"""Runs by their place among the others: near the best, in the best share, on a front, alike, the last few."""

from __future__ import annotations

from collections.abc import Callable

from nlq.keys import ROW
from nlq.query import Among, Col, Order
from nlq.sql.expressions import FINISHED_ONLY, best_of_run, order_sql, turn
from store.catalog import Catalog, Column
from store.engines.duckdb import quote

__all__ = ["among_sql", "twins"]


def among_sql(where: Among, catalog: Catalog, beside: Callable[[], str]) -> str:
    """A condition on the place of a run.

    Args:
        beside: gives the SQL of the conditions that stand beside it, "" for none, and binds its values anew.
    """
    beside = (lambda: "") if where.of_all else beside
    if where.what == "near":
        return _near(where, catalog.column(where.keys[0]))
    if where.what == "alike":
        inner = f"SELECT {ROW}, count(*) OVER ({twins(where.keys)}) AS many FROM runs{_where(beside())}"
        return f"({ROW} IN (SELECT {ROW} FROM ({inner}) WHERE many > 1))"
    if where.what == "share":
        value = best_of_run(catalog.column(where.keys[0]))
        down = (catalog.column(where.keys[0]).direction == "higher") != where.worst
        place = f"row_number() OVER (ORDER BY {value} {'DESC' if down else 'ASC'}, {ROW})"
        told = _where(FINISHED_ONLY, f"{value} IS NOT NULL", beside())
        inner = f"SELECT {ROW}, {place} AS place, count(*) OVER () AS many FROM runs{told}"
        return f"({ROW} IN (SELECT {ROW} FROM ({inner}) WHERE place <= ceil(many * {where.amount!r} / 100)))"
    if where.what == "last":
        order = (Order(Col(where.keys[0]), descending=not where.worst),)
        place = f"row_number() OVER (ORDER BY {order_sql(order[0], catalog)}, {turn(order, catalog)})"
        inner = f"SELECT {ROW}, {place} AS place FROM runs{_where(beside())}"
        return f"({ROW} IN (SELECT {ROW} FROM ({inner}) WHERE place <= {where.amount!r}))"
    return _front(where, catalog, beside())


def twins(keys: tuple[str, ...]) -> str:
    """What runs are alike by, as the window of a function."""
    return f"PARTITION BY {', '.join(map(quote, keys))}"


def _where(*parts: str) -> str:
    told = " AND ".join(part for part in parts if part)
    return f" WHERE {told}" if told else ""


def _near(where: Among, column: Column) -> str:
    value, high = best_of_run(column), column.direction == "higher"
    best = f"(SELECT {'max' if high else 'min'}({value}) FROM runs WHERE {FINISHED_ONLY})"
    margin = f"abs({best}) * {where.amount!r} / 100" if where.percent else repr(where.amount)
    slack = f"1e-12 + 1e-9 * abs({best})"  # 0.31 - 0.3 is a little more than 0.01
    far = f"{best} - {value}" if high else f"{value} - {best}"
    return f"({far} <= {margin} + {slack} AND {FINISHED_ONLY})"


def _front(where: Among, catalog: Catalog, beside: str) -> str:
    """Of two metrics: one pass in the order of the first, with the best of the second until there."""
    first, second = (_falling(catalog.column(key)) for key in where.keys)
    told = _where(FINISHED_ONLY, f"{first} IS NOT NULL", f"{second} IS NOT NULL", beside)
    upto = f"min({second}) OVER (ORDER BY {first} RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    inner = (
        f"SELECT {ROW}, {second} AS own, {upto}) AS so_far, {upto} EXCLUDE GROUP) AS before FROM runs{told}"
    )
    met = "own = so_far AND (before IS NULL OR own < before)"
    return f"({ROW} IN (SELECT {ROW} FROM ({inner}) WHERE {met}))"


def _falling(column: Column) -> str:
    """A metric of which less is better."""
    value = best_of_run(column)
    return f"-({value})" if column.direction == "higher" else value
