"""`run_through` without pseudo-terminals and signals, as on Windows: a pipe and a thread for each stream."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic

from store.process.ended import Ended

__all__ = ["run"]

CALM = 0.5
"""Seconds after the command's end in which what it left behind may write."""


def run(argv: list[str], listen: Callable[[bytes], None], tick: Callable[[], None], every: float) -> Ended:
    """As `store.process.run_through`; Ctrl-C reaches the command by itself."""
    lock = Lock()
    failed: list[Exception] = []

    def pump(source: int, target: int) -> None:
        while data := os.read(source, 65536):
            view = memoryview(data)
            try:
                while view:
                    view = view[os.write(target, view) :]
            except OSError:
                return
            with lock:
                if not failed:
                    try:
                        listen(data)
                    except Exception as error:
                        failed.append(error)

    began, interrupted = monotonic(), False
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as command:
        assert command.stdout and command.stderr
        sources = (command.stdout.fileno(), command.stderr.fileno())
        pumps = [Thread(target=pump, args=pair, daemon=True) for pair in zip(sources, (1, 2), strict=True)]
        for thread in pumps:
            thread.start()
        while True:
            try:
                code = command.wait(every)
                break
            except subprocess.TimeoutExpired:
                tick()
            except KeyboardInterrupt:
                interrupted = True
        seconds = monotonic() - began
        for thread in pumps:
            thread.join(CALM)
    return Ended(code if code >= 0 else 128 - code, max(-code, 0), seconds, interrupted)
