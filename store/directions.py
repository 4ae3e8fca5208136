"""Which end of a metric is better, by its name (`grammar/words/metrics.toml`)."""

from __future__ import annotations

from functools import cache

from store.names import find_phrase, name_key, name_words
from store.records import Direction
from store.units import measure
from store.vocabulary import words

__all__ = [
    "by_sign",
    "direction_of",
    "is_metric",
    "is_resource",
    "is_speed",
    "known_metric",
    "known_source",
    "measured_words",
    "taken_for",
]


_RESOURCES = frozenset(
    ("time", "size", "money", "token rate", "step rate", "image rate", "time a step", "compute rate")
)
_RESOURCE_WORDS = frozenset(
    "time duration runtime memory mem vram cost price mfu params steps step epochs tokens flops throughput "
    "latency seconds hours minutes speed size gb mb util utilization utilisation".split()
)


@cache
def known_metric(name: str) -> str:
    """The well-known metric that `name` is a name of, or "".

    Example:
        >>> known_metric("val/bpb"), known_metric("core_metric"), known_metric("matrix_lr")
        ('val_bpb', 'CORE', '')
        >>> known_metric("train_loss_epoch"), known_metric("best_loss_step")
        ('loss', '')
    """
    return _known().get(name_key(name), "") or _known().get(" ".join(_every(name)), "")


_EVERY = ("step", "epoch")
_ENDS = frozenset(("best", "min", "max", "argmin", "argmax", "first", "last"))


def _every(name: str) -> tuple[str, ...]:
    """The words of a name without what Lightning adds to a metric that it logs by step and by epoch.

    The step of the best loss ("best_loss_step") is none; nor is a step of anything that is not measured.
    """
    said = name_words(name)
    rest = said[:-1]
    if not rest or said[-1] not in _EVERY or _ENDS.intersection(rest):
        return said
    measured = (phrases for sort, phrases in _patterns().items() if sort != "neither")
    told = any(find_phrase(rest, phrases)[0] == len(rest) for phrases in measured)
    return rest if told or " ".join(rest) in _known() else said


def known_source(name: str) -> str:
    """By which well-known metric, and on whose word, the better end of `name` is known.

    Example:
        >>> known_source("val/acc")
        'known metric accuracy; torchmetrics'
    """
    known = known_metric(name)
    return f"known metric {known}; {words('metrics')['known'][known]['source']}"


@cache
def direction_of(name: str) -> tuple[Direction, str]:
    """Which end of the metric `name` is better, and how that is known: "known metric", "name", or "".

    Example:
        >>> direction_of("val_bpb"), direction_of("eval_top5_err"), direction_of("top1_diff")
        (('lower', 'known metric'), ('lower', 'name'), ('', ''))
    """
    known = known_metric(name)
    if known:
        return words("metrics")["known"][known]["direction"], "known metric"
    sort = taken_for(name)[0]
    if sort == "lower":
        return "lower", "name"
    return ("higher", "name") if sort == "higher" else ("", "")


def by_sign(name: str, told: tuple[Direction, str], low: object) -> tuple[Direction, str]:
    """The direction of a known metric that some write as a negative number and others as a positive one.

    Args:
        name: of the metric.
        told: which end is better, and how that is known.
        low: its smallest value.

    Example:
        >>> by_sign("Max Drawdown", ("higher", "known metric"), 14.7), by_sign("loss", ("lower", "name"), 0.1)
        (('lower', 'known metric'), ('lower', 'name'))
    """
    direction, because = told
    if because != "known metric" or not isinstance(low, (int, float)) or low < 0:
        return told
    return words("metrics")["known"][known_metric(name)].get("positive", direction), because


@cache
def taken_for(name: str) -> tuple[str, int, int]:
    """What the patterns take a name for, and where they match: (sort, end, length in words).

    The sort is "lower", "higher", "unknown" (measured, and it can't be told which end is better: a
    difference, a deviation), "neither" (no metric: a step, a start time), or "" where no pattern matches.

    Example:
        >>> taken_for("final.global_step"), taken_for("val_loss_std")[0], taken_for("colour")
        (('neither', 3, 2), 'unknown', ('', 0, 0))
        >>> taken_for("val_gap_epoch")[0], taken_for("warmup_step")[0]
        ('lower', 'neither')
    """
    said = _every(name)
    found = [(*find_phrase(said, phrases), sort) for sort, phrases in _patterns().items()]
    end, length, sort = max(found)
    return (sort, end, length) if end else ("", 0, 0)


@cache
def is_resource(name: str, unit: str = "") -> bool:
    """Whether a metric is what a run cost (time, memory, money) rather than how good it became.

    Example:
        >>> is_resource("train_time", "h"), is_resource("MFU", "%"), is_resource("accuracy", "%")
        (True, True, False)
    """
    return measure(unit) in _RESOURCES or bool(_RESOURCE_WORDS.intersection(name_words(name)))


_SPEEDS = frozenset(("token rate", "step rate", "image rate", "time a step", "compute rate"))
_SPEED_WORDS = frozenset("throughput latency flops tflops mfu speed".split())


def is_speed(name: str, unit: str = "") -> bool:
    """Whether a metric is how fast the work was done: what is tuned where no quality is measured.

    Example:
        >>> is_speed("tg_tok_s", "tok/s"), is_speed("latency_us", "us"), is_speed("train_time", "h")
        (True, True, False)
    """
    return measure(unit) in _SPEEDS or bool(_SPEED_WORDS.intersection(name_words(name)))


@cache
def measured_words() -> frozenset[str]:
    """Words that say that a column was measured, without saying which end is better."""
    return frozenset(words("metrics")["measured"]["words"])


def is_metric(name: str) -> bool:
    """Whether a name is that of something measured, by what the vocabulary knows."""
    return bool(known_metric(name)) or taken_for(name)[0] in ("lower", "higher", "unknown")


@cache
def _known() -> dict[str, str]:
    table = words("metrics")["known"]
    return {name_key(name): metric for metric, entry in table.items() for name in [metric, *entry["aliases"]]}


@cache
def _patterns() -> dict[str, frozenset[str]]:
    return {sort: frozenset(phrases) for sort, phrases in words("metrics")["patterns"].items()}
