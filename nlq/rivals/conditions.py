"""What else a condition may mean: one of its columns, another, or words of the notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlq.keys import STATE
from nlq.paraphrase import value_text
from nlq.pieces import Filter, Word
from nlq.query import (
    And,
    Card,
    Compare,
    Has,
    In,
    Missing,
    Not,
    Or,
    Select,
    Side,
    Test,
    both,
    conditions,
)
from nlq.rivals.models import Asked, Rival
from nlq.tokens import name_key
from nlq.vocabulary import canonical
from store.catalog import Catalog

__all__ = ["by_its_name", "elsewhere", "in_words", "longer_text", "means_set", "one_column", "second_alone"]


def one_column(asked: Asked) -> Iterator[Rival]:
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


def elsewhere(asked: Asked) -> Iterator[Rival]:
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


def in_words(asked: Asked) -> Iterator[Rival]:
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


def by_its_name(asked: Asked) -> Iterator[Rival]:
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


def longer_text(asked: Asked) -> Iterator[Rival]:
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


def second_alone(asked: Asked) -> Iterator[Rival]:
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


def means_set(asked: Asked) -> Iterator[Rival]:
    """ "Runs with warmup": those that set it, or those whose texts speak of it."""
    query = asked.query
    if not isinstance(query, Select) or query.aggregates:
        return
    for part in conditions(query.where):
        if isinstance(part, Not) and isinstance(part.of, Missing) and not part.of.nan:
            name = asked.catalog.column(part.of.key).name
            if word := _said_in_texts(name, asked):
                rest = (one for one in conditions(query.where) if one != part)
                text = f'"{word}" as a word in the notes, not as {name}'
                yield Rival(text, replace(query, where=both(Has("", word), *rest)))


def _said_in_texts(name: str, asked: Asked) -> str:
    """The part of a column's name that the question says and some text holds."""
    said = {token.norm for token in asked.tokens}
    texts = [str(v).lower() for c in asked.catalog.columns if c.type == "text" for v in c.values]
    if all(word in said for word in name_key(name)):
        return ""  # called by its whole name
    parts = [word for word in name.lower().replace("-", "_").split("_") if len(word) > 4 and word in said]
    return next((word for word in parts if any(word in text for text in texts)), "")
