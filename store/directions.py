"""Which end of a metric is better, by its name (`grammar/words/metrics.toml`)."""

from __future__ import annotations

from functools import cache

from store.names import find_phrase, name_key, name_words
from store.records import Direction
from store.vocabulary import words

__all__ = ["direction_of", "is_metric", "known_metric"]


@cache
def known_metric(name: str) -> str:
    """The well-known metric that `name` is a name of, or "".

    Example:
        >>> known_metric("val/bpb"), known_metric("core_metric"), known_metric("matrix_lr")
        ('val_bpb', 'CORE', '')
    """
    return _known().get(name_key(name), "")


@cache
def direction_of(name: str) -> tuple[Direction, str]:
    """Which end of the metric `name` is better, and how that is known: "known metric", "name", or "".

    Example:
        >>> direction_of("val_bpb"), direction_of("eval_top5_err"), direction_of("depth")
        (('lower', 'known metric'), ('lower', 'name'), ('', ''))
    """
    known = known_metric(name)
    if known:
        return words("metrics")["known"][known]["direction"], "known metric"
    lower, higher = _patterns()
    said = name_words(name)
    down, up = find_phrase(said, lower), find_phrase(said, higher)
    if down == up:
        return "", ""
    return ("lower" if down > up else "higher"), "name"


def is_metric(name: str) -> bool:
    """Whether a name is that of something measured, by what the vocabulary knows."""
    return bool(known_metric(name) or direction_of(name)[0])


@cache
def _known() -> dict[str, str]:
    table = words("metrics")["known"]
    return {name_key(name): metric for metric, entry in table.items() for name in [metric, *entry["aliases"]]}


@cache
def _patterns() -> tuple[frozenset[str], frozenset[str]]:
    table = words("metrics")["patterns"]
    return frozenset(table["lower"]), frozenset(table["higher"])
