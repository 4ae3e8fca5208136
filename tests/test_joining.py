"""One run once: what several trackers keep of a run is joined, what only looks alike is not.

The sample is one small training, logged at once by the real W&B (0.19), TensorBoard (tensorboardX) and Hydra
1.3, and in the layout of Lightning's CSV logger: a sweep of three, and a run by itself.
"""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest

from nlq.answer import Answer
from nlq.engine import ask
from store.history import History
from store.load import load
from store.records import ELSEWHERE
from tests.tracking import SAMPLES, plant

SAMPLE = SAMPLES / "joined"
STORES = ("lightning_logs", "multirun", "outputs", "runs", "wandb")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "tiny"))


def names(history: History) -> list[str]:
    return sorted(run.name for source in history.sources for run in source.runs)


def notes(history: History) -> list[str]:
    return [note for source in history.sources for note in source.notes]


def asked(question: str, *paths: Path) -> Answer:
    answer = ask(question, load(list(paths)))
    assert answer.status == "answered", answer
    return answer


def test_a_run_of_four_trackers_is_one(project: Path) -> None:
    history = load([project])
    assert names(history) == ["8zn1wplh", "gzxdaiim", "p3qpln4g", "tu6o99il"]
    assert not notes(history)
    for run in next(source for source in history.sources if source.runs).runs:
        assert len(run.also) == 3
        assert run.values["tensorboard run"] == run.values["lightning run"]
        assert not any(mark.note.startswith(ELSEWHERE) for mark in run.marks.values())
    skips = {Path(source.path).name: sum(skip.count for skip in source.skips) for source in history.sources}
    assert skips == {"lightning_logs": 4, "multirun": 3, "outputs": 1, "runs": 4, "wandb": 0}


def test_the_answer_says_which_sources_agree(project: Path) -> None:
    answer = asked("best run by val loss", project)
    assert (
        answer.headline
        == "gzxdaiim: val/loss best 0.224726 at step 5, the last, the lowest of 4 finished runs"
    )
    told = [note for note in answer.notes if "told alike" in note]
    assert len(told) == 1 and told[0].count("tiny/") == 4
    assert {place.place.path.rpartition("tiny/")[2] for place in answer.provenance} == {
        "wandb/offline-run-20261123_020330-gzxdaiim",
        "runs/version_2",
        "lightning_logs/version_2",
        "multirun/2026-11-23/02-03-28/2",
    }


def test_it_is_found_by_what_each_tracker_calls_it(project: Path) -> None:
    (row,) = asked("val loss of version_2", project).rows
    assert 0.22472595441741688 in row
    assert [column.name for column in load([project]).catalog.columns].count("val_loss") == 0


