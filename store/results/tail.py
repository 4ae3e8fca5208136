"""The last lines of a stream, as a terminal would show them."""

from __future__ import annotations

import re

from store.markup import clean

__all__ = ["Tail", "without_codes"]

_SHOWN = 20
_ENOUGH = 30  # lines, of which 20 are hardly ever empty
_LONGEST = 500  # characters
_CODES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")


def without_codes(data: bytes) -> bytes:
    r"""`data` without terminal codes; none reaches over the end of a line.

    Example:
        >>> without_codes(b"\x1b[32m\x1b[1mINFO\x1b[0m - loss")
        b'INFO - loss'
    """
    return _CODES.sub(b"", data) if b"\x1b" in data else data


class Tail:
    r"""The last 20 lines that are not empty; of what "\r" overwrites on one line, the last that shows."""

    def __init__(self) -> None:
        self._closed: list[bytes] = []
        self._open = b""

    def feed(self, block: bytes) -> None:
        r"""Follow whole lines, each ended by "\n" or "\r"."""
        first, *others = block.rsplit(b"\n", _ENOUGH)
        found = [line for line in map(_shown, reversed(others[:-1])) if line][:_SHOWN]
        if len(found) < _SHOWN and b"\n" in first:  # too many of them are empty
            first, *others = block.split(b"\n")
            found = [line for line in map(_shown, reversed(others[:-1])) if line][:_SHOWN]
        if len(found) < _SHOWN and (shown := _shown(first) or self._open):
            if not others:
                self._open = shown
                return
            found.append(shown)
        if others:
            self._open = _shown(others[-1])
        self._closed = [*self._closed, *reversed(found)][-_SHOWN:]

    def lines(self, rest: bytes = b"") -> list[str]:
        """The lines, `rest` being the one that has not ended."""
        last = _shown(rest) or self._open
        texts = [clean(line.decode(errors="replace"))[:_LONGEST] for line in [*self._closed, last]]
        return [text for text in texts if text][-_SHOWN:]


_BLANK = bytes(range(33)) + b"\x7f"


def _shown(line: bytes) -> bytes:
    r"""The last piece between "\r" that shows anything, at most as long as 500 characters can be."""
    return line.rstrip(_BLANK).rpartition(b"\r")[2].lstrip(_BLANK)[: 4 * _LONGEST]
