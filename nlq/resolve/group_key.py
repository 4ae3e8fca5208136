"""The column that a mention groups by, and its key."""

from __future__ import annotations

from nlq.keys import STATE
from nlq.lattice import Mention
from nlq.resolve.draft import Draft, Refusal
from store.catalog import Column

__all__ = ["group_column", "group_key"]


def group_key(mention: Mention, draft: Draft) -> str:
    """The key to group by: where the status column is silent of most runs, how they ended all the same.

    Raises:
        Refusal: as `group_column`.
    """
    column = group_column(mention)
    silent = draft.catalog.rows - column.count
    if column.role == "change":
        told = f"{column.count} of {draft.catalog.rows} {draft.catalog.nouns[0]}s"
        draft.assume(f"{column.name} is only told where it was changed: of {told}")
    if column.role != "status" or not silent or not draft.catalog.tells_state:
        return column.key
    draft.assume(f"by how the runs ended: {column.name} is not written for {silent} of them")
    return STATE


def group_column(mention: Mention) -> Column:
    """The column of a mention to group by.

    Raises:
        Refusal: where it is told in prose only of the runs that changed it, and not asked for in quotes.
    """
    column = mention.columns[0]
    if column.role == "change" and not mention.exact:
        raise Refusal(
            f"{column.name} is only told where it was changed", (f"{column.name} values tried",), flat=True
        )
    return column
