"""Our terminal, and pseudo-terminals in its likeness."""

from __future__ import annotations

import os
import select
import signal
import termios
import tty
from contextlib import suppress

__all__ = ["Keyboard", "in_foreground", "open_like", "ours", "resize"]


def ours(fd: int) -> bool:
    """Whether this is the terminal that controls us, and we are in its foreground."""
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return False


def in_foreground() -> bool:
    """Whether a key such as Ctrl-C is a signal to us."""
    try:
        fd = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return ours(fd)
    finally:
        os.close(fd)


def open_like(fd: int, *, translate: bool) -> tuple[int, int]:
    """A pseudo-terminal set as the terminal `fd` is: our side, which does not wait, and the command's.

    Args:
        fd: a terminal.
        translate: whether it is this one that makes "\\r\\n" of "\\n": if both did, there were two "\\r".
    """
    our_side, side = os.openpty()
    settings = termios.tcgetattr(fd)
    if not translate:
        settings[1] &= ~termios.OPOST
    termios.tcsetattr(side, termios.TCSANOW, settings)
    os.set_blocking(our_side, False)
    resize(fd, our_side)
    return our_side, side


def resize(fd: int, our_side: int) -> None:
    """Give a pseudo-terminal the size of the terminal `fd`; its foreground gets SIGWINCH."""
    with suppress(OSError, termios.error):  # hung up
        termios.tcsetwinsize(our_side, termios.tcgetwinsize(fd))


class Keyboard:
    """Our terminal in raw mode: every key goes to a pseudo-terminal, which knows what it means.

    In the background our terminal belongs to somebody else: it is left alone.

    Attributes:
        interrupted: whether a key was pressed that is SIGINT there.
        raw: whether we have the terminal.
        held: whether there are keys that the pseudo-terminal has no room for.
    """

    def __init__(self, fd: int, our_side: int) -> None:
        self.fd, self.our_side = fd, our_side
        self.interrupted = False
        self._before: list[int | list[bytes | int]] | None = None
        self._keys = b""
        self._gone = False

    @property
    def raw(self) -> bool:
        return self._before is not None and not self._gone

    @property
    def held(self) -> bool:
        return bool(self._keys)

    def take(self) -> None:
        """Make the terminal raw, where we are in its foreground; anew where a shell has set it meanwhile."""
        if not self._gone and ours(self.fd):
            try:
                before = self._before or termios.tcgetattr(self.fd)
                self._typed_ahead()
                # Not TCSAFLUSH, which would drop what was typed ahead.
                tty.setraw(self.fd, termios.TCSANOW)
                self._before = before
            except (OSError, termios.error):
                self._gone = True
            resize(self.fd, self.our_side)

    def _typed_ahead(self) -> None:
        """Take the lines that are there: a Ctrl-D among them would be a NUL, once the terminal is raw."""
        settings = termios.tcgetattr(self.fd)
        waiting = select.poll()
        waiting.register(self.fd, select.POLLIN)
        while settings[3] & termios.ICANON and dict(waiting.poll(0)).get(self.fd) == select.POLLIN:
            line = os.read(self.fd, 4096)
            self._keys += line if line.endswith(b"\n") else line + settings[6][termios.VEOF]
        if self._keys:
            self.write()

    def give_back(self) -> None:
        """Set the terminal as it was."""
        before, self._before = self._before, None
        if before is not None and ours(self.fd):
            with suppress(termios.error):
                termios.tcsetattr(self.fd, termios.TCSANOW, before)

    def suspend(self) -> None:
        """Stop, with all of our process group, as Ctrl-Z would have stopped us; return when continued."""
        self.give_back()
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(0, signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, handler)
        self.take()

    def read(self) -> None:
        """Take keys and pass them on."""
        try:
            self._keys = os.read(self.fd, 1024)
        except BlockingIOError:
            return
        except OSError:
            self._keys = b""
        if self._keys:
            self._note()
            self.write()
        else:
            self._gone = True

    def write(self) -> None:
        """Pass on the keys that there is room for."""
        try:
            self._keys = self._keys[os.write(self.our_side, self._keys) :]
        except BlockingIOError:
            return
        except OSError:
            self.lost()

    def lost(self) -> None:
        """There is no pseudo-terminal any more."""
        self._keys, self._gone = b"", True

    def _note(self) -> None:
        with suppress(termios.error):
            settings = termios.tcgetattr(self.our_side)
            if settings[3] & termios.ISIG and settings[6][termios.VINTR] in self._keys:
                self.interrupted = True
