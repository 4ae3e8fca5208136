"""The command line: what is a question, what an option, and how each way of failing ends.

The engine is a stand-in here: what it answers is decided by the first word of the question.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nlq import terminal
from nlq.answer import Answer, Header, Suggestion
from nlq.cli import run
from nlq.errors import AMBIGUOUS, DECLINED, FAILED, INTERRUPTED, OK, USAGE
from store.errors import NoHistory

ROOT = Path(__file__).parents[1]
TABLE = Answer(
    question="",
    status="answered",
    headline="Three runs.",
    columns=(Header("run"), Header("loss", "number")),
    rows=(("a", 0.123456789), ("b", 2.5), ("c", None)),
    understood="runs",
    sql="SELECT run FROM runs",
)
OTHERS = {
    "declined": Answer("", "declined", "Declined: no weather.", suggestions=(Suggestion("best run"),)),
    "ambiguous": Answer(
        "", "ambiguous", "Which lr?", suggestions=(Suggestion("runs", "all"), Suggestion("matrix", "one"))
    ),
    "empty": Answer("", "empty", "No run matches.", columns=(Header("run"),)),
    "recorded": Answer("", "recorded", "Recorded."),
}


class Asked:
    """What reached the engine and the store."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.now: datetime | None = None
        self.opened: tuple[Any, ...] = ()
        self.cached: bool | None = None
        self.kept: list[bool] = []

    def ask(self, question: str, history: object, *, now: datetime | None = None) -> Answer:
        self.questions.append(question)
        self.now = now
        first = question.split()[0]
        if first == "interrupt":
            raise KeyboardInterrupt
        if first == "burst":
            raise RuntimeError("two\nlines \x1b[31m")
        return replace(OTHERS.get(first, TABLE), question=question)

    def explain(
        self, question: str, history: object, *, now: datetime | None = None
    ) -> list[tuple[str, str]]:
        return [("tokens", question), ("sql", "SELECT 1\nFROM runs\x1b[2J")]

    def open(self, *given: Any, cached: bool = True, later: bool = False) -> object:
        self.opened, self.cached = given, cached
        if "missing" in given[0]:
            raise NoHistory("no such file: missing")
        return types.SimpleNamespace(sources=[], left_over=[], keep=lambda: self.kept.append(later))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Asked]:
    told = Asked()
    engine = types.ModuleType("nlq.engine")
    engine.ask, engine.explain = told.ask, told.explain  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nlq.engine", engine)
    monkeypatch.setattr("nlq.opening.open_history", told.open)
    for name in (
        *terminal.AGENT_VARIABLES,
        "ASK_HISTORY",
        "ASK_NOW",
        "NO_COLOR",
        "COLUMNS",
        "PAGER",
        "ASK_PAGER",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    yield told


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "_isatty", lambda stream: True)
    monkeypatch.setenv("TERM", "xterm")


Streams = pytest.CaptureFixture[str]


# What is a question


@pytest.mark.parametrize(
    ("argv", "question"),
    [
        (["what", "was", "my", "best", "run"], "what was my best run"),
        (["what was", "my best run?"], "what was my best run?"),
        (["demo", "runs", "with", "lr", "0.1"], "demo runs with lr 0.1"),
        (["doctor", "runs"], "doctor runs"),
        (["--", "demo"], "demo"),
        (["--", "runs", "--json"], "runs --json"),
        (["runs", "with", "--depth=24", "-lr", "-0.5", "--fp8"], "runs with --depth=24 -lr -0.5 --fp8"),
        (["best", "run", "--csv", "of", "--limit", "2", "d24", "--limit=3"], "best run of d24"),
        (["help", "me"], "help me"),
        (["caf\udce9", "runs"], "caf\ufffd runs"),
    ],
)
def test_words_are_a_question(asked: Asked, argv: list[str], question: str) -> None:
    assert run(argv) == OK and asked.kept == [True], "what was read is kept after the answer"
    assert asked.questions == [question]


