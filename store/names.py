"""Names of columns as words: "val/BPB", "val_bpb" and "Val Bpb" are one name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

__all__ = ["find_phrase", "name_key", "name_words"]

_LONGEST = 8
"""Words of a phrase: a broken file has names of thousands of words, of which all parts took minutes."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})")
_WORD = re.compile(r"[^\W_]+|#")


@cache
def name_words(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters; snake, camel, dots, slashes and dashes part them.

    Example:
        >>> name_words("val/BPB"), name_words("finalTrainLoss"), name_words("hp.learning-rate")
        (('val', 'bpb'), ('final', 'train', 'loss'), ('hp', 'learning', 'rate'))
    """
    return tuple(_WORD.findall(_CAMEL.sub(" ", name).lower()))


@cache
def name_key(name: str) -> str:
    """The words of a name joined by blanks."""
    return " ".join(name_words(name))


def find_phrase(words: tuple[str, ...], phrases: Iterable[str]) -> tuple[int, int]:
    """Where the best of `phrases` stands in `words`: (end, length), (0, 0) where none does.

    The one that ends nearest to the end wins, because a name's head noun stands last; then the longest.

    Example:
        >>> find_phrase(("val", "top5", "err"), ["err", "top5"])
        (3, 1)
    """
    wanted = phrases if isinstance(phrases, (set, frozenset)) else frozenset(phrases)
    for end in range(len(words), 0, -1):
        for start in range(max(0, end - _LONGEST), end):
            if " ".join(words[start:end]) in wanted:
                return end, end - start
    return 0, 0
