"""Stores that were damaged, or made to do harm: no crash, no hang, nothing read outside, nothing run.

What is damaged at random is in `tests/fuzz`.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import trackers
from store.columns import build
from store.trackers.places import Unreadable
from store.trackers.plainyaml import parse_yaml
from tests.tracking import HISTORIES, SAMPLES, claimed_below, plant

NAMES = ("huggingface", "lightning", "sacred", "optuna", "hydra", "dvc", "ray", "guild", "runlog", "generic")
FORBIDDEN = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.", "shutil.rmtree")

_watching: list[tuple[str, str]] | None = None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _watching is not None and (
        event == "open" or event == "sqlite3.connect" or event.startswith(FORBIDDEN)
    ):
        _watching.append((event, str(arguments[0])))


sys.addaudithook(_watch)


@pytest.fixture
def seen() -> Iterator[list[tuple[str, str]]]:
    """What was opened, connected and run meanwhile."""
    global _watching
    _watching = []
    yield _watching
    _watching = None


@pytest.mark.parametrize("name", [name for name in NAMES if name != "optuna"])
def test_no_link_is_followed(name: str, tmp_path: Path, seen: list[tuple[str, str]]) -> None:
    """Every file, then every folder, of a sample is a link that leads out of the tree."""
    away, root = tmp_path / "away", tmp_path / "root"
    shutil.copytree(SAMPLES / name, away)
    for depth in range(1, 9):
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        for path in sorted(away.rglob("*")):
            inner = path.relative_to(away)
            if len(inner.parts) < depth and path.is_dir():
                (root / inner).mkdir(parents=True, exist_ok=True)
            elif len(inner.parts) == depth:
                (root / inner).symlink_to(path)
        seen.clear()
        plain = [path for path in [root, *root.rglob("*")] if path.is_dir() and not path.is_symlink()]
        for owner in dict(trackers.TRACKERS):
            for folder in plain:
                trackers.read(owner, folder, "x")
                trackers.claimed(folder)
        assert not [one for one in seen if one[1].startswith(str(away))]


def test_yaml_that_grows_without_end() -> None:
    """Aliases of aliases: ten lines that stand for 9^9 values; and a list that holds itself."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 10)]
    for text in ("\n".join(lines), "a: &a [*a]", "[" * 5000, "{a: " * 5000, "a: &b {<<: *b}"):
        with pytest.raises(Unreadable):
            parse_yaml(text)
    merged = ["a0: &a0 {x: 1}"]
    merged += [f"a{at}: &a{at} {{<<: [{', '.join([f'*a{at - 1}'] * 9)}]}}" for at in range(1, 10)]
    with pytest.raises(Unreadable):
        parse_yaml("\n".join(merged))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("a: 2024-13-45", {"a": "2024-13-45"}),
        ("a: !!binary aGk=", {"a": "aGk="}),
        ("a: !Thing x\nb: !Thing {c: 1}", {"a": "x", "b": {"c": 1}}),
        ("a: 1e5\nb: 1e-3\nc: '1e-3'\nd: 12e3456", {"a": 1e5, "b": 0.001, "c": "1e-3", "d": "12e3456"}),
        ("? [1, 2]\n: 3", {"[1, 2]": 3}),
        (
            "base: &b {lr: 1, n: 2}\nrun: {<<: *b, n: 3}",
            {"base": {"lr": 1, "n": 2}, "run": {"lr": 1, "n": 3}},
        ),
        ("a: 1\n---\nb: 2", {"a": 1}),
        ("a: !!int x", {"a": "x"}),
    ],
)
def test_yaml_as_trackers_write_it(text: str, value: object) -> None:
    assert parse_yaml(text) == value


@pytest.mark.parametrize("tracker", [name for name, _ in trackers.TRACKERS])
def test_a_folder_of_something_else_gives_no_run(tracker: str, tmp_path: Path) -> None:
    plant(tmp_path, {"a/b.txt": "x", "run.json": "[]", "trainer_state.json": "[]", "metrics.json": "3"})
    if tracker in NAMES:
        reading = trackers.read(tracker, tmp_path, "x")
        assert all(not run.series for run in reading.runs)
        trackers.read(tracker, tmp_path / "missing", "x")


@pytest.mark.skipif(not HISTORIES.exists(), reason="no histories here")
def test_every_real_sample_is_read_and_all_of_it_goes_into_one_table() -> None:
    counts: dict[str, int] = {}
    for folder in ("hf_trainer", "lightning", "hpo", "nanochat", "nanogpt_family", "modded_nanogpt"):
        for name, path in claimed_below(HISTORIES / folder):
            reading = trackers.read(name, path, path.name)
            assert reading.runs, path
            build([reading])
            counts[name] = counts.get(name, 0) + len(reading.runs)
    assert {name: counts[name] for name in ("huggingface", "lightning", "ray", "runlog")} == {
        "huggingface": 3,
        "lightning": 29,
        "ray": 81,
        "runlog": 6,
    }
