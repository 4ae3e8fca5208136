"""Counts, aggregates, groups and shares."""

from __future__ import annotations

from nlq.keys import column_of
from nlq.paraphrase import condition_text, item_text
from nlq.query import Agg, Item, Select, Share
from nlq.states import FINISHED, counts_all
from nlq.tell.common import Body, header, in_unit, plural, said, with_unit
from store.history import History, Rows
from store.records import Value

__all__ = ["groups_answer", "share_answer"]


def groups_answer(query: Select, result: Rows, census: Rows | None, history: History) -> Body:
    """The answer of an aggregate, over all or by groups."""
    from nlq.sql import compile_query

    catalog = history.catalog
    items = compile_query(query, catalog).statements[0].items
    body = Body(columns=[header(item, catalog) for item in items if item is not None])
    body.rows = [
        tuple(_rounded(cell, item) for cell, item in zip(row, items, strict=True)) for row in result.rows
    ]
    body.answered = True
    in_unit(body, query.unit)
    where = f" with {condition_text(query.where, catalog)}" if query.where is not None else ""
    _left_out(body, query, census, history)
    if query.group:
        names = " and ".join(column_of(catalog, key).name for key in query.group)
        shown = ", ".join(item_text(item, catalog) for item in query.show) or "groups"
        body.headline = f"{shown} by {names}{where}: {plural(len(result.rows), 'group')}"
        body.answered = bool(result.rows)
        if (
            query.show == (Agg("count"),)
            and len(query.group) == 1
            and 1 < len(result.rows) <= 8
            and not query.limit
        ):
            total = sum(int(str(row[1])) for row in result.rows)
            parts = ", ".join(
                f"{row[1]} {said(row[0]) if row[0] is not None else 'not recorded'}"
                for row in (
                    result.rows
                    if ":" in query.group[0]
                    else sorted(result.rows, key=lambda r: -int(str(r[1])))
                )
            )
            body.headline = f"{plural(total, catalog.nouns[0])}{where} by {names}: {parts}"
        if len(result.rows) == 1:
            body.headline = _said(result.rows[0], body, len(query.group)) + where
        return body
    if query.show == (Agg("count"),):
        body.headline = f"{plural(int(str(result.rows[0][0])), catalog.nouns[0])}{where}"
        return body
    looked = _pool(query, census)
    finished = "finished " if body.left_out else ""
    pool = (
        f" over {plural(looked - sum(body.left_out.values()), finished + catalog.nouns[0])}" if looked else ""
    )
    body.headline = _said(body.rows[0], body, 0) + where + pool
    return body


def _rounded(cell: Value, item: Item | None) -> Value:
    """An aggregate to twelve digits: what lies beyond is the noise of adding up."""
    return float(f"{cell:.12g}") if isinstance(cell, float) and isinstance(item, Agg) else cell


def _said(row: tuple[object, ...], body: Body, keys: int) -> str:
    name = ", ".join(str(cell) for cell in row[:keys])
    parts = [
        f"{head.name} {with_unit(cell, head.unit)}"
        for cell, head in zip(row[keys:], body.columns[keys:], strict=True)
    ]  # type: ignore[arg-type]
    return f"{name}: {', '.join(parts)}" if name else ", ".join(parts)


def _pool(query: Select, census: Rows | None) -> int:
    if census is None:
        return 0
    return sum(int(str(count)) for _, count in census.rows)


def _left_out(body: Body, query: Select, census: Rows | None, history: History) -> None:
    """Runs whose numbers do not stand are left out of aggregates over metrics."""
    catalog = history.catalog
    metric = any(
        isinstance(item, Agg)
        and item.key
        and item.function not in ("sum", "count")
        and catalog.column(item.key).kind == "metric"
        for item in query.show
    )
    if metric and catalog.tells_state and census is not None and not counts_all(query, catalog):
        body.left_out = {str(s): int(str(n)) for s, n in census.rows if s not in FINISHED}


def share_answer(query: Share, result: Rows, history: History) -> Body:
    """ "8 of 310 runs (2.58 %) crashed"."""
    catalog = history.catalog
    part, whole = (int(str(cell)) for cell in result.rows[0])
    percent = round(100 * part / whole, 2) if whole else None
    body = Body(answered=bool(whole))
    from nlq.answer import Header

    body.columns = [Header("count", "integer"), Header("of", "integer"), Header("share", "number", "%")]
    body.rows = [(part, whole, percent)]
    where = f" with {condition_text(query.where, catalog)}" if query.where is not None else ""
    share = f" ({percent:g} %)" if percent is not None else ""
    body.headline = (
        f"{part} of {plural(whole, catalog.nouns[0])}{where}{share}: {condition_text(query.part, catalog)}"
    )
    return body
