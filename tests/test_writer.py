"""The log on disk: many writers, killed writers, editors beside us, files that can't be written."""

from __future__ import annotations

import multiprocessing
import os
import random
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from store.errors import NotWritable
from store.log import acts, todos, writer
from store.log.document import Document
from store.log.journal import Journal
from store.log.naming import highest_number, next_name
from store.log.template import template

NOW = datetime(2026, 2, 20, 14, 0)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty log, and a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "project" / "experiments.md"
    writer.create(path, template("test"), "init", "experiments.md")
    return path


def add_idea(path: Path, text: str) -> None:
    writer.write(path, lambda doc, journal: todos.add(doc, text)[0], "try", path.name)


def begin(path: Path) -> str:
    """Start a run under the next free name."""
    names: list[str] = []

    def change(doc: Document, journal: Journal) -> Document:
        names.append(next_name(doc, (f"exp-{journal.highest}",)))
        after = acts.start(doc, acts.Start(names[-1], NOW, "python train.py --lr=0.1", {"lr": 0.1}))
        journal.highest = highest_number(after)
        return after

    writer.write(path, change, "start", path.name)
    return names[-1]


def beside(path: Path) -> list[str]:
    """What lies in the log's folder beside it."""
    return sorted(entry.name for entry in path.parent.iterdir() if entry != path)


def _fifty(path: str, writes: int) -> None:
    for _ in range(writes):
        begin(Path(path))


def test_sixteen_writers_lose_nothing(log: Path) -> None:
    """16 processes × 50 starts: 800 runs, all intact, each under a name of its own, no lock left."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_fifty, args=(str(log), 50)) for _ in range(16)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0] * 16
    doc = writer.read(log, "experiments.md")
    assert [run.name for run in doc.runs] == [f"exp-{number:03d}" for number in range(1, 801)]
    assert {run.values["lr"] for run in doc.runs} == {0.1}
    assert {run.values["status"] for run in doc.runs} == {"In Progress"}
    assert beside(log) == []


def test_killed_at_any_moment_the_file_is_whole(log: Path) -> None:
    """`kill -9` at 300 random moments: each time the old or the new file, and the lock free for the next."""
    moments = random.Random(1)
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    killed = 0
    for life in range(
        20
    ):  # several kills a start: a writer is forked off, and killed, while the parent lives
        forks = subprocess.run(
            [sys.executable, "-c", _KILLED, str(log), str(life), str(moments.random())],
            env=environ, capture_output=True, text=True, check=True,
        )  # fmt: skip
        killed += int(forks.stdout)
    assert killed == 300
    add_idea(log, "the last one")
    assert writer.read(log, "x").text.count("- [ ] the last one") == 1
    assert beside(log) == []


_KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from store.log import writer
from tests.test_writer import add_idea
path, life, moments = Path(sys.argv[1]), sys.argv[2], random.Random(sys.argv[3])
add_idea(path, "warm up " + life)
begun = time.perf_counter()
add_idea(path, "measured " + life)
took = time.perf_counter() - begun
for number in range(15):
    before = path.read_bytes()
    child = os.fork()
    if not child:
        add_idea(path, f"idea {life}-{number}")
        os._exit(0)
    time.sleep(moments.random() * 1.2 * took)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    line = f"- [ ] idea {life}-{number}".encode()
    after = path.read_bytes()
    assert after == before or (after.count(line) == 1 and after.replace(line + b"\\n", b"") == before), number
    add_idea(path, f"next {life}-{number}")  # the lock is free, what was left beside is cleared away
print(15)
"""


def test_an_editor_who_saves_between_reading_and_writing_keeps_his_line(log: Path) -> None:
    saved: list[int] = []

    def change(doc: Document, journal: Journal) -> Document:
        if len(saved) < 3:  # the editor is faster three times
            saved.append(1)
            log.write_text(log.read_text() + f"\nwritten by hand {len(saved)}\n")
        return todos.add(doc, "longer warmup")[0]

    writer.write(log, change, "try", "experiments.md")
    text = log.read_text()
    assert all(f"written by hand {number}" in text for number in (1, 2, 3))
    assert text.count("- [ ] longer warmup") == 1


