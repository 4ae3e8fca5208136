"""What ties a question to the one before it: found among its tokens, and cut out of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from nlq.lattice import Lattice
from nlq.tokens import Token, key
from store.slotted import slotted
from store.vocabulary import words

__all__ = ["Cues", "find_cues"]

OWN = 0.1
"""A word that is a name or a value of the history at less than this cost is that, and no cue."""

_OWN = ("VALUE", "RUN", "COL")

_MEANS = {"of": "narrow", "out": "drop"}
"""Kinds that are another one as well: "of those" narrows, "leave out" drops."""

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


def find_cues(tokens: list[Token], lattice: Lattice | None) -> Cues:
    """Cut the cues out of a question.

    Args:
        tokens: of the question. lattice: its links, so that no word of the history is cut; None for none.

    Example:
        >>> from nlq.tokens import tokenize
        >>> cues = find_cues(tokenize("and what about d12 instead"), None)
        >>> sorted(cues.kinds), [token.norm for token in cues.rest]
        (['swap'], ['d12'])
    """
    kinds: set[str] = set()
    strong, place, end = False, 0, 0
    cut: set[int] = set()
    demonstrative: list[int] = []
    same: list[int] = []
    if whole := _at(tokens, 0, "whole", lattice):
        if whole[1] == len(tokens):
            return Cues(frozenset((whole[0],)), True, (), removed=len(tokens))
    while found := _at(tokens, end, "start", lattice):
        kind, size = found
        kinds.add(kind)
        strong = strong or size > 1 or tokens[end].norm not in _WEAK
        cut.update(range(end, end + size))
        end += size
    at = end
    while at < len(tokens):
        if found := _at(tokens, at, "place", lattice):
            before = [token.norm for token in tokens[:at] if token.norm not in ("show", "me", "which", "is")]
            if set(range(len(before))) <= cut and not _superlative(lattice, at + found[1]):
                place = int(found[0])
                cut.update(range(at, at + found[1]))
                kinds.add("place")
                strong, at = True, at + found[1]
                continue
        if found := _at(tokens, at, "anywhere", lattice):
            kind, size = found
            kinds.add(kind)
            strong = strong or size > 1 or tokens[at].norm not in _WEAK
            if kind == "that":
                demonstrative.append(at + size)
            if kind == "same":
                same.append(at + size)
            cut.update(range(at, at + size))
            at += size
            continue
        at += 1
    for at in range(end, len(tokens)):
        found = _at(tokens, at, "end", lattice)
        if found and at + found[1] == len(tokens) and at not in cut and not kinds & {"drop", "out", "other"}:
            kinds.add(found[0])
            cut.update(range(at, len(tokens)))
            strong = True
    for at in range(end + 1, len(tokens)):
        if found := _at(tokens, at, "tail", lattice):
            kinds.add(found[0])
            cut.update(range(at, len(tokens)))
            strong = True
            break
    if "replace" in kinds:
        cut.update(_replaced(tokens, end))
    if kinds & {"drop", "out"}:
        cut.update(
            at for at in range(end, len(tokens)) if tokens[at].norm in words("follow")["void"]["words"]
        )
    rest = [(at, token) for at, token in enumerate(tokens) if at not in cut]
    kinds |= {_MEANS[kind] for kind in kinds & _MEANS.keys()}
    return Cues(
        frozenset(kinds), strong, tuple(token for _, token in rest), _kept(demonstrative, rest),
        place, len(cut), _kept(same, rest),
    )  # fmt: skip


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


def _superlative(lattice: Lattice | None, at: int) -> bool:
    """Whether a superlative follows: "the second best run" is a question's own words."""
    if lattice is None or at >= len(lattice.tokens):
        return False
    return any(
        edge.terminal in ("SUP", "T_UNIT", "QUARTER") and edge.cost < OWN for edge in lattice.edges[at]
    )


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
