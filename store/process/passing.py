"""The loop that passes everything on until the command has ended and all it wrote is out."""

from __future__ import annotations

import select
import signal
from collections.abc import Sequence
from time import monotonic

from store.process.jobs import Job
from store.process.signals import Signals
from store.process.streams import Careful, Stream, close_all
from store.process.terminal import Keyboard, resize

__all__ = ["CALM", "PATIENCE", "Passing"]

CALM = 0.5
"""Seconds without output after the command's end, after which what it left behind is left to itself."""
PATIENCE = 5.0
"""Seconds after the command's end, after which that is so even if it goes on writing."""
GLANCE = 0.5
"""Seconds between looks, from the background, at whether a shell has put us into the foreground (`fg` of a
job that runs is no signal)."""
READABLE = select.POLLIN | select.POLLHUP | select.POLLERR


class Passing:
    """A running command, its streams, the keyboard and signals.

    Attributes:
        ended: when the command ended (`time.monotonic`); 0 while it runs.
    """

    def __init__(
        self,
        job: Job,
        streams: Sequence[Stream],
        signals: Signals,
        keyboard: Keyboard | None,
        sides: list[int],
    ) -> None:
        """`sides`: what to close at the command's end; `keyboard` is that of the first stream."""
        self._job, self._streams, self._signals, self._keyboard = job, streams, signals, keyboard
        self._sides = sides
        self.ended = 0.0
        self._wrote = 0.0  # when there was last something to pass on
        self._patience = PATIENCE

    def run(self, tick: Careful, every: float) -> None:
        """Pass everything on until the command has ended, and its streams have or are calm."""
        now = monotonic()
        next_tick = now + every
        while not self._over(now):
            began, held = now, self._held
            self._serve(self._poll(min(self._wait(now), max(next_tick - now, 0.0))))
            now = monotonic()
            if self.ended and not held:  # no patience is lost by a slow reader of ours
                self._patience -= now - began
            if now >= next_tick:
                tick()
                now = monotonic()
                next_tick = now + every

    @property
    def _held(self) -> bool:
        return any(stream.held for stream in self._streams)

    def _over(self, now: float) -> bool:
        if self._job.status is None:
            return False
        if not self.ended:
            self.ended = self._wrote = now
            close_all(self._sides)
        if self._held:
            return False
        calm = now - self._wrote >= CALM or self._patience <= 0
        return calm or not any(stream.open for stream in self._streams)

    def _wait(self, now: float) -> float:
        """Seconds for which nothing is to be done unless something comes."""
        if self._job.stopped:
            return 0.0
        if self.ended and not self._held:
            return max(min(self._wrote + CALM - now, self._patience), 0.0)
        return GLANCE if self._keyboard and not self._keyboard.raw else 3600.0

    def _poll(self, wait: float) -> dict[int, int]:
        watched = {self._signals.waking: select.POLLIN}
        if self._job.telling >= 0:
            watched[self._job.telling] = select.POLLIN
        for stream in self._streams:
            if stream.held:
                watched[stream.target] = select.POLLOUT
            elif stream.open:
                watched[stream.source] = select.POLLIN
        keyboard = self._keyboard
        if keyboard and keyboard.raw and not self.ended:
            if keyboard.held:
                watched[keyboard.our_side] = watched.get(keyboard.our_side, 0) | select.POLLOUT
            else:
                watched[keyboard.fd] = select.POLLIN
        poll = select.poll()
        for fd, events in watched.items():
            poll.register(fd, events)
        return dict(poll.poll(wait * 1000))

    def _serve(self, ready: dict[int, int]) -> None:
        wrote = self._serve_streams(ready)
        if self._keyboard:
            self._serve_keyboard(self._keyboard, ready)
        if self._signals.waking in ready:
            self._woken()
        if self._job.telling in ready:
            self._job.look()
        elif self._job.stopped and not wrote:  # all it said before is out
            if self._keyboard:
                self._keyboard.suspend()
            self._job.resume()

    def _serve_streams(self, ready: dict[int, int]) -> bool:
        wrote = False
        for stream in self._streams:
            if stream.held:
                if stream.target in ready:
                    stream.write()
            elif stream.open and ready.get(stream.source, 0) & READABLE:
                stream.read()
            else:
                continue
            wrote = True
        if wrote:
            self._wrote = monotonic()
        return wrote

    def _serve_keyboard(self, keyboard: Keyboard, ready: dict[int, int]) -> None:
        if not self._streams[0].open:  # the pseudo-terminal is closed
            keyboard.lost()
        elif keyboard.held:
            if ready.get(keyboard.our_side, 0) & select.POLLOUT:
                keyboard.write()
        elif keyboard.fd in ready:
            keyboard.read()
        elif not keyboard.raw:
            keyboard.take()

    def _woken(self) -> None:
        self._signals.clear()
        if self._signals.took(signal.SIGWINCH):
            for stream in self._streams:
                if stream.terminal and stream.open:
                    resize(stream.target, stream.source)
            self._job.resized()
        if self._signals.took(signal.SIGCONT) and self._keyboard:
            self._keyboard.take()
        self._job.look()
