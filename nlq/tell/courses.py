"""Values by step over a span: their numbers, their course in words, whether it goes on, where it diverged."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.answer import Header
from nlq.query import Steps
from nlq.tell.common import Body
from nlq.tell.phrases import first_few, plural, said, with_condition, with_unit
from nlq.tell.stepped import Told, number, number_said, place_heads, runs_told, told_rows
from store.catalog import Column
from store.history import History, Rows
from store.records import Value

__all__ = ["course_answer", "diverged_answer", "improving_answer", "span_answer"]

NAMED = 4
"""Runs that are told one by one in a sentence."""

FEWEST = 6
"""Values below which no trend is told."""

_TREND = (
    "trend: the mean of the last tenth of the values (three at least) against the tenth before; flat within "
    "two standard errors"
)
_RULE = (
    "diverged: the first value that is no number, or the first past half the way back from the best to the "
    "first value with none better after it"
)
_FUNCTIONS = {"std": "spread of"}


def _several(query: Steps) -> bool:
    return len(query.keys) > 1


def _add(body: Body, headline: str) -> None:
    body.headline = f"{body.headline}; {headline}" if body.headline else headline


def _none_of(rows: list[Told], column: Column) -> list[str]:
    """The runs without a single value by step."""
    none = [row.name for row in rows if not row["values"]]
    return [f"no history of {column.name} by step there: {first_few(none, NAMED)}"] if none else []


# -- the numbers of a span


def span_answer(query: Steps, results: Sequence[Rows], history: History) -> Body:
    """How many values, the first and the last, the extremes and the mean."""
    body = Body()
    wanted = ["min", "max", "mean", "last"]
    if query.function is not None:
        wanted = [query.function]

    def told(row: Told) -> list[Value]:
        return [_short(row[cell]) for cell in ("values", "first step", "last step", *wanted)]

    for key, result in zip(query.keys, results, strict=True):
        column = history.catalog.column(key)
        rows = told_rows(result, query, history)
        known = [row for row in rows if row["values"]]
        metric = column.name if _several(query) else ""
        runs_told(body, known, history, told, metric)
        _add(body, _span_headline(query, column, rows, known, wanted, history))
        body.notes += _none_of(rows, column) if len(rows) > 1 else []
    unit = "" if _several(query) else history.catalog.column(query.keys[0]).unit
    heads = [Header("values", "integer"), *place_heads(query, "first", "last")]
    body.columns = [Header("run"), *([Header("metric")] if _several(query) else []), *heads]
    body.columns += [Header(name, "number", unit) for name in wanted]
    return body


def _short(value: Value) -> Value:
    """A mean to twelve digits: what lies beyond is the noise of adding up."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def _span_headline(
    query: Steps, column: Column, rows: list[Told], known: list[Told], wanted: list[str], history: History
) -> str:
    where = with_condition(query.where, history.catalog)
    if not known:
        who = rows[0].name if len(rows) == 1 else f"No run{where}"
        return f"{who} logged no {column.name} in those {query.unit}s"
    if len(known) > 1:
        runs = f"{plural(len(known), 'run')}{where} over {_steps_of(query)}"
        name = query.function if query.function in ("min", "max") else ""
        ends = {at: end for at, row in enumerate(known) if name and (end := number(row[name])) is not None}
        if not ends:
            return f"{column.name} of {runs}"
        first = (min if name == "min" else max)(ends, key=ends.__getitem__)
        told = f"{column.name} {with_unit(_rounded(ends[first]), column.unit)}"
        return f"{known[first].name}: {told}, the {'lowest' if name == 'min' else 'highest'} of {runs}"
    row = known[0]
    values = plural(int(str(row["values"])), "value")
    numbers = ", ".join(f"{name} {with_unit(_rounded(row[name]), column.unit)}" for name in wanted)
    span = f"{query.unit}s {said(row['first step'])} to {said(row['last step'])}"
    return f"{row.name}: {column.name} {numbers} ({values}, {span})"


def _rounded(value: Value) -> float | int | None:
    found = number(value)
    return float(f"{found:.6g}") if isinstance(found, float) else found


def _steps_of(query: Steps) -> str:
    if query.last is not None:
        return f"their last {query.last} {query.unit}s"
    low = f"the first {query.unit}" if query.low is None else f"{query.unit} {query.low}"
    return f"{low} to {'the last' if query.high is None else query.high}"


# -- the course


