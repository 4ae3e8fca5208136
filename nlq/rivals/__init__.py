"""What else a question could mean: every other reading of its words as a query, told in what differs.

A rule a kind of doubt. The likeliest reading is answered and the others are named beside it, each with the
question that asks for it and for nothing else; where none is likelier (`even`), the person is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nlq.paraphrase import paraphrase
from nlq.rivals.conditions import (
    by_its_name,
    elsewhere,
    in_words,
    longer_text,
    means_set,
    one_column,
    second_alone,
)
from nlq.rivals.models import Asked, Rival
from nlq.rivals.ranked import above_average, best_value, by_another_metric
from nlq.rivals.shown import latest_finished, namesake, one_of_them, total

__all__ = ["Asked", "Rival", "by_another_metric", "rivals"]

Rule = Callable[[Asked], Iterator[Rival]]

RULES: tuple[Rule, ...] = (
    best_value, total, one_of_them, namesake, latest_finished, one_column, longer_text, second_alone,
    means_set, above_average, elsewhere, in_words, by_its_name,
)  # fmt: skip
"""In the order in which the readings are told."""


def rivals(asked: Asked) -> list[Rival]:
    """The other readings, the likeliest first; none of them is restated as the answered one is."""
    own = paraphrase(asked.query, asked.catalog)
    found: dict[str, Rival] = {}
    for rule in RULES:
        for rival in rule(asked):
            text = paraphrase(rival.query, asked.catalog)
            if text != own:
                found.setdefault(text, rival)
    return list(found.values())
