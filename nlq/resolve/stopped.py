"""At which step a run ended badly, where its log tells it in a remark: "4.71 (diverged at step 3200)"."""

from __future__ import annotations

from nlq.lattice import Mention
from nlq.pieces import Filter, Show
from nlq.resolve.draft import Draft
from nlq.tokens import name_key
from store.catalog import Column

__all__ = ["ask_where_it_stopped"]

_BADLY = ("crashed", "diverged", "stopped", "failed", "wrong")

_TOLD = "stopped_at_step"
"""How `store.readers.nativemerge` calls it."""


def ask_where_it_stopped(draft: Draft) -> None:
    """ "At which step did exp-001 diverge" is not how many steps it had; "when" is answered by it too."""
    column = next((column for column in draft.catalog.columns if column.name == _TOLD), None)
    if column is None or not any(p.state in _BADLY and not p.negated for p in draft.of(Filter)):
        return
    for show in draft.of(Show):
        if _counts_steps(show.mention.columns[0]):
            draft.use(show)
            draft.add(_shown(show.start, show.end, column))
    for word in draft.words("WHEN"):
        draft.add(_shown(word.start, word.end, column))


def _shown(start: int, end: int, column: Column) -> Show:
    return Show(start, end, Mention((column,), (), column.name))


def _counts_steps(column: Column) -> bool:
    return name_key(column.name)[-1:] in (("step",), ("steps",))
