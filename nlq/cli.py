"""The command `ask`: reads the command line and hands it on.

Nothing heavier than click is imported before a question is there: `ask --help` stays fast.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nlq import __version__
from nlq.arguments import COMMANDS, Question, command_in, with_formats
from nlq.errors import FAILED, INTERRUPTED, OK, USAGE, AskError, BadUsage, EmptyQuestion
from nlq.recording import repaired

if TYPE_CHECKING:
    from nlq.asking import Options
    from nlq.terminal import Terminal

__all__ = ["ask", "run"]

_EPILOG = """\b
Questions, as they come:
  ask what was my best run
  ask top 3 d24 runs under 3 hours
  ask compare muon vs adamw
  ask have I tried lr 0.04
\b
Commands that keep the log (each has --help, --dry-run, --json):
  ask init                            an empty log, .claude/experiments.md
  ask start --goal TEXT -- COMMAND    a run begins
  ask finish [RUN] --loss 2.71        it ended: values, words, or --from train.log
  ask run --goal TEXT -- COMMAND      both, around the command itself
  ask note [RUN] TEXT                 an observation
  ask status RUN crashed --why TEXT   how it ended
  ask try TEXT                        on the list of things to try; --done ticks off
  ask undo                            the last write taken back
Sentences do the same, and ask first: ask "training finished with loss 2.71"
\b
Others, where nothing follows them:
  ask demo     a few questions on a history that ships with ask
  ask doctor   what was read, what was skipped and why
  ask sources  where the runs come from; what was passed over and why
  ask -- demo  the question "demo"

The history is --in, else ASK_HISTORY, else the logs found from the working folder upwards.
zsh trips over an unquoted ? or *: leave them out, or quote the question.

Exit codes: 0 answered or recorded (also: no rows), 1 failed, 2 usage, 3 declined, 4 ambiguous, or to be
confirmed with --yes, 130 interrupted.
"""
_SHORT = """\
ask QUESTION…   answers a question about the history of experiments on this disk
ask             where there is one, a prompt on a terminal: questions that go on from each other

  ask what was my best run
  ask start …      records a run: start, finish, run, note, try, status, undo
  ask demo         a few questions on a history that ships with ask
  ask sources      where the runs come from; what was passed over and why
  ask doctor       the same, column by column
  ask --help       options, formats, exit codes"""
_CHARACTERS = 1_000_000  # read of stdin for one question


@with_formats
@click.command(
    cls=Question,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.argument("words", nargs=-1, metavar="QUESTION…")
@click.option(
    "--in", "history", multiple=True, metavar="PATH", help="A log, a folder, or an address; may be repeated."
)
@click.option("--noun", multiple=True, metavar="WORD", help="What a row is called: trial, singer …")
@click.option("--format", "format_", metavar="NAME", help="One of the formats below, or of tabulate's.")
@click.option("-o", "output", metavar="FILE", help="Write to a file, in the format of its suffix.")
@click.option("--limit", type=int, metavar="N", help="Show N rows; 0 for all.")
@click.option("--full", is_flag=True, help="Shorten nothing on a terminal.")
@click.option("--explain", is_flag=True, help="Show every stage on the way to the answer.")
@click.option("--sql", is_flag=True, help="Show the SQL in place of the answer.")
@click.option("--batch", is_flag=True, help="A question a line in, a JSON object a line out.")
@click.option("--follow", is_flag=True, help="With --batch: a line may go on from the one before it.")
@click.option("--demo", is_flag=True, help="Ask the history that ships with ask.")
@click.option("--exit-status", is_flag=True, help="Exit 1 where the answer has no row.")
@click.option("--yes", is_flag=True, help="Record what a sentence reports without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be recorded, write nothing.")
@click.option(
    "--completion",
    type=click.Choice(["bash", "zsh", "fish"]),
    help="Print what a shell loads to complete ask.",
)
@click.option("--no-cache", "cached", flag_value=False, default=True, help="Read every file anew.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours on or off."
)
@click.version_option(__version__, prog_name="ask")
@click.pass_context
def ask(ctx: click.Context, /, words: tuple[str, ...], **given: Any) -> int:
    """Answer a question about the history of experiments on this disk.

    The words need no quotes. No network, no language model: the same question over the same files
    gives the same answer.
    """
    from nlq.asking import ask_lines, ask_once
    from nlq.terminal import terminal

    if shell := given.pop("completion"):
        from nlq.completing import script

        click.echo(script(shell, ask))
        return OK
    where = terminal(os.environ, given.pop("color"))
    batch, demo = given.pop("batch"), given.pop("demo")
    options = _options(ctx, words, given)
    if demo:
        options = _on_demo(options)
    if batch:
        return ask_lines(options, where, os.environ)
    if options.follow:
        raise BadUsage("--follow goes with --batch; on a terminal, ask alone opens a prompt that follows")
    if "nlq.forced" not in ctx.meta and (done := _command(ctx, words, options, where)) is not None:
        return done
    if not words:
        if demo:
            return _tour(options, where)
        if where.stdin:
            return _prompt(options, where)
        options = _asking(options, _question_on_stdin())
    if not options.question:
        raise EmptyQuestion("the question is empty; such as: ask what was my best run")
    return ask_once(options, where, os.environ)


def run(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code; nothing is raised.

    Args:
        argv: the arguments, without the program's name.
    """
    try:
        if "_ASK_COMPLETE" in os.environ:
            from nlq.completing import completed

            return completed(ask, os.environ)
        repaired(os.environ)
        if {*COMMANDS} & {*argv} and (name := command_in(argv)):
            from nlq.commands import run_command

            return run_command(name, argv)
        with ask.make_context("ask", list(argv)) as context:
            return int(ask.invoke(context) or OK)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        return _fail(error.format_message(), USAGE, argv)
    except AskError as error:
        return _fail(str(error), error.exit_code, argv)
    except click.Abort:
        return INTERRUPTED
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED, argv)
    except BrokenPipeError:
        _close_stdout()
        return OK  # whoever reads has seen enough
    except OSError as error:
        told = error.strerror or str(error)
        return _fail(f"{error.filename}: {told}" if error.filename else told, FAILED, argv)
    except Exception as error:
        return _unexpected(error, argv)


