"""What a wheel holds; that it installs and answers is checked by `.ci/run`, outside the checkout."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import nlq

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    pytest.importorskip("hatchling", reason="the build backend is not installed here; .ci/run builds with it")
    folder = tmp_path_factory.mktemp("wheel")
    script = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return zipfile.ZipFile(folder / told.stdout.split()[-1])


def test_the_wheel_holds_the_packages_and_the_grammar_whole(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for top, suffixes in (
        ("nlq", (".py", ".typed")),
        ("store", (".py", ".typed")),
        ("grammar", (".lark", ".toml", ".txt")),
    ):
        here = [
            path for path in (ROOT / top).rglob("*") if path.suffix in suffixes or path.name == "py.typed"
        ]
        assert {path.relative_to(ROOT).as_posix() for path in here} <= names


def test_the_wheel_holds_the_demo_and_nothing_beside(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "nlq/demo_history/.claude/experiments.md" in names
    tops = {name.split("/")[0] for name in names}
    assert tops == {"nlq", "store", "grammar", f"nlq-{nlq.__version__}.dist-info"}
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_command_is_declared(wheel: zipfile.ZipFile) -> None:
    info = f"nlq-{nlq.__version__}.dist-info"
    assert b"ask = nlq.__main__:main" in wheel.read(f"{info}/entry_points.txt")
    assert f"{info}/licenses/LICENSE" in wheel.namelist()
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    told = wheel.read(f"{info}/METADATA").decode()
    base = [line for line in told.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert len(base) == len(declared)
