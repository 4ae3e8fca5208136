"""Lines that tell that a program ended badly."""

from __future__ import annotations

import re

from store.slotted import slotted

__all__ = ["Failure", "failure_in"]


@slotted
class Failure:
    """A line that tells that the program ended badly.

    Attributes:
        text: the line, without the rank that printed it.
        state: "crashed" or "stopped".
        outer: it is a launcher's report of a failure elsewhere.
    """

    text: str
    state: str
    outer: bool = False


_RANK = re.compile(r"\[?(?:default|rank ?)[0-9]*\]?:\s*", re.IGNORECASE)
_EXCEPTION = re.compile(
    r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit)"
    r"(?::(?!\s*[-+]?[0-9]*\.[0-9]+\s*\Z)\s|:?\s*\Z)"
)
_OUTER = re.compile(r"(?:[\w.]*ChildFailedError|[\w.]*CalledProcessError|[\w.]*ProcessRaisedException)\b")
_SIGNAL = re.compile(
    r"(?P<stopped>Killed\s*\Z|Terminated\s*\Z|.*CANCELLED AT|.*DUE TO TIME LIMIT|KeyboardInterrupt)"
    r"|(?:Segmentation fault|Bus error|Aborted\b.*core dumped|Fatal Python error|.*CUDA out of memory"
    r"|.*\bOut of memory: Killed process)"
)


def failure_in(text: str) -> Failure | None:
    """What a line tells of a failure: the end of a traceback, a signal, a scheduler's limit.

    Example:
        >>> failure_in("[rank0]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB").state
        'crashed'
        >>> failure_in("KeyboardInterrupt").state, failure_in("error: 0.23"), failure_in("TestError: 0.25")
        ('stopped', None, None)
    """
    text = _RANK.sub("", text.rstrip(), count=1) if text[:1] in "[drDR" else text.rstrip()
    signal = _SIGNAL.match(text)
    if not signal and not _EXCEPTION.match(text):
        return None
    return Failure(text, "stopped" if signal and signal["stopped"] else "crashed", bool(_OUTER.match(text)))
