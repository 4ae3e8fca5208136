"""Completion in the shell: what is offered at a Tab, by the real shells where they are installed."""

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
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSCTTY, TIOCSWINSZ

import pytest

from nlq.completing import SHELLS
from tests.corpus import CORPUS

HISTORY = str(CORPUS / "histories" / "nanochat")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment in which `ask` is this checkout's, with a cache of its own."""
    called = tmp_path / "ask"
    called.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nlq "$@"\n', encoding="utf-8")
    called.chmod(0o755)
    root = str(Path(__file__).parents[1])
    return os.environ | {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": root,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }


def _offered(words: list[str], environ: dict[str, str], folder: str = HISTORY) -> list[str]:
    """What bash is told where the last word is being typed."""
    told = environ | {
        "COMP_WORDS": "\n".join(["ask", *words]),
        "COMP_CWORD": str(len(words)),
        "_ASK_COMPLETE": "bash_complete",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "nlq"], cwd=folder, env=told, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return [line.partition(",")[2] for line in ran.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["be"], "best"),
        (["best", "d24", "run", "with", "opt"], "optimizer"),
        (["runs", "with", "optimizer", ""], "muon"),
        (["how", "ma"], "many"),
        (["loss", "of", "d24-r"], "d24-ratio20"),
        (["--js"], "--json"),
        (["fini"], "finish"),
        (["finish", "--fr"], "--from"),
        (["best", "run", "--color", "al"], "always"),
        (["--format", "js"], "json"),
    ],
)
def test_a_word_is_offered(words: list[str], expected: str, environ: dict[str, str]) -> None:
    assert expected in _offered(words, environ)


@pytest.mark.parametrize("words", [["be"], ["--in", "nowhere.csv", "best", "r"], ["'"], ["best $(", "x"]])
def test_a_line_that_can_not_be_completed_is_left_alone(
    words: list[str], environ: dict[str, str], tmp_path: Path
) -> None:
    """Without a history, with a wrong one, with a quotation that is open: no error, and no words."""
    assert _offered(words, environ, str(tmp_path)) == []


def test_what_a_shell_would_take_for_something_else_is_not_offered(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "runs.csv").write_text("run,tag,loss\na,$(reboot),1\nb,`x`,2\nc,plain,3\n", encoding="utf-8")
    assert _offered(["runs", "with", "tag", ""], environ, str(tmp_path)) == ["plain"]


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_bash_completes(environ: dict[str, str]) -> None:
    typed = (
        'COMP_WORDS=(ask best d24 run with opt); COMP_CWORD=5; _ask_completion ask; echo "${COMPREPLY[@]}"'
    )
    ran = subprocess.run(
        ["bash", "--norc", "-c", f'eval "$(ask --completion bash)"; {typed}'],
        cwd=HISTORY, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stderr == "" and "optimizer" in ran.stdout.split()


LINES = [
    ("ask best d24 run with opt", "optimizer"),
    ("ask runs with optimizer ", "muon"),
    ("ask --js", "--json"),
    ("ask fini", "finish"),
]
"""What is typed, and one of the words that a shell offers there."""


@pytest.mark.skipif(not shutil.which("fish"), reason="no fish here")
def test_fish_completes(environ: dict[str, str], tmp_path: Path) -> None:
    told = environ | {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    (tmp_path / "runs.csv").write_text('run,tag,loss\na,"x,y",1\nb,plain,2\n', encoding="utf-8")
    asked = [f'echo "<{line}"; complete -C "{line}"' for line, _ in LINES]
    inside = [f"cd {tmp_path}", 'echo "<tag"; complete -C "ask runs with tag "']
    script = "\n".join(["ask --completion fish | source", *asked, *inside])
    ran = subprocess.run(
        ["fish", "--no-config", "-c", script],
        cwd=HISTORY,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    offered = {part.partition("\n")[0]: part.split("\n")[1:] for part in ran.stdout.split("<")}
    for line, expected in LINES:
        assert expected in [word.partition("\t")[0] for word in offered[line]]
    assert [word for word in offered["tag"] if word] == ["plain\ttag", "x,y\ttag"]


@pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh here")
def test_zsh_completes_at_a_terminal(environ: dict[str, str], tmp_path: Path) -> None:
    """With a `.zshrc` that says nothing but what the README does."""
    rc = 'PS1="zsh> "\nunsetopt beep\nsetopt menu_complete\neval "$(ask --completion zsh)"\n'
    (tmp_path / ".zshrc").write_text(rc, encoding="utf-8")
    told = environ | {"HOME": str(tmp_path), "ZDOTDIR": str(tmp_path), "TERM": "xterm"}
    leader, follower = pty.openpty()
    ioctl(follower, TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
    shell = subprocess.Popen(
        ["zsh", "-i"], cwd=HISTORY, env=told, stdin=follower, stdout=follower, stderr=follower,
        start_new_session=True, preexec_fn=lambda: ioctl(0, TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(follower)
    try:
        assert "not found" not in _shown(leader, "zsh> ")
        for typed, expected in (("ask best d24 run with optimi", "optimizer"), ("ask --js", "--json"),
                                ("ask runs with optimizer m", "muon")):  # fmt: skip
            os.write(leader, f"{typed}\t".encode())
            _shown(leader, expected)
            os.write(leader, b"\x15")  # the line is taken away
    finally:
        shell.kill()
        shell.wait(10)
        os.close(leader)


def _shown(leader: int, text: str) -> str:
    """What a terminal shows until a text is there."""
    raw, end = "", time.monotonic() + 30
    while text not in raw and time.monotonic() < end:
        if select.select([leader], [], [], 0.1)[0]:
            raw += re.sub(
                r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\r", "", os.read(leader, 65536).decode(errors="replace")
            )
    assert text in raw, raw
    return raw


@pytest.mark.parametrize("shell", SHELLS)
def test_what_a_shell_loads_is_its_language(shell: str, environ: dict[str, str], tmp_path: Path) -> None:
    ran = subprocess.run(
        ["ask", "--completion", shell], env=environ, capture_output=True, text=True, check=True
    )
    assert f"{shell}_complete" in ran.stdout
    if shutil.which(shell):
        file = tmp_path / "completion"
        file.write_text(ran.stdout, encoding="utf-8")
        subprocess.run([shell, "-n", str(file)], check=True)
