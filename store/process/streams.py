"""One stream on its way from the command to where ours goes: a chunk at a time, none lost, none kept."""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Callable

__all__ = ["CHUNK", "Careful", "Stream", "close_all"]

CHUNK = 65536
"""Bytes read at once: what a pipe holds."""


class Careful:
    """A callback that is called until it raises."""

    def __init__(self, call: Callable[..., None]) -> None:
        self._call: Callable[..., None] | None = call

    def __call__(self, *given: object) -> None:
        """Call it, unless it has failed."""
        if self._call is not None:
            try:
                self._call(*given)
            except Exception:
                self._call = None


def close_all(fds: list[int]) -> None:
    """Close file descriptors, and forget them."""
    while fds:
        os.close(fds.pop())


class Stream:
    """A stream of the command and where it goes.

    It holds one chunk at most and reads no further before that is out: a slow reader slows the command, as
    without us.
    """

    def __init__(self, source: int, target: int, listen: Careful, *, terminal: bool) -> None:
        self.source, self.target, self.terminal = source, target, terminal
        self.open = True
        self._listen = listen
        self._chunk = b""
        self._out = 0
        self._free = select.poll()
        self._free.register(target, select.POLLOUT)
        # A write to a file does not wait. Of a pipe, poll() promises room for PIPE_BUF, and a longer write
        # would wait for its reader, while the other stream, the keyboard and `tick` wait for us.
        self._piece = CHUNK if stat.S_ISREG(os.fstat(target).st_mode) else select.PIPE_BUF

    @property
    def held(self) -> bool:
        """Whether there is something to write."""
        return bool(self._chunk)

    def read(self) -> None:
        """Take a chunk from the command, and write what can be written."""
        try:
            self._chunk, self._out = os.read(self.source, CHUNK), 0
        except BlockingIOError:
            return
        except OSError:  # EIO: nobody holds the other side of a pseudo-terminal
            self._chunk = b""
        if self._chunk:
            self.write()
        else:
            self.close()

    def write(self) -> None:
        """Write what can be written without waiting; the chunk is heard when it is out.

        Where ours can't be written any more (nobody reads it, the disk is full), the command's is closed, so
        that it learns of it at its next write.
        """
        view = memoryview(self._chunk)
        try:
            while self._out < len(view):
                if not self._free.poll(0):
                    return
                self._out += os.write(self.target, view[self._out : self._out + self._piece])
        except BlockingIOError:
            return
        except OSError:
            self.close()
        self._chunk, told = b"", self._chunk
        self._listen(told)

    def close(self) -> None:
        """Close the command's side of it."""
        if self.open:
            self.open = False
            os.close(self.source)
