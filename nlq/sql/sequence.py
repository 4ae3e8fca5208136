"""Runs in the order of the history: the change from each to the next, and streaks of a condition."""

from __future__ import annotations

from nlq.columns import along
from nlq.keys import ROW
from nlq.lexicon import prose_columns
from nlq.query import Col, Moves, Order, Streak
from nlq.sql.conditions import clause, condition_sql
from nlq.sql.expressions import FINISHED_ONLY, turn, value_of
from nlq.sql.statement import Statement
from nlq.states import names_state
from store.catalog import Catalog, Column
from store.engines.duckdb import quote
from store.records import Value

__all__ = ["move_rows", "streak_rows"]


def move_rows(query: Moves, catalog: Catalog) -> Statement:
    """`_row` of each run but the first, its name, value, change, and the name and value of the one before.

    The last cell is what people wrote of the run, where the history has such a column.
    """
    params: list[Value] = []
    column = catalog.column(query.key)
    name, value = _name(catalog), value_of(column)
    where = [condition_sql(query.where, catalog, params)] if query.where is not None else []
    where.append(f"{value} IS NOT NULL")
    if catalog.tells_state and not names_state(query.where, catalog):
        where.append(FINISHED_ONLY)
    prose = prose_columns(catalog)[:1]
    if query.which == "record":
        return _record_rows(column, where, params, catalog)
    parts = [
        ROW, f"{name} AS name", f"{value} AS value", f"{value} - lag({value}) OVER along AS change",
        f"lag({name}) OVER along AS before", f"lag({value}) OVER along AS was",
        "row_number() OVER along AS place",
        *(f"{quote(one.key)} AS said" for one in prose),
    ]  # fmt: skip
    moved = f"SELECT {', '.join(parts)} FROM runs{clause(where)} WINDOW along AS (ORDER BY {_along(catalog)})"
    shown = [ROW, "name", "value", "change", "before", "was", *(["said"] if prose else [])]
    text = f"SELECT {', '.join(shown)} FROM ({moved}) WHERE change IS NOT NULL"
    rises = {"max": True, "min": False, "best": column.direction == "higher"}
    rises["worst"] = not rises["best"]
    if query.which:
        text += f" AND change {'>' if rises[query.which] else '<'} 0"
        text += f" ORDER BY change {'DESC' if rises[query.which] else 'ASC'}, place"
    else:
        text += " ORDER BY place"
    text += f" LIMIT {query.limit}" if query.limit is not None else ""
    items = tuple(Col(f"#{part}") for part in shown)
    return Statement(text, tuple(params), items)


def _record_rows(column: Column, where: list[str], params: list[Value], catalog: Catalog) -> Statement:
    """The same of each run that is better than all before it, and its place among how many."""
    name, value, best = _name(catalog), value_of(column), "max" if column.direction == "higher" else "min"
    prose = prose_columns(catalog)[:1]
    parts = [
        ROW, f"{name} AS name", f"{value} AS value", f"{best}({value}) OVER until AS was",
        f"arg_{best}({name}, {value}) OVER until AS before", "row_number() OVER along AS place",
        "count(*) OVER () AS total", *(f"{quote(one.key)} AS said" for one in prose),
    ]  # fmt: skip
    along = f"ORDER BY {_along(catalog)}"
    until = f"{along} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    told = f"SELECT {', '.join(parts)} FROM runs{clause(where)} WINDOW along AS ({along}), until AS ({until})"
    shown = [ROW, "name", "value", "change", "before", "was", *(["said"] if prose else []), "place", "total"]
    names = ", ".join("value - was AS change" if one == "change" else one for one in shown)
    better = ">" if best == "max" else "<"
    text = f"SELECT {names} FROM ({told}) WHERE was IS NULL OR value {better} was ORDER BY place"
    return Statement(text, tuple(params), tuple(Col(f"#{part}") for part in shown))


def streak_rows(query: Streak, catalog: Catalog) -> Statement:
    """One row a streak: its length, the names of its first and last run, and of the run before it."""
    params: list[Value] = []
    part = condition_sql(query.part, catalog, params)
    where = [condition_sql(query.where, catalog, params)] if query.where is not None else []
    end = "last = (SELECT max(place) FROM marked)"
    longest = "length = (SELECT max(length) FROM streaks)"
    text = f"""\
WITH marked AS (
  SELECT {_name(catalog)} AS name, row_number() OVER (ORDER BY {_along(catalog)}) AS place,
    coalesce({part}, false) AS holds
  FROM runs{clause(where)}
), streaks AS (
  SELECT count(*) AS length, min(place) AS first, max(place) AS last
  FROM (SELECT place, place - row_number() OVER (ORDER BY place) AS island FROM marked WHERE holds)
  GROUP BY island
)
SELECT length, one.name, other.name, before.name
FROM streaks JOIN marked AS one ON one.place = first JOIN marked AS other ON other.place = last
  LEFT JOIN marked AS before ON before.place = first - 1
WHERE {end if query.which == "current" else longest} ORDER BY first"""
    items = tuple(Col(key) for key in ("#length", "#first", "#last", "#before"))
    return Statement(text, tuple(params), items)


def _name(catalog: Catalog) -> str:
    run = catalog.role("run")
    return quote(run.key) if run is not None else ROW


def _along(catalog: Catalog) -> str:
    date = along(catalog)
    return ROW if date is None else f"{quote(date.key)}, {turn((Order(Col(date.key)),), catalog)}"
