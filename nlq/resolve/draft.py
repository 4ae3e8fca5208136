"""The pieces of one reading, sorted by kind, with what was assumed and what it costs so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from nlq.answer import Assumption
from nlq.columns import NUMERIC
from nlq.lattice import Edge, Mention
from nlq.lexicon import tells_runs
from nlq.pieces import Aggregate, Group, Piece, Show, Super, Word
from nlq.query import Order, Query
from nlq.record.models import Act
from nlq.tokens import Token, key, name_key
from nlq.vocabulary import canonical, singular
from store.catalog import Catalog, Column
from store.slotted import fresh, slotted

__all__ = ["WHETHER", "Draft", "Polar", "Refusal", "Resolved", "another_name", "mentions_of", "numeric"]

P = TypeVar("P", bound=Piece)

WHETHER = frozenset("is are was were did does do has have can".split())
"""Words with which a question begins that wants a yes or a no."""

_QUIET = frozenset(("LIST", "NOUN", "USED", "TRIED", "TRIED_Q"))
"""Words that may stand in a question without changing it."""


class Refusal(Exception):
    """This reading asks for what the history does not hold.

    Attributes:
        reason: one sentence that names it. near: what to ask instead.
        flat: the question itself asks for what is not done, so that no dearer reading should be tried.
        vague: it says too little, so that words nobody knows are the better reason.
        absent: the name of what is not recorded.
    """

    def __init__(
        self, reason: str, near: tuple[str, ...] = (), *, flat: bool = False, vague: bool = False,
        absent: str = "",
    ) -> None:  # fmt: skip
        super().__init__(reason)
        self.reason, self.near, self.flat, self.vague, self.absent = reason, near, flat, vague, absent


@slotted
class Polar:
    """What a question asks by yes or no: whether its first side, or the run it names, is better (or worse).

    Attributes:
        worse: it asks for the worse one. run: the run that is asked about, "" for the first side; `first`:
            the order whose first run that is.
        effect: it asks whether a change made the difference, which no comparison of groups can show.
        metric: the metric whose better end is asked for, the high one where `worse`.
        which: it is asked which, and not whether.
    """

    worse: bool = False
    run: str = ""
    first: Order | None = None
    effect: bool = False
    metric: str = ""
    which: bool = False


@slotted
class Resolved:
    """A reading as a query.

    Attributes:
        query: what it asks; None where it is refused for `reason`.
        cost: of the reading and of all that had to be assumed.
        positions: the tokens of content words that played no part.
        vague: it is refused for saying too little, so that words nobody knows are the better reason.
        act: what is to be recorded, where it asks nothing. pieces: what the query was made of.
        absent: the name of what it asks for and the history does not record.
        even: another reading is as likely. polar: what has to be said by yes or no.
    """

    query: Query | None
    cost: float
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()
    reason: str = ""
    near: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()
    vague: bool = False
    act: Act | None = None
    pieces: tuple[Piece, ...] = ()
    even: bool = False
    absent: str = ""
    polar: Polar | None = None


@slotted(frozen=False)
class Draft:
    """A reading on its way to a query: what has been interpreted is used, and used once.

    Attributes:
        pieces: in the order of the question. tokens: the question, where what is proposed instead quotes it.
        cost: of what had to be assumed. used: the ids of pieces that have played their part.
        polar: what has to be said by yes or no.
    """

    catalog: Catalog
    pieces: tuple[Piece, ...]
    now: datetime
    tokens: Sequence[Token] = ()
    cost: float = 0.0
    assumptions: list[Assumption] = fresh(default_factory=list)
    notes: list[str] = fresh(default_factory=list)
    used: set[int] = fresh(default_factory=set)
    polar: Polar | None = None

    @property
    def runs(self) -> bool:
        """Whether the rows are runs of experiments, which are asked of in another way than cities are."""
        return tells_runs(self.catalog)

    @property
    def nouns(self) -> set[tuple[str, ...]]:
        """What a row is called, as singular words."""
        return {tuple(map(singular, key(noun))) for noun in self.catalog.nouns}

    @property
    def asks_whether(self) -> bool:
        """Whether the question is to be answered by yes or no: "is …", "did …"."""
        return bool(self.tokens) and self.tokens[0].norm in WHETHER

    @property
    def asks_for_row(self) -> bool:
        """Whether the first words ask for a row by its noun: "which document", "what festival"."""
        said = [singular(token.norm) for token in self.tokens[:5]]
        return said[:1] in (["which"], ["what"]) and any(
            tuple(said[1 : len(noun) + 1]) == noun for noun in self.nouns
        )

    # -- pieces

    def unused(self, piece: Piece) -> bool:
        """Whether a piece is still to be interpreted."""
        return id(piece) not in self.used

    def of(self, kind: type[P]) -> list[P]:
        """All pieces of a kind that nothing has used yet, in order."""
        return [piece for piece in self.pieces if isinstance(piece, kind) and self.unused(piece)]

    def of_any(self, kind: type[P]) -> list[P]:
        """All pieces of a kind, used or not."""
        return [piece for piece in self.pieces if isinstance(piece, kind)]

    def holds(self, *kinds: type[Piece]) -> bool:
        """Whether there is an unused piece of any of the kinds."""
        return any(isinstance(piece, kinds) and self.unused(piece) for piece in self.pieces)

    def words(self, *terminals: str) -> list[Word]:
        """All unused words of the terminals, in order."""
        return [piece for piece in self.of(Word) if piece.terminal in terminals]

    def has(self, *terminals: str) -> bool:
        """Whether there is a word of any of the terminals."""
        return bool(self.words(*terminals))

    def use(self, *pieces: Piece) -> None:
        """Take pieces out of what is still to be interpreted."""
        self.used.update(map(id, pieces))

    def use_words(self, *terminals: str) -> None:
        """Take all words of the terminals out of what is still to be interpreted."""
        self.use(*self.words(*terminals))

    def add(self, *pieces: Piece) -> None:
        """Put pieces behind those of the question: the same words, read in another way."""
        self.pieces = (*self.pieces, *pieces)

    def following(self, piece: Piece) -> tuple[Piece, ...]:
        """The pieces behind one, the nearest first."""
        return self.pieces[self.pieces.index(piece) + 1 :]

    def preceding(self, piece: Piece) -> tuple[Piece, ...]:
        """The pieces before one, the nearest first."""
        return self.pieces[: self.pieces.index(piece)][::-1]

    def after(self, piece: Piece) -> Piece | None:
        """The piece that follows."""
        return next(iter(self.following(piece)), None)

    def before(self, piece: Piece) -> Piece | None:
        """The piece that stands before."""
        return next(iter(self.preceding(piece)), None)

    def rest(self) -> Iterator[Piece]:
        """Pieces that carry meaning and were not used."""
        for piece in filter(self.unused, self.pieces):
            weak = isinstance(piece, Word) and (piece.terminal, piece.meaning) == ("VS", "weak")
            if not weak and not (isinstance(piece, Word) and piece.terminal in _QUIET):
                yield piece

    # -- what is told beside the query

    def assume(self, text: str, override: str = "", cost: float = 0.0) -> None:
        """Say a default that was taken, and the question that takes another."""
        self.cost += cost
        if all(assumption.text != text for assumption in self.assumptions):
            self.assumptions.append(Assumption(text, override))

    def reworded(self, words: str, *names: str) -> str:
        """The question with another column's name, the first that differs, in place of some words."""
        name = another_name(words, names)
        text = " ".join(token.text for token in self.tokens)
        return text.replace(words, name, 1) if name and words in text else ""


def another_name(words: str, names: Iterable[str]) -> str:
    """The first name that is more than the words themselves in another spelling; "" where there is none."""
    own = canonical(name_key(words))
    return next((name for name in names if canonical(name_key(name)) != own), "")


def mentions_of(piece: Piece | None) -> tuple[Mention, ...]:
    """The columns that a piece names to show, group, rank or compute by."""
    if isinstance(piece, (Show, Super)):
        return (piece.mention,) if piece.mention is not None else ()
    return piece.mentions if isinstance(piece, (Aggregate, Group)) else ()


def numeric(mention: Mention) -> Column | None:
    """The first column of a mention that holds numbers."""
    return next((column for column in mention.columns if column.type in NUMERIC), None)
