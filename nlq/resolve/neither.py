"""Two things that a run is without: "runs without dropout or warmup" have neither of the two."""

from __future__ import annotations

from nlq.columns import off_value
from nlq.pieces import Filter, Show, Word
from nlq.query import Condition, Missing, Not, Test
from nlq.resolve.draft import Draft
from store.catalog import Column

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
            draft.add(Filter(piece.start, show.end, _absent(column), columns=(column,)))


def _absent(column: Column) -> Condition:
    if column.type == "bool":
        return Not(Test(column.key, "=", True))
    off = off_value(column)
    return Missing(column.key) if off is None else Test(column.key, "=", off)