def test_the_same_from_the_cache(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first, second = (ask("best run by val loss", load([project], cached=True)) for _ in range(2))
    assert (first.rows, first.notes, first.provenance) == (second.rows, second.notes, second.provenance)


@pytest.mark.parametrize("store", STORES)
def test_a_store_of_its_own_keeps_all_its_runs(project: Path, store: str) -> None:
    assert len(names(load([project / store]))) == {"multirun": 3, "outputs": 1}.get(store, 4)


@pytest.mark.parametrize("store", STORES)
def test_a_copy_of_a_store_counts_no_run_twice(project: Path, store: str) -> None:
    shutil.copytree(project / store, project / "backup" / store)
    assert len(names(load([project]))) == 4
    shutil.copytree(project / store, project / "alone" / "one" / store)
    shutil.copytree(project / store, project / "alone" / "two" / store)
    assert len(names(load([project / "alone"]))) == {"multirun": 3, "outputs": 1}.get(store, 4)


def test_links_within_the_project_count_no_run_twice(project: Path) -> None:
    (project / "latest").symlink_to(project / "wandb")
    (project / "wandb" / "latest-run").symlink_to("offline-run-20261123_020334-8zn1wplh")
    assert len(names(load([project]))) == 4


def test_latest_run_as_a_copy_counts_no_run_twice(project: Path) -> None:
    shutil.copytree(
        project / "wandb" / "offline-run-20261123_020334-8zn1wplh", project / "wandb" / "latest-run"
    )
    assert len(names(load([project]))) == 4


def test_the_same_run_once_more_is_another_run(project: Path) -> None:
    """A deterministic training that is repeated gives the same numbers: which it was can't be told."""
    shutil.copytree(project / "lightning_logs" / "version_1", project / "lightning_logs" / "version_4")
    history = load([project])
    assert names(history) == ["8zn1wplh", "gzxdaiim", "p3qpln4g", "tu6o99il", "version_1", "version_4"]
    assert any("match it" in note for note in notes(history))
    assert any("match it" in line for line in ask("conflicts", history).details)


def test_the_same_numbers_of_another_config_are_another_run(project: Path) -> None:
    hparams = project / "lightning_logs" / "version_1" / "hparams.yaml"
    hparams.write_text(hparams.read_text().replace("lr: 0.2", "lr: 0.25"))
    history = load([project])
    assert names(history) == ["8zn1wplh", "gzxdaiim", "p3qpln4g", "tu6o99il", "version_1", "version_1"]
    assert any("it has the history of one of" in note and "lr differs" in note for note in notes(history))
    # TensorBoard has no config: its run may be either.
    assert any("match it, but lr differs" in note for note in notes(history))


def test_a_job_that_began_at_another_time_is_another_run(project: Path) -> None:
    for path in (project / "outputs").rglob("*.yaml"):
        path.write_text(path.read_text().replace("02-03-34", "02-09-34"))
    (project / "outputs/2026-11-23/02-03-34").rename(project / "outputs/2026-11-23/02-09-34")
    assert "2026-11-23/02-09-34" in names(load([project]))


def test_two_jobs_of_one_minute_and_one_config_are_not_told_apart(project: Path) -> None:
    shutil.copytree(project / "outputs/2026-11-23/02-03-34", project / "outputs/2026-11-23/02-03-35")
    found = names(load([project]))
    assert found[:2] == ["2026-11-23/02-03-34", "2026-11-23/02-03-35"] and len(found) == 6


def test_a_store_that_ends_early_is_the_same_run(project: Path) -> None:
    """A tracker that was killed has flushed a part of the history."""
    metrics = project / "lightning_logs" / "version_0" / "metrics.csv"
    lines = metrics.read_text().splitlines(keepends=True)
    metrics.write_text("".join(lines[:9]))
    history = load([project])
    assert len(names(history)) == 4
    (run,) = [run for source in history.sources for run in source.runs if run.values["lr"] == 0.1]
    assert len(run.series["val/loss"].values) == 6


def test_what_two_stores_tell_otherwise_is_shown(tmp_path: Path) -> None:
    """The ids are the same: it is one run whatever they say."""
    for at, (lr, loss) in enumerate((("0.02", "2.5"), ("0.03", "2.75"))):
        plant(
            tmp_path / f"store{at}" / "mlruns",
            {
                "1/meta.yaml": "artifact_location: s3://b/a\nexperiment_id: '1'\nname: base\n",
                f"1/{'ab' * 16}/meta.yaml": f"run_id: {'ab' * 16}\nrun_name: one\nstatus: 3\n"
                "start_time: 1770000000000\nartifact_uri: s3://b/a\nexperiment_id: '1'\n",
                f"1/{'ab' * 16}/params/lr": lr,
                f"1/{'ab' * 16}/metrics/loss": f"1770000000000 {loss} 1\n",
            },
        )
    history = load([tmp_path])
    assert names(history) == ["one"]
    answer = ask("conflicts", history)
    assert answer.headline == "2 values on which two places disagree"
    assert {row[1:4] for row in answer.rows} == {
        ("lr", "0.02", f"0.03 in {tmp_path}/store1/mlruns/1/{'ab' * 16}"),
        ("loss", "2.5", f"2.75 in {tmp_path}/store1/mlruns/1/{'ab' * 16}"),
    }
    told = ask("loss of one", history)
    assert any("values differ (ask conflicts)" in note for note in told.notes)
    assert any("loss is also 2.75" in note for note in told.notes)


def test_an_id_that_another_store_notes(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE / "wandb", tmp_path / "wandb")
    log = {"metrics.csv": "step,acc\n0,0.5\n", "hparams.yaml": "wandb_run_id: tu6o99il\nlayers: 3\n"}
    plant(tmp_path / "lightning_logs" / "version_0", dict(log))
    assert len(names(load([tmp_path]))) == 4
    plant(tmp_path / "lightning_logs" / "version_0", {**log, "hparams.yaml": "parent_run_id: tu6o99il\n"})
    assert len(names(load([tmp_path]))) == 5


def test_what_a_job_logged_below_its_own_folder(project: Path) -> None:
    job = project / "outputs/2026-11-23/02-03-34"
    shutil.copytree(
        project / "wandb" / "offline-run-20261123_020334-8zn1wplh",
        job / "wandb" / "offline-run-20261123_020334-8zn1wplh",
    )
    config = job / ".hydra" / "config.yaml"
    config.write_text("model: other\n")
    history = load([project / "outputs"])
    (run,) = [run for source in history.sources for run in source.runs]
    assert (run.values["model"], run.values["lr"], run.name) == ("other", 0.3, "8zn1wplh")


def test_two_runs_that_share_a_time_and_a_config_but_no_result(tmp_path: Path) -> None:
    """Two machines may begin the same training within a minute."""
    plant(
        tmp_path,
        {
            "outputs/2024-01-01/10-00-00/.hydra/config.yaml": "lr: 0.1\nbs: 8\n",
            "outputs/2024-01-01/10-00-00/metrics.json": '{"acc": 0.5}',
            "sacred/1/run.json": '{"status": "COMPLETED", "start_time": "2024-01-01T10:00:01", "result": 1}',
            "sacred/1/config.json": '{"lr": 0.1, "bs": 8}',
            "sacred/1/metrics.json": '{"acc": {"steps": [0], "timestamps": ["2024-01-01T10:00:02"], "values": [0.6]}}',  # noqa: E501
        },
    )
    assert len(names(load([tmp_path]))) == 2
    path = tmp_path / "outputs/2024-01-01/10-00-00/metrics.json"
    path.write_text('{"acc": 0.6}')
    assert len(names(load([tmp_path]))) == 1


def test_one_shared_parameter_and_a_time_are_not_enough(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "outputs/2024-01-01/10-00-00/.hydra/config.yaml": "lr: 0.1\nwidth: 8\n",
            "sacred/1/run.json": '{"status": "COMPLETED", "start_time": "2024-01-01T10:00:01"}',
            "sacred/1/config.json": '{"lr": 0.1, "depth": 8}',
        },
    )
    assert len(names(load([tmp_path]))) == 2


def test_round_results_are_no_evidence(tmp_path: Path) -> None:
    """0.5 and 0.75 are met by chance; 0.7312849 and 0.1983742 are not."""
    csv = "step,acc,f1\n0,{},{}\n"
    for at, (acc, f1) in enumerate(((0.5, 0.75), (0.7312849, 0.1983742))):
        root = plant(
            tmp_path / str(at),
            {
                "lightning_logs/version_0/metrics.csv": csv.format(acc, f1),
                "lightning_logs/version_0/hparams.yaml": "{}",
                "sacred/1/run.json": '{"status": "COMPLETED"}',
                "sacred/1/config.json": "{}",
                "sacred/1/info.json": f'{{"acc": {acc}, "f1": {f1}}}',
            },
        )
        assert len(names(load([root]))) == 2 - at


def test_thirty_two_bits_are_the_same_number() -> None:
    from store.samerun import same_value

    coarse = struct.unpack("f", struct.pack("f", 0.1))[0]
    assert coarse != 0.1 and not same_value(coarse, 0.1)
