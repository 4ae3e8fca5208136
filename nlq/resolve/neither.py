"""Two things that a run is without: "runs without dropout or warmup" have neither of the two."""

from __future__ import annotations

from nlq.columns import none_of
from nlq.pieces import Filter, Show, Word
from nlq.query import Missing
from nlq.resolve.draft import Draft

__all__ = ["take_neither"]


def take_neither(draft: Draft) -> None:
    """Take the column behind "without … or" for what is to be absent as well."""
    for piece in draft.of(Filter) if draft.runs else ():
        mark = draft.after(piece)
        show = draft.after(mark) if isinstance(mark, Word) and mark.terminal == "VS" else None
        if mark is None or not isinstance(show, Show) or draft.tokens[piece.start].norm != "without":
            continue
        if {token.norm for token in draft.tokens[piece.end : show.start]} & {"or", "and", "nor"}:
            column = show.mention.columns[0]
            draft.use(mark, show)
            absent = none_of(column) or Missing(column.key)
            draft.add(Filter(piece.start, show.end, absent, columns=(column,)))
