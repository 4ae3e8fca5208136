"""A selection with other columns, functions, ends, groups or order: which of them an edit is about.

functions   what is computed            functions.py
groups      numbers that were computed  groups.py
rows        rows that were listed       rows.py, their order order.py, their columns shown.py
"""

from __future__ import annotations

from dataclasses import replace

from nlq.follow.columns import groups_well
from nlq.follow.cues import Cues
from nlq.follow.edit import Edit, End
from nlq.follow.functions import computed_over
from nlq.follow.groups import edited_groups
from nlq.follow.rows import edited_rows
from nlq.follow.shown import every_column, named_for_themselves, ungrouped
from nlq.query import Agg, Select
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
    if "each" in cues.kinds and not rows.group:
        counted = _by_each(rows, catalog, listed=listed)
        if counted is None:
            return None
        rows = counted
    if "all" in cues.kinds:
        return replace(ungrouped(rows), show=every_column(rows, catalog), distinct=False)
    if edit.empty and not cues.place:
        return ungrouped(rows) if cues.kinds & {"one", "it", "that"} and rows.aggregates else rows
    if "one" in cues.kinds and (end := _end_said(rows, edit)) is not None:
        edit = end
    if edit.items or edit.functions:
        return computed_over(rows, edit, cues, catalog)
    if rows.aggregates:
        made = edited_groups(rows, edit, cues, catalog)
    else:
        made = edited_rows(rows, edit, cues, catalog, listed=listed)
    if made is None:
        return None
    if edit.having:
        said = {one.item for one in edit.having}
        kept = made.having if "narrow" in cues.kinds else (h for h in made.having if h.item not in said)
        made = replace(made, having=(*kept, *edit.having)) if made.group else None
    return made


def _by_each(rows: Select, catalog: Catalog, *, listed: bool) -> Select | None:
    """ "How many runs each": of the values that were listed, or of the groups that one was the best of."""
    keys = (rows.per,) if rows.per else named_for_themselves(rows)
    if not keys or not (listed or rows.per or all(groups_well(key, catalog) for key in keys)):
        return None
    return Select((Agg("count"),), rows.where, keys, every=rows.every)


def _end_said(rows: Select, edit: Edit) -> Edit | None:
    """ "Which one has the lowest loss", of groups by mean loss: not the lowest loss of each of them."""
    item = edit.items[0] if len(edit.items) == 1 and rows.group else None
    if not isinstance(item, Agg) or item.function not in ("min", "max"):
        return None
    told = item.key in {shown.key for shown in rows.show}
    return replace(edit, items=(), ends=(End(item.function),)) if told else None
