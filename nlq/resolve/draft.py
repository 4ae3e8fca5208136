"""The pieces of one reading, sorted by kind, with what was assumed and what it costs so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from nlq.answer import Assumption
from nlq.lexicon import tells_runs
from nlq.link import Edge, Mention
from nlq.pieces import Piece, Word
from nlq.query import Query
from nlq.tokens import Token, name_key
from store.catalog import Catalog, Column
from store.slotted import fresh, slotted

__all__ = [
    "NUMERIC",
    "Draft",
    "Refusal",
    "Resolved",
    "counts_things",
    "is_id",
    "numeric",
    "orderable",
    "tells_runs",
]

NUMERIC = ("integer", "number")
P = TypeVar("P", bound=Piece)


class Refusal(Exception):
    """This reading asks for what the history does not hold.

    Attributes:
        reason: one sentence that names it. near: what to ask instead.
        flat: the question itself asks for what is not done, so that no dearer reading should be tried.
    """

    def __init__(self, reason: str, near: tuple[str, ...] = (), *, flat: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.near, self.flat = reason, near, flat


@slotted
class Resolved:
    """A reading as a query.

    Attributes:
        query: what it asks; None where it is refused for `reason`.
        cost: of the reading and of all that had to be assumed.
        positions: the tokens of content words that played no part.
    """

    query: Query | None
    cost: float
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()
    reason: str = ""
    near: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()


@slotted(frozen=False)
class Draft:
    """A reading on its way to a query."""

    catalog: Catalog
    pieces: tuple[Piece, ...]
    now: datetime
    tokens: Sequence[Token] = ()
    cost: float = 0.0
    assumptions: list[Assumption] = fresh(default_factory=list)
    notes: list[str] = fresh(default_factory=list)
    used: set[int] = fresh(default_factory=set)

    def of(self, kind: type[P]) -> list[P]:
        """All pieces of a kind that nothing has used yet, in order."""
        return [piece for piece in self.pieces if isinstance(piece, kind) and id(piece) not in self.used]

    def words(self, terminal: str) -> list[Word]:
        """All words of a terminal, in order."""
        return [piece for piece in self.of(Word) if piece.terminal == terminal]

    def has(self, terminal: str) -> bool:
        """Whether there is such a word."""
        return bool(self.words(terminal))

    def use(self, piece: Piece) -> None:
        """Take a piece out of what is still to be interpreted."""
        self.used.add(id(piece))

    def assume(self, text: str, override: str = "", cost: float = 0.0) -> None:
        """Say a default that was taken."""
        self.cost += cost
        if all(assumption.text != text for assumption in self.assumptions):
            self.assumptions.append(Assumption(text, override))

    def reworded(self, words: str, name: str) -> str:
        """The question with another column's name in place of some words."""
        text = " ".join(token.text for token in self.tokens)
        return text.replace(words, name, 1) if words in text else ""

    def next_to(self, piece: Piece) -> Piece | None:
        """The piece that follows."""
        at = self.pieces.index(piece)
        return self.pieces[at + 1] if at + 1 < len(self.pieces) else None

    def before(self, piece: Piece) -> Piece | None:
        """The piece that stands before."""
        at = self.pieces.index(piece)
        return self.pieces[at - 1] if at else None

    def rest(self) -> Iterator[Piece]:
        """Pieces that carry meaning and were not used."""
        for piece in self.pieces:
            quiet = isinstance(piece, Word) and (
                piece.terminal in ("LIST", "NOUN", "USED", "TRIED", "TRIED_Q")
                or (piece.terminal, piece.meaning) == ("VS", "weak")
            )
            if id(piece) not in self.used and not quiet:
                yield piece


def orderable(column: Column) -> bool:
    """Whether "highest" makes sense of it."""
    return column.type in (*NUMERIC, "date", "datetime")


def numeric(mention: Mention) -> Column | None:
    """The first column of a mention that holds numbers."""
    return next((column for column in mention.columns if column.type in NUMERIC), None)


def is_id(column: Column) -> bool:
    """Whether a column's numbers name things: they are neither summed nor compared by themselves."""
    return column.kind == "run" or name_key(column.name)[-1:] in (
        ("id",),
        ("ids",),
        ("code",),
        ("key",),
        ("uid",),
    )


def counts_things(column: Column) -> bool:
    """Whether a column says how many there were: `num_employees`."""
    return bool({"num", "number", "count", "quantity", "total", "amount"} & set(name_key(column.name)))
