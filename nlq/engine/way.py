"""The way of a question, one statement a stage: to its reading, and from there to the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nlq.answer import Answer, Assumption
from nlq.chatter import without_chatter
from nlq.engine.apart import with_rivals
from nlq.engine.instead import instead
from nlq.engine.lexicons import lexicon_of
from nlq.engine.refusing import mended, nothing, refusal, unused_words
from nlq.engine.running import beside, run
from nlq.engine.trace import Trace
from nlq.guess import is_a_guess
from nlq.link import link
from nlq.parse import parse
from nlq.query import About
from nlq.record.said import to_record
from nlq.refusal import missed_words, not_done, unreadable
from nlq.resolve import Resolved, resolve
from nlq.slips import mend
from nlq.sql import compile_query
from nlq.suggest import asked_back, declined, no_runs
from nlq.tell import Told, answer
from nlq.tokens import tokenize
from nlq.turned import turned
from store.history import History
from store.markup import clean

__all__ = ["QUOTED", "read", "tell"]


QUOTED = 200
"""Characters of a question that is too long to be read, in its refusal."""


def read(made: Trace, history: History, now: datetime, *, first: bool = True) -> Answer | Resolved:
    """The reading that is to be answered, or the refusal; `first`: no answer stands before the question."""
    lexicon = lexicon_of(history)
    text = clean(made.question)
    made.tokens = tokenize(text)
    if reason := unreadable(made.tokens):
        return declined(made.question[:QUOTED], reason, history, lexicon)
    made.tokens = mend(made.tokens, lexicon)
    asked = without_chatter(made.tokens, lexicon)
    behind = [token.start for token in made.tokens if token.start > asked[-1].start]
    made.tokens, text = asked, text[: min(behind, default=len(text))]
    made.tokens, said = turned(made.tokens, lexicon, first=first)
    made.lattice = link(made.tokens, lexicon, "" if said else text)
    if reason := not_done(made.lattice, history.catalog):
        return declined(made.question, reason, history, lexicon)
    made.readings = parse(made.lattice)
    made.resolved = resolve(made.readings, history.catalog, now, made.tokens)
    best = made.resolved[0] if made.resolved else nothing(made.lattice)
    if best.act is not None and not best.positions:
        return to_record(made.question, best.act)
    if not history.catalog.rows and not isinstance(best.query, About):
        return no_runs(made.question, history)
    missed = missed_words(best.positions, made.question, made.lattice, history.catalog, best.edges)
    if best.query is None or missed:
        return refusal(made, best, history, lexicon)
    if is_a_guess(best.query, best.cost, best.positions, made.lattice, history.catalog, best.edges):
        return refusal(made, best, history, lexicon, guess=True)
    if said:
        best = replace(best, assumptions=(*(Assumption(one) for one in said), *best.assumptions))
    return best


def tell(made: Trace, best: Resolved, history: History) -> Answer:
    """Compile, run and tell a reading."""
    _run(made, best, history)
    if (other := instead(made, best, history)) is not best:
        best = other
        _run(made, best, history)
    assert best.query is not None and made.sql is not None
    told = Told(made.question, unused_words(made, best), mended(made, best))
    best = with_rivals(made, best, best.query, history)
    found = answer(told, best, made.sql, made.results, history, lambda query: beside(made, query, history))
    return asked_back(found) if best.even else found


def _run(made: Trace, best: Resolved, history: History) -> None:
    assert best.query is not None
    made.sql = compile_query(best.query, history.catalog)
    made.results = run(made.sql, history)
