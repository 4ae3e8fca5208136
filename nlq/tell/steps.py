"""Values by step: at one step, the best and when, when a value was reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlq.answer import Assumption, Header
from nlq.columns import duration
from nlq.paraphrase import paraphrase, span_text
from nlq.query import Steps
from nlq.states import FINISHED
from nlq.tell.common import Ask, Body
from nlq.tell.phrases import first_few, plural, said, with_condition, with_unit
from nlq.tell.stepped import Told, number, number_said, place_heads, runs_told, told_rows
from store.catalog import Column
from store.history import History, Rows
from store.records import Value
from store.units import convert, measure

__all__ = ["at_answer", "best_answer", "reached_answer"]

NAMED = 4
"""Runs that are told one by one in a sentence."""


def at_answer(query: Steps, results: Sequence[Rows], history: History, ask: Ask) -> Body:
    """The values at a step; where none was logged there, the nearest that were."""
    body = Body()
    several = len(query.keys) > 1
    heads = [*([Header("metric")] if several else []), *place_heads(query, "")]
    for key, result in zip(query.keys, results, strict=True):
        column = history.catalog.column(key)
        rows = told_rows(result, query, history)
        known = [row for row in rows if row["step"] is not None]
        if not several:
            heads.append(Header(column.name, "number", column.unit))
        metric = column.name if several else ""
        runs_told(body, known, history, lambda row: (row["step"], row["value"]), metric)
        if query.limit is not None or query.value is not None:
            rows = told_rows(ask(replace(query, limit=None, value=None, keys=(key,))), query, history)
        body.directed += [column] if query.limit is not None or len(known) == 2 else []
        headline = _at_headline(query, column, rows, known, history)
        body.headline = f"{body.headline}; {headline}" if body.headline else headline
        body.notes += _not_there(query, column, rows)
        if not known:
            body.others += _nearest(query, key, rows, history)
    if several:
        heads.append(Header("value", "number"))
    body.columns = [Header("run"), *heads]
    return body


def _at_headline(query: Steps, column: Column, rows: list[Told], known: list[Told], history: History) -> str:
    place = f"at its last {query.unit}" if query.at is None else f"at {query.unit} {query.at}"
    where = with_condition(query.where, history.catalog)
    there = [row for row in rows if row["step"] is not None and number(row["value"]) is not None]
    if query.value is not None and there:
        runs = plural(len(there), "run")
        told = f"had {column.name} {query.op} {with_unit(query.value, column.unit)} {place}"
        values = ", ".join(f"{row.name} {_value(row, column)}" for row in known[:NAMED])
        if not known:
            return f"None of {runs}{where} {told}"
        return f"{len(known)} of {runs}{where} {told}: {values}{' and more' if len(known) > NAMED else ''}"
    if not known:
        if len(rows) != 1:
            return f"No run{where} logged {column.name} {place}"
        return f"{rows[0].name} logged no {column.name} {place}{_near(rows[0])}"
    if query.limit is not None:
        first = known[0]
        end = "highest" if query.descending else "lowest"
        told = f"{column.name} {with_unit(first['value'], column.unit)} at {first.at('step')}"
        runs = plural(len(there), "run")
        if len(known) == 1:
            return f"{first.name}: {told}, the {end} of the {runs} that logged it there"
        return f"{plural(len(known), 'run')} by {end} {column.name} {place}, of {runs} that logged it there"
    if len(known) == 1:
        at = known[0].at("step")
        last = ", its last" if query.at is None else ""
        return f"{known[0].name}: {column.name} {_value(known[0], column)} at {at}{last}"
    runs = (
        f"{len(known)} of {plural(len(rows), 'run')}" if len(known) < len(rows) else plural(len(rows), "run")
    )
    if len(known) > NAMED:
        return f"{column.name} {place.replace('its', 'the')} of {runs}{where}"
    values = ", ".join(f"{row.name} {_value(row, column)}" for row in known)
    return f"{column.name} {place.replace('its', 'the')}: {values}{_apart(column, known)}"


def _value(row: Told, column: Column) -> str:
    return f"{number_said(row['value'])} {column.unit}".strip()


def _apart(column: Column, known: list[Told]) -> str:
    """Of two runs, which is better by how much."""
    values = [number(row["value"]) for row in known]
    if len(known) != 2 or not column.direction or None in values or values[0] == values[1]:
        return ""
    first, second = (value for value in values if value is not None)
    better = known[int((second > first) == (column.direction == "higher"))]
    return f" ({better.name} is better by {said(float(f'{abs(first - second):.4g}'))})"


def _near(row: Told) -> str:
    """The logged steps on both sides of one that was not logged."""
    sides = [
        (row[f"{side}"], row[f"value {side}"]) for side in ("before", "after") if row.get(side) is not None
    ]
    if not sides:
        return f": it has no values by {row.unit}"
    near = " and ".join(f"{number_said(value)} at {said(step)}" for step, value in sides)
    ends = ", where its values end" if row.get("after") is None else ""
    return f"; nearest logged: {near}{ends}"


def _not_there(query: Steps, column: Column, rows: list[Told]) -> Iterator[str]:
    """The runs that have no value at the step, but where one alone was asked about."""
    if len(rows) < 2:
        return
    missed = [row for row in rows if row["step"] is None]
    aside = [row for row in missed if row.get("before") is not None or row.get("after") is not None]
    if aside:
        told = first_few((f"{row.name} ({_near(row).removeprefix('; ')})" for row in aside), NAMED)
        yield f"no {column.name} was logged at {query.unit} {query.at} by {told}"
    if none := [row.name for row in missed if row not in aside]:
        yield f"no history of {column.name} by {query.unit}: {first_few(none, NAMED)}"


def _nearest(query: Steps, key: str, rows: list[Told], history: History) -> Iterator[Assumption]:
    """The question for the nearest logged steps."""
    places = (row.get(side) for row in rows for side in ("before", "after"))
    steps = {place for place in places if isinstance(place, int)}  # an epoch of 2.5 can't be asked for
    if query.at is None:
        return
    below = max((step for step in steps if isinstance(step, int) and step < query.at), default=None)
    above = min((step for step in steps if isinstance(step, int) and step > query.at), default=None)
    for step in (below, above):
        if step is not None:
            asked = replace(query, at=step, keys=(key,))
            yield Assumption(f"nearest logged {query.unit}: {step}", paraphrase(asked, history.catalog))


# -- the best, and when


def best_answer(query: Steps, results: Sequence[Rows], history: History, ask: Ask) -> Body:
    """The best value by step of each run, with the last beside it."""
    body = Body()
    end = "highest" if query.descending else "lowest"
    several = len(query.keys) > 1
    timed = False
    for key, result in zip(query.keys, results, strict=True):
        column = history.catalog.column(key)
        rows = told_rows(result, query, history)
        known = [row for row in rows if row["step"] is not None]
        timed = timed or any(row["when"] is not None for row in known)
        metric = column.name if several else ""
        runs_told(body, known, history, _best_cells, metric)
        headline = _best_headline(query, column, rows, known, body, history)
        body.headline = f"{body.headline}; {headline}" if body.headline else headline
        if none := [row.name for row in rows if row["step"] is None]:
            body.notes.append(f"no history of {column.name} by {query.unit}: {first_few(none, NAMED)}")
    unit = history.catalog.column(query.keys[0]).unit if not several else ""
    name = end if several else f"{end} {history.catalog.column(query.keys[0]).name}"
    body.columns = [Header("run"), *([Header("metric")] if several else []), *place_heads(query, ""),
                    Header(name, "number", unit), Header("when", "datetime"),
                    *place_heads(query, "last"), Header("last", "number", unit)]  # fmt: skip
    if not timed:
        at = len(body.columns) - 3
        body.columns.pop(at)
        body.rows = [(*row[:at], *row[at + 1 :]) for row in body.rows]
    return body


def _best_cells(row: Told) -> list[Value]:
    return [row[cell] for cell in ("step", "value", "when", "last step", "last")]


def _best_headline(
    query: Steps, column: Column, rows: list[Told], known: list[Told], body: Body, history: History
) -> str:
    """Of several runs, the one whose numbers stand: what crashed or still runs is told below."""
    end = "highest" if query.descending else "lowest"
    if not known:
        who = rows[0].name if len(rows) == 1 else "no run"
        return f"{who} has no history of {column.name} by {query.unit}" if who != "no run" else (
            f"No run has a history of {column.name} by {query.unit}"
        )  # fmt: skip
    finished = [row for row in known if row["_state"] in FINISHED]
    sound = [row for row in finished if number(row["last"]) is not None]  # as a best run's history has to end
    first = (sound or finished or known)[0]
    body.notes += [f"{row.name} had {said(row['value'])} at {row.at('step')}, and ended in no number"
                   for row in finished[: finished.index(first) if sound else 0]]  # fmt: skip
    when = f" ({said(first['when'])})" if first["when"] is not None else ""
    value, last = with_unit(first["value"], column.unit), with_unit(first["last"], column.unit)
    told = f"{column.name} {end} {value} at {first.at('step')}{when}"
    beside = (
        ", its last" if first["step"] == first["last step"] else f"; last {last} at {first.at('last step')}"
    )
    if len(known) == 1:
        return f"{first.name}: {told}{beside}"
    runs = plural(
        len(finished or known), "finished run" if finished and history.catalog.tells_state else "run"
    )
    for row in known if finished else ():
        if row["_state"] not in FINISHED:
            body.left_out[str(row["_state"])] = body.left_out.get(str(row["_state"]), 0) + 1
    return f"{first.name}: {told}, of {runs}{beside}"


# -- when a value was reached


def reached_answer(query: Steps, result: Rows, history: History, ask: Ask) -> Body:
    """Where each run first had a value at least as good, the first of them first."""
    column = history.catalog.column(query.keys[0])
    rows = told_rows(result, query, history)
    known = [row for row in rows if row["step"] is not None]
    everyone = rows if query.limit is None else told_rows(ask(replace(query, limit=None)), query, history)
    unit = _time_unit(history)
    body = Body(directed=[column] if query.op in ("<=", ">=") else [])
    runs_told(
        body, known, history,
        lambda row: (row["step"], row["value"], _taken(row, unit), row["when"]),
    )  # fmt: skip
    body.columns = [Header("run"), *place_heads(query, ""), Header(column.name, "number", column.unit),
                    Header("after", "number", unit), Header("when", "datetime")]  # fmt: skip
    if all(row[3] is None for row in body.rows):
        body.columns = body.columns[:3]
        body.rows = [row[:3] for row in body.rows]
    elif all(row[4] is None for row in body.rows):  # the time since the beginning is no date
        body.columns, body.rows = body.columns[:4], [row[:4] for row in body.rows]
    body.headline = _reached_headline(query, column, known, everyone, unit, history)
    if query.limit == 1 and known and not query.timed:
        first = known[0]
        ties = [row.name for row in everyone if row["step"] == first["step"] and row.name != first.name]
        body.notes += [f"at the same {query.unit}: {first_few(ties, NAMED)}"] if ties else []
    never = [row for row in everyone if row["step"] is None and row["best"] is not None]
    if never and len(everyone) > 1:
        told = (f"{row.name} (best {said(row['best'])} at {row.at('best step')})" for row in never)
        body.notes.append(f"never got there: {first_few(told, NAMED)}")
    if none := [row.name for row in everyone if row["best"] is None]:
        body.notes.append(f"no history of {column.name} by {query.unit}: {first_few(none, NAMED)}")
    body.notes += [f"{row.name} is {row['_state']}" for row in known[:NAMED] if row["_state"] not in FINISHED]
    body.answered = bool(everyone)
    return body


def _time_unit(history: History) -> str:
    column = duration(history.catalog)
    return column.unit if column is not None and measure(column.unit) == "time" else "s"


def _taken(row: Told, unit: str) -> float | None:
    """How long after its first logged value."""
    seconds = number(row["took"])
    there = None if seconds is None else convert(seconds, "s", unit)
    return None if there is None else float(f"{there:.6g}")


def _reached_headline(
    query: Steps, column: Column, known: list[Told], everyone: list[Told], unit: str, history: History
) -> str:
    verb = {"<": "got below", ">": "got above"}.get(query.op, "reached")
    goal = f"{column.name} {with_unit(query.value, column.unit)}"
    if query.op in ("<", ">"):
        verb, goal = f"{verb}", f"{with_unit(query.value, column.unit)} in {column.name}"
    where = with_condition(query.where, history.catalog)
    if not known and len(everyone) == 1:
        return f"{everyone[0].name}{_never(everyone[0], goal, column, query)}"
    if not known:
        return f"No run{where} {verb} {goal}{span_text(query)}"
    first = known[0]
    taken = _taken(first, unit)
    after = f", {with_unit(taken, unit)} after its first value" if taken is not None else ""
    value = with_unit(first["value"], column.unit)
    told = f"{first.name} {verb} {goal} at {first.at('step')} ({value}){after}"
    if len(everyone) == 1:
        return told
    reached = [row for row in everyone if row["step"] is not None]
    if query.limit is None:
        runs = f"{len(reached)} of {plural(len(everyone), 'run')}{where}"
        return f"{runs} {verb} {goal}{span_text(query)}; first by {query.unit}: {first.name}"
    by = "time" if query.timed else query.unit
    return f"{told}, the first of {len(reached)} by {by}{_other_way(query, reached, first, unit)}"


def _never(row: Told, goal: str, column: Column, query: Steps) -> str:
    """What there is of a run that did not get there."""
    if row["best"] is None:
        return f" has no history of {column.name} by {query.unit}"
    best = f"{said(row['best'])} at {row.at('best step')}"
    return f": {goal} was never reached{span_text(query)}; its best is {best}"


def _other_way(query: Steps, reached: list[Told], first: Told, unit: str) -> str:
    """Who was first by the clock where that is another run than by steps, and the other way about."""
    timed = [row for row in reached if number(row["took"]) is not None]
    if query.timed:
        other = min(reached, key=lambda row: number(row["step"]) or 0)
        if other.name == first.name:
            return ""
        return f"; by {query.unit} {other.name} was ({other.at('step')})"
    if not timed:
        return "; when is not told"
    other = min(timed, key=lambda row: number(row["took"]) or 0)
    if other.name == first.name:
        return " and by time"
    return f"; by time {other.name} was ({with_unit(_taken(other, unit), unit)})"
