"""Values by step → SQL over the table `points`: one row a run, or the points of a course.

    chosen   the runs that are asked about
    logged   their values of one metric, within the steps that are looked at
    told     what is worked out of them, a row a run

A value that is no number, and a metric's sentinel, is never the best, reaches nothing and has no part in a
mean. Ties are the first step's.

By epoch, what stands for a step is what was logged for it as its epoch: a value whose step tells none is left
out. One epoch has many values: those of it are in the order of their steps (`own`), and the last stands for
it where one is asked for.
"""

from __future__ import annotations

from nlq.keys import ROW, STATE
from nlq.query import Col, Steps
from nlq.sql.conditions import clause, condition_sql
from nlq.sql.statement import Statement
from store.catalog import Catalog
from store.engines.duckdb import quote
from store.records import Value

__all__ = ["COURSE", "FEWEST", "chosen_rows", "step_rows"]

COURSE = 24
"""The points of a course that are told, of all its runs together; of each run `FEWEST` at least."""

FEWEST = 3

_POINT = "struct_pack(s := step, v := value, t := time, o := own)"
_WHEN = "CASE WHEN {0} BETWEEN 1e8 AND 1e11 THEN make_timestamp(1000000 * CAST(floor({0}) AS BIGINT)) END"


def step_rows(key: str, query: Steps, catalog: Catalog) -> list[Statement]:
    """The statements of one metric; of a course its points, then its numbers and whether it goes on."""
    if query.what == "course":
        parts = [_course(key, query, catalog), _span(key, query, catalog)]
        return [*parts, _improving(key, query, catalog)] if query.every is None else parts
    return [_OF[query.what](key, query, catalog)]


def chosen_rows(query: Steps, catalog: Catalog) -> Statement | None:
    """The runs whose values by step are read; None for all."""
    if query.where is None:
        return None
    params: list[Value] = []
    where = clause([condition_sql(query.where, catalog, params)])
    return Statement(f"SELECT {ROW} FROM runs{where}", tuple(params))


# -- what they share


def _head(key: str, query: Steps, catalog: Catalog, params: list[Value]) -> str:
    """`chosen` and `logged`."""
    run = catalog.role("run")
    where = [condition_sql(query.where, catalog, params)] if query.where is not None else []
    name = quote(run.key) if run else "NULL"
    logged = _within(key, query, params, f"SELECT points.*, {'own' if query.axis else 'step AS own'}")
    if query.last is not None:  # a window over ten million values takes twice the memory
        top = _within(key, query, params, f"SELECT {ROW}, max(step) AS top")
        logged = (
            f"SELECT l.* FROM ({logged}) AS l JOIN ({top} GROUP BY {ROW}) USING ({ROW}) WHERE step > top - ?"
        )
        params.append(query.last)
    chosen = f"SELECT {ROW}, {STATE}, {name} AS name FROM runs{clause(where)}"
    return f"WITH chosen AS ({chosen}), logged AS NOT MATERIALIZED ({logged})"  # a copy of every value else


def _within(key: str, query: Steps, params: list[Value], select: str) -> str:
    """The values of a metric within the steps that are looked at."""
    table = "points"
    if query.axis:
        table = _BY_EPOCH
        params.append(query.axis)
    params.append(key)
    span = ["metric = ?"]
    for bound, op in ((query.low, ">="), (query.high, "<=")):
        if bound is not None:
            span.append(f"step {op} ?")
            params.append(bound)
    return f"{select} FROM {table} SEMI JOIN chosen USING ({ROW}){clause(span)}"


_BY_EPOCH = (
    f"(SELECT l.{ROW}, l.metric, e.value AS step, l.time, l.value, l.step AS own FROM points AS l JOIN points"
    f" AS e ON e.{ROW} = l.{ROW} AND e.step = l.step WHERE e.metric = ? AND isfinite(e.value)) AS points"
)


def _stands(key: str, catalog: Catalog) -> str:
    """Whether a value is a number, and none that stands for "not measured"."""
    sentinel = catalog.column(key).sentinel
    return "isfinite(value)" if sentinel is None else f"(isfinite(value) AND value <> {sentinel!r})"


def _best(query: Steps) -> str:
    """The best point, the first of equals."""
    end = "arg_max({0}, (value, -own))" if query.descending else "arg_min({0}, (value, own))"
    return end.format(_POINT)


def _statement(
    head: str, told: str, columns: dict[str, str], params: list[Value], tail: str = f" ORDER BY {ROW}"
) -> Statement:
    """One row a run: its number, state and name, then the columns by the name they are told under."""
    names = ", ".join(f"{sql} AS {quote(name)}" for name, sql in columns.items())
    text = (
        f"{head}, told AS ({told}) SELECT {ROW}, {STATE}, name, {names} "
        f"FROM chosen LEFT JOIN told USING ({ROW}){tail}"
    )
    return Statement(text, tuple(params), (None, None, Col("name"), *map(Col, columns)))


