"""TensorBoard: folders of event files. A run is a folder with at least one, and what belongs to it below.

Three things lie in folders of their own that are no runs: what PyTorch's `add_hparams` writes (joined with
the folder above), the lines of one chart of `add_scalars` (likewise), and the splits of a run of Keras or of
an estimator (`train/`, `validation/`, `eval/`), whose tags get the split's name in front. The parameters that
Lightning's logger writes beside its events are the run's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store import readers
from store.progress import advance
from store.records import Place, Reading, Skip
from store.trackers.places import Unreadable, inside
from store.trackers.plainyaml import yaml_of
from store.trackers.rundraft import Logged, fill, flatten, instant
from store.trackers.tfevents import Events, is_event_file, read_events

__all__ = ["claims", "read"]

_SPLITS = frozenset("train training val valid validation test testing eval evaluation dev".split())
_OTHERS = (".yaml", ".yml", ".db", ".sqlite", ".sqlite3", ".wandb")
_FILES_AT_MOST = 20_000
_CHILDREN_LOOKED_AT = 200


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """Whether it is an event file, a folder of event files, or one that holds nothing but such folders."""
    if not names:
        return is_event_file(path.name) and path.is_file()
    if any(map(is_event_file, names)):
        return ".git" not in names
    return _holds_runs(path)


def _holds_runs(folder: Path) -> bool:
    """Whether every folder in it is a run's, and no file in it is another reader's."""
    runs = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                below = entry.is_dir()
                if entry.name == ".git" or entry.is_symlink() or not (below or _is_nobodys(entry.name)):
                    return False
                if below and not entry.name.startswith("."):
                    if not _is_run(Path(entry.path)):
                        return False
                    runs += 1
                if runs >= _CHILDREN_LOOKED_AT:
                    break
    except OSError:
        return False
    return runs > 0


def _is_run(folder: Path) -> bool:
    """Whether a folder has event files, or its splits have: `train/` and `validation/` of Keras."""
    with os.scandir(folder) as entries:
        below = list(entries)
    if any(is_event_file(entry.name) for entry in below):
        return True
    splits = [Path(entry.path) for entry in below if entry.is_dir() and entry.name.lower() in _SPLITS]
    return bool(splits) and all(any(is_event_file(file.name) for file in split.iterdir()) for split in splits)


def _is_nobodys(name: str) -> bool:
    return not readers.is_readable(Path(name)) and not name.lower().endswith(_OTHERS)


def read(path: Path, shown: str) -> Reading:
    """All runs of a folder; they are called by their path below it, as TensorBoard does."""
    reading = Reading(shown, "tensorboard")
    folders = {folder: _events(files, reading) for folder, files in _folders(path, reading).items()}
    runs = _joined(folders)
    reading.skips += [
        Skip(Place(_below(shown, name)), "event files without scalars")
        for name, events in folders.items()
        if not events.series and not events.hparams
    ]
    own = path.resolve().name
    for name, events in runs.items():
        _hparams(path / name, _below(shown, name), events, reading)
    logged = [_logged(name or own, Place(_below(shown, name)), events) for name, events in runs.items()]
    if any(events.broken for events in folders.values()):
        count = sum(events.broken for events in folders.values())
        reading.notes.append(f"{count} records of the event files could not be decoded")
    return fill(reading, logged)


def _hparams(folder: Path, shown: str, events: Events, reading: Reading) -> None:
    """What Lightning's logger keeps of the parameters beside its events: `hparams.yaml`."""
    if folder.is_dir() and (file := inside(folder, "hparams.yaml")):
        try:
            told = yaml_of(file)
        except (Unreadable, OSError) as error:
            reading.skips.append(Skip(Place(f"{shown}/hparams.yaml"), str(error)))
            return
        if isinstance(told, dict):
            events.hparams = flatten(told) | events.hparams


def _below(shown: str, name: str) -> str:
    return f"{shown}/{name}" if name else shown


def _folders(path: Path, reading: Reading) -> dict[str, list[Path]]:
    """The event files by their folder's path below the store, in the order in which they were begun."""
    if path.is_file():
        return {"": [path]}
    found: dict[str, list[Path]] = {}
    taken = 0
    for folder, below, files in os.walk(path):
        below.sort()
        mine = [Path(folder, name) for name in sorted(files, key=_begun) if is_event_file(name)]
        mine = [file for file in mine if not file.is_symlink()]
        if mine and taken < _FILES_AT_MOST:
            name = Path(folder).relative_to(path).as_posix()
            found["" if name == "." else name] = mine[: _FILES_AT_MOST - taken]
        taken += len(mine)
    if taken > _FILES_AT_MOST:
        reading.notes.append(f"only the first {_FILES_AT_MOST} of {taken} event files were read")
    return found


