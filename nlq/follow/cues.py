"""What ties a question to the one before it: found among its tokens, and cut out of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from nlq.follow.relative import step_of
from nlq.lattice import Lattice
from nlq.tokens import Token, key
from store.slotted import slotted
from store.vocabulary import words

__all__ = ["Cues", "find_cues"]

OWN = 0.1
"""A word that is a name or a value of the history at less than this cost is that, and no cue."""

_OWN = ("VALUE", "RUN", "COL")

_MEANS = {"of": "narrow", "out": "drop", "any": "drop", "nor": "swap", "and": "swap"}
"""Kinds that are another one as well: "of those" narrows, "leave out" drops, "any depth" too."""

_WEAK = (
    "and",
    "so",
    "no",
    "but",
    "or",
    "if",
    "then",
    "now",
    "ok",
    "okay",
    "any",
    "one",
    "this",
    "that",
    "such",
)
"""Words that begin many a question of its own."""

_BOUNDS = frozenset(("than", "least", "most", "exactly", "over", "under", "above", "below", "just"))
_THESE = frozenset(("these", "those", "them"))
_WHERE = frozenset(("at", "in", "from", "with", "without", "of", "by", "on", "for", "after", "before"))
"""Words behind which "except those" says which ones."""


@slotted
class Cues:
    """What ties a question to the last one.

    Attributes:
        kinds: of the cues, as `grammar/words/follow.toml` names them.
        strong: some of them can't stand in a question of its own.
        rest: the tokens that are left. at: positions in `rest` before which a "that" stood; same: before
            which "the same" stood.
        place: the place in the order that is asked for, 1 for the first; 0 where none is.
        removed: how many tokens were cut.
    """

    kinds: frozenset[str]
    strong: bool
    rest: tuple[Token, ...]
    at: frozenset[int] = frozenset()
    place: int = 0
    removed: int = 0
    same: frozenset[int] = frozenset()

    @property
    def points(self) -> bool:
        """Whether the words mean nothing without the last answer: a place in it, some of it, so much more."""
        return bool(self.kinds & {"place", "of", "drop"}) or step_of(self.rest) is not None


def find_cues(tokens: list[Token], lattice: Lattice | None, *, rows: bool = False) -> Cues:
    """Cut the cues out of a question.

    Args:
        tokens: of the question. lattice: its links, so that no word of the history is cut; None for none.
        rows: they are asked of a table of rows, of which a number may tell the next one.

    Example:
        >>> from nlq.tokens import tokenize
        >>> cues = find_cues(tokenize("and what about d12 instead"), None)
        >>> sorted(cues.kinds), [token.norm for token in cues.rest]
        (['swap'], ['d12'])
    """
    if (whole := _at(tokens, 0, "whole", lattice)) and whole[1] == len(tokens):
        return Cues(frozenset((whole[0],)), True, (), removed=len(tokens))
    found = _Found(tokens, lattice, rows)
    _cut_start(found)
    _cut_anywhere(found)
    _cut_end(found)
    if "replace" in found.kinds:
        found.cut.update(_replaced(tokens, found.begun))
    if found.kinds & {"drop", "out"}:
        void = words("follow")["void"]["words"]
        found.cut.update(at for at in range(found.begun, len(tokens)) if tokens[at].norm in void)
    rest = [(at, token) for at, token in enumerate(tokens) if at not in found.cut]
    kinds = found.kinds | {_MEANS[kind] for kind in found.kinds & _MEANS.keys()}
    return Cues(
        frozenset(kinds), found.strong, tuple(token for _, token in rest), _kept(found.demonstrative, rest),
        found.place, len(found.cut), _kept(found.same, rest),
    )  # fmt: skip


@dataclass(slots=True)
class _Found:
    """What was found so far.

    Attributes:
        begun: where the words behind the cues at the start begin. cut: positions of the tokens of cues.
        demonstrative, same: positions behind a "that", a "same".
    """

    tokens: list[Token]
    lattice: Lattice | None
    rows: bool = False
    kinds: set[str] = field(default_factory=set)
    strong: bool = False
    place: int = 0
    begun: int = 0
    cut: set[int] = field(default_factory=set)
    demonstrative: list[int] = field(default_factory=list)
    same: list[int] = field(default_factory=list)

    def at(self, start: int, table: str) -> tuple[str, int] | None:
        return _at(self.tokens, start, table, self.lattice)

    def take(self, kind: str, start: int, end: int, *, strong: bool) -> None:
        self.kinds.add(kind)
        self.cut.update(range(start, end))
        self.strong = self.strong or strong

    def ties(self, start: int, size: int) -> bool:
        """Whether a cue can't stand in a question of its own."""
        return size > 1 or self.tokens[start].norm not in _WEAK


def _cut_start(found: _Found) -> None:
    while cue := found.at(found.begun, "start"):
        kind, size = cue
        if kind == "swap" and size == 1 and found.tokens[found.begun].norm == "no" and _denies(found):
            return
        found.take(kind, found.begun, found.begun + size, strong=found.ties(found.begun, size))
        found.begun += size


