"""Which of several dates is meant: the one whose name the words around speak of.

"Which dog arrived first" of a table with a date of birth and a date of arrival is told by the second. A word
of a name is known in any of its endings: "settled" and "settlement" speak of `date_claim_settled`.
"""

from __future__ import annotations

from nlq.columns import DATES, is_year, orderable
from nlq.resolve.draft import Draft
from nlq.tokens import name_key
from nlq.vocabulary import singular
from store.catalog import Column

__all__ = ["alike", "date_spoken_of"]

_GENERIC = frozenset("date dates day time datetime timestamp year years month at on in of the".split())
"""Words of a date's name that tell it from no other."""

_SIDES = {
    "from": frozenset("start starts started starting begin begins began begun beginning".split()),
    "start": frozenset("begin begins began begun beginning".split()),
    "to": frozenset("end ends ended ending finish finishes finished until".split()),
    "end": frozenset("ends ended ending expire expires expired finish finishes finished until".split()),
    "left": frozenset("leave leaves leaving".split()),
    "making": frozenset(("made", "make")),
    "built": frozenset(("build", "building", "constructed")),
    "birth": frozenset(("born",)),
}
"""Other words for what a date's name says."""

_ENDINGS = frozenset(
    (
        "",
        "s",
        "e",
        "d",
        "ed",
        "es",
        "ing",
        "al",
        "ion",
        "tion",
        "ment",
        "er",
        "or",
        "ation",
        "ure",
        "y",
        "ies",
    )
)
_STEM = 4
"""Letters that two words have in common at least."""


def date_spoken_of(draft: Draft, start: int, end: int) -> Column | None:
    """The column of dates, or of years, that other words of the question name; None where no single one is.

    Args:
        draft: the reading.
        start, end: the tokens that ask for a date: of several that are named, the nearest to these is meant.
    """
    if draft.runs:
        return None
    noun = {word for called in draft.nouns for word in called}
    found: list[tuple[int, Column]] = []
    for column in draft.catalog.columns:
        if not orderable(column) or not (column.type in DATES or is_year(column)):
            continue
        own = set(name_key(column.name)) - _GENERIC - noun
        at = [n for n, token in enumerate(draft.tokens) if any(alike(token.norm, word) for word in own)]
        if at:
            found.append((min(abs(n - start) if n < start else abs(n - end + 1) for n in at), column))
    nearest = min((distance for distance, _ in found), default=0)
    best = [column for distance, column in found if distance == nearest]
    return best[0] if len(best) == 1 else None


def alike(said: str, word: str) -> bool:
    """Whether two words differ by their endings alone, or one is said for the other."""
    if singular(said) == word or said in _SIDES.get(word, ()):
        return True
    shared = next((n for n, (a, b) in enumerate(zip(said, word, strict=False)) if a != b), None)
    shared = min(len(said), len(word)) if shared is None else shared
    return shared >= _STEM and said[shared:] in _ENDINGS and word[shared:] in _ENDINGS
