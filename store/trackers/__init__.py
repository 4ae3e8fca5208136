"""Readers of trackers' stores: folders and databases, where they lie. One module a tracker, one line here.

A module has

    claims(path: Path, names: frozenset[str], head: bytes) -> bool     is it a store of mine?
    read(path: Path, shown: str) -> Reading                            all runs in it; bad data never raises

`names` are the entries of a folder, empty for a file; `head` the first bytes of a file, empty for a folder.
The first module in the tuple that claims a path reads it, and nothing below a claimed folder is read by
another. No module imports its tracker, writes anything, leaves the path, or loads more than one store's text
at a time; a database is opened read-only. A run's `place` is its folder or file, with its key where it has
none of its own (`mlflow.db#run`), its `series` the values by step.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Protocol, TypeVar

from store.errors import WrittenMeanwhile
from store.records import Reading

__all__ = ["TRACKERS", "Tracker", "claimed", "read"]

T = TypeVar("T")

TRACKERS: tuple[tuple[str, str], ...] = (
    ("mlflow files", "store.trackers.mlflow_files"),
    ("mlflow database", "store.trackers.mlflow_database"),
    ("wandb", "store.trackers.wandb"),
    ("trackio", "store.trackers.trackio"),
    ("lightning", "store.trackers.lightning"),
    ("tensorboard", "store.trackers.tensorboard"),
    ("huggingface", "store.trackers.huggingface"),
    ("sacred", "store.trackers.sacred"),
    ("optuna", "store.trackers.optuna"),
    ("hydra", "store.trackers.hydra"),
    ("dvc", "store.trackers.dvc"),
    ("ray", "store.trackers.ray"),
    ("guild", "store.trackers.guild"),
    ("runlog", "store.trackers.runlog"),
    ("generic", "store.trackers.generic"),
)
"""Name and module, the most telling store first."""


_TELLING = (
    r"\.(?:db|sqlite3?|wandb|log|ya?ml|json|lock)$|^\.(?:hydra|guild)$|tfevents|^(?:metrics|progress)\.csv$|^report\.md$"
    r"|^opref$|^dvc"
)
"""Names of files, and of hidden folders, that a tracker writes."""


class Tracker(Protocol):
    """What a tracker's module has."""

    def claims(self, path: Path, names: frozenset[str], head: bytes) -> bool:
        """Whether a folder or file is a store of this tracker."""
        ...

    def read(self, path: Path, shown: str) -> Reading:
        """All runs in it."""
        ...


def claimed(path: Path) -> str:
    """The name of the tracker whose store a folder or file is, or ""."""
    names, head = frozenset[str](), b""
    try:
        if path.is_dir():
            with os.scandir(path) as entries:
                within = {entry.name: Path(entry.path).is_dir() for entry in entries}
            if not any(_telling(name, folder=folder) for name, folder in within.items()):
                return ""
            names = frozenset(within)
        else:
            with path.open("rb") as file:
                head = file.read(4096)
    except OSError:
        return ""
    for name, module in TRACKERS:
        try:
            if _of_one_state(partial(_module(module).claims, path, names, head)):
                return name
        except OSError:
            continue
    return ""


def _telling(name: str, *, folder: bool) -> bool:
    """Whether an entry may be a part of some tracker's store; asked before any module is imported."""
    return (folder and not name.startswith(".")) or re.search(_TELLING, name) is not None


def read(name: str, path: Path, shown: str) -> Reading:
    """Read a store with the tracker of that name.

    Raises:
        OSError: where it can't be read.
    """
    module = _module(dict(TRACKERS)[name])
    reading = _of_one_state(partial(module.read, path, shown))
    reading.reader = name
    return reading


_TRIES = 5


def _of_one_state(look: Callable[[], T]) -> T:
    """What a look at a store gives, again where the store was written meanwhile."""
    for _ in range(_TRIES):
        try:
            return look()
        except WrittenMeanwhile:
            time.sleep(0.02)
    raise OSError(0, "it is written all the time")


def _module(name: str) -> Tracker:
    module: Tracker = import_module(name)
    return module
