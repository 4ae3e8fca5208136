"""Rows → answer: the sentence, the table and everything that must be said beside it."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.answer import Answer, Searched
from nlq.paraphrase import paraphrase
from nlq.query import About, Card, Compare, Query, Select, Share, Tried, Values
from nlq.resolve.draft import Resolved
from nlq.sql import Sql
from nlq.tell.about import about_answer
from nlq.tell.cards import card_answer
from nlq.tell.common import Body
from nlq.tell.counts import groups_answer, share_answer
from nlq.tell.rows import rows_answer
from nlq.tell.tried import tried_answer, values_answer
from store.history import History, Rows
from store.slotted import slotted

__all__ = ["Told", "answer"]


@slotted
class Told:
    """What the question itself brings to the answer: its words that played no part, and how it was read."""

    question: str
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def answer(
    told: Told, resolved: Resolved, sql: Sql, results: Sequence[Rows], census: Rows | None, history: History
) -> Answer:
    """The answer to a question that was understood."""
    query = resolved.query
    assert query is not None
    body = _body(query, results, census, history)
    return Answer(
        question=told.question,
        status="answered" if body.rows or body.answered else "empty",
        headline=body.headline,
        columns=tuple(body.columns),
        rows=tuple(body.rows),
        marks=body.marks,
        details=tuple(body.details),
        understood=paraphrase(query, history.catalog),
        assumptions=resolved.assumptions,
        notes=(*told.notes, *resolved.notes, *body.notes),
        unused=told.unused,
        suggestions=tuple(body.suggestions),
        searched=Searched(history.catalog.rows, len(history.sources), body.left_out),
        provenance=tuple(body.provenance),
        query=query,
        sql=str(sql),
    )


def _body(query: Query, results: Sequence[Rows], census: Rows | None, history: History) -> Body:
    if isinstance(query, Select):
        grouped = bool(query.group) or any(type(item).__name__ == "Agg" for item in query.show)
        return (groups_answer if grouped else rows_answer)(query, results[0], census, history)
    if isinstance(query, Values):
        return values_answer(query, results, history)
    if isinstance(query, Tried):
        return tried_answer(query, results[0], history)
    if isinstance(query, Share):
        return share_answer(query, results[0], history)
    if isinstance(query, Compare):
        from nlq.tell.compare import compare_answer  # brings statistics, with random and fractions: 3 ms

        return compare_answer(query, results, history)
    if isinstance(query, Card):
        return card_answer(query, results[0], history)
    assert isinstance(query, About)
    return about_answer(query, history)
