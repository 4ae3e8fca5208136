"""The way of a question, one statement a stage.

    question ─tokenize→ tokens ─link→ lattice ─parse→ readings ─resolve→ Query ─compile→ Sql ─run→ Rows ─answer→ Answer
      str     tokens.py         link/          parse.py        resolve/        sql/      store/    tell/

Every stage is a pure function of plain data; `explain` prints what each of them made. No question raises:
what can't be answered is an answer that says so.
"""  # noqa: E501 - the line is one

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from nlq.answer import Answer, Assumption
from nlq.chatter import without_chatter
from nlq.lattice import TOOK, Lattice
from nlq.lexicon import Lexicon
from nlq.link import link
from nlq.paraphrase import paraphrase
from nlq.parse import Reading, admitted, parse
from nlq.query import About, Query, Select
from nlq.record.said import to_record
from nlq.refusal import missed_words, not_done, unreadable
from nlq.resolve import Resolved, resolve
from nlq.rivals import Asked, Rival, by_another_metric, rivals
from nlq.sql import Sql, compile_query
from nlq.suggest import RIVAL, asked_back, declined, no_runs
from nlq.tell import Told, answer
from nlq.tokens import Token, tokenize
from store.catalog import Catalog
from store.history import History, Rows
from store.markup import clean
from store.records import Value
from store.slotted import fresh, slotted

if TYPE_CHECKING:
    from nlq.complete import Completion

__all__ = ["Trace", "ask", "ask_again", "completions", "explain", "trace"]

MARGIN = 0.045
"""Two readings nearer than this are told apart by the person, not by us."""

RIVALS = 4
"""Other readings that are named beside an answer."""

QUOTED = 200
"""Characters of a question that is too long to be read, in its refusal."""


@slotted(frozen=False)
class Trace:
    """What every stage made of a question.

    Attributes:
        beside: the SQL of what else the answer had to ask, to say how many were left out or what is near.
    """

    question: str
    tokens: list[Token] = fresh(default_factory=list)
    lattice: Lattice | None = None
    readings: list[Reading] = fresh(default_factory=list)
    resolved: list[Resolved] = fresh(default_factory=list)
    sql: Sql | None = None
    results: list[Rows] = fresh(default_factory=list)
    beside: list[Sql] = fresh(default_factory=list)
    answer: Answer | None = None


def ask(question: str, history: History, *, now: datetime | None = None) -> Answer:
    """Answer one question.

    Args:
        question: in words; the `?` may be left out.
        history: what it is asked of.
        now: the clock for "last week"; the system's by default.
    """
    made = trace(question, history, now=now).answer
    assert made is not None
    return made


def explain(question: str, history: History, *, now: datetime | None = None) -> list[tuple[str, str]]:
    """What every stage made of a question, as text."""
    from nlq.explain import stages  # of no use to an answer, and 2 ms of its cold start

    return stages(trace(question, history, now=now), history)


def trace(question: str, history: History, *, now: datetime | None = None) -> Trace:
    """Answer one question and keep what every stage made."""
    begun = time.perf_counter()
    made = Trace(question)
    told = _answer(made, history, now or datetime.now())
    made.answer = replace(told, elapsed_ms=round(1000 * (time.perf_counter() - begun), 3))
    return made


def ask_again(
    question: str, last: Answer | Query | None, history: History, *, now: datetime | None = None
) -> Answer:
    """Answer a question that may go on from the one before it; `nlq.follow` says when it does.

    Args:
        question: in words.
        last: the answer before, or its query; None where there is none.
        history, now: as of `ask`.
    """
    begun = time.perf_counter()
    query, runs = (last.query, _runs_of(last)) if isinstance(last, Answer) else (last, ())
    made = Trace(question)
    told = _answer_again(made, query, runs, history, now or datetime.now())
    return replace(told, elapsed_ms=round(1000 * (time.perf_counter() - begun), 3))


def completions(text: str, history: History) -> list[Completion]:
    """What may be typed next in a question."""
    from nlq.complete import complete

    lexicon = lexicon_of(history)
    return complete(text, lexicon, lambda before: admitted(link(tokenize(before), lexicon)))


def _answer(made: Trace, history: History, now: datetime) -> Answer:
    told = _read(made, history, now)
    return told if isinstance(told, Answer) else _tell(made, told, history)


