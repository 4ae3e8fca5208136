"""A stream of bytes in any encoding and any pieces, as whole lines of UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

__all__ = ["LONGEST_LINE", "Lines", "Utf8"]

LONGEST_LINE = 65_536
"""Of a longer line only the first so many bytes are kept."""

_HEAD = 256
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Utf8:
    """Bytes as they come → the same text in UTF-8; what is no UTF-16 passes as it is.

    The encoding is told by the first 256 bytes, held back until they are there.
    """

    def __init__(self) -> None:
        self.head: bytes | None = b""
        self._decoder: codecs.IncrementalDecoder | None = None

    def feed(self, data: bytes) -> bytes:
        """The text of `data`, as far as it is certain."""
        if self.head is not None:
            self.head += data
            return self.settle() if len(self.head) >= _HEAD else b""
        return self._recode(data)

    def settle(self) -> bytes:
        """Decide by what is there, and give out what was held back."""
        head, self.head = self.head or b"", None
        encoding, skipped = _encoding(head[:_HEAD])
        if encoding:
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        return self._recode(head[skipped:])

    def _recode(self, data: bytes) -> bytes:
        return self._decoder.decode(data).encode() if self._decoder else data


def _encoding(head: bytes) -> tuple[str, int]:
    """The UTF-16 flavour, or "", and the length of the byte order mark."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding if encoding != "utf-8" else "", len(mark)
    even, odd, half = head[0::2].count(0), head[1::2].count(0), len(head) // 2
    if half >= 2 and odd > half * 0.6 and even < half * 0.05:
        return "utf-16-le", 0
    return ("utf-16-be" if half >= 2 and even > half * 0.6 and odd < half * 0.05 else ""), 0


class Lines:
    r"""UTF-8 in any pieces → blocks of whole lines, each ending in "\n" or "\r".

    A "\r\n" ends a line and an empty one: no matter, for an empty line says nothing.

    Attributes:
        rest: the line that has not ended yet.
    """

    def __init__(self) -> None:
        self.rest = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The blocks of whole lines that `data` completes."""
        for start in range(0, len(data), LONGEST_LINE):
            if block := self._piece(data[start : start + LONGEST_LINE]):
                yield block

    def _piece(self, piece: bytes) -> bytes:
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1
        if not end:
            self._keep(piece)
            return b""
        block = piece[:end]
        if self.rest:
            first = min(at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0)
            self._keep(block[:first])
            block = bytes(self.rest) + block[first:]
            self.rest = bytearray()
        self._keep(piece[end:])
        return block

    def _keep(self, data: bytes) -> None:
        self.rest += data[: LONGEST_LINE - len(self.rest)]
