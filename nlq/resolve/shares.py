"""Which part of the runs: "what share of the runs crashed"."""

from __future__ import annotations

from nlq.pieces import Filter, Show
from nlq.query import Agg, Query, Select, Share
from nlq.resolve.draft import Draft, Refusal
from nlq.resolve.grouping import group_keys
from nlq.resolve.where import conditions_of, piece_condition

__all__ = ["share"]


def share(draft: Draft) -> Query:
    """The first condition is the part, the rest the whole; without one, the runs of each group.

    Raises:
        Refusal: where neither is told.
    """
    draft.use_words("SHARE")
    part = next(iter(draft.of(Filter)), None)
    if part is None:
        groups = group_keys(draft, [])
        if not groups:
            raise Refusal("a share of what", ("share of runs that crashed",))
        return Select((Agg("count"),), conditions_of(draft), groups)
    draft.use(part)
    condition = piece_condition(part, draft)
    draft.use(*(show for show in draft.of(Show) if show.mention.columns[0].kind == "run"))
    return Share(condition, conditions_of(draft))
