"""Files to a history: read, put together, loaded into the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from store import readers, trackers
from store.address import is_address, place_of, shown
from store.catalog import Catalog
from store.collector import give_back, held
from store.engines.duckdb import DuckDB
from store.errors import NoHistory, UnreadableHistory
from store.frames import count_of, frame_of, series_of
from store.history import History
from store.kept import cache_folder
from store.kept_series import Later
from store.points import ByRow
from store.progress import advance
from store.records import Place, Reading, RunRecord, Skip
from store.snapshot import Snapshot, Stamp, code, find, is_long, save, stamp
from store.stores import FILES_AT_MOST, Passed, Store, stores
from store.table import Table

__all__ = ["FILES_AT_MOST", "load", "nothing_of"]

_MANY = 2_000_000
"""Values by step, 24 bytes each, that are let go of once they are kept: a question needs some of them."""

_NOUNS = ("run", "experiment", "trial", "attempt")


@held()
def load(
    paths: Sequence[Path | str],
    *,
    nouns: Sequence[str] = (),
    lower: Sequence[str] = (),
    higher: Sequence[str] = (),
    cached: bool = False,
    later: bool = False,
) -> History:
    """Load a history from files and folders.

    Args:
        paths: files, or folders of which everything readable below is taken; or addresses, which are never
            cached.
        nouns: what a row is called, put before "run", "experiment" …
        lower, higher: names of metrics of which less, or more, is better.
        cached: take a snapshot of an earlier reading where nothing has changed, and keep one of this.
        later: one of this is kept when `History.keep` is called: a long one takes a tenth of an answer.

    Raises:
        NoHistory: where a path does not exist, or nothing in any of them is a run.
        UnreadableHistory: where a file that was named can't be opened.
    """
    left: list[tuple[str, str]] = []
    passed = Passed()
    places = [place_of(str(path)) for path in paths]
    servers = [place for place in places if isinstance(place, str)]
    files = list(stores([place for place in places if isinstance(place, Path)], left, passed))
    called = tuple(dict.fromkeys([*nouns, *_NOUNS]))
    made_from = (
        stamp(files, called, tuple(lower), tuple(higher), tuple(left)) if cached and not servers else None
    )

    def again() -> Later:
        told = (made_from.name, made_from.made_from) if made_from else ("", ())
        return Later(*told, lambda: _again(files, called[0], lower, higher))

    if made_from and (snapshot := find(made_from)):
        return _history(snapshot, called, passed, again())
    sources = [*_sources(files, left, code() if cached and len(files) > 1 else None), *_at(servers, left)]
    if not sources:
        raise _nothing(paths, left, passed)
    large = [reading for reading in sources if reading.relation]
    if large:
        from store.engines.in_place import open_in_place

        reason = f"not read together with {large[0].path}, which is too large"
        left += [(reading.path, reason) for reading in sources if not reading.relation]
        history = open_in_place(large, called, lower, higher, left, cache_folder() if made_from else "")
        history.passed = _told(passed)
        if made_from:
            catalog = history.catalog
            table = Table([*catalog.columns], tells_state=catalog.tells_state)
            snapshot = Snapshot(large, table, left, catalog.rows, catalog.states)
            _keep(made_from, snapshot, history, later)
        return history
    snapshot = _put_together(sources, called[0], lower, higher, left)
    series = snapshot.table.series
    history = _history(snapshot, called, passed, lambda: series, keeps=made_from is not None)
    if made_from and sum(source.points for source in sources) > _MANY:
        if save(made_from, snapshot, history.engine):
            _forget(snapshot)
            history.series = again()
    elif made_from:
        _keep(made_from, snapshot, history, later)
    return history


def _keep(made_from: Stamp, snapshot: Snapshot, history: History, later: bool) -> None:
    history.keeping = lambda: save(made_from, snapshot, history.engine)
    if not later:
        history.keep()


def _forget(snapshot: Snapshot) -> None:
    """Let go of histories by step that are kept: a question that needs them loads those that it needs."""
    snapshot.table.series.clear()
    for source in snapshot.sources:
        if (frame := frame_of(source)) is not None:
            frame.series.clear()
        else:
            for run in source.runs:
                run.series.clear()
    give_back()


def _sources(files: Sequence[Store], left: list[tuple[str, str]], kept_by: object = None) -> list[Reading]:
    """The readings that say something; the others are left over.

    Args:
        files: what is read.
        left: takes what is left over, and why.
        kept_by: the code's stamp, under which the reading of each tracker's store is kept by itself; or None.
    """
    found = []
    for number, file in enumerate(files, 1):
        if (reading := _read(file, left, kept_by)) is not None:
            found.append(reading)
        advance(f"of {len(files):,} stores", number)
    left += [(reading.path, _why(reading)) for reading in found if not _says_something(reading)]
    return [reading for reading in found if _says_something(reading)]


def _at(servers: Sequence[str], left: list[tuple[str, str]]) -> Iterator[Reading]:
    """The readings of database servers."""
    for address in servers:
        from store.trackers.mlflow_postgres import read

        reading = read(address)
        if count_of(reading):
            yield reading
        else:
            left.append((reading.path, _why(reading)))


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
        source.points = sum(len(series.values) for series in series_of(source))
    if len(sources) > 1:
        from store.joining import join

        join(sources)
    for source in sources:
        add_changes(source)
    table = build(sources, lower, higher)
    _call(sources, noun)
    return Snapshot(sources, table, left, len(table.places), dict(Counter(table.states)))


def _again(
    files: Sequence[Store], noun: str, lower: Sequence[str], higher: Sequence[str]
) -> Mapping[str, ByRow]:
    """The histories by step of files that are unchanged, where they are no longer kept."""
    sources = _sources(files, [], code() if len(files) > 1 else None)
    return _put_together(sources, noun, lower, higher, []).table.series


def _history(
    snapshot: Snapshot,
    called: tuple[str, ...],
    passed: Passed,
    series: Callable[[], Mapping[str, ByRow]],
    *,
    keeps: bool = False,
) -> History:
    table = snapshot.table
    catalog = Catalog(tuple(table.columns), snapshot.rows, called, snapshot.states, table.tells_state)
    shared = table.shared()
    engine = snapshot.engine or DuckDB(
        [*table.columns, *(column for column, _ in table.bests)],
        table.cells(but=shared),
        shared=shared,
        room=cache_folder() if keeps and is_long(table) else "",
    )
    told = series if any(column.series for column in table.columns) else dict
    return History(engine, catalog, snapshot.sources, snapshot.left, passed=_told(passed), series=told)


def nothing_of(passed: Sequence[tuple[str, str, int]]) -> History:
    """A history without a run, of which can be asked what was seen in its place."""
    return History(DuckDB(()), Catalog((), 0), passed=list(passed))


def _told(passed: Passed) -> list[tuple[str, str, int]]:
    return [(first, reason, count) for reason, (first, count) in passed.seen.items()]


def _call(sources: Sequence[Reading], noun: str) -> None:
    """Give the runs that have no name of their own one: "run 17"."""
    number = 0
    for source in sources:
        if (frame := frame_of(source)) is not None:
            frame.names = [name or f"{noun} {at}" for at, name in enumerate(frame.names, number + 1)]
            number += len(frame)
            continue
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
    return bool(reading.relation or reading.todos or count_of(reading))


def _why(reading: Reading) -> str:
    """Why a reading has no runs, for the list of what was left over."""
    reasons = [skip.reason for skip in reading.skips]
    return "; ".join(dict.fromkeys([*reasons, *reading.notes])) or "no runs in it"


def _read(store: Store, left: list[tuple[str, str]], kept_by: object = None) -> Reading | None:
    path = store.path
    try:
        if store.tracker and kept_by is not None:
            from store.kept_reading import through

            return through(str(path), kept_by, lambda: trackers.read(store.tracker, path, str(path)))
        if store.tracker:
            return trackers.read(store.tracker, path, str(path))
        return readers.read(path, str(path))
    except OSError as error:
        reason = error.strerror or str(error)
        if store.named:
            raise UnreadableHistory(f"{path} can't be read: {reason}") from error
        left.append((str(path), reason))
        return None


def _nothing(paths: Sequence[Path | str], left: Sequence[tuple[str, str]], passed: Passed) -> NoHistory:
    where = ", ".join(shown(text) if is_address(text := str(path)) else text for path in paths)
    reason = f" ({left[0][1]})" if left else ""
    nothing = NoHistory(
        f"no runs in {where}{reason}",
        "readable are Markdown logs, CSV, TSV, JSONL, Parquet and the stores of trackers",
    )
    nothing.passed = [*((path, why, 1) for path, why in left), *_told(passed)]
    return nothing
