"""Which history is asked: `--in`, else `ASK_HISTORY`, else the configuration, else what is found."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nlq.errors import BadConfig

if TYPE_CHECKING:
    from nlq.config import Settings
    from store.history import History

__all__ = ["nothing_found", "open_history", "paths"]


def open_history(
    named: Sequence[str],
    nouns: Sequence[str],
    given: Settings,
    environ: Mapping[str, str],
    *,
    cached: bool = True,
    later: bool = False,
) -> History:
    """Load the history a question is asked of.

    Args:
        named: the paths of `--in`.
        nouns: the words of `--noun`.
        given: the configuration.
        environ: for `ASK_HISTORY`.
        cached: whether what was read before need not be read again.
        later: what is read now is kept when `History.keep` is called.

    Raises:
        store.errors.HistoryError: where there is none, or it cannot be opened.
        BadConfig: where a word of the settings means nothing that is known.
    """
    from store.load import load

    found = paths(named, given, environ)
    called = (*nouns, *given.noun)
    history = load(found, nouns=called, lower=given.lower, higher=given.higher, cached=cached, later=later)
    return _with_words(history, dict(given.words)) if given.words else history


def nothing_found(passed: Sequence[tuple[str, str, int]]) -> History:
    """A history without a run, of which can be asked what was seen in its place."""
    from store.load import nothing_of

    return nothing_of(passed)


def _with_words(history: History, words: dict[str, str]) -> History:
    """The history with the words that its people have for things.

    Raises:
        BadConfig: where one means nothing that is known.
    """
    from nlq.lexicon import Lexicon
    from nlq.link.own import unknown

    lexicon = Lexicon.of(history.catalog)
    if missed := unknown(words, lexicon):
        word, meant = missed[0]
        from difflib import get_close_matches

        near = get_close_matches(meant, [column.name for column in history.catalog.columns], 3, 0.4)
        told = f"; nearest: {', '.join(near)}" if near else ""
        raise BadConfig(f'words: "{word}" means "{meant}", which is no column and no word of ask{told}')
    history.words = words
    return history


def paths(named: Sequence[str], given: Settings, environ: Mapping[str, str]) -> list[Path | str]:
    """The files and folders of the history, as they are shown in an answer; addresses of servers as texts.

    Raises:
        store.errors.NoHistory: where none is named and none is found, or an address can't be read.
    """
    from store.address import is_address, place_of

    told = environ.get("ASK_HISTORY", "")
    # An address has colons in it: it stands there alone.
    variable = [told] if is_address(told) else [part for part in told.split(os.pathsep) if part]
    if chosen := next((texts for texts in (named, variable, given.history) if texts), None):
        places = [place_of(text) for text in chosen]
        return [_short(place) if isinstance(place, Path) else place for place in places]
    from store.find import NAMES, find

    here = Path.cwd()
    if found := find(here):
        return [_short(path) for path in found]
    from store.errors import NoHistory

    raise NoHistory(
        f"no experiment log in {here} or above it (looked for {NAMES[0]}, results.tsv and the like)",
        "name one: ask --in PATH …; or try the one that ships: ask demo",
    )


def _short(path: Path) -> Path:
    """The path from the working folder, where that is the shorter way to write it."""
    if not path.is_absolute():
        return path
    relative = Path(os.path.relpath(path))
    return relative if len(str(relative)) < len(str(path)) else path
