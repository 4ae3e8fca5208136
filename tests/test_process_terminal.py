"""A command run through us on a terminal: what it sees of it, keys, and the terminal afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.through import Screen, Through, python


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as screen:
        yield screen


def _on(screen: Screen, folder: Path, argv: list[str], **options: Any) -> Through:
    """With all three on the terminal, but those that are given otherwise."""
    files = {name: options.pop(name, screen.side) for name in ("stdin", "stdout", "stderr")}
    return Through(folder, argv, **files, terminal=screen.name, **options)


PIPE, NULL = subprocess.PIPE, subprocess.DEVNULL
OTHERWISE: list[dict[str, int]] = [
    {},
    {"stdin": NULL},
    {"stderr": PIPE},
    {"stdout": PIPE},
    {"stdin": NULL, "stderr": PIPE},
    {"stdin": NULL, "stdout": PIPE},
    {"stdout": PIPE, "stderr": PIPE},
    {"stdin": NULL, "stdout": PIPE, "stderr": PIPE},
]


@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_what_is_a_terminal_for_us_is_one_for_the_command(
    screen: Screen, tmp_path: Path, otherwise: dict[str, int]
) -> None:
    code = f"""
import os, sys
open({str(tmp_path / "seen")!r}, "w").write(str([os.isatty(fd) for fd in (0, 1, 2)]))
assert os.open("/dev/tty", os.O_RDWR)
print("out"); sys.stdout.flush(); print("err", file=sys.stderr)
"""
    with _on(screen, tmp_path, python(code), **otherwise) as through:
        shown = {name: b"" if name in otherwise else name[3:].encode() for name in ("stdout", "stderr")}
        if any(shown.values()):
            # No more than one carriage return a line, whoever adds it.
            wanted = b"".join(word + b"\r\n" for word in shown.values() if word)
            assert screen.read(wanted) == wanted
        code_, out, err = through.finish()
        assert (code_, out, err) == (
            0,
            b"out\n" if otherwise.get("stdout") == PIPE else b"",
            b"err\n" if otherwise.get("stderr") == PIPE else b"",
        )
        assert through.heard.replace(b"\r", b"") == b"out\nerr\n"
    seen = [name not in otherwise for name in ("stdin", "stdout", "stderr")]
    assert (tmp_path / "seen").read_text() == str(seen)
    assert screen.as_it_was


SIZES = """
import os, signal
def tell(*_): os.write(1, str(tuple(os.get_terminal_size())).encode())
signal.signal(signal.SIGWINCH, tell)
tell()
while True: signal.pause()
"""


@pytest.mark.parametrize("stdin", [None, NULL])
def test_the_size_of_the_window(screen: Screen, tmp_path: Path, stdin: int | None) -> None:
    otherwise = {} if stdin is None else {"stdin": stdin}
    with _on(screen, tmp_path, python(SIZES), **otherwise) as through:
        screen.read(b"(100, 24)")
        screen.resize(10, 60)
        screen.read(b"(60, 10)")
        through.process.terminate()
        assert through.finish()[0] == -signal.SIGTERM


def test_what_is_typed_is_echoed_once(screen: Screen, tmp_path: Path) -> None:
    code = """
print("got", input("name? "))
try: input("more? ")
except EOFError: print("end")
"""
    with _on(screen, tmp_path, python(code)) as through:
        screen.read(b"name? ")
        assert not screen.as_it_was  # raw
        screen.type(b"bobb\x7f\r")
        assert screen.read(b"more? ") == b"bobb\b \b\r\ngot bob\r\nmore? "
        screen.type(b"\x04")
        screen.read(b"end\r\n")
        assert through.finish()[0] == 0
        assert not through.ended.interrupted
    assert screen.as_it_was


@pytest.mark.parametrize("keys", [b"\x04", b"one\n", b"one\x04\x04"])
def test_what_was_typed_before_we_started(screen: Screen, tmp_path: Path, keys: bytes) -> None:
    screen.type(keys)
    code = "import sys; print(repr(sys.stdin.readline()), repr(sys.stdin.read(0)))"
    with _on(screen, tmp_path, python(code)) as through:
        screen.read(repr(keys.rstrip(b"\x04").decode()).encode())
        assert through.finish()[0] == 0


def test_keys_for_which_there_is_no_room_wait(screen: Screen, tmp_path: Path) -> None:
    code = """
import sys, time, tty
tty.setraw(0); print("ready", flush=True); time.sleep(0.2)
print(sys.stdin.buffer.read(20000) == b"0123456789" * 2000, flush=True)
"""
    with _on(screen, tmp_path, python(code)) as through:
        screen.read(b"ready")
        screen.type(b"0123456789" * 2000)
        screen.read(b"True")
        assert through.finish()[0] == 0


CATCHES = """
import sys, time
try:
    print("ready", flush=True)
    time.sleep(20)
except KeyboardInterrupt:
    print("saving", flush=True)
    time.sleep(0.1)
    print("saved", flush=True)
