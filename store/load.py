"""Files to a history: read, put together, loaded into the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from store import readers
from store.catalog import Catalog
from store.engines.duckdb import ROW_GROUP, DuckDB
from store.errors import NoHistory, UnreadableHistory
from store.history import History
from store.records import Place, Reading, RunRecord, Skip
from store.snapshot import Snapshot, find, save, stamp

__all__ = ["FILES_AT_MOST", "load"]

FILES_AT_MOST = 2000
"""How many files of one folder are read; the rest is left over, and said so."""

_NOUNS = ("run", "experiment", "trial", "attempt")
_PASSED = frozenset((".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", ".tox", "site-packages"))


def load(
    paths: Sequence[Path | str],
    *,
    nouns: Sequence[str] = (),
    lower: Sequence[str] = (),
    higher: Sequence[str] = (),
    cached: bool = False,
) -> History:
    """Load a history from files and folders.

    Args:
        paths: files, or folders of which everything readable below is taken.
        nouns: what a row is called, put before "run", "experiment" …
        lower, higher: names of metrics of which less, or more, is better.
        cached: take a snapshot of an earlier reading where nothing has changed, and keep one of this.

    Raises:
        NoHistory: where a path does not exist, or nothing in any of them is a run.
        UnreadableHistory: where a file that was named can't be opened.
    """
    left: list[tuple[str, str]] = []
    files = list(_files([Path(path) for path in paths], left))
    called = tuple(dict.fromkeys([*nouns, *_NOUNS]))
    made_from = stamp(files, called, tuple(lower), tuple(higher), tuple(left)) if cached else None
    if made_from and (snapshot := find(made_from)):
        return _history(snapshot, called)
    sources = _sources(files, left)
    if not sources:
        raise _nothing(paths, left)
    large = [reading for reading in sources if reading.relation]
    if large:
        from store.engines.in_place import open_in_place

        reason = f"not read together with {large[0].path}, which is too large"
        left += [(reading.path, reason) for reading in sources if not reading.relation]
        return open_in_place(large, called, lower, higher, left)
    snapshot = _put_together(sources, called[0], lower, higher, left)
    if made_from:
        save(made_from, snapshot)
    return _history(snapshot, called)


def _sources(files: Sequence[tuple[Path, bool]], left: list[tuple[str, str]]) -> list[Reading]:
    """The readings that say something; the others are left over."""
    found = [reading for file in files if (reading := _read(file, left)) is not None]
    left += [(reading.path, _why(reading)) for reading in found if not _says_something(reading)]
    return [reading for reading in found if _says_something(reading)]


def _put_together(
    sources: list[Reading],
    noun: str,
    lower: Sequence[str],
    higher: Sequence[str],
    left: list[tuple[str, str]],
) -> Snapshot:
    """The readings as one table."""
    from store.changes import add_changes  # 10 ms of imports that a snapshot does without
    from store.columns import build

    _drop_repeated(sources)
    for source in sources:
        add_changes(source)
    table = build(sources, lower, higher)
    _call(sources, noun)
    return Snapshot(sources, table, left)


def _history(snapshot: Snapshot, called: tuple[str, ...]) -> History:
    table = snapshot.table
    states = dict(Counter(table.states))
    catalog = Catalog(tuple(table.columns), len(table.places), called, states, table.tells_state)
    engine = DuckDB(table.columns, table.rows(), parallel=len(table.places) > ROW_GROUP)
    return History(engine, catalog, snapshot.sources, snapshot.left)


def _call(sources: Sequence[Reading], noun: str) -> None:
    """Give the runs that have no name of their own one: "run 17"."""
    number = 0
    for source in sources:
        for run in source.runs:
            number += 1
            run.name = run.name or f"{noun} {number}"


def _drop_repeated(sources: Sequence[Reading]) -> None:
    """Take out runs that stand in an earlier file as well, name and every value alike, and say so.

    A table that continues another repeats its rows; within one file equal rows are left as they are.
    """
    seen: dict[tuple[object, ...], str] = {}
    for source in sources if len(sources) > 1 else ():
        kept: list[RunRecord] = []
        repeated: list[RunRecord] = []
        for run in source.runs:
            key = (run.name, *sorted((name, str(value)) for name, value in run.values.items()))
            where = seen.setdefault(key, source.path) if run.name and len(run.values) > 1 else source.path
            (kept if where == source.path else repeated).append(run)
        if repeated:
            place = Place(source.path, repeated[0].place.line, repeated[-1].place.end)
            source.skips.append(Skip(place, "the same run stands in an earlier file", len(repeated)))
            source.runs = kept


def _says_something(reading: Reading) -> bool:
    return bool(reading.runs or reading.relation or reading.todos)


def _why(reading: Reading) -> str:
    """Why a reading has no runs, for the list of what was left over."""
    reasons = [skip.reason for skip in reading.skips]
    return "; ".join(dict.fromkeys([*reasons, *reading.notes])) or "no runs in it"


def _files(paths: Sequence[Path], left: list[tuple[str, str]]) -> Iterator[tuple[Path, bool]]:
    """The files to read, each once, and whether it was named by itself."""
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise NoHistory(f"no file or folder {path}", _nearest(path))
        below = [(path, True)] if not path.is_dir() else [(file, False) for file in _below(path, left)]
        for file, named in below:
            real = file.resolve()
            if real not in seen:
                seen.add(real)
                yield file, named


def _below(folder: Path, left: list[tuple[str, str]]) -> list[Path]:
    """Everything readable below a folder, in order of the names; no link that leads out of it is followed."""
    root = folder.resolve()
    files: list[Path] = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if _PASSED.intersection(inside) or not path.is_file() or not readers.is_readable(path):
            continue
        if not path.resolve().is_relative_to(root):
            left.append((str(path), "a link that leads out of the folder"))
        elif len(files) >= FILES_AT_MOST:
            left.append((str(folder), f"only the first {FILES_AT_MOST} files were read"))
            break
        else:
            files.append(path)
    return files


def _read(file: tuple[Path, bool], left: list[tuple[str, str]]) -> Reading | None:
    path, named = file
    try:
        return readers.read(path, str(path))
    except OSError as error:
        reason = error.strerror or str(error)
        if named:
            raise UnreadableHistory(f"{path} can't be read: {reason}") from error
        left.append((str(path), reason))
        return None


def _nearest(path: Path) -> str:
    """The file beside a missing one whose name is most like it."""
    import difflib

    try:
        beside = [other.name for other in path.parent.iterdir()]
    except OSError:
        return f"there is no folder {path.parent}"
    close = difflib.get_close_matches(path.name, beside, 1, 0.5)
    return f"there is {path.parent / close[0]}" if close else ""


def _nothing(paths: Sequence[Path | str], left: Sequence[tuple[str, str]]) -> NoHistory:
    where = ", ".join(map(str, paths))
    reason = f" ({left[0][1]})" if left else ""
    return NoHistory(f"no runs in {where}{reason}", "readable are Markdown logs, CSV, TSV, JSONL and Parquet")
