"""Guild AI: `<home>/runs/<id>/.guild/{opref, attrs/*}`, an attribute a file, each of YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from store.records import Place, Reading, RunRecord
from store.trackers.events import add_events
from store.trackers.gather import Gathering, moment, number, shown
from store.trackers.places import Unreadable, folders, inside, names_of, text_of
from store.trackers.plainyaml import yaml_of

__all__ = ["claims", "read"]

_LOOKED_AT = 50
_ATTRIBUTE = 1 << 20


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """Guild's home, its folder of runs, or one run."""
    if ".guild" in names and _is_run(path):
        return True
    runs = inside(path, "runs") if "runs" in names and path.name == ".guild" else path if names else None
    if runs is None:
        return False
    inner = [folder for folder in folders(runs)[:_LOOKED_AT] if not folder.name.startswith(".")]
    return bool(inner) and all(map(_is_run, inner))


def _is_run(folder: Path) -> bool:
    return bool(inside(folder, ".guild", "opref") or inside(folder, ".guild", "attrs"))


def read(path: Path, shown: str) -> Reading:
    """Each run, named by the beginning of its id; the deleted ones (`trash/`) are not below `runs/`."""
    gathering = Gathering(shown)
    base = inside(path, "runs") if not _is_run(path) and inside(path, "runs") else path
    assert base is not None
    for folder in [base] if _is_run(base) else folders(base):
        _run(gathering, path, folder)
    return gathering.close()


def _run(gathering: Gathering, root: Path, folder: Path) -> None:
    place = Place(shown(gathering.reading.path, root, folder))
    if gathering.is_full or not _is_run(folder):
        gathering.skip(place, "a folder without a run of Guild's")
        return
    run = gathering.run((folder.name or folder.resolve().name)[:8], place)
    attrs = {name: _attribute(gathering, folder, place, name) for name in _ATTRS}
    gathering.params(run, attrs["flags"])
    _times(gathering, run, attrs)
    gathering.put(run, "status", _status(folder, attrs), "attribute", role="status")
    gathering.put(run, "operation", _operation(gathering, folder, place, attrs), "attribute")
    command = attrs["cmd"]
    told = " ".join(map(str, command)) if isinstance(command, list) else command
    gathering.put(run, "command", told, "attribute", role="command")
    for name in ("label", "comments", "host", "random_seed"):
        gathering.put(run, name, attrs[name], "attribute", role="notes" if name == "comments" else "")
    tags = attrs["tags"]
    gathering.put(run, "tags", ", ".join(map(str, tags)) if isinstance(tags, list) else tags, "attribute")
    inner = folder / ".guild"
    if any("tfevents" in name for name in names_of(inner)):
        add_events(gathering, run, inner, str(place))


_ATTRS = (
    "flags", "started", "stopped", "exit_status", "cmd", "label", "comments", "host", "random_seed", "tags",
    "op",
)  # fmt: skip


def _attribute(gathering: Gathering, folder: Path, place: Place, name: str) -> Any:
    file = inside(folder, ".guild", "attrs", name)
    if file:
        with gathering.careful(Place(f"{place}/.guild/attrs/{name}")):
            return yaml_of(file)
    return None


def _times(gathering: Gathering, run: RunRecord, attrs: dict[str, Any]) -> None:
    """Guild counts in microseconds since 1970."""
    started, stopped = number(attrs["started"]), number(attrs["stopped"])
    if started is not None:
        gathering.put(run, "date", moment(started / 1e6), "attribute", role="date")
    if started is not None and stopped is not None:
        gathering.put(run, "time", (stopped - started) / 1e6, "metric", unit="s", role="duration")


def _status(folder: Path, attrs: dict[str, Any]) -> str:
    """As Guild derives it: marker files first, then the exit status, of which a negative one is a signal."""
    for marker, status in (("PENDING", "pending"), ("STAGED", "staged"), ("LOCK", "running")):
        if inside(folder, ".guild", marker):
            return status
    code = number(attrs["exit_status"])
    if code is None:
        return "error"
    return "completed" if code == 0 else "terminated" if code < 0 else "error"


def _operation(gathering: Gathering, folder: Path, place: Place, attrs: dict[str, Any]) -> str:
    """The operation's name: the last word of `opref`, whose first ones are a path of another machine."""
    held = attrs["op"]
    if isinstance(held, dict) and isinstance(held.get("op-ref"), str):
        return str(held["op-ref"]).split()[-1] if held["op-ref"].split() else ""
    file = inside(folder, ".guild", "opref")
    if file:
        with gathering.careful(Place(f"{place}/.guild/opref")):
            words = text_of(file, _ATTRIBUTE).split()
            if not words:
                raise Unreadable("an empty opref")
            return words[-1].strip("'\"")
    return ""
