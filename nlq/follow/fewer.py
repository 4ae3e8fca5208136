"""What of the last conditions may have been meant to go: tried where no row meets all of them.

"And against Boston", after "the score on October 9", is as likely the score against Boston on any day. Which
is meant the table tells: kept are the last conditions with which some row is found (`nlq.engine.instead`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlq.follow.cues import Cues
from nlq.follow.edit import Edit
from nlq.keys import keys_in
from nlq.lexicon import tells_runs
from nlq.query import Agg, Query, Select, both, conditions
from store.catalog import Catalog

__all__ = ["with_fewer"]

_KEEPING = frozenset(("narrow", "of", "also", "it", "that", "any", "drop", "one"))
"""Cues that speak of the rows of the last answer: its conditions stay."""


def with_fewer(last: Query, edit: Edit, cues: Cues, catalog: Catalog) -> Iterator[Select]:
    """The last query without one of its conditions, then without any, for a condition on another column.

    Nothing where the words speak of the last rows, or no row is an answer: a count of none, and all of runs.
    """
    if tells_runs(catalog) or not isinstance(last, Select) or cues.kinds & _KEEPING:
        return
    if any(isinstance(item, Agg) and item.function == "count" for item in last.show):
        return
    said = {key for one in edit.where for key in keys_in(one)}
    parts = conditions(last.where)
    if not said or said & set(keys_in(last.where)):
        return  # a value in the place of another one is asked for under the same conditions
    for gone in parts:
        yield replace(last, where=both(*(part for part in parts if part != gone)))
    if len(parts) > 1:
        yield replace(last, where=None)
