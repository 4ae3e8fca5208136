"""The commands that write the log, and the sentences that do: what is shown, asked, and written.

    ask init · start · finish · note · try · status · run · undo

A first word that is exactly a command, and whose rest has its shape, is that command (`nlq.arguments`); all
else is a question or a sentence. A command writes at once; a sentence shows the change and asks, or needs
--yes.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nlq.errors import AMBIGUOUS, OK, BadUsage
from nlq.terminal import write

if TYPE_CHECKING:
    from nlq.answer import Answer
    from nlq.record.engine import Log
    from nlq.record.models import Act, Begin
    from nlq.terminal import Terminal

__all__ = ["Wishes", "init", "one_format", "record", "repaired", "said", "undo", "watched", "written"]


class Wishes(NamedTuple):
    """What is wished for beside the act.

    Attributes:
        history: the paths of `--in`.
        dry_run: print the change, write nothing.
        yes: write without asking.
        json: answer as JSON.
        question: the sentence that it was read from; "" for a command.
    """

    history: tuple[str, ...] = ()
    dry_run: bool = False
    yes: bool = False
    json: bool = False
    question: str = ""


def record(act: Act, wishes: Wishes, where: Terminal, environ: Mapping[str, str]) -> int:
    """Record an act, or show what it would change, and return the exit code."""
    from nlq.record.engine import carry_out, plan, with_question

    log, now = _log(wishes, environ), _now(environ)
    planned = plan(act, log, now)
    if wishes.dry_run:
        return _show_change(planned.diff, planned.answer, wishes, where)
    asks = planned.asks or ("it was said, not commanded" if wishes.question else "")
    if asks and planned.diff and not wishes.yes:
        if wishes.json or not (where.stdin and where.stdout):
            return _refuse(planned.diff, planned.asks, planned.answer, wishes, where)
        _print_diff(planned.diff, where)
        if not _agreed(planned.asks, planned.what):
            write(sys.stdout, "nothing was written\n")
            return AMBIGUOUS
    answer = with_question(carry_out(act, log, now), wishes.question)
    _show(answer, wishes, where)
    return OK


def written(act: Act, wishes: Wishes, environ: Mapping[str, str]) -> Answer:
    """Record an act without asking, and give what is to be told."""
    from nlq.record.engine import carry_out, with_question

    return with_question(carry_out(act, _log(wishes, environ), _now(environ)), wishes.question)


def said(act: Act, wishes: Wishes, where: Terminal, environ: Mapping[str, str]) -> int:
    """Record what a sentence reports; the command of a run that is about to start is asked for."""
    from nlq.record.models import Begin

    if isinstance(act, Begin) and not act.command:
        if where.stdin and where.stdout and not wishes.yes and not wishes.dry_run and not wishes.json:
            act = Begin(act.goal, _command_asked(), act.name, act.told)
        else:
            name = f"--name {shlex.quote(act.name)} " if act.name else ""
            goal = f"--goal {shlex.quote(act.goal)} " if act.goal else ""
            write(sys.stderr, f"note        with its command: ask start {name}{goal}-- COMMAND\n")
    return record(act, wishes, where, environ)


def init(title: str, wishes: Wishes, where: Terminal, environ: Mapping[str, str]) -> int:
    """`ask init`: an empty log where there is none."""
    from nlq.record.engine import empty_log, make_log

    if wishes.history and "://" in wishes.history[0]:
        raise BadUsage("a log is a file: ask init --in PATH")
    path = Path(wishes.history[0]) if wishes.history else Path(".claude", "experiments.md")
    title = title or Path.cwd().name
    if wishes.dry_run:
        lines = empty_log(path, title)
        return _show_change(lines, make_log(path, title, dry_run=True), wishes, where)
    _show(make_log(path, title), wishes, where)
    return OK


def undo(wishes: Wishes, where: Terminal, environ: Mapping[str, str]) -> int:
    """`ask undo`: the last write taken back, exactly."""
    from nlq.record.engine import take_back

    diff, answer = take_back(_log(wishes, environ), dry_run=wishes.dry_run)
    if wishes.dry_run:
        return _show_change(diff, answer, wishes, where)
    if not wishes.json:
        _print_diff(diff, where)
    _show(answer, wishes, where)
    return OK


def watched(
    begin: Begin, argv: Sequence[str], wishes: Wishes, where: Terminal, environ: Mapping[str, str]
) -> int:
    """`ask run`: the command runs as if it was alone; what there is to say goes to stderr."""
    from nlq.record.engine import plan
    from nlq.record.watch import watch

    log, now = _log(wishes, environ), _now(environ)
    if wishes.dry_run:
        planned = plan(begin, log, now)
        return _show_change(planned.diff, planned.answer, wishes, where)

    def tell(answer: Answer) -> None:
        from nlq.render import View, render

        view = View(width=where.width if where.stderr else 0, color=where.colored_err, ascii=where.ascii)
        name = "json" if wishes.json else "table"
        write(sys.stderr, render(answer, name, view).out)

    return watch(argv, begin, log, lambda: _now(environ), tell)


def repaired(environ: Mapping[str, str]) -> None:
    """Bring logs up to date with runs whose watcher was killed, and say so."""
    from nlq.record.repair import repair

    for line in repair(lambda: _now(environ)):
        write(sys.stderr, f"note        {line}\n")


# -- what is shown


def _show(answer: Answer, wishes: Wishes, where: Terminal) -> None:
    from nlq.asking import Options, show

    show(answer, Options(format="json" if wishes.json else ""), where)


def _show_change(diff: Sequence[str], answer: Answer, wishes: Wishes, where: Terminal) -> int:
    """`--dry-run`: the change, and nothing else."""
    from dataclasses import replace

    if wishes.json:
        told = f"not written (--dry-run): {answer.headline}"
        _show(replace(answer, status="answered", headline=told, details=tuple(diff)), wishes, where)
    else:
        _print_diff(diff, where)
        write(sys.stderr, "" if diff else "nothing would change\n")
    return OK


def _refuse(diff: Sequence[str], asks: str, answer: Answer, wishes: Wishes, where: Terminal) -> int:
    """The change, and that it was not made: nobody is there to be asked."""
    from dataclasses import replace

    reason = f"{asks}; " if asks else ""
    told = f"nothing was written: {reason}add --yes to record this"
    if wishes.json:
        empty = replace(
            answer,
            question=wishes.question,
            status="ambiguous",
            headline=told,
            details=tuple(diff),
            rows=(),
            columns=(),
        )
        _show(empty, wishes, where)
    else:
        _print_diff(diff, where)
        line = f"ask: {told}"
        if where.agent:
            from nlq.render.formats.json import dumps

            line = dumps({"status": "ambiguous", "error": told, "exit": AMBIGUOUS}, ascii=False)
        write(sys.stderr, f"{line}\n")
    return AMBIGUOUS


def _print_diff(diff: Sequence[str], where: Terminal) -> None:
    from nlq.render.clean import clean_block

    for line in diff:
        text = clean_block(line)
        paint = {"+": "32", "-": "31", "@": "36"}.get(text[:1], "")
        write(sys.stdout, f"\x1b[{paint}m{text}\x1b[0m\n" if where.colored and paint else f"{text}\n")


def _command_asked() -> str:
    """The command that a person is about to run, as typed; "" where none is told."""
    write(sys.stdout, "command (enter: none yet): ")
    return sys.stdin.readline().strip()


def _agreed(asks: str, what: str) -> bool:
    """Whether the person says yes; enter is no."""
    write(sys.stdout, f"{asks}\n" if asks else "")
    write(sys.stdout, f"{what}: record this? [y/N] ")
    typed = sys.stdin.readline()
    write(sys.stdout, "" if typed else os.linesep)
    return typed.strip().lower() in ("y", "yes")


# -- where it is written


def _log(wishes: Wishes, environ: Mapping[str, str]) -> Log:
    from nlq.config import settings
    from nlq.opening import paths
    from nlq.record.engine import Log
    from nlq.record.target import choose

    given = settings(Path.cwd(), environ)
    chosen = choose(paths(wishes.history, given, environ))
    ends = {name: "lower" for name in given.lower} | {name: "higher" for name in given.higher}
    return Log.of(chosen, ends)


def _now(environ: Mapping[str, str]) -> datetime:
    from nlq.config import frozen_now

    return frozen_now(environ) or datetime.now()


def one_format(format: str, output: str) -> bool:
    """Whether JSON is asked for.

    Raises:
        BadUsage: where another format is: what is recorded is told in words or as JSON.
    """
    if output or format not in ("", "json", "table"):
        raise BadUsage("what is recorded is told in words, or with --json")
    return format == "json"
