"""What is kept between processes: used only where nothing has changed, and never missed where it is gone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from store import kept, snapshot
from store.errors import HistoryError
from store.history import History
from store.load import load
from store.records import Reading

HISTORIES = sorted((Path(__file__).parents[1] / "corpus" / "histories").iterdir())
LOG = "name,date,loss,note\na,2026-01-02,0.5,~one\nb,2026-01-03,0.25,two\n"


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ask"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "runs.csv"
    file.write_text(LOG, encoding="utf-8")
    return file


def _told(history: History) -> object:
    """All of a history; histories by step, which may hold NaN, as text, and out of the runs."""
    rows = history.engine.run("SELECT * FROM runs ORDER BY _row")
    series = repr({key: dict(by_row) for key, by_row in history.series().items()})
    for run in (run for source in history.sources for run in source.runs):
        run.series = {}
    return history.catalog, history.sources, history.left_over, rows, series


def _entries(cache: Path) -> list[Path]:
    return list(cache.glob("*.history.*"))


def _reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read from here on."""
    from store import readers

    read, seen = readers.read, list[str]()

    def watched(path: Path, shown: str = "") -> Reading:
        seen.append(path.name)
        return read(path, shown)

    monkeypatch.setattr(readers, "read", watched)
    return seen


def _age(path: Path) -> None:
    """Date a file back: what was written this very moment is not kept."""
    then = time.time_ns() - 10**9
    os.utime(path, ns=(then, then))


@pytest.mark.parametrize(
    "folder", [path for path in HISTORIES if path.is_dir()], ids=lambda path: str(path.name)
)
def test_a_snapshot_is_what_was_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anew = load([folder])
    assert _told(load([folder], cached=True)) == _told(anew)
    seen = _reads(monkeypatch)
    again = load([folder], cached=True)
    assert _told(again) == _told(anew) and not seen
    assert [type(v) for s in again.sources for r in s.runs for v in r.values.values()] == [
        type(v) for s in anew.sources for r in s.runs for v in r.values.values()
    ]


