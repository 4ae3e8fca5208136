"""Recording from the command line: the story of the format's own example, sentences, and what is refused."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from nlq.arguments import command_in
from nlq.cli import run
from nlq.errors import AMBIGUOUS, FAILED, OK, USAGE
from nlq.terminal import AGENT_VARIABLES
from store.log.document import Document

ROOT = Path(__file__).parents[1]
LOG = Path(".claude", "experiments.md")
BASE = "torchrun --standalone --nproc_per_node=8 -m scripts.base_train --".split()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a state folder of its own, and the clock of the example."""
    folder = tmp_path / "nanochat"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in (*AGENT_VARIABLES, "ASK_HISTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("ASK_NOW", "2024-01-15T10:00")
    return folder


def ask(*words: str, code: int = OK) -> None:
    assert run(words) == code, words


def document() -> Document:
    return Document(LOG.read_bytes(), str(LOG))


# -- the story


def test_the_story_of_the_example_is_told_by_the_commands(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From `ask init` on, the commands write a log that says what the format's example says, run by run."""
    ask("init")
    ask("start", "--goal", "Establish baseline with default settings", "--param", "lr=0.02", "--",
        *BASE, "--depth=24", "--run=baseline", "--model-tag=baseline")  # fmt: skip
    ask("finish", "--loss", "2.65", "--core", "0.312", "--time", "2.8 hours", "--gpu", "8×H100",
        "--note", "Default settings")  # fmt: skip
    ask("note", "baseline", "Stable training throughout")
    ask("note", "baseline", "MFU ~42%")
    monkeypatch.setenv("ASK_NOW", "2024-01-16T09:00")
    ask("start", "--goal", "Test higher learning rate", "--",
        *BASE, "--depth=24", "--lr=0.04", "--run=exp-001", "--model-tag=exp-001")  # fmt: skip
    ask("finish", "final loss 3.45, diverged at step 5000, training stopped early", "--note", "Diverged")
    ask("note", "exp-001", "LR too high, caused divergence")
    ask("note", "exp-001", "Need to stay at 0.02 or lower")
    monkeypatch.setenv("ASK_NOW", "2024-01-17T09:00")
    ask("start", "--", *BASE, "--depth=24", "--lr=0.01", "--run=exp-002")
    ask("finish", "--loss", "2.78", "--core", "0.298", "--note", "Undertrained")

    written = document()
    example = Document((ROOT / "corpus/histories/seed/.claude/experiments.md").read_bytes(), "seed")
    ours = {one.name: one for one in written.runs}
    told_besides = {
        "started",
        "status",
        "config",
        "command",
        "results",
        "nproc_per_node",
        "goal",
        "model_tag",
    }
    assert [one.name for one in written.runs] == [one.name for one in example.runs]
    for one in example.runs:
        for name, value in one.values.items():
            if name not in told_besides:
                assert ours[one.name].values.get(name) == value, (one.name, name)
        assert ours[one.name].values.keys() - one.values.keys() <= told_besides
    assert ours["exp-001"].values["status"] == "Diverged at step 5000; training stopped early"
    assert written.reading.notes == []
    summary = [line for line in written.text.splitlines() if line.startswith("| ")]
    assert summary[1:] == [
        "| baseline | 2024-01-15 | d24, lr=0.02 | 2.65 | 0.312 | Default settings |",
        "| exp-001 | 2024-01-16 | d24, lr=0.04 | 3.45 | - | Diverged |",
        "| exp-002 | 2024-01-17 | d24, lr=0.01 | 2.78 | 0.298 | Undertrained |",
    ]
    best = written.text[written.text.index("## Best Result") : written.text.index("## Things")]
    config = "- **Config**: depth=24, lr=0.02"
    assert best.split("\n")[2:6] == ["- **Run**: baseline", config, "- **Loss**: 2.65", "- **CORE**: 0.312"]


def test_the_whole_way_back(project: Path) -> None:
    """As many times `ask undo` as there were writes, and nothing is left."""
    ask("init")
    ask("start", "--", "python", "train.py", "--lr=0.1")
    ask("finish", "--loss", "2.7")
    ask("try", "longer", "warmup")
    versions = set()
    for _ in range(4):
        versions.add(LOG.read_bytes())
        ask("undo")
    assert len(versions) == 4 and not LOG.exists()
    ask("undo", code=FAILED)


# -- the commands, one by one


def test_a_log_that_is_there_is_not_touched(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask("init", "--title", "Speech")
    assert LOG.read_text().startswith("# Speech Experiments\n")
    before = LOG.read_bytes()
    ask("init", code=FAILED)
    assert LOG.read_bytes() == before
    assert "is there already" in capsys.readouterr().err


def test_start_names_the_run_and_says_what_was_tried(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask("init")
    ask("start", "--", "python", "train.py", "--lr=0.1", "--depth=12", "--run=wide")
    ask("finish", "--loss", "2.7")
    capsys.readouterr()
    ask("start", "--", "python", "train.py", "--lr=0.2", "--depth=12", "--run=wide")
    told = capsys.readouterr()
    assert "exp-001 started; nearest tried: wide (lr 0.1, here 0.2; loss 2.7)" in told.out
    assert "the command's name wide is taken" in told.err
    ask("start", "--", "python", "train.py", "--depth=12", "--lr=0.1")
    assert "the same parameters were tried in wide (loss 2.7)" in capsys.readouterr().out
    ask("start", "--name", "wide", "--", "python", "train.py", code=FAILED)
    assert "wide is taken" in capsys.readouterr().err
    ask("start", "--param", "lr=0.3", "--", "python", "train.py", "--lr=0.1", code=FAILED)
    assert "lr is 0.1 in the command, not 0.3" in capsys.readouterr().err


def test_finish_compares_and_names_the_best(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask("init")
    for lr, loss in (("0.1", "2.7"), ("0.2", "2.6")):
        ask("start", "--", "python", "train.py", f"--lr={lr}")
        ask("finish", "--loss", loss)
    told = capsys.readouterr().out
    assert "exp-001: loss 2.7, the first result" in told
    assert "exp-002: loss 2.6, the new best (was exp-001, loss 2.7)" in told
    assert "against exp-001, best of the others: loss −0.1 (better)" in told
    ask("start", "--", "python", "train.py", "--lr=0.4")
    ask("finish", "--loss", "2.65", "--json")
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer["status"] == "recorded"
    assert answer["headline"] == "exp-003: loss 2.65; exp-002 stays best (loss 2.6)"
    assert answer["rows"][0] == ["exp-003", 2.65, "completed"]


def test_finishing_twice_asks_first(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask("init")
    ask("start", "--", "python", "train.py", "--lr=0.1")
    ask("finish", "--loss", "2.7")
    before = LOG.read_bytes()
    ask("finish", "exp-001", "--loss", "2.5", code=AMBIGUOUS)
    told = capsys.readouterr()
    assert "+- Final loss: 2.5" in told.out and "exp-001 is finished already: loss 2.7" in told.err
    assert LOG.read_bytes() == before
    ask("finish", "exp-001", "--loss", "2.5", "--yes")
    assert document().runs[0].values["loss"] == 2.5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("finish", "--loss", "2.7"), "no run is in progress"),
        (("finish", "exp-9", "--loss", "2.7"), "no run is called exp-9"),
        (("finish", "a", "--loss", "low"), "--loss low: not a number"),
        (("finish", "a", "loss 2.5", "--loss", "2.7"), "loss is told twice: 2.7 and 2.5"),
        (("finish", "a", "--lr", "2"), "lr is a parameter"),
        (("finish", "a", "--from", "nothing.log"), "nothing.log"),
        (("note", "b", "x y"), "no run is called b; there are a"),
        (("status", "a", "purple"), "'purple' is no status"),
        (("try", "--done", "nothing like it"), "nothing to try says"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_nothing_written(
    project: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    ask("init")
    ask("start", "--name", "a", "--", "python", "train.py", "--lr=0.1")
    ask("status", "a", "stopped")
    before = LOG.read_bytes()
    capsys.readouterr()
    ask(*words, code=FAILED)
    told = capsys.readouterr()
    assert said.replace("; there", f" in {LOG}; there") in told.err
    assert told.err.count("\n") == 1 and not told.out
    assert LOG.read_bytes() == before


def test_results_come_from_a_training_log(project: Path) -> None:
    ask("init")
    ask("start", "--", "python", "train.py", "--lr=0.1")
    Path("train.log").write_text("step 10 | loss: 3.5\nstep 20 | loss: 3.25\nMinimum validation bpb: 0.91\n")
    ask("finish", "--from", "train.log")
    values = document().runs[0].values
    assert values["loss"] == 3.25 and values["minimum_validation_bpb"] == 0.91


@pytest.mark.parametrize("command", [
    ("start", "--", "python", "t.py"), ("finish", "--loss", "2"), ("note", "too hot"), ("try", "muon"),
    ("status", "a", "crashed"), ("undo",), ("run", "--", "false"),
])  # fmt: skip
def test_dry_run_prints_the_change_alone(
    project: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    ask("init")
    ask("start", "--name", "a", "--", "python", "train.py", "--lr=0.1")
    before = LOG.read_bytes()
    capsys.readouterr()
    ask(command[0], "--dry-run", *command[1:])
    told = capsys.readouterr()
    assert told.out.startswith(f"--- a/{LOG}\n+++ b/{LOG}\n@@") and told.err == ""
    ask(command[0], "--dry-run", "--json", *command[1:])
    answer = json.loads(capsys.readouterr().out)
    assert answer["details"] == told.out.splitlines()
    assert LOG.read_bytes() == before


def test_a_table_is_not_written_into(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("results.tsv").write_text("commit\tval_bpb\nabc\t0.9\n")
    ask("note", "abc", "x y", code=FAILED)
    assert "no log that ask writes" in capsys.readouterr().err


@pytest.mark.parametrize(("line", "command"), [
    ("note exp-002 'needs more steps'", "note"), ("note on exp-002: needs more steps", ""),
    ("run 47", ""), ("run -- python t.py", "run"), ("status", ""), ("status exp-001 crashed", "status"),
    ("status of exp-001", ""), ("start training", ""), ("try longer warmup", "try"), ("init", "init"),
    ("finish times of runs", ""), ("finish", "finish"), ("finish exp-001 'loss 2'", "finish"),
    ("--in x.md --dry-run undo", "undo"), ("undo it", ""), ("best run", ""), ("-- note x", ""),
])  # fmt: skip
def test_a_first_word_is_a_command_where_the_rest_has_its_shape(line: str, command: str) -> None:
    import shlex

    assert command_in(shlex.split(line)) == command


# -- sentences


def test_a_sentence_shows_the_change_and_is_not_written_unasked(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask("init")
    ask("start", "--", "python", "train.py", "--lr=0.1")
    before = LOG.read_bytes()
    capsys.readouterr()
    ask("training finished with loss 2.71", code=AMBIGUOUS)
    told = capsys.readouterr()
    assert "+- Final loss: 2.71" in told.out and "add --yes to record this" in told.err
    assert LOG.read_bytes() == before
    ask("training finished with loss 2.71", "--json", code=AMBIGUOUS)
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "ambiguous" and "+- Final loss: 2.71" in answer["details"]
    ask("--yes", "training finished with loss 2.71")
    assert document().runs[0].values["loss"] == 2.71
    before = LOG.read_bytes()
    ask("did training finish with loss 2.71?", "--yes")  # a question, which never writes
    assert LOG.read_bytes() == before
    ask("exp-001 diverged at step 5000", "--yes")
    assert document().runs[0].values["status"] == "Diverged at step 5000"
    ask("note on exp-001: needs more steps", "--yes")
    ask("try longer warmup next", "--yes")
    assert "- [ ] longer warmup\n" in LOG.read_text() and "- needs more steps\n" in LOG.read_text()


def test_a_hypothesis_is_recorded_and_its_command_asked_for(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask("init")
    ask("I'm about to try a higher learning rate", code=AMBIGUOUS)
    assert "ask start --goal 'Try a higher learning rate' -- COMMAND" in capsys.readouterr().err
    ask("I'm about to try a higher learning rate", "--yes")
    run_before = document().runs[0]
    assert (run_before.values["goal"], run_before.values["status"]) == (
        "Try a higher learning rate",
        "Planned",
    )
    ask("start", "--name", "exp-001", "--", "python", "train.py", "--lr=0.4")
    assert document().runs[0].values["lr"] == 0.4 and len(document().runs) == 1


def _typed(project: Path, words: list[str], *lines: str) -> tuple[str, int]:
    """`ask` on a terminal of its own, answered line by line."""
    leader, follower = pty.openpty()
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"}
    child = subprocess.Popen(
        [sys.executable, "-m", "nlq", *words], stdin=follower, stdout=follower, stderr=follower,
        cwd=project, env=environ,
    )  # fmt: skip
    os.close(follower)
    seen, left = b"", list(lines)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([leader], [], [], 0.05)[0]:
            try:
                more = os.read(leader, 65536)
            except OSError:
                break
            seen += more
            if not more:
                break
        elif left and (seen.rstrip().endswith((b"[y/N]", b"none yet):"))):
            os.write(leader, left.pop(0).encode() + b"\n")
            seen += b" "
        elif child.poll() is not None:
            break
    os.close(leader)
    return seen.decode(), child.wait(10)


def test_on_a_terminal_it_asks(project: Path) -> None:
    ask("init")
    before = LOG.read_bytes()
    told, code = _typed(project, ["try longer warmup next"], "n")
    assert "+- [ ] longer warmup" in told and "nothing was written" in told and code == AMBIGUOUS
    assert LOG.read_bytes() == before
    told, code = _typed(project, ["I'm about to try a higher learning rate"], "python train.py --lr=0.4", "y")
    assert "exp-001 started" in told and code == OK
    assert document().runs[0].values["lr"] == 0.4


# -- ask run


def _ask(project: Path, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "nlq", *words],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        **more,
    )


def test_a_command_is_run_and_recorded(project: Path) -> None:
    ask("init")
    trainer = (sys.executable, "-m", "tests.trainer", "--lines", "50", "--rate", "5000")
    alone = subprocess.run(trainer, cwd=ROOT, capture_output=True, text=True, check=True)
    done = _ask(project, "run", "--goal", "A short one", "--", *trainer)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == alone.stdout.splitlines()[-1]
    assert len(done.stdout) == len(alone.stdout)  # what is ours goes to stderr
    assert "exp-001 started" in done.stderr and "the first result" in done.stderr
    values = document().runs[0].values
    assert values["status"] == "Completed" and values["goal"] == "A short one"
    assert f"minimum_validation_bpb: {values['minimum_validation_bpb']}" in LOG.read_text().replace("0 ", " ")
    assert isinstance(values["loss"], float)


def test_a_command_that_fails_keeps_its_exit_code_and_last_lines(project: Path) -> None:
    ask("init")
    done = _ask(
        project,
        "run",
        "--",
        sys.executable,
        "-c",
        "print('step 3 | loss: 2.5'); raise ValueError('bad data')",
    )
    assert done.returncode == 1 and "ValueError: bad data" in done.stderr
    values = document().runs[0].values
    assert "exit 1" in str(values["status"]) and "bad data" in str(values["output"])
    assert "lr" not in values and values["loss"] == 2.5  # a result until then, never the best
    assert "Not yet established." in LOG.read_text()
    killed = _ask(project, "run", "--", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
    assert killed.returncode == 137
    assert "killed by SIGKILL" in str(document().runs[1].values["status"])


def test_a_command_that_is_not_there_is_not_recorded(project: Path) -> None:
    ask("init")
    before = LOG.read_bytes()
    done = _ask(project, "run", "--", "no-such-command")
    assert done.returncode == 127 and "no command no-such-command" in done.stderr
    assert LOG.read_bytes() == before


def test_a_run_whose_watcher_was_killed_is_repaired_by_the_next_call(project: Path) -> None:
    ask("init")
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    code = "import time; print('step 7 | loss: 2.5', flush=True); time.sleep(30)"
    watcher = subprocess.Popen(
        [sys.executable, "-m", "nlq", "run", "--", sys.executable, "-c", code],
        cwd=project, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert watcher.stdout is not None and watcher.stderr is not None
    assert watcher.stdout.readline() == b"step 7 | loss: 2.5\n"
    assert document().runs[0].values["status"] == "In Progress"
    assert _ask(project, "how many runs").stderr.count("unknown") == 0  # it is watched still
    watcher.send_signal(signal.SIGKILL)
    watcher.wait()
    watcher.stdout.close()
    watcher.stderr.close()
    told = _ask(project, "how many runs")
    assert told.returncode == 0 and "unknown, last seen 2024-01-15 10:00" in told.stderr
    assert document().runs[0].values["status"] == "Unknown, last seen 2024-01-15 10:00"
    assert _ask(project, "how many runs").stderr.count("unknown") == 0


def test_a_format_other_than_json_is_refused(project: Path) -> None:
    ask("init")
    ask("try longer warmup next", "--csv", code=USAGE)


def test_in_a_batch_a_report_is_written_with_yes_alone(project: Path) -> None:
    ask("init")
    ask("start", "--", "python", "train.py", "--lr=0.1")
    lines = "training finished with loss 2.71\nloss of exp-001\nexp-009 crashed\n"
    unasked = [json.loads(line) for line in _ask(project, "--batch", input=lines).stdout.splitlines()]
    assert [one["status"] for one in unasked] == ["ambiguous", "declined", "ambiguous"]
    told = [json.loads(line) for line in _ask(project, "--batch", "--yes", input=lines).stdout.splitlines()]
    assert [one["status"] for one in told] == ["recorded", "answered", "error"]
    assert told[1]["rows"] == [["exp-001", 2.71]] and "no run is called exp-009" in told[2]["error"]


def test_a_log_without_runs_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask("init")
    capsys.readouterr()
    ask("what was my best run")
    assert capsys.readouterr().out.startswith(f"No run is recorded yet in {LOG}: ask start -- COMMAND")
    ask("what should I try next")
    assert "Different window patterns" in capsys.readouterr().out


@pytest.mark.parametrize("words", [("start",), ("run",), ("start", "--goal", "x", "python", "t.py")])
def test_a_command_stands_behind_two_dashes(
    project: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    ask("init")
    ask(*words, code=USAGE)
    assert "the command stands behind --" in capsys.readouterr().err


def test_an_agent_gets_the_change_and_its_errors_as_json(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AI_AGENT", "1")
    ask("init")
    ask("try longer warmup next", code=AMBIGUOUS)
    told = capsys.readouterr()
    assert "+- [ ] longer warmup" in told.out
    assert json.loads(told.err.splitlines()[-1])["exit"] == AMBIGUOUS


HOSTILE = [
    "a|b",
    "# x",
    "`x`",
    "two\nlines",
    "../../x",
    "\x1b[31mred",
    "x" * 10_000,
    "$(touch pwned)",
    "'; rm -rf",
]


@pytest.mark.parametrize("name", HOSTILE, ids=[ascii(name)[:12] for name in HOSTILE])
def test_hostile_names_are_recorded_and_nothing_is_run(
    project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    ask("init")
    command = [
        "python",
        "train.py",
        f"--run={name}",
        "--x=$(touch pwned)",
        "--y=`touch pwned`",
        "<<EOF\n$(x)\nEOF",
    ]
    ask("start", "--goal", name, "--", *command)
    ask("finish", "--loss", "2.5", "--note", name)
    ask("note", document().runs[0].name, "it \x1b[31m| is `well`")
    ask("status", document().runs[0].name, "crashed", "--why", name)
    run = document().runs[0]
    assert len(document().runs) == 1 and run.values["loss"] == 2.5
    assert run.values["x"] == "$(touch pwned)" and run.values["y"] == "`touch pwned`"
    assert "\x1b" not in LOG.read_text() and "\x1b" not in capsys.readouterr().out
    assert not Path("pwned").exists() and len(list(project.iterdir())) == 1