def test_mode_owner_and_link_are_kept(log: Path, tmp_path: Path) -> None:
    log.chmod(0o640)
    if os.getuid() == 0:
        os.chown(log, 1234, 4321)
    link = tmp_path / "link.md"
    link.symlink_to(log)
    add_idea(link, "through the link")
    assert link.is_symlink()
    state = log.stat()
    assert stat.S_IMODE(state.st_mode) == 0o640
    if os.getuid() == 0:
        assert (state.st_uid, state.st_gid) == (1234, 4321)
    assert "through the link" in log.read_text()


def test_a_read_only_file_is_not_written(log: Path) -> None:
    before = log.read_bytes()
    log.chmod(0o444)
    with pytest.raises(NotWritable, match="read-only"):
        add_idea(log, "x")
    assert log.read_bytes() == before
    assert beside(log) == []


def test_a_full_disk_leaves_the_log_as_it_was(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = log.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotWritable, match="No space left on device; it is as it was"):
        add_idea(log, "x")
    assert log.read_bytes() == before
    assert beside(log) == []


def test_a_folder_that_is_gone(log: Path) -> None:
    log.unlink()
    with pytest.raises(NotWritable, match=r"no log experiments\.md; ask init makes one"):
        add_idea(log, "x")
    log.parent.rmdir()
    with pytest.raises(NotWritable, match=r"the folder .* is gone"):
        add_idea(log, "x")


def test_an_existing_log_is_never_made_anew(log: Path) -> None:
    before = log.read_bytes()
    with pytest.raises(NotWritable, match="is there already"):
        writer.create(log, template("other"), "init", "experiments.md")
    assert log.read_bytes() == before


def test_a_lock_that_is_held_is_waited_for_and_told(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    monkeypatch.setattr(writer, "PATIENCE", 0.05)
    with FileLock(log.with_name(".experiments.md.lock")):
        with pytest.raises(NotWritable, match="another process has held"):
            add_idea(log, "x")


def test_writes_are_taken_back_one_by_one_exactly(log: Path) -> None:
    versions = [log.read_bytes()]
    begin(log)
    versions.append(log.read_bytes())
    writer.write(log, lambda doc, journal: acts.note(doc, "", "stable")[0], "note", "experiments.md")
    versions.append(log.read_bytes())
    add_idea(log, "longer warmup")
    for version in reversed(versions):
        writer.take_back(log, "experiments.md")
        assert log.read_bytes() == version
    # what is left is the write that made it
    writer.take_back(log, "experiments.md")
    assert not log.exists()


def test_taking_back_keeps_what_was_written_elsewhere_since(log: Path) -> None:
    add_idea(log, "longer warmup")
    log.write_text(log.read_text().replace("# test Experiments", "# My experiments"))
    writer.take_back(log, "experiments.md")
    assert "longer warmup" not in log.read_text()
    assert "# My experiments" in log.read_text()


def test_taking_back_does_not_touch_what_was_changed_by_hand(log: Path) -> None:
    add_idea(log, "longer warmup")
    log.write_text(log.read_text().replace("longer warmup", "much longer warmup"))
    before = log.read_bytes()
    with pytest.raises(NotWritable, match="was changed since where ask wrote last"):
        writer.take_back(log, "experiments.md")
    assert log.read_bytes() == before


def test_a_name_is_never_used_twice(log: Path) -> None:
    assert begin(log) == "exp-001"
    writer.take_back(log, "experiments.md")
    assert "exp-001" not in log.read_text()
    assert begin(log) == "exp-002"  # a section that was removed has used its name
    log.write_text(log.read_text() + "\nexp-041 was lost with the old disk\n")
    assert begin(log) == "exp-042"


def test_the_journal_may_be_lost(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "nowhere" / "\0"[:0] / "state"))
    add_idea(log, "x")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other"))
    with pytest.raises(NotWritable, match="nothing that ask wrote"):
        writer.take_back(log, "experiments.md")