def _denies(found: _Found) -> bool:
    """ "No gold" has none of it, "no, gold" is about gold."""
    behind = found.begun + 1
    if found.lattice is None or behind >= len(found.tokens) or found.tokens[behind].comma:
        return False
    return any(edge.terminal in _OWN and edge.cost < OWN for edge in found.lattice.edges[behind])


def _cut_anywhere(found: _Found) -> None:
    at = found.begun
    while at < len(found.tokens):
        if (cue := found.at(at, "place")) and _is_place(found, at, cue[1]):
            found.place = int(cue[0])
            found.take("place", at, at + cue[1], strong=True)
            found.kinds.update({"next"} & {token.norm for token in found.tokens[at : at + cue[1]]})
            at += cue[1]
            continue
        if cue := found.at(at, "anywhere"):
            kind, size = cue
            beside = kind in ("next", "previous")
            ranks = beside and _superlative(found.lattice, at + size, ("SUP",))
            if ranks and found.rows and kind == "next":
                found.place, kind, beside = 2, "place", False  # "the next tallest"
            if beside and (ranks or not found.rows):
                at += 1
                continue
            found.take(kind, at, at + size, strong=found.ties(at, size))
            if kind == "that":
                found.demonstrative.append(at + size)
            if kind == "same":
                found.same.append(at + size)
            at += size
            continue
        at += 1


_SHOWING = frozenset(("show", "me", "which", "is", "who", "was", "what", "comes", "came"))


def _is_place(found: _Found, at: int, size: int) -> bool:
    """Whether nothing but words of showing stands before a place, and no superlative behind it."""
    before = [token.norm for token in found.tokens[:at] if token.norm not in _SHOWING]
    return set(range(len(before))) <= found.cut and not _superlative(found.lattice, at + size)


def _cut_end(found: _Found) -> None:
    size = len(found.tokens)
    for at in range(found.begun, size):
        cue = found.at(at, "end")
        if cue and at + cue[1] == size and at not in found.cut and not found.kinds & {"drop", "out", "other"}:
            found.take(cue[0], at, size, strong=True)
    for at in range(found.begun + 1, size):
        if cue := found.at(at, "tail"):
            found.take(cue[0], at, size, strong=True)
            return


def _kept(positions: list[int], rest: list[tuple[int, Token]]) -> frozenset[int]:
    """Positions in the question as positions in what is left of it."""
    return frozenset(sum(1 for kept, _ in rest if kept < at) for at in positions)


def _at(tokens: list[Token], start: int, table: str, lattice: Lattice | None) -> tuple[str, int] | None:
    """The longest cue of a table that begins at a token: its kind and its size."""
    if start >= len(tokens):
        return None
    for cue, kind in _cues(table).get(tokens[start].norm, ()):
        end = start + len(cue)
        if tuple(token.norm for token in tokens[start:end]) != cue:
            continue
        if any(token.kind == "quoted" for token in tokens[start:end]) or _is_own(start, end, lattice):
            continue
        after = [token.norm for token in tokens[end:]]
        before = tokens[start - 1].norm if start else ""
        if kind == "one" and cue == ("one",) and before in _BOUNDS:
            continue  # "more than one" is a number
        if kind == "other" and cue[-1] in _THESE and len(cue) > 1 and set(after[:1]) & _WHERE:
            continue  # "except those at Mine Road" speaks of these only
        if (kind == "other" and after[:1] == ["than"]) or (kind == "same" and "as" in after):
            continue  # "other than d24", "the same depth as d12-baseline" are conditions
        return kind, len(cue)
    return None


def _is_own(start: int, end: int, lattice: Lattice | None) -> bool:
    """Whether a word of the span belongs to a name of the history that is as written."""
    if lattice is None:
        return False
    edges = (edge for bucket in lattice.edges[:end] for edge in bucket)
    return any(
        edge.terminal in _OWN
        and edge.cost < OWN
        and edge.end > start
        and edge.end - edge.start >= end - start
        for edge in edges
        if edge.start < end
    )


def _superlative(
    lattice: Lattice | None, at: int, kinds: tuple[str, ...] = ("SUP", "T_UNIT", "QUARTER")
) -> bool:
    """Whether a superlative follows: "the second best run" is a question's own words."""
    if lattice is None or at >= len(lattice.tokens):
        return False
    return any(edge.terminal in kinds and edge.cost < OWN for edge in lattice.edges[at])


def _replaced(tokens: list[Token], start: int) -> Iterator[int]:
    """ "replace 30-4 by 26-9": all up to the last "by"."""
    marks = [at for at in range(start, len(tokens)) if tokens[at].norm in ("by", "with", "to")]
    return iter(range(start, marks[-1] + 1)) if marks else iter(())


@lru_cache(maxsize=4)
def _cues(table: str) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The cues of a table by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, phrases in words("follow")[table].items():
        for phrase in phrases:
            cut = key(phrase)
            found.setdefault(cut[0], []).append((cut, kind))
    return {first: sorted(cues, key=lambda cue: -len(cue[0])) for first, cues in found.items()}
