"""A command run through us, with pipes and files: its streams and its end."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from store.process import Ended, leave_as, run_through
from store.process.plain import run as run_plainly
from tests.through import ROOT, Through, python


def _pipe(*, full: bool = False, blocking: bool = True) -> tuple[int, int]:
    reader, writer = os.pipe()
    if full:
        os.set_blocking(writer, False)
        while select.select([], [writer], [], 0)[1]:
            os.write(writer, b"." * select.PIPE_BUF)
    os.set_blocking(writer, blocking)
    return reader, writer


@pytest.mark.parametrize(
    ("code", "expected"),
    [("pass", 0), ("raise SystemExit(3)", 3), ("raise SystemExit(255)", 255)],
)
def test_exit_codes(tmp_path: Path, code: str, expected: int) -> None:
    with Through(tmp_path, python(code)) as through:
        assert through.finish() == (expected, b"", b"")
        assert through.ended == Ended(expected, 0, through.ended.seconds, False)


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
)
def test_a_signal_that_ends_the_command(tmp_path: Path, number: signal.Signals) -> None:
    with Through(tmp_path, ["sh", "-c", f"kill -{number:d} $$"]) as through:
        passed_on = number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        assert through.finish()[0] == (-number if passed_on else 128 + number)
        assert (through.ended.code, through.ended.signal) == (128 + number, number)
        assert not through.ended.interrupted


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("no-such-command-here", FileNotFoundError),
        ("./no-such-file", FileNotFoundError),
        ("/", PermissionError),
    ],
)
def test_a_command_that_cannot_be_started(command: str, error: type[OSError]) -> None:
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208
    with pytest.raises(error) as told:
        run_through([command], lambda data: None)
    assert command in str(told.value)
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208


def test_both_streams_byte_for_byte(tmp_path: Path) -> None:
    code = """
