"""Yes or no of the first run by an order, and what it has instead of what was asked."""

from __future__ import annotations

from nlq.keys import ROW, STATE, column_of, keys_in
from nlq.paraphrase import clause
from nlq.query import Col, Condition, In, Missing, Not, Select, Whether, both
from nlq.sql.rows import first_rows
from nlq.tell.bests import best_said
from nlq.tell.common import Ask, Body, run_name
from nlq.tell.phrases import count_of, plural, said, with_unit
from nlq.tell.rows import rows_answer
from store.catalog import Catalog
from store.history import History, Rows
from store.records import Value

__all__ = ["first_answer"]


def first_answer(query: Whether, result: Rows, history: History, ask: Ask) -> Body:
    """The runs that were asked about, and above them whether they are so."""
    catalog = history.catalog
    body = rows_answer(first_rows(query), result, history, ask)
    if not result.rows:
        return body
    ids = [count_of(row[0]) for row in result.rows]
    such = {count_of(row[0]) for row in ask(Select((Col(ROW),), both(query.part, In(ROW, tuple(ids))))).rows}
    if len(ids) > 1:
        told = "Yes: all" if len(such) == len(ids) else f"No: {len(such) or 'none'}"
        which = clause(query.part, catalog)
        body.headline = f"{told} of the {plural(len(ids), catalog.nouns[0])} are ones {which}"
        return body
    cells = dict(zip(result.columns, result.rows[0], strict=True))
    by = query.order[-1].by.key
    ranked = [] if by == ROW else [best_said(cells, catalog.column(by))]
    in_words = f"{'one' if such else 'none'} {clause(query.part, catalog)}"
    told_too = _what_it_has(query.part, cells, catalog) or [in_words]
    answer = "Yes" if such else "Not known" if _untold(query.part, cells) else "No"
    parts = dict.fromkeys((run_name(ids[0], history), *ranked, *told_too))
    body.headline = f"{answer}: {', '.join(parts)}"
    return body


def _untold(part: Condition, cells: dict[str, Value]) -> bool:
    """Whether the run does not record what it is asked for, and is not asked whether it does."""
    keys = keys_in(part)
    return not isinstance(part, (Missing, Not)) and bool(keys) and all(cells.get(key) is None for key in keys)


def _what_it_has(part: Condition, cells: dict[str, Value], catalog: Catalog) -> list[str]:
    """ "crashed", "optimizer muon", "no seed recorded"."""
    told = []
    for key in keys_in(part):
        value, column = cells.get(key), column_of(catalog, key)
        if key == STATE:
            told.append(said(value))
        elif value is None:
            told.append(f"no {column.name} recorded")
        else:
            told.append(f"{column.name} {with_unit(value, column.unit)}")
    return told
