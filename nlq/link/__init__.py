"""Tokens → lattice: every span of words gets all the kinds of word it may be, each with a cost.

Costs: 0 as written < 0.1 stem < 0.15 another word for it < part of a column's name < 0.35 mended spelling.
A column is linked in all its roles at once (`COL`, `COL_F` …): the parse tables keep the ones that fit.

    forms      a word as written, and what it may be mended to
    keywords   the phrases of `grammar/words/keywords.toml`, and what a row is called
    columns    names of columns, and names that are known but recorded nowhere
    values     cells, and names of runs
    numbers    numbers, units, dates, `d12`, "run 47"
    own        a person's own words for any of these
    texts      words that are only mentioned in long cells
    skips      what it costs to leave a word out
    records    sentences that report something to be recorded
"""

from __future__ import annotations

from nlq.lattice import Edge, Lattice
from nlq.lexicon import Lexicon
from nlq.link.columns import absent, columns
from nlq.link.forms import forms_of
from nlq.link.keywords import keywords, nouns
from nlq.link.numbers import literals, runs_by_number, shorthand
from nlq.link.own import own
from nlq.link.records import records
from nlq.link.skips import skips
from nlq.link.texts import texts
from nlq.link.values import values
from nlq.tokens import Token

__all__ = ["link"]


def link(tokens: list[Token], lexicon: Lexicon, text: str = "") -> Lattice:
    """Link every span of the question.

    Args:
        tokens: of the question.
        lexicon: what words may mean.
        text: the question as it was cut, where a sentence may report something; "" reads it as a question.
    """
    edges: list[list[Edge]] = [[] for _ in tokens]
    forms = [forms_of(token, lexicon) for token in tokens]
    for start, found in enumerate(edges):
        found.extend(keywords(tokens, forms, start, lexicon))
        found.extend(nouns(tokens, forms, start, lexicon))
        found.extend(columns(tokens, forms, start, lexicon))
        found.extend(values(tokens, forms, start, lexicon))
        found.extend(literals(tokens, start, lexicon))
        found.extend(shorthand(tokens, start, lexicon))
        found.extend(runs_by_number(tokens, start, lexicon))
        found.extend(absent(tokens, start, lexicon))
        if lexicon.own:
            found.extend(own(tokens, start, lexicon))
    texts(tokens, edges, lexicon)
    skip, content = skips(tokens, edges, lexicon)
    for edge in list(records(tokens, edges, text)) if lexicon.tells_runs else ():
        edges[edge.start].append(edge)
    return Lattice(tokens, edges, skip, content)
