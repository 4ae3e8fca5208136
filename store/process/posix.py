"""`run_through` where there are terminals and signals: who gets which stream, and the tidying up."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from time import monotonic

from store.process.ended import Ended, ended
from store.process.jobs import Job, Keeper, Shared
from store.process.passing import Passing
from store.process.signals import Signals
from store.process.streams import Careful, Stream, close_all
from store.process.terminal import Keyboard, open_like, ours

__all__ = ["run"]


def run(argv: list[str], listen: Callable[[bytes], None], tick: Callable[[], None], every: float) -> Ended:
    """As `store.process.run_through`."""
    for buffered in (sys.stdout, sys.stderr):  # what we printed comes first
        with suppress(OSError, ValueError, AttributeError):
            buffered.flush()
    with ExitStack() as after:
        absent = _fill_holes(after)
        session = not absent & {0, 1} and ours(0) and ours(1)
        signals = after.enter_context(Signals(stop=session))
        sides = _Sides(session, Careful(listen))
        after.callback(sides.close)
        sides.open([fd for fd in (1, 2) if fd not in absent])
        began = monotonic()
        job = _start(argv, sides, signals)
        after.callback(job.close)
        # Before the job's end is waited for there: where we fail, the command must not wait for us.
        after.callback(sides.close)
        close_all(sides.pipes)
        keyboard = Keyboard(0, sides.streams[0].source) if session else None
        if keyboard:
            after.callback(keyboard.give_back)
            keyboard.take()
        signals.passing_to(job.send)
        passing = Passing(job, sides.streams, signals, keyboard, sides.terminals)
        passing.run(Careful(tick), every)
        interrupted = signals.interrupted or bool(keyboard and keyboard.interrupted)
        return ended(job.status or 0, passing.ended - began, interrupted)


class _Sides:
    """The streams, ours and the command's side of each.

    Attributes:
        streams: ours.
        files: what the command gets, by its file descriptor.
        pipes, terminals: its sides, until they are closed here. Those of terminals we hold, too, as long as
            it runs: it may close them all and open "/dev/tty" again.
    """

    def __init__(self, session: bool, listen: Careful) -> None:
        self.streams: list[Stream] = []
        self.files: dict[int, int] = {}
        self.pipes: list[int] = []
        self.terminals: list[int] = []
        self.session = session
        self._listen = listen

    def open(self, outputs: Sequence[int]) -> None:
        """Open what the command gets for our stdout and stderr; one for both where they are the same."""
        if len(outputs) == 2 and _same(*outputs):
            self._open(*outputs)
        else:
            for fd in outputs:
                self._open(fd)
        if self.session:
            self.files[0] = self.files[1]

    def _open(self, *fds: int) -> None:
        target = fds[0]
        if terminal := os.isatty(target):
            source, side = open_like(target, translate=self.session and ours(target))
        else:
            source, side = os.pipe()
        (self.terminals if terminal else self.pipes).append(side)
        self.files |= dict.fromkeys(fds, side)
        self.streams.append(Stream(source, target, self._listen, terminal=terminal))

    def close(self) -> None:
        """Close what is still open."""
        close_all(self.pipes)
        close_all(self.terminals)
        for stream in self.streams:
            stream.close()


def _start(argv: list[str], sides: _Sides, signals: Signals) -> Job:
    if sides.session:
        return Keeper(argv, sides.files, signals.forget)
    return Shared(argv, sides.files)


def _same(fd: int, other: int) -> bool:
    """Whether two file descriptors lead to one place; "/dev/tty" is our terminal by another name."""
    return os.path.samestat(os.fstat(fd), os.fstat(other)) or (ours(fd) and ours(other))


def _fill_holes(after: ExitStack) -> set[int]:
    """Take those of 0, 1 and 2 that are closed, or what we open would be taken for our stdin or stdout.

    The command does not get them: they are closed for it as well.
    """
    taken: set[int] = set()
    while True:
        fd = os.open(os.devnull, os.O_RDWR)
        after.callback(os.close, fd)
        if fd > 2:
            return taken
        taken.add(fd)
