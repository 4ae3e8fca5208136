"""Work in shares by several processes: what comes out is the same, wherever it is done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from store import forked
from store.fingerprint import fingerprint
from store.forked import in_shares
from store.frames import frame_of
from store.trackers import mlflow_files
from tests.tracking import plant

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked but on Linux")


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process of one thread and on a machine of two processors, whatever pytest and this one are."""
    monkeypatch.setattr(forked, "_may_fork", lambda: sys.platform == "linux")
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1}, raising=False)


def _squares(pieces: Sequence[int]) -> tuple[int, list[int]]:
    return os.getpid(), [piece * piece for piece in pieces]


@LINUX
@pytest.mark.usefixtures("alone")
def test_shares_come_back_in_their_order() -> None:
    told = in_shares(range(1001), _squares, 100)
    assert [square for _, squares in told for square in squares] == [n * n for n in range(1001)]
    (first, _), (second, _) = told
    assert first == os.getpid() != second


@pytest.mark.parametrize("count", [0, 1, 199])
def test_little_is_done_here(count: int) -> None:
    assert in_shares(range(count), _squares, 100) == [(os.getpid(), [n * n for n in range(count)])]


def test_nothing_is_forked_beside_a_thread() -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert len(in_shares(range(1000), _squares, 100)) == 1
    finally:
        end.set()
        thread.join()


@LINUX
@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("how", ["raises", "dies", "is not plain"])
def test_a_share_that_goes_wrong_elsewhere_is_done_here(how: str) -> None:
    here = os.getpid()

    def work(pieces: Sequence[int]) -> object:
        if os.getpid() != here:
            if how == "raises":
                raise RuntimeError
            if how == "dies":
                os.kill(os.getpid(), signal.SIGKILL)
            return object()
        return sum(pieces)

    assert sum(in_shares(range(1000), work, 100)) == sum(range(1000))


@LINUX
@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("what", ["fork", "pipe"])
def test_no_process_is_left_where_another_cannot_be_made(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1, 2})
    real, made = getattr(os, what), []

    def failing() -> object:
        made.append(what)
        if len(made) > 1:
            raise OSError
        return real()

    monkeypatch.setattr(os, what, failing)
    if what == "fork":  # its share is done here
        assert sum(len(told) for _, told in in_shares(range(900), _squares, 100)) == 900
    else:  # not a file more can be opened
        with pytest.raises(OSError):
            in_shares(range(900), _squares, 100)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@LINUX
@pytest.mark.usefixtures("alone")
def test_no_process_is_left_where_the_work_here_is_broken_off() -> None:
    here = os.getpid()

    def work(pieces: Sequence[int]) -> None:
        if os.getpid() == here:
            raise KeyboardInterrupt
        time.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        in_shares(range(1000), work, 100)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def _store(root: Path, runs: int) -> Path:
    """A file store of MLflow, with a run that was deleted, one twice, one broken, and a history."""
    files: dict[str, str | bytes] = {
        "1/meta.yaml": "artifact_location: s3://b\nexperiment_id: '1'\nlifecycle_stage: active\nname: bench\n"
    }
    for n in range(runs):
        own, run = f"{n % (runs - 1):032x}", f"1/{n:032x}"
        stage = "deleted" if n == 7 else "active"
        files[f"{run}/meta.yaml"] = (
            f"artifact_uri: s3://b/a\nrun_id: {own}\nrun_name: run-{n}\nstatus: 3\nlifecycle_stage: {stage}\n"
            f"start_time: {1_770_000_000_000 + n}\nend_time: {1_770_000_060_000 + n}\nuser_id: 'ada'\n"
        )
        files[f"{run}/params/lr"] = f"0.{n}"
        files[f"{run}/tags/mlflow.note.content"] = "première\nligne"
        files[f"{run}/metrics/loss"] = "".join(
            f"{5000 + n} {1 / (n + step + 1)} {step}\n" for step in range(3)
        )
    files[f"1/{11:032x}/meta.yaml"] = b"\xff\xfe\0"
    del files[f"1/{23:032x}/meta.yaml"]
    return plant(root, files)


@LINUX
@pytest.mark.usefixtures("alone")
def test_a_store_is_the_same_read_by_several_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _store(tmp_path / "mlruns", 250)
    several = mlflow_files.read(path, "mlruns")
    monkeypatch.setattr(forked, "_may_fork", lambda: False)
    one = mlflow_files.read(path, "mlruns")
    assert several.skips == one.skips and several.fields == one.fields
    assert sum(skip.count for skip in one.skips) == 4
    frames = frame_of(several), frame_of(one)
    assert frames[0] is not None and frames[1] is not None and len(frames[0].names) == 246
    assert frames[0].names == frames[1].names and frames[0].values == frames[1].values
    assert frames[0].places == frames[1].places and frames[0].series == frames[1].series


@LINUX
@pytest.mark.usefixtures("alone")
def test_a_store_looks_the_same_to_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _store(tmp_path / "mlruns", 250)
    later = time.time_ns() + 10**9  # so that nothing was written just now
    monkeypatch.setattr(time, "time_ns", lambda: later)
    before = fingerprint(str(path))
    below = sum(1 + len(folders) + len(files) for _, folders, files in os.walk(path))
    assert before is not None and before[1] == below
    for run in (3, 60, 249):  # in the first share, in the midst, in the last
        value = path / "1" / f"{run:032x}" / "metrics" / "loss"
        value.write_text(f"{value.read_text()}9 0.5 3\n")
        os.utime(value, ns=(5, 5))
        told = fingerprint(str(path))
        assert told is not None and told[1] == before[1] and told != before
        monkeypatch.setattr(forked, "_may_fork", lambda: False)
        assert fingerprint(str(path)) == told
        monkeypatch.setattr(forked, "_may_fork", lambda: True)
        before = told


@LINUX
def test_the_command_says_the_same_on_one_processor(tmp_path: Path) -> None:
    path = _store(tmp_path / "mlruns", 250)
    words = [sys.executable, "-m", "nlq", "--no-cache", "--in", str(path), "lowest loss and its step"]
    one = min(os.sched_getaffinity(0))
    told = [
        subprocess.run(words, capture_output=True, text=True, check=True, preexec_fn=before)
        for before in (None, lambda: os.sched_setaffinity(0, {one}))
    ]
    assert "run-248" in told[0].stdout
    assert told[0].stdout == told[1].stdout and told[0].stderr == told[1].stderr