# -- one row a run


def _at(key: str, query: Steps, catalog: Catalog) -> Statement:
    """The value at a step; where there is none, those logged next to it."""
    params: list[Value] = []
    head = _head(key, query, catalog, params)
    if query.at is None:
        told = f"SELECT {ROW}, arg_max({_POINT}, own) AS p FROM logged GROUP BY {ROW}"
        columns = {"step": "p.s", "value": "p.v", "when": _WHEN.format("p.t")}
    else:
        told = (
            f"SELECT {ROW}, arg_max({_POINT}, own) FILTER (step = ?) AS p, "
            f"arg_max({_POINT}, own) FILTER (step < ?) AS b, arg_min({_POINT}, own) FILTER (step > ?) AS a "
            f"FROM logged GROUP BY {ROW}"
        )
        params += [query.at] * 3
        columns = {"step": "p.s", "value": "p.v", "before": "b.s", "value before": "b.v",
                   "after": "a.s", "value after": "a.v"}  # fmt: skip
    stands = _stands(key, catalog).replace("value", "p.v")
    if query.value is not None:
        params.append(query.value)
        return _statement(head, told, columns, params, f" WHERE {stands} AND p.v {query.op} ? ORDER BY {ROW}")
    if query.limit is None:
        return _statement(head, told, columns, params)
    end = "DESC" if query.descending else "ASC"
    tail = f" WHERE {stands} ORDER BY p.v {end}, {ROW} LIMIT {query.limit}"
    return _statement(head, told, columns, params, tail)


def _best_point(key: str, query: Steps, catalog: Catalog) -> Statement:
    """The best point, and the last beside it."""
    params: list[Value] = []
    head = _head(key, query, catalog, params)
    told = (
        f"SELECT {ROW}, {_best(query)} FILTER ({_stands(key, catalog)}) AS p, "
        f"arg_max({_POINT}, own) AS z FROM logged GROUP BY {ROW}"
    )
    columns = {"step": "p.s", "value": "p.v", "when": _WHEN.format("p.t"), "last step": "z.s", "last": "z.v"}
    end = "DESC" if query.descending else "ASC"
    return _statement(head, told, columns, params, f" ORDER BY p.v {end} NULLS LAST, {ROW}")


def _reached(key: str, query: Steps, catalog: Catalog) -> Statement:
    """The first point at which a value was reached, how many seconds in; and the best point."""
    params: list[Value] = []
    head = _head(key, query, catalog, params)
    stands = _stands(key, catalog)
    told = (
        f"SELECT {ROW}, arg_min({_POINT}, own) FILTER ({stands} AND value {query.op} ?) AS p, "
        f"min(time) AS begun, {_best(query)} FILTER ({stands}) AS b FROM logged GROUP BY {ROW}"
    )
    params.append(query.value)
    took = "p.t - begun"
    columns = {"step": "p.s", "value": "p.v", "took": took, "when": _WHEN.format("p.t"),
               "best step": "b.s", "best": "b.v"}  # fmt: skip
    if query.limit is None:
        return _statement(head, told, columns, params, f" ORDER BY p.s NULLS LAST, {ROW}")
    order = [took, "p.s"] if query.timed else ["p.s", took]
    known = f" AND {took} IS NOT NULL" if query.timed else ""
    tail = (
        f" WHERE p IS NOT NULL{known} ORDER BY {order[0]}, {order[1]} NULLS LAST, {ROW} LIMIT {query.limit}"
    )
    return _statement(head, told, columns, params, tail)


def _span(key: str, query: Steps, catalog: Catalog) -> Statement:
    """The numbers of a span: its ends, its extremes, mean, median and spread."""
    params: list[Value] = []
    head = _head(key, query, catalog, params)
    stands = f"FILTER ({_stands(key, catalog)})"
    told = (
        f"SELECT {ROW}, count(*) AS n, arg_min({_POINT}, own) AS f, arg_max({_POINT}, own) AS z, "
        f"arg_min({_POINT}, (value, own)) {stands} AS l, arg_max({_POINT}, (value, -own)) {stands} AS h, "
        f"avg(value) {stands} AS mean, median(value) {stands} AS median, "
        f"stddev_samp(value) {stands} AS std FROM logged GROUP BY {ROW}"
    )
    columns = {
        "values": "coalesce(n, 0)", "first step": "f.s", "first": "f.v", "last step": "z.s", "last": "z.v",
        "min": "l.v", "min step": "l.s", "max": "h.v", "max step": "h.s", "mean": "mean",
        "median": "median", "std": "std",
    }  # fmt: skip
    return _statement(head, told, columns, params)


