"""One question asked from the command line: open the history, ask, show, and say how it went."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nlq.errors import AMBIGUOUS, DECLINED, FAILED, OK, BadUsage
from nlq.terminal import Terminal, page, write

if TYPE_CHECKING:
    from datetime import datetime

    from nlq.answer import Answer
    from nlq.record.models import Act
    from nlq.render import View
    from store.history import History

__all__ = [
    "Options",
    "ask_lines",
    "ask_once",
    "doctor",
    "opened",
    "recorded",
    "show",
    "sources",
    "tour",
    "which",
]

SCREENFUL = 50  # rows shown on a terminal unless asked for more


class Options(NamedTuple):
    """The command line, understood.

    Attributes:
        question: the words, joined.
        history: the paths of `--in`; `noun`: the words of `--noun`.
        format: the name of the format asked for, or "".
        output: the file of `-o`, or "".
        limit: rows shown, 0 for all, None where nothing was said.
        full: shorten nothing on a terminal.
        explain, sql: print the stages, or the SQL, in place of the answer.
        exit_status: fail where there is no row.
        cached: what was read before, and has not changed, need not be read again.
        yes: record what a sentence reports without asking; dry_run: only show the change.
        follow: a line of a batch may go on from the one before it.
    """

    question: str = ""
    history: tuple[str, ...] = ()
    noun: tuple[str, ...] = ()
    format: str = ""
    output: str = ""
    limit: int | None = None
    full: bool = False
    explain: bool = False
    sql: bool = False
    exit_status: bool = False
    cached: bool = True
    yes: bool = False
    dry_run: bool = False
    follow: bool = False


def ask_once(options: Options, where: Terminal, environ: Mapping[str, str]) -> int:
    """Answer one question and return the exit code."""
    _chosen_format(options, where)  # a wrong name is told before any work
    history, now = opened(options, environ, later=True)
    try:
        return _answered(history, now, options, where, environ)
    finally:
        history.keep()  # the answer is out: nobody waits for what is done for the next question


def _answered(
    history: History, now: datetime | None, options: Options, where: Terminal, environ: Mapping[str, str]
) -> int:
    from nlq.engine import ask, explain

    if options.explain:
        stages = explain(options.question, history, now=now)
        page("".join(_stage(name, text, where) for name, text in stages), where)
        return OK
    answer = ask(options.question, history, now=now)
    if answer.act is not None and not options.sql:
        return recorded(answer.act, options, where, environ)
    while answer.status == "ambiguous" and _can_prompt(options, where):
        chosen = which(answer, where)
        if not chosen:
            return AMBIGUOUS
        answer = ask(chosen, history, now=now)
    if options.sql and answer.sql:
        page(answer.sql.rstrip() + "\n", where)
    else:
        show(answer, options, where)
    return exit_code(answer, strict=options.exit_status)


def recorded(act: Act, options: Options, where: Terminal, environ: Mapping[str, str]) -> int:
    """A sentence that reports: shown, asked about, written."""
    from nlq.recording import Wishes, one_format, said

    wanted = one_format(options.format, options.output)
    wishes = Wishes(options.history, options.dry_run, options.yes, wanted, options.question)
    return said(act, wishes, where, environ)


def exit_code(answer: Answer, *, strict: bool) -> int:
    """The exit code of an answer; `strict`: `FAILED` where it has no row."""
    if answer.status in ("declined", "ambiguous"):
        return DECLINED if answer.status == "declined" else AMBIGUOUS
    return FAILED if strict and not answer.rows and answer.status != "recorded" else OK


def ask_lines(options: Options, where: Terminal, environ: Mapping[str, str]) -> int:
    """`--batch`: answer every line of stdin with a line of JSON."""
    import gc

    from nlq.batch import batch

    if (
        options.question
        or options.output
        or options.explain
        or options.sql
        or options.format not in ("", "jsonl", "json")
    ):
        raise BadUsage(
            "--batch reads questions on stdin and writes JSON lines; it goes with --in, --noun, --limit"
        )
    if where.stdin:
        write(sys.stderr, "one question a line; end with Ctrl-D\n")
    history, now = opened(options, environ)
    # The console entry point turns the collector off for one short answer; this may be a long one.
    gc.freeze()
    gc.enable()

    def record(act: Act, question: str) -> tuple[Answer, History]:
        from nlq.recording import Wishes, written

        answer = written(act, Wishes(options.history, question=question), environ)
        return answer, opened(options, environ)[0]

    return batch(
        sys.stdin, sys.stdout, history, now=now, limit=options.limit or 0, ascii=where.ascii,
        record=record if options.yes else None, follow=options.follow,
    )  # fmt: skip


def doctor(options: Options, where: Terminal, environ: Mapping[str, str]) -> int:
    """`ask doctor`: show what was read."""
    from nlq.doctor import diagnose

    history, _ = opened(options, environ)
    answers = diagnose(history)
    if _chosen_format(options, where) == "json":
        from nlq.render.formats.json import dumps, plain

        write(sys.stdout, dumps([plain(answer) for answer in answers], ascii=where.ascii) + "\n")
        return OK
    for count, answer in enumerate(answers):
        write(sys.stdout, "\n" if count else "")
        show(answer, options, where)
    if not answers:
        write(sys.stdout, "nothing was read\n")
    return OK


def sources(options: Options, where: Terminal, environ: Mapping[str, str]) -> int:
    """`ask sources`: the question of that name; where no run is found it says what was seen instead."""
    from store.errors import NoHistory

    try:
        return ask_once(options, where, environ)
    except NoHistory as nothing:
        if not nothing.passed:
            raise
        from nlq.engine import ask
        from nlq.opening import nothing_found

        show(ask(options.question, nothing_found(nothing.passed)), options, where)
        return OK


def tour(options: Options, where: Terminal, environ: Mapping[str, str]) -> int:
    """`ask demo`: a few questions on the history that ships with the project."""
    from nlq.demo import NEXT, QUESTIONS
    from nlq.engine import ask

    history, now = opened(options, environ)
    for question in QUESTIONS:
        write(sys.stdout, f"$ ask {question}\n")
        show(ask(question, history, now=now), options, where)
        write(sys.stderr if where.stderr else sys.stdout, "\n")
    write(sys.stdout, NEXT)
    return OK


def opened(
    options: Options, environ: Mapping[str, str], *, later: bool = False
) -> tuple[History, datetime | None]:
    """The history that is asked of, and the instant that "last week" counts from (None: the clock).

    What was read is kept at once, or `later`, when `History.keep` is called.
    """
    from nlq.config import frozen_now, settings
    from nlq.opening import open_history
    from nlq.progress import shown

    now = frozen_now(environ)
    given = settings(Path.cwd(), environ)
    for note in given.notes:
        write(sys.stderr, f"note        {note}\n")
    with shown(environ):
        history = open_history(
            options.history, options.noun, given, environ, cached=options.cached, later=later
        )
    return history, now


def _chosen_format(options: Options, where: Terminal) -> str:
    from nlq.output import format_of
    from nlq.render import format_names, known

    if options.format:
        if known(options.format):
            return options.format
        import difflib

        from nlq.render.grid import tabulate_formats

        names = sorted({*format_names(), *tabulate_formats()})
        near = difflib.get_close_matches(options.format, names, 1)
        told = f"nearest: {near[0]}" if near else f"known: {', '.join(names)}"
        raise BadUsage(f"no such format: {options.format}; {told}")
    if options.output and options.output != "-":
        return format_of(options.output)
    return "agent" if where.agent else "table"


def show(answer: Answer, options: Options, where: Terminal) -> None:
    """Show an answer in the format that was asked for, or that fits where it is shown."""
    from nlq.output import deliver
    from nlq.render import first, render

    name = _chosen_format(options, where)
    view = _view(options, where)
    limit = options.limit
    if limit is None:
        limit = SCREENFUL if name == "table" and view.width and not options.full else 0
    deliver(render(first(answer, limit), name, view), options.output, where)


def _view(options: Options, where: Terminal) -> View:
    from nlq.render import View

    to_screen = where.stdout and options.output in ("", "-")
    return View(
        width=where.width if to_screen else 0,
        width_err=where.width if where.stderr else 0,
        color=where.colored and options.output in ("", "-"),
        color_err=where.colored_err,
        full=options.full,
        ascii=where.ascii,
    )


def _can_prompt(options: Options, where: Terminal) -> bool:
    asked_for_more = options.format or options.output or options.sql
    return where.stdin and where.stdout and not asked_for_more


def which(answer: Answer, where: Terminal) -> str:
    """Show the readings and ask for one; "" where none is wanted."""
    from nlq.render.clean import clean
    from nlq.render.explanation import offers

    readings = answer.suggestions
    if not readings:
        show(answer, Options(), where)
        return ""
    write(sys.stdout, f"{clean(answer.headline)}\n")
    write(sys.stdout, offers(readings, numbered=True, room=where.width))
    while True:
        write(sys.stdout, f"which? [1-{len(readings)}] ")
        typed = sys.stdin.readline()
        if not typed.strip():
            write(sys.stdout, "" if typed else os.linesep)
            return ""
        if typed.strip().isdecimal() and 1 <= int(typed) <= len(readings):
            write(sys.stdout, "\n")
            return readings[int(typed) - 1].ask


def _stage(name: str, text: str, where: Terminal) -> str:
    from nlq.render.clean import clean, clean_block

    head = f"\x1b[1m{clean(name)}\x1b[0m" if where.colored else clean(name)
    body = "".join(f"  {line}\n" for line in clean_block(text).rstrip("\n").split("\n"))
    return f"{head}\n{body}"