@pytest.mark.parametrize(
    "folder", [path for path in HISTORIES if path.is_dir()], ids=lambda path: str(path.name)
)
def test_a_table_that_is_kept_is_what_was_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, of every history as if it were a long one."""
    monkeypatch.setattr(snapshot, "CELLS", 0)
    anew = load([folder])
    assert _told(load([folder], cached=True)) == _told(anew)
    seen = _reads(monkeypatch)
    again = load([folder], cached=True)
    assert again.record(anew.catalog.rows - 1) == anew.record(anew.catalog.rows - 1)
    assert _told(again) == _told(anew) and not seen


def test_what_is_to_be_kept_later_is_kept_when_told(log: Path, cache: Path) -> None:
    history = load([log], cached=True, later=True)
    assert not list(cache.glob("*")), "the answer comes first"
    history.keep()
    kept = {path: path.stat().st_mtime_ns for path in cache.glob("*")}
    history.keep()
    assert kept == {path: path.stat().st_mtime_ns for path in cache.glob("*")} and kept, "once"
    again = load([log], cached=True, later=True)
    assert again.keeping is None and _told(again) == _told(history)


@pytest.mark.parametrize("damage", [b"", b"junk", b"\x00" * 4096, None])
def test_a_table_that_is_gone_or_damaged_is_replaced(
    log: Path, cache: Path, damage: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "CELLS", 0)
    first = load([log], cached=True)
    (table,) = cache.glob("*.table.*")
    table.unlink()
    if damage is not None:
        table.write_bytes(damage)
    assert _told(load([log], cached=True)) == _told(first)
    seen = _reads(monkeypatch)
    assert _told(load([log], cached=True)) == _told(first) and not seen
    assert len(list(cache.glob("*.table.*"))) == 1, "the one that was damaged is deleted"


def test_a_table_that_is_read_in_place_is_kept(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store import readers
    from store.readers import parquet

    monkeypatch.setattr(readers, "LARGE", 10)
    monkeypatch.setattr(parquet, "CELLS_AS_RUNS", 1)
    _age(log)
    anew = load([log])
    assert anew.sources[0].relation
    assert _told(load([log], cached=True)) == _told(anew)
    seen = _reads(monkeypatch)
    again = load([log], cached=True)
    assert _told(again) == _told(anew) and not seen
    assert again.record(0) is None and again.sources[0].relation


def test_a_table_that_is_kept_reaches_no_other_file(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "CELLS", 0)
    import duckdb

    for history in (load([log], cached=True), load([log], cached=True)):
        for statement in (
            f"SELECT * FROM read_csv('{log}')",
            f"COPY runs TO '{log}.copy'",
            "SET threads = 2",
        ):
            with pytest.raises(duckdb.Error):
                history.engine.run(statement)


def test_moments_and_huge_numbers_come_back(tmp_path: Path) -> None:
    file = tmp_path / "runs.csv"
    file.write_text(
        f"run,at,steps,ok\na,2026-01-02 03:04:05,{2**70},true\nb,2026-01-03 00:00:00,,false\n",
        encoding="utf-8",
    )
    first, second = load([file], cached=True), load([file], cached=True)
    assert _told(first) == _told(second)
    assert repr(_told(first)) == repr(_told(second))


@pytest.mark.parametrize(
    "change",
    [
        lambda log: log.write_text(LOG.replace("0.25", "0.75"), encoding="utf-8"),
        lambda log: log.with_name("more.csv").write_text(LOG.replace("a,", "c,"), encoding="utf-8"),
    ],
)
def test_a_changed_file_is_read_anew(log: Path, change: Callable[[Path], object]) -> None:
    state = log.stat()
    load([log.parent], cached=True)
    change(log)
    os.utime(log, ns=(state.st_atime_ns, state.st_mtime_ns))  # the clock is not what decides
    assert _told(load([log.parent], cached=True)) == _told(load([log.parent]))


def test_options_are_part_of_it(log: Path) -> None:
    load([log], cached=True)
    assert load([log], nouns=["trial"], cached=True).catalog.nouns[0] == "trial"
    assert load([log], higher=["loss"], cached=True).catalog.column("loss").direction == "higher"


def test_changed_code_reads_anew(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load([log], cached=True)
    seen = _reads(monkeypatch)
    monkeypatch.setattr(snapshot, "code", lambda: (("other.py", 1, 1, 1),))
    load([log], cached=True)
    assert seen == ["runs.csv"]


@pytest.mark.parametrize("junk", [b"", b"junk", b"\xe9\x00", b"\x00" * 99])
def test_a_broken_entry_is_replaced(
    log: Path, cache: Path, junk: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load([log], cached=True)
    (entry,) = _entries(cache)
    entry.write_bytes(junk)
    assert _told(load([log], cached=True)) == _told(first)
    seen = _reads(monkeypatch)
    load([log], cached=True)
    assert not seen


def test_a_folder_that_cannot_be_written_costs_nothing(
    log: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.parent.mkdir()
    cache.write_text("a file where the folder should be")
    assert _told(load([log], cached=True)) == _told(load([log]))


def test_without_a_home_nothing_is_kept(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    monkeypatch.chdir(log.parent)
    assert _told(load([log], cached=True)) == _told(load([log], cached=True))
    assert list(log.parent.iterdir()) == [log]


def test_nothing_is_kept_unasked(log: Path, cache: Path) -> None:
    load([log])
    assert not _entries(cache)


def test_a_file_that_cannot_be_read_is_told(log: Path, cache: Path) -> None:
    with pytest.raises(HistoryError):
        load([log.with_name("none.csv")], cached=True)
    log.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(HistoryError):
        load([log], cached=True)
    assert not _entries(cache)


def test_no_more_is_kept_than_a_bound(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_ENTRIES", 3)
    for number in range(5):
        file = tmp_path / f"{number}.csv"
        file.write_text(LOG, encoding="utf-8")
        load([file], cached=True)
    assert len(_entries(cache)) == 3
    kept.prune(".history", 3, 0)
    assert not _entries(cache)


def test_large_files_are_told_by_size_times_and_ends(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_LARGE", 10)
    _age(log)
    load([log], cached=True)
    seen = _reads(monkeypatch)
    load([log], cached=True)
    assert not seen
    log.write_text(LOG.replace("0.25", "0.75"), encoding="utf-8")
    _age(log)
    assert _told(load([log], cached=True)) == _told(load([log]))


def test_files_over_a_size_are_told_by_their_digest(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_WHOLE", 10)
    load([log], cached=True)
    log.write_text(LOG.replace("0.25", "0.75"), encoding="utf-8")
    assert _told(load([log], cached=True)) == _told(load([log]))


def test_data_that_is_not_plain_is_not_kept(cache: Path) -> None:
    kept.keep("odd", 1, object())
    assert kept.kept("odd", 1) is None
    kept.keep("plain", 1, [1, "two", {"three": (3.0, None)}])
    assert kept.kept("plain", 1) == [1, "two", {"three": (3.0, None)}]
    assert kept.kept("plain", 2) is None
    assert not [path for path in cache.iterdir() if path.suffix.removeprefix(".").isdigit()], (
        "no draft is left"
    )
