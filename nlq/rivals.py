"""What else a question could mean: every other reading of its words as a query, told in what differs.

A rule a kind of doubt. The likeliest reading is answered and the others are named beside it, each with the
question that asks for it and for nothing else; where none is likelier (`even`), the person is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from nlq.columns import DATES, NUMERIC, is_resource, metrics
from nlq.keys import STATE
from nlq.paraphrase import paraphrase, value_text
from nlq.pieces import Filter, Piece, Show, Word
from nlq.query import (
    Agg,
    And,
    Card,
    Col,
    Compare,
    Has,
    In,
    Missing,
    Not,
    Or,
    Order,
    Query,
    Select,
    Side,
    Test,
    both,
    conditions,
)  # fmt: skip
from nlq.states import FINISHED, names_state, state_condition
from nlq.tokens import Token, name_key
from nlq.vocabulary import canonical, singular
from store.catalog import Catalog
from store.history import Rows
from store.slotted import slotted

__all__ = ["Asked", "Rival", "by_another_metric", "rivals"]

FEW = 4
"""Rows of a list that "the … run" may have meant one of."""


@slotted
class Rival:
    """Another reading: what it comes to in a few words, and its query.

    Attributes:
        even: it is as likely as the one that is answered.
    """

    text: str
    query: Query
    even: bool = False


@slotted
class Asked:
    """The reading that is answered: its query, what it was made of, and the rows it gives."""

    query: Query
    pieces: tuple[Piece, ...]
    tokens: Sequence[Token]
    catalog: Catalog
    rows: Rows
    ask: Callable[[Query], Rows]

    def says(self, *terminals: str) -> bool:
        """Whether a word of one of the terminals stands in the question."""
        return any(isinstance(piece, Word) and piece.terminal in terminals for piece in self.pieces)

    def cells(self, key: str) -> list[object]:
        """The cells of a column in the answer; [] where it does not show it."""
        if key not in self.rows.columns:
            return []
        at = self.rows.columns.index(key)
        return [row[at] for row in self.rows.rows]


def rivals(asked: Asked) -> list[Rival]:
    """The other readings, the likeliest first; none of them is restated as the answered one is."""
    own = paraphrase(asked.query, asked.catalog)
    found: dict[str, Rival] = {}
    for rule in RULES:
        for rival in rule(asked):
            text = paraphrase(rival.query, asked.catalog)
            if text != own:
                found.setdefault(text, rival)
    return list(found.values())


Rule = Callable[[Asked], Iterator[Rival]]


def _best_value(asked: Asked) -> Iterator[Rival]:
    """ "Which depth is best": the depth of the best run, or the depth whose runs are best on the mean."""
    query = asked.query
    if not isinstance(query, Select) or query.aggregates or query.per or query.limit != 1 or query.offset:
        return
    if len(query.order) != 1 or not query.order[0].best or asked.says("NOUN"):
        return
    if any(token.norm == "and" for token in asked.tokens):
        return  # "which one was best, and what depth did it use"
    ranked = asked.catalog.column(query.order[0].by.key)
    shown = [asked.catalog.column(item.key) for item in query.show]
    params = [column for column in shown if column.kind == "param"]
    if len(params) != 1 or params[0].role == "change":
        return
    mean = Agg("mean", ranked.key)
    recorded = Not(Missing(params[0].key))
    where = both(*(part for part in conditions(query.where) if part != recorded))
    order = Order(mean, query.order[0].descending)
    end = "highest" if order.descending else "lowest"
    text = f"the {params[0].name} with the {end} mean {ranked.name}, not that of a single run"
    yield Rival(text, Select((mean,), where, (params[0].key,), order=(order,), limit=1))


def _total(asked: Asked) -> Iterator[Rival]:
    """ "Cost of d24": of each of its runs, of all of them, or on the mean."""
    query = asked.query
    if not isinstance(query, Select) or query.aggregates or query.order or query.where is None:
        return
    if len(query.show) != 1 or len(asked.rows.rows) < 2 or asked.says("NOUN", "TRIED_Q"):
        return
    column = asked.catalog.column(query.show[0].key)
    if column.type in NUMERIC and is_resource(column):
        yield Rival(f"the {column.name} of all together", Select((Agg("sum", column.key),), query.where))
        yield Rival(f"the mean {column.name}", Select((Agg("mean", column.key),), query.where))


def _one_of_them(asked: Asked) -> Iterator[Rival]:
    """ "The adamw run", "seed 2": of several runs that fit, one may have been meant."""
    query, run = asked.query, asked.catalog.role("run")
    if not isinstance(query, Select) or query.aggregates or query.order or run is None:
        return
    names = [str(name) for name in asked.cells(run.key)]
    if not 2 <= len(set(names)) <= FEW or not (_singular(asked) or _bare(asked)):
        return
    for name in dict.fromkeys(names):
        where = Test(run.key, "=", name)
        yield Rival(f"only {name}", Select(query.show, where) if query.show else Card("details", where))


def _singular(asked: Asked) -> bool:
    """ "The … run", of which there is one."""
    nouns = [piece for piece in asked.pieces if isinstance(piece, Word) and piece.terminal == "NOUN"]
    words = [token.norm for token in asked.tokens]
    return any(
        "the" in words[max(0, noun.start - 4) : noun.start]
        and singular(words[noun.start]) == words[noun.start]
        for noun in nouns
    )


def _bare(asked: Asked) -> bool:
    """A parameter with its value and nothing else."""
    only = asked.pieces[0]
    return len(asked.pieces) == 1 and isinstance(only, Filter) and only.mention is not None and only.op == "="


def _namesake(asked: Asked) -> Iterator[Rival]:
    """A name that several runs bear: each of them by its day."""
    query, run, day = asked.query, asked.catalog.role("run"), asked.catalog.role("date")
    if not isinstance(query, (Select, Card)) or run is None or day is None or day.type not in DATES:
        return
    own = next((p for p in conditions(query.where) if isinstance(p, Test) and p.key == run.key), None)
    if own is None or own.op != "=" or len(asked.rows.rows) < 2:
        return
    shown = (Col(day.key),)
    days = {cell for *_, cell in asked.ask(Select(shown, query.where)).rows if isinstance(cell, date)}
    for first in sorted(days) if len(days) > 1 and day.type == "date" else ():
        after = first + timedelta(days=1)
        on = And((Test(day.key, ">=", first), Test(day.key, "<", after)))
        yield Rival(f"only the one of {first:%Y-%m-%d}", replace(query, where=both(query.where, on)))


def _latest_finished(asked: Asked) -> Iterator[Rival]:
    """ "The last run": the latest of all, or the latest that ended."""
    query = asked.query
    if not isinstance(query, (Select, Card)) or query.limit != 1 or len(query.order) != 1:
        return
    one, catalog = query.order[0], asked.catalog
    latest = one.descending and isinstance(one.by, Col) and one.by.key in [
        c.key for c in catalog.columns if c.type in DATES
    ]  # fmt: skip
    if not latest or not catalog.tells_state or names_state(query.where, catalog):
        return
    if all(state in FINISHED for state in catalog.states):
        return
    where = both(query.where, state_condition("completed"))
    yield Rival("the latest that completed", replace(query, where=where))


def _one_column(asked: Asked) -> Iterator[Rival]:
    """A value that was looked for in several columns: in each of them alone."""
    query = asked.query
    if not isinstance(query, Select):
        return
    for part in conditions(query.where):
        tests = [one for one in part.of if isinstance(one, Test)] if isinstance(part, Or) else []
        if len(tests) < 2 or len({(one.op, one.value) for one in tests}) > 1:
            continue
        for one in tests:
            where = both(*(one if other == part else other for other in conditions(query.where)))
            name = asked.catalog.column(one.key).name
            yield Rival(f"{name} alone", replace(query, where=where))


def _elsewhere(asked: Asked) -> Iterator[Rival]:
    """A number that a column never had and a longer-named one of its kind had: `VE WD` for "weight decay"."""
    query = asked.query
    if not isinstance(query, Select) or asked.rows.rows:
        return
    for part in conditions(query.where):
        if not isinstance(part, Test) or part.op != "=" or part.key == STATE:
            continue
        own = canonical(name_key(asked.catalog.column(part.key).name))
        for column in asked.catalog.columns:
            name = canonical(name_key(column.name))
            if column.key != part.key and name[-len(own) :] == own and part.value in column.values:
                moved = Test(column.key, "=", part.value)
                where = both(*(moved if one == part else one for one in conditions(query.where)))
                yield Rival(f"{column.name}, which did have that value", replace(query, where=where))


def _in_words(asked: Asked) -> Iterator[Rival]:
    """A value that no run has in its column, and that some text tells: "weight decay 0.001 on embeddings"."""
    query = asked.query
    if not isinstance(query, Select) or asked.rows.rows:
        return
    for part in conditions(query.where):
        if isinstance(part, Test) and part.key != STATE and isinstance(part.value, (int, float, str)):
            words = f"{asked.catalog.column(part.key).name} {value_text(part.value)}"
            if any(words.lower() in str(v).lower() for c in asked.catalog.columns for v in c.values):
                where = both(*(Has("", words) if one == part else one for one in conditions(query.where)))
                yield Rival(f'"{words}" as words in the notes', replace(query, where=where))


def _by_its_name(asked: Asked) -> Iterator[Rival]:
    """ "Baseline", of a history in which other names hold the word as well."""
    query, run = asked.query, asked.catalog.role("run")
    if not isinstance(query, Select) or run is None:
        return
    for part in conditions(query.where):
        if isinstance(part, Has) and part.key == run.key:
            own = [str(name) for name in run.values if str(name).lower() == part.text.lower()]
            if own:
                yield Rival(
                    f"only the {asked.catalog.nouns[0]} {own[0]}", Card("details", Test(run.key, "=", own[0]))
                )


def _longer_text(asked: Asked) -> Iterator[Rival]:
    """ "Warmup" of texts that tell of a "momentum warmup" as well: that alone, or all but that."""
    texts = [piece.implicit for piece in asked.pieces if isinstance(piece, Filter) and piece.implicit]
    query = asked.query
    longer = _before(texts[0], asked.catalog) if len(texts) == 1 else ""
    if not longer:
        return
    own = Has("", texts[0])
    if isinstance(query, Compare) and query.sides == (Side(own), Side(Not(own))):
        narrow = Has("", longer)
        yield Rival(f'only "{longer}"', replace(query, sides=(Side(narrow), Side(Not(narrow)))))
    elif isinstance(query, (Select, Card)) and own in conditions(query.where):
        rest = [part for part in conditions(query.where) if part != own]
        yield Rival(f'only "{longer}"', replace(query, where=both(Has("", longer), *rest)))
        yield Rival(f'not "{longer}"', replace(query, where=both(query.where, Not(Has("", longer)))))


def _before(word: str, catalog: Catalog) -> str:
    """A word that stands before another in several cells, and not in most: the two together."""
    import re

    cells = [str(v) for c in catalog.columns if c.type == "text" for v in c.values if word in str(v).lower()]
    found: dict[str, int] = {}
    for cell in cells:
        for hit in re.finditer(rf"([^\W\d_]{{4,}}) {re.escape(word)}\b", cell.lower()):
            found[hit[1]] = found.get(hit[1], 0) + 1
    common = sorted((word for word, count in found.items() if 2 <= count), key=lambda w: (-found[w], w))
    return f"{common[0]} {word}" if common and found[common[0]] < 0.8 * len(cells) else ""


def _second_alone(asked: Asked) -> Iterator[Rival]:
    """ "d24 or d26 runs with fp8": of both, or of the second alone. Nothing in the words decides."""
    query = asked.query
    if not isinstance(query, Select) or len(conditions(query.where)) != 2:
        return
    listed, other = conditions(query.where)
    filters = [piece for piece in asked.pieces if isinstance(piece, Filter)]
    if (
        not isinstance(listed, In)
        or len(listed.values) != 2
        or len(filters) != 2
        or filters[0].listed != "or"
    ):
        return
    noun = next((p.start for p in asked.pieces if isinstance(p, Word) and p.terminal == "NOUN"), -1)
    if not filters[0].end <= noun < filters[1].start or asked.tokens[noun + 1].norm != "with":
        return
    first, second = (Test(listed.key, "=", value) for value in listed.values)
    name = asked.catalog.column(listed.key).name
    text = f"the condition for {name} {listed.values[1]} only"
    yield Rival(text, replace(query, where=Or((first, And((second, other))))), even=True)


def _means_set(asked: Asked) -> Iterator[Rival]:
    """ "Runs with warmup": those that set it, or those whose texts speak of it."""
    query = asked.query
    if not isinstance(query, Select) or query.aggregates:
        return
    for part in conditions(query.where):
        if isinstance(part, Not) and isinstance(part.of, Missing):
            name = asked.catalog.column(part.of.key).name
            if word := _said_in_texts(name, asked):
                rest = (one for one in conditions(query.where) if one != part)
                text = f'"{word}" as a word in the notes, not as {name}'
                yield Rival(text, replace(query, where=both(Has("", word), *rest)))


def _above_average(asked: Asked) -> Iterator[Rival]:
    """ "Expensive runs": all of them in that order, or those beyond the average."""
    query = asked.query
    if not isinstance(query, Select) or not asked.says("GRADE") or len(query.order) != 1:
        return
    end = query.order[0]
    beyond = Test(end.by.key, ">" if end.descending else "<", Agg("mean", end.by.key))
    name = asked.catalog.column(end.by.key).name
    yield Rival(
        f"those with a {name} {'above' if end.descending else 'below'} the average",
        Select(query.show, both(query.where, beyond)),
    )


def _said_in_texts(name: str, asked: Asked) -> str:
    """The part of a column's name that the question says and some text holds."""
    said = {token.norm for token in asked.tokens}
    texts = [str(v).lower() for c in asked.catalog.columns if c.type == "text" for v in c.values]
    if all(word in said for word in name_key(name)):
        return ""  # called by its whole name
    parts = [word for word in name.lower().replace("-", "_").split("_") if len(word) > 4 and word in said]
    return next((word for word in parts if any(word in text for text in texts)), "")