def test_a_question_may_be_piped(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n  best run \n\n"))
    assert run([]) == OK
    assert asked.questions == ["best run"]


@pytest.mark.parametrize("argv", [[], [""], ["  "], ["--json"], ["--"]])
def test_no_question_is_an_error_of_use(
    asked: Asked, argv: list[str], capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(" \n"))
    assert run(argv) == USAGE
    assert "empty" in capsys.readouterr().err and not asked.questions


def test_several_lines_are_for_batch(asked: Asked, capsys: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("one\ntwo\n"))
    assert run([]) == USAGE
    assert "ask --batch" in capsys.readouterr().err


@pytest.mark.usefixtures("on_terminal")
def test_no_words_on_a_terminal_without_a_history_is_help(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: Streams
) -> None:
    """With one it is the prompt: `tests/test_repl.py`."""

    def none(*given: Any, **more: Any) -> None:
        raise NoHistory("no experiment log")

    monkeypatch.setattr("nlq.opening.open_history", none)
    assert run([]) == OK
    assert "ask what was my best run" in capsys.readouterr().out
    assert run(["help"]) == run(["-h"]) == OK
    assert capsys.readouterr().out.count("Usage: ask") == 2


def test_ten_thousand_words_arrive(asked: Asked, capsys: Streams) -> None:
    assert run(["declined", *["word"] * 9_999]) == DECLINED
    assert len(asked.questions[0].split()) == 10_000


# Commands


def test_demo_asks_the_history_that_ships(asked: Asked, capsys: Streams) -> None:
    assert run(["demo"]) == OK
    shown = capsys.readouterr().out
    assert asked.opened[0][0].endswith("experiments.md")
    assert all(f"$ ask {question}" in shown for question in asked.questions) and len(asked.questions) > 2
    assert run(["demo", "best d12 run"]) == run(["--demo", "best", "d12", "run"]) == OK
    assert asked.questions[-2:] == ["best d12 run"] * 2 and asked.opened[0][0].endswith("experiments.md")


def test_doctor_takes_files_that_are_there(asked: Asked, tmp_path: Path, capsys: Streams) -> None:
    (tmp_path / "results.tsv").write_text("a\tb\n")
    assert run(["doctor"]) == run(["doctor", "results.tsv"]) == OK
    assert asked.opened[0] == ("results.tsv",) and not asked.questions


# Options


@pytest.mark.parametrize(
    "argv", [["--jsn", "best"], ["--formt=csv", "--limt", "best"], ["--limit", "x", "a"], ["--limit=-1", "a"]]
)
def test_a_misspelt_option_is_refused(asked: Asked, argv: list[str], capsys: Streams) -> None:
    assert run(argv) == USAGE
    assert capsys.readouterr().err.count("\n") == 1 and not asked.questions


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--json", "--csv", "a"], "one format at a time: json or csv"),
        (["--format", "githb", "a"], "nearest: github"),
        (["-o", "best.xyz", "a"], "no format has that suffix"),
        (["-o", "best", "a"], "no format has that suffix"),
        (["--batch", "a"], "--batch reads questions on stdin"),
        (["a", "--in"], "--in"),
    ],
)
def test_impossible_options_are_named(asked: Asked, argv: list[str], said: str, capsys: Streams) -> None:
    assert run(argv) == USAGE
    assert said in capsys.readouterr().err and not asked.questions


def test_the_history_and_the_noun_are_handed_on(asked: Asked) -> None:
    assert run(["--in", "a.md", "best", "--in=b.tsv", "--noun", "singer", "--json"]) == OK
    assert asked.opened[:2] == (("a.md", "b.tsv"), ("singer",))


def test_an_instant_freezes_the_clock(asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: Streams) -> None:
    monkeypatch.setenv("ASK_NOW", "2026-02-20T14:00:00")
    assert run(["runs"]) == OK
    assert asked.now == datetime(2026, 2, 20, 14)
    monkeypatch.setenv("ASK_NOW", "soon")
    assert run(["runs"]) == USAGE
    assert "ASK_NOW is no ISO instant: 'soon'" in capsys.readouterr().err


def test_formats(asked: Asked, capsys: Streams) -> None:
    assert run(["runs", "--csv"]) == OK
    assert capsys.readouterr().out == "run,loss\na,0.123456789\nb,2.5\nc,\n"
    assert run(["runs", "--format", "jsonl", "--limit", "1"]) == OK
    shown = capsys.readouterr()
    assert shown.out == '{"run": "a", "loss": 0.123456789}\n' and "1 of 3 rows" in shown.err
    assert run(["runs", "--format", "github"]) == OK
    assert capsys.readouterr().out.startswith("| run")
    assert run(["runs", "--sql"]) == OK
    assert capsys.readouterr().out == "SELECT run FROM runs\n"
    assert run(["runs", "--explain"]) == OK
    assert capsys.readouterr().out == "tokens\n  runs\nsql\n  SELECT 1\n  FROM runs\n"


