"""Histories by step that are kept: beside their snapshot, so that a question that needs none loads none.

An entry a metric: a question needs one or two of them, and ten million values are 240 MB.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from store.kept import keep, kept, prune
from store.points import ByRow
from store.records import Series

__all__ = ["Later", "save_series"]

_SUFFIX, _SIZE = ".series", 256 << 20  # of one history
_ENTRIES, _TOTAL = 4000, 512 << 20

_AT_ONCE = 64 << 20
"""Bytes of the histories that are held in memory once they were loaded."""

Stamp = tuple[Any, ...] | None
"""All that a snapshot was made from."""


def save_series(name: str, made_from: Stamp, series: Mapping[str, ByRow]) -> bool:
    """Keep the histories by step of a snapshot; whether they are few enough for it.

    Args:
        name: of the snapshot's entry.
        made_from: its stamp.
        series: by column key and row.
    """
    if not series or sum(map(_size, series.values())) > _SIZE:
        return False
    digest = _digest(made_from)
    for number, by_row in enumerate(series.values()):
        packed = [
            (row, one.steps.tobytes(), one.values.tobytes(), one.times.tobytes())
            for row, one in by_row.items()
        ]
        keep(_name(name, number), digest, packed)
    keep(_name(name), digest, list(series))
    prune(_SUFFIX, _ENTRIES, _TOTAL)
    return True


def _size(by_row: ByRow) -> int:
    """The bytes of a metric's histories."""
    return sum(24 * len(one.values) for one in by_row.values())


def _name(snapshot: str, number: int | None = None) -> str:
    """The name of a metric's entry, or of the one that lists them."""
    start = snapshot.partition(".")[0]
    return f"{start}{_SUFFIX}" if number is None else f"{start}-{number}{_SUFFIX}"


def _digest(made_from: Stamp) -> bytes:
    """A stamp in short."""
    try:
        from _blake2 import blake2b  # without OpenSSL, as in `store.fingerprint`
    except ImportError:
        from hashlib import blake2b
    return blake2b(repr(made_from).encode("utf-8", "surrogateescape"), digest_size=16).digest()


class Later:
    """The histories by step of a snapshot, each loaded when it is first asked for.

    Args:
        name: of the snapshot's entry.
        made_from: its stamp.
        again: reads them anew where they are not kept.
    """

    def __init__(self, name: str, made_from: Stamp, again: Callable[[], Mapping[str, ByRow]]) -> None:
        self._name, self._made_from, self._again = name, made_from, again
        self._loaded: Mapping[str, ByRow] | None = None

    def __call__(self) -> Mapping[str, ByRow]:
        """The histories, by column key and row."""
        if self._loaded is None:
            digest = _digest(self._made_from)
            keys = kept(_name(self._name), digest)
            self._loaded = self._again() if keys is None else _Kept(keys, self._name, digest, self._again)
        return self._loaded


class _Kept(Mapping[str, ByRow]):
    """Histories by step that are kept, an entry a metric; all are read anew where one is gone."""

    def __init__(
        self, keys: Sequence[str], name: str, digest: bytes, again: Callable[[], Mapping[str, ByRow]]
    ) -> None:
        self._numbers = {key: number for number, key in enumerate(keys)}
        self._name, self._digest, self._again = name, digest, again
        self._loaded: dict[str, ByRow] = {}
        self._room = _AT_ONCE

    def __getitem__(self, key: str) -> ByRow:
        if key in self._loaded:
            return self._loaded[key]
        packed = kept(_name(self._name, self._numbers[key]), self._digest)
        if packed is None:
            self._loaded = dict(self._again())
            return self._loaded[key]
        by_row = {
            row: Series(array("q", steps), array("d", values), array("d", times))
            for row, steps, values, times in packed
        }
        self._room -= _size(by_row)
        if self._room >= 0:
            self._loaded[key] = by_row
        return by_row

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
