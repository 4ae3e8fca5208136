"""What is computed over runs that repeat one another: "mean and std of the reward across seeds"."""

from __future__ import annotations

from nlq.pieces import Aggregate, Group
from nlq.resolve.draft import Draft
from nlq.tokens import name_key

__all__ = ["over_repeats"]

_OVER = frozenset("across over among amongst throughout".split())
_REPEATS = frozenset("seed seeds fold folds repeat repeats repetition replicate replica".split())
_TOLD = frozenset("std stdev var variance min max median sum".split())


def over_repeats(draft: Draft) -> None:
    """Take "across seeds" for no group, "mean and std of" for two functions and none of `std_reward`."""
    if not draft.runs:
        return
    for piece in draft.of(Aggregate):
        said = [token.norm for token in draft.tokens[piece.start : piece.end]]
        if len(piece.functions) == 1 and said[1:2] == ["and"] and _TOLD & set(said[2:3]) and piece.mentions:
            draft.cost += 0.5
    groups = draft.of(Group)
    for group in groups if draft.holds(Aggregate) or len(groups) > 1 else ():
        over = _OVER & {token.norm for token in draft.tokens[group.start : group.end]}
        names = [set(name_key(mention.columns[0].name)) for mention in group.mentions]
        if over and names and all(_REPEATS & name for name in names):
            draft.use(group)