def _improving(key: str, query: Steps, catalog: Catalog) -> Statement:
    """The means of the last tenth of the values and of the tenth before, three values each at least."""
    params: list[Value] = []
    head = _head(key, query, catalog, params)
    head += (
        f", counted AS (SELECT {ROW}, count(*) AS n, greatest(3, count(*) // 10) AS w, {_best(query)} AS b "
        f"FROM logged WHERE {_stands(key, catalog)} GROUP BY {ROW}), "
        f"ranked AS NOT MATERIALIZED (SELECT {ROW}, step, own, value, row_number() OVER "
        f"(PARTITION BY {ROW} ORDER BY own DESC) AS r FROM logged WHERE {_stands(key, catalog)})"
    )
    told = (
        f"SELECT {ROW}, any_value(n) AS n, any_value(w) AS w, any_value(b) AS b, "
        "min(step) FILTER (r <= w) AS since, max(step) AS until, min(step) FILTER (r > w) AS before, "
        "avg(value) FILTER (r <= w) AS late, avg(value) FILTER (r > w) AS early, "
        "var_samp(value) FILTER (r <= w) AS late_var, var_samp(value) FILTER (r > w) AS early_var "
        f"FROM ranked JOIN counted USING ({ROW}) WHERE r <= 2 * w GROUP BY {ROW}"
    )
    columns = {
        "values": "coalesce(n, 0)", "window": "w", "before": "before", "since": "since", "until": "until",
        "mean before": "early", "mean": "late", "error": "sqrt((early_var + late_var) / w)",
        "best step": "b.s", "best": "b.v",
    }  # fmt: skip
    return _statement(head, told, columns, params)


def _diverged(key: str, query: Steps, catalog: Catalog) -> Statement:
    """The first value that is no number; else where it rose past half the way back, and stayed there."""
    params: list[Value] = []
    head = _head(key, query, catalog, params)
    stands = _stands(key, catalog)
    within = ">=" if query.descending else "<="
    head += (
        f", ends AS (SELECT {ROW}, count(*) AS n, arg_min({_POINT}, own) FILTER (NOT isfinite(value)) AS x, "
        f"arg_min({_POINT}, own) FILTER ({stands}) AS f, {_best(query)} FILTER ({stands}) AS b, "
        f"arg_max({_POINT}, own) AS z FROM logged GROUP BY {ROW}), "
        f"bounds AS (SELECT *, b.v + (f.v - b.v) / 2 AS bound FROM ends), "
        f"held AS (SELECT {ROW}, max(own) AS ok FROM logged JOIN bounds USING ({ROW}) "
        f"WHERE {stands} AND value {within} bound GROUP BY {ROW}), "
        f"lost AS (SELECT {ROW}, arg_min({_POINT}, own) AS y FROM logged JOIN held USING ({ROW}) "
        f"WHERE {stands} AND own > ok GROUP BY {ROW})"
    )
    told = (
        f"SELECT bounds.*, CASE WHEN b.o > f.o AND b.v <> f.v THEN y END AS y FROM bounds "
        f"LEFT JOIN lost USING ({ROW})"
    )
    columns = {
        "values": "coalesce(n, 0)", "no number": "x.s", "which": "CAST(x.v AS VARCHAR)", "rose": "y.s",
        "to": "y.v", "past": "bound", "first step": "f.s", "first": "f.v", "best step": "b.s", "best": "b.v",
        "last step": "z.s", "last": "z.v",
    }  # fmt: skip
    return _statement(head, told, columns, params)


_OF = {"at": _at, "best": _best_point, "reached": _reached, "span": _span, "improving": _improving,
       "diverged": _diverged}  # fmt: skip


# -- a course


def _course(key: str, query: Steps, catalog: Catalog) -> Statement:
    """The first point, the last, and every so many between: as many of a run as there is room for."""
    params: list[Value] = []
    head = _head(key, query, catalog, params)
    if query.every is not None:
        params.append(query.every)
        kept = "step % ? = 0"
    else:
        each = f"greatest({FEWEST}, {COURSE} // (SELECT count(DISTINCT {ROW}) FROM logged))"
        kept = f"(n = c OR (n - 1) % greatest(1, CAST(ceil((c - 1) / ({each} - 1)) AS BIGINT)) = 0)"
    each_once = "logged"
    if query.axis:
        last = f"row_number() OVER (PARTITION BY {ROW}, step ORDER BY own DESC)"
        each_once = f"(SELECT * FROM logged QUALIFY {last} = 1)"
    text = (
        f"{head}, numbered AS (SELECT *, row_number() OVER (PARTITION BY {ROW} ORDER BY own) AS n, "
        f"count(*) OVER (PARTITION BY {ROW}) AS c FROM {each_once}) "
        f"SELECT {ROW}, {STATE}, name, step, value FROM numbered JOIN chosen USING ({ROW}) "
        f"WHERE {kept} ORDER BY {ROW}, own"
    )
    return Statement(text, tuple(params), (None, None, Col("name"), Col("step"), Col("value")))
