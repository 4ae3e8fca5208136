"""Aggregates: over all runs, by groups, by the values of a column, as a share."""

from __future__ import annotations

from typing import TypeGuard

from nlq.columns import best_of, main_metric
from nlq.query import Agg, Col, Having, Item, Select, Share, Values
from nlq.sql.conditions import clause, condition_sql
from nlq.sql.expressions import FINISHED_ONLY, best_of_run, grouped, item_sql, label, order_sql
from nlq.sql.rows import limits, within
from nlq.sql.statement import Statement
from nlq.states import counts_all
from store.catalog import Catalog
from store.engines.duckdb import quote
from store.records import Value

__all__ = ["group_rows", "share_row", "value_rows"]


def group_rows(query: Select, catalog: Catalog) -> Statement:
    """One row a group, or one for all; groups without a value of the column come last."""
    params: list[Value] = []
    items, every = _items(query), counts_all(query, catalog)
    names = ", ".join(f"{_item(item, catalog, every, params)} AS {quote(label(item))}" for item in items)
    where = [condition_sql(query.where, catalog, params)] if query.where is not None else []
    if query.per:
        where += [f"{grouped(key)} IS NOT NULL" for key in query.group]
    text = f"SELECT {names} FROM runs{clause(where)}"
    if query.group:
        # A share is of all groups, also of those that are not kept: HAVING would count without them.
        kept = "QUALIFY" if any(_is_share(item) and not item.part for item in query.show) else "HAVING"
        keys = [grouped(key) for key in query.group]
        text += f" GROUP BY {', '.join(keys)}"
        if query.having:
            text += f" {kept} " + " AND ".join(_having(one, catalog, every, params) for one in query.having)
        order = [order_sql(one, catalog) for one in query.order]
        ranked = [*order, *(f"{key} NULLS LAST" for key in keys)]
        if query.per:
            joined = bool(query.having) and kept == "QUALIFY"
            text += within(query, grouped(query.per), ", ".join(ranked), joined=joined)
            text += f" ORDER BY {', '.join([grouped(query.per), *ranked])}"
        else:
            text += f" ORDER BY {', '.join(ranked)}{limits(query)}"
    return Statement(text, tuple(params), tuple(items))


def _is_share(item: Item) -> TypeGuard[Agg]:
    return isinstance(item, Agg) and item.function == "share"


def _item(item: Item, catalog: Catalog, every: bool, params: list[Value]) -> str:
    """An item in the list of what is selected; a share in percent, to a hundredth."""
    if not _is_share(item):
        return item_sql(item, catalog, every=every)
    if item.part is None:
        return "round(100.0 * count(*) / sum(count(*)) OVER (), 2)"
    part = condition_sql(item.part, catalog, params)
    return f"round(100.0 * count(*) FILTER (WHERE {part}) / count(*), 2)"


def _items(query: Select) -> list[Item]:
    """The groups, what is shown of them, and what they are sorted and kept by."""
    wanted: list[Item] = [Col(key) for key in query.group]
    wanted += query.show
    wanted += [one.by for one in query.order if isinstance(one.by, Agg)]
    wanted += [having.item for having in query.having]
    return list(dict.fromkeys(wanted))


def _having(having: Having, catalog: Catalog, every: bool, params: list[Value]) -> str:
    item = _item(having.item, catalog, every, params)
    params.append(having.value)
    return f"{item} {'<>' if having.op == '!=' else having.op} ?"


def value_rows(key: str, query: Values, catalog: Catalog) -> Statement:
    """Each value of a column with its count, how many meet `part`, the main metric's best, and its runs.

    Where no run of a value finished, the number of those that did not is told.
    """
    params: list[Value] = []
    name = quote(key)
    items: list[Item | None] = [Col(key), Agg("count")]
    names = [name, "count(*)"]
    if query.part is not None:
        names.append(f"count(*) FILTER (WHERE {condition_sql(query.part, catalog, params)})")
        items.append(None)
    where = [f"{name} IS NOT NULL"]
    if query.where is not None:
        where.append(condition_sql(query.where, catalog, params))
    if (metric := main_metric(catalog)) is not None:
        best = best_of(metric)
        end = f"{best.function}({best_of_run(metric)})"
        names.append(f"coalesce({end} FILTER (WHERE {FINISHED_ONLY}), {end})")
        items.append(best)
    if (run := catalog.role("run")) is not None:
        names.append(f"list({quote(run.key)} ORDER BY _row)")
        items.append(Col(run.key))
    text = f"SELECT {', '.join(names)} FROM runs{clause(where)} GROUP BY {name} ORDER BY {name}"
    return Statement(text, tuple(params), tuple(items))


def share_row(query: Share, catalog: Catalog) -> Statement:
    """How many runs meet the part, and how many there are."""
    params: list[Value] = []
    part = condition_sql(query.part, catalog, params)
    where = [condition_sql(query.where, catalog, params)] if query.where is not None else []
    text = f"SELECT count(*) FILTER (WHERE {part}), count(*) FROM runs{clause(where)}"
    return Statement(text, tuple(params), (None, None))
