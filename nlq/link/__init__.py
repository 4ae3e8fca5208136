"""Tokens → lattice: every span of words gets all the kinds of word it may be, each with a cost.

Costs: 0 as written < 0.1 stem < 0.15 another word for it < part of a column's name. A word
that is read as another (`nlq.slips`) costs 0.05, and what it is less likely than the likeliest.
A column is linked in all its roles at once (`COL`, `COL_F` …): the parse tables keep the ones that fit.

    forms      a word as written, by its stem, by its ending
    keywords   the phrases of `grammar/words/keywords.toml`, and what a row is called
    columns    names of columns, and names that are known but recorded nowhere
    values     cells, and names of runs
    numbers    numbers, units, dates, `d12`, "run 47"
    steps      steps and values to be reached, where a history tells values by step
    gaps       the difference of two columns as a column
    own        a person's own words for any of these
    texts      words that are only mentioned in long cells
    skips      what it costs to leave a word out
    records    sentences that report something to be recorded
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlq.lattice import Edge, Lattice, Mention
from nlq.lexicon import Lexicon
from nlq.link.columns import absent, columns
from nlq.link.forms import forms_of
from nlq.link.gaps import gaps
from nlq.link.keywords import foreign_nouns, keywords, nouns
from nlq.link.numbers import literals, runs_by_code, runs_by_number, shorthand
from nlq.link.own import own
from nlq.link.records import records
from nlq.link.skips import skips
from nlq.link.steps import steps
from nlq.link.texts import texts
from nlq.link.values import values
from nlq.slips import told
from nlq.tokens import Token, name_key

__all__ = ["link"]


def link(tokens: list[Token], lexicon: Lexicon, text: str = "") -> Lattice:
    """Link every span of the question.

    Args:
        tokens: of the question.
        lexicon: what words may mean.
        text: the question as it was cut, where a sentence may report something; "" reads it as a question.
    """
    lattice = _linked(tokens, lexicon, text)
    if not any(token.slip or token.others for token in tokens):
        return lattice
    edges = [[_mended(edge, tokens) for edge in found] for found in lattice.edges]
    skip, content = list(lattice.skip), list(lattice.content)
    for at, token in enumerate(tokens):
        for word, more in token.others:
            read = replace(token, norm=word, text=word, slip=token.slip or token.text)
            said = [*tokens[:at], read, *tokens[at + 1 :]]
            other = _linked(said, lexicon, "", range(max(0, at - REACH), at + 1))
            for edge in (edge for found in other.edges[: at + 1] for edge in found if edge.end > at):
                edges[edge.start].append(_mended(replace(edge, cost=edge.cost + more), said))
            skip[at] = max(skip[at], other.skip[at])
            content[at] = content[at] or other.content[at]
    return Lattice(tokens, edges, skip, content)


REACH = 7
"""Words before one of two meanings with which it may be one span."""

SLIP = 0.05
"""What it costs to read a word as another."""


def _mended(edge: Edge, tokens: list[Token]) -> Edge:
    """An edge, with what is said of a word of it that is read as another."""
    slips = [token for token in tokens[edge.start : edge.end] if token.slip]
    if not slips:
        return edge
    beside = len(slips) == 1 < edge.end - edge.start  # words around it make it the likelier: "at lwast"
    return replace(edge, cost=edge.cost + (0.0 if beside else SLIP * len(slips)), how=told(slips[0]))


def _linked(tokens: list[Token], lexicon: Lexicon, text: str, starts: Sequence[int] = ()) -> Lattice:
    """Every span, or those from some tokens on, as all it may be, each word by what it is read as."""
    edges: list[list[Edge]] = [[] for _ in tokens]
    forms = [forms_of(token, lexicon) for token in tokens]
    for start in starts or range(len(tokens)):
        found = edges[start]
        found.extend(keywords(tokens, forms, start, lexicon))
        found.extend(nouns(tokens, forms, start, lexicon))
        found.extend(columns(tokens, forms, start, lexicon))
        found.extend(values(tokens, forms, start, lexicon))
        found.extend(literals(tokens, start, lexicon))
        found.extend(steps(tokens, start, lexicon))
        found.extend(shorthand(tokens, start, lexicon))
        found.extend(runs_by_number(tokens, start, lexicon))
        found.extend(runs_by_code(tokens, start, lexicon))
        found.extend(absent(tokens, start, lexicon))
        if lexicon.own:
            found.extend(own(tokens, start, lexicon))
    for edge in list(gaps(tokens, edges, lexicon)) if lexicon.tells_runs else ():
        edges[edge.start].append(edge)
    for edge in list(foreign_nouns(tokens, edges, lexicon)) if not lexicon.tells_runs else ():
        edges[edge.start].append(edge)
    texts(tokens, edges, lexicon)
    skip, content = skips(tokens, edges, lexicon)
    for edge in list(records(tokens, edges, text)) if lexicon.tells_runs and not starts else ():
        edges[edge.start].append(edge)
    if not lexicon.tells_runs:
        edges = [_but_cells(found) for found in _within_names(edges)]
        edges = [[edge for edge in found if not _swallows_a_sum(edge, tokens)] for found in edges]
        edges = [[edge for edge in found if not _says_nothing(edge, skip)] for found in edges]
    return Lattice(tokens, edges, skip, content)


_QUIET = frozenset(("LIST", "USED", "VS"))


def _says_nothing(edge: Edge, skip: list[float]) -> bool:
    """Whether an edge changes nothing and its words may be left out: it would only crowd the beam.

    Tables that are no runs are compared by "vs", not by an "or" between two conditions.
    """
    if edge.terminal not in _QUIET or (edge.terminal == "VS" and edge.payload != "weak"):
        return False
    return edge.terminal == "VS" or not any(skip[edge.start : edge.end])


def _swallows_a_sum(edge: Edge, tokens: list[Token]) -> bool:
    """Whether a column takes in the word for its sum: "more than 50 shops in total", "the total audience"."""
    if not edge.terminal.startswith("COL") or edge.end - edge.start < 2:
        return False
    mention, said = edge.payload, [token.norm for token in tokens[edge.end - 2 : edge.end]]
    named = isinstance(mention, Mention) and "total" in name_key(mention.columns[0].name)
    begins = tokens[edge.start].norm == "total" and edge.terminal in ("COL", "COL_A")
    return (begins or said == ["in", "total"]) and not named


_WITHIN_NAMES = 0.15
"""What it costs to read a word of a column's whole name as a word of the language."""


