"""A long reading: shown on a terminal, interrupted, gone on with; in processes of their own."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.tracking import SAMPLES

ROOT = Path(__file__).parents[1]
STORES = 8

_SLOW = """
import os, sys, time
from pathlib import Path
from store import trackers
own = trackers.read
def read(name, path, shown):
    log = Path(sys.argv[1])
    done = len(log.read_text().split()) if log.exists() else 0
    time.sleep(60 if done >= int(os.environ['HOLD']) else float(sys.argv[2]))
    reading = own(name, path, shown)
    with open(sys.argv[1], 'a') as log:
        log.write(path.name + '\\n')
    return reading
trackers.read = read
from nlq.cli import run
sys.exit(run(sys.argv[3:]))
"""
"""`ask` over stores that take long to read, and a log of which were; held up behind the first `HOLD`."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Eight stores, none of which was written this very moment."""
    (tmp_path / "stores").mkdir()
    for number in range(STORES):
        shutil.copytree(SAMPLES / "sacred", tmp_path / "stores" / f"sacred{number}")
    time.sleep(0.06)
    return tmp_path


def _words(project: Path, took: float, *more: str) -> list[str]:
    log = str(project / "read.log")
    return [
        sys.executable,
        "-c",
        _SLOW,
        log,
        str(took),
        "--in",
        str(project / "stores"),
        *more,
        "how many runs",
    ]


def _environ(project: Path, hold: int = 1000) -> Mapping[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ASK_", "CLAUDE", "AI_"))
    }
    kept["HOLD"] = str(hold)
    return {**kept, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(project / "cache"), "TERM": "xterm"}


def _interruptible() -> None:
    """Undo what a shell does to its jobs in the background, which ignore an interruption."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _read(project: Path) -> list[str]:
    log = project / "read.log"
    return log.read_text().split() if log.exists() else []


def _asked(project: Path, took: float = 0.15, *more: str) -> str:
    done = subprocess.run(
        _words(project, took, *more),
        env=_environ(project),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def test_a_reading_that_is_interrupted_goes_on_where_it_was(project: Path) -> None:
    whole = _asked(project, 0, "--no-cache")
    (project / "read.log").unlink()
    process = subprocess.Popen(
        _words(project, 0.15),
        env=_environ(project, hold=4),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_interruptible,
    )
    while len(_read(project)) < 4:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out, errors) == (130, "", "ask: interrupted\n")
    before = _read(project)
    assert 4 <= len(before) < STORES
    assert _asked(project) == whole
    after = _read(project)[len(before) :]
    assert len(after) <= STORES - len(before) + 1, "but the one that was being read or kept"
    assert _asked(project) == whole
    assert _read(project) == [*before, *after], "the snapshot has all of it"


def test_of_many_stores_only_the_one_that_grew_is_read_again(project: Path) -> None:
    whole = _asked(project)
    assert len(_read(project)) == STORES
    grown = project / "stores" / "sacred3" / "1" / "config.json"
    assert grown.exists()
    grown.write_text(grown.read_text().replace("{", '{"grown": 1, ', 1))
    time.sleep(0.06)
    assert _asked(project) == whole
    assert _read(project)[STORES:] == ["sacred3"]


@pytest.mark.parametrize("moment", [0.1, 0.3, 0.5, 0.8])
def test_an_interruption_at_any_moment_breaks_nothing(project: Path, moment: float) -> None:
    process = subprocess.Popen(
        _words(project, 0.02),
        env=_environ(project),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_interruptible,
    )
    time.sleep(moment)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    if process.returncode == 130:
        assert errors.endswith("ask: interrupted\n") and "Traceback" not in errors
    told = _asked(project, 0)
    assert told == _asked(project, 0, "--no-cache")
    drafts = [path for path in (project / "cache").rglob("*") if path.suffix.removeprefix(".").isdigit()]
    assert not drafts


def _on_a_terminal(words: list[str], environ: Mapping[str, str]) -> tuple[str, int]:
    """What a process writes on the terminal that is its stderr, and its exit code."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(words, env=dict(environ), stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    seen = b""
    while process.poll() is None or select.select([ours], [], [], 0)[0]:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                seen += os.read(ours, 65536)
            except OSError:
                break
    os.close(ours)
    return seen.decode(), process.wait()


def test_a_long_reading_is_shown_on_a_terminal_and_taken_back(project: Path) -> None:
    seen, code = _on_a_terminal(_words(project, 0.3, "--no-cache"), _environ(project))
    assert code == 0 and "\r\x1b[Kreading " in seen
    lines = seen.split("\r\x1b[K")
    assert "reading" not in lines[-1], "the line is taken back before the answer"


def test_a_short_reading_is_not_shown_nor_one_that_nobody_sees(project: Path) -> None:
    seen, _ = _on_a_terminal(_words(project, 0, "--no-cache"), _environ(project))
    assert "reading" not in seen
    done = subprocess.run(
        _words(project, 0.3, "--no-cache"), env=_environ(project), capture_output=True, text=True, check=True
    )
    assert "reading" not in done.stderr
