"""Hugging Face Trainer: an output folder with its checkpoints, which are one run.

Each checkpoint's `trainer_state.json` holds the log of the training up to it, so the one of the highest
`global_step` holds all the others do; the state beside the checkpoints is written after the last of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store.records import Place, Reading, RunRecord
from store.trackers.gather import Gathering, flat, number, shown, value_of
from store.trackers.places import Unreadable, folders, inside, json_of

__all__ = ["claims", "read"]

_STATE = "trainer_state.json"
_CHECKPOINT = re.compile(r"checkpoint-\d+\Z", re.ASCII)
_PARAMS = ("training_args.json", "adapter_config.json")
_AFTER = ("all_results.json", "train_results.json", "eval_results.json", "predict_results.json")
_LOOKED_AT = 50
# What the state says of itself; `num_train_epochs` is the largest int where `max_steps` was given.
_CHOSEN = ("num_train_epochs", "max_steps", "logging_steps", "eval_steps", "save_steps", "train_batch_size")
_GENERIC = frozenset(("results", "output", "outputs", "out", "checkpoints", "model", "models", "train", "."))


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """A folder with a trainer's state, or with checkpoints that have one; a `trainer_state.json` alone."""
    if not names:
        return path.name == _STATE and b'"log_history"' in head + _rest(path, head)
    if _STATE in names:
        return True
    checkpoints = sorted(name for name in names if _CHECKPOINT.match(name))[:_LOOKED_AT]
    return any(inside(path, name, _STATE) for name in checkpoints)


def _rest(path: Path, head: bytes) -> bytes:
    """Old states have a long `best_model_checkpoint` first; some bytes more are enough."""
    try:
        with path.open("rb") as file:
            return file.read(65_536) if head else b""
    except OSError:
        return b""


def read(path: Path, shown: str) -> Reading:
    """One run: the state that went furthest, what was measured after it, the arguments that lie beside."""
    gathering = Gathering(shown)
    states = _states(path, gathering)
    if states:
        step, file, state = max(states, key=_furthest)
        del states
        run = gathering.run(_name(path if path.is_dir() else path.parent), Place(_told(shown, path, file)))
        if path.is_dir():  # a rate that was chosen keeps its name, the logged one is its result
            _params(gathering, run, path, file.parent)
        _fill(gathering, run, state, step)
        if path.is_dir():
            _results(gathering, run, path)
    return gathering.close()


def _furthest(state: tuple[float, Path, Any]) -> tuple[float, int]:
    """Of two states at one step, the one beside the checkpoints: it was written last."""
    return state[0], -len(state[1].parts)


def _states(path: Path, gathering: Gathering) -> list[tuple[float, Path, Mapping[str, Any]]]:
    """The states of a folder, with their steps."""
    files = [path] if path.is_file() else _files(path)
    found: list[tuple[float, Path, Mapping[str, Any]]] = []
    for file in files:
        with gathering.careful(Place(_told(gathering.reading.path, path, file))):
            state = json_of(file)
            if not isinstance(state, dict) or not isinstance(state.get("log_history"), list):
                raise Unreadable("a trainer_state.json without a log_history")
            found = [*found, (number(state.get("global_step")) or 0.0, file, state)]
            found = [max(found, key=_furthest)]  # one state is held at a time
    return found


def _files(folder: Path) -> list[Path]:
    places = [folder, *(inner for inner in folders(folder) if _CHECKPOINT.match(inner.name))]
    return [file for place in places if (file := inside(place, _STATE))]


def _fill(gathering: Gathering, run: RunRecord, state: Mapping[str, Any], step: float) -> None:
    for name in _CHOSEN:
        value = state.get(name)
        if value not in (None, "") and value != 2**63 - 1:
            gathering.put(run, name, value, "param")
    gathering.params(run, {"trial": state.get("trial_params")})
    for entry in state["log_history"]:
        if isinstance(entry, dict):
            at = number(entry.get("step"))
            for name, value in entry.items():
                if name != "step":
                    gathering.point(run, str(name), at, value)
    gathering.put(run, "global_step", state.get("global_step"), "attribute")
    _time(gathering, run)
    _best(gathering, run, state)
    if status := _status(state, step):
        gathering.put(run, "status", status, "attribute", role="status")


def _time(gathering: Gathering, run: RunRecord) -> None:
    """The duration, which the trainer logs at the very end."""
    series = run.series.get("train_runtime")
    if series:
        gathering.put(run, "train_runtime", series.values[-1], "metric", unit="s", role="duration")


def _best(gathering: Gathering, run: RunRecord, state: Mapping[str, Any]) -> None:
    """The best value, under the name of the one metric that had it: the state does not name it."""
    best = number(state.get("best_metric"))
    if best is None:
        return
    named = {name for name, series in run.series.items() if best in series.values}
    name = f"best_{named.pop()}" if len(named) == 1 else "best_metric"
    gathering.put(run, name, state["best_metric"], "metric")
    gathering.put(run, "best_model_checkpoint", state.get("best_model_checkpoint"), "attribute")


def _status(state: Mapping[str, Any], step: float) -> str:
    """How it ended, where that is known.

    A last checkpoint a little short of `max_steps` tells nothing: the end of a training is not always saved.
    """
    planned = number(state.get("max_steps")) or 0
    control = dict(flat(state.get("stateful_callbacks"))).get("TrainerControl.args.should_training_stop")
    if control is True or 0 < planned <= step:
        return "completed"
    every = number(state.get("save_steps")) or 0
    if planned and step and every >= 1 and planned - step >= every:
        return f"stopped at step {step:.0f} of {planned:.0f}"
    return ""


def _params(gathering: Gathering, run: RunRecord, folder: Path, checkpoint: Path) -> None:
    base = gathering.reading.path
    for name in _PARAMS:
        file = inside(folder, name) or inside(checkpoint, name)
        if file:
            with gathering.careful(Place(_told(base, folder, file))):
                gathering.params(run, json_of(file))


def _results(gathering: Gathering, run: RunRecord, folder: Path) -> None:
    base = gathering.reading.path
    for name in _AFTER:
        file = inside(folder, name)
        if file:
            with gathering.careful(Place(_told(base, folder, file))):
                _after(gathering, run, json_of(file), name)


def _after(gathering: Gathering, run: RunRecord, results: object, file: str) -> None:
    """What was measured after the training: of the best model, so it may differ from the log's last value."""
    from store.records import ELSEWHERE, Mark

    for name, value in flat(results):
        if number(value) is None:
            continue
        if name not in run.series and name not in run.values:
            gathering.metric(run, name, value)
        elif name in run.series and name != "epoch" and number(value) != run.series[name].values[-1]:
            said = str(value_of(run.series[name].values[-1])[0])
            gathering.metric(run, name, run.series[name].values[-1])
            run.marks[name] = Mark(said, note=f"{ELSEWHERE}{value} in {file}")
            gathering.reading.notes += [] if _noted(gathering) else [f"{file} and the log differ: {name}"]


def _noted(gathering: Gathering) -> bool:
    return any("and the log differ" in note for note in gathering.reading.notes)


def _told(base: str, root: Path, file: Path) -> str:
    return shown(base, root, file) if root.is_dir() else base


def _name(folder: Path) -> str:
    """The folder's name, with its parent's where it says nothing."""
    folder = folder.resolve()
    if folder.name.lower() in _GENERIC and folder.parent.name:
        return f"{folder.parent.name}/{folder.name}"
    return folder.name
