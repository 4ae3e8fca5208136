"""PyTorch Lightning's CSVLogger: `lightning_logs/version_N/{metrics.csv, hparams.yaml}`, a version a run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from store.records import Place, Reading, RunRecord
from store.trackers.events import add_events
from store.trackers.gather import Gathering, number, shown
from store.trackers.places import folders, inside, names_of, rows_of
from store.trackers.plainyaml import yaml_of

__all__ = ["claims", "read", "read_metrics"]

_VERSION = re.compile(r"version_\d+\Z", re.ASCII)


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """A folder of nothing but versions, one of them with a `metrics.csv`; or one version.

    TensorBoard's logger writes the same folders with event files in them: those that have no `metrics.csv`
    are not for this reader.
    """
    if "metrics.csv" in names and ("hparams.yaml" in names or _VERSION.match(path.name)):
        return True
    seen = [name for name in names if not name.startswith(".")]
    if not seen or not all(map(_VERSION.match, seen)):
        return False
    return any(inside(path, name, "metrics.csv") for name in seen)


def read(path: Path, shown: str) -> Reading:
    """Each version that holds anything is a run."""
    gathering = Gathering(shown)
    for folder in [path] if inside(path, "metrics.csv") else folders(path):
        _version(gathering, path, folder)
    return gathering.close()


def _version(gathering: Gathering, root: Path, folder: Path) -> None:
    place = Place(shown(gathering.reading.path, root, folder))
    if gathering.is_full:
        gathering.skip(place, "a version beyond those that are read")
        return
    hparams, metrics = inside(folder, "hparams.yaml"), inside(folder, "metrics.csv")
    events = any("tfevents" in name for name in names_of(folder))
    if not (hparams or metrics or events):
        gathering.skip(place, "a version that holds nothing")
        return
    run = gathering.run(folder.name if folder.name else folder.resolve().name, place)
    if hparams:
        with gathering.careful(Place(f"{place}/hparams.yaml")):
            gathering.params(run, yaml_of(hparams))
    if metrics:
        with gathering.careful(Place(f"{place}/metrics.csv")):
            read_metrics(gathering, run, rows_of(metrics))
    if events:
        add_events(gathering, run, folder, str(place))


def read_metrics(gathering: Gathering, run: RunRecord, rows: Iterable[dict[str, str]]) -> None:
    """Sparse rows: what is logged in training and in validation stands in different ones.

    Args:
        gathering: takes the fields.
        run: the run they are of.
        rows: with a column "step", or "epoch", or neither.
    """
    for count, row in enumerate(rows):
        step = row.get("step") or row.get("epoch") or count
        for name, cell in row.items():
            if name != "step" and number(cell) is not None:
                gathering.point(run, name, step, cell)
            elif name != "step":
                gathering.put(run, name, cell, "attribute")  # words in a table of numbers: the last ones
