"""Many like pieces of work done by several processes, where that is safe: Python computes in one at a time.

A process is forked, does its share, and sends back plain data. Only on Linux, and only while this process has
one thread: another one might hold a lock at that moment, which nobody would ever open in the child. Where it
can't be, or goes wrong, the share is done here; what comes out is the same.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from store.progress import heard

__all__ = ["in_shares"]

_PROCESSES = 4
"""With more than these the system's own work on the files, not ours, is what takes long."""

T = TypeVar("T")


def in_shares(pieces: Sequence[T], work: Callable[[Sequence[T]], Any], least: int) -> list[Any]:
    """What comes out of the work on each share of the pieces, in their order.

    Args:
        pieces: are dealt out in their order.
        work: gives plain data (None, numbers, strings, bytes, tuples, lists, dicts) for a share.
        least: how many pieces are worth a process.
    """
    count = min(_PROCESSES, len(pieces) // least)
    count = min(count, len(os.sched_getaffinity(0))) if count > 1 and _may_fork() else 1
    size = max(-(-len(pieces) // max(count, 1)), 1)
    shares = [pieces[at : at + size] for at in range(0, len(pieces), size)] or [pieces]
    children: list[_Child] = []
    try:
        for share in shares[1:]:
            children.append(_Child(work, share))  # noqa: PERF401 - one that fails leaves the others to be ended
        told = [work(shares[0])]
        for child, share in zip(children, shares[1:], strict=True):
            done = child.told()
            told.append(work(share) if done is None else done)
        return told
    finally:
        for child in children:
            child.end()


def _may_fork() -> bool:
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208
    except OSError:
        return False


class _Child:
    """A process that works on a share."""

    def __init__(self, work: Callable[[Sequence[T]], Any], share: Sequence[T]) -> None:
        self._from, to = os.pipe()
        self._process = 0
        try:
            self._process = os.fork()
        except OSError:  # too many processes: there is nothing to be told
            os.close(to)
            return
        if not self._process:
            _work_off(work, share, to)
        os.close(to)

    def told(self) -> Any | None:
        """What came out, or None where it went wrong."""
        if not self._process:
            return None
        with os.fdopen(self._from, "rb", closefd=False) as told:
            data = told.read()
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        return None if status else marshal.loads(data)

    def end(self) -> None:
        """End the process, if it has not ended."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        os.close(self._from)


def _work_off(work: Callable[[Sequence[T]], Any], share: Sequence[T], to: int) -> None:
    """Do a share and end the process: no word on the terminal, nothing cleaned up that is another one's."""
    wrong = 1
    try:
        gc.disable()
        with heard(lambda what, parts: None):
            data = marshal.dumps(work(share))
        with os.fdopen(to, "wb") as told:
            told.write(data)
        wrong = 0
    except BaseException:
        pass
    finally:
        os._exit(wrong)