import os, sys, threading
def write(fd, seed):
    data = bytes((seed + i * i // 7) % 256 for i in range(1 << 16))
    for k in range(80):
        part = data[k * 13:] + data[:k * 13]
        while part: part = part[os.write(fd, part[:9999]):]
threads = [threading.Thread(target=write, args=(fd, fd)) for fd in (1, 2)]
[t.start() for t in threads]; [t.join() for t in threads]
"""
    expected = subprocess.run(python(code), capture_output=True, check=True)
    assert len(expected.stdout) == 80 << 16
    with Through(tmp_path, python(code)) as through:
        assert through.finish() == (0, expected.stdout, expected.stderr)
        assert len(through.heard) == 160 << 16


def test_one_output_for_both_streams_keeps_their_order(tmp_path: Path) -> None:
    code = "import os\nfor i in range(2000): os.write(1 + i % 2, b'%d\\n' % i)"
    expected = b"".join(b"%d\n" % i for i in range(2000))
    with Through(tmp_path, python(code), stderr=subprocess.STDOUT) as through:
        assert through.finish() == (0, expected, b"")
        assert through.heard == expected
    with (
        (tmp_path / "log").open("wb") as log,
        Through(tmp_path, python(code), stdout=log, stderr=log) as through,
    ):
        assert through.finish()[0] == 0
    assert (tmp_path / "log").read_bytes() == expected


def test_chunks_are_heard_in_order_of_arrival_once_they_are_out(tmp_path: Path) -> None:
    code = "import os\nfor i in range(4): os.write(1 + i % 2, b'%d' % i); os.read(0, 1)"
    with Through(tmp_path, python(code), stdin=subprocess.PIPE) as through:
        process = through.process
        assert process.stdin and process.stdout and process.stderr
        for i in range(4):
            assert (process.stdout, process.stderr)[i % 2].read(1) == b"%d" % i
            process.stdin.write(b"x")
        assert through.finish()[0] == 0
        assert through.heard == b"0123"


@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_stdin_is_its_own(tmp_path: Path, kind: str) -> None:
    (tmp_path / "in").write_bytes(b"one\ntwo\n")
    with (tmp_path / "in").open("rb") as file:
        stdin = file if kind == "file" else subprocess.PIPE
        with Through(tmp_path, python("print(input(), input()); input()"), stdin=stdin) as through:
            if through.process.stdin:
                through.process.stdin.write(b"one\ntwo\n")
            code, out, err = through.finish()
    assert (code, out) == (1, b"one two\n") and b"EOFError" in err


def test_other_files_are_handed_down() -> None:
    reader, writer = _pipe()
    os.set_inheritable(reader, True)
    os.write(writer, b"depth: 12")
    os.close(writer)
    call = f"run_through(['cat', '/dev/fd/{reader}'], print)"
    script = python(f"from store.process import run_through; {call}")
    told = subprocess.run(script, capture_output=True, cwd=ROOT, pass_fds=[reader], check=True)
    os.close(reader)
    assert told.stdout.startswith(b"depth: 12")


def test_a_closed_output_stays_closed(tmp_path: Path) -> None:
    code = "import os, sys\ntry: os.write(1, b'x')\nexcept OSError as e: print(e.errno, file=sys.stderr)"
    with Through(tmp_path, python(code), closed=[0, 1]) as through:
        assert through.finish() == (0, b"", b"9\n")


@pytest.mark.parametrize("blocking", [True, False])
def test_a_slow_reader_slows_and_loses_nothing(tmp_path: Path, blocking: bool) -> None:
    reader, writer = _pipe(full=True, blocking=blocking)
    code = "import os\nfor i in range(300): os.write(1, b'%04d' % i * 250)\nos.write(2, b'end')"
    with Through(tmp_path, python(code), stdout=writer) as through:
        os.close(writer)
        sleep(0.2)
        assert through.process.poll() is None
        shown = b""
        while data := os.read(reader, 7777):
            shown += data
            sleep(0.002)
        os.close(reader)
        assert through.finish() == (0, b"", b"end")
    assert shown.lstrip(b".") == b"".join(b"%04d" % i * 250 for i in range(300))


def test_one_stream_does_not_wait_for_the_reader_of_the_other(tmp_path: Path) -> None:
    code = """
import os, threading
threading.Thread(target=os.write, args=(1, b"x" * 1000000)).start()
os.write(2, b"here")
"""
    with Through(tmp_path, python(code), every=0.05) as through:
        process = through.process
        assert process.stderr and process.stderr.read(4) == b"here"  # stdout is full, and nobody reads it
        assert through.finish() == (0, b"x" * 1000000, b"")


def test_a_reader_that_leaves_is_a_broken_pipe_for_the_command(tmp_path: Path) -> None:
    with Through(tmp_path, ["sh", "-c", "while echo line; do :; done"]) as through:
        assert b"line" in through.read(b"line")
        assert through.process.stdout
        through.process.stdout.close()
        code = through.process.wait(10)
        assert (code, through.ended.signal) == (128 + signal.SIGPIPE, signal.SIGPIPE)


def test_what_a_command_leaves_behind_is_not_waited_for(tmp_path: Path) -> None:
    with Through(tmp_path, ["sh", "-c", "sleep 20 & echo $!"]) as through:
        code = through.process.wait(10)
        assert (code, through.ended.code) == (0, 0)
        os.kill(int(through.read(b"\n")), signal.SIGKILL)


def test_the_last_words_of_what_it_leaves_behind(tmp_path: Path) -> None:
    with Through(tmp_path, ["bash", "-c", "exec > >(sleep 0.2; cat); echo last"]) as through:
        assert through.finish() == (0, b"last\n", b"")


def test_what_it_leaves_behind_is_not_listened_to_for_ever(tmp_path: Path) -> None:
    command = ["sh", "-c", "while sleep 0.05; do echo still here; done & exit 3"]
    with Through(tmp_path, command, patience=0.3) as through:
        code, out, _ = through.finish()
        assert code == 3 and b"still here" in out


def test_a_listener_that_fails_stops_nothing(tmp_path: Path) -> None:
    code = "import os\nfor i in range(3): os.write(1, b'x'); os.read(0, 1)"
    with Through(tmp_path, python(code), stdin=subprocess.PIPE, deaf=True) as through:
        assert through.process.stdin and through.process.stdout
        for _ in range(3):
            assert through.process.stdout.read(1) == b"x"
            through.process.stdin.write(b"x")
        assert through.finish()[0] == 0
        assert through.heard == b"x"


def test_tick(tmp_path: Path) -> None:
    with Through(tmp_path, python("import time; time.sleep(0.3)"), every=0.02) as through:
        assert through.finish()[0] == 0
        assert through.told["ticks"] >= 2


def test_leaving_as_the_command_did() -> None:
    assert [leave_as(Ended(code, number)) for code, number in ((0, 0), (3, 0), (137, 9), (139, 11))] == [
        0,
        3,
        137,
        139,
    ]


def test_where_there_are_no_terminals_nor_signals(capfd: pytest.CaptureFixture[str]) -> None:
    """As on Windows, here on pipes of our own."""
    heard: list[bytes] = []
    ticks: list[None] = []
    code = "import sys, time; sys.stdout.write('out'); sys.stderr.write('err'); time.sleep(0.2); sys.exit(3)"
    ended = run_plainly(python(code), heard.append, lambda: ticks.append(None), 0.05)
    assert (ended.code, ended.signal, sorted(heard)) == (3, 0, [b"err", b"out"])
    assert tuple(capfd.readouterr()) == ("out", "err") and ticks
    with pytest.raises(FileNotFoundError):
        run_plainly(["no-such-command-here"], heard.append, lambda: None, 10.0)


def test_it_is_imported_where_there_are_no_terminals() -> None:
    code = """
import sys
sys.modules |= dict.fromkeys(["fcntl", "pty", "termios", "tty"])
import signal, store.process, store.process.plain
"""
    subprocess.run(python(code), cwd=ROOT, check=True)


def test_the_trainer_paces_itself_and_fails_on_request(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.trainer", "--lines", "20", "--rate", "1e6"]
    with Through(tmp_path, command) as through:
        code, out, err = through.finish()
        lines = out.splitlines()
        assert (code, len(lines), err) == (0, 21, b"") and lines[-1].startswith(
            b"Minimum validation bpb: 1.2"
        )
    with Through(tmp_path, [*command, "--fail"]) as through:
        code, out, err = through.finish()
        assert (code, len(out.splitlines())) == (1, 10) and b"out of memory" in err
