"""Broken copies of a file, always the same ones: bytes changed, cut, doubled, lengths blown up."""

from __future__ import annotations

import random
from collections.abc import Iterator

__all__ = ["mutants"]

_HUGE = (b"\xff" * 9 + b"\x01", b"\xff\xff\xff\x7f", b"\x00" * 8, b"\x80" * 12)


def mutants(data: bytes, count: int) -> Iterator[bytes]:
    """`count` broken copies of `data`, which is at least a few bytes long."""
    chance = random.Random(len(data))
    for _ in range(count):
        broken = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 8))):
            at = chance.randrange(len(broken))
            match chance.randrange(5):
                case 0:
                    broken[at] = chance.randrange(256)
                case 1:
                    broken[at] ^= 1 << chance.randrange(8)
                case 2:
                    del broken[at : at + chance.randrange(1, 40)]
                case 3:
                    broken[at:at] = broken[max(0, at - chance.randrange(1, 40)) : at]
                case _:
                    huge = chance.choice(_HUGE)
                    broken[at : at + len(huge)] = huge
            if not broken:
                break
        yield bytes(broken)
