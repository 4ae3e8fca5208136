"""Ray Tune: an experiment's folder of trials, each with `params.json` and `result.json` or `progress.csv`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from store.records import Place, Reading, RunRecord
from store.trackers.gather import Gathering, flat, moment, number, shown
from store.trackers.places import Unreadable, folders, inside, json_of, names_of, rows_of, text_of

__all__ = ["claims", "read"]

_RESULTS = ("result.json", "progress.csv")
# What Ray adds to every result: of the machine and of its own bookkeeping.
_OWN = frozenset(
    """timestamp checkpoint_dir_name done training_iteration trial_id date time_this_iter_s time_total_s pid
    hostname node_ip time_since_restore iterations_since_restore timesteps_since_restore timesteps_total
    episodes_total experiment_id experiment_tag should_checkpoint warmup_time config auto""".split()
)
_STATUS = {"TERMINATED": "completed", "ERROR": "error", "RUNNING": "running", "PENDING": "pending"}
_STATES = 32 << 20
_LOOKED_AT = 50


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """A trial's folder, or one whose folders are all trials."""
    if "params.json" in names and names.intersection(_RESULTS):
        return True
    if not names:
        return False
    inner = [folder for folder in folders(path)[:_LOOKED_AT] if not folder.name.startswith(".")]
    told = any(name.startswith("experiment_state") for name in names)
    trials = [folder for folder in inner if _is_trial(folder)]
    return bool(trials) and (told or len(trials) == len(inner))


def _is_trial(folder: Path) -> bool:
    return bool(inside(folder, "params.json") and any(inside(folder, name) for name in _RESULTS))


def read(path: Path, shown: str) -> Reading:
    """Each trial is a run, named by its id."""
    gathering = Gathering(shown)
    states = _states(path, gathering)
    for folder in [path] if _is_trial(path) else folders(path):
        _trial(gathering, path, folder, states)
    return gathering.close()


def _trial(gathering: Gathering, root: Path, folder: Path, states: Mapping[str, str]) -> None:
    place = Place(shown(gathering.reading.path, root, folder))
    params = inside(folder, "params.json")
    if gathering.is_full or not params:
        gathering.skip(place, "a folder that is no trial")
        return
    called = folder.name or folder.resolve().name
    known = next((trial for trial in states if f"_{trial}_" in f"_{called}_"), "")
    run = gathering.run(known or called, place)
    with gathering.careful(Place(f"{place}/params.json")):
        gathering.params(run, json_of(params))
    last: Mapping[str, Any] = {}
    for name in _RESULTS:
        file = inside(folder, name)
        if file and not last:
            with gathering.careful(Place(f"{place}/{name}")):
                rows = _lines(file) if name.endswith("json") else rows_of(file)
                for count, row in enumerate(rows, 1):
                    _result(gathering, run, row, count)
                    last = row
    _told(gathering, run, last)
    said = _STATUS.get(states.get(str(last.get("trial_id", known)), ""), "")
    if inside(folder, "error.txt") or inside(folder, "error.pkl"):
        said = "error"
        _failure(gathering, run, folder)
    elif not said and str(last.get("done", "")).lower() == "true":
        said = "completed"
    if said:
        gathering.put(run, "status", said, "attribute", role="status")


def _failure(gathering: Gathering, run: RunRecord, folder: Path) -> None:
    """Why a trial failed: the last line of its last traceback."""
    file = inside(folder, "error.txt")
    with gathering.careful(Place(f"{run.place}/error.txt")):
        told = [line.strip() for line in text_of(file).split("\n") if line.strip()] if file else []
        if told:
            gathering.put(run, "error", told[-1], "attribute")


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    """The results: an object a line. A last line that is half written is none."""
    broken = 0
    for line in text_of(file).split("\n"):
        try:
            row = json.loads(line) if line.strip() else None
        except (ValueError, RecursionError):
            broken += 1
            continue
        if isinstance(row, dict):
            yield dict(flat({key: value for key, value in row.items() if key != "config"}, "/"))
    if broken:
        raise Unreadable("a result that is not JSON")


def _result(gathering: Gathering, run: RunRecord, row: Mapping[str, Any], count: int) -> None:
    step, time = row.get("training_iteration") or count, row.get("timestamp")
    for name, value in row.items():
        if name not in _OWN and not name.startswith("config/"):
            gathering.point(run, name, step, value, time)


def _told(gathering: Gathering, run: RunRecord, last: Mapping[str, Any]) -> None:
    took, ended = number(last.get("time_total_s")), number(last.get("timestamp"))
    if ended is not None and (started := moment(ended - (took or 0))):
        gathering.put(run, "date", started.replace(microsecond=0), "attribute", role="date")
    if took is not None:
        gathering.put(run, "time", took, "metric", unit="s", role="duration")
    if last.get("trial_id"):
        run.name = str(last["trial_id"])[:200]
    gathering.put(run, "iterations", last.get("training_iteration"), "attribute")


def _states(path: Path, gathering: Gathering) -> dict[str, str]:
    """How each trial ended, by its id: Ray keeps it beside the trials, one JSON text a trial."""
    states: dict[str, str] = {}
    for name in names_of(path):
        if not (name.startswith("experiment_state") and name.endswith(".json")):
            continue
        with gathering.careful(Place(f"{gathering.reading.path}/{name}")):
            held = json_of(path / name, _STATES)
            listed = held.get("trial_data") or held.get("checkpoints") if isinstance(held, dict) else None
            for entry in listed if isinstance(listed, list) else []:
                text = entry[0] if isinstance(entry, list) and entry else entry
                told = _object(text)
                if isinstance(told.get("trial_id"), str) and isinstance(told.get("status"), str):
                    states[told["trial_id"]] = told["status"]
    return states


def _object(text: object) -> dict[str, Any]:
    try:
        value = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {}
