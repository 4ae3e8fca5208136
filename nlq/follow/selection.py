"""A selection with other columns, functions, ends, groups or order: which of them an edit is about.

functions   what is computed            functions.py
groups      numbers that were computed  groups.py
rows        rows that were listed       rows.py, their order order.py, their columns shown.py
"""

from __future__ import annotations

from dataclasses import replace

from nlq.follow.cues import Cues
from nlq.follow.edit import Edit
from nlq.follow.functions import computed_over
from nlq.follow.groups import edited_groups
from nlq.follow.rows import edited_rows
from nlq.follow.shown import every_column, ungrouped
from nlq.query import Select
from store.catalog import Catalog

__all__ = ["edited"]


def edited(rows: Select, edit: Edit, cues: Cues, catalog: Catalog, *, listed: bool = False) -> Select | None:
    """A selection with the parts of an edit in place of its own; None where they do not go together.

    Args:
        rows: the last selection, under the new conditions already. listed: it told the values of columns.
    """
    rows = replace(
        rows,
        distinct=rows.distinct or edit.distinct,
        every=rows.every or edit.every,
        unit=edit.unit or rows.unit,
    )
    if "all" in cues.kinds:
        return replace(ungrouped(rows), show=every_column(rows, catalog), distinct=False)
    if edit.empty and not cues.place:
        return ungrouped(rows) if cues.kinds & {"one", "it", "that"} and rows.aggregates else rows
    if edit.items or edit.functions:
        return computed_over(rows, edit, cues, catalog)
    if rows.aggregates:
        made = edited_groups(rows, edit, cues, catalog)
    else:
        made = edited_rows(rows, edit, cues, catalog, listed=listed)
    if made is None:
        return None
    if edit.having:
        made = replace(made, having=(*made.having, *edit.having)) if made.group else None
    return made