def test_a_pipe_gets_the_text_form_in_full(asked: Asked, capsys: Streams) -> None:
    assert run(["runs"]) == OK
    shown = capsys.readouterr()
    assert "0.123456789" in shown.out and "\x1b" not in shown.out
    assert shown.err == "\nunderstood  runs\n"


@pytest.mark.usefixtures("on_terminal")
def test_a_terminal_gets_colour_and_short_numbers(
    asked: Asked, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(["runs"])
    assert "\x1b[1mThree runs.\x1b[0m" in (shown := capsys.readouterr().out) and "0.123457" in shown
    run(["runs", "--color", "never"])
    monkeypatch.setenv("NO_COLOR", "1")
    run(["runs"])
    assert "\x1b" not in capsys.readouterr().out
    run(["runs", "--color=always"])
    assert "\x1b" in capsys.readouterr().out


def test_a_file_is_written_whole_in_the_format_of_its_suffix(
    asked: Asked, tmp_path: Path, capsys: Streams
) -> None:
    (tmp_path / "best.csv").write_text("old")
    (tmp_path / "best.csv").chmod(0o640)
    assert run(["runs", "-o", "best.csv"]) == run(["runs", "-o", "best.html"]) == OK
    assert (tmp_path / "best.csv").read_text() == "run,loss\na,0.123456789\nb,2.5\nc,\n"
    assert (tmp_path / "best.csv").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "best.html").read_text().startswith("<table>")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["best.csv", "best.html"]
    assert run(["runs", "-o", "no/such/folder.csv"]) == FAILED
    assert capsys.readouterr().err.endswith(
        "ask: cannot write no/such/folder.csv: No such file or directory\n"
    )
    assert run(["runs", "--csv", "-o", os.devnull]) == OK


@pytest.mark.usefixtures("on_terminal")
def test_a_long_answer_goes_through_the_pager(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Streams
) -> None:
    pager = f"{sys.executable} -c \"import sys; open('paged', 'w').write(sys.stdin.read())\""
    monkeypatch.setenv("ASK_PAGER", pager)
    monkeypatch.setenv("LINES", "24")
    run(["runs"])
    assert not (tmp_path / "paged").exists()
    monkeypatch.setenv("LINES", "3")
    run(["runs"])
    assert "Three runs." in (tmp_path / "paged").read_text()
    monkeypatch.setenv("ASK_PAGER", "no-such-pager")
    capsys.readouterr()
    run(["runs"])
    assert "Three runs." in capsys.readouterr().out


# Exit codes


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["runs"], OK),
        (["empty"], OK),
        (["recorded"], OK),
        (["declined"], DECLINED),
        (["ambiguous"], AMBIGUOUS),
        (["interrupt"], INTERRUPTED),
        (["burst"], FAILED),
        (["runs", "--in", "missing"], FAILED),
        (["runs", "--exit-status"], OK),
        (["empty", "--exit-status"], FAILED),
        (["recorded", "--exit-status"], OK),
        (["declined", "--exit-status"], DECLINED),
        (["declined", "--json"], DECLINED),
    ],
)
def test_exit_codes(asked: Asked, argv: list[str], code: int) -> None:
    assert run(argv) == code


