"""Completion in the shell: what is offered at a Tab, by the real shells where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
