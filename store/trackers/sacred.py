"""Sacred's FileStorageObserver: `<base>/<id>/{config,run,metrics,info}.json`; the id is the folder's name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store.records import Place, Reading, RunRecord
from store.trackers.gather import Gathering, flat, moment, number, shown
from store.trackers.places import Unreadable, folders, inside, json_of

__all__ = ["claims", "read"]

_OURS = frozenset(("_sources", "_resources"))
_LOOKED_AT = 50


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """A run's folder, or one that holds nothing but such folders (some may be broken)."""
    if "run.json" in names:
        return bool(names & {"config.json", "cout.txt", "metrics.json"})
    inner = sorted(name for name in names if not name.startswith(".") and name not in _OURS)
    runs = [name for name in inner[:_LOOKED_AT] if inside(path, name, "run.json")]
    if not any(inside(path, name, "config.json") for name in runs):
        return False
    return all(name in runs or name.isdigit() for name in inner[:_LOOKED_AT])


def read(path: Path, shown: str) -> Reading:
    """Each folder is a run; what Sacred keeps for itself is passed over."""
    gathering = Gathering(shown)
    places = [path] if inside(path, "run.json") else [f for f in folders(path) if f.name not in _OURS]
    for folder in places:
        _run(gathering, path, folder)
    return gathering.close()


def _run(gathering: Gathering, root: Path, folder: Path) -> None:
    place = Place(shown(gathering.reading.path, root, folder))
    if gathering.is_full or not inside(folder, "run.json"):
        gathering.skip(place, "a folder without a run.json")
        return
    run = gathering.run(folder.name or folder.resolve().name, place)
    for name, take in _PARTS:
        file = inside(folder, name)
        if file:
            with gathering.careful(Place(f"{place}/{name}")):
                held = json_of(file)
                if not isinstance(held, dict):
                    raise Unreadable(f"{name} is no JSON object")
                take(gathering, run, held)


def _told(gathering: Gathering, run: RunRecord, held: Mapping[str, Any]) -> None:
    """What `run.json` says: when, how it ended, what came out."""
    started, stopped = moment(held.get("start_time")), moment(held.get("stop_time"))
    if started:
        gathering.put(run, "date", started, "attribute", role="date")
    if started and stopped:
        gathering.put(run, "time", (stopped - started).total_seconds(), "metric", unit="s", role="duration")
    gathering.put(run, "status", held.get("status"), "attribute", role="status")
    experiment, host = held.get("experiment"), held.get("host")
    if isinstance(experiment, dict):
        gathering.put(run, "experiment", experiment.get("name"), "attribute")
    if isinstance(host, dict):
        gathering.put(run, "host", host.get("hostname"), "attribute")
    gathering.put(run, "command", held.get("command"), "attribute")
    trace = held.get("fail_trace")
    if isinstance(trace, list) and trace:
        gathering.put(run, "error", str(trace[-1]).strip(), "attribute")
    gathering.metrics(run, {"result": _plain(held.get("result"))})


def _config(gathering: Gathering, run: RunRecord, held: Mapping[str, Any]) -> None:
    gathering.params(run, {name: _plain(value) for name, value in held.items() if name != "__doc__"})


def _series(gathering: Gathering, run: RunRecord, held: Mapping[str, Any]) -> None:
    for name, told in held.items():
        if not isinstance(told, dict) or not isinstance(told.get("values"), list):
            continue
        steps, times = told.get("steps"), told.get("timestamps")
        for index, value in enumerate(told["values"]):
            step, time = _at(steps, index), moment(_at(times, index))
            gathering.point(run, name, step, _plain(value), _seconds(time))


def _info(gathering: Gathering, run: RunRecord, held: Mapping[str, Any]) -> None:
    """What the experiment put aside: numbers that were measured, words that tell."""
    for name, value in flat({key: _plain(inner) for key, inner in held.items()}):
        if name in run.values or isinstance(value, list):
            continue
        if number(value) is not None:
            gathering.metric(run, name, value)
        else:
            gathering.put(run, name, value, "attribute")


_PARTS = (("run.json", _told), ("config.json", _config), ("metrics.json", _series), ("info.json", _info))


def _seconds(time: Any) -> float | None:
    from datetime import UTC

    return time.replace(tzinfo=UTC).timestamp() if time else None


def _at(listed: object, index: int) -> Any:
    return listed[index] if isinstance(listed, list) and index < len(listed) else None


def _plain(value: Any, depth: int = 0) -> Any:
    """What jsonpickle wrote, as plain values; an object is what is in it, or its class's name."""
    if depth > 40:
        return None
    if isinstance(value, list):
        return [_plain(inner, depth + 1) for inner in value]
    if not isinstance(value, dict):
        return value
    for tag in ("py/tuple", "py/set"):
        if tag in value:
            return _plain(value[tag], depth + 1)
    held = {name: _plain(inner, depth + 1) for name, inner in value.items() if not name.startswith("py/")}
    if "py/object" in value and "value" in held:
        return held["value"]  # a number of NumPy's
    named = next((value[tag] for tag in ("py/object", "py/type", "py/function") if tag in value), None)
    return held or named if named else held
