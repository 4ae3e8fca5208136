"""Memory while a history is read: the cyclic collector held, and what was freed given back to the system.

The collector looks through what is read over and over again: to read 10,000 runs makes millions of values
and no cycle that would be left, and its visits to them are a tenth of the time. The console script, a process
of one answer, does without it anyway.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["give_back", "held"]


@contextmanager
def held() -> Iterator[None]:
    """No collection meanwhile; afterwards as before."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def give_back() -> None:
    """Have the C library give back what was freed, where it has a way: of many small pieces it keeps all.

    Ten million values by step are 240 MB in 30,000 pieces; the engine takes its memory elsewhere.
    """
    import ctypes

    try:
        trim = ctypes.CDLL(None).malloc_trim  # glibc
    except (AttributeError, OSError, TypeError):
        return
    trim(0)
