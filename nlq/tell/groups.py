"""Counts, aggregates, groups and shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlq.answer import Header
from nlq.keys import bucket_of, column_of
from nlq.paraphrase import condition_text, item_text, paraphrase
from nlq.query import Agg, Item, Missing, Not, Select, Share, both
from nlq.states import counts_all
from nlq.tell.common import Ask, Body, by_state, header, in_unit, outcomes
from nlq.tell.phrases import count_of, plural, said, with_condition, with_unit
from store.history import History, Rows
from store.records import Value

__all__ = ["groups_answer", "share_answer"]

FEW = 8
"""Groups that are told in the headline."""


def groups_answer(
    query: Select, items: Sequence[Item | None], result: Rows, history: History, ask: Ask
) -> Body:
    """The answer of an aggregate, over all or by groups; `items` are what the result's columns are."""
    catalog = history.catalog
    body = Body(columns=[header(item, catalog) for item in items if item is not None], answered=True)
    body.rows = [
        tuple(_rounded(cell, item) for cell, item in zip(row, items, strict=True)) for row in result.rows
    ]
    in_unit(body, query.unit)
    where = with_condition(query.where, catalog)
    states = _states(query, history, ask)
    if _over_finished(query, history):
        body.left_out = outcomes(states)[1]
    if query.group:
        body.answered = bool(result.rows)
        body.headline = _by_groups(query, body, result, history)
    elif query.show == (Agg("count"),):
        body.headline = f"{plural(count_of(result.rows[0][0]), catalog.nouns[0])}{where}"
    else:
        over = _over(query, body, states, history, ask)
        body.headline = f"{_said(body.rows[0], body, 0)}{over}{where}"
    return body


def _over(query: Select, body: Body, states: dict[str, int], history: History, ask: Ask) -> str:
    """How many runs an aggregate stands on: those without the value are left out of it, and told."""
    unfinished = sum(body.left_out.values())
    looked_at = sum(states.values()) - unfinished
    if not states:
        return ""
    keys = {item.key for item in query.show if isinstance(item, Agg) and item.key}
    stands_on = [_recorded(key, query, body, looked_at, history, ask) for key in sorted(keys)]
    noun = history.catalog.nouns[0]
    runs = stands_on[0] if len(stands_on) == 1 else looked_at
    pairs = [item for item in query.show if isinstance(item, Agg) and item.function == "corr"]
    if len(pairs) == len(query.show) == 1:
        runs = _paired(pairs[0], query, body, looked_at, history, ask)
    return f" over {plural(runs, f'finished {noun}' if unfinished else noun)}"


def _paired(item: Agg, query: Select, body: Body, looked_at: int, history: History, ask: Ask) -> int:
    """How many of the runs looked at record both columns of a correlation."""
    states = by_state(both(query.where, Not(Missing(item.other))), history, ask, item.key)
    paired = outcomes(states)[0] if _over_finished(query, history) else sum(states.values())
    body.left_out = {what: n for what, n in body.left_out.items() if not what.startswith("without ")}
    if paired < looked_at:
        one, other = (history.catalog.column(key).name for key in (item.key, item.other))
        body.left_out[f"without {one} or {other}"] = looked_at - paired
    return paired


def _recorded(key: str, query: Select, body: Body, looked_at: int, history: History, ask: Ask) -> int:
    """How many of the runs looked at record the column; how many do not is told beside."""
    column = history.catalog.column(key)
    if column.count == history.catalog.rows and column.sentinel is None:
        return looked_at
    states = by_state(query.where, history, ask, key)
    finished_only = _over_finished(query, history)
    recorded = outcomes(states)[0] if finished_only else sum(states.values())
    if recorded < looked_at:
        body.left_out[f"without {column.name}"] = looked_at - recorded
    return recorded


def _rounded(cell: Value, item: Item | None) -> Value:
    """An aggregate to twelve digits: what lies beyond is the noise of adding up."""
    return float(f"{cell:.12g}") if isinstance(cell, float) and isinstance(item, Agg) else cell


def _by_groups(query: Select, body: Body, result: Rows, history: History) -> str:
    catalog = history.catalog
    where = with_condition(query.where, catalog)
    if len(result.rows) == 1:
        return _said(body.rows[0], body, len(query.group)) + where
    names = " and ".join(column_of(catalog, key).name for key in query.group)
    only_counts = query.show == (Agg("count"),) and len(query.group) == 1 and not query.limit
    if only_counts and 1 < len(result.rows) <= FEW:
        in_time = bool(bucket_of(query.group[0])[1])
        rows = result.rows if in_time else sorted(result.rows, key=lambda row: -count_of(row[1]))
        parts = ", ".join(
            f"{row[1]} {said(row[0]) if row[0] is not None else 'not recorded'}" for row in rows
        )
        total = sum(count_of(row[1]) for row in rows)
        return f"{plural(total, catalog.nouns[0])}{where} by {names}: {parts}"
    if query.per:
        whole = paraphrase(replace(query, where=None, having=()), catalog)
        return f"{whole}{where}: {plural(len(result.rows), 'group')}"
    shown = ", ".join(item_text(item, catalog) for item in query.show) or "groups"
    return f"{shown} by {names}{where}: {plural(len(result.rows), 'group')}"


def _said(row: tuple[Value, ...], body: Body, keys: int) -> str:
    """A group and its numbers: "24: mean loss 2.65"."""
    name = ", ".join(str(cell) for cell in row[:keys])
    parts = ", ".join(
        f"{head.name} {with_unit(cell, head.unit)}"
        for cell, head in zip(row[keys:], body.columns[keys:], strict=True)
    )
    return f"{name}: {parts}" if name else parts


def _states(query: Select, history: History, ask: Ask) -> dict[str, int]:
    """The runs looked at by state, where that is told: of counts and groups it is not."""
    told = _over_finished(query, history) or not (query.group or query.show == (Agg("count"),))
    return by_state(query.where, history, ask) if told else {}


def _over_finished(query: Select, history: History) -> bool:
    """Whether runs are left out because their numbers of a metric do not stand."""
    catalog = history.catalog
    aggregates = [item for item in query.show if isinstance(item, Agg) and item.key]
    measured = [item.key for item in aggregates if item.function not in ("sum", "count")]
    metric = any(catalog.column(key).kind == "metric" for key in measured)
    return metric and catalog.tells_state and not counts_all(query, catalog)


def share_answer(query: Share, result: Rows, history: History) -> Body:
    """ "8 of 310 runs (2.58 %) crashed"."""
    catalog = history.catalog
    part, whole = map(count_of, result.rows[0])
    percent = round(100 * part / whole, 2) if whole else None
    body = Body(answered=bool(whole))
    body.columns = [Header("count", "integer"), Header("of", "integer"), Header("share", "number", "%")]
    body.rows = [(part, whole, percent)]
    share = f" ({percent:g} %)" if percent is not None else ""
    runs = f"{plural(whole, catalog.nouns[0])}{with_condition(query.where, catalog)}"
    body.headline = f"{part} of {runs}{share}: {condition_text(query.part, catalog)}"
    return body
