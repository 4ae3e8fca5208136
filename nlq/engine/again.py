"""A question that may go on from the one before it: by itself, and as an edit of the last query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from nlq.answer import Answer, Assumption
from nlq.columns import names_rows
from nlq.engine.lexicons import lexicon_of
from nlq.engine.trace import Trace
from nlq.engine.way import QUOTED, read, tell
from nlq.keys import keys_in
from nlq.lexicon import tells_runs
from nlq.link import link
from nlq.paraphrase import paraphrase
from nlq.parse import Reading, parse
from nlq.query import Compare, Has, In, Of, Query, Select, Steps, Test, conditions
from nlq.refusal import missed_words
from nlq.resolve import Resolved
from nlq.suggest import declined
from store.catalog import Catalog
from store.history import History
from store.markup import clean

if TYPE_CHECKING:
    from nlq.follow import Cues

__all__ = ["answer_again", "cells_of", "on_nothing", "runs_of"]


_RELATIVE = frozenset(("than", "same"))


def answer_again(
    made: Trace,
    last: Query | None,
    runs: tuple[str, ...],
    history: History,
    now: datetime,
    cells: Mapping[str, str] | None = None,
) -> Answer:
    """The question by itself, and as an edit of the last query: the one that its words ask for.

    Args:
        last: the query before. runs: those of its answer. cells: what its one row told, by column.
    """
    alone = read(made, history, now, first=last is None)
    if last is None or made.lattice is None:
        return alone if isinstance(alone, Answer) else tell(made, alone, history)
    from nlq.follow import Topic, find_cues, follow, gone_on, topic_of, with_name, with_value

    catalog = history.catalog
    cues = find_cues(made.tokens, made.lattice, rows=not tells_runs(catalog))
    taken = alone if isinstance(alone, Resolved) else None
    reading = _reading_of(made, taken)
    own = taken.query if taken is not None else None
    if isinstance(own, Steps) and isinstance(last, Steps) and taken is not None and reading is not None:
        if (steps := gone_on(own, reading, last, catalog)) is not None:
            said = Assumption(f"read as a follow-up of: {paraphrase(last, catalog)}")
            further = tell(made, replace(taken, query=steps, assumptions=(said,)), history)
            return _offer(further, own, catalog, open=True)
    topic = topic_of(cues, own, reading, last, catalog)
    if isinstance(alone, Answer) and alone.act is not None:
        topic = Topic.NEW
    if cells and (pointed := with_value(clean(made.question), made.tokens, made.lattice, cells)):
        spoken, value = pointed
        told = _of_its_run(spoken, last, (value,), made, history, now)
        return told or _lost(made.question, last, None, history)
    if spoken := with_name(clean(made.question), made.tokens, made.lattice, cues, runs, keys_in(last.where)):
        if (told := _of_its_run(spoken, last, runs, made, history, now)) is not None:
            return told
    rest = Trace(made.question, list(cues.rest))
    rest.lattice = link(rest.tokens, lexicon_of(history)) if cues.removed else made.lattice
    if topic is not Topic.NEW:
        rest.readings = parse(rest.lattice) if cues.removed or not made.readings else made.readings
        rest.resolved = follow(last, cues, rest.readings, catalog, now, runs)
        for best in rest.resolved[:1]:
            if not missed_words(best.positions, made.question, rest.lattice, catalog):
                return _offer(tell(rest, best, history), own, catalog, open=topic is Topic.OPEN)
    tied = cues.points or _points(made) or _loose(cues, own, catalog)
    if topic is Topic.FOLLOW and tied and not _says_more(alone, cues):
        return _lost(made.question, last, own, history)
    told = alone if isinstance(alone, Answer) else tell(made, alone, history)
    if topic is Topic.FOLLOW and told.query is not None and told.status != "declined":
        said = Assumption("read as a question of its own: it does not go with the one before")
        told = replace(told, assumptions=(said, *told.assumptions))
    return told


_OF_AN_ANSWER = frozenset(("of", "other", "place", "drop"))
"""Cues that mean nothing without an answer that they go on from."""

_PRONOUNS = frozenset("it its their theirs them they him his her hers he she".split())


def _points(made: Trace) -> bool:
    """Whether a pronoun stands for what the last answer told."""
    return bool(_PRONOUNS & {token.norm for token in made.tokens})


def on_nothing(made: Trace, told: Answer, history: History) -> Answer:
    """What is told of words that speak of the last answer, where that was a refusal: "what are their ages".

    Of all the rows that there are it would be a wrong answer, as nobody asked for them.
    """
    if made.lattice is None or told.query is None or told.status == "declined":
        return told
    from nlq.follow import find_cues

    cues = find_cues(made.tokens, made.lattice)
    tied = cues.kinds & _OF_AN_ANSWER and "any" not in cues.kinds
    if not cues.strong or not (tied or _points(made)):
        return told
    reason = "it goes on from a question that was not answered"
    instead = (paraphrase(told.query, history.catalog),)
    return declined(made.question, reason, history, lexicon_of(history), instead=instead)


def _called(told: Answer, catalog: Catalog) -> str:
    """What the one row of an answer is called, where it is told so or was found by its name; else ""."""
    if not isinstance(told.query, Select) or len(told.provenance) != 1 or len(told.rows) != 1:
        return ""
    names = {column.key for column in catalog.columns if column.type == "text" and names_rows(column)}
    parts = conditions(told.query.where)
    found: list[object] = [
        one.value for one in parts if isinstance(one, Test) and one.op == "=" and one.key in names
    ]
    if told.query.limit == 1 and told.query.show and told.query.show[0].key in names:
        found = list(
            told.rows[0][-len(told.query.show) :][:1]
        )  # "which ship has the largest tonnage", "was it sunk"
    return found[0] if len(found) == 1 and isinstance(found[0], str) else ""


def _says_more(alone: Answer | Resolved, cues: Cues) -> bool:
    """Whether the refusal of a question by itself names a word that ties it to nothing; or it is a report."""
    if not isinstance(alone, Answer):
        return False
    left = {token.text for token in cues.rest}
    return alone.act is not None or bool(left.intersection(alone.unused))


def _loose(cues: Cues, query: Query | None, catalog: Catalog) -> bool:
    """Whether words over a table are tied to a question that they do not go with: others than which ones.

    By itself "what about Ohio" would ask for the rows that hold the word anywhere.
    """
    if not cues.strong or tells_runs(catalog):
        return False
    return "other" in cues.kinds or _only_mentions(query)


def _only_mentions(query: Query | None) -> bool:
    """Whether rows are asked for that hold a word anywhere."""
    return isinstance(query, Select) and query == Select(where=query.where) and isinstance(query.where, Has)


def _lost(question: str, last: Query, own: Query | None, history: History) -> Answer:
    """A refusal of words that speak of the last answer, and of nothing that it has."""
    catalog = history.catalog
    reason = f"nothing in the question before goes with it ({paraphrase(last, catalog)})"
    instead = (paraphrase(own, catalog),) if own is not None else ()
    return declined(question, reason, history, lexicon_of(history), instead=instead)


def _of_its_run(
    spoken: str, last: Query, runs: tuple[str, ...], made: Trace, history: History, now: datetime
) -> Answer | None:
    """The answer to a question in which the run of the last answer is named; None where it has none."""
    named = Trace(spoken)
    found = read(named, history, now)
    if isinstance(found, Answer) or (_RELATIVE & set(spoken.split()) and not _refers(found.query, runs[0])):
        return None
    named.resolved = [found]  # that no other has the same is an answer
    told = tell(named, found, history)
    said = (
        Assumption(f"read as a follow-up of: {paraphrase(last, history.catalog)}"),
        Assumption(f"of {'the runs of ' * tells_runs(history.catalog)}the last answer: {', '.join(runs)}"),
    )
    return replace(told, question=made.question, assumptions=(*said, *told.assumptions))


def _refers(query: Query | None, run: str) -> bool:
    """Whether a query has a condition on the value of a run: else "more than it" was read as "it".

    "Is it longer than the Arn" shows both of them.
    """
    tests = conditions(query.where) if query is not None else ()
    shows = isinstance(query, Select) and bool(query.show)
    return isinstance(query, Compare) or any(
        (isinstance(one, Test) and isinstance(one.value, Of))
        or (shows and isinstance(one, In) and run in one.values)
        for one in tests
    )


def _reading_of(made: Trace, taken: Resolved | None) -> Reading | None:
    """The reading that a resolved one was made of."""
    if taken is None:
        return None
    return next((reading for reading in made.readings if reading.edges is taken.edges), None)


def _offer(told: Answer, own: Query | None, catalog: Catalog, *, open: bool) -> Answer:
    """A follow-up that could also be a question of its own offers that."""
    if not open or own is None or own == told.query:
        return told
    first, *others = told.assumptions
    return replace(told, assumptions=(replace(first, override=paraphrase(own, catalog)), *others))


def cells_of(told: Answer, catalog: Catalog) -> dict[str, str]:
    """What the one row of an answer about a table told in words, by columns that no condition binds."""
    query = told.query
    if tells_runs(catalog) or not isinstance(query, Select) or len(told.rows) != 1 or query.aggregates:
        return {}
    bound = keys_in(query.where)
    cells = zip(query.show, told.rows[0][-len(query.show) :], strict=False) if query.show else ()
    return {item.key: cell for item, cell in cells if isinstance(cell, str) and item.key not in bound}


def runs_of(told: Answer, catalog: Catalog) -> tuple[str, ...]:
    """The runs that an answer told, in its order; () where they are many.

    The one row of a table that holds no runs is called as the question before called it.
    """
    if not tells_runs(catalog) and (called := _called(told, catalog)):
        return (called,)
    runs = tuple(dict.fromkeys(one.run for one in told.provenance))
    return runs if len(runs) <= QUOTED else ()
