"""What an edit means in view of the last question: the same words would be another one behind another."""

from __future__ import annotations

from dataclasses import replace

from nlq.follow.columns import names_rows
from nlq.follow.cues import Cues
from nlq.follow.edit import Edit
from nlq.lexicon import tells_runs
from nlq.query import Missing, Query, Select
from store.catalog import Catalog

__all__ = ["in_context"]


def in_context(last: Query, edit: Edit, cues: Cues, catalog: Catalog) -> tuple[Edit, Cues]:
    """An edit of a table, as what the last question showed or computed makes it out.

    "Of promoted clubs", after a mean, says of what it is and shows no clubs; "without drawn", of a column
    that is shown and that every row has, hides it.
    """
    if tells_runs(catalog) or not isinstance(last, Select) or not edit.where:
        return edit, cues
    if last.aggregates:
        things = bool(edit.show) and all(names_rows(key, catalog) for key in edit.show)
        shows = edit.asks or bool(cues.kinds & {"it", "also"})
        return (replace(edit, show=()) if things and not shows else edit), cues
    gone = {one.key for one in edit.where if isinstance(one, Missing)}
    shown = {item.key for item in last.show}
    full = {column.key for column in catalog.columns if column.count == catalog.rows}
    if edit.only_where and len(gone) == len(edit.where) and gone <= full and gone < shown:
        return Edit(show=tuple(gone)), replace(cues, kinds=cues.kinds | {"drop"})
    return edit, cues