def _read(made: Trace, history: History, now: datetime) -> Answer | Resolved:
    """The reading that is to be answered, or the refusal."""
    lexicon = lexicon_of(history)
    text = clean(made.question)
    made.tokens = tokenize(text)
    if reason := unreadable(made.tokens):
        return declined(made.question[:QUOTED], reason, history, lexicon)
    asked = without_chatter(made.tokens, lexicon)
    behind = [token.start for token in made.tokens if token.start > asked[-1].start]
    made.tokens, text = asked, text[: min(behind, default=len(text))]
    made.lattice = link(made.tokens, lexicon, text)
    if reason := not_done(made.lattice, history.catalog):
        return declined(made.question, reason, history, lexicon)
    made.readings = parse(made.lattice)
    made.resolved = resolve(made.readings, history.catalog, now, made.tokens)
    best = made.resolved[0] if made.resolved else _nothing(made.lattice)
    if best.act is not None and not best.positions:
        return to_record(made.question, best.act)
    if not history.catalog.rows and not isinstance(best.query, About):
        return no_runs(made.question, history)
    missed = missed_words(best.positions, made.question, made.lattice, history.catalog, best.edges)
    if best.query is None or missed:
        return _refusal(made, best, history, lexicon)
    return best


def _tell(made: Trace, best: Resolved, history: History) -> Answer:
    """Compile, run and tell a reading."""
    assert best.query is not None
    made.sql = compile_query(best.query, history.catalog)
    made.results = _run(made.sql, history)
    told = Told(made.question, _words(made, best), _mended(best))
    best = _with_rivals(made, best, best.query, history)
    found = answer(told, best, made.sql, made.results, history, lambda query: _beside(made, query, history))
    return asked_back(found) if best.even else found


def _runs_of(told: Answer) -> tuple[str, ...]:
    """The runs that an answer told, in its order; () where they are many."""
    runs = tuple(dict.fromkeys(one.run for one in told.provenance))
    return runs if len(runs) <= QUOTED else ()


def _answer_again(
    made: Trace, last: Query | None, runs: tuple[str, ...], history: History, now: datetime
) -> Answer:
    """The question by itself, and as an edit of the last query: the one that its words ask for."""
    alone = _read(made, history, now)
    if last is None or made.lattice is None:
        return alone if isinstance(alone, Answer) else _tell(made, alone, history)
    from nlq.follow import Topic, find_cues, follow, topic_of, with_name

    catalog = history.catalog
    cues = find_cues(made.tokens, made.lattice, lexicon_of(history))
    taken = alone if isinstance(alone, Resolved) else None
    reading = _reading_of(made, taken)
    own = taken.query if taken is not None else None
    topic = topic_of(cues, own, reading, last, catalog)
    if isinstance(alone, Answer) and alone.act is not None:
        topic = Topic.NEW
    if spoken := with_name(clean(made.question), made.tokens, made.lattice, cues, runs):
        if (told := _of_its_run(spoken, last, runs, made, history, now)) is not None:
            return told
    rest = Trace(made.question, list(cues.rest))
    rest.lattice = link(rest.tokens, lexicon_of(history)) if cues.removed else made.lattice
    if topic is not Topic.NEW:
        rest.readings = parse(rest.lattice) if cues.removed or not made.readings else made.readings
        rest.resolved = follow(last, cues, rest.readings, catalog, now, runs)
        for best in rest.resolved[:1]:
            if not missed_words(best.positions, made.question, rest.lattice, catalog):
                return _offer(_tell(rest, best, history), own, catalog, open=topic is Topic.OPEN)
    told = alone if isinstance(alone, Answer) else _tell(made, alone, history)
    if topic is Topic.FOLLOW and told.query is not None and told.status != "declined":
        said = Assumption("read as a question of its own: it does not go with the one before")
        told = replace(told, assumptions=(said, *told.assumptions))
    return told


def _of_its_run(
    spoken: str, last: Query, runs: tuple[str, ...], made: Trace, history: History, now: datetime
) -> Answer | None:
    """The answer to a question in which the run of the last answer is named; None where it has none."""
    named = Trace(spoken)
    found = _read(named, history, now)
    if isinstance(found, Answer):
        return None
    told = _tell(named, found, history)
    said = (
        Assumption(f"read as a follow-up of: {paraphrase(last, history.catalog)}"),
        Assumption(f"of the runs of the last answer: {', '.join(runs)}"),
    )
    return replace(told, question=made.question, assumptions=(*said, *told.assumptions))


def _run(sql: Sql, history: History) -> list[Rows]:
    return [history.engine.run(statement.text, statement.params) for statement in sql.statements]