def _begun(name: str) -> tuple[int, str]:
    """When a file was begun, by its name: `events.out.tfevents.1700000000.host.pid.n`."""
    found = re.search(r"tfevents\.(\d{1,18})", name)
    return (int(found[1]) if found else 0, name)


def _events(files: list[Path], reading: Reading) -> Events:
    events = Events()
    for number, file in enumerate(files, 1):
        advance(f"event files of {file.parent}", number)
        try:
            read_events(file, events)
        except OSError as error:
            reading.skips.append(Skip(Place(str(file)), error.strerror or str(error)))
    # Lightning writes -1 for a metric that was not told.
    if (told := events.series.get("hp_metric")) and set(told.values) == {-1.0}:
        del events.series["hp_metric"]
    return events


def _joined(folders: dict[str, Events]) -> dict[str, Events]:
    """The runs: folders that belong to the one above are put into it, the deepest first."""
    runs = {name: events for name, events in folders.items() if events.series or events.hparams}
    alone = _only_sessions(runs, folders)
    for name in sorted(runs, key=lambda name: -name.count("/")):
        home = _home(name, folders)
        if name in alone:
            _join(runs.setdefault(home, _empty(folders, home)), runs.pop(name), {})
        elif name and (called := _part_names(name, home, runs[name])):
            above = name.rpartition("/")[0]
            home = above if name.rpartition("/")[2].lower() in _SPLITS else home
            _join(runs.setdefault(home, _empty(folders, home)), runs.pop(name), called)
    return dict(sorted(runs.items()))


def _empty(folders: dict[str, Events], name: str) -> Events:
    return folders.get(name) or Events()


def _home(name: str, folders: dict[str, Events]) -> str:
    """The nearest folder above that has event files, or its own name."""
    above = name
    while above:
        above = above.rpartition("/")[0]
        if above in folders:
            return above
    return name


def _only_sessions(runs: dict[str, Events], folders: dict[str, Events]) -> set[str]:
    """The folders that `add_hparams` made, where it was called once: several are runs of their own."""
    by_home: dict[str, list[str]] = {}
    for name, events in runs.items():
        home = _home(name, folders)
        short = all(len(series.values) == 1 for series in events.series.values())
        if events.hparams and short and home != name and not folders[home].hparams:
            by_home.setdefault(home, []).append(name)
    return {names[0] for names in by_home.values() if len(names) == 1}


def _part_names(name: str, home: str, events: Events) -> dict[str, str]:
    """What the tags of a part are called in its run; empty where the folder is a run of its own."""
    last = name.rpartition("/")[2]
    if last.lower() in _SPLITS:
        return {tag: tag if tag.startswith(f"{last}/") else f"{last}/{tag}" for tag in events.series}
    if home == name or len(events.series) != 1:
        return {}
    below = name[len(home) :].lstrip("/")
    tag = next(iter(events.series))
    for begin in (f"{tag.replace('/', '_')}_", f"{tag}/"):  # PyTorch, tensorboardX
        if below.startswith(begin) and len(below) > len(begin):
            return {tag: f"{tag}/{below[len(begin) :]}"}
    return {}


def _join(run: Events, part: Events, called: dict[str, str]) -> None:
    for tag, series in part.series.items():
        run.series.setdefault(called.get(tag, tag), series)
    run.hparams |= part.hparams
    run.spans += part.spans
    run.status, run.group = part.status or run.status, part.group or run.group


def _logged(name: str, place: Place, events: Events) -> Logged:
    last = {tag: series.values[-1] for tag, series in events.series.items() if series.values}
    spans = list(_apart(sorted(events.spans)))
    facts: dict[str, Any] = {
        "date": instant(spans[0][0]) if spans else None,
        "time": round(sum(end - begin for begin, end in spans), 3) or None,
        "status": events.status,
        "group": events.group,
    }
    return Logged(name, place, dict(events.hparams), last, dict(events.series), facts)


def _apart(spans: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Spans of time that do not overlap: a run that was resumed the next day did not run overnight."""
    begin, end = spans[0] if spans else (0.0, 0.0)
    for other, until in spans[1:]:
        if other > end:
            yield begin, end
            begin, end = other, until
        end = max(end, until)
    if spans:
        yield begin, end
