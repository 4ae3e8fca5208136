"""Weights & Biases: `wandb/run-<time>-<id>/`, offline or not, of every layout.

Up to 0.30 a run's folder holds `files/config.yaml`, `wandb-summary.json` and `wandb-metadata.json` beside
the binary log; 0.31 keeps the log alone. Where both are there, the one that got further is believed: either
can be the half-flushed one. A run is told by its id: `latest-run` (a link, or a copy where a repository was
committed) is no run of its own, and two folders of one id are a run that was resumed.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.dates import read_instant
from store.progress import advance
from store.records import Place, Reading, Series, Skip
from store.slotted import fresh, slotted
from store.trackers.rundraft import Logged, fill, flatten, instant
from store.trackers.wandb_files import inside, read_config, read_json
from store.trackers.wandb_log import Log, read_log

__all__ = ["claims", "read"]

_FOLDER = r"(?:offline-|dry)?run-(\d{8}_\d{6})-(.+)\Z"
_LATEST = "latest-run"


@slotted(frozen=False)
class _Kept:
    """What one folder, or one binary log, holds of a run.

    Attributes:
        begun: when, by the folder's name.
        logged: whether its binary log says anything; begins: whether there is one, were it not flushed yet.
    """

    place: Place
    id: str
    begun: str = ""
    log: Log = fresh(default_factory=Log)
    logged: bool = False
    begins: bool = False
    config: dict[str, Any] = fresh(default_factory=dict)
    summary: dict[str, Any] = fresh(default_factory=dict)
    metadata: dict[str, Any] = fresh(default_factory=dict)


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """Whether it is a folder of runs, the folder of one, or a binary log."""
    if not names:
        return head.startswith(b":W&B")
    if re.match(_FOLDER, path.name) and ("files" in names or any(name.endswith(".wandb") for name in names)):
        return True
    return any(re.match(_FOLDER, name) for name in names) or (path.name == "wandb" and _LATEST in names)


def read(path: Path, shown: str) -> Reading:
    """All runs of a folder, each once."""
    reading = Reading(shown, "wandb")
    by_id: dict[str, list[_Kept]] = {}
    for number, kept in enumerate(_all_kept(path, shown, reading), 1):
        advance(f"runs of {shown}", number)
        if kept.logged or kept.config or kept.summary or kept.metadata:
            by_id.setdefault(kept.id, []).append(kept)
        else:
            reading.skips.append(Skip(kept.place, "a run's folder in which nothing was written"))
    return fill(reading, [_joined(parts) for parts in by_id.values()])


def _all_kept(path: Path, shown: str, reading: Reading) -> Iterator[_Kept]:
    if path.is_file():
        if (log := _log(path, path.parent, reading)) is not None:
            yield _Kept(Place(shown), log.told.get("id") or path.stem, log=log, logged=bool(log.told))
        return
    root = path.resolve()
    if re.match(_FOLDER, root.name):
        yield _kept(root, path, shown, reading)
        return
    seen: list[_Kept] = []
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        reading.skips.append(Skip(Place(shown), error.strerror or str(error)))
        return
    for entry in entries:
        if re.match(_FOLDER, entry.name) and _is_below(entry, root):
            seen.append(_kept(root, entry, f"{shown}/{entry.name}", reading))
            yield seen[-1]
    latest = path / _LATEST
    if _is_below(latest, root) and not latest.is_symlink():
        kept = _kept(root, latest, f"{shown}/{_LATEST}", reading)
        if not any(_is_copy(kept, other) for other in seen):
            yield kept


def _is_below(folder: Path, root: Path) -> bool:
    """Whether it is a folder that lies in the store: a link may point anywhere."""
    try:
        return folder.is_dir() and folder.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def _is_copy(latest: _Kept, other: _Kept) -> bool:
    """Whether `latest-run` is that run; without a log there is no id in it, and its contents tell."""
    if latest.id != _LATEST:
        return latest.id == other.id
    told = (latest.config, latest.summary, latest.metadata.get("startedAt"))
    return told == (other.config, other.summary, other.metadata.get("startedAt"))


def _kept(root: Path, folder: Path, shown: str, reading: Reading) -> _Kept:
    """What the folder of one run holds."""
    found = re.match(_FOLDER, folder.resolve().name)
    kept = _Kept(Place(shown), found[2] if found else folder.name, found[1] if found else "")
    for file in sorted(folder.glob("*.wandb")):
        log = _log(file, root, reading) if inside(file, root) else None
        kept.begins = True
        if log is not None:
            kept.log, kept.logged = log, bool(log.told or log.config or log.series)
            kept.id = log.told.get("id") or (kept.id if found else file.stem.removeprefix("run-"))
    files = folder / "files"
    if not files.is_dir():
        files = folder  # before 0.10
    kept.summary = read_json(files / "wandb-summary.json", root, reading)
    kept.metadata = read_json(files / "wandb-metadata.json", root, reading)
    if not kept.log.config or kept.log.exit is None:
        kept.config = read_config(files / "config.yaml", root, reading)
    return kept


def _log(file: Path, root: Path, reading: Reading) -> Log | None:
    try:
        log = read_log(file)
    except OSError as error:
        reading.skips.append(Skip(Place(str(file)), error.strerror or str(error)))
        return None
    if log.broken:
        reading.notes.append(f"{log.broken} records of {file.name} could not be decoded")
    return log


def _joined(parts: list[_Kept]) -> Logged:
    """One run of all its folders: what a later one tells replaces, its history goes on."""
    last = parts[-1]
    run = Logged("", last.place)
    for kept in parts:
        run.params |= _params(kept)
        for name, series in kept.log.series.items():
            _append(run.series, name, series)
        run.metrics |= _metrics(kept)
    for name in run.series:
        run.metrics.setdefault(name, run.series[name].values[-1])
    told = {name: value for kept in parts for name, value in kept.log.told.items() if value not in ("", None)}
    run.name = str(told.get("name") or last.id)
    run.facts = _facts(parts, told)
    return run


def _append(whole: dict[str, Series], name: str, more: Series) -> None:
    """Go on with a history: what was resumed before its end replaces what had been logged from there on."""
    before = whole.setdefault(name, more)
    if before is more or more.steps[-1] < before.steps[-1]:
        return
    first = min(more.steps)
    kept = [at for at, step in enumerate(before.steps) if step < first]
    whole[name] = Series(
        array("q", [before.steps[at] for at in kept]) + more.steps,
        array("d", [before.values[at] for at in kept]) + more.values,
        array("d", [before.times[at] for at in kept]) + more.times,
    )


def _params(kept: _Kept) -> dict[str, Any]:
    """The configuration; a file is written at the end, and tells more than a log without one."""
    whole = {name: value for name, value in (kept.log.config | kept.config).items() if name != "_wandb"}
    return flatten(whole)


def _metrics(kept: _Kept) -> dict[str, Any]:
    """The summary that got further, brought up to date by the history where that got further still."""
    log, file = kept.log, kept.summary
    whole = log.summary if log.summary and _step(log.summary, log.step) >= _step(file) else file
    flat = flatten(whole)
    media = tuple(name.removesuffix("_type") for name in flat if name.endswith("._type"))
    metrics = {
        name: value
        for name, value in flat.items()
        if not name.startswith("_") and not (media and name.startswith(media))
    }
    if log.step > _step(whole):
        metrics |= {name: series.values[-1] for name, series in log.series.items()}
    return metrics


def _step(summary: dict[str, Any], least: int = -1) -> int:
    told = summary.get("_step")
    return max(least, told) if isinstance(told, int) else least


def _facts(parts: list[_Kept], told: dict[str, Any]) -> dict[str, Any]:
    last, log = parts[-1], parts[-1].log
    metadata = last.metadata
    git = metadata.get("git")
    status = ""
    if last.logged or (last.begins and not last.summary):
        status = "running" if log.exit is None else "crashed" if log.exit else "finished"
    return {
        "date": _begun(parts[0]),
        "time": max(_durations(last), default=None),
        "status": status,
        **{name: told.get(name) for name in ("project", "group", "job_type", "sweep")},
        "tags": ", ".join(told.get("tags", ())),
        "notes": told.get("notes"),
        "command": _command(
            told.get("program") or metadata.get("program"), told.get("arguments") or metadata.get("args")
        ),
        "commit": told.get("commit") or (git.get("commit") if isinstance(git, dict) else None),
        "host": told.get("host") or metadata.get("host"),
        "gpu": told.get("gpu") or metadata.get("gpu"),
        "gpus": told.get("gpus") or metadata.get("gpu_count"),
        "id": last.id,
    }


def _command(program: Any, arguments: Any) -> str:
    if not isinstance(program, str) or not isinstance(arguments, list):
        return program if isinstance(program, str) else ""
    from shlex import join

    return f"{program} {join(map(str, arguments))}".strip()


def _begun(kept: _Kept) -> Any:
    """When a run began, as UTC; the folder's name comes last: it is in the machine's own time."""
    started = kept.metadata.get("startedAt")
    runtime, written = (_number(kept.summary.get(name)) for name in ("_runtime", "_timestamp"))
    return (
        instant(kept.log.told.get("start"))
        or _whole_second(started if isinstance(started, str) else "")
        or instant((written or 0) - (runtime or 0))
        or _whole_second(kept.begun)
    )


def _whole_second(text: str) -> Any:
    moment = read_instant(text)
    return moment.replace(microsecond=0) if moment else None


def _durations(kept: _Kept) -> list[float]:
    """All that tells how long a run took, in seconds: each is right up to when it was written."""
    own = kept.summary.get("_wandb")
    told = [
        kept.log.told.get("runtime"),
        kept.log.told.get("_runtime"),
        kept.summary.get("_runtime"),
        own.get("runtime") if isinstance(own, dict) else None,
    ]
    return [round(value, 3) for value in map(_number, told) if value and 0 < value < 1e10]


def _number(told: Any) -> float | None:
    return told if isinstance(told, (int, float)) and not isinstance(told, bool) else None
