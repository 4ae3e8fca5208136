"""Ends of a table's columns that are numbers of them all, and numbers that are one row's.

"The largest and smallest memory" are two numbers, and no row has both; "the number of officers in the county
with the highest crime rate" is what that one county has, and no sum.
"""

from __future__ import annotations

from nlq.columns import NUMERIC, counts_things, orderable
from nlq.lattice import Mention
from nlq.pieces import Aggregate, Group, Have, Piece, Show, Super, Word
from nlq.resolve.draft import Draft

__all__ = ["doubt_an_end_of_rows", "join_both_ends", "tell_of_the_one"]

_ENDS = frozenset(("min", "max"))


def join_both_ends(draft: Draft) -> None:
    """Read "largest and smallest" before one column as two functions of it."""
    for sup in draft.of(Super) if not draft.runs else ():
        other = draft.after(sup)
        between = [token.norm for token in draft.tokens[sup.end : other.start]] if other is not None else []
        if between != ["and"] or sup.mention is not None or sup.count or draft.asks_for_row:
            continue
        functions, mention = _other_end(other, draft)
        if other is None or not functions or {sup.which, functions[0]} != _ENDS or mention is None:
            continue
        draft.use(sup, other)
        draft.add(Aggregate(sup.start, other.end, (sup.which, *functions), (mention,)))


def _other_end(other: Piece | None, draft: Draft) -> tuple[tuple[str, ...], Mention | None]:
    """The functions of a piece that names an end, and the column it is of."""
    if isinstance(other, Aggregate):
        functions, mention = other.functions, next(iter(other.mentions), None)
    elif isinstance(other, Super) and other.count is None:
        functions, mention = (other.which,), other.mention
    else:
        return (), None
    after = draft.after(other)
    if mention is None and isinstance(after, Show) and after.mention.columns[0].type in NUMERIC:
        draft.use(after)
        mention = after.mention
    return functions, mention


_HAVING = frozenset(("with", "has", "have", "having", "had"))


def tell_of_the_one(draft: Draft) -> None:
    """Read "how many officers does the county with the highest rate have" as a number of that county."""
    if draft.runs or draft.holds(Group, Have) or draft.has("DISTINCT"):
        return
    for word in draft.words("COUNT")[:1]:
        show = draft.after(word)
        if not isinstance(show, Show) or not counts_things(show.mention.columns[0]):
            continue
        behind = [piece for piece in draft.following(show) if draft.unused(piece)]
        end = next((piece for piece in behind if isinstance(piece, (Super, Aggregate))), None)
        if end is None or not _is_of_one(end, draft):
            continue
        if isinstance(end, Aggregate):
            draft.use(end)
            draft.add(Super(end.start, end.end, end.functions[0], mention=end.mentions[0]))
        draft.use(word)


def _is_of_one(end: Piece, draft: Draft) -> bool:
    """Whether an end is one that one row has: "with the highest crime rate", "of the oldest school"."""
    said = [token.norm for token in draft.tokens[max(0, end.start - 2) : end.start]]
    noun = any(isinstance(p, Word) and p.terminal == "NOUN" and p.end <= end.start for p in draft.pieces)
    if said[-1:] != ["the"] or not noun or said[0] not in _HAVING:
        return False
    if isinstance(end, Super):
        return end.mention is not None and not (end.rows or end.common or end.count)
    assert isinstance(end, Aggregate)
    one = len(end.functions) == len(end.mentions) == 1 and end.functions[0] in _ENDS
    return one and orderable(end.mentions[0].columns[0])


def doubt_an_end_of_rows(draft: Draft) -> None:
    """ "The maximum price and score in each year" are two numbers of each year, and no row of it."""
    for sup in draft.of(Super) if not draft.runs and not draft.asks_for_row else ():
        following = [piece for piece in draft.following(sup) if isinstance(piece, Show)]
        first = sup if sup.mention is not None else next(iter(following), None)
        second = next((show for show in following if show is not first), None)
        if first is None or second is None or sup.which not in _ENDS or sup.count:
            continue
        listed = [token.norm for token in draft.tokens[first.end : second.start]] == ["and"]
        each = any(group.each for group in draft.of(Group))
        if listed and each and second.mention.columns[0].type in NUMERIC:
            draft.cost += 0.2
