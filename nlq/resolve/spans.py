"""What a number is over: "val_acc spread over seeds"; and lengths of time that nothing tells."""

from __future__ import annotations

from dataclasses import replace

from nlq.columns import DATES
from nlq.pieces import Aggregate, Show, Word
from nlq.resolve.draft import Draft, Refusal
from nlq.vocabulary import singular

__all__ = ["refuse_a_length_of_time", "spread_over"]


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
        if metric and said & {"over", "across"}:
            draft.use(piece, before, *([shown] if isinstance(shown, Show) and not piece.mentions else []))
            draft.use(*(word for word in draft.words("VS") if piece.end <= word.start <= piece.end + 1))
            draft.add(replace(piece, mentions=(before.mention,)))
            draft.assume(f"over all values of {over.columns[0].name} together")


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
