"""Questions in plain language, answered from the history of machine-learning experiments.

Example:
    >>> from nlq import ask                                   # doctest: +SKIP
    >>> from store.load import load                           # doctest: +SKIP
    >>> ask("what was my best run", load([path])).headline    # doctest: +SKIP
    'baseline: loss 2.65, the lowest of 2 completed runs'
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import store

if TYPE_CHECKING:
    from nlq.engine import ask as ask

__version__ = "0.1.0"
__all__ = ["__version__", "ask"]

# The package `store` is installed beside this one; a script that stands beside a file of its own
# called store.py imports that one instead, and fails far from here on a name that is missing.
_FOUND = Path(store.__file__ or "store")
if _FOUND.resolve().parents[1] != Path(__file__).resolve().parents[1]:
    raise ImportError(
        f"nlq needs its own package 'store', but Python finds another one first: {_FOUND}. "
        "Rename that file, or run from another folder."
    )


def __getattr__(name: str) -> object:
    """Import `ask` when it is first used: the engine is heavy and `ask --help` must not pay for it."""
    if name == "ask":
        from nlq.engine import ask

        return ask
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
