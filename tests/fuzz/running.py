"""The mutants of one format, made and read."""

from __future__ import annotations

import faulthandler
import random
import resource
import shutil
import sqlite3
import sys
import time
import traceback
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from store import trackers
from store.columns import build
from store.fingerprint import fingerprint
from store.frames import count_of
from store.joining import join
from store.records import Reading
from store.stores import Passed, stores
from tests.fuzz.mutating import broken, disturbed
from tests.fuzz.watching import Watch
from tests.tracking import SAMPLES, claimed_below

__all__ = ["FORMATS", "Tally", "fuzz"]

FORMATS = tuple(sorted(path.name for path in SAMPLES.iterdir() if path.is_dir()))

_SLOW = 5.0  # seconds of CPU
_HANGS = 90.0  # seconds of the clock, after which the process is ended
_MEMORY = 2 << 30
_LARGEST = 200_000  # bytes of a file that a mutant may have
_DISTURBED = 0.15  # of the mutants have something wrong with their tree
_SECRET = "root:x:0"


@dataclass
class Tally:
    """What came of the mutants of a format.

    Attributes:
        read: of how many something was read; runs: how many in all.
        skipped: what the readings say was passed over.
        slowest: seconds of CPU of the slowest, and its number.
        failures: number and what happened.
    """

    mutants: int = 0
    read: int = 0
    runs: int = 0
    skipped: int = 0
    slowest: tuple[float, int] = (0.0, 0)
    failures: list[tuple[int, str]] = field(default_factory=list)


def fuzz(name: str, count: int, room: Path, *, first: int = 0, limits: bool = False) -> Tally:
    """Make and read mutants.

    Args:
        name: of the format, a folder of samples.
        count: how many.
        room: an empty folder.
        first: the number of the first.
        limits: bound this process's memory, and end it where it hangs.
    """
    if limits:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    units = _planted(name, room)
    watch = Watch([str(room / "here")])
    tally = Tally()
    _read_all(units[0][0])  # what is imported once is not a mutant's doing
    for number in range(first, first + count):
        chance = random.Random(f"{name} {number}")
        root, files = chance.choice(units)
        changed = _mutate(root, files, room / "away", chance)
        if limits:
            faulthandler.dump_traceback_later(_HANGS, exit=True)
        watch.seen.clear()
        watch.on, begun = True, time.process_time()
        try:
            readings = _read_all(root)
        except BaseException:
            tally.failures.append((number, traceback.format_exc()))
            readings = []
        finally:
            watch.on = False
        took = time.process_time() - begun
        if limits:
            faulthandler.cancel_dump_traceback_later()
        _count(tally, number, readings, took, watch)
        _restore(root, room, changed)
    return tally


def _count(tally: Tally, number: int, readings: list[Reading], took: float, watch: Watch) -> None:
    tally.mutants += 1
    tally.read += any(map(count_of, readings))
    tally.runs += sum(map(count_of, readings))
    tally.skipped += sum(skip.count for reading in readings for skip in reading.skips)
    tally.slowest = max(tally.slowest, (took, number))
    if took > _SLOW:
        tally.failures.append((number, f"{took:.1f} s of CPU"))
    if watch.seen:
        tally.failures.append((number, f"did {watch.seen[:3]}"))
    told = [repr(run) for reading in readings for run in reading.runs[:50]]
    if any(_SECRET in text for text in told):
        tally.failures.append((number, "tells what stands in a file elsewhere"))


def _read_all(root: Path) -> list[Reading]:
    """Read everything below a folder, as a question does, and make one table of it."""
    left: list[tuple[str, str]] = []
    readings = []
    for store in list(stores([root], left, Passed())):
        if store.tracker:
            fingerprint(str(store.path))
            readings.append(trackers.read(store.tracker, store.path, str(store.path)))
    having = [reading for reading in readings if count_of(reading)]
    if len(having) > 1:
        join(having)
    if having:
        build(having)
    for reading in readings:
        for run in reading.runs:
            assert set(run.values) | set(run.marks) <= {*reading.fields, "run"}, run
            assert all(len(one.steps) == len(one.values) for one in run.series.values()), run
    return readings


def _planted(name: str, room: Path) -> list[tuple[Path, list[Path]]]:
    """The stores of a format, each in a folder of its own, and all that is below it; copies lie elsewhere."""
    source = room / "source"
    shutil.copytree(SAMPLES / name, source)
    for dump in source.rglob("*.sql"):  # databases are kept as text
        with closing(sqlite3.connect(dump.with_suffix(".db"))) as database:
            database.executescript(dump.read_text(encoding="utf-8"))
        dump.unlink()
    found = claimed_below(source) if name != "joined" else [("joined", source)]
    units: list[tuple[Path, list[Path]]] = []
    for number, (_, path) in enumerate(found):
        for kind in ("here", "away", "kept"):
            into = room / kind / str(number) / path.name
            into.parent.mkdir(parents=True)
            if path.is_dir():
                shutil.copytree(path, into)
            else:
                shutil.copy(path, into)
        root = room / "here" / str(number)
        units.append((root, sorted(root.rglob("*"))))
    shutil.rmtree(source)
    return units


def _mutate(root: Path, files: list[Path], away: Path, chance: random.Random) -> list[Path]:
    """Break one to three files, or the tree; what has to be put back."""
    if chance.random() < _DISTURBED:
        path = chance.choice(files)
        disturbed(root, path, away / root.name, chance)
        return [root]
    plain = [path for path in files if path.is_file() and not path.is_symlink()]
    chosen = chance.sample(plain, min(len(plain), chance.choice((1, 1, 1, 2, 3))))
    for path in chosen:
        path.write_bytes(broken(path.read_bytes(), chance)[:_LARGEST])
    return chosen


def _restore(root: Path, room: Path, changed: list[Path]) -> None:
    for path in changed:
        kept = room / "kept" / root.name / path.relative_to(root)
        if path == root:
            shutil.rmtree(path)
            shutil.copytree(kept, path)
        else:
            shutil.copyfile(kept, path)
    for path in root.iterdir():  # SQLite leaves nothing beside a database
        if not (room / "kept" / root.name / path.name).exists():
            print(f"left behind: {path}", file=sys.stderr)
            if path.is_file() or path.is_symlink():
                path.unlink()
