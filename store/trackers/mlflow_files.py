"""MLflow's file store: `mlruns/<experiment>/<run>/{meta.yaml, params/, metrics/, tags/}`, one value a file.

A store is read as it lies: links are followed only to files inside it, `artifact_uri` (a path of the machine
that logged) is never opened, and nothing is taken of a folder that is no run (`.trash`, `models`, `traces`,
`datasets`). One experiment's or one run's folder alone is read as well.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from store.forked import in_shares
from store.frames import FramedReading
from store.packing import packed_series, packed_shape, series_of_packed
from store.progress import advance
from store.records import Place, Reading, Series
from store.slotted import fresh, slotted
from store.trackers.mlflow_frame import fill
from store.trackers.mlflow_meta import read_meta
from store.trackers.mlflow_points import only_value, points
from store.trackers.mlflow_runs import DELETED, Runs, Tally, latest, milliseconds

__all__ = ["claims", "read"]

_VALUE = 1 << 20  # MLflow allows parameters of 6,000 signs and tags of 8,000
_HISTORY = 64 << 20  # a million values
_META = 1 << 16
_BLOCK, _MORE = 1 << 10, 1 << 19
_SHARE = 100
"""Runs that are worth a process: to read them takes 14 ms, to fork and to send them 3."""

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)

_RUN = re.compile(r"[0-9a-f]{32}\Z")
_OTHERS = frozenset(("models", "traces", "datasets", "tags", "artifacts"))
_LINK = "a link that leads elsewhere"


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """Whether a folder is a file store of MLflow, or an experiment or a run of one."""
    if not names:
        return False
    if "meta.yaml" in names:
        meta = _peek(path / "meta.yaml")
        return b"artifact_location:" in meta or (b"artifact_uri:" in meta and b"experiment_id:" in meta)
    experiments = [name for name in sorted(names) if name.isdigit()]
    return any(b"artifact_location:" in _peek(path / name / "meta.yaml") for name in experiments[:20])


def _peek(path: Path) -> bytes:
    try:
        return _content(str(path), _META) if path.is_file() else b""
    except OSError:
        return b""


def read(path: Path, shown: str) -> Reading:
    """Read a file store: every run that is not deleted, its last values and its histories."""
    reading = FramedReading(shown, "mlflow")
    walk = _Walk(os.path.realpath(path), shown)
    runs: dict[str, _Logged] = {}
    tally = walk.tally
    for logged, skips in in_shares([*walk.folders()], partial(_logged, walk.root, shown), _SHARE):
        for place, reason, count in skips:
            tally.add(Place(*place), reason, count)
        for told in logged:
            run = _Logged.unpacked(told)
            if runs.setdefault(run.id, run) is not run:
                tally.add(run.place, "a second copy of a run")
    reading.skips += tally.skips()
    fill(
        reading, _columns(sorted(runs.values(), key=lambda run: (run.start is None, run.start or 0, run.id)))
    )
    return reading


@slotted(frozen=False)
class _Logged:
    """One run as its folder has it; as `Runs` has many."""

    id: str
    place: Place
    experiment: str = ""
    name: str = ""
    status: str = ""
    user: str = ""
    source: str = ""
    commit: str = ""
    start: int | None = None
    end: int | None = None
    params: dict[str, str] = fresh(default_factory=dict)
    tags: dict[str, str] = fresh(default_factory=dict)
    last: dict[str, float] = fresh(default_factory=dict)
    series: dict[str, Series] = fresh(default_factory=dict)

    def packed(self) -> tuple[Any, ...]:
        """As plain data."""
        own, place, *told, series = packed_shape(self)
        return own, place.path, *told, {name: packed_series(one) for name, one in series.items()}

    @classmethod
    def unpacked(cls, packed: tuple[Any, ...]) -> _Logged:
        """What was packed."""
        own, place, *told = packed
        told[-1] = {name: series_of_packed(*one) for name, one in told[-1].items()}
        return cls(own, Place(place), *told)


def _logged(root: str, shown: str, folders: Sequence[tuple[str, str]]) -> tuple[Any, ...]:
    """The runs of some folders, each with its experiment, and what was passed over, as plain data."""
    walk = _Walk(root, shown)
    runs: list[tuple[Any, ...]] = []
    for folder, experiment in folders:
        if (run := walk.run(folder, experiment)) is not None:
            runs.append(run.packed())
        advance(f"runs of {shown}", len(runs))
    return runs, [(packed_shape(skip.place), skip.reason, skip.count) for skip in walk.tally.skips()]


def _columns(logged: list[_Logged]) -> Runs:
    runs = Runs(
        [run.id for run in logged],
        [(run.place.path, 0, 0, "") for run in logged],
        [run.experiment for run in logged],
        [run.name for run in logged],
        [run.status for run in logged],
        [run.user for run in logged],
        [run.source for run in logged],
        [run.commit for run in logged],
        [run.start for run in logged],
        [run.end for run in logged],
    )
    for row, run in enumerate(logged):
        for name, series in run.series.items():
            runs.series.setdefault(name, {})[row] = series
    _spread(runs.params, [run.params for run in logged])
    _spread(runs.tags, [run.tags for run in logged])
    _spread(runs.last, [run.last for run in logged])
    return runs


T = TypeVar("T")


def _spread(into: dict[str, list[T | None]], given: list[dict[str, T]]) -> None:
    """A column a name of what each run has by name."""
    for row, told in enumerate(given):
        for name, value in told.items():
            try:
                into[name][row] = value
            except KeyError:
                into[name] = [None] * len(given)
                into[name][row] = value


class _Walk:
    """One pass over a store; `inside` are paths from its root, "" for the root itself."""

    def __init__(self, root: str, shown: str) -> None:
        self.root = root
        self.shown = shown.rstrip("/") or shown
        self.tally = Tally()

    def folders(self) -> Iterator[tuple[str, str]]:
        """The folders of the runs of a store or an experiment, or of the one run; with their experiments."""
        files, folders = self._entries("")
        meta = self._meta("") if "meta.yaml" in files else {}
        if "artifact_uri" in meta or "run_id" in meta or "run_uuid" in meta:
            yield "", ""
        elif meta:
            yield from self._experiment("")
        else:
            for name in folders:
                if name == ".trash":
                    self.tally.add(self._place(name), DELETED, len(self._entries(name)[1]))
                elif name not in _OTHERS:
                    yield from self._experiment(name)

    def _experiment(self, inside: str) -> Iterator[tuple[str, str]]:
        files, folders = self._entries(inside)
        meta = self._meta(inside) if "meta.yaml" in files else {}
        if meta.get("lifecycle_stage") == "deleted":
            self.tally.add(self._place(inside), DELETED, sum(map(bool, map(_RUN.match, folders))))
            return
        called = meta.get("name") or meta.get("experiment_id") or inside
        for name in folders:
            if name not in _OTHERS and not name.startswith("."):
                yield f"{inside}/{name}" if inside else name, called

    def run(self, inside: str, experiment: str) -> _Logged | None:
        """The run in a folder; None where there is none, or it was deleted."""
        files, folders = self._entries(inside)
        if "meta.yaml" not in files:
            self.tally.add(self._place(inside), "a folder without meta.yaml")
            return None
        meta = self._meta(inside)
        if not meta.keys() & {"run_id", "run_uuid", "artifact_uri", "status"}:
            if meta:
                self.tally.add(self._place(inside), "a meta.yaml that is not a run's")
            return None
        if meta.get("lifecycle_stage") == "deleted":
            self.tally.add(self._place(inside), DELETED)
            return None
        own = meta.get("run_id") or meta.get("run_uuid") or inside.rpartition("/")[2]
        run = _Logged(own, self._place(inside), experiment or meta.get("experiment_id", ""))
        run.name = meta.get("run_name") or meta.get("name", "")
        run.status, run.user = meta.get("status", ""), meta.get("user_id", "")
        run.source, run.commit = meta.get("source_name", ""), meta.get("source_version", "")
        run.start, run.end = milliseconds(meta.get("start_time")), milliseconds(meta.get("end_time"))
        below = f"{inside}/" if inside else ""
        if "params" in folders:
            run.params = dict(self._texts(f"{below}params"))
        if "tags" in folders:
            run.tags = dict(self._texts(f"{below}tags"))
        if "metrics" in folders:
            self._metrics(f"{below}metrics", run)
        return run

    def _texts(self, inside: str) -> Iterator[tuple[str, str]]:
        for name, content in self._contents(inside, _VALUE):
            yield name, content.decode("utf-8", "replace").rstrip("\r\n")

    def _metrics(self, inside: str, run: _Logged) -> None:
        for name, content in self._contents(inside, _HISTORY):
            if (only := only_value(content)) is not None:
                run.last[name] = only
                continue
            series, broken = points(content)
            if broken:
                self.tally.add(self._place(inside), "a line of a metric that can't be read", broken)
            if series.values:
                run.last[name] = latest(series)
                if len(series.steps) > 1 or series.steps[0]:
                    run.series[name] = series

    def _contents(self, inside: str, most: int) -> Iterator[tuple[str, bytes]]:
        """The files below a folder and what is in them; a name with `/` lies in sub-folders."""
        pending = [(inside, "")]
        while pending:
            folder, prefix = pending.pop()
            files, folders = self._entries(folder)
            pending += [(f"{folder}/{name}", f"{prefix}{name}/") for name in reversed(folders)]
            for name in files:
                content = self._file(f"{folder}/{name}", most)
                if content is not None:
                    yield _shown(prefix + name), content

    def _meta(self, inside: str) -> dict[str, str]:
        content = self._file(f"{inside}/meta.yaml" if inside else "meta.yaml", _META)
        meta = read_meta(content or b"")
        if content is not None and not meta:
            self.tally.add(self._place(inside), "a meta.yaml that can't be read")
        return meta

    def _file(self, inside: str, most: int) -> bytes | None:
        try:
            content = _content(f"{self.root}/{inside}", most + 1)
        except OSError as error:
            self.tally.add(self._place(inside), f"can't be read: {error.strerror}")
            return None
        if len(content) <= most:
            return content
        self.tally.add(self._place(inside), f"larger than {most >> 10} KB")
        return None

    def _entries(self, inside: str) -> tuple[list[str], list[str]]:
        """The names of the files and of the folders in a folder; links out of the store are counted."""
        files: list[str] = []
        folders: list[str] = []
        try:
            with os.scandir(f"{self.root}/{inside}" if inside else self.root) as found:
                for entry in found:
                    if entry.is_symlink() and not self._stays(entry):
                        self.tally.add(self._place(f"{inside}/{entry.name}".lstrip("/")), _LINK)
                    elif entry.is_file():
                        files.append(entry.name)
                    elif entry.is_dir():
                        folders.append(entry.name)
                    else:
                        self.tally.add(self._place(inside), "neither a file nor a folder")
        except OSError as error:
            self.tally.add(self._place(inside), f"can't be read: {error.strerror}")
        return sorted(files), sorted(folders)

    def _stays(self, entry: os.DirEntry[str]) -> bool:
        """Whether a link leads to a file of the store; one to a folder may lead round in circles."""
        return entry.is_file() and os.path.realpath(entry.path).startswith(f"{self.root}{os.sep}")

    def _place(self, inside: str) -> Place:
        return Place(f"{self.shown}/{_shown(inside)}" if inside else self.shown)


def _shown(name: str) -> str:
    """A path as text: a file's name may be any bytes."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


def _content(path: str, most: int) -> bytes:
    """The first bytes of a file, by the system's calls: `open` takes twice as long for small ones."""
    file = os.open(path, _FLAGS)
    try:
        content = os.read(file, _BLOCK)
        if len(content) < _BLOCK <= most:
            return content
        content = content[:most]
        parts = [content]
        while parts[-1] and (left := most - sum(map(len, parts))) > 0:
            parts.append(os.read(file, min(_MORE, left)))
        return b"".join(parts)
    finally:
        os.close(file)
