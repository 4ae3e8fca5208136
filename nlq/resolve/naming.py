"""Who and where in tables that are no runs: the columns that name a row, and those that place it."""

from __future__ import annotations

from nlq.lattice import FULL_NAME
from nlq.pieces import Show
from nlq.resolve.draft import Draft
from nlq.tokens import name_key
from nlq.vocabulary import canonical
from store.catalog import Column

__all__ = ["asked_first", "naming"]

_PLACES = (
    "location", "address", "place", "venue", "city", "town", "hometown", "birthplace", "state", "county",
    "region", "country", "nationality", "origin", "headquarters",
)  # fmt: skip
"""Words of columns that tell where something is, the nearest first."""

_FIRST, _LAST = (canonical((part, "name")) for part in ("first", "last"))


def naming(draft: Draft) -> list[Column]:
    """The columns that name a row of a table that is no history of runs."""
    columns = draft.catalog.columns
    named = {canonical(name_key(column.name)): column for column in columns}
    if _FIRST in named and _LAST in named:
        return [named[_FIRST], named[_LAST]]
    for noun in draft.nouns:
        called = canonical(noun)
        for name in ((*called, "name"), ("name",), called, ("title",), (*called, "title")):
            if name in named and named[name].type == "text":
                return [named[name]]
    ends = (column for name, column in named.items() if name[-1:] == ("name",) and column.type == "text")
    return [column for column in ends if column.distinct >= 0.9 * column.count][:1]


def asked_first(draft: Draft) -> list[str]:
    """The keys of the columns that "who" and "where" at the start ask for, beside those that are named."""
    if draft.runs or not draft.tokens:
        return []
    asked = draft.tokens[0].norm
    shown = [piece.mention for piece in draft.of_any(Show)]
    if asked == "who" and all(mention.text != FULL_NAME for mention in shown):
        return [column.key for column in naming(draft)]
    if asked == "where" and not shown:
        words = [(set(name_key(column.name)), column.key) for column in draft.catalog.columns]
        return [key for place in _PLACES for own, key in words if place in own][:3]
    return []
