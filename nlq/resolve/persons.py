"""Who: the people of a table whose rows are none: of loans the members, of assignments the staff."""

from __future__ import annotations

from functools import lru_cache

from nlq.lattice import Mention
from nlq.pieces import Have, Show, Super
from nlq.resolve.dated import alike
from nlq.resolve.draft import Draft
from nlq.tokens import name_key
from nlq.vocabulary import singular
from store.catalog import Column
from store.vocabulary import words

__all__ = ["group_by_who", "persons"]

_CALLED = frozenset(("name", "first", "last", "full", "surname", "detail", "details"))
"""Words of a column's name beside the person."""


@lru_cache(maxsize=1)
def _people() -> frozenset[str]:
    return frozenset(words("things")["people"])


def persons(draft: Draft) -> list[Column]:
    """The columns that name people, in a table whose rows are none; of several kinds, whom the verb tells.

    "Who edited the paper" asks for its editor, "who is in charge of it" may ask for any of them.
    """
    kinds = _by_kind(draft)
    said = {token.norm for token in draft.tokens[1:3]}
    told = next((kind for kind in kinds if any(alike(word, kind) for word in said)), None)
    return kinds[told] if told else [column for columns in kinds.values() for column in columns]


def _by_kind(draft: Draft) -> dict[str, list[Column]]:
    if draft.runs or any(noun[-1] in _people() for noun in draft.nouns):
        return {}
    found: dict[str, list[Column]] = {}
    for column in draft.catalog.columns:
        named = [singular(word) for word in name_key(column.name)]
        kind = next((word for word in named if word in _people()), "")
        if kind and column.type == "text" and not set(named) - _CALLED - {kind}:
            found.setdefault(kind, []).append(column)
    return found


def group_by_who(draft: Draft) -> None:
    """ "Who borrowed more than two books" counts of each member, where nothing else is named first."""
    if not draft.tokens or draft.tokens[0].norm != "who" or not draft.holds(Have, Super):
        return
    if draft.holds(Show) or not (draft.holds(Have) or any(piece.rows for piece in draft.of(Super))):
        return
    asked = persons(draft)
    if len({singular(name_key(column.name)[0]) for column in asked}) != 1:
        return
    draft.pieces = (*(Show(0, 1, Mention((column,), (), "who")) for column in asked), *draft.pieces)