def _within_names(edges: list[list[Edge]]) -> list[list[Edge]]:
    """The edges, where "count" of "share count", "first" of "first name" and a listed "rank" cost more."""
    whole = [
        edge for found in edges for edge in found
        if edge.terminal == "COL" and edge.cost < 0.1
        and isinstance(edge.payload, Mention) and edge.payload.whole
    ]  # fmt: skip
    return [[_dearer(edge, whole) for edge in found] for found in edges]


def _begins(edge: Edge) -> bool:
    """Whether a word is the first of a column's name: "winner" of `winner / runner-up`."""
    mention = edge.payload
    return isinstance(mention, Mention) and name_key(mention.columns[0].name)[:1] == name_key(mention.text)


_ENDS_OF_TIME = frozenset(("max:date", "min:date", "best", "worst"))


def _but_cells(found: list[Edge]) -> list[Edge]:
    """The edges from a token on; a word that is a cell is rather that than an end: "the final sections"."""
    columns = {edge.end for edge in found if edge.terminal == "COL" and edge.cost < 0.15}
    found = [
        replace(edge, cost=edge.cost + 0.4) if edge.terminal == "SHARE" and edge.end in columns else edge
        for edge in found
    ]  # "whose share is less than 3" of a column of shares
    cells = {edge.end for edge in found if edge.terminal == "VALUE" and edge.cost < 0.1}
    cells |= {edge.end for edge in found if edge.terminal == "COL" and edge.cost < 0.35 and _begins(edge)}
    return [
        replace(edge, cost=edge.cost + 0.3)
        if edge.terminal == "SUP" and edge.payload in _ENDS_OF_TIME and edge.end in cells
        else edge
        for edge in found
    ]


def _dearer(edge: Edge, whole: list[Edge]) -> Edge:
    if edge.terminal.startswith(("COL", "VALUE", "NUM", "RUN", "NOUN", "BARE")) or edge.terminal in _BETWEEN:
        return edge
    for name in whole:
        inside = name.start < edge.start < name.end
        shorter = edge.start == name.start and edge.end < name.end
        same = (edge.start, edge.end) == (name.start, name.end)
        sorts = same and (edge.terminal == "SORT" or _shares_a_head(name))
        if same and edge.terminal == "ABOUT":
            return replace(edge, cost=edge.cost + 0.4)  # "how many conflicts" of a column of conflicts
        if same and edge.terminal == "SUP" and isinstance(name.payload, Mention) and name.payload.whole:
            return replace(edge, cost=edge.cost + 0.4)  # "the champion of 2000"
        if same and (
            edge.terminal in ("ABOUT", "NOT", "MISSING") or (edge.terminal == "LIST" and edge.start)
        ):
            return replace(edge, cost=edge.cost + 0.4)  # "name the report of 7 february"
        if inside or shorter or sorts:
            return replace(edge, cost=edge.cost + _WITHIN_NAMES)
    return edge


def _shares_a_head(name: Edge) -> bool:
    """Whether a column's name ends further on: "first" of "first and last name"."""
    return isinstance(name.payload, Mention) and len(name.payload.text.split()) > name.end - name.start


_BETWEEN = frozenset(("OP_V", "OR_V", "OR", "TO", "TO_T", "IN_T"))
