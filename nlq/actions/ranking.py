"""`ranking.lark`: best, worst, top 5, second best, fastest, latest, most runs, most common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlq.actions.registry import Built, action, orders, span, such
from nlq.columns import NUMERIC, is_called_by_its_thing, is_half_told, is_id, is_year
from nlq.pieces import Super
from nlq.vocabulary import singular

_MEASURED = frozenset("height weight cost salary size power temperature width wealth population".split())
"""What adjectives measure that no date tells."""

MOST = 100_000
"""More rows than this are not a "top N"."""


@action("sup", "sup_n", "n_sup", "ord_sup", "sup_col", "sup_n_col", "n_sup_col", "ord_sup_col")
def superlative(parts: Sequence[Any]) -> Built:
    """ "best", "top 5", "second best", "lowest loss"."""
    return _superlative(parts)


@action("sup_share")
def share(parts: Sequence[Any]) -> Built:
    """ "Top 10%", "the best quartile"."""
    amount = int(next(part.payload for part in parts if part.terminal in ("N_SUP", "N_PART")))
    edge = parts[0]
    which, _, hint = str(edge.payload).partition(":")
    mention = next((part.payload for part in parts if part.terminal == "COL_A"), None)
    if not 0 < amount < 100 or (hint and mention) or hint.isdigit() or (mention and not orders(mention)):
        return None
    return Super(*span(parts), which, hint, mention=mention, percent=amount), 0.0


@action("sup_bare")
def bare(parts: Sequence[Any]) -> Built:
    """A comparative in the place of a superlative: "cheaper"."""
    made = _superlative(parts)
    return made if made is None else (made[0], made[1] + 0.15)


@action("most_rows", "n_most_rows", "ord_most_rows")
def most_rows(parts: Sequence[Any]) -> Built:
    """ "most runs"."""
    return _superlative(parts, rows=True)


@action("most_such")
def most_such(parts: Sequence[Any]) -> Built:
    """ "(has) the most clerks": of the rows that are such."""
    where = such(parts[1].payload[0])
    if where is None:
        return None
    return Super(*span(parts), str(parts[0].payload), rows=True, where=where), 0.1


@action("most_things")
def most_things(parts: Sequence[Any]) -> Built:
    """ "(saw) the most patients": the different values of a column that names things."""
    mention = parts[1].payload
    if orders(mention) and not is_id(mention.columns[0]):
        return None  # "the most points"
    if singular(parts_end := mention.text.lower().split()[-1]) == parts_end:
        return None
    return Super(*span(parts), str(parts[0].payload), mention=mention, rows=True), 0.15


@action("most_common", "n_most_common", "ord_most_common", "commonness")
def most_common(parts: Sequence[Any]) -> Built:
    """ "the most common optimizer"."""
    return _superlative(parts, common=True)


def _superlative(parts: Sequence[Any], *, rows: bool = False, common: bool = False) -> Built:
    edge = next(part for part in parts if part.terminal in ("SUP", "SUP_C", "MOST", "COMMON"))
    which, _, hint = str(edge.payload).partition(":")
    count = next((int(part.payload) for part in parts if part.terminal in ("N_LIM", "N_SUP")), None)
    order = next((int(part.payload) for part in parts if part.terminal == "ORD"), 0)
    mention = next((part.payload for part in parts if part.terminal in ("COL_A", "COL_G")), None)
    ordered = mention is None or orders(mention)
    if (
        mention is not None
        and ordered
        and edge.terminal in ("SUP", "SUP_C")
        and is_half_told(mention.columns, mention.whole)
    ):
        return None  # "the most models" of a model's name and its year
    if not ordered and edge.terminal in ("SUP", "SUP_C") and which in ("max", "min"):
        return None
    if ordered and mention is not None and edge.terminal == "SUP_C" and is_year(mention.columns[0]):
        return None  # "the most releases" is no year
    thing = mention is not None and is_called_by_its_thing(mention.columns[0], mention.text)
    if thing and edge.terminal == "SUP_C":
        return None  # "the most clubs" is not the highest id of one
    if (
        hint in _MEASURED
        and mention is not None
        and orders(mention)
        and all(column.type not in NUMERIC for column in mention.columns)
    ):
        return None  # "when was the tallest player born"
    if hint.isdigit():
        order, hint = int(hint), ""  # "the runner up"
    if count is not None and not 0 < count <= MOST:
        return None
    made = Super(*span(parts), which, hint, count, max(order - 1, 0), mention, rows, common)
    return made, 0.0 if ordered else 0.3