def course_answer(query: Steps, results: Sequence[Rows], history: History) -> Body:
    """Points of the course, and what they come to in words."""
    body = Body()
    each = 3 if query.every is None else 2
    several_runs = False
    for at, key in enumerate(query.keys):
        column = history.catalog.column(key)
        points, spans, *trends = (
            told_rows(one, query, history) for one in results[at * each : (at + 1) * each]
        )
        known = [row for row in spans if row["values"]]
        several_runs = several_runs or len(known) > 1
        metric = column.name if _several(query) else ""
        runs_told(body, points, history, lambda row: (row["step"], row["value"]), metric)
        trend = {row["_row"]: row for rows in trends for row in rows}
        lines = [_course(row, column, trend.get(row["_row"])) for row in known]
        if len(known) == 1:
            _add(body, lines[0])
        else:
            where = with_condition(query.where, history.catalog)
            runs = f"{plural(len(known), 'run')}{where}"
            _add(
                body,
                f"{column.name} by {query.unit} of {runs}"
                if known
                else f"No run{where} has a history of {column.name}{' by epoch' if query.axis else ''}",
            )
            body.details += lines[:12]
        whole = sum(int(str(row["values"])) for row in known)
        if query.every is not None:
            body.notes.append(f"logged values at multiples of {query.every}: {len(points)} of {whole}")
        elif query.axis and len(points) < whole:
            body.notes.append(f"of each epoch the last value: {len(points)} of {whole} logged values")
        elif len(points) < whole:
            body.notes.append(f"{len(points)} of {whole} logged values are shown, evenly spaced")
        body.notes += _none_of(spans, column) if len(spans) > 1 else []
    if "at the end" in f"{body.headline} {' '.join(body.details)}":
        body.notes.append(_TREND)
    name = "value" if _several(query) else history.catalog.column(query.keys[0]).name
    unit = "" if _several(query) else history.catalog.column(query.keys[0]).unit
    body.columns = [Header("run"), *([Header("metric")] if _several(query) else []),
                    *place_heads(query, ""), Header(name, "number", unit)]  # fmt: skip
    return body


def _course(row: Told, column: Column, trend: Told | None) -> str:
    """ "d24: val_loss fell from 10.8 at step 0 to 2.35 at step 5000; lowest 2.31 at step 4500"."""
    first, last = number(row["first"]), number(row["last"])
    places = f"from {with_unit(row['first'], column.unit)} at {row.at('first step')} to "
    places += f"{with_unit(row['last'], column.unit)} at {row.at('last step')}"
    went = "went"
    if first is not None and last is not None:
        went = "fell" if last < first else "rose" if last > first else "stayed"
    told = f"{row.name}: {column.name} {went} {places}"
    for name, word in (("min", "lowest"), ("max", "highest")):
        step = row[f"{name} step"]
        better = (name == "max") == (column.direction == "higher")
        if better and step not in (row["first step"], row["last step"]) and row[name] is not None:
            told += f"; {word} {with_unit(row[name], column.unit)} at {row.at(f'{name} step')}"
    end = _trend(trend) if trend is not None else ""
    better = {"falling": column.direction == "lower", "rising": column.direction == "higher"}.get(end, False)
    if trend is not None and better and trend["best step"] != row["last step"]:
        return told  # the last values are better than those before, and worse than the best of them
    return f"{told}; {end} at the end" if end else told


def _trend(row: Told) -> str:
    """Falling, rising or flat; "" where there are too few values to tell."""
    late, early, error = number(row["mean"]), number(row["mean before"]), number(row["error"])
    if late is None or early is None or int(str(row["values"])) < FEWEST:
        return ""
    if abs(late - early) <= 2 * (error or 0.0):
        return "flat"
    return "falling" if late < early else "rising"


# -- whether it goes on


def improving_answer(query: Steps, results: Sequence[Rows], history: History) -> Body:
    """Whether the last values are still better than those before."""
    body = Body()
    for key, result in zip(query.keys, results, strict=True):
        column = history.catalog.column(key)
        rows = told_rows(result, query, history)
        known = [row for row in rows if row["values"]]
        metric = column.name if _several(query) else ""
        runs_told(
            body, known, history,
            lambda row: (
                _trend(row) or "too few values", _short(row["mean before"]), row["before"],
                _short(row["mean"]), row["since"], row["until"], row["best"], row["best step"],
            ),
            metric,
        )  # fmt: skip
        _add(body, _improving_headline(column, rows, known, history, query))
        body.notes += _none_of(rows, column) if len(rows) > 1 else []
        body.notes += [f"{row.name} is still running" for row in known[:NAMED] if row["_state"] == "running"]
    body.columns = [Header("run"), *([Header("metric")] if _several(query) else []), Header("trend"),
                    Header("mean before", "number"), *place_heads(query, "from"), Header("mean", "number"),
                    *place_heads(query, "since", "last"), Header("best", "number"),
                    *place_heads(query, "at")]  # fmt: skip
    body.notes.append(_TREND)
    return body


