"""What tests of trackers' stores share: planting files, reading what lies there, the samples."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from store import trackers
from store.records import Reading, RunRecord

SAMPLES = Path(__file__).parents[1] / "corpus" / "trackers"
HISTORIES = Path(__file__).parents[2] / "shared" / "histories"


def plant(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def read(path: Path, tracker: str) -> Reading:
    """The reading of a store that `tracker` has to claim."""
    assert trackers.claimed(path) == tracker
    return trackers.read(tracker, path, path.name)


def runs(reading: Reading) -> dict[str, RunRecord]:
    """The runs by name; no name may repeat."""
    found = {run.name: run for run in reading.runs}
    assert len(found) == len(reading.runs)
    return found


def claimed_below(root: Path) -> list[tuple[str, Path]]:
    """Every store below a folder, with its tracker's name; nothing below a store is looked at."""
    if name := trackers.claimed(root):
        return [(name, root)]
    if root.is_symlink() or not root.is_dir():
        return []
    return [found for path in sorted(root.iterdir()) for found in claimed_below(path)]


def optuna_sample(folder: Path) -> Path:
    """The sample database, made from its text."""
    path = folder / "study.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((SAMPLES / "optuna" / "study.sql").read_text(encoding="utf-8"))
    return path
