"""Lengths of time that nothing tells: "how many days did the sweep take"."""

from __future__ import annotations

from nlq.columns import DATES
from nlq.pieces import Show
from nlq.resolve.draft import Draft, Refusal
from nlq.vocabulary import singular

__all__ = ["refuse_a_length_of_time"]


_UNITS = frozenset(("minute", "hour", "day", "week", "month", "year"))


def refuse_a_length_of_time(draft: Draft) -> None:
    """Refuse "how many days did the sweep take": different dates are no days.

    Raises:
        Refusal: where such a length is asked for.
    """
    for show in draft.of(Show) if draft.runs and draft.has("COUNT") else ():
        column = show.mention.columns[0]
        if column.type in DATES and singular(show.mention.text.lower()) in _UNITS:
            near = (f"range of {column.name}",)
            raise Refusal("how long it was from the first to the last is not counted", near)
