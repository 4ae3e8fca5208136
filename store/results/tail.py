"""The last lines of a stream, as a terminal would show them."""

from __future__ import annotations

import re

from store.markup import clean

__all__ = ["Tail", "without_codes"]

_SHOWN = 20
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
        first, *others = block.split(b"\n")
        shown = _shown(first) or self._open
        if not others:
            self._open = shown
            return
        self._open = _shown(others.pop())
        found: list[bytes] = []
        for line in reversed(others):
            if line := _shown(line):
                found.append(line)
                if len(found) == _SHOWN:
                    break
        else:
            if shown:
                found.append(shown)
        self._closed = [*self._closed, *reversed(found)][-_SHOWN:]

    def lines(self, rest: bytes = b"") -> list[str]:
        """The lines, `rest` being the one that has not ended."""
        last = _shown(rest) or self._open
        texts = [clean(line.decode(errors="replace"))[:_LONGEST] for line in [*self._closed, last]]
        return [text for text in texts if text][-_SHOWN:]


_BLANK = bytes(range(33)) + b"\x7f"


def _shown(line: bytes) -> bytes:
    r"""The last piece between "\r" that shows anything, at most as long as 500 characters can be."""
    while b"\r" in line:
        line, _, last = line.rpartition(b"\r")
        if last := last.strip(_BLANK):
            return last[: 4 * _LONGEST]
    return line.strip(_BLANK)[: 4 * _LONGEST]
