"""The cyclic collector, held while a history is read: it looks through what is read over and over again.

To read 10,000 runs makes millions of values and no cycle that would be left; the collector's visits to them
are a tenth of the time. The console script, a process of one answer, does without it anyway.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["held"]


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
