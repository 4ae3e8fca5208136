"""Bytes to text: byte order marks, UTF-16 with and without one, old code pages, double encoding."""

from __future__ import annotations

import codecs
import re

from store.slotted import fresh, slotted

__all__ = ["MARKS", "Decoded", "decode", "is_binary", "repaired"]

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, the longer ones first, and the encodings they stand for."""

_CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"  # what the bytes 80 to 9f are in Windows-1252
_TWICE = re.compile(f"[\u00c2-\u00f4][\u0080-\u00bf{_CP1252}]{{1,3}}")


@slotted(frozen=False)
class Decoded:
    """A file's text, line ends as they were, and what had to be done to get it."""

    text: str
    notes: list[str] = fresh(default_factory=list)


def is_binary(head: bytes) -> bool:
    """Whether the first bytes of a file are not text in any encoding that is read here."""
    if any(head.startswith(mark) for mark, _ in MARKS) or not head:
        return False
    return b"\0" in head and not _wide(head)


def decode(data: bytes) -> Decoded | None:
    """The text of `data`, or None where it is binary.

    Example:
        >>> decode("8×H100".encode("utf-16")).text, decode("8Ã—H100".encode()).text
        ('8×H100', '8×H100')
        >>> decode(bytes(9)) is None
        True
    """
    decoded = _decode(data)
    if decoded is not None:
        decoded.text, repaired = _repair(decoded.text)
        if repaired:
            decoded.notes.append(f"{repaired} double-encoded characters repaired")
    return decoded


def _decode(data: bytes) -> Decoded | None:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            return Decoded(text, [] if encoding == "utf-8" else [f"read as {encoding[:6].upper()}"])
    wide = _wide(data[:4096])
    if wide:
        return Decoded(data.decode(wide, "replace"), [f"read as {wide.upper()} (no byte order mark)"])
    if b"\0" in data:
        return None
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    try:
        return Decoded(data.decode("cp1252"), ["not UTF-8: read as Windows-1252"])
    except UnicodeDecodeError:
        return Decoded(data.decode("latin-1"), ["not UTF-8: read as Latin-1"])


def _wide(head: bytes) -> str:
    """The UTF-16 flavour of mostly ASCII text without a byte order mark: every other byte is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half >= 2 and odd > half * 0.6 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if half >= 2 and even > half * 0.6 and odd < half * 0.05 else ""


def repaired(text: str) -> str:
    """The text as it is read from a file: double-encoded characters as they were meant.

    Example:
        >>> repaired("8Ã—H100")
        '8×H100'
    """
    return _repair(text)[0]


def _repair(text: str) -> tuple[str, int]:
    """Undo UTF-8 that was read as Windows-1252 and written again, where the way back is exact."""
    if text.isascii():
        return text, 0
    count = 0

    def back(found: re.Match[str]) -> str:
        nonlocal count
        try:
            once = found[0].encode("cp1252").decode("utf-8")
        except UnicodeError:
            return found[0]
        count += 1
        return once

    return _TWICE.sub(back, text), count
