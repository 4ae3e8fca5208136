"""The results of a run, out of a person's words, a file, or the output of the training as it comes.

    words ──read_words──▶┐
    file  ──read_file───▶├─▶ Report: results by name, how the run ended and why, the step, other remarks
    bytes ──Scanner─────▶┘

None of the three guesses: a number becomes a result only under a name that can be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.results.report import Report, Result

if TYPE_CHECKING:
    from store.results.files import read_file
    from store.results.scanner import Scanner
    from store.results.words import read_words

__all__ = ["Report", "Result", "Scanner", "read_file", "read_words"]

_MODULES = {"Scanner": "scanner", "read_file": "files", "read_words": "words"}


def __getattr__(name: str) -> Any:
    """The three readers, each imported where it is first asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