def _options(ctx: click.Context, words: Sequence[str], given: dict[str, Any]) -> Options:
    from nlq.asking import Options

    named = [*ctx.meta.get("nlq.formats", []), *filter(None, [given.pop("format_")])]
    if len(set(named)) > 1:
        raise BadUsage(f"one format at a time: {' or '.join(named)}")
    if (given["limit"] or 0) < 0:
        raise BadUsage(f"--limit {given['limit']}: a number of rows, 0 for all")
    given["output"] = given["output"] or ""
    return Options(question=_text(" ".join(words)), format=named[0] if named else "", **given)


def _command(ctx: click.Context, words: tuple[str, ...], options: Options, where: Terminal) -> int | None:
    """Run the command that the words are exactly, or return None: they are a question."""
    match words:
        case ("help",):
            click.echo(ctx.get_help())
            return OK
        case ("demo",):
            return _tour(_on_demo(options), where)
        case ("demo", question) if len(question.split()) > 1:
            from nlq.asking import ask_once

            return ask_once(_asking(_on_demo(options), question), where, os.environ)
        case ("doctor", *files) if all(Path(file).exists() for file in files):
            from nlq.asking import doctor

            return doctor(_asking(options, "", *files), where, os.environ)
        case ("sources", *files) if all(Path(file).exists() for file in files):
            from nlq.asking import sources

            return sources(_asking(options, "sources", *files), where, os.environ)
    return None


def _prompt(options: Options, where: Terminal) -> int:
    """`ask` alone: the prompt on a terminal; elsewhere, or without a history, a few words on how to ask."""
    from store.errors import NoHistory

    if where.stdout:
        from nlq.repl import prompt

        try:
            return prompt(options, where, os.environ)
        except NoHistory:
            pass
    click.echo(_SHORT)
    return OK


def _tour(options: Options, where: Terminal) -> int:
    from nlq.asking import tour

    return tour(options, where, os.environ)


def _on_demo(options: Options) -> Options:
    from nlq.demo import demo_history

    return _asking(options, options.question, str(demo_history()))


def _asking(options: Options, question: str, *more: str) -> Options:
    return options._replace(question=question, history=(*options.history, *more))


def _question_on_stdin() -> str:
    lines = _text(sys.stdin.read(_CHARACTERS)).strip().splitlines() if sys.stdin else []
    if len(lines) > 1:
        raise BadUsage(f"{len(lines)} lines on stdin: for a question a line, ask --batch")
    return lines[0].strip() if lines else ""


def _text(raw: str) -> str:
    """Arguments may carry bytes that are no UTF-8, as surrogates nothing can print."""
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()


def _fail(message: str, code: int, argv: Sequence[str]) -> int:
    """One line on stderr; as JSON for an agent, or where JSON was asked for."""
    from nlq.render.clean import clean
    from nlq.terminal import terminal, write

    line = f"ask: {clean(message)}"
    if terminal(os.environ).agent or {"--json", "--jsonl", "--batch"} & set(argv):
        from nlq.render.formats.json import dumps

        line = dumps({"status": "error", "error": clean(message), "exit": code}, ascii=False)
    write(sys.stderr, line + "\n")
    return code


def _unexpected(error: Exception, argv: Sequence[str]) -> int:
    from nlq.render.clean import clean
    from store.errors import HistoryError

    if isinstance(error, HistoryError):
        return _fail(str(error), FAILED, argv)
    told = " ".join(f"internal error: {type(error).__name__}: {clean(str(error))}".split())
    if not os.environ.get("ASK_DEBUG"):
        return _fail(f"{told} (ASK_DEBUG=1 shows where)", FAILED, argv)
    import traceback

    traceback.print_exception(error)
    return _fail(told, FAILED, argv)


def _close_stdout() -> None:
    """Point stdout nowhere, or the interpreter complains of the broken pipe as it leaves."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