def _improving_headline(
    column: Column, rows: list[Told], known: list[Told], history: History, query: Steps
) -> str:
    if not known:
        who = rows[0].name if len(rows) == 1 else "No run"
        return f"{who} has {'no' if who != 'No run' else 'a'} history of {column.name} by {query.unit}"
    if len(known) > 1:
        trends = [_trend(row) or "too short to tell" for row in known]
        counts = ", ".join(f"{trends.count(one)} {one}" for one in dict.fromkeys(trends))
        return f"{column.name} at the end of {plural(len(known), 'run')}: {counts}"
    row = known[0]
    trend = _trend(row)
    if not trend:
        values = plural(int(str(row["values"])), "value")
        return f"{row.name}: {values} of {column.name}, too few to tell a trend ({FEWEST} are needed)"
    word = {"falling": "still falling", "rising": "rising", "flat": "flat"}[trend]
    if column.direction == "higher":
        word = {"falling": "falling", "rising": "still rising", "flat": "flat"}[trend]
    means = f"mean {_plain(row['mean'])} over {row.unit}s {said(row['since'])} to {said(row['until'])}, "
    best = f"; best {said(row['best'])} at {row.at('best step')}"
    return f"{row.name}: {column.name} is {word}: {means}{_plain(row['mean before'])} before{best}"


def _plain(value: Value) -> str:
    return said(_rounded(value))


# -- where it diverged


def diverged_answer(query: Steps, results: Sequence[Rows], history: History) -> Body:
    """Where each run's values went astray, by a rule that is told."""
    body = Body(answered=True)
    found: dict[str, list[tuple[float, str]]] = {}
    calm: dict[str, str] = {}
    names: dict[str, None] = {}
    for key, result in zip(query.keys, results, strict=True):
        column = history.catalog.column(key)
        rows = told_rows(result, query, history)
        names |= {row.name: None for row in rows}
        lost = [row for row in rows if _lost(row) is not None]
        lost.sort(key=lambda row: _lost(row) or 0)
        runs_told(body, lost, history, lambda row: (_lost(row), *_how(row)), column.name)
        for row in rows:
            if (step := _lost(row)) is not None:
                found.setdefault(row.name, []).append((step, _why(row, column)))
            elif row["values"]:
                last = f"last {said(row['last'])}, best {said(row['best'])} at {row.at('best step')}"
                calm.setdefault(row.name, f"{column.name} {last}")
    body.columns = [Header("run"), Header("metric"), *place_heads(query, ""), Header("value"),
                    Header("best before", "number"), *place_heads(query, "at")]  # fmt: skip
    body.headline = _diverged_headline(query, found, calm, list(names))
    body.notes.append(_RULE)
    none = [name for name in names if name not in found and name not in calm]
    if none and len(names) > 1:
        body.notes.append(f"no history by step: {first_few(none, NAMED)}")
    return body


def _lost(row: Told) -> float | None:
    places = [place for name in ("no number", "rose") if (place := number(row[name])) is not None]
    return min(places) if places else None


def _how(row: Told) -> tuple[Value, ...]:
    if row["no number"] == _lost(row):
        return (_not_a_number(row), row["best"], row["best step"])
    return (said(row["to"]), row["best"], row["best step"])


def _not_a_number(row: Told) -> str:
    return number_said(float(str(row["which"])))


def _why(row: Told, column: Column) -> str:
    if row["no number"] == _lost(row):
        return f"{column.name} is {_not_a_number(row)} there"
    past = f"{column.name} is {said(row['to'])} there and stays past {_plain(row['past'])}"
    return f"{past} (best {said(row['best'])} at {row.at('best step')})"


def _diverged_headline(
    query: Steps, found: dict[str, list[tuple[float, str]]], calm: dict[str, str], names: list[str]
) -> str:
    if not found:
        if len(names) != 1:
            return f"No history by step says that any of {plural(len(names), 'run')} diverged"
        if names[0] not in calm:
            return f"{names[0]} has no history by step that would say so"
        return f"The history of {names[0]} does not say that it diverged: {calm[names[0]]}"
    first = {name: min(told) for name, told in found.items()}
    if len(first) == 1 and len(names) == 1:
        name, (step, why) = next(iter(first.items()))
        return f"{name} diverged at {query.unit} {said(step)}: {why}"
    soonest = sorted(first.items(), key=lambda one: one[1])
    told = "; ".join(f"{name} at {query.unit} {said(step)}" for name, (step, _) in soonest[:NAMED])
    return f"{plural(len(first), 'run')} of {len(names)} diverged: {told}"
