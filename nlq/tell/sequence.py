"""Runs in the order of the history: which moved the metric most, and how long a streak was."""

from __future__ import annotations

from math import floor, log10

from nlq.answer import Header
from nlq.lexicon import prose_columns
from nlq.paraphrase import clause, paraphrase
from nlq.query import Moves, Streak
from nlq.tell.common import Body, provenance
from nlq.tell.phrases import count_of, plural, said, with_condition, with_unit
from nlq.tell.verdict import with_sign
from store.history import History, Rows
from store.records import Value

__all__ = ["moves_answer", "streak_answer"]


def moves_answer(query: Moves, result: Rows, history: History) -> Body:
    """Each run with the change of the metric over the run before it."""
    catalog = history.catalog
    column = catalog.column(query.key)
    run = catalog.role("run")
    name, noun = (run.name if run else catalog.nouns[0]), catalog.nouns[0]
    body = Body(answered=bool(result.rows))
    body.columns = [
        Header(name, run.type if run else "integer"), Header(column.name, column.type, column.unit),
        Header("change", "number", column.unit), Header("change in percent", "number", "%"),
        Header("best before" if query.which == "record" else f"{noun} before"),
        Header("its value", column.type, column.unit),
    ]  # fmt: skip
    prose = prose_columns(catalog)[:1]
    body.columns += [Header(one.name) for one in prose]
    wide = 6 + len(prose)
    for _, own, value, change, before, was, *rest in (row[:wide] for row in result.rows):
        body.rows.append((own, value, _exact(change, value, was), _percent(change, was), before, was, *rest))
    body.provenance = provenance([count_of(row[0]) for row in result.rows], history)
    if not result.rows:
        body.headline = f"No {noun}{with_condition(query.where, catalog)} changed {column.name} so."
        return body
    if query.which == "record":
        body.headline = _progress(query, body, result, history)
        return body
    if query.which and query.limit == 1:
        first = body.rows[0]
        change = first[2]
        assert isinstance(change, (int, float))
        moved = with_unit(with_sign(change), column.unit)
        body.headline = f"{said(first[0])}: {column.name} {moved} over {said(first[4])}"
        body.headline += f", {said(first[5])} → {said(first[1])}"
    else:
        body.headline = f"{paraphrase(query, catalog)}: {plural(len(body.rows), 'change')}"
    return body


def _progress(query: Moves, body: Body, result: Rows, history: History) -> str:
    """From the first value to the best, how often it got better, and how long ago it last did."""
    column, noun = history.catalog.column(query.key), history.catalog.nouns[0]
    name, best, first = body.rows[-1][0], body.rows[-1][1], body.rows[0][1]
    *_, place, total = map(count_of, result.rows[-1][-2:])
    if len(body.rows) == 1:
        told = f"{said(name)}, the first, {column.name} {with_unit(best, column.unit)}"
        return f"No progress over {plural(total, noun)}: none is better than {told}"
    date = history.catalog.role("date")
    record = history.record(count_of(result.rows[-1][0])) if date is not None else None
    day = record.values.get(date.name) if record is not None and date is not None else None
    last = f"{said(name)} ({said(day)})" if day is not None else said(name)
    ago = total - place
    since = f"{plural(ago, noun)} before the latest" if ago else "the latest"
    told = f"{column.name} {said(first)} → {with_unit(best, column.unit)} over {plural(total, noun)}"
    return f"{told}: {plural(len(body.rows) - 1, 'new best')}, the last {last}, {since}"


def _exact(change: Value, *values: Value) -> Value:
    """A difference to the twelfth digit of what was subtracted: the rest is noise."""
    largest = max((abs(value) for value in values if isinstance(value, (int, float))), default=0)
    if not isinstance(change, float) or not largest:
        return change
    return round(change, 11 - floor(log10(largest)))


def _percent(change: Value, was: Value) -> Value:
    if not isinstance(change, (int, float)) or not isinstance(was, (int, float)) or not was:
        return None
    return round(100 * change / abs(was), 2)


def streak_answer(query: Streak, result: Rows, history: History) -> Body:
    """How many runs the streak has, where it begins and ends; all of the same length are told."""
    catalog = history.catalog
    noun = catalog.nouns[0]
    which = clause(query.part, catalog)
    body = Body(answered=True)
    body.columns = [
        Header("length", "integer"), Header("first"), Header("last"), Header(f"{noun} before"),
    ]  # fmt: skip
    body.rows = list(result.rows)
    if not result.rows:
        last = "the last one is not" if query.which == "current" else "there is none"
        body.headline = f"No {noun} {which} in a row: {last}."
        body.rows = [(0, None, None, None)]
        return body
    length, begin, end, _ = result.rows[0]
    ends = f"{said(begin)} to {said(end)}" if length != 1 else said(begin)
    often = f", {len(result.rows)} times" if len(result.rows) > 1 else ""
    kind = "the longest streak" if query.which == "longest" else "up to the last"
    body.headline = f"{plural(count_of(length), noun)} in a row {which}, {kind}{often}: {ends}"
    return body
