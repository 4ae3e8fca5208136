"""Questions about the history itself: its metrics, parameters, things to try, sources, a summary."""

from __future__ import annotations

from nlq.answer import Header
from nlq.columns import main_metric
from nlq.paraphrase import condition_text
from nlq.query import About, Agg, Col, Has, Order, Select
from nlq.sql import compile_query
from nlq.tell.common import Body, plural, said
from nlq.view import names_run
from store.catalog import Column
from store.history import History
from store.records import Place, Value

__all__ = ["about_answer"]


def about_answer(query: About, history: History) -> Body:
    """The answer to a question about the history."""
    if query.topic in ("todo", "open", "done"):
        return _todos(query, history)
    if query.topic == "sources":
        return _sources(history)
    if query.topic == "conflicts":
        return _conflicts(history)
    if query.topic == "summary":
        return _summary(query, history)
    return _columns(query, history)


def _todos(query: About, history: History) -> Body:
    wanted = [t for t in history.todos if query.topic == "todo" or t.done == (query.topic == "done")]
    if isinstance(query.where, Has):
        wanted = [t for t in wanted if query.where.text.lower() in t.text.lower()]
    body = Body(columns=[Header("done", "bool"), Header("thing to try")], answered=bool(history.todos))
    body.rows = [(todo.done, todo.text) for todo in wanted]
    done = sum(todo.done for todo in wanted)
    if not history.todos:
        body.headline, body.columns = "No list of things to try in this history.", []
        return body
    body.headline = f"{plural(len(wanted), 'thing')} to try: {done} ticked, {len(wanted) - done} open"
    if query.topic != "todo":
        state = "ticked" if query.topic == "done" else "open"
        body.headline = f"{len(wanted)} of {plural(len(history.todos), 'thing')} to try {state}"
    body.details = [f"{todo.place}" for todo in wanted[:1]]
    return body


def _sources(history: History) -> Body:
    body = Body(
        columns=[
            Header("file"),
            Header("read as"),
            Header("runs", "integer"),
            Header("passed over", "integer"),
        ]
    )
    for source in history.sources:
        runs = len(source.runs) if not source.relation else history.catalog.rows
        body.rows.append((source.path, source.reader, runs, sum(skip.count for skip in source.skips)))
    body.headline = f"{plural(history.catalog.rows, history.catalog.nouns[0])} from {plural(len(history.sources), 'file')}"
    return body


def _conflicts(history: History) -> Body:
    """Values on which two places of the files disagree."""
    body = Body(
        columns=[Header("run"), Header("column"), Header("value"), Header("elsewhere"), Header("place")],
        answered=True,
    )
    for source in history.sources:
        for run in source.runs:
            for name, mark in run.marks.items():
                if mark.note.startswith("also "):
                    place = Place(source.path, mark.line or run.place.line)
                    body.rows.append(
                        (
                            run.name,
                            name,
                            said(run.values.get(name)),
                            mark.note.removeprefix("also "),
                            str(place),
                        )
                    )
        body.details += [
            f"{source.path}: {note}" for note in source.notes if "disagree" in note or "says" in note
        ]
    body.headline = (
        f"{plural(len(body.rows), 'value')} on which two places disagree"
        if body.rows
        else "No two places disagree."
    )
    return body


