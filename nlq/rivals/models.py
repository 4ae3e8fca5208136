"""Another reading of a question, and the one that is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nlq.pieces import Piece, Word
from nlq.query import (
    Query,
)
from nlq.tokens import Token
from store.catalog import Catalog
from store.history import Rows
from store.slotted import slotted

__all__ = ["Asked", "Rival"]


@slotted
class Rival:
    """Another reading: what it comes to in a few words, and its query.

    Attributes:
        even: it is as likely as the one that is answered.
    """

    text: str
    query: Query
    even: bool = False


@slotted
class Asked:
    """The reading that is answered: its query, what it was made of, and the rows it gives."""

    query: Query
    pieces: tuple[Piece, ...]
    tokens: Sequence[Token]
    catalog: Catalog
    rows: Rows
    ask: Callable[[Query], Rows]

    def says(self, *terminals: str) -> bool:
        """Whether a word of one of the terminals stands in the question."""
        return any(isinstance(piece, Word) and piece.terminal in terminals for piece in self.pieces)

    def cells(self, key: str) -> list[object]:
        """The cells of a column in the answer; [] where it does not show it."""
        if key not in self.rows.columns:
            return []
        at = self.rows.columns.index(key)
        return [row[at] for row in self.rows.rows]
