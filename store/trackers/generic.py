"""A configuration beside metrics: `config.yaml` and `metrics.json` in one folder are a run."""

from __future__ import annotations

from pathlib import Path

from store.find import NAMES
from store.records import Place, Reading, RunRecord
from store.trackers.gather import Gathering, flat, number, shown
from store.trackers.lightning import read_metrics
from store.trackers.places import Unreadable, folders, inside, json_of, rows_of
from store.trackers.plainyaml import yaml_of

__all__ = ["claims", "read"]

_CONFIGS = tuple(
    f"{stem}.{suffix}"
    for stem in ("config", "params", "hparams", "args")
    for suffix in ("yaml", "yml", "json")
)
_METRICS = ("metrics.json", "metrics.csv", "results.json", "results.csv")
_LOOKED_AT = 50
# A project, not a run: what lies in it is read file by file.
_PROJECT = frozenset(
    (*NAMES, ".claude", ".git", "pyproject.toml", "setup.py", "requirements.txt", "src", "README.md")
) - frozenset(_METRICS)


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """A folder with a configuration and metrics, or one of nothing but such folders."""
    if names & _PROJECT:
        return False
    if names.intersection(_CONFIGS):
        return bool(names.intersection(_METRICS)) and _is_run(path)
    seen = [name for name in names if not name.startswith(".")]
    inner = sorted(seen)[:_LOOKED_AT]
    runs = [name for name in inner if _is_run(path / name)]
    return len(runs) > 1 and len(runs) == len(inner)


def _is_run(folder: Path) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return False
    return any(inside(folder, name) for name in _CONFIGS) and any(inside(folder, name) for name in _METRICS)


def read(path: Path, shown: str) -> Reading:
    """Each folder is a run, named by it."""
    gathering = Gathering(shown)
    for folder in [path] if _is_run(path) else folders(path):
        _run(gathering, path, folder)
    return gathering.close()


def _run(gathering: Gathering, root: Path, folder: Path) -> None:
    place = Place(shown(gathering.reading.path, root, folder))
    if gathering.is_full or not _is_run(folder):
        gathering.skip(place, "a folder without a configuration and metrics")
        return
    run = gathering.run(folder.name or folder.resolve().name, place)
    for name in _CONFIGS:
        file = inside(folder, name)
        if file:
            with gathering.careful(Place(f"{place}/{name}")):
                gathering.params(run, json_of(file) if name.endswith("json") else yaml_of(file))
    for name in _METRICS:
        file = inside(folder, name)
        if file:
            with gathering.careful(Place(f"{place}/{name}")):
                _metrics(gathering, run, file)


def _metrics(gathering: Gathering, run: RunRecord, file: Path) -> None:
    """A table by step; an object of last values, or of lists of all of them; a list of entries by step."""
    if file.suffix == ".csv":
        read_metrics(gathering, run, rows_of(file))
        return
    held = json_of(file)
    if isinstance(held, dict):
        for name, value in flat(held):
            if isinstance(value, list) and len(value) > 1 and all(number(one) is not None for one in value):
                for step, one in enumerate(value):
                    gathering.point(run, name, step, one)
            elif number(value) is not None:
                gathering.metric(run, name, value)
    elif isinstance(held, list) and all(isinstance(entry, dict) for entry in held):
        for count, entry in enumerate(held):
            for name, value in flat(entry):
                if name != "step":
                    gathering.point(run, name, entry.get("step", count), value)
    else:
        raise Unreadable(f"{file.name} holds no names")