def _columns(query: About, history: History) -> Body:
    catalog = history.catalog
    kinds = {
        "metrics": ("metric",),
        "parameters": ("param",),
        "varying": ("param",),
        "constant": ("param",),
    }.get(query.topic)
    columns = [c for c in catalog.columns if kinds is None or c.kind in kinds]
    if query.topic == "constant":
        columns = [c for c in columns if _distinct(c, query, history) == 1]
    if query.topic == "varying":
        columns = [c for c in columns if _distinct(c, query, history) > 1]
    body = Body(answered=True)
    metric = query.topic == "metrics"
    body.columns = [
        Header("column"),
        Header("kind"),
        Header("unit"),
        Header("better") if metric else Header("values"),
        Header("runs", "integer"),
    ]
    for column in columns:
        body.rows.append(
            (
                column.name,
                column.kind,
                column.unit or None,
                _better(column) if metric else _values(column),
                column.count,
            )
        )
    if metric:
        body.columns.append(Header("range"))
        body.rows = [
            (*row, f"{said(c.low)} … {said(c.high)}" if c.low is not None else None)
            for row, c in zip(body.rows, columns, strict=True)
        ]
    what = {
        "metrics": "metric",
        "parameters": "parameter",
        "varying": "parameter",
        "constant": "constant parameter",
    }.get(query.topic, "column")
    names = ", ".join(c.name for c in columns[:8]) + (", …" if len(columns) > 8 else "")
    where = f" among runs with {condition_text(query.where, catalog)}" if query.where is not None else ""
    verb = (
        " that varies"
        if query.topic == "varying" and len(columns) == 1
        else " that vary"
        if query.topic == "varying"
        else ""
    )
    body.headline = (
        f"{plural(len(columns), what)}{verb}{where}: {names}"
        if columns
        else f"No {what}{verb} is recorded{where}."
    )
    return body


def _better(column: Column) -> str:
    because = {
        "known metric": "",
        "header": " (the file says so)",
        "config": " (configured)",
        "name": " (guessed from its name)",
    }
    return f"{column.direction}{because.get(column.because, '')}" if column.direction else "not known"


def _values(column: Column) -> Value:
    if column.values and column.distinct <= 6:
        return ", ".join(said(value) for value in sorted(column.values, key=lambda v: (str(type(v)), v)))  # type: ignore[type-var]
    if column.low is not None:
        return f"{said(column.low)} … {said(column.high)}"
    return f"{column.distinct} different"


def _distinct(column: Column, query: About, history: History) -> int:
    if query.where is None:
        return column.distinct
    sql = compile_query(
        Select((Agg("count", column.key, distinct=True),), query.where), history.catalog
    ).statements[0]
    return int(str(history.engine.run(sql.text, sql.params).rows[0][0]))


def _summary(query: About, history: History) -> Body:
    """Counts by state, the span of time, the best run, what varies, things to try."""
    catalog = history.catalog
    body = Body(columns=[Header("what"), Header("value")], answered=True)
    census = compile_query(Select((Agg("count"),), query.where), catalog).census
    assert census is not None
    states = [(str(s), int(str(n))) for s, n in history.engine.run(census.text, census.params).rows]
    total = sum(n for _, n in states)
    body.rows.append((f"{catalog.nouns[0]}s", str(total)))
    if catalog.tells_state:
        body.rows.append(
            ("how they ended", ", ".join(f"{n} {s}" for s, n in sorted(states, key=lambda x: -x[1])))
        )
    date = catalog.role("date")
    if date is not None and date.low is not None and query.where is None:
        body.rows.append(("time", f"{said(date.low)} … {said(date.high)}"))
    metric = main_metric(catalog)
    if metric is not None:
        order = Order(Col(metric.key), metric.direction == "higher", best=True)
        run = catalog.role("run")
        shown = (Col(run.key), Col(metric.key)) if run else (Col(metric.key),)
        best = compile_query(Select(shown, query.where, order=(order,), limit=1), catalog).statements[0]
        rows = history.engine.run(best.text, best.params).rows
        if rows:
            body.rows.append((f"best {metric.name}", f"{said(rows[0][-1])} ({rows[0][1]})"))
    varying = [c.name for c in catalog.columns if c.kind == "param" and c.distinct > 1 and not names_run(c)]
    if varying:
        body.rows.append(
            ("parameters that vary", ", ".join(varying[:10]) + (", …" if len(varying) > 10 else ""))
        )
    body.rows.append(("metrics", ", ".join(c.name for c in catalog.columns if c.kind == "metric")))
    if history.todos:
        body.rows.append(
            (
                "things to try",
                f"{sum(not t.done for t in history.todos)} open, {sum(t.done for t in history.todos)} ticked",
            )
        )
    where = f" with {condition_text(query.where, catalog)}" if query.where is not None else ""
    body.headline = f"{plural(total, catalog.nouns[0])}{where} in {plural(len(history.sources), 'file')}"
    return body
