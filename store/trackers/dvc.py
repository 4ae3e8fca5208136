"""DVC: a workspace is one run. `dvclive/`, `params.yaml`, `dvc.lock`, the metrics that `dvc.yaml` names.

Its other experiments are commits and refs of git, and not files: they are not read, and said so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from store.find import NAMES
from store.records import Place, Reading, RunRecord
from store.trackers.gather import Gathering, flat, number
from store.trackers.places import folders, inside, json_of, names_of, rows_of
from store.trackers.plainyaml import yaml_of

__all__ = ["claims", "read"]

_STEPS = frozenset(("step", "timestamp", "epoch"))
_DEEPEST = 6
# What else may lie in a project, and is another reader's.
_OTHERS = frozenset(
    (
        *NAMES,
        ".claude",
        ".guild",
        "mlruns",
        "mlflow.db",
        "wandb",
        "lightning_logs",
        "outputs",
        "multirun",
        "runs",
    )
)


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """DVCLive's folder; the project around it where no other history lies there."""
    if inside(path, "plots", "metrics") and "metrics.json" in names:
        return True
    if path.name == "dvclive" and "metrics.json" in names:
        return True
    if names & _OTHERS or not names & {"dvc.yaml", "dvc.lock", "params.yaml"}:
        return False
    return inside(path, "dvclive", "metrics.json") is not None or "dvc.lock" in names


def read(path: Path, shown: str) -> Reading:
    """One run, named by the folder."""
    gathering = Gathering(shown)
    live = inside(path, "dvclive")
    own = live is None and inside(path, "dvc.lock") is None
    live = path if own else live
    run = gathering.run(
        (path.parent if own and path.name == "dvclive" else path).resolve().name, Place(shown)
    )
    _params(gathering, run, path, live)
    if live:
        _live(gathering, run, live, shown if own else f"{shown}/dvclive")
    _named(gathering, run, path)
    if inside(path, ".git", "refs", "exps"):
        gathering.reading.notes.append("experiments that DVC keeps as git refs are not read")
    if not run.series and not any(field.kind == "metric" for field in gathering.reading.fields.values()):
        gathering.reading.runs.clear()
        gathering.skip(Place(shown), "a DVC project without metrics")
    return gathering.close()


def _params(gathering: Gathering, run: RunRecord, path: Path, live: Path | None) -> None:
    """The parameters as they were used (`dvc.lock`) go before those that are in the file by now."""
    shown = gathering.reading.path
    for name, file in (
        ("params.yaml", inside(path, "params.yaml")),
        ("dvclive", inside(live, "params.yaml") if live else None),
    ):
        if file:
            with gathering.careful(Place(f"{shown}/{name}")):
                gathering.params(run, yaml_of(file))
    lock = inside(path, "dvc.lock")
    if lock:
        with gathering.careful(Place(f"{shown}/dvc.lock")):
            held = yaml_of(lock)
            stages = held.get("stages", held) if isinstance(held, dict) else {}
            for stage in stages.values() if isinstance(stages, dict) else ():
                _stage(gathering, run, stage)


def _stage(gathering: Gathering, run: RunRecord, stage: object) -> None:
    if not isinstance(stage, dict):
        return
    for held in (stage.get("params") or {}).values() if isinstance(stage.get("params"), dict) else ():
        gathering.params(run, held)
    said = stage.get("cmd")
    if said:
        before = run.values.get("command")
        text = " && ".join(map(str, said)) if isinstance(said, list) else str(said)
        told = f"{before} && {text}" if before else text
        gathering.put(run, "command", told, "attribute", role="command")


def _live(gathering: Gathering, run: RunRecord, live: Path, shown: str) -> None:
    """DVCLive: a summary with the last values, and a table a metric with all of them."""
    plots = inside(live, "plots", "metrics")
    for name, file in _tables(plots) if plots else ():
        with gathering.careful(Place(f"{shown}/plots/metrics/{name}.tsv")):
            for count, row in enumerate(rows_of(file, "\t")):
                value = next((cell for key, cell in row.items() if key not in _STEPS), None)
                gathering.point(run, name, row.get("step", count), value)
    summary = inside(live, "metrics.json")
    if summary:
        with gathering.careful(Place(f"{shown}/metrics.json")):
            _summary(gathering, run, json_of(summary))


def _tables(folder: Path, depth: int = _DEEPEST, before: str = "") -> Iterator[tuple[str, Path]]:
    for name in names_of(folder):
        if name.endswith(".tsv"):
            yield f"{before}{name[:-4]}", folder / name
    for inner in folders(folder) if depth else ():
        yield from _tables(inner, depth - 1, f"{before}{inner.name}/")


def _summary(gathering: Gathering, run: RunRecord, held: object) -> None:
    """Names are nested at "/", as DVCLive splits them; what the tables have is not said twice."""
    for name, value in flat(held, "/"):
        if number(value) is not None:
            gathering.metric(run, name, value)


def _named(gathering: Gathering, run: RunRecord, path: Path) -> None:
    """The metrics files of `dvc.yaml`; none outside the project."""
    pipeline = inside(path, "dvc.yaml")
    if not pipeline:
        return
    shown = gathering.reading.path
    files: list[str] = []
    with gathering.careful(Place(f"{shown}/dvc.yaml")):
        files = list(_listed(yaml_of(pipeline)))
    for name in dict.fromkeys(files):
        parts = Path(name).parts
        if Path(name).is_absolute() or ".." in parts or name.startswith("dvclive/"):
            continue
        file = inside(path, *parts)
        if file and file.suffix in (".json", ".yaml", ".yml"):
            with gathering.careful(Place(f"{shown}/{name}")):
                _summary(gathering, run, json_of(file) if file.suffix == ".json" else yaml_of(file))


def _listed(held: object) -> Iterator[str]:
    """The names under `metrics`, of the project and of every stage: plain, or with options."""
    if not isinstance(held, Mapping):
        return
    stages = held.get("stages")
    sources: list[Any] = [held, *(stages.values() if isinstance(stages, dict) else ())]
    for source in sources:
        told = source.get("metrics") if isinstance(source, dict) else None
        for entry in told if isinstance(told, list) else ():
            if isinstance(entry, dict):
                yield from map(str, entry)
            elif isinstance(entry, str):
                yield entry
