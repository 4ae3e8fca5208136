"""What a number is computed over: "mean and std of the reward across seeds", "val_acc spread over seeds"."""

from __future__ import annotations

from dataclasses import replace

from nlq.pieces import Aggregate, Group, Show, Word
from nlq.resolve.draft import Draft
from nlq.tokens import name_key

__all__ = ["over_repeats", "spread_over"]

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


def spread_over(draft: Draft) -> None:
    """ "val_acc spread over seeds": of the metric before it, over all values of the other."""
    for piece in draft.of(Aggregate) if draft.runs else ():
        before, behind = draft.before(piece), draft.after(piece)
        shown = draft.after(behind) if isinstance(behind, Word) else behind
        over = piece.mentions[0] if len(piece.mentions) == 1 else None
        over = over or (shown.mention if isinstance(shown, Show) else None)
        if not isinstance(before, Show) or before.end != piece.start or over is None:
            continue
        said = {token.norm for token in draft.tokens[piece.start : piece.end + 2]}
        metric = before.mention.columns[0].kind == "metric" and over.columns[0].kind == "param"
        if metric and said & _OVER:
            draft.use(piece, before, *([shown] if isinstance(shown, Show) and not piece.mentions else []))
            draft.use(*(word for word in draft.words("VS") if piece.end <= word.start <= piece.end + 1))
            draft.add(replace(piece, mentions=(before.mention,)))
            draft.assume(f"over all values of {over.columns[0].name} together")