"""


@pytest.mark.parametrize("otherwise", [{}, {"stdin": NULL}, {"stderr": PIPE}])
def test_ctrl_c_is_for_the_command(screen: Screen, tmp_path: Path, otherwise: dict[str, int]) -> None:
    with _on(screen, tmp_path, python(CATCHES), **otherwise) as through:
        screen.read(b"ready")
        screen.type(b"\x03")
        screen.read(b"saved")
        assert through.finish()[0] == 0
        assert (through.ended.code, through.ended.interrupted) == (0, True)
    assert screen.as_it_was


def test_ctrl_c_where_only_stderr_is_a_terminal(screen: Screen, tmp_path: Path) -> None:
    with _on(screen, tmp_path, python(CATCHES), stdout=PIPE) as through:
        through.read(b"ready")
        screen.type(b"\x03")
        assert through.finish()[0] == 0
        assert through.heard == b"ready\nsaving\nsaved\n" and through.ended.interrupted


@pytest.mark.parametrize(("key", "number"), [(b"\x03", signal.SIGINT), (b"\x1c", signal.SIGQUIT)])
def test_a_key_that_ends_the_command(
    screen: Screen, tmp_path: Path, key: bytes, number: signal.Signals
) -> None:
    with _on(screen, tmp_path, ["sh", "-c", "echo ready; exec sleep 20"]) as through:
        screen.read(b"ready")
        screen.type(key)
        assert through.finish()[0] == (-number if number == signal.SIGINT else 128 + number)
        assert through.ended.signal == number
    assert screen.as_it_was


def test_a_key_is_only_a_key_where_the_command_says_so(screen: Screen, tmp_path: Path) -> None:
    code = "import os, tty; tty.setraw(0); print('ready', flush=True); print(os.read(0, 1), flush=True)"
    with _on(screen, tmp_path, python(code)) as through:
        screen.read(b"ready")
        screen.type(b"\x03")
        screen.read(b"b'\\x03'")
        assert through.finish()[0] == 0
        assert not through.ended.interrupted


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_for_us_are_passed_on(screen: Screen, tmp_path: Path, number: signal.Signals) -> None:
    with _on(screen, tmp_path, ["sh", "-c", "echo ready; exec sleep 20"]) as through:
        screen.read(b"ready")
        through.process.send_signal(number)
        assert through.finish()[0] == -number
        assert through.ended.interrupted and through.ended.signal == number
    assert screen.as_it_was


def test_a_terminal_that_is_closed_is_closed_for_the_command(tmp_path: Path) -> None:
    code = """
import signal, sys, time
signal.signal(signal.SIGHUP, lambda *_: sys.exit(5))
print("ready", flush=True)
time.sleep(20)
"""
    with Screen() as screen:
        through = _on(screen, tmp_path, python(code))
        screen.read(b"ready")
    with through:
        assert through.finish()[0] == 5
        assert through.ended.interrupted


@pytest.mark.parametrize("word", [b"fg", b"bg"])
def test_ctrl_z_stops_us_and_gives_the_terminal_back(screen: Screen, tmp_path: Path, word: bytes) -> None:
    code = """
import os, select, signal
signal.signal(signal.SIGCONT, lambda *_: os.write(1, b"going on"))
os.write(1, b"ready")
while not select.select([0], [], [], 0.01)[0]: pass
print("got", input())
"""
    with _on(screen, tmp_path, python(code), shell=True) as through:
        for start in (b"ready", b"going on"):
            screen.read(start)
            screen.type(b"\x1a")
            screen.read(b"stopped True")
            screen.type(word + b"\n")
            if word == b"bg":
                screen.read(b"going on")
                screen.type(b"fg\n")
                break
        if word == b"fg":
            screen.read(b"going on")
        screen.type(b"hello\n")
        screen.read(b"got hello")
        assert through.finish()[0] == 0
    assert screen.as_it_was


def test_ctrl_z_where_nobody_could_continue_us_does_nothing(screen: Screen, tmp_path: Path) -> None:
    """As without us: `docker run -it image ask run -- train`."""
    with _on(screen, tmp_path, python("print('ready', flush=True); print('got', input())")) as through:
        screen.read(b"ready")
        screen.type(b"\x1ahello\r")
        screen.read(b"got hello")
        assert through.finish()[0] == 0


def test_what_it_leaves_behind_lives_on(screen: Screen, tmp_path: Path) -> None:
    with _on(screen, tmp_path, ["sh", "-c", "sleep 20 & echo =$!="]) as through:
        process = int(screen.read(b"=\r\n").strip(b"=\r\n"))
        assert through.finish()[0] == 0
        os.kill(process, 0)
        os.kill(process, signal.SIGKILL)


def test_the_last_words_of_what_it_leaves_behind(screen: Screen, tmp_path: Path) -> None:
    with _on(screen, tmp_path, ["bash", "-c", "exec > >(sleep 0.2; cat); echo last"]) as through:
        screen.read(b"last\r\n")
        assert through.finish()[0] == 0
        assert through.heard == b"last\r\n"


def test_much_of_it(screen: Screen, tmp_path: Path) -> None:
    code = "for i in range(20000): print(f'line {i:05d}')\nprint('the end')"
    with _on(screen, tmp_path, python(code)) as through:
        shown = screen.read(b"the end\r\n")
        assert through.finish()[0] == 0
        assert shown.split(b"\r\n")[:-2] == [b"line %05d" % i for i in range(20000)]
        assert through.heard == shown


def test_the_terminal_is_as_it_was_whatever_happens(screen: Screen, tmp_path: Path) -> None:
    with _on(screen, tmp_path, ["no-such-command-here"]) as through:
        screen.read(b"FileNotFoundError: [Errno 2] No such file or directory: 'no-such-command-here'")
        through.finish()
    assert screen.as_it_was
    with _on(screen, tmp_path, python("print('said')"), deaf=True) as through:
        screen.read(b"said")
        assert through.finish()[0] == 0
    assert screen.as_it_was
