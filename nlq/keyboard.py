"""What one wrong key makes of a word: a letter too many or too few, two exchanged, a key beside it.

Each slip has a cost: how much rarer it is than the others, not how far it is from the word.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

__all__ = ["LIKELY", "exchanged", "is_likely_slip", "one_slip_away"]

LIKELY = 0.33
"""What the slips that are made most cost less than: a letter missing or doubled, two exchanged."""

_EXCHANGED = 0.14
"""What two letters exchanged cost: "fial" is rather "fail" than "final"."""

_FIRST = 0.05
"""What a slip in the first letter costs more: it is the letter that is mistyped least."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROWS = (("qwertyuiop", 0.0), ("asdfghjkl", 0.25), ("zxcvbnm", 0.75))
"""The rows of a keyboard, each by how far it stands to the right of the first, in keys."""


def one_slip_away(typed: str) -> Iterator[tuple[str, float]]:
    """Every word that one slip makes the typed one of, with what that slip costs."""
    for word in exchanged(typed):
        yield word, _EXCHANGED
    for at in range(len(typed) + 1):
        head, tail = typed[:at], typed[at:]
        first = _FIRST if at == 0 else 0.0
        around = typed[max(0, at - 1) : at + 1]
        for letter in _LETTERS:
            yield head + letter + tail, (0.28 if letter in around else 0.32) + first
        if not tail:
            continue
        yield head + tail[1:], _too_many(typed, at) + first
        for letter in _LETTERS:
            if letter != tail[0]:
                yield head + letter + tail[1:], _instead(tail[0], letter) + first


def exchanged(typed: str) -> Iterator[str]:
    """Every word that two neighbours exchanged make the typed one of."""
    for at in range(len(typed) - 1):
        one, other = typed[at], typed[at + 1]
        if one != other:
            yield typed[:at] + other + one + typed[at + 2 :]


def _too_many(typed: str, at: int) -> float:
    """What it costs that the letter at a place was typed too many: least where it is that of a key beside."""
    around = (typed[at - 1] if at else "") + typed[at + 1 : at + 2]
    return 0.28 if typed[at] in around else 0.34 if _beside(typed[at]).intersection(around) else 0.45


def _instead(typed: str, meant: str) -> float:
    """What it costs that one letter was typed for another."""
    if meant in _beside(typed):
        return 0.34
    return 0.38 if {typed, meant} <= set("aeiouy") else 0.5


@lru_cache(maxsize=32)
def _beside(letter: str) -> frozenset[str]:
    """The letters on the keys around a letter's.

    Example:
        >>> sorted(_beside("s"))
        ['a', 'd', 'e', 'w', 'x', 'z']
    """
    places = {
        key: (at + shift, row) for row, (keys, shift) in enumerate(_ROWS) for at, key in enumerate(keys)
    }
    across, down = places.pop(letter)
    return frozenset(key for key, (x, y) in places.items() if abs(y - down) <= 1 and abs(x - across) <= 1)


def is_likely_slip(typed: str, word: str) -> bool:
    """Whether a letter is missing or doubled, or two are exchanged, and all else is right."""
    at = next((at for at, pair in enumerate(zip(typed, word, strict=False)) if pair[0] != pair[1]), -1)
    if at < 0:
        return len(typed) + 1 == len(word)
    if typed[at:] == word[at + 1 :] or (typed[at + 1 :] == word[at:] and typed[at] == typed[at - 1]):
        return True
    return typed[at + 2 :] == word[at + 2 :] and typed[at : at + 2] == word[at + 1 : at - 1 : -1]
