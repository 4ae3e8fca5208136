"""Signals that come for us while a command runs: they are for the command."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from time import sleep

from tests.through import Through, python

# In a handler, `print` may come into the middle of another.
HANDLES = """
import os, signal, sys, time
end = "once"
def came(number, frame):
    if end == "twice": signal.signal(number, 0)
    os.write(1, b"came %d" % number)
    if end == "once" and number in (2, 15): sys.exit(4)
for number in (1, 2, 10, 15): signal.signal(number, came)
os.write(1, b"ready")
while True: time.sleep(0.01)
"""


def test_signals_are_passed_on(tmp_path: Path) -> None:
    with Through(tmp_path, python(HANDLES)) as through:
        through.read(b"ready")
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGHUP):
            through.process.send_signal(number)
            through.read(b"came %d" % number)
        through.process.terminate()
        code, out, _ = through.finish()
        assert (code, out) == (4, b"came 15")
        assert through.ended.interrupted


def test_a_second_sigterm_is_passed_on_too(tmp_path: Path) -> None:
    with Through(tmp_path, python(HANDLES.replace("once", "twice", 1))) as through:
        through.read(b"ready")
        through.process.terminate()
        through.read(b"came 15")
        through.process.terminate()
        assert through.finish()[0] == -signal.SIGTERM


def test_sigint_of_no_terminal_is_passed_on(tmp_path: Path) -> None:
    """An agent or a scheduler sends it to us alone."""
    with Through(tmp_path, python(HANDLES)) as through:
        through.read(b"ready")
        through.process.send_signal(signal.SIGINT)
        code, out, _ = through.finish()
        assert (code, out) == (4, b"came 2")
        assert through.ended.interrupted


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """`nohup ask run -- train &`."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    code = "import signal; print(signal.getsignal(1), flush=True); input()"
    try:
        through = Through(tmp_path, python(code), stdin=subprocess.PIPE)
    finally:
        signal.signal(signal.SIGHUP, before)
    with through:
        through.read(str(signal.SIG_IGN).encode())
        through.process.send_signal(signal.SIGHUP)
        sleep(0.05)
        assert through.process.stdin
        through.process.stdin.write(b"go\n")
        assert through.finish()[0] == 0
        assert not through.ended.interrupted


def test_an_end_is_seen_where_children_are_ignored(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        through = Through(tmp_path, python("raise SystemExit(3)"))
    finally:
        signal.signal(signal.SIGCHLD, before)
    with through:
        assert through.finish()[0] == 3
