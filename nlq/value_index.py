"""The values of a history by their words, so that a question can name them.

A history has tens of thousands of names of runs, and a question names one of them, if any. Where all of a
column are joined words ("run-17"), they are cut together and stand under their words as one text: 10,000
take a third of the time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlq.tokens import cut_names, key
from store.catalog import Column
from store.records import Value
from store.slotted import slotted

__all__ = ["ValueHit", "ValueIndex"]

_LONGEST = 12
"""Words of the longest cell that is looked for as a whole."""

_WIDEST = 90
"""Characters of the longest cell that is no sentence."""

_MANY = 100
"""Cells of a column that are worth being cut together."""


@slotted
class ValueHit:
    """A cell's text found in a column; several cells where a part of them was enough."""

    column: Column
    value: Value | tuple[str, ...]


class ValueIndex:
    """Where the cells stand that are written in some words.

    Attributes:
        words: each word of a cell.
    """

    __slots__ = ("_alone", "_named", "_order", "words")

    def __init__(self) -> None:
        self.words: set[str] = set()
        self._alone: dict[tuple[str, ...], list[ValueHit]] = {}
        self._named: list[tuple[Column, dict[str, int]]] = []
        self._order: dict[str, int] = {}

    def add(self, column: Column, texts: Sequence[str]) -> None:
        """Index the cells of a column.

        Args:
            column: is asked for no more than once.
            texts: its values, each as text.
        """
        self._order[column.key] = len(self._order)
        if len(texts) >= _MANY and (cut := cut_names(texts, _WIDEST, _LONGEST)) is not None:
            places = dict(zip(cut, range(len(cut)), strict=True))
            if len(places) == len(cut):  # else one of them is written in two ways
                self._named.append((column, places))
                joined = " ".join(cut)
                self.words.update(joined.split() if joined.count(" ") >= len(cut) else cut)
                return
        keys = [key(text) if len(text) <= _WIDEST else () for text in texts]
        for cell, value in zip(keys, column.values, strict=True):
            if 0 < len(cell) <= _LONGEST:
                if cell in self._alone:
                    _add_hit(self._alone[cell], column, value)
                else:
                    self._alone[cell] = [ValueHit(column, value)]
        self.words.update(*(cell for cell in keys if len(cell) <= _LONGEST))

    def of(self, words: tuple[str, ...]) -> Sequence[ValueHit]:
        """The cells that are these words, in the order of their columns."""
        hits = self._alone.get(words, [])
        if not self._named or not words:
            return hits
        text = " ".join(words)
        named = [ValueHit(column, column.values[at[text]]) for column, at in self._named if text in at]
        return sorted((*hits, *named), key=lambda hit: self._order[hit.column.key]) if named else hits

    def __contains__(self, words: tuple[str, ...]) -> bool:
        """Whether some cell is these words."""
        return bool(self.of(words))

    def of_length(self, count: int) -> Iterator[tuple[tuple[str, ...], Sequence[ValueHit]]]:
        """The cells of so many words."""
        for words, hits in self._alone.items():
            if len(words) == count:
                yield words, hits
        for column, places in self._named:
            for text, at in places.items():
                if text.count(" ") == count - 1:
                    yield tuple(text.split()), [ValueHit(column, column.values[at])]


def _add_hit(hits: list[ValueHit], column: Column, value: Value) -> None:
    """One more cell of the same words: of a column that has them in two spellings both are meant."""
    at = next((at for at, hit in enumerate(hits) if hit.column is column), None)
    if at is None:
        hits.append(ValueHit(column, value))
    elif column.kind != "run":  # "8×H100" and "8xH100"; names of runs are told apart by their spelling
        before = hits[at].value
        told = before if isinstance(before, tuple) else (str(before),)
        hits[at] = ValueHit(column, (*told, str(value)))
