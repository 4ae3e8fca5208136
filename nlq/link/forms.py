"""The forms of a word that something knows: as written, by its stem or its ending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlq.lexicon import Lexicon
from nlq.link.short import shortened
from nlq.tokens import Token
from nlq.vocabulary import function_words, singular

__all__ = ["Forms", "forms_of", "goes_before_nothing", "is_noun", "spans"]

Forms = tuple[tuple[str, float, str], ...]
"""Of one token: (form, cost, what to say of it)."""


def forms_of(token: Token, lexicon: Lexicon) -> Forms:
    """A token's known forms with their costs: itself, else what it shares its stem with."""
    plain: Forms = ((token.norm, 0.0, ""),)
    if token.kind != "word":
        return plain
    if token.norm.endswith("s") and any(map(str.isdigit, token.norm)):
        plain = (*plain, (token.norm[:-1], 0.02, ""))  # "A100s", "d12s"
    stemmed = ((known, 0.1, "") for known in lexicon.variants(token.norm))
    return (*plain, *stemmed, *_suffixed(token.norm, lexicon), *shortened(token.norm, lexicon))


_SUFFIXES = ("ing", "ed", "d", "er", "ion", "ment", "al", "ings", "ation", "e", "y")
_ENDINGS = (*_SUFFIXES, "")


def _suffixed(word: str, lexicon: Lexicon) -> Iterator[tuple[str, float, str]]:
    """Words of columns that differ by an ending: "opened" and `Opening`, "rank" and `Ranking`."""
    if len(word) < 4 or word in function_words() or singular(word) in lexicon.by_word:
        return
    one = word if lexicon.tells_runs else singular(word)
    for known in lexicon.by_word:
        if known[:4] == word[:4] and known != word and _same_stem(one, known):
            yield known, 0.1, ""


def _same_stem(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter) and longer[len(shorter) :] in _SUFFIXES:
        return True
    ends = [(a, b) for a in _ENDINGS for b in _ENDINGS if one.endswith(a) and other.endswith(b)]
    return any(
        one[: len(one) - len(a)] == other[: len(other) - len(b)] != "" and len(one) - len(a) >= 4
        for a, b in ends
    )


def spans(forms: list[Forms], start: int, end: int) -> Iterator[tuple[tuple[str, ...], float, str]]:
    """The span in its known forms; at most one word of it mended."""
    plain = tuple(forms[at][0][0] for at in range(start, end))
    yield plain, 0.0, ""
    for at in range(start, end):
        for word, cost, how in forms[at][1:]:
            yield (*plain[: at - start], word, *plain[at - start + 1 :]), cost, how


def is_noun(token: Token, lexicon: Lexicon) -> bool:
    """Whether a word is what a row is called."""
    return any(noun == (singular(token.norm),) for noun in lexicon.nouns)


_BEFORE = frozenset(("is", "was", "of", "are", "being", "has", "had", "equals"))
_BEHIND = frozenset(("and", "as", "or", "when", "with", "had", "has", "have", "what", "did"))


def goes_before_nothing(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that needs another behind it has none: "the 2011 is A", "has A as the result"."""
    last = at + 1 == len(tokens) or tokens[at + 1].norm in _BEHIND or tokens[at + 1].comma
    return last and at > 0 and tokens[at - 1].norm in _BEFORE
