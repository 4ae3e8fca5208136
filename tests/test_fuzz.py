"""A hundredth of `python -m tests.fuzz`, at every run of the tests."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from store.trackers import TRACKERS
from tests.fuzz.mutating import broken
from tests.fuzz.running import FORMATS, fuzz

COUNT = 200


def test_every_tracker_has_samples_that_are_broken() -> None:
    assert {name.split()[0] for name, _ in TRACKERS} <= {*FORMATS}


@pytest.mark.parametrize("name", FORMATS)
def test_mutants_are_read(name: str, tmp_path: Path) -> None:
    tally = fuzz(name, COUNT, tmp_path)
    assert tally.mutants == COUNT and not tally.failures
    assert tally.read > COUNT / 10 and tally.skipped


def test_a_mutant_is_the_same_every_time() -> None:
    data = bytes(range(256)) * 4
    assert broken(data, random.Random("x 7")) == broken(data, random.Random("x 7"))
    assert len({broken(data, random.Random(f"x {number}")) for number in range(50)}) > 40


def test_what_a_reader_may_not_do_is_noticed(tmp_path: Path) -> None:
    """In a process of its own: a reader that opens another file, runs a program, or never comes back."""
    program = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "import store.trackers.sacred as sacred\n"
        "from tests.fuzz.running import fuzz\n"
        "own = sacred.read\n"
        "def read(path, shown):\n"
        "    open('/etc/hostname').close()\n"
        "    os.system('true')\n"
        "    return own(path, shown)\n"
        "sacred.read = read\n"
        "tally = fuzz('sacred', 1, Path(sys.argv[1]))\n"
        "print(tally.failures)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "/etc/hostname" in done.stdout and "os.system" in done.stdout
