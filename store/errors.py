"""What goes wrong with a history.

Exception
 └── HistoryError             one line: what is wrong, where, the nearest thing that works
      ├── NoHistory           nothing there, or nothing in it that can be read as runs
      ├── UnreadableHistory   it is there and can't be opened
      └── NotWritable         nothing was written into it, and why
 └── WrittenMeanwhile         a store was written while it was read without a lock: it is read again
"""

from __future__ import annotations

__all__ = ["HistoryError", "NoHistory", "NotWritable", "UnreadableHistory", "WrittenMeanwhile"]


class HistoryError(Exception):
    """A history can't be loaded.

    Attributes:
        what: what is wrong, and where.
        hint: the nearest thing that works, or "".
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"{what}; {hint}" if hint else what)
        self.what = what
        self.hint = hint


class NoHistory(HistoryError):
    """There is no history at a place, or nothing in it could be read as runs.

    Attributes:
        passed: what was seen there: the first path, why it was passed over, and how many.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what, hint)
        self.passed: list[tuple[str, str, int]] = []


class UnreadableHistory(HistoryError):
    """The file is there, and can't be opened."""


class NotWritable(HistoryError):
    """Nothing was written: the log can't take it, or what was asked for does not fit what stands there."""


class WrittenMeanwhile(Exception):
    """What was read without a lock may be of two states."""
