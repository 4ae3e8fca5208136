"""What the answer is shown on: a terminal, a pipe, or a coding agent; its size; its colours."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple, TextIO

__all__ = ["AGENT_VARIABLES", "Terminal", "page", "terminal", "write"]

AGENT_VARIABLES = (
    "AI_AGENT",
    "AGENT",
    "CLAUDECODE",
    "CODEX_CI",
    "CURSOR_AGENT",
    "GEMINI_CLI",
    "COPILOT_AGENT",
)


class Terminal(NamedTuple):
    """What is known of the three streams.

    Attributes:
        stdin, stdout, stderr: whether each is a terminal.
        width, height: of the terminal, in cells.
        colored: whether stdout takes colours; `colored_err`, stderr.
        agent: whether a coding agent reads the answer.
        ascii: whether stdout can carry nothing but ASCII safely.
        pager: the command that shows long answers, or "".
    """

    stdin: bool = False
    stdout: bool = False
    stderr: bool = False
    width: int = 80
    height: int = 24
    colored: bool = False
    colored_err: bool = False
    agent: bool = False
    ascii: bool = False
    pager: str = ""


def terminal(environ: Mapping[str, str], color: str = "auto") -> Terminal:
    """Look at the three streams and the environment.

    Args:
        environ: for `COLUMNS`, `LINES`, `NO_COLOR` (https://no-color.org: any non-empty value),
            `TERM`, `ASK_PAGER`, `PAGER` and the variables agents set.
        color: "always", "never" or "auto".
    """
    stdin, stdout, stderr = (_isatty(stream) for stream in (sys.stdin, sys.stdout, sys.stderr))
    plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
    width, height = _size(environ) if stdout else (80, 24)
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    return Terminal(
        stdin,
        stdout,
        stderr,
        width,
        height,
        colored=color == "always" or (color == "auto" and stdout and not plain),
        colored_err=color == "always" or (color == "auto" and stderr and not plain),
        agent=not stdout and any(environ.get(name) for name in AGENT_VARIABLES),
        ascii=not encoding.startswith(("utf", "cp65001")),
        pager=environ.get("ASK_PAGER", environ.get("PAGER", "")) if stdout else "",
    )


def write(stream: TextIO | None, text: str) -> None:
    """Write all of `text`, with characters the stream's encoding lacks replaced, and flush."""
    if not text or stream is None:  # None: the stream was closed before the start (`>&-`)
        return
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()


def page(text: str, where: Terminal) -> None:
    """Write `text` to stdout, through the pager where it is longer than the screen."""
    if where.stdout and where.pager.strip() and text.count("\n") >= where.height:
        import shlex
        import subprocess

        try:
            # LESS=FRX (as git does): quit if it fits, keep colours, leave the text on the screen.
            environ = {"LESS": "FRX", **os.environ}
            subprocess.run(shlex.split(where.pager), input=text.encode(), env=environ, check=False)
            return
        except (OSError, ValueError):
            pass  # a pager that is not there is no reason to withhold the answer
    write(sys.stdout, text)


def _isatty(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _size(environ: Mapping[str, str]) -> tuple[int, int]:
    try:
        real = os.get_terminal_size(sys.stdout.fileno())
        width, height = real.columns, real.lines
    except (OSError, ValueError):
        width, height = 0, 0
    asked = [environ.get(name, "") for name in ("COLUMNS", "LINES")]
    columns, lines = (int(text) if text.isdecimal() else 0 for text in asked)
    return columns or width or 80, lines or height or 24
