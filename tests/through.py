"""A process that runs a command as `ask run` does, and the test's side of it: pipes, or a terminal.

    python -m tests.through FOLDER OPTIONS COMMAND…

leaves in the folder what was heard, and `told`: the end, how often `tick` was called, and what was left open.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Any

from store.process import Ended, leave_as, passing, run_through

__all__ = ["Screen", "Through", "python"]

ROOT = Path(__file__).parents[1]
LONG = 10.0
"""Seconds after which a test that waits has failed."""


def main(folder: Path, options: dict[str, Any], argv: list[str]) -> int:
    """The process."""
    if terminal := options.get("terminal"):
        fd = os.open(terminal, os.O_RDWR)
        fcntl.ioctl(fd, termios.TIOCSCTTY, 0)
        os.close(fd)
    if options.get("shell") and (shell := _shell()) is not None:
        return shell
    for fd in options.get("closed", ()):
        os.close(fd)
    passing.PATIENCE = options.get("patience", passing.PATIENCE)
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1

    with (folder / "heard").open("wb", buffering=0) as heard:

        def listen(data: bytes) -> None:
            heard.write(data)
            if options.get("deaf"):
                raise ValueError("heard enough")

        signals = [signal.getsignal(number) for number in range(1, 32)]
        before = set(os.listdir("/dev/fd"))  # noqa: PTH208
        ended = run_through(argv, listen, tick, options.get("every", 10.0))
        left = sorted(set(os.listdir("/dev/fd")) - before)  # noqa: PTH208
    with suppress(ChildProcessError):
        left.append(f"child {os.waitpid(-1, os.WNOHANG)}")
    if signals != [signal.getsignal(number) for number in range(1, 32)]:
        left.append("a signal's handler")
    told = [ended.code, ended.signal, ended.seconds, ended.interrupted]
    (folder / "told").write_text(json.dumps({"ended": told, "ticks": ticks, "left": left}))
    return leave_as(ended)


def _shell() -> int | None:
    """Go on as the job of a shell (None), and be that shell: told of a stop, it waits for "fg" or "bg"."""
    settings = termios.tcgetattr(0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    job = os.fork()
    if not job:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        return None
    while os.WIFSTOPPED(status := os.waitpid(job, os.WUNTRACED)[1]):
        os.tcsetpgrp(0, os.getpgrp())
        print("stopped", termios.tcgetattr(0) == settings, flush=True)
        if input() == "bg":
            os.killpg(job, signal.SIGCONT)
            input()
            os.tcsetpgrp(0, job)  # of a job that runs, bash does no more
        else:
            os.tcsetpgrp(0, job)
            os.killpg(job, signal.SIGCONT)
    return os.waitstatus_to_exitcode(status)


def python(code: str) -> list[str]:
    """A command that runs some Python."""
    return [sys.executable, "-c", code]


class Through:
    """The process, from outside."""

    def __init__(
        self,
        folder: Path,
        argv: list[str],
        *,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.PIPE,
        stderr: int | IO[bytes] = subprocess.PIPE,
        **options: Any,
    ) -> None:
        self.folder = folder
        ours = [sys.executable, "-m", "tests.through", str(folder), json.dumps(options), *argv]
        # Unbuffered, Python writes a line and its end one after the other.
        environ = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        self.process = subprocess.Popen(
            ours,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            bufsize=0,
            cwd=ROOT,
            env=environ,
            start_new_session=True,
        )

    def __enter__(self) -> Through:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        with self.process:
            pass

    def read(self, wanted: bytes = b"") -> bytes:
        """Stdout until it contains that, or to its end."""
        assert self.process.stdout
        return _read(self.process.stdout.fileno(), wanted)

    def finish(self) -> tuple[int, bytes, bytes]:
        """Exit code, and what is left of stdout and stderr."""
        out, err = self.process.communicate(timeout=LONG)
        return self.process.returncode, out or b"", err or b""

    @property
    def told(self) -> dict[str, Any]:
        """What it told when it ended: that nothing was left open is checked here."""
        told: dict[str, Any] = json.loads((self.folder / "told").read_text())
        assert not told["left"]
        return told

    @property
    def ended(self) -> Ended:
        """The end it saw."""
        return Ended(*self.told["ended"])

    @property
    def heard(self) -> bytes:
        """What it heard, chunk after chunk."""
        return (self.folder / "heard").read_bytes()


class Screen:
    """A terminal of 100 columns and 24 rows, and who looks at it."""

    def __init__(self) -> None:
        self.fd, self.side = os.openpty()
        self.resize(24, 100)
        self.name = os.ttyname(self.side)
        self.settings = termios.tcgetattr(self.side)

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        os.close(self.fd)
        os.close(self.side)

    def resize(self, rows: int, columns: int) -> None:
        """Drag its corner."""
        termios.tcsetwinsize(self.fd, (rows, columns))

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.fd, keys)

    def read(self, wanted: bytes) -> bytes:
        """What is shown until it contains that."""
        return _read(self.fd, wanted)

    @property
    def as_it_was(self) -> bool:
        """Whether its settings are those it began with."""
        return termios.tcgetattr(self.side) == self.settings


def _read(fd: int, wanted: bytes) -> bytes:
    shown, until = b"", monotonic() + LONG
    while not wanted or wanted not in shown:
        ready, _, _ = select.select([fd], [], [], max(until - monotonic(), 0))
        if not ready:
            raise TimeoutError(f"{wanted!r} not in {shown!r}")
        data = os.read(fd, 65536)
        if not data:
            assert not wanted, shown
            break
        shown += data
    return shown


if __name__ == "__main__":
    os._exit(main(Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]))
