"""Short forms in tables that are no runs: names cut short (`stu_id`, `dname`), initials of cells ("LA")."""

from __future__ import annotations

from collections.abc import Iterator

from nlq.lexicon import Lexicon
from nlq.tokens import Token
from nlq.value_index import ValueHit
from nlq.vocabulary import function_words, keyword_words, singular

__all__ = ["initials", "shortened"]

_VOWELS = frozenset("aeiou")


def shortened(word: str, lexicon: Lexicon) -> Iterator[tuple[str, float, str]]:
    """Words of columns that a longer word is cut short to: (word of the column, cost, what to say of it)."""
    if (
        not lexicon.short
        or len(word) < 4
        or word in function_words()
        or word in keyword_words(lexicon.tells_runs)
    ):
        return
    whole = singular(word)
    if whole in lexicon.by_word:
        return
    called = any(whole in noun for noun in lexicon.nouns)
    for short in lexicon.short:
        if short[0] != whole[0] or len(short) > len(whole) - 2:
            continue
        if len(short) == 1:
            yield short, 0.02 if called else 0.12, ""
        elif len(short) > 2 and (whole.startswith(short) or _skeleton(short, whole)):
            yield short, 0.08, ""


def _skeleton(short: str, whole: str) -> bool:
    """Whether a short form is a word without vowels: "mgr" of "manager", "qty" of "quantity".

    Example:
        >>> _skeleton("mgr", "manager"), _skeleton("art", "airport")
        (True, False)
    """
    if _VOWELS.intersection(short if len(short) < 4 else short[1:]):
        return False  # "art" is a word of its own, and no airport
    rest = iter(whole)
    return all(letter in rest for letter in short)


def initials(token: Token, lexicon: Lexicon) -> list[ValueHit]:
    """The cells of several words that capitals are the initials of: "LA" of Los Angeles."""
    letters = token.text
    if lexicon.tells_runs or not 2 <= len(letters) <= 5 or not letters.isalpha() or not letters.isupper():
        return []
    if (token.norm,) in lexicon.values:
        return []
    return [
        hit for cell, hits in lexicon.values.of_length(len(letters)) for hit in hits
        if "".join(word[0] for word in cell) == token.norm
    ]  # fmt: skip
