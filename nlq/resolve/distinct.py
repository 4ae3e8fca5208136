"""Different values: where they are asked for without saying so, and what stands behind them."""

from __future__ import annotations

from itertools import pairwise

from nlq.columns import names_rows
from nlq.pieces import Filter, Show, Sort, Super
from nlq.resolve.draft import Draft
from nlq.vocabulary import singular

__all__ = ["asks_values_there_are", "keep_the_distinct"]


def asks_values_there_are(draft: Draft) -> bool:
    """Whether a column is asked for as if it were the noun ("which majors are there"): its different values.

    "Majors of students" is a value of each row; "majors", with nothing it belongs to, are those there are.
    """
    shows = draft.of(Show)
    if draft.runs or len(shows) != 1 or draft.holds(Super, Sort) or not draft.tokens:
        return False
    if draft.asks_for_row:
        return False  # "which drivers have …" asks for drivers
    if len(draft.of_any(Filter)) > 1:
        return False  # what is asked of few rows is a value of each
    show, column = shows[0], shows[0].mention.columns[0]
    text = draft.tokens[show.end - 1].norm
    if singular(text) == text or len(show.mention.columns) > 1 or names_rows(column):
        return False
    after = draft.tokens[show.end].norm if show.end < len(draft.tokens) else ""
    return after not in ("of", "for") and show.mention.text.lower() not in ("name", "names")


def keep_the_distinct(draft: Draft) -> None:
    """ "The distinct buildings that have rooms": what stands behind a "that" makes no other rows of them."""
    for word in draft.words("DISTINCT")[:1] if not draft.runs else ():
        shows = [show for show in draft.of(Show) if show.start >= word.end]
        for show, other in pairwise(shows):
            between = {token.norm for token in draft.tokens[show.end : other.start]}
            listed = "and" in between or any(t.comma for t in draft.tokens[show.end : other.start + 1])
            if (between & _RELATIVE or not listed) and len(shows) == len(draft.of(Show)):
                draft.assume(
                    f'"{other.mention.text}" is not shown: it tells of which {show.mention.text}', cost=0.1
                )
                draft.use(*shows[shows.index(other) :])
                return


_RELATIVE = frozenset(
    ("that", "which", "who", "whose", "where", "with", "have", "has", "had", "for", "in", "by")
)
