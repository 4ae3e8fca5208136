"""Two cells that two columns share: "Rome against Pisa" is one row's pair, not the rows of either."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from nlq.conditions import any_of, values_of
from nlq.pieces import Filter, Piece, Show
from nlq.query import Condition, In, Scalar, Test, both
from nlq.resolve.draft import Draft
from store.catalog import Column

__all__ = ["pairs"]

_LISTED = frozenset(("and", "or"))
_MET = frozenset("between against versus vs met beat".split())


def pairs(draft: Draft) -> list[Condition]:
    """The conditions of two values by themselves that stand in two columns of a row; their pieces are used.

    Which stands in which is told by a column named between them or behind ("Rome at home against Pisa"), else
    either may be.
    """
    found: list[Condition] = []
    bare = [piece for piece in draft.of(Filter) if _value(piece) is not None] if not draft.runs else []
    for first, second in pairwise(bare):
        one, other = _own(first), _partner(first, second, draft)
        if one is not None and other is not None and draft.unused(first):
            found.append(_either_way(first, second, one, other, draft))
            draft.use(first, second)
    for piece in draft.of(Filter) if not draft.runs else ():
        halves = _halves(piece)
        if halves and draft.tokens[piece.start - 1].norm == "between" and piece.start:
            one, other = _own(piece), _partner(*halves, draft)
            if one is not None and other is not None:
                found.append(_either_way(*halves, one, other, draft))
                draft.use(piece)
    return found


def _halves(piece: Filter) -> tuple[Filter, Filter] | None:
    """ "Rome and Pisa" as two values."""
    if not piece.bare or piece.listed != "and" or not isinstance(piece.condition, In):
        return None
    key, values = piece.condition.key, piece.condition.values
    if len(values) != 2:
        return None
    first, second = (replace(piece, condition=Test(key, "=", value)) for value in values)
    return first, second


def _partner(first: Filter, second: Filter, draft: Draft) -> Column | None:
    """The other column that one of the values may stand in, where the two are of one column and no list."""
    if _own(first) != _own(second) or _value(first) == _value(second) or not _are_met(first, second, draft):
        return None
    others = [column for column in draft.catalog.columns if column != _own(first)]
    return next((c for c in others if _cell(first, c) is not None or _cell(second, c) is not None), None)


def _either_way(first: Filter, second: Filter, one: Column, other: Column, draft: Draft) -> Condition:
    ways = {
        (first, second): _pair(first, second, one, other),
        (second, first): _pair(second, first, one, other),
    }
    named = [show for show in draft.of(Show) if show.mention.columns[0] in (one, other)]
    for show in named if len(named) == 1 and first.end <= named[0].start else ():
        before, after = (first, second) if show.start < second.start else (second, first)
        way = ways[before, after] if show.mention.columns[0] == one else ways[after, before]
        if way is not None:
            draft.use(show)
            return way
    condition = any_of([way for way in ways.values() if way is not None])
    assert condition is not None
    return condition


def _pair(first: Filter, second: Filter, one: Column, other: Column) -> Condition | None:
    """The first value in one column and the second in the other, where the cells are there."""
    here, there = _cell(first, one), _cell(second, other)
    return (
        None if here is None or there is None else both(Test(one.key, "=", here), Test(other.key, "=", there))
    )


def _are_met(first: Filter, second: Filter, draft: Draft) -> bool:
    """Whether they are no list: "Rome and Pisa" are one only behind "between" and the like."""
    said = {token.norm for token in draft.tokens[first.end : second.start]}
    comma = draft.tokens[second.start].comma
    before = {token.norm for token in draft.tokens[: second.start]}
    return not (said & _LISTED or comma) or bool(before & _MET)


def _value(piece: Piece) -> Scalar | None:
    if not isinstance(piece, Filter) or not piece.bare or piece.negated or piece.condition is None:
        return None
    values = values_of(piece.condition)
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def _own(piece: Filter) -> Column | None:
    return piece.columns[0] if piece.columns else None


def _cell(piece: Filter, column: Column) -> str | None:
    """The cell of a column that is the piece's value."""
    said = str(_value(piece)).casefold()
    found = (str(value) for value in column.values if str(value).casefold() == said)
    return next(found, None) if column.type == "text" else None
