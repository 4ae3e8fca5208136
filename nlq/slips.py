"""Slips of the keyboard: words that nothing knows, read as what one wrong key makes of a known word.

Only a word that means nothing as it stands is read as another: not one of plain English or of the field, nor
one that some text of the history holds. Every single slip is made of the typed word (`nlq.keyboard`) and
looked up, so that the size of the history costs nothing; of long words two likely ones are thought of. Where
several words are as near, all are linked and the rest of the question decides; where it does not, the person
is asked (`nlq.engine.apart`). What was read is always told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from nlq.keyboard import LIKELY, exchanged, is_likely_slip, one_slip_away
from nlq.lexicon import Lexicon
from nlq.tokens import Token, name_key
from nlq.vocabulary import column_words, function_words, keyword_words, phrases_with, singular
from store.vocabulary import WORDS, words

__all__ = ["mend", "respelled", "told"]

LEAST = 4
"""Letters of the shortest word that is mended by more than an exchange of two letters."""

LONG = 8
"""Letters of a word that may have two slips."""

SHORT = 5
"""Letters of a word in which only the likeliest slips are mended."""

AS_NEAR = 0.2
"""What another word may cost more than the nearest one to be thought of as well."""

OTHERS = 5
"""Words that are thought of beside the nearest."""

Words = tuple[tuple[float, str], ...]
"""Words that may be meant, the likeliest first, each behind what that costs."""

_MOST = 0.46
_MOST_SHORT = 0.4
_MOST_CELL = 0.39
_TWO = 0.6
_UNIT = 0.2
"""What it costs that a plain word behind a number is a unit."""


def mend(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, those with a slip by the word that is meant; `others` holds what else may be.

    Example:
        >>> from nlq.tokens import tokenize
        >>> from store.catalog import Catalog
        >>> [told(token) for token in mend(tokenize("bset run"), Lexicon.of(Catalog((), 0)))]
        ['read "bset" as "best"', '']
    """
    return [_read(tokens, at, lexicon) for at in range(len(tokens))]


def _read(tokens: list[Token], at: int, lexicon: Lexicon) -> Token:
    token = tokens[at]
    read = _mended(token, lexicon)
    of_column = read.norm in lexicon.by_word or singular(read.norm) in lexicon.by_word
    if _is_name(tokens, at) and not (of_column and _writes_columns_so(tokens, at, lexicon)):
        return token
    if read is token and at and tokens[at - 1].kind == "number" and _says_little(token.norm):
        unit = next((word for word, _ in one_slip_away(token.norm) if word in _units()), "")
        return replace(token, others=((unit, _UNIT),)) if unit else token  # "under 3 ours"
    return read


def _says_little(typed: str) -> bool:
    return len(typed) >= LEAST and (typed in function_words() or typed in english_words())


def _is_name(tokens: list[Token], at: int) -> bool:
    """Whether a capital in mid-sentence says that a word is a name: it is as it stands or it is unknown."""
    said = [token.text for token in tokens if token.kind == "word"]
    capitals = sum(word[:1].isupper() for word in said)
    return at > 0 and tokens[at].text.istitle() and 2 * capitals < len(said)