def test_an_internal_error_is_one_line(
    asked: Asked, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["burst"]) == FAILED
    assert capsys.readouterr().err == (
        "ask: internal error: RuntimeError: two lines (ASK_DEBUG=1 shows where)\n"
    )
    monkeypatch.setenv("ASK_DEBUG", "1")
    assert run(["burst"]) == FAILED
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.usefixtures("on_terminal")
@pytest.mark.parametrize(("typed", "code"), [("2\n", OK), ("9\n1\n", OK), ("\n", AMBIGUOUS), ("", AMBIGUOUS)])
def test_on_a_terminal_an_ambiguous_question_is_asked_back(
    asked: Asked, typed: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: Streams
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert run(["ambiguous"]) == code
    assert "  2  one  → ask matrix\nwhich? [1-2] " in capsys.readouterr().out
    assert asked.questions[1:] == {"2\n": ["matrix"], "9\n1\n": ["runs"]}.get(typed, [])


# Agents


@pytest.mark.parametrize("variable", terminal.AGENT_VARIABLES)
def test_an_agent_gets_compact_markdown(
    asked: Asked, variable: str, monkeypatch: pytest.MonkeyPatch, capsys: Streams
) -> None:
    monkeypatch.setenv(variable, "1")
    assert run(["runs"]) == OK
    shown = capsys.readouterr()
    assert shown.out.startswith("**Three runs.**\n\n| run | loss |\n|---|---|\n") and not shown.err
    assert run(["runs", "--table"]) == OK
    assert capsys.readouterr().out.startswith("Three runs.\n")
    assert run(["runs", "--in", "missing"]) == FAILED
    assert json.loads(capsys.readouterr().err) == {
        "status": "error",
        "error": "no such file: missing",
        "exit": FAILED,
    }


def test_batch_stays_in_step(asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: Streams) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("runs\n\nburst\ndeclined now\r\nruns"))
    assert run(["--batch", "--limit", "2"]) == FAILED
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["status"] for one in told] == ["answered", "error", "error", "declined", "answered"]
    assert [one["question"] for one in told] == ["runs", "", "burst", "declined now", "runs"]
    assert len(told[0]["rows"]) == 2 and "RuntimeError" in told[2]["error"]


# Configuration


def test_the_nearest_configuration_wins_and_the_rest_is_filled_in(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Streams
) -> None:
    project = tmp_path / "project" / "deep"
    project.mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").write_text(
        '[tool.ask]\nhistory = "logs/a.md"\nnoun = ["trial"]\ncolour = 1\n'
    )
    (tmp_path / ".config" / "ask").mkdir(parents=True)
    (tmp_path / ".config" / "ask" / "config.toml").write_text('noun = "singer"\nlower = ["gap"]\n')
    monkeypatch.chdir(project)
    assert run(["runs"]) == OK
    given = asked.opened[2]
    assert given.history == (str(tmp_path / "project" / "logs" / "a.md"),)
    assert (given.noun, given.lower, given.higher) == (("trial",), ("gap",), ())
    assert "unknown key 'colour'" in capsys.readouterr().err
    (project / ".ask.toml").write_text("noun = 3\n")
    assert run(["runs"]) == USAGE
    assert ".ask.toml: noun must be a text or a list of texts, not 3" in capsys.readouterr().err
    (project / ".ask.toml").write_text("noun = \n")
    assert run(["runs"]) == USAGE


# The process


def _ask(*argv: str, **given: Any) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if k not in terminal.AGENT_VARIABLES}
    command = [sys.executable, "-m", "nlq", *argv]
    environ |= {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environ, check=False, **given)


def test_what_was_read_before_may_be_read_anew(asked: Asked) -> None:
    run(["best run"])
    assert asked.cached
    run(["best run", "--no-cache"])
    assert asked.cached is False


def test_help_imports_click_alone() -> None:
    script = (
        "import sys; from nlq.cli import run; run(['--help']); "
        "heavy = {'duckdb', 'pydantic', 'lark', 'rapidfuzz', 'tabulate', 'snowballstemmer', 'tomllib', "
        "'json', 'asyncio', 'importlib.metadata', 'nlq.engine', 'store.load'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert told.stderr == "[]\n" and "Usage: ask" in told.stdout


def test_a_process_leaves_quietly(tmp_path: Path) -> None:
    told = _ask("--in", "nowhere.md", "best", cwd=tmp_path)
    assert (told.returncode, told.stdout) == (FAILED, "")
    assert told.stderr == "ask: no file or folder nowhere.md\n"
    assert _ask("--version").stdout.startswith("ask, version ")


def test_a_closed_pipe_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    told = subprocess.run(
        [sys.executable, "-m", "nlq", "--help"], stdout=write, stderr=subprocess.PIPE, cwd=ROOT, check=False
    )
    os.close(write)
    assert (told.returncode, told.stderr) == (OK, b"")


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(
            [
                sys.executable,
                "-c",
                "from nlq.__main__ import main; import sys; sys.argv[1:] = ['--version']; main()",
            ],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (told.returncode, told.stderr) == (FAILED, "ask: No space left on device\n")


def test_a_foreign_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "store.py").write_text("")
    (tmp_path / "mine.py").write_text("import nlq\n")
    told = subprocess.run(
        [sys.executable, str(tmp_path / "mine.py")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert told.returncode == 1
    assert f"another one first: {tmp_path / 'store.py'}" in told.stderr
