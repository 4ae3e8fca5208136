"""Rows of runs: lists, ranked lists, the sides of a comparison."""

from __future__ import annotations

from nlq.keys import ROW, STATE, best_key, column_of, has_best, keys_in, step_key
from nlq.query import Among, Col, Condition, Item, Select, Side, Whether, both, conditions
from nlq.sql.among import twins
from nlq.sql.conditions import clause, condition_sql
from nlq.sql.expressions import FINISHED_ONLY, direction, order_sql, sorted_by, turn
from nlq.sql.statement import Statement
from nlq.states import counts_all
from nlq.view import default_columns
from store.catalog import MINUS, Catalog, Column
from store.engines.duckdb import quote
from store.records import Value

__all__ = ["SIDE", "first_rows", "limits", "list_rows", "side_rows", "within"]

SIDE = 500
"""A side of a comparison with more runs than this is told from aggregates: its rows are not fetched."""


def list_rows(query: Select, catalog: Catalog, *, full: bool = False) -> Statement:
    """Rows with `_row` first; different rows without it. `full` shows every column."""
    columns = list(catalog.columns) if full else _with_bests(_shown(query, catalog), query, catalog)
    if query.distinct:
        return _different_rows(query, columns, catalog)
    params: list[Value] = []
    names = ", ".join([ROW, *(quote(column.key) for column in columns)])
    text = f"SELECT {names} FROM runs{clause(_conditions(query, catalog, params))}"
    alike = [one for one in conditions(query.where) if isinstance(one, Among) and one.what == "alike"]
    together = [f"min({ROW}) OVER ({twins(one.keys)})" for one in alike if not query.order]
    keys = [*together, *(order_sql(one, catalog) for one in query.order), turn(query.order, catalog)]
    ranked = ", ".join(keys)
    if query.per:
        text += f"{within(query, quote(query.per), ranked)} ORDER BY {quote(query.per)}, {ranked}"
    else:
        text += f" ORDER BY {ranked}{limits(query)}"
    return Statement(text, tuple(params), (None, *(Col(column.key) for column in columns)))


def first_rows(query: Whether) -> Select:
    """The runs that a yes or no is asked of, with what they are ranked by and asked for."""
    asked = (key for key in keys_in(query.part) if key != ROW)
    keys = dict.fromkeys((*(one.by.key for one in query.order if one.by.key != ROW), *asked))
    return Select(tuple(map(Col, keys)), query.where, order=query.order, limit=query.limit)


def _different_rows(query: Select, columns: list[Column], catalog: Catalog) -> Statement:
    """Each combination of values once, where it first stands."""
    params: list[Value] = []
    shown = [quote(column.key) for column in columns]
    names = ", ".join(shown)
    keys = [(sorted_by(one, catalog), direction(one)) for one in query.order]
    order = [f"{key if key in shown else f'min({key})'} {end}" for key, end in keys]
    where = clause(_conditions(query, catalog, params))
    text = f"SELECT {names} FROM runs{where} GROUP BY {names} ORDER BY {', '.join([*order, f'min({ROW})'])}"
    items: tuple[Item | None, ...] = tuple(Col(column.key) for column in columns)
    return Statement(text + limits(query), tuple(params), items)


def _shown(query: Select, catalog: Catalog) -> list[Column]:
    if not query.show:
        return default_columns(query, catalog)
    columns = [column_of(catalog, item.key) for item in query.show if isinstance(item, Col)]
    run = catalog.role("run")
    if run and run not in columns and not query.distinct:
        columns.insert(0, run)
    return columns


def _with_bests(columns: list[Column], query: Select, catalog: Catalog) -> list[Column]:
    """Before the last value of a metric that runs are ranked by, the best by step and its step."""
    ranked = [one.by.key for one in query.order if one.best]
    found: list[Column] = []
    for column in columns:
        if column.key in ranked and has_best(column) and not query.distinct:
            found += [column_of(catalog, best_key(column.key)), column_of(catalog, step_key(column.key))]
        found.append(column)
    return found


def _conditions(query: Select, catalog: Catalog, params: list[Value]) -> list[str]:
    """What is asked for, of rows that can be ranked; of the best only those whose numbers stand."""
    parts = [condition_sql(query.where, catalog, params)] if query.where is not None else []
    if query.per:
        parts.append(f"{quote(query.per)} IS NOT NULL")
    best = [one for one in query.order if one.best and isinstance(one.by, Col)]
    cut = [one for one in query.order if query.limit is not None and one.by.key != ROW]
    parts += [f"{sorted_by(one, catalog)} IS NOT NULL" for one in (*best, *cut) if isinstance(one.by, Col)]
    if best and not counts_all(query, catalog):
        parts.append(FINISHED_ONLY)
    return parts


def within(query: Select, per: str, ranked: str, *, joined: bool = False) -> str:
    """The limit within each value of an expression; `joined` to a QUALIFY that stands before it."""
    last = (query.limit or 1) + query.offset
    rank = f"row_number() OVER (PARTITION BY {per} ORDER BY {ranked})"
    return f" {'AND' if joined else 'QUALIFY'} {rank} > {query.offset} AND {rank} <= {last}"


def limits(query: Select) -> str:
    """LIMIT and OFFSET; "" where all rows are wanted."""
    text = f" LIMIT {query.limit}" if query.limit is not None else ""
    return text + (f" OFFSET {query.offset}" if query.offset else "")


def side_rows(side: Side, where: Condition | None, catalog: Catalog, keys: tuple[str, ...] = ()) -> Statement:
    """The runs of one side of a comparison: `_row`, `_state`, every column; of many one more than `SIDE`.

    Args:
        keys: what is compared, which may be the difference of two columns.
    """
    ranks = [one.by.key for one in side.order if isinstance(one.by, Col) and one.by.key.startswith("#")]
    order = tuple(one for one in side.order if one.by.key not in ranks)
    gaps = (Col(key) for key in keys if MINUS in key)
    shown = (Col(STATE), *(Col(column.key) for column in catalog.columns), *gaps)
    return list_rows(
        Select(
            shown, both(side.where, where), order=order,
            limit=1 if order else SIDE + 1, offset=int(ranks[0][1:]) if ranks else 0,
        ), catalog,
    )  # fmt: skip
