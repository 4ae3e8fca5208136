"""Run a command as if we were not there, and hear what it prints.

    argv ─start→ job ─pass_through(streams)→ Ended ─leave_as→ our own exit
                              │
                              └─ listen(chunk), tick()

What is a terminal for us is a terminal for the command, what is a file or a pipe stays a stream of its own:

| our stdin, stdout                 | the command                                                       |
|-----------------------------------|-------------------------------------------------------------------|
| our terminal, in the foreground   | a session of its own on a pseudo-terminal, ours being raw (`keeper`) |
| all else: pipes, files, `&`, cron | our process group and our stdin; for an output that is a terminal, |
|                                   | a pseudo-terminal, for any other a pipe (`shared`)                |

Outputs that are one and the same for us (`2>&1`) are one for the command, so their order is kept. All other
file descriptors are handed down (`ask run -- train <(config)`), and so are ignored signals (`nohup`).

Ctrl-Z, in either case, stops the command and us, and gives the shell its terminal back; `fg` and `bg` go on.

What differs from running the command itself:
- A script without a `#!` line can't be started ("Exec format error"): a shell would run it by itself.
- Keys typed ahead that the command did not read are gone when it ends, where it had a session of its own.
- In that case too, what it leaves behind in the background loses its terminal when we leave.
- Left-over processes that still hold a pipe get what a closed pipe gives, half a second after the last they
  wrote (`CALM`), or `PATIENCE` after the command's end.
- That the reader of a pipe has gone shows one write later.
- A SIGINT or SIGQUIT sent to us alone, by `kill`, while we are in the foreground of a terminal and share our
  process group with the command, is taken for a key pressed, which the command has got as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from store.process.ended import Ended, leave_as

__all__ = ["Ended", "leave_as", "run_through"]


def _nothing() -> None:
    """A tick that nobody waits for."""


def run_through(
    argv: Sequence[str],
    listen: Callable[[bytes], None],
    tick: Callable[[], None] = _nothing,
    every: float = 10.0,
) -> Ended:
    """Run a command with our own stdin, stdout and stderr, and wait for its end; from the main thread only.

    Args:
        argv: program (found by PATH) and arguments, handed over as they are; no shell.
        listen: gets every chunk (1 byte to 64 KB) of both streams in order of arrival, after it was written
            out; of a terminal, what came through it ("\\r\\n"). After its first exception it is not called
            again.
        tick: called about every `every` seconds while the command runs; likewise.
        every: seconds.

    Raises:
        OSError: the command can't be started (FileNotFoundError, PermissionError).
    """
    if os.name == "posix":
        from store.process.posix import run
    else:
        from store.process.plain import run
    return run(list(argv), listen, tick, every)