def _another_metric(asked: Asked) -> Iterator[Rival]:
    """ "Best" by the main metric: by the next measure of quality, with all else as it was."""
    query = asked.query
    if not isinstance(query, (Select, Card)) or len(query.order) != 1 or not query.order[0].best:
        return
    if any(isinstance(piece, Show) and piece.mention.columns[0].kind == "metric" for piece in asked.pieces):
        return
    own = query.order[0]
    quality = [c for c in metrics(asked.catalog) if c.direction and not is_resource(c)]
    column = asked.catalog.column(own.by.key)
    if column not in quality:
        return
    wants_better = own.descending == (column.direction == "higher")
    for other in [c for c in quality if c != column][:1]:
        end = Order(Col(other.key), (other.direction == "higher") == wants_better, best=True)
        yield Rival(f"by {other.name}", _reordered(query, own.by, end))


def _reordered(query: Select | Card, old: Col | Agg, end: Order) -> Select | Card:
    if isinstance(query, Card):
        return replace(query, order=(end,))
    show = tuple(end.by if item == old else item for item in query.show)
    return replace(query, order=(end,), show=show)


RULES: tuple[Rule, ...] = (
    _best_value, _total, _one_of_them, _namesake, _latest_finished, _one_column, _longer_text, _second_alone,
    _means_set, _above_average, _elsewhere, _in_words, _by_its_name,
)  # fmt: skip
"""In the order in which the readings are told."""


def by_another_metric(asked: Asked) -> Query | None:
    """The same question by the next measure of quality, for the override of an assumed metric."""
    found = next(_another_metric(asked), None)
    return found.query if found else None