def _beside(made: Trace, query: Query, history: History) -> Rows:
    """What an answer asks further: the first result of a query."""
    made.beside.append(compile_query(query, history.catalog))
    return _run(made.beside[-1], history)[0]


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


# -- what is not answered, and what could be meant instead


def _nothing(lattice: Lattice) -> Resolved:
    """What stands for the best reading where there is none: no word of it played a part."""
    content = tuple(at for at, told in enumerate(lattice.content) if told)
    return Resolved(None, 0.0, positions=content, reason="nothing in it was understood")


def _refusal(made: Trace, best: Resolved, history: History, lexicon: Lexicon) -> Answer:
    """A refusal where the best reading is one, or leaves out what would change the answer."""
    words = tuple(dict.fromkeys((*filter(None, [best.absent]), *_words(made, best))))
    unsaid = "nothing in this history says " + " or ".join(f'"{word}"' for word in words)
    if best.query is None:
        reason = unsaid if words and best.vague else best.reason
        refused = declined(made.question, reason, history, lexicon, words, best.near)
        return _that_work(refused, history, lexicon)
    understood = paraphrase(best.query, history.catalog)
    refused = declined(made.question, unsaid, history, lexicon, words, best.near, understood)
    return _that_work(refused, history, lexicon)


def _that_work(answer: Answer, history: History, lexicon: Lexicon) -> Answer:
    """A refusal with those of its questions that are understood."""
    kept = [one for one in answer.suggestions if not one.ask or _understood(one.ask, history, lexicon)]
    return replace(answer, suggestions=tuple(kept))


def _understood(question: str, history: History, lexicon: Lexicon) -> bool:
    found = _reread(question, history, lexicon)
    return found is not None and found.query is not None and not found.positions


def _reread(question: str, history: History, lexicon: Lexicon) -> Resolved | None:
    """The best reading of a question that is offered."""
    tokens = tokenize(question)
    found = resolve(parse(link(tokens, lexicon, question)), history.catalog, datetime.min, tokens)
    return next(iter(found), None)


def _with_rivals(made: Trace, best: Resolved, query: Query, history: History) -> Resolved:
    """The best reading, with the others named that another answer would come of.

    An assumed metric gets the same question by the next one for its override.
    """
    if not made.results or not best.pieces:  # a follow-up is an edit: its other readings are its topic's
        return best
    catalog = history.catalog
    asked = Asked(
        query, best.pieces, made.tokens, catalog, made.results[0], lambda other: _beside(made, other, history)
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
    """The parser's other readings: of the same kind, at next to no cost, and such as can be asked for."""
    lexicon = lexicon_of(history)
    for other in made.resolved[1:]:
        if other.cost > best.cost + MARGIN or other.query is None or other.positions:
            return
        if other.query == query or type(other.query) is not type(query):
            continue
        again = _reread(paraphrase(other.query, history.catalog), history, lexicon)
        if again is not None and again.query == other.query:
            yield Rival("", other.query)


def _named(rival: Rival, catalog: Catalog) -> Assumption:
    text = paraphrase(rival.query, catalog)
    return Assumption(f"{RIVAL}{rival.text or text}", text)


def _all(sql: Sql, history: History) -> list[Sequence[tuple[Value, ...]]]:
    return [result.rows for result in _run(sql, history)]


def _words(made: Trace, best: Resolved) -> tuple[str, ...]:
    """The content words that played no part in a reading, as they were written: `d30-baseline` is one."""
    text, tokens = clean(made.question), made.tokens
    words: list[str] = []
    for at in best.positions:
        first, last = at, at
        while first and tokens[first].joined:
            first -= 1
        while last + 1 < len(tokens) and tokens[last + 1].joined:
            last += 1
        words.append(text[tokens[first].start : tokens[last].end].strip("\"'`“”"))
    return tuple(dict.fromkeys(words))


def _mended(best: Resolved) -> tuple[str, ...]:
    """What is said of words that were read as another spelling."""
    return tuple(dict.fromkeys(edge.how for edge in best.edges if edge.how.startswith(("read ", TOOK))))


# -- the lexicon is made once a history


def lexicon_of(history: History) -> Lexicon:
    """The lexicon of a history, made at its first question."""
    key = id(history.catalog)
    if key not in _lexicons or _lexicons[key].catalog is not history.catalog:
        _lexicons.clear()
        _lexicons[key] = Lexicon.of(
            history.catalog,
            [source.path for source in history.sources],
            history.words,
            [title for source in history.sources for title in source.titles],
        )
    return _lexicons[key]


_lexicons: dict[int, Lexicon] = {}
