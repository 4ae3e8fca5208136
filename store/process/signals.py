"""What comes for us while the command runs: noted, and passed on to it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

__all__ = ["INTERRUPTING", "Signals"]

INTERRUPTING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PASSED_ON = (*INTERRUPTING, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
"""USR1 and USR2 are how Slurm tells a trainer to write a checkpoint; unhandled, they would end us alone."""
NOTED = (signal.SIGCHLD, signal.SIGCONT, signal.SIGWINCH)


class Signals:
    """A context in which signals are handled, and handlers are ours; before and after they are as they were.

    A signal that is ignored stays so, for us and for the command (`nohup`, `trap '' INT`); but for SIGCHLD,
    or we would not learn of its end.

    Attributes:
        interrupted: whether one came that is meant to end the command.
        waking: a file descriptor that can be read when any came.
    """

    def __init__(self, *, stop: bool) -> None:
        """`stop`: pass on SIGTSTP, too, as the command is in another session."""
        self.interrupted = False
        self._passed_on = (*PASSED_ON, signal.SIGTSTP) if stop else PASSED_ON
        self._send: Callable[[int], None] | None = None
        self._waiting: list[int] = []
        self._noted: set[int] = set()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        self.waking, self._wake = os.pipe()
        os.set_blocking(self.waking, False)
        os.set_blocking(self._wake, False)
        self._woke = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        for number in (*self._passed_on, *NOTED):
            before = signal.getsignal(number)
            if number in NOTED or before not in (signal.SIG_IGN, None):  # None: set by other than Python
                self._before[number] = signal.signal(number, self._came)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.forget()
        os.close(self.waking)
        os.close(self._wake)

    def forget(self) -> None:
        """Let signals do again what they did before."""
        for number, handler in self._before.items():
            if handler is not None:
                signal.signal(number, handler)
        signal.set_wakeup_fd(self._woke)

    def passing_to(self, send: Callable[[int], None]) -> None:
        """Pass signals on by `send`: those that came before, too."""
        self._send = send
        while self._waiting:
            send(self._waiting.pop(0))

    def took(self, number: int) -> bool:
        """Whether a signal came that is not passed on, since last asked."""
        came = number in self._noted
        self._noted.discard(number)
        return came

    def clear(self) -> None:
        """Empty what wakes."""
        try:
            os.read(self.waking, 4096)
        except BlockingIOError:
            return

    def _came(self, number: int, frame: FrameType | None) -> None:
        if number in NOTED:
            self._noted.add(number)
            return
        self.interrupted |= number in INTERRUPTING
        if self._send is None:
            self._waiting.append(number)
        else:
            # At once, not in the loop: that may be waiting for a terminal that takes nothing.
            self._send(number)
