"""Statements are run here and nowhere else."""

from __future__ import annotations

from nlq.engine.trace import Trace
from nlq.query import Query
from nlq.sql import Sql, compile_query
from nlq.tell.phrases import count_of
from store.history import History, Rows

__all__ = ["beside", "run"]


def run(sql: Sql, history: History) -> list[Rows]:
    """What each statement gives."""
    if sql.points:
        one = sql.chosen
        rows = None if one is None else history.engine.run(one.text, one.params).rows
        history.tell_points(sql.points, None if rows is None else [count_of(row[0]) for row in rows])
    return [history.engine.run(statement.text, statement.params) for statement in sql.statements]


def beside(made: Trace, query: Query, history: History) -> Rows:
    """What an answer asks further: the first result of a query."""
    made.beside.append(compile_query(query, history.catalog))
    return run(made.beside[-1], history)[0]
