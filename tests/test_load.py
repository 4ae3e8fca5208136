"""Finding, reading and putting together the files of a history."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from store.errors import NoHistory, UnreadableHistory
from store.find import find
from store.load import load

ONE = "commit,val_bpb,status\naaaaaaa,1.0,keep\nbbbbbbb,0.000000,crash\n"
TWO = "commit,val_bpb,status,lr\nccccccc,0.9,discard,0.02\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text(ONE, encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.csv").write_text(TWO, encoding="utf-8")
    return tmp_path


def test_one_file(folder: Path) -> None:
    history = load([folder / "a.csv"])
    assert history.catalog.rows == 2
    assert history.catalog.states == {"completed": 1, "crashed": 1}
    assert history.catalog.tells_state
    assert history.catalog.nouns[0] == "run"
    rows = history.engine.run(
        "SELECT _row, _source, _line, _end, _state, commit FROM runs ORDER BY _row"
    ).rows
    assert rows == ((0, 0, 2, 2, "completed", "aaaaaaa"), (1, 0, 3, 3, "crashed", "bbbbbbb"))
    record = history.record(1)
    assert record is not None
    assert (record.name, str(history.place(1))) == ("bbbbbbb", f"{folder / 'a.csv'}:3")
    assert history.record(2) is None


def test_several_files_are_one_history(folder: Path) -> None:
    history = load([folder / "a.csv", folder / "deep" / "b.csv"], nouns=["trial"])
    assert history.catalog.rows == 3
    assert history.catalog.nouns[0] == "trial"
    assert history.engine.run("SELECT commit, lr, _source FROM runs ORDER BY _row").rows == (
        ("aaaaaaa", None, 0),
        ("bbbbbbb", None, 0),
        ("ccccccc", 0.02, 1),
    )
    assert str(history.place(2)).endswith("b.csv:2")


def test_a_file_named_twice_counts_once(folder: Path) -> None:
    assert load([folder / "a.csv", folder, folder / "deep" / ".." / "a.csv"]).catalog.rows == 3


def test_a_run_that_stands_in_two_files_counts_once(folder: Path) -> None:
    (folder / "continued.csv").write_text(ONE + "ddddddd,0.8,keep\naaaaaaa,1.1,keep\n", encoding="utf-8")
    history = load([folder / "a.csv", folder / "continued.csv"])
    found = history.engine.run("SELECT commit, val_bpb FROM runs ORDER BY _row").rows
    assert found == (("aaaaaaa", 1.0), ("bbbbbbb", 0.0), ("ddddddd", 0.8), ("aaaaaaa", 1.1))
    assert [(skip.reason, skip.count) for skip in history.sources[1].skips] == [
        ("the same run stands in an earlier file", 2)
    ]


def test_a_folder_and_what_was_left_over(folder: Path) -> None:
    (folder / "noise.csv").write_bytes(b"\x00\x01\x02" * 50)
    (folder / "config.json").write_text('{"port": 80}', encoding="utf-8")
    (folder / "photo.png").write_bytes(b"\x89PNG")
    history = load([folder])
    assert history.catalog.rows == 3
    left = {Path(path).name: reason for path, reason in history.left_over}
    assert left == {
        "config.json": "a JSON object that is no run",
        "noise.csv": "no reader knows this kind of file",
    }


def test_links_that_lead_out_are_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    elsewhere.write_text(TWO, encoding="utf-8")
    (folder / "link.csv").symlink_to(elsewhere)
    (folder / "loop").symlink_to(folder)
    history = load([folder])
    assert history.catalog.rows == 3
    assert [reason for path, reason in history.left_over if path.endswith("link.csv")] == [
        "a link that leads out of the folder"
    ]


def test_runs_without_a_name_are_numbered(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("lr,loss\n0.1,2\n0.1,3\n", encoding="utf-8")
    names = [
        record.name for row in (0, 1) if (record := load([tmp_path / "t.csv"], nouns=["trial"]).record(row))
    ]
    assert names == ["trial 1", "trial 2"]


def test_directions_from_the_configuration(folder: Path) -> None:
    column = load([folder / "a.csv"], higher=["val-bpb"]).catalog.column("val_bpb")
    assert (column.direction, column.because) == ("higher", "config")


def test_a_missing_file_names_the_nearest(folder: Path) -> None:
    (folder / "results.tsv").write_text(ONE, encoding="utf-8")
    with pytest.raises(NoHistory, match=r"no file or folder .*result\.tsv; there is .*results\.tsv"):
        load([folder / "result.tsv"])


def test_nothing_in_it_and_nothing_readable(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    with pytest.raises(NoHistory, match="no runs in"):
        load([tmp_path / "empty.csv"])
    with pytest.raises(NoHistory, match="no runs in"):
        load([tmp_path])
    (tmp_path / "x.csv.gz").write_bytes(b"\x1f\x8b broken")
    with pytest.raises(UnreadableHistory, match=r"x\.csv\.gz can't be read"):
        load([tmp_path / "x.csv.gz"])


def test_find_goes_upwards_and_stops_at_the_repository(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    below = repository / "src" / "train"
    below.mkdir(parents=True)
    (tmp_path / "results.tsv").write_text(ONE, encoding="utf-8")
    (repository / ".git").mkdir()
    assert find(below) == []
    (repository / "results.tsv").write_text(ONE, encoding="utf-8")
    (repository / "loop_results.tsv").write_text(ONE, encoding="utf-8")
    (repository / "data.csv").write_text(ONE, encoding="utf-8")
    assert [path.name for path in find(below)] == ["results.tsv", "loop_results.tsv"]
    (repository / ".claude").mkdir()
    (repository / ".claude" / "experiments.md").write_text("# log\n", encoding="utf-8")
    assert [path.name for path in find(below)] == ["experiments.md"]
    (repository / "src" / "EXPERIMENTS.md").write_text("# log\n", encoding="utf-8")
    assert [path.name for path in find(below)] == ["EXPERIMENTS.md"]


@pytest.mark.parametrize("name", ["big.csv", "big.csv.xz"])
def test_a_table_too_large_for_python_is_left_to_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    import lzma

    from store import readers
    from store.readers import parquet

    monkeypatch.setattr(readers, "LARGE", 1000)
    monkeypatch.setattr(parquet, "CELLS_AS_RUNS", 1000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rows = [f"run-{n},0.{n % 7},{2.5 + n / 1000},finished,2026-01-{n % 28 + 1:02d}" for n in range(600)]
    rows[100], rows[200], rows[300] = (
        "run-100,broken",
        "run-200,0.1,OOM,crashed,2026-01-01",
        "run-300,0.1,nan,,",
    )
    data = "\n".join(["run,lr,loss,status,date", *rows, ""]).encode()
    (tmp_path / name).write_bytes(lzma.compress(data) if name.endswith("xz") else data)
    history = load([tmp_path / name])
    assert history.sources[0].relation
    assert history.catalog.rows == 599
    assert [(skip.reason, skip.count) for skip in history.sources[0].skips] == [
        ("not as wide as the table", 1)
    ]
    columns = {column.name: column for column in history.catalog.columns}
    assert (columns["loss"].type, columns["loss"].count, columns["date"].role) == ("number", 597, "date")
    assert columns["loss"].high == 3.099
    assert history.catalog.states == {"completed": 598, "crashed": 1}
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_large_table_beside_small_ones_is_read_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store import readers
    from store.readers import parquet

    monkeypatch.setattr(readers, "LARGE", 1000)
    monkeypatch.setattr(parquet, "CELLS_AS_RUNS", 10)
    (folder / "big.csv").write_text("run,loss\n" + "a,2.5\n" * 400, encoding="utf-8")
    history = load([folder])
    assert history.catalog.rows == 400
    assert len(history.left_over) == 2
    assert all("not read together with" in reason for _, reason in history.left_over)


def test_a_trackers_store_is_found_in_a_project(tmp_path: Path) -> None:
    samples = Path(__file__).parents[1] / "corpus" / "trackers" / "mlflow"
    store = next(path for path in sorted(samples.rglob("mlruns")) if path.is_dir())
    shutil.copytree(store, tmp_path / "mlruns")
    assert find(tmp_path) == [tmp_path / "mlruns"]
    history = load(find(tmp_path))
    assert history.catalog.rows > 0 and any(c.kind == "metric" for c in history.catalog.columns)
