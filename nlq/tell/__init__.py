"""Rows → answer: the sentence, the table and everything that must be said beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlq.answer import Answer, Searched
from nlq.columns import step_column
from nlq.lexicon import tells_runs
from nlq.paraphrase import paraphrase
from nlq.query import Card, Compare, Moves, Query, Select, Share, Steps, Streak, Tried, Values, Whether
from nlq.resolve.draft import Resolved
from nlq.sql import Sql
from nlq.tell.about import about_answer
from nlq.tell.beside import ends, remarks
from nlq.tell.bests import last_values
from nlq.tell.cards import card_answer
from nlq.tell.common import Ask, Body
from nlq.tell.compare import compare_answer
from nlq.tell.groups import groups_answer, share_answer
from nlq.tell.mentioned import meant_by_notes
from nlq.tell.rows import rows_answer
from nlq.tell.tried import tried_answer
from nlq.tell.values import values_answer
from nlq.tell.whether import whether
from store.history import History, Rows
from store.records import BY_STEP
from store.slotted import slotted

__all__ = ["Ask", "Told", "answer"]


@slotted
class Told:
    """What the question itself brings to the answer: its words that played no part, and how it was read."""

    question: str
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def answer(
    told: Told, resolved: Resolved, sql: Sql, results: Sequence[Rows], history: History, ask: Ask
) -> Answer:
    """The answer to a question that was understood.

    Args:
        told: of the question. resolved: the reading that is answered.
        sql, results: the statements of its query and what each gave.
        history: what was asked. ask: runs a further query, for what has to be said beside the rows.
    """
    query = resolved.query
    assert query is not None
    several, by_notes = meant_by_notes(query, history, ask)
    body = several or _body(query, sql, results, history, ask)
    return Answer(
        question=told.question,
        status="answered" if body.rows or body.answered else "empty",
        headline=whether(resolved.polar, query, body, history, ask),
        columns=tuple(body.columns),
        rows=tuple(body.rows),
        marks=body.marks,
        details=tuple(body.details),
        understood=paraphrase(query, history.catalog),
        assumptions=(
            *resolved.assumptions,
            *ends(body, resolved.assumptions),
            *by_notes,
            *body.others,
        ),
        notes=(*told.notes, *resolved.notes, *body.notes, *_remarks(body, query, history)),
        unused=told.unused,
        searched=Searched(history.catalog.rows, len(history.sources), body.left_out),
        provenance=tuple(body.provenance),
        query=query,
        sql=str(sql),
    )


def _remarks(body: Body, query: Query, history: History) -> list[str]:
    catalog = history.catalog
    last = last_values(query, catalog) if isinstance(query, Select) else []
    found = [*last, *remarks(body, query, catalog)]
    step = step_column(catalog) if tells_runs(catalog) else None
    if step is not None:
        noun = catalog.nouns[0]
        found.append(
            f"each row is one {step.name} of a {noun}: what is counted and ranked here are rows, not {noun}s"
        )
    return [*found, *_by_step(body, history)]


def _by_step(body: Body, history: History) -> Iterator[str]:
    """Where runs were made of rows that are steps; nothing of what tells none of the runs that are shown."""
    shown = {one.place.path for one in body.provenance}
    for source in history.sources:
        if source.reader.endswith(BY_STEP) and (not shown or source.path in shown):
            yield from (f"{source.path}: {note}" for note in source.notes if note.startswith("each row"))


def _body(query: Query, sql: Sql, results: Sequence[Rows], history: History, ask: Ask) -> Body:
    if isinstance(query, Select):
        if query.aggregates:
            return groups_answer(query, sql.statements[0].items, results[0], history, ask)
        return rows_answer(query, results[0], history, ask)
    if isinstance(query, Values):
        return values_answer(query, results, history, ask)
    if isinstance(query, Tried):
        return tried_answer(query, results[0], history, ask)
    if isinstance(query, Whether):
        from nlq.tell.first import first_answer  # few ask it, and all start

        return first_answer(query, results[0], history, ask)
    if isinstance(query, Share):
        return share_answer(query, results[0], history)
    if isinstance(query, (Moves, Streak)):
        from nlq.tell.sequence import moves_answer, streak_answer  # few ask it, and all start

        if isinstance(query, Moves):
            return moves_answer(query, results[0], history)
        return streak_answer(query, results[0], history)
    if isinstance(query, Compare):
        return compare_answer(query, results, history, ask)
    if isinstance(query, Card):
        return card_answer(query, results[0], history)
    if isinstance(query, Steps):
        return _stepped(query, results, history, ask)
    return about_answer(query, history, ask)


def _stepped(query: Steps, results: Sequence[Rows], history: History, ask: Ask) -> Body:
    from nlq.tell.stepped import counted_from

    body = _by_what(query, results, history, ask)
    body.notes += counted_from(query, history)
    return body


def _by_what(query: Steps, results: Sequence[Rows], history: History, ask: Ask) -> Body:
    from nlq.tell.courses import course_answer, diverged_answer, improving_answer, span_answer
    from nlq.tell.steps import at_answer, best_answer, reached_answer

    if query.what == "at":
        return at_answer(query, results, history, ask)
    if query.what == "best":
        return best_answer(query, results, history, ask)
    if query.what == "reached":
        return reached_answer(query, results[0], history, ask)
    if query.what == "span":
        return span_answer(query, results, history)
    if query.what == "course":
        return course_answer(query, results, history)
    if query.what == "diverged":
        return diverged_answer(query, results, history)
    return improving_answer(query, results, history)
