"""The other readings of a question, named beside its answer where another answer would come of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nlq.answer import Assumption
from nlq.engine.lexicons import lexicon_of
from nlq.engine.rereading import reread
from nlq.engine.running import beside, run
from nlq.engine.trace import Trace
from nlq.paraphrase import paraphrase
from nlq.query import Query, Select
from nlq.resolve import Resolved
from nlq.rivals import Asked, Rival, by_another_metric, rivals
from nlq.sql import Sql, compile_query
from nlq.suggest import RIVAL
from store.catalog import Catalog
from store.history import History
from store.records import Value

__all__ = ["with_rivals"]


MARGIN = 0.045
"""Two readings nearer than this are told apart by the person, not by us."""


SLIPS = 0.05
"""Readings of a slip as one word and as another that are nearer than this are asked back."""

RIVALS = 4
"""Other readings that are named beside an answer."""


def with_rivals(made: Trace, best: Resolved, query: Query, history: History) -> Resolved:
    """The best reading, with the others named that another answer would come of.

    An assumed metric gets the same question by the next one for its override.
    """
    if not made.results or not best.pieces:  # a follow-up is an edit: its other readings are its topic's
        return best
    catalog = history.catalog
    asked = Asked(
        query, best.pieces, made.tokens, catalog, made.results[0], lambda other: beside(made, other, history)
    )
    said = tuple(_by_metric(one, asked) for one in best.assumptions)
    found = _different([*rivals(asked), *_near_readings(made, best, query, history)], query)[:RIVALS]
    answered = [result.rows for result in made.results]
    kept = [
        rival for rival in found if _all(compile_query(rival.query, catalog), history) != answered
    ]  # said in other words, the same answer
    named = [_named(rival, catalog) for rival in kept]
    even = any(rival.even for rival in kept)
    return replace(best, assumptions=(*said, *named), even=even)


def _different(found: Sequence[Rival], query: Query) -> list[Rival]:
    """Each other query once."""
    by_query = {rival.query: rival for rival in reversed(found) if rival.query != query}
    return [rival for rival in found if by_query.pop(rival.query, None)]


def _by_metric(one: Assumption, asked: Asked) -> Assumption:
    if one.override and one.text.startswith("by "):
        if isinstance(asked.query, Select) and _plain(asked.query) and _wants_better(asked):
            return one  # "best run by CORE" says it in fewer words
        other = by_another_metric(asked)
        return replace(one, override=paraphrase(other, asked.catalog) if other else "")
    return one


def _plain(query: Select) -> bool:
    return query == Select(order=query.order, limit=1)


def _wants_better(asked: Asked) -> bool:
    assert isinstance(asked.query, Select)
    end = asked.query.order[0]
    return end.descending == (asked.catalog.column(end.by.key).direction == "higher")


def _near_readings(made: Trace, best: Resolved, query: Query, history: History) -> Iterator[Rival]:
    """The parser's other readings: of the same kind, at next to no cost, and such as can be asked for.

    One that reads a slip of the keyboard as another word is as likely where it costs hardly more.
    """
    lexicon = lexicon_of(history)
    for other in made.resolved[1:]:
        slipped = any(_slips_of(best).get(at, how) != how for at, how in _slips_of(other).items())
        if other.cost > best.cost + (SLIPS if slipped else MARGIN) or other.query is None or other.positions:
            continue
        if other.query == query or not (slipped or type(other.query) is type(query)):
            continue
        again = reread(paraphrase(other.query, history.catalog), history, lexicon)
        if again is not None and again.query == other.query:
            yield Rival("", other.query, even=slipped)


def _slips_of(reading: Resolved) -> dict[int, str]:
    """What is said of words that a reading takes for others, by where it links them."""
    return {edge.start: edge.how for edge in reading.edges if edge.how.startswith("read ")}


def _named(rival: Rival, catalog: Catalog) -> Assumption:
    text = paraphrase(rival.query, catalog)
    return Assumption(f"{RIVAL}{rival.text or text}", text)


def _all(sql: Sql, history: History) -> list[Sequence[tuple[Value, ...]]]:
    return [result.rows for result in run(sql, history)]
