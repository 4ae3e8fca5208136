"""The way of a question, one statement a stage.

    question ─tokenize→ tokens ─link→ lattice ─parse→ readings ─resolve→ Query ─compile→ Sql ─run→ Rows ─answer→ Answer
      str     tokens.py         link.py        parse.py        resolve/        sql.py    store/    tell/

Every stage is a pure function of plain data; `explain` prints what each of them made. No question raises:
what can't be answered is an answer that says so.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime

from nlq.answer import Answer, Assumption
from nlq.lexicon import Lexicon, tells_runs
from nlq.link import Lattice, link
from nlq.paraphrase import paraphrase
from nlq.parse import Reading, parse
from nlq.resolve import Resolved, not_done, resolve
from nlq.sql import Sql, compile_query
from nlq.suggest import declined
from nlq.tell import Told, answer
from nlq.tokens import Token, tokenize
from store.catalog import Catalog
from store.history import History, Rows
from store.markup import clean
from store.slotted import fresh, slotted

__all__ = ["Trace", "ask", "explain", "trace"]

LONGEST = 60
"""Words of the longest question that is read."""

MARGIN = 0.045
"""Two readings nearer than this are told apart by the person, not by us."""


@slotted(frozen=False)
class Trace:
    """What every stage made of a question."""

    question: str
    tokens: list[Token] = fresh(default_factory=list)
    lattice: Lattice | None = None
    readings: list[Reading] = fresh(default_factory=list)
    resolved: list[Resolved] = fresh(default_factory=list)
    sql: Sql | None = None
    results: list[Rows] = fresh(default_factory=list)
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


def trace(question: str, history: History, *, now: datetime | None = None) -> Trace:
    """Answer one question and keep what every stage made."""
    begun = time.perf_counter()
    made = Trace(question)
    made.answer = replace(_answer(made, history, now or datetime.now()), elapsed_ms=_since(begun))
    return made


def _answer(made: Trace, history: History, now: datetime) -> Answer:
    lexicon = lexicon_of(history)
    made.tokens = tokenize(clean(made.question))
    if refusal := _unreadable(made, history, lexicon):
        return refusal
    made.lattice = link(made.tokens, lexicon)
    if reason := not_done(made.lattice, lexicon):
        return declined(made.question, reason, history, lexicon)
    made.readings = parse(made.lattice)
    made.resolved = resolve(made.readings, history.catalog, now, made.tokens)
    if not made.resolved:
        return declined(made.question, "nothing in it was understood", history, lexicon, _content(made))
    best = made.resolved[0]
    if refusal := _refused(made, best, history, lexicon):
        return refusal
    assert best.query is not None
    made.sql = compile_query(best.query, history.catalog)
    made.results = [history.engine.run(s.text, s.params) for s in made.sql.statements]
    census = history.engine.run(made.sql.census.text, made.sql.census.params) if made.sql.census else None
    told = Told(made.question, _words(made, best.positions), _mended(best))
    best = _with_rival(made, best, history)
    return answer(told, best, made.sql, made.results, census, history)


def _with_rival(made: Trace, best: Resolved, history: History) -> Resolved:
    """The best reading, with another one named that is as good and has another answer."""
    for other in made.resolved[1:]:
        if other.cost > best.cost + MARGIN or other.query is None or other.positions:
            break
        if other.query == best.query or type(other.query) is not type(best.query):
            continue
        statements = compile_query(other.query, history.catalog).statements
        if [history.engine.run(s.text, s.params).rows for s in statements] == [
            rows.rows for rows in made.results
        ]:
            continue  # said in other words, the same answer
        text = paraphrase(other.query, history.catalog)
        if text != paraphrase(best.query, history.catalog):  # type: ignore[arg-type]
            rival = Assumption(f"could also be read as: {text}", text)
            return replace(best, assumptions=(*best.assumptions, rival))
    return best


def _unreadable(made: Trace, history: History, lexicon: Lexicon) -> Answer | None:
    if not made.tokens:
        return declined(made.question, "the question is empty", history, lexicon)
    if len(made.tokens) > LONGEST:
        reason = f"a question has at most {LONGEST} words, this one has {len(made.tokens)}"
        return declined(made.question[:200], reason, history, lexicon)
    return None


def _refused(made: Trace, best: Resolved, history: History, lexicon: Lexicon) -> Answer | None:
    """A refusal where the best reading is one, or leaves out what would change the answer.

    Of runs, every word that carries meaning must have played a part: "best run on the A100 cluster" is not the
    best run. Other tables are asked in more words than they have columns; there a word may be left out and told.
    """
    if best.query is None:
        unknown = _words(made, best.positions)
        if unknown and best.vague:
            return declined(made.question, _unsaid(unknown), history, lexicon, unknown)
        return declined(made.question, best.reason, history, lexicon, _words(made, best.positions), best)
    telling = [at for at in best.positions if _tells(made, at, history.catalog)]
    content = [at for at, told in enumerate(made.lattice.content if made.lattice else []) if told]
    strict = tells_runs(history.catalog)
    if not telling and (not best.positions if strict else 2 * len(best.positions) <= max(len(content), 1)):
        return None
    words = _words(made, best.positions)
    understood = paraphrase(best.query, history.catalog)
    return declined(made.question, _unsaid(words), history, lexicon, words, best, understood)


def _tells(made: Trace, at: int, catalog: Catalog) -> bool:
    """Whether a word that was left out would most likely have changed the answer: a number, a name, a quote."""
    token = made.tokens[at]
    if token.kind != "word" or any(char.isdigit() for char in token.text):
        return True
    edges = made.lattice.edges[at] if made.lattice else []
    turning = _TURNING if tells_runs(catalog) else _TURNING - {"T_UNIT", "MONTH"}
    if any(edge.terminal in turning and edge.cost < 0.3 and edge.end == at + 1 for edge in edges):
        return True
    return at > 0 and token.text[:1].isupper() and not made.question.istitle() and not made.question.isupper()


_TURNING = frozenset(
    (
        "SUP",
        "NOT",
        "OP",
        "AGG",
        "BETTER",
        "STATE",
        "COMPARE",
        "ORD",
        "SHARE",
        "TRIED_Q",
        "VALUE",
        "RUN",
        "T_UNIT",
        "MONTH",
    )
)
"""Words whose loss turns a question into another."""


def _words(made: Trace, positions: tuple[int, ...]) -> tuple[str, ...]:
    """The words at some positions as they were written: `d30-baseline` is one."""
    text, tokens = clean(made.question), made.tokens
    words: list[str] = []
    for at in positions:
        first, last = at, at
        while tokens[first].joined:
            first -= 1
        while last + 1 < len(tokens) and tokens[last + 1].joined:
            last += 1
        words.append(text[tokens[first].start : tokens[last].end].strip("\"'`“”"))
    return tuple(dict.fromkeys(words))


def _unsaid(words: tuple[str, ...]) -> str:
    return "nothing in this history says " + " or ".join(f'"{word}"' for word in words)


def _content(made: Trace) -> tuple[str, ...]:
    if made.lattice is None:
        return ()
    return tuple(token.text for token, told in zip(made.tokens, made.lattice.content, strict=True) if told)


def _mended(best: Resolved) -> tuple[str, ...]:
    """Words that were read as another spelling."""
    return tuple(dict.fromkeys(edge.how for edge in best.edges if edge.how.startswith("read ")))


def lexicon_of(history: History) -> Lexicon:
    """The lexicon of a history, made at its first question."""
    catalog = history.catalog
    key = id(catalog)
    if key not in _by_id or _by_id[key].catalog is not catalog:
        _by_id.clear()
        _by_id[key] = Lexicon.of(catalog, [source.path for source in history.sources])
    return _by_id[key]


_by_id: dict[int, Lexicon] = {}


def _since(begun: float) -> float:
    return round(1000 * (time.perf_counter() - begun), 3)


def explain(question: str, history: History, *, now: datetime | None = None) -> list[tuple[str, str]]:
    """What every stage made of a question, as text."""
    from nlq.explain import stages

    return stages(trace(question, history, now=now), history)
