"""Which history is asked: `--in`, else `ASK_HISTORY`, else the configuration, else what is found."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nlq.errors import NoHistory

if TYPE_CHECKING:
    from nlq.config import Settings
    from store.history import History

__all__ = ["open_history", "paths"]


def open_history(
    named: Sequence[str], nouns: Sequence[str], given: Settings, environ: Mapping[str, str]
) -> History:
    """Load the history a question is asked of.

    Args:
        named: the paths of `--in`.
        nouns: the words of `--noun`.
        given: the configuration.
        environ: for `ASK_HISTORY`.

    Raises:
        NoHistory: where there is none.
        store.errors.HistoryError: where it cannot be opened.
    """
    from store.load import load

    found = paths(named, given, environ)
    return load(found, nouns=(*nouns, *given.noun), lower=given.lower, higher=given.higher)


def paths(named: Sequence[str], given: Settings, environ: Mapping[str, str]) -> list[Path]:
    """The files of the history; a folder stands for the logs found in it.

    Raises:
        NoHistory: where a named path is not there, or nothing was found.
    """
    from store.find import find

    variable = [part for part in environ.get("ASK_HISTORY", "").split(os.pathsep) if part]
    for origin, texts in (("--in", named), ("ASK_HISTORY", variable), ("the configuration", given.history)):
        if texts:
            return [path for text in texts for path in _named(Path(text).expanduser(), origin)]
    here = Path.cwd()
    if found := find(here):
        return found
    raise NoHistory(
        f"no experiment log from {here} upwards (such as .claude/experiments.md or results.tsv); "
        "name one: --in PATH, or see how it works: ask demo"
    )


def _named(path: Path, origin: str) -> list[Path]:
    from store.find import find

    if path.is_dir():
        if found := find(path):
            return found
        raise NoHistory(f"no experiment log in the folder {path} (from {origin})")
    if not path.exists():
        raise NoHistory(f"no such file: {path} (from {origin}){_nearest(path)}")
    return [path]


def _nearest(path: Path) -> str:
    import difflib

    try:
        names = [other.name for other in path.parent.iterdir()]
    except OSError:
        return f"; there is no folder {path.parent}"
    near = difflib.get_close_matches(path.name, names, 1)
    return f"; nearest: {path.parent / near[0]}" if near else ""
