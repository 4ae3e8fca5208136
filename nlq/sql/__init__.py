"""Query → SQL over the table `runs`: values bound, names quoted, a total order always.

What the numbers mean is decided here, once:

- A column's sentinel (a crash logged as 0.000000) is missing wherever a metric is compared, sorted or
  aggregated.
- A superlative, and a mean, median, minimum, maximum or spread over a metric, look at runs whose numbers
  stand: completed and discarded ones. A sum and a count look at all: what a crashed run cost was spent. A
  condition that names a state, a group by it, or `every`, lifts that.
- `NOT` and `!=` keep runs that have a value; a run that does not say its optimizer is neither muon nor
  another. A bare flag (`--fp8`) that is absent is off.
- Text compares without case. Rows tie by the order of the history.
"""

from __future__ import annotations

from nlq.query import Card, Compare, Moves, Query, Select, Share, Steps, Streak, Tried, Values, Whether
from nlq.sql.differences import with_differences
from nlq.sql.groups import group_rows, share_row, value_rows
from nlq.sql.rows import first_rows, list_rows, side_rows
from nlq.sql.statement import Sql, Statement
from store.catalog import Catalog

__all__ = ["Sql", "Statement", "compile_query"]


def compile_query(query: Query, catalog: Catalog) -> Sql:
    """The SQL of a query; no statement for a question about the history itself.

    Example:
        >>> from nlq.query import Agg
        >>> print(compile_query(Select((Agg("count"),)), Catalog((), 0)))
        SELECT count(*) AS "count" FROM runs
    """
    statements = tuple(with_differences(one, catalog) for one in _statements(query, catalog))
    if isinstance(query, Steps):
        from nlq.sql.steps import chosen_rows  # few ask it, and all start

        return Sql(
            statements, (*query.keys, *([query.axis] if query.axis else ())), chosen_rows(query, catalog)
        )
    return Sql(statements)


def _statements(query: Query, catalog: Catalog) -> list[Statement]:
    if isinstance(query, Select):
        return [group_rows(query, catalog) if query.aggregates else list_rows(query, catalog)]
    if isinstance(query, Values):
        return [value_rows(key, query, catalog) for key in query.keys]
    if isinstance(query, Tried):
        return [list_rows(Select(where=query.where), catalog)]
    if isinstance(query, Whether):
        return [list_rows(first_rows(query), catalog)]
    if isinstance(query, Share):
        return [share_row(query, catalog)]
    if isinstance(query, (Moves, Streak)):
        from nlq.sql.sequence import move_rows, streak_rows

        return [move_rows(query, catalog) if isinstance(query, Moves) else streak_rows(query, catalog)]
    if isinstance(query, Compare):
        return [side_rows(side, query.where, catalog, query.keys) for side in query.sides]
    if isinstance(query, Steps):
        from nlq.sql.steps import step_rows

        return [statement for key in query.keys for statement in step_rows(key, query, catalog)]
    if isinstance(query, Card):
        single = Select(where=query.where, order=query.order, limit=query.limit)
        return [list_rows(single, catalog, full=True)]
    return []
