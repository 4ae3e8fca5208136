"""What can go wrong before and around a question, and the exit code it ends in.

    Exception
    ├── AskError                 1   anything the person can put right
    │   ├── WriteFailed          1   the file of -o cannot be written
    │   └── BadUsage             2   the command line is not understood
    │       ├── EmptyQuestion    2   there is no question in it
    │       └── BadConfig        2   a configuration file or variable says something impossible
    └── store.errors.HistoryError  1   there is no history, or it cannot be opened

A question that cannot be answered is no error: it is an `nlq.answer.Answer` whose status is
`declined`. A message says what is wrong, where, and the nearest thing that works.
"""

from __future__ import annotations

__all__ = [
    "AMBIGUOUS",
    "DECLINED",
    "FAILED",
    "INTERRUPTED",
    "OK",
    "USAGE",
    "AskError",
    "BadConfig",
    "BadUsage",
    "EmptyQuestion",
    "WriteFailed",
]

OK, FAILED, USAGE, DECLINED, AMBIGUOUS, INTERRUPTED = 0, 1, 2, 3, 4, 130


class AskError(Exception):
    """Anything the person can put right; `str(error)` is the one line they are told."""

    exit_code = FAILED


class WriteFailed(AskError):
    """The answer could not be written to the file of `-o`."""


class BadUsage(AskError):
    """The command line is not understood."""

    exit_code = USAGE


class EmptyQuestion(BadUsage):
    """The question has no words."""


class BadConfig(BadUsage):
    """A configuration file or environment variable says something impossible."""
