"""A run's configuration in short: for the cell of the summary, and for Best Result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from store.records import Value

__all__ = ["full", "short"]

AT_MOST = 5
"""Parameters in a cell of the summary; the command in the section has them all."""

_MACHINE = frozenset(("nproc_per_node", "model_tag", "config", "device", "num_workers", "output_dir"))
_PLAIN = re.compile(r"[\w.+\-]+")


def full(params: Mapping[str, Value]) -> str:
    """Every parameter that can be written in a line: "depth=24, lr=0.02, fp8".

    Example:
        >>> full({"depth": 24, "lr": 0.02, "fp8": True, "data": "a b"})
        'depth=24, lr=0.02, fp8=true'
    """
    return ", ".join(f"{name}={_text(value)}" for name, value in params.items() if _tells(name, value))


def short(params: Mapping[str, Value], given: Iterable[str], before: Mapping[str, Value]) -> str:
    """The parameters that tell a run from others: "d24, lr=0.02".

    Args:
        params: all of the run's, in the order of its command.
        given: names that were told apart from the command: they always stand there.
        before: those of the run before, to leave out what stayed the same.

    Example:
        >>> short({"depth": 24, "lr": 0.04, "seed": 1}, (), {"depth": 24, "lr": 0.02, "seed": 1})
        'd24, lr=0.04'
    """
    told = {name: value for name, value in params.items() if _tells(name, value)}
    always = {"depth", *given}
    differ = [name for name, value in told.items() if before.get(name) != value or not before]
    kept = [name for name in told if name in always or name in differ] or list(told)
    kept = sorted(kept, key=lambda name: (name not in always, name != "depth"))[: max(AT_MOST, len(always))]
    kept.sort(key=lambda name: (name != "depth", list(told).index(name)))
    return ", ".join(_one(name, told[name]) for name in kept)


def _one(name: str, value: Value) -> str:
    if name == "depth" and isinstance(value, int) and 0 <= value < 1000:
        return f"d{value}"
    return f"{name}={_text(value)}"


def _tells(name: str, value: Value) -> bool:
    return name not in _MACHINE and value is not None and bool(_PLAIN.fullmatch(_text(value)))


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
