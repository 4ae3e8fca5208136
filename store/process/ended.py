"""How a command ended, and how to end likewise."""

from __future__ import annotations

import os
import signal

from store.slotted import slotted

__all__ = ["Ended", "ended", "leave_as"]

PASSED_ON = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Of these a shell wants to know: it stops its script, too, where a command died of Ctrl-C."""


@slotted
class Ended:
    """The end of a command.

    Attributes:
        code: its exit code; 128 + n where signal n ended it, as a shell tells it.
        signal: the signal that ended it, or 0.
        seconds: wall time from its start to its end.
        interrupted: whether Ctrl-C, SIGINT, SIGTERM or SIGHUP came while it ran.
    """

    code: int
    signal: int = 0
    seconds: float = 0.0
    interrupted: bool = False


def ended(status: int, seconds: float, interrupted: bool) -> Ended:
    """The end that a status of `wait` tells.

    Example:
        >>> ended(3 << 8, 1.0, False), ended(9, 1.0, False).code
        (Ended(code=3, signal=0, seconds=1.0, interrupted=False), 137)
    """
    code = os.waitstatus_to_exitcode(status)
    return Ended(code if code >= 0 else 128 - code, max(-code, 0), seconds, interrupted)


def leave_as(ended: Ended) -> int:
    """The exit code for our own process; where SIGINT, SIGTERM or SIGHUP ended the command, that ends us.

    Returns:
        The command's own code; 128 + n for any other signal n, or where we outlive it.
    """
    if ended.signal in PASSED_ON:
        signal.signal(ended.signal, signal.SIG_DFL)
        os.kill(os.getpid(), ended.signal)
    return ended.code
