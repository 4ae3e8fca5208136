"""Readings of tables that are more guessed than understood.

Over the tables of the outside sets that are read here and over our own, written before the engine was asked,
a reading of whole tables or of groups that costs as much as this was wrong about as often as right. One with
a condition was not: long questions hold more words that say nothing, and what they name narrows them down.
"""

from __future__ import annotations

from collections.abc import Sequence

from nlq.lattice import COLUMN_ROLES, Edge, Lattice, Mention
from nlq.lexicon import tells_runs
from nlq.query import Query, Select
from nlq.tokens import key
from nlq.vocabulary import DONE, is_participle, singular
from store.catalog import Catalog

__all__ = ["far_fetched", "is_a_guess"]

GUESSED = 1.6
"""What such a reading costs at least."""

DOUBTFUL = 0.8
"""What it costs at least without the words that say what was done, of which hardly one changes an answer."""

FAR = 0.25
"""The cost from which a link to a column is named where a reading is refused."""

_BEFORE = frozenset("who that which they it has have had is are was were be been do does did each".split())
_BEHIND = frozenset(
    "the a an in on at by from to for with of more most less least fewer over under than and or exactly any "
    "only as into".split()
)
_THINGS = frozenset(("COL", "COL_G", "COL_A", "COL_F", "NOUN", "NOUN_H", "VALUE"))
_COMPARING = frozenset(
    "OP OP_H OP_A SUP SUP_C MOST MANY COMMON AGG N_LIM NUM DISTINCT DISTINCT_A N_TIMES HAVING_VALUE MORE "
    "BETWEEN EACH BY".split()
)


def is_a_guess(
    query: Query,
    cost: float,
    left_out: Sequence[int],
    lattice: Lattice,
    catalog: Catalog,
    edges: Sequence[Edge],
) -> bool:
    """Whether a reading is as likely wrong as right.

    Args:
        cost: of the reading. left_out: positions of content words that played no part.
        edges: what the reading linked.
    """
    if cost < GUESSED or tells_runs(catalog) or not isinstance(query, Select):
        return False
    if query.where is not None and not query.group:
        return False
    own = {singular(word) for noun in catalog.nouns for word in key(noun)}
    idle = (
        at for at in set(left_out) if singular(lattice.tokens[at].norm) in own or _acts(at, lattice, edges)
    )
    return cost - sum(min(1.0, lattice.skip[at]) for at in idle) >= DOUBTFUL


def far_fetched(edges: Sequence[Edge]) -> tuple[str, ...]:
    """The links of a reading that were not near: what was said, for which column."""
    return tuple(
        f'"{edge.payload.text}" for {edge.payload.columns[0].name}'
        for edge in edges
        if edge.cost >= FAR and edge.terminal in COLUMN_ROLES and isinstance(edge.payload, Mention)
    )


def _acts(at: int, lattice: Lattice, edges: Sequence[Edge]) -> bool:
    """Whether a word says but what was done, by its form or its place: "received", "who owns the most"."""
    word = lattice.tokens[at].norm
    if is_participle(word) or word in DONE:
        return True
    before = lattice.tokens[at - 1].norm if at else ""
    behind = lattice.tokens[at + 1].norm if at + 1 < len(lattice.tokens) else ""
    subject = before in _BEFORE or any(edge.end == at and edge.terminal in _THINGS for edge in edges)
    compares = any(edge.start == at + 1 and edge.terminal in _COMPARING for edge in edges)
    return subject and (not behind or behind in _BEHIND or compares)
