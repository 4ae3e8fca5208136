"""Numbers whose column is that of the last query: "how about less than 800", "more than The Kite"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlq.columns import NUMERIC
from nlq.conditions import compared, fit
from nlq.follow.said import said_keys
from nlq.keys import keys_in
from nlq.lattice import Mention
from nlq.pieces import Filter, Number, Piece, Show
from nlq.query import Agg, Between, Condition, Having, In, Query, Select, Test, conditions
from nlq.resolve.adjectives import measuring
from nlq.resolve.draft import Draft
from nlq.resolve.implied import year_column
from store.catalog import Catalog, Column

__all__ = ["filled", "of_groups"]


def filled(piece: Piece, last: Query, draft: Draft) -> Piece:
    """ "How about less than 800": a number without a column is of one that the last query spoke of."""
    if not isinstance(piece, Filter) or piece.condition or piece.state:
        return piece
    if piece.reference is not None:  # "more than The Kite"
        found = None if draft.runs or piece.mention is not None else _column_for((), last, draft.catalog)
        return piece if found is None else replace(piece, mention=Mention((found,), (), found.name))
    if of_groups(piece, last, draft) is not None:
        return piece
    before = draft.before(piece)
    if isinstance(before, Show) and before.end == piece.start:
        return piece  # "longitude higher than -99" has its column
    if piece.hint and piece.hint != "size" and measuring(piece.hint, draft.catalog) is not None:
        return piece  # "heavier than 95", after a height
    column = _column_for(piece.numbers, last, draft.catalog)
    year = year_column(piece.numbers, draft) if draft.tokens[piece.start].norm in _DATING else None
    if column is None or (year is not None and year.key not in keys_in(last.where)):
        return piece
    values = [fit(number, column) for number in piece.numbers]
    assert values[0] is not None
    condition: Condition = compared(column.key, piece.op, values[0])
    if piece.op == "between" and values[-1] is not None:
        condition = Between(column.key, min(values[0], values[-1]), max(values[0], values[-1]))
    elif len(values) > 1:
        condition = In(column.key, tuple(value for value in values if value is not None))
    return replace(piece, condition=condition, columns=(column,), numbers=())


def of_groups(piece: Filter, last: Query, draft: Draft) -> Having | None:
    """ "Only those with more than one", after a count by continent: what was computed of each group."""
    if not isinstance(last, Select) or not last.group or not last.aggregates:
        return None
    if piece.condition or piece.state or piece.mention or piece.hint or piece.reference is not None:
        return None
    if len(piece.numbers) != 1 or piece.op not in ("<", "<=", ">", ">=") or piece.negated:
        return None
    bounds = (one for one in conditions(last.where) if isinstance(one, Test) and one.op[0] in "<>")
    item = next((item for item in last.show if isinstance(item, Agg)), None)
    if item is None or any(bounds) or draft.tokens[piece.start].norm in _DATING or piece.numbers[0].unit:
        return None
    return Having(item, piece.op, piece.numbers[0].value * piece.numbers[0].factor)  # type: ignore[arg-type]


_DATING = frozenset(("after", "before", "since", "until", "in", "from", "during"))


def _column_for(numbers: Sequence[Number], last: Query, catalog: Catalog) -> Column | None:
    """The column of numbers that the last query spoke of last: in a condition, else in what it showed."""
    for key in said_keys(last):
        column = next((c for c in catalog.columns if c.key == key), None)
        if column is None or column.type not in NUMERIC:
            continue
        if all(fit(number, column) is not None for number in numbers):
            return column
    return None
