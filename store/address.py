"""Addresses of stores, as trackers are told them: `postgresql://user@host/mlflow`, `sqlite:///mlflow.db`.

An address holds a password now and then: what is told to a person is `shown`, never the address itself.
"""

from __future__ import annotations

import re
from pathlib import Path

from store.errors import NoHistory
from store.markup import clean

__all__ = ["is_address", "place_of", "shown"]

_SCHEME = re.compile(r"([a-z][a-z0-9.-]*)(?:\+\w+)?://", re.IGNORECASE)


def is_address(text: str) -> bool:
    """Whether a text is an address rather than the path of a file.

    Example:
        >>> is_address("sqlite:///mlflow.db"), is_address("C:/runs.csv"), is_address("mlruns")
        (True, False, False)
    """
    return _SCHEME.match(text) is not None


def place_of(text: str) -> Path | str:
    """What lies at a path or an address: the path of a file or folder, or the address of a database server.

    Raises:
        NoHistory: where nothing of this kind can be read.

    Example:
        >>> place_of("sqlite:///runs/mlflow.db").as_posix(), place_of("file:///data/ml%20runs").as_posix()
        ('runs/mlflow.db', '/data/ml runs')
    """
    found = _SCHEME.match(text)
    if found is None:
        return Path(text).expanduser()
    scheme, rest = found[1].lower(), text[found.end() :]
    if scheme in ("postgresql", "postgres"):
        return text
    if scheme == "sqlite" and rest.startswith("/"):
        return Path(rest[1:].partition("?")[0])
    if scheme == "file" and rest.startswith("/"):
        from urllib.parse import unquote  # 3 ms of a cold start, and most are paths

        return Path(unquote(rest))
    raise NoHistory(
        f"no way to read {shown(text)}",
        "an address is postgresql://user@host/mlflow, sqlite:///mlflow.db or file:///path/mlruns",
    )


def shown(address: str) -> str:
    """An address without its user, its password and its options.

    Example:
        >>> shown("postgresql+psycopg2://ada:secret@db:5433/mlflow?password=secret")
        'postgresql://db:5433/mlflow'
    """
    found = _SCHEME.match(address)
    scheme = found[1].lower() if found else ""
    try:
        from urllib.parse import urlsplit  # 3 ms of a cold start, and most are paths

        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
        return clean(f"{scheme}://{parts.hostname or ''}{port}{parts.path}")
    except ValueError:
        return f"{scheme}://…"
