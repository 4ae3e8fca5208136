"""Hydra's output folders: a job's `.hydra/config.yaml`, with the metrics and the log that lie beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from store.records import Place, Reading, RunRecord
from store.trackers.gather import Gathering, moment, shown
from store.trackers.lightning import read_metrics
from store.trackers.places import Unreadable, inside, json_of, names_of, rows_of, search, text_of
from store.trackers.plainyaml import parse_yaml, yaml_of
from store.trackers.runlog import read_output

__all__ = ["claims", "read"]

# "2026-02-26", "21-46-44", both in one, a job's number, or the overrides that name it.
_DATED = re.compile(r"\d{4}-\d\d-\d\d(?:[_T-]\d\d-\d\d-\d\d.*)?\Z|\d\d-\d\d-\d\d\Z|\d{1,6}\Z", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[/_T](\d\d-\d\d-\d\d)", re.ASCII)
_OUTPUT = re.compile(r"^    output_dir: (.*(?:\n {6,}.*)*)", re.MULTILINE)
_JOB = re.compile(r"^  job:\n    name: (.*)", re.MULTILINE)
_BESIDE = frozenset(("multirun.yaml", "optimization_results.yaml", ".submitit", "submitit_logs"))
_LOOKED_AT = 30
_DEEPEST = 4


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """A job's folder, or one that holds nothing but jobs: `multirun/`, a sweep, `outputs/`, a day of them."""
    if ".hydra" in names:
        return _is_job(path)
    return bool(names) and _all_jobs(path, names, _DEEPEST - 1)


def _is_job(folder: Path) -> bool:
    return inside(folder, ".hydra", "config.yaml") is not None


def _all_jobs(folder: Path, names: frozenset[str], depth: int) -> bool:
    """Whether the first folders are jobs or dated, one of them holds a job, and nothing else lies there."""
    rest = sorted(name for name in names if name not in _BESIDE and not name.endswith((".log", ".yaml")))[
        :_LOOKED_AT
    ]
    found = False
    for name in rest:
        inner = folder / name
        if inner.is_symlink() or not inner.is_dir():
            return False
        if _is_job(inner):
            found = True
        elif not _DATED.match(name):
            return False
        elif not found and depth:
            found = _all_jobs(inner, frozenset(names_of(inner)), depth - 1)
    return found


def read(path: Path, shown: str) -> Reading:
    """Each job is a run, named by the path to it: its number is the only name it has."""
    gathering = Gathering(shown)
    for folder in search(path, _is_job, _DEEPEST):
        if gathering.is_full:
            gathering.skip(Place(shown), "a job beyond those that are read")
            continue
        _job(gathering, path, folder)
    return gathering.close()


def _job(gathering: Gathering, root: Path, folder: Path) -> None:
    place = Place(shown(gathering.reading.path, root, folder))
    name = folder.relative_to(root).as_posix()
    run = gathering.run(name if name != "." else _own_name(folder), place)
    for file, take in (("hydra.yaml", _settings), ("overrides.yaml", _overrides), ("config.yaml", _config)):
        found = inside(folder, ".hydra", file)
        if found:
            with gathering.careful(Place(f"{place}/.hydra/{file}")):
                take(gathering, run, found)
    if "date" not in run.values and (said := _MOMENT.search(folder.resolve().as_posix())):
        gathering.put(run, "date", moment(f"{said[1]}/{said[2]}"), "attribute", role="date")
    _measured(gathering, run, root, folder)


def _own_name(folder: Path) -> str:
    """A job's name where it was named by itself: as many folders as it takes to tell it from others."""
    parts = folder.resolve().parts
    kept = 1
    while kept < 4 and kept < len(parts) and _DATED.match(parts[-kept]) and _DATED.match(parts[-kept - 1]):
        kept += 1
    return "/".join(parts[-kept:])


def _settings(gathering: Gathering, run: RunRecord, file: Path) -> None:
    """When the job ran and what it is called; the file is not parsed, for its 150 lines take 30 ms."""
    text = text_of(file, 1 << 20)
    found = _OUTPUT.search(text)
    if found and (said := _MOMENT.search(re.sub(r"\s+", "", found[1]))):
        gathering.put(run, "date", moment(f"{said[1]}/{said[2]}"), "attribute", role="date")
    if job := _JOB.search(text):
        gathering.put(run, "job", str(parse_yaml(job[1]) or ""), "attribute")


def _overrides(gathering: Gathering, run: RunRecord, file: Path) -> None:
    """What was said on the command line; `[]` says nothing."""
    said = yaml_of(file)
    if isinstance(said, list) and said:
        gathering.put(run, "overrides", " ".join(map(str, said)), "attribute")


def _config(gathering: Gathering, run: RunRecord, file: Path) -> None:
    gathering.params(run, yaml_of(file))


def _measured(gathering: Gathering, run: RunRecord, root: Path, folder: Path) -> None:
    """Metrics beside the configuration; only where there are none, what the job's log tells."""
    found = False
    for file in _files(folder):
        place = Place(shown(gathering.reading.path, root, file))
        if file.suffix == ".log" and found:
            break
        with gathering.careful(place):
            if file.suffix == ".csv":
                read_metrics(gathering, run, rows_of(file))
            elif file.suffix == ".json":
                held = json_of(file)
                if not isinstance(held, dict):
                    raise Unreadable(f"{file.name} is no JSON object")
                gathering.metrics(run, held)
            else:
                read_output(gathering, run, file)
            found = True


def _files(folder: Path) -> Iterator[Path]:
    for inner in search(folder, lambda path: inside(path, "metrics.csv") is not None, 3):
        yield inner / "metrics.csv"
    for name in ("metrics.json", "results.json"):
        if file := inside(folder, name):
            yield file
    logs = [folder / name for name in names_of(folder) if name.endswith(".log")]
    yield from (log for log in logs[:3] if log.is_file())
