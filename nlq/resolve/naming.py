"""Who and where in tables that are no runs: the columns that name a row, and those that place it."""

from __future__ import annotations

from nlq.lattice import FULL_NAME, Mention
from nlq.pieces import Show
from nlq.resolve.draft import Draft
from nlq.resolve.persons import persons
from nlq.tokens import name_key
from nlq.vocabulary import canonical
from store.catalog import Column

__all__ = ["asked_first", "naming", "of_its_kind"]

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
        asked_of = persons(draft)
        if any(column in asked_of for mention in shown for column in mention.columns):
            asked_of = []  # "who directed it" names the column
        return [column.key for column in (*asked_of, *naming(draft))]
    if asked == "where":
        words = [(set(name_key(column.name)), column) for column in draft.catalog.columns]
        places = [column for place in _PLACES for own, column in words if place in own]
        if not shown:
            return [column.key for column in places][:3]
        told = any(column in places for mention in shown for column in mention.columns)
        if draft.tokens[1].norm in ("did", "do", "does") and not told:
            return [column.key for column in places][:1]  # "where did the home team play"
    return []


def of_its_kind(mention: Mention) -> list[Column]:
    """Further columns that are what one word names: "which team" of `nhl team` and `college / club team`."""
    said = name_key(mention.text)
    if mention.whole or len(said) != 1 or not mention.columns:
        return []
    first = _kind_told(mention.columns[0])
    kin = [column for column in mention.also if column.type == mention.columns[0].type]
    return [column for column in kin if _kind_told(column) == first == canonical(said)[-1]][:2]


def _kind_told(column: Column) -> str:
    """The last word of a column's name, without what stands in brackets."""
    named = canonical(name_key(column.name.split("(")[0]))
    return named[-1] if named else ""
