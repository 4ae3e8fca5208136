"""The running command, as our child or as that of a keeper of its session."""

from __future__ import annotations

import fcntl
import os
import signal
import termios
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NoReturn

from store.process.terminal import in_foreground

__all__ = ["Job", "Keeper", "Shared"]

PYTHONS_OWN = (signal.SIGPIPE, signal.SIGXFSZ)
"""What Python ignores for itself, and its children must not."""


class Job:
    """A command that was started.

    Attributes:
        pid: its process.
        status: how it ended, as `wait` tells it; None while it runs.
        stopped: whether it was stopped; to be set back by who has seen to it.
        telling: a file descriptor that can be read when `look` finds news; -1 where SIGCHLD tells.
    """

    pid: int
    status: int | None = None
    stopped = False
    telling = -1

    def look(self) -> None:
        """See whether it has stopped or ended."""
        raise NotImplementedError

    def send(self, number: int) -> None:
        """Pass on a signal that came for us."""
        raise NotImplementedError

    def resized(self) -> None:
        """Its terminals have changed size: say so, where nobody else does."""

    def resume(self) -> None:
        """Let it go on after it was stopped."""

    def close(self) -> None:
        """Leave nothing behind."""


class Shared(Job):
    """A command in our session and process group: what the terminal sends to us, it gets itself."""

    def __init__(self, argv: list[str], files: Mapping[int, int]) -> None:
        moves = [(os.POSIX_SPAWN_DUP2, given, fd) for fd, given in files.items()]
        self.pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=moves, setsigdef=PYTHONS_OWN)

    def look(self) -> None:
        if self.status is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # somebody ignores SIGCHLD
                pid, status = self.pid, 0
            if pid:
                self.status = status

    def send(self, number: int) -> None:
        # To who reaches it by a key, it is sent by the terminal.
        pressed = number in (signal.SIGINT, signal.SIGQUIT) and in_foreground()
        if self.status is None and not pressed:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(self.pid, number)

    def resized(self) -> None:
        # Its terminal told it when ours told us, which may have been before the other had its new size.
        self.send(signal.SIGWINCH)


class Keeper(Job):
    """A command in a session of its own, whose leader is a fork of ours that does nothing but wait for it.

    Were the command itself the leader, Ctrl-Z could not stop it (no process of the session would be its
    parent: an orphaned group), and its end would be SIGHUP to all it leaves behind in the foreground, such
    as the `tee` of `exec > >(tee log)`, which has the last lines still to write.
    """

    def __init__(self, argv: list[str], files: Mapping[int, int], settle: Callable[[], None]) -> None:
        """Start it on the pseudo-terminal `files[0]`; `settle` undoes in the fork what is ours alone."""
        self.telling, tell = os.pipe()
        stay, self._leave = os.pipe()
        self._keeper = os.fork()
        if not self._keeper:
            try:
                settle()
                _keep(argv, files, tell, stay)
            finally:
                os._exit(1)
        os.close(tell)
        os.close(stay)
        self.pid, why = 0, 0
        for word, number in self._news():
            if word == b"failed":
                why = number
            else:
                self._heard(word, number)
        os.set_blocking(self.telling, False)
        if not self.pid:
            self.close()
            raise OSError(why, os.strerror(why), argv[0])

    def _news(self) -> list[tuple[bytes, int]]:
        lines = os.read(self.telling, 4096).splitlines()
        return [(word, int(number)) for word, _, number in (line.partition(b" ") for line in lines)]

    def _heard(self, word: bytes, number: int) -> None:
        if word == b"started":
            self.pid = number
        elif word == b"stopped":
            self.stopped = True
        else:
            self.status, self.stopped = number, False

    def look(self) -> None:
        try:
            news = self._news()
        except BlockingIOError:
            return
        for word, number in news:
            self._heard(word, number)
        if not news and self.status is None:
            self.status = signal.SIGKILL  # the keeper's own end, and with its session's leader the command's

    def send(self, number: int) -> None:
        if self.status is None:
            # A terminal that is hung up is told to all that run on it.
            to = os.killpg if number in (signal.SIGHUP, signal.SIGCONT) else os.kill
            with suppress(ProcessLookupError, PermissionError):
                to(self.pid, number)

    def resume(self) -> None:
        self.stopped = False
        self.send(signal.SIGCONT)

    def close(self) -> None:
        os.close(self._leave)
        os.close(self.telling)
        os.waitpid(self._keeper, 0)


def _keep(argv: list[str], files: Mapping[int, int], tell: int, stay: int) -> NoReturn:
    """The keeper's life."""
    side = files[0]
    os.setsid()
    fcntl.ioctl(side, termios.TIOCSCTTY, 0)
    failed, fail = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            _become(argv, files)
        except OSError as error:
            os.write(fail, b"%d" % (error.errno or 0))
        finally:
            os._exit(127)
    os.close(fail)
    why = os.read(failed, 64)
    os.write(tell, b"failed %d\n" % int(why) if why else b"started %d\n" % pid)
    if why:
        os._exit(0)
    _pass_on_the_hangup(pid)
    _hold_only(side, tell, stay)
    while os.WIFSTOPPED(status := os.waitpid(pid, os.WUNTRACED)[1]):
        os.write(tell, b"stopped %d\n" % os.WSTOPSIG(status))
    # The SIGHUP of our end goes to who is in the foreground: nobody but us. Nor do we pass one on any more.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    with suppress(OSError):
        os.tcsetpgrp(side, os.getpgrp())
    os.close(side)
    os.write(tell, b"ended %d\n" % status)
    os.read(stay, 1)
    os._exit(0)


def _pass_on_the_hangup(group: int) -> None:
    """Of a terminal that is gone, only the leader of the session is told."""

    def tell(number: int, frame: object) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)

    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, tell)


def _become(argv: list[str], files: Mapping[int, int]) -> None:
    """Turn this process into the command, in the foreground of its terminal."""
    os.setpgid(0, 0)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
    os.tcsetpgrp(files[0], os.getpid())
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    for fd, given in files.items():
        os.dup2(given, fd)
    for number in PYTHONS_OWN:
        signal.signal(number, signal.SIG_DFL)
    os.execvp(argv[0], argv)


def _hold_only(*held: int) -> None:
    """Close all other files, or no reader of them would ever see their end."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    for name in os.listdir("/dev/fd"):  # noqa: PTH208
        if int(name) > 2 and int(name) not in held:
            with suppress(OSError):  # the listing's own
                os.close(int(name))
