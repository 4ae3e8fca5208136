"""Which names can be those of results, and how a log writes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from store.directions import known_metric, taken_for
from store.headers import read_header
from store.kinds import kind_of
from store.names import name_key, name_words
from store.readers.drafts import fold
from store.readers.labels import canonical, field_name
from store.units import measure

__all__ = ["column_of", "is_measured", "result_name"]

# Words that make a parameter of a metric's name: "loss_scale", "aux_loss_coef", "time budget", "cost model".
_CHOSEN = frozenset(
    "budget coef coefficient weight weights limit threshold fn func function every interval scale scaling "
    "schedule model target expected goal".split()
)


@lru_cache(maxsize=4096)
def is_measured(label: str) -> bool:
    """Whether a label is that of something measured, as a whole.

    Example:
        >>> [is_measured(name) for name in ("Minimum validation bpb", "peak_vram_mb", "eval_g0_loss")]
        [True, True, True]
        >>> [is_measured(name) for name in ("lr", "epoch", "eta", "loss_scale", "time budget", "hello")]
        [False, False, False, False, False, False]
    """
    if known_metric(label) or known_metric(field_name(label)):
        return True
    said = name_words(label)
    if kind_of(label) != "metric" or _CHOSEN.intersection(said):
        return False
    if len(said) == 1 and taken_for(label)[0] == "unknown":
        return said == ("score",)  # of what `std=0.001` is the deviation, nobody knows
    is_limit = said[0] == "max" and measure(read_header(label).unit) == "time"
    return not is_limit and not {"max", "per"}.issubset(said)


@lru_cache(maxsize=4096)
def result_name(label: str) -> str:
    """The name under which a log keeps what `label` calls, as the reader of the native log gives it.

    Example:
        >>> [result_name(label) for label in ("Final loss", "CORE score", "core", "Training time", "MFU")]
        ['loss', 'CORE', 'CORE', 'time', 'mfu']
        >>> [result_name(label) for label in ("Minimum validation bpb", "val bpb", "tok/sec", "train/loss")]
        ['minimum_validation_bpb', 'val_bpb', 'tok/sec', 'train/loss']
    """
    part = canonical(label)
    if part in ("time", "gpu"):
        return part
    name = field_name(label.replace(". ", " "))  # "Ann. return"
    known = known_metric(name)
    # Only another spelling of the metric's own name: "validation loss" and "val_loss" may be two columns.
    return known if known and fold(known) == fold(name) else name


def column_of(label: str, names: Sequence[str]) -> str:
    """The one of `names` that `label` is another spelling of, or ""."""
    wanted = {name_key(label), name_key(result_name(label))}
    return next((name for name in names if name_key(name) in wanted), "")
