"""Columns that an edit names because the last question did: "for that county", "for all depths"."""

from __future__ import annotations

from nlq.follow.columns import names_rows
from nlq.follow.cues import Cues
from nlq.keys import keys_in
from nlq.pieces import Filter, Group, Show, Word
from nlq.query import Missing, Not, Query, Select
from nlq.resolve.draft import Draft, Refusal, mentions_of

__all__ = ["freed_columns", "use_pointed"]


def use_pointed(draft: Draft, last: Query, cues: Cues) -> None:
    """ "For that county": what the last answer was about is no column to show."""
    found = False
    for held in draft.of(Filter):
        if cues.same & set(range(held.start, held.end)) and held.condition == Not(Missing(_key_of(held))):
            raise Refusal("the same as which one", flat=True)  # "with the same mouth" has any
    for named in draft.of(Show):
        bound = named.start in cues.same and named.mention.columns[0].key in keys_in(last.where)
        if named.start in cues.same and "other" in cues.kinds and not bound:
            raise Refusal(f"the same {named.mention.text} as which one", flat=True)
        if named.start in cues.at and "other" in cues.kinds and not draft.runs:
            if named.mention.columns[0].key not in keys_in(last.where):
                raise Refusal(f"which {named.mention.text} is meant was not told", flat=True)
        found = found or bound
        if named.start in cues.at or bound:
            draft.use(named)
    if cues.same and "other" in cues.kinds and not found:
        raise Refusal("the same as which one", flat=True)


def _key_of(held: Filter) -> str:
    return held.columns[0].key if held.columns else ""


_ANY = ("all", "any", "whatever")


def freed_columns(draft: Draft, last: Query) -> tuple[str, ...]:
    """ "For all depths", "of all runs": the columns of the last conditions that are said to be open."""
    bound = keys_in(last.where)
    told = {item.key for item in last.show if item.key} if isinstance(last, Select) else set()
    keys: list[str] = []
    for piece in draft.pieces:
        before = max(piece.start - 1, 0)
        if not bound or all(token.norm not in _ANY for token in draft.tokens[before : piece.end]):
            continue
        named = [m.columns[0].key for m in mentions_of(piece)] if isinstance(piece, (Show, Group)) else []
        things = named and set(named) <= told and all(names_rows(key, draft.catalog) for key in named)
        if things or (isinstance(piece, Word) and piece.terminal == "NOUN"):
            named = list(bound)
        if named and set(named) <= set(bound):
            draft.use(piece)
            keys += named
    return tuple(dict.fromkeys(keys))
