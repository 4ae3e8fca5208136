"""Words around a question that ask nothing: greetings, thanks, "i was wondering", "if you don't mind".

They are taken off both ends before anything is linked, so that a wrapped question is the question itself:
what must stand first still does, and no word of politeness is looked for in the history's texts. In the
middle of a question nothing is taken off, nor what is a cell of the history or a text that is looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from nlq.lexicon import Lexicon
from nlq.tokens import Token, key
from nlq.vocabulary import function_words
from store.vocabulary import words

__all__ = ["without_chatter"]

Phrase = tuple[str, ...]


def without_chatter(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens that ask; all of them where nothing else is left.

    Example:
        >>> from nlq.tokens import tokenize
        >>> from store.catalog import Catalog
        >>> told = tokenize("hey, i was wondering: best run so far? thank you so much!")
        >>> [token.norm for token in without_chatter(told, Lexicon.of(Catalog((), 0)))]
        ['best', 'run', 'so', 'far']
    """
    norms = [token.norm for token in tokens]
    first, last = 0, len(tokens)
    while size := _size(norms[first:last], _phrases("before"), 0):
        if _meant(tokens, first, first + size, lexicon):
            break
        first += size
    size = _size(norms[first:last], _phrases("asking"), 0)
    if size and norms[first + size : first + size + 1] and norms[first + size] in _opens():
        first += size
    while size := _size(norms[first:last], _phrases("after"), -1):
        if _meant(tokens, last - size, last, lexicon) or _looked_for(norms[first : last - size]):
            break
        last -= size
    return tokens[first:last] or tokens


def _size(norms: Sequence[str], phrases: dict[str, tuple[Phrase, ...]], end: int) -> int:
    """How many words the longest phrase at an end has; 0 where there is none."""
    if not norms:
        return 0
    count = len(norms)
    for phrase in phrases.get(norms[end], ()):
        size = len(phrase)
        if size <= count and tuple(norms[:size] if end == 0 else norms[count - size :]) == phrase:
            return size
    return 0


def _meant(tokens: Sequence[Token], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether the words name something of the history, or are part of a written word."""
    if any(token.kind != "word" for token in tokens[start:end]):
        return True
    if tokens[start].joined or (end < len(tokens) and tokens[end].joined):
        return True
    said = tuple(token.norm for token in tokens[start:end])
    if said in lexicon.values:
        return True
    known = any(said[0] in kept for kept in (lexicon.by_word, lexicon.values.words, lexicon.noun_words))
    return len(said) == 1 and known and said[0] not in function_words()


def _looked_for(norms: Sequence[str]) -> bool:
    """Whether what stands before asks for a text: "notes that mention thanks"."""
    likes = words("keywords")["LIKE"].values()
    return any(tuple(norms[-len(cut) :]) == cut for each in likes for said in each if (cut := key(said)))


@lru_cache(maxsize=1)
def _opens() -> frozenset[str]:
    """Words that begin a question of its own: "tell me" before one of them asks for no list."""
    return frozenset(words("function")["chatter"]["opens"])


@lru_cache(maxsize=3)
def _phrases(place: str) -> dict[str, tuple[Phrase, ...]]:
    """The phrases of one end by the word that stands outermost, the longest first."""
    found: dict[str, list[Phrase]] = {}
    for spelled in words("function")["chatter"][place]:
        phrase = key(spelled)
        found.setdefault(phrase[-1 if place == "after" else 0], []).append(phrase)
    return {word: tuple(sorted(several, key=len, reverse=True)) for word, several in found.items()}
