"""The prompt on a terminal of its own: questions, follow-ups, keys, reports, and how it is left."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pytest

from nlq.engine import completions
from nlq.terminal import AGENT_VARIABLES
from tests.corpus import history_of

ROOT = Path(__file__).parents[1]
PROMPT = "ask>"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\r")


class _Prompt:
    """`ask` without words, on a terminal."""

    def __init__(self, folder: Path, columns: int = 100) -> None:
        self.leader, follower = pty.openpty()
        ioctl(follower, TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        hidden = (*AGENT_VARIABLES, "ASK_HISTORY", "PAGER", "ASK_PAGER")
        environ = {name: value for name, value in os.environ.items() if name not in hidden}
        environ |= {"PYTHONPATH": str(ROOT), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        environ |= {
            "HOME": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            "ASK_NOW": "2024-02-01T12:00",
        }
        self.child = subprocess.Popen(
            [sys.executable, "-m", "nlq"], stdin=follower, stdout=follower, stderr=follower, cwd=folder,
            env=environ, start_new_session=True, preexec_fn=lambda: ioctl(0, 0x540E, 0),
        )  # fmt: skip
        os.close(follower)
        self.seen = ""
        self.until(PROMPT)

    def type(self, keys: str) -> None:
        os.write(self.leader, keys.encode())

    def until(self, text: str) -> str:
        """All that is shown from the last call on, until a text is."""
        end = time.monotonic() + 20
        raw = b""
        while time.monotonic() < end:
            if select.select([self.leader], [], [], 0.05)[0]:
                try:
                    more = os.read(self.leader, 65536)
                except OSError:
                    break
                raw += more
                shown = _ESCAPES.sub("", raw.decode(errors="replace"))
                if text in shown and not select.select([self.leader], [], [], 0.1)[0]:
                    return shown
            elif self.child.poll() is not None:
                break
        shown = _ESCAPES.sub("", raw.decode(errors="replace"))
        assert text in shown, shown
        return shown

    def ask(self, line: str) -> str:
        """What is shown after a line, up to the next prompt."""
        self.type(line + "\r")
        return self.until(f"\n{PROMPT}")

    def left(self) -> int:
        end = time.monotonic() + 30
        while self.child.poll() is None and time.monotonic() < end:
            if select.select([self.leader], [], [], 0.05)[0]:
                try:
                    os.read(self.leader, 65536)
                except OSError:
                    break
        return self.child.wait(10)

    def close(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait(10)
        os.close(self.leader)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "corpus" / "histories" / "seed" / ".claude", tmp_path / ".claude")
    return tmp_path


@pytest.fixture
def prompt(folder: Path) -> Iterator[_Prompt]:
    made = _Prompt(folder)
    yield made
    made.close()


def test_a_talk(prompt: _Prompt, folder: Path) -> None:
    """A question, one that goes on from it, and a bad one between them that ends nothing."""
    assert "baseline: loss 2.65" in prompt.ask("best run")
    assert "Declined" in prompt.ask("xyzzy plugh")
    told = prompt.ask("the worst")
    assert "exp-002: loss 2.78" in told
    assert "read as a follow-up of: run with the lowest loss" in told
    assert "Questions as they come" in prompt.ask("help")
    prompt.type("exit\r")
    assert prompt.left() == 0
    kept = folder / "state" / "ask" / "history"
    assert "+best run\n" in kept.read_text() and kept.stat().st_mode & 0o077 == 0


def test_keys(prompt: _Prompt) -> None:
    """Ctrl-C clears the line, the key up brings the last one back, Ctrl-D leaves."""
    prompt.ask("best run")
    prompt.type("half a line")
    prompt.until("half a line")
    prompt.type("\x03")
    prompt.until(PROMPT)
    prompt.type("\x1b[A")
    assert "best run" in prompt.until("best run")
    prompt.type("\r")
    assert "baseline: loss 2.65" in prompt.until(f"\n{PROMPT}")
    prompt.type("\x04")
    assert prompt.left() == 0


def test_a_report_is_shown_and_asked_about(prompt: _Prompt, folder: Path) -> None:
    log = folder / ".claude" / "experiments.md"
    before = log.read_bytes()
    prompt.type("try longer warmup next\r")
    assert "+- [ ] longer warmup" in prompt.until("[y/N]")
    prompt.type("n\r")
    assert "nothing was written" in prompt.until(f"\n{PROMPT}")
    assert log.read_bytes() == before
    prompt.type("try longer warmup next\r")
    prompt.until("[y/N]")
    prompt.type("y\r")
    prompt.until(f"\n{PROMPT}")
    assert b"longer warmup" in log.read_bytes()
    assert "longer warmup" in prompt.ask("things to try")  # the history is read anew


def test_without_a_history_it_says_how_to_ask(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    leader, follower = pty.openpty()
    told = subprocess.run(
        [sys.executable, "-m", "nlq"], stdin=follower, stdout=subprocess.PIPE, cwd=tmp_path, env=environ,
        check=True,
    )  # fmt: skip
    os.close(leader)
    os.close(follower)
    assert told.stdout.startswith("ask QUESTION…".encode())


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("best run by CO", "CORE"),
        ("what opti", "optimizer"),
        ("how ma", "how many"),
        ("runs with optimizer ad", "adamw"),
        ("optimizer ", "muon"),
        ("why did d24-o", "d24-oom"),
    ],
)
def test_what_may_be_typed_next(typed: str, offered: str) -> None:
    found = completions(typed, history_of("nanochat"))
    assert offered in [one.text for one in found]
    assert all(
        typed[len(typed) - one.typed :].casefold() == one.text[: one.typed].casefold() for one in found
    )


def test_nothing_is_offered_for_nothing() -> None:
    assert completions("", history_of("nanochat")) == []
