"""The wire format of protocol buffers, as far as trackers' files need it: numbered fields, no schema.

https://protobuf.dev/programming-guides/encoding/. Nothing is allocated by a length that the data tells: what
reaches beyond the end of the buffer is `Broken`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

__all__ = ["Broken", "bits_of", "blob", "fields", "number", "signed", "text"]

Wire = int | bytes
"""A varint or fixed number as an unsigned integer, or the bytes of a length-delimited field."""


class Broken(ValueError):
    """Bytes that are no message."""


def fields(data: bytes) -> Iterator[tuple[int, Wire]]:
    """The fields of a message in their order.

    Raises:
        Broken: where the bytes end early or hold an unknown kind of field.

    Example:
        >>> list(fields(bytes([0x08, 0x96, 0x01, 0x12, 0x02]) + b"hi"))
        [(1, 150), (2, b'hi')]
    """
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        kind, size = key & 7, 0
        if kind == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = _varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise Broken("an unknown kind of field")
        if size > end - at:
            raise Broken("a field reaches beyond its message")
        part = data[at : at + size]
        yield key >> 3, part if kind == 2 else int.from_bytes(part, "little")
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
    raise Broken("a number without an end")


def blob(value: Wire) -> bytes:
    """A field that has to be bytes: a number in its place is an empty message."""
    return value if isinstance(value, bytes) else b""


def text(value: Wire) -> str:
    """A field that has to be text."""
    return blob(value).decode("utf-8", "replace")


def signed(value: Wire) -> int:
    """An int32 or int64, which are written as 64 bits in two's complement.

    Example:
        >>> signed(2**64 - 1), signed(7)
        (-1, 7)
    """
    plain = value if isinstance(value, int) else 0
    return plain - (1 << 64) if plain >= 1 << 63 else plain


def bits_of(value: Wire, form: str) -> float:
    """The bits of a fixed field as the float of that `struct` form: "<d", "<f".

    Example:
        >>> bits_of(0x3FF8000000000000, "<d")
        1.5
    """
    size = struct.calcsize(form)
    whole = value if isinstance(value, int) else 0
    return float(struct.unpack(form, (whole & ((1 << 8 * size) - 1)).to_bytes(size, "little"))[0])


def number(message: bytes, wanted: int) -> Wire | None:
    """The last value of one field of a message, or None."""
    found: Wire | None = None
    for field, value in fields(message):
        if field == wanted:
            found = value
    return found