def _writes_columns_so(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether other words of columns have a capital in mid-sentence ("the Cycle"): it tells no name."""
    others = (token for token in tokens[1:] if token.start != tokens[at].start and token.text.istitle())
    return any(token.norm in lexicon.by_word and token.norm not in lexicon.values.words for token in others)


def told(token: Token) -> str:
    """What is said of a word that is read as another; "" of one that is read as it stands."""
    return f'read "{token.slip}" as "{token.norm}"' if token.slip else ""


def _mended(token: Token, lexicon: Lexicon) -> Token:
    typed = token.norm
    if token.kind != "word" or not (typed.isascii() and typed.isalpha()) or len(typed) < 3:
        return token
    if typed not in lexicon.mended:
        lexicon.mended[typed] = _meant(typed, lexicon)
    found = lexicon.mended[typed]
    if not found:
        return token
    if found[0][1] == typed:
        return replace(token, others=tuple((word, cost) for cost, word in found[1:]))
    (least, meant), *others = found
    text = meant.capitalize() if token.text[:1].isupper() else meant
    also = tuple((word, cost - least) for cost, word in others)
    return replace(token, norm=meant, text=text, slip=token.text, others=also)


def _meant(typed: str, lexicon: Lexicon) -> Words:
    """What a typed word may mean; () where that is what it says.

    A plain word that has no meaning here may be one of the language with two letters exchanged ("tired").
    """
    if _is_known(typed, lexicon):
        return ()
    if typed not in _field() and singular(typed) not in _field() and typed not in english_words():
        return _nearest(typed, lexicon)
    turned = [word for word in exchanged(typed) if word in keyword_words()]
    return ((0.0, typed), *((0.3, word) for word in turned)) if len(turned) == 1 else ()


def respelled(question: str, tokens: Sequence[Token], at: Sequence[int], lexicon: Lexicon) -> Iterator[str]:
    """The question with each of some words that mean nothing as what it may be a slip for, though it is plain
    English ("3 yours"): to be offered, never assumed."""
    for token in (tokens[place] for place in at):
        if _is_known(token.norm, lexicon):
            continue  # it is understood, but not here
        if token.kind == "word" and not token.slip and token.norm.isascii() and token.norm.isalpha():
            for _, word in _nearest(token.norm, lexicon)[:2] if len(token.norm) >= LEAST else ():
                yield question[: token.start] + word + question[token.end :]


# -- what is no slip


def _is_known(typed: str, lexicon: Lexicon) -> bool:
    """Whether a word is one of the history or of the language, or is held by some text."""
    if typed in lexicon.known or (typed.endswith("s") and _is_counted(singular(typed), lexicon)):
        return True
    return typed in lexicon.text and bool(re.search(rf"(?<![^\W_]){typed}(?![^\W_])", lexicon.text))


def _is_counted(one: str, lexicon: Lexicon) -> bool:
    """Whether a word names something that there may be several of."""
    if one in lexicon.by_word or one in lexicon.values.words or one in column_words():
        return True
    return any(one in noun for noun in lexicon.nouns)


def is_english(word: str) -> bool:
    """Whether a word is one of everyday English, in any form that the list has."""
    return word in english_words() or singular(word) in english_words()


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Words of everyday English (SCOWL)."""
    lines = (WORDS / "english.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@lru_cache(maxsize=1)
def _field() -> frozenset[str]:
    """Words of the field, and of what parameters, metrics and units are commonly called."""
    names = [*words("params")["known"].items()]
    names += [(name, entry.get("aliases", ())) for name, entry in words("metrics")["known"].items()]
    called = {word for name, others in names for one in (name, *others) for word in name_key(one)}
    return frozenset(called.union(_units(), *words("terms").values()))


@lru_cache(maxsize=1)
def _units() -> frozenset[str]:
    """Units as words: short ones are signs, not spelled."""
    spelled = (one for unit in words("units")["units"].values() for one in unit["spellings"])
    return frozenset(one for one in spelled if one.isalpha() and len(one) >= LEAST)


# -- the words that are near


def _nearest(typed: str, lexicon: Lexicon) -> Words:
    """The known words that a word may be a slip for, the likeliest first, each with its cost."""
    costs: dict[str, float] = {}
    for word, cost in one_slip_away(typed):
        if cost < costs.get(word, 1.0) and (extra := _doubt(word, lexicon)) is not None:
            if _may_be(typed, word, cost, extra):
                costs[word] = min(cost + extra, costs.get(word, 1.0))
    if not costs and len(typed) >= LONG:
        costs = dict(_two_slips_away(typed, lexicon))
    ranked = sorted((cost, word) for word, cost in costs.items())
    return tuple(pair for pair in ranked if pair[0] <= ranked[0][0] + AS_NEAR)[: OTHERS + 1]


_CELL = 0.07
_RARE = 0.06
"""What a word that is seldom said costs more than a common one."""


def _doubt(word: str, lexicon: Lexicon) -> float | None:
    """What it costs that a word of this kind is meant; None for one that nothing knows."""
    if word in lexicon.by_word or any(word in noun for noun in lexicon.nouns):
        return 0.0
    if said := phrases_with(word):
        return 0.0 if said > 5 else _RARE / 2 if said > 1 else _RARE
    if word in lexicon.known:
        return _CELL if word in lexicon.values.words else _RARE
    if word in _field():
        return 0.0 if word in _units() else _RARE
    one = singular(word)
    doubt = _doubt(one, lexicon) if one != word and not one.endswith("ed") else None
    return None if doubt is None else doubt + 0.04


def _may_be(typed: str, word: str, cost: float, doubt: float) -> bool:
    """Whether a slip of this cost may stand for a word of this kind: two cells may differ by less."""
    if len(typed) < LEAST:
        return sorted(typed) == sorted(word) or (cost < 0.3 and doubt == 0.0)
    if word in function_words() and cost > LIKELY:
        return False  # what is not known would be left out in silence: "crated" is not "created"
    if doubt in (_CELL, _CELL + 0.04) and (cost > _MOST_CELL or len(word) < SHORT):
        return False
    return cost <= (_MOST_SHORT if len(typed) <= SHORT else _MOST)


def _two_slips_away(typed: str, lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    """The words of names and of the language that two likely slips make a long word of."""
    known = {*keyword_words(), *lexicon.by_word}
    pool = {word for word in known if word[0] == typed[0] and abs(len(word) - len(typed)) <= 2}
    for between, cost in dict(one_slip_away(typed)).items() if pool else ():
        if cost < LIKELY and between[:1] == typed[0]:
            for word in pool:
                if is_likely_slip(between, word):
                    yield word, _TWO
