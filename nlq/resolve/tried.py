"""What was tried: yes or no for a condition, the different values for a column."""

from __future__ import annotations

from nlq.columns import main_metric
from nlq.lattice import Mention
from nlq.pieces import Excluded, Filter, Group, Interval, RunPiece, Show, Super
from nlq.query import Condition, Query, Test, Tried, Values
from nlq.resolve.draft import Draft, another_name
from nlq.resolve.where import conditions_of, piece_condition
from nlq.tokens import name_key
from nlq.vocabulary import canonical
from store.catalog import Column

__all__ = ["tried", "values"]

_NO_VALUES = ("notes", "command", "observations")
"""Roles of columns whose cells are never listed as values tried."""


def tried(draft: Draft) -> Query | None:
    """ "have I tried lr 0.04": yes or no. Without a condition it asks for values."""
    for show in draft.of(Show) if draft.has("TRIED_Q", "TRIED") else ():
        if show.mention.columns[0].type == "bool" and not draft.holds(Filter):  # "any fp8 runs"
            draft.use(show)
            column = show.mention.columns[0]
            draft.add(Filter(show.start, show.end, Test(column.key, "=", True), columns=(column,)))
    if not draft.holds(Filter, RunPiece, Interval) or draft.holds(Super):
        return None
    implicit = any(piece.implicit for piece in draft.of(Filter))
    if not implicit and any(show.mention.columns[0].kind != "run" for show in draft.of(Show)):
        return None
    draft.use(*draft.of(Show))
    draft.use_words("TRIED_Q")
    where = conditions_of(draft)
    assert where is not None
    return Tried(where)


def values(draft: Draft) -> Query | None:
    """ "what lrs have I tried": the values of each column that is meant; None where none is."""
    if draft.holds(Super, RunPiece):
        return None
    excluded = draft.of(Excluded)
    barred = {column.key for piece in excluded for column in piece.mention.columns if not piece.mention.whole}
    draft.use(*excluded)
    columns: list[Column] = []
    for show in _asked(draft):
        mention = show.mention
        if all(other.mention.columns[0].type == "bool" for other in draft.of(Show)):
            return None
        if mention.columns[0].kind == "metric" or mention.columns[0].role in _NO_VALUES:
            return None
        columns += _meant(mention, barred, draft)
        draft.use(show)
    part = _asked_beside(draft)
    draft.use_words("TRIED", "TRIED_Q")
    keys = tuple(dict.fromkeys(column.key for column in columns))
    return Values(keys, conditions_of(draft), part) if keys else None


def _meant(mention: Mention, barred: set[str], draft: Draft) -> list[Column]:
    """The columns that a mention means: `lr` of a history that has several is all of them."""
    kinds = [c for c in mention.also if c.kind == "param" and _is_a(c, mention.text)]
    own = [c for c in (*mention.columns, *kinds) if c.key not in barred or c is mention.columns[0]]
    if len(own) > 1:
        names = ", ".join(column.name for column in own)
        other = another_name(mention.text, (column.name for column in own))
        draft.assume(f'"{mention.text}" read as {names}', f"values of {other}" if other else "")
    return [column for column in own if column.kind != "run"]


def _is_a(column: Column, text: str) -> bool:
    """Whether a column is a kind of what was named: `matrix_lr` is an lr, `lr_schedule` is not."""
    name, wanted = canonical(name_key(column.name)), canonical(name_key(text))
    return name[-len(wanted) :] == wanted


def _asked(draft: Draft) -> list[Show]:
    """The columns whose values are asked for; the main metric, named beside them, is shown anyway."""
    for group in draft.of(Group):
        if group.each and group.mentions:  # "every softcap value"
            draft.use(group)
            draft.add(*(Show(group.start, group.end, mention) for mention in group.mentions))
    shows = draft.of(Show)
    main = main_metric(draft.catalog)
    if any(show.mention.columns[0].kind == "param" for show in shows) and main is not None:
        draft.use(*(show for show in shows if main in show.mention.columns))
    return draft.of(Show)


def _asked_beside(draft: Draft) -> Condition | None:
    """ "… tried, was any kept": a state asked of the values at the end of the question."""
    words = draft.words("TRIED_Q")
    filters = draft.of(Filter)
    if not words or not draft.has("TRIED") or not filters or filters[-1].start < words[-1].start:
        return None
    draft.use(filters[-1])
    return piece_condition(filters[-1], draft)
