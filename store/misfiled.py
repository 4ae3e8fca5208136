"""Results that were logged as parameters: known by their names and by their digits, and taken for results.

MLflow's `log_params(stats)` puts a "Total Return" of 1.6034995085355603 beside what was chosen. Nobody
chooses sixteen digits; but samplers do, so the name has to be a metric's as well, and none of those that a
config has too (an `l1` penalty, an `iou` threshold, the weight of a `dice` loss).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from store.directions import is_resource, known_metric, taken_for
from store.frames import frame_of
from store.names import name_key, name_words
from store.records import Reading, Value

__all__ = ["REMARK", "take_results"]

REMARK = "logged as a parameter; read as a result, by its name and its digits"

_DIGITS = 7
_CHOSEN = frozenset(
    "l1 l2 kl iou miou dice gap kappa cost price core per ter der em return reward map correlation "
    "precision sim similarity margin".split()
)
"""Names of metrics that configs hold as well."""

_WORDS = frozenset(
    "target init initial threshold thresh weight weights coef coefficient alpha beta lambda max min limit "
    "goal tolerance tol eps patience budget rate_decay smoothing scale factor penalty clip".split()
)


def take_results(readings: Sequence[Reading]) -> dict[str, str]:
    """Make fields that hold results metrics, and say so by name.

    Args:
        readings: of all files; only parameters of trackers' stores are changed, in place.
    """
    found: dict[str, str] = {}
    for reading in readings:
        if not reading.reader.startswith(("mlflow", "wandb", "trackio", "sacred", "hydra", "guild", "dvc")):
            continue
        named = [name for name, field in reading.fields.items() if field.kind == "param" and _named(name)]
        sure = [name for name in named if _measured(_values(reading, name))]
        if len(sure) >= 2:  # where results were logged so, those with few digits were too
            sure += [
                name for name in named if name not in sure and known_metric(name) and _numbers(reading, name)
            ]
        for name in sure:
            reading.fields[name].kind = "metric"
            found[name] = REMARK
    return found


def _named(name: str) -> bool:
    """Whether a name is that of a result: a known one, or one that ends in a word for one."""
    words = name_words(name)
    if is_resource(name) or name_key(name) in _CHOSEN:
        return False
    if known_metric(name):
        return True
    if _WORDS.intersection(words[:-1]):
        return False
    sort, end, _ = taken_for(name)
    return sort in ("lower", "higher") and end == len(words) and words[-1] not in _CHOSEN and len(words) > 1


def _values(reading: Reading, name: str) -> Iterable[Value]:
    frame = frame_of(reading)
    found = (
        frame.values.get(name, ()) if frame is not None else [run.values.get(name) for run in reading.runs]
    )
    return [value for value in found if value is not None]


def _numbers(reading: Reading, name: str) -> bool:
    values = list(_values(reading, name))
    return bool(values) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)


def _measured(values: Iterable[Value]) -> bool:
    """Whether most of the numbers have more digits than anybody chooses."""
    told = list(values)
    long = [
        v for v in told if isinstance(v, float) and len(f"{v:.15g}".replace(".", "").strip("-0")) >= _DIGITS
    ]
    return bool(told) and 2 * len(long) > len(told)
