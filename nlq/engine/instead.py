"""A reading that no row meets gives way to one nearly as likely that some row does.

Tables that are no histories of runs are asked about what they hold: where two columns hold a value ("the
Nuggets" at home and away) and nothing says which is meant, the one that answers is. What was tried first is
told. Of runs, that there is none is an answer: "have I tried lr 0.03".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlq.answer import Assumption
from nlq.columns import DATES
from nlq.engine.running import run
from nlq.engine.trace import Trace
from nlq.lexicon import tells_runs
from nlq.paraphrase import paraphrase
from nlq.pieces import Filter, Interval
from nlq.query import Agg, Condition, Select, Test, both, conditions
from nlq.resolve import Resolved
from nlq.sql import compile_query
from store.catalog import Column
from store.history import History

__all__ = ["instead"]

NEARLY = 0.2
"""What another reading may cost more."""


def instead(made: Trace, best: Resolved, history: History) -> Resolved:
    """The reading itself where some row meets its conditions, else the first of the others that one does."""
    query = best.query
    if tells_runs(history.catalog) or not isinstance(query, Select) or query.where is None or query.having:
        return best
    cells = [cell for row in made.results[0].rows for cell in row]
    if any(cells) or _is_met(query, history):
        return best
    for other in (*_readings(made, best), *_moved(best, query, history)):
        assert isinstance(other.query, Select)
        if other.query.where != query.where and _is_met(other.query, history):
            first, second = (paraphrase(Select(where=q.where), history.catalog) for q in (query, other.query))
            return replace(
                other, assumptions=(*other.assumptions, Assumption(f"no {first}: read as {second}"))
            )
    return best


def _is_met(query: Select, history: History) -> bool:
    rows = run(compile_query(Select((Agg("count"),), query.where), history.catalog), history)[0].rows
    return rows[0][0] != 0


def _readings(made: Trace, best: Resolved) -> Iterator[Resolved]:
    """The parser's other readings that use as many words."""
    for other in made.resolved:
        if other is not best and isinstance(other.query, Select) and other.cost <= best.cost + NEARLY:
            if set(other.positions) <= set(best.positions):
                yield other


def _moved(best: Resolved, query: Select, history: History) -> Iterator[Resolved]:
    """The same with a value or a span of time, of which no column is told, looked for in another column."""
    parts = conditions(query.where)
    free = [p.condition for p in best.pieces if isinstance(p, Filter) and p.bare]
    spans = {part.key for part in parts if isinstance(part, Test)} if _tells_span(best) else set()
    dated = [column for column in history.catalog.columns if column.type in DATES]
    for key in (column.key for column in dated if column.key in spans):
        for column in dated:
            moved = [_on(part, key, column.key) for part in parts]
            yield replace(best, query=replace(query, where=both(*moved)))
    for part in parts:
        for column in history.catalog.columns if part in free else ():
            if (other := _in_column(part, column)) is not None:
                where = both(*(other if one == part else one for one in parts))
                yield replace(best, query=replace(query, where=where))


def _tells_span(best: Resolved) -> bool:
    return any(isinstance(piece, Interval) for piece in best.pieces)


def _on(part: Condition, key: str, other: str) -> Condition:
    return replace(part, key=other) if isinstance(part, Test) and part.key == key else part


def _in_column(part: Condition, column: Column) -> Condition | None:
    """The same value in another column that holds it."""
    if not isinstance(part, Test) or part.op != "=" or part.key == column.key:
        return None
    said = str(part.value).casefold()
    held = next((value for value in column.values if str(value).casefold() == said), None)
    return None if held is None else Test(column.key, "=", held)
