"""The vocabulary files `grammar/words/*.toml`, loaded once a process and kept compiled between processes.

Reading TOML costs more than everything else a cold answer does with the vocabulary. The compiled copy is used
only where the file still has the bytes it was made from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from store.kept import keep, kept

__all__ = ["WORDS", "words"]

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
        table = kept(f"{name}.words", (_FORMAT, source))
        if table is None:
            import tomllib

            table = tomllib.loads(source.decode())
            keep(f"{name}.words", (_FORMAT, source), table)
        _loaded[name] = table
    return _loaded[name]
