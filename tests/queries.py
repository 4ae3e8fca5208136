"""Queries made up over a catalog, for properties: every one of them asks what the history could answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from nlq.columns import NUMERIC
from nlq.query import (
    Agg,
    Between,
    Col,
    Compare,
    Condition,
    In,
    Missing,
    Order,
    Query,
    Select,
    Share,
    Side,
    Test,
    Tried,
    Values,
    both,
)
from store.catalog import Catalog, Column

__all__ = ["any_query", "conditions", "sayable"]


def conditions(catalog: Catalog) -> st.SearchStrategy[Condition]:
    """A column against its own values, a number, a list, or nothing."""
    texts = [c for c in catalog.columns if c.type == "text" and c.kind == "param" and 1 < c.distinct < 20]
    numbers = [c for c in catalog.columns if c.type in NUMERIC and c.count > 2 and c.low != c.high]
    kinds: list[st.SearchStrategy[Condition]] = [st.sampled_from(numbers).flatmap(_number)]
    if texts:
        kinds.append(st.sampled_from(texts).flatmap(_cell))
    kinds.append(st.sampled_from([c for c in catalog.columns if c.kind == "param"]).map(_missing))
    return st.one_of(kinds)


def _number(column: Column) -> st.SearchStrategy[Condition]:
    assert isinstance(column.low, (int, float)) and isinstance(column.high, (int, float))
    whole = column.type == "integer"
    value: st.SearchStrategy[Any] = st.integers(int(column.low), int(column.high))
    if not whole:
        value = st.floats(column.low, column.high).map(lambda number: float(f"{number:.3g}"))
    tests = st.builds(Test, st.just(column.key), st.sampled_from(["=", "<", "<=", ">", ">="]), value)
    spans = st.tuples(value, value).map(lambda ends: Between(column.key, min(ends), max(ends)))
    return st.one_of(tests, spans)


def _cell(column: Column) -> st.SearchStrategy[Condition]:
    cells = st.sampled_from([str(value) for value in column.values])
    lists = st.lists(cells, min_size=2, max_size=3, unique=True)
    return st.one_of(
        cells.map(lambda cell: Test(column.key, "=", cell)),
        lists.map(lambda several: In(column.key, tuple(several))),
    )


def _missing(column: Column) -> Condition:
    return Missing(column.key)


def _some(values: Sequence[Column], most: int) -> st.SearchStrategy[list[Column]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)


def sayable(catalog: Catalog) -> st.SearchStrategy[Query]:
    """Queries that have one plain sentence."""
    where = st.one_of(st.none(), conditions(catalog))
    params = [c for c in catalog.columns if c.kind == "param" and c.type != "bool" and c.distinct > 1]
    metrics = [c for c in catalog.columns if c.kind == "metric" and c.type in NUMERIC and c.direction]
    metric, param = st.sampled_from(metrics), st.sampled_from(params)
    lists = st.builds(lambda shown, w: Select(_cols(shown), w), _some(metrics, 2), where)
    ranked = st.builds(
        lambda by, down, count, w: Select((), w, order=(Order(Col(by.key), down, best=True),), limit=count),
        metric, st.booleans(), st.integers(1, 5), where,
    )  # fmt: skip
    grouped = st.builds(
        lambda function, of, by, w: Select((Agg(function, of.key),), w, (by.key,)),
        st.sampled_from(["mean", "median", "min", "max", "sum"]), metric, param, where,
    )  # fmt: skip
    counted = st.builds(lambda w: Select((Agg("count"),), w), conditions(catalog))
    values = st.builds(lambda columns, w: Values(tuple(c.key for c in columns), w), _some(params, 2), where)
    tried = conditions(catalog).map(Tried)
    return st.one_of(lists, ranked, grouped, counted, values, tried, _comparisons(catalog))


def _comparisons(catalog: Catalog) -> st.SearchStrategy[Query]:
    run = catalog.role("run")
    assert run is not None
    names = [name for name in run.values if list(run.values).count(name) == 1]
    sides = st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)
    return sides.map(lambda pair: Compare(tuple(Side(Test(run.key, "=", str(name))) for name in pair)))


def _cols(columns: Sequence[Column]) -> tuple[Col, ...]:
    return tuple(Col(column.key) for column in columns)


def any_query(catalog: Catalog) -> st.SearchStrategy[Query]:
    """The same, and what nobody would say so."""
    several = st.lists(conditions(catalog), max_size=3).map(lambda parts: both(*parts))
    shares = st.builds(Share, conditions(catalog), several)
    wide = st.builds(
        lambda w, limit, offset, every: Select((), w, limit=limit, offset=offset, every=every),
        several, st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 3), st.booleans(),
    )  # fmt: skip
    return st.one_of(sayable(catalog), shares, wide)
