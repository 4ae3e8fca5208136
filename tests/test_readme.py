"""Every command of the README runs, and prints what the README says it prints.

`python -m tests.test_readme` writes the outputs anew; read the difference before it is committed.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nlq.terminal import AGENT_VARIABLES

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
LONG = 14  # lines of output worth a place in the README

_TRAINER = """\
for step in range(20):
    print(f"step {step} | loss: {2.9 - step / 100:.2f}")
"""
"""What the README's reader trains."""

_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def _blocks() -> list[list[tuple[str, str]]]:
    """Of every block each `$ command` and the output written below it ("" where none is)."""
    found = []
    for block in _BLOCK.findall(README.read_text(encoding="utf-8")):
        parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        told = (part.partition("\n") for part in parts)
        found.append([(command, output.rstrip()) for command, _, output in told])
    return found


def _project(folder: Path, *, new: bool) -> Path:
    """A folder as a reader of the README has it: a log, a table (a `new` one has neither), and `ask`."""
    if not new:
        histories = ROOT / "corpus" / "histories"
        shutil.copytree(histories / "seed" / ".claude", folder / ".claude")
        shutil.copy(histories / "autoresearch" / "results.tsv", folder)
        shutil.copytree(histories / "curves" / "mlruns", folder / "mlruns")
    (folder / "train.py").write_text(_TRAINER)
    command = folder / "bin" / "ask"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m nlq "$@"\n')
    command.chmod(0o755)
    return folder


def _run(command: str, project: Path) -> tuple[int, str]:
    hidden = {*AGENT_VARIABLES, "ASK_HISTORY", "XDG_CONFIG_HOME", "XDG_STATE_HOME"}
    environ = {key: value for key, value in os.environ.items() if key not in hidden}
    environ |= {
        "PATH": f"{project / 'bin'}{os.pathsep}{environ['PATH']}",
        "HOME": str(project),
        "ASK_NOW": "2024-02-01T12:00",
    }
    told = subprocess.run(
        ["bash", "-c", command],
        cwd=project,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return told.returncode, told.stdout.rstrip()


@pytest.mark.parametrize("block", _blocks(), ids=lambda block: str(block[0][0])[:40])
def test_the_commands_of_a_block_print_what_the_readme_says(
    block: list[tuple[str, str]], tmp_path: Path
) -> None:
    project = _project(tmp_path, new=block[0][0] == "ask init")
    for command, output in block:
        code, printed = _run(command, project)
        unasked = "add --yes" in printed.splitlines()[-1] if printed else False
        assert code == (3 if printed.startswith("Declined") else 4 if unasked else 0), printed
        if output:
            assert printed == output


def test_what_the_readme_installs_is_what_the_gate_runs() -> None:
    gate = (ROOT / ".ci" / "run").read_text()
    shell = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert [block.strip() for block in shell] == [
        "pip install .",
        "pip install -e '.[dev]' && python -m pytest",
    ]
    assert (
        "pip install --quiet --disable-pip-version-check -e '.[dev]'" in gate and "python -m pytest" in gate
    )


def _refresh(folder: Path) -> None:
    def anew(block: re.Match[str]) -> str:
        parts = []
        said = re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]
        room = folder / str(block.start())
        room.mkdir()
        project = _project(room, new=said[0].startswith("ask init"))
        for part in said:
            command, _, written = part.partition("\n")
            _, printed = _run(command, project)
            # Where the demo lies differs from machine to machine; what is written without output stays so.
            short = written.strip() and printed.count("\n") < LONG and str(ROOT) not in printed
            parts.append(f"$ {command}\n{printed}\n" if short else f"$ {command}\n")
        text = parts[0]
        for before, part in itertools.pairwise(parts):
            text += "\n" + part if before.count("\n") > 1 else part
        return f"```console\n{text}```"

    README.write_text(_BLOCK.sub(anew, README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        _refresh(Path(made))
