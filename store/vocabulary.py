"""The vocabulary files `grammar/words/*.toml`, loaded once a process and kept compiled between processes.

Reading TOML costs more than everything else a cold answer does with the vocabulary, so a compiled copy
is kept in `$XDG_CACHE_HOME/ask`. The copy carries the bytes it was made from: a changed vocabulary can
never be answered from a stale copy, whatever the clocks say. It is marshal, not pickle: data only.
"""

from __future__ import annotations

import marshal
import os
import sys
from pathlib import Path
from typing import Any

__all__ = ["WORDS", "cache_folder", "words"]

WORDS = Path(__file__).parents[1] / "grammar" / "words"

_FORMAT = 1
_loaded: dict[str, dict[str, Any]] = {}


def words(name: str) -> dict[str, Any]:
    """The table of `grammar/words/<name>.toml`.

    Args:
        name: the file's name without its suffix.

    Returns:
        the parsed table, the same object at every call: not to be changed.

    Raises:
        FileNotFoundError: where there is no such vocabulary.

    Example:
        >>> words("units")["suffixes"]["K"]
        1000
    """
    if name not in _loaded:
        source = (WORDS / f"{name}.toml").read_bytes()
        copy = cache_folder() / f"{name}-{sys.implementation.cache_tag}.words"
        table = _read_copy(copy, source)
        if table is None:
            import tomllib

            table = tomllib.loads(source.decode())
            _write_copy(copy, source, table)
        _loaded[name] = table
    return _loaded[name]


def cache_folder() -> Path:
    """Where compiled copies are kept: `$XDG_CACHE_HOME/ask`, else `~/.cache/ask`. It may not exist."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path(os.path.expanduser("~"), ".cache")) / "ask"  # noqa: PTH111


def _read_copy(copy: Path, source: bytes) -> dict[str, Any] | None:
    try:
        made_from, form, table = marshal.loads(copy.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return table if made_from == source and form == _FORMAT and isinstance(table, dict) else None


def _write_copy(copy: Path, source: bytes, table: dict[str, Any]) -> None:
    draft = copy.with_name(f"{copy.name}.{os.getpid()}")
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(marshal.dumps((source, _FORMAT, table)))
        draft.replace(copy)
    except (OSError, ValueError):
        return
