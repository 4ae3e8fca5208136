"""Rows, edited: an end of them, an order, so many, other columns."""

from __future__ import annotations

from dataclasses import replace

from nlq.follow.cues import Cues
from nlq.follow.edit import Edit
from nlq.follow.order import by_column, ranked, reordered, turned_order
from nlq.follow.shown import projected, projects
from nlq.query import Select
from store.catalog import Catalog

__all__ = ["edited_rows"]


def edited_rows(rows: Select, edit: Edit, cues: Cues, catalog: Catalog, *, listed: bool) -> Select | None:
    """Of rows: an end, other groups, an order, so many, other columns."""
    made: Select | None = rows
    if edit.ends or cues.place:
        made = ranked(rows, edit, cues, catalog)
    elif edit.group:
        return by_column(rows, edit, catalog)
    elif edit.order and (rows.limit or 1) > 1:
        return None  # these rows in another order are not the first of that order
    elif edit.order:
        told = {item.key for item in rows.show} >= {one.by.key for one in edit.order}
        limit = None if rows.limit == 1 else rows.limit
        made = replace(rows, order=edit.order, limit=limit, offset=0, distinct=rows.distinct and told)
    elif edit.turned is not None:
        order = () if rows.limit else turned_order(rows, edit.turned, catalog)
        made = replace(rows, order=order) if order else None  # the other end is not these rows turned round
    elif edit.limit is not None:
        made = replace(rows, limit=edit.limit, offset=0)
    elif edit.show:
        if not projects(edit, cues) and (swapped := reordered(rows, edit, catalog)) is not None:
            return swapped
        return projected(rows, edit, cues, catalog)
    elif not (edit.where or edit.unit or edit.every or edit.distinct):
        return None
    if made is not None and edit.show and not edit.ends:
        return projected(made, edit, cues, catalog)
    return made
