"""The lexicon of a history, made once."""

from __future__ import annotations

from nlq.lexicon import Lexicon
from store.history import History

__all__ = ["lexicon_of"]


def lexicon_of(history: History) -> Lexicon:
    """The lexicon of a history, made at its first question."""
    key = id(history.catalog)
    if key not in _lexicons or _lexicons[key].catalog is not history.catalog:
        _lexicons.clear()
        _lexicons[key] = Lexicon.of(
            history.catalog,
            [source.path for source in history.sources],
            history.words,
            [title for source in history.sources for title in source.titles],
        )
    return _lexicons[key]


_lexicons: dict[int, Lexicon] = {}
