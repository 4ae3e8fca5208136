"""The command lines of what records the log: how their arguments are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import click

from nlq.errors import OK, BadUsage
from nlq.recording import Wishes, init, record, undo, watched
from nlq.terminal import terminal

__all__ = ["command_called", "run_command"]


def command_called(name: str) -> click.Command:
    """One of the commands that keep the log."""
    return _MADE[name]


def run_command(name: str, argv: Sequence[str]) -> int:
    """Run one of the commands and return its exit code.

    Args:
        name: which; as `command_in` found it.
        argv: the whole command line.

    Raises:
        click.ClickException, nlq.errors.AskError, store.errors.HistoryError: as a question does.
    """
    at = list(argv).index(name)
    arguments = [*argv[:at], *argv[at + 1 :]]
    if name in ("start", "run") and "--" not in arguments and not {"-h", "--help"} & {*arguments}:
        raise BadUsage(f"the command stands behind --, such as: ask {name} --goal TEXT -- python train.py")
    command = _MADE[name]
    with command.make_context(f"ask {name}", arguments) as context:
        return int(command.invoke(context) or OK)


class _WithResults(click.Command):
    """A command of which every unknown `--name VALUE` is a result: `--loss 2.71`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {opt for p in self.params if isinstance(p, click.Option) for opt in p.opts} | {"--help", "-h"}
        rest: list[str] = []
        results: list[tuple[str, str]] = []
        left = iter(args)
        for arg in left:
            name, equals, value = arg.partition("=")
            if not arg.startswith("--") or name in known or len(name) == 2:
                rest.append(arg)
                continue
            told = value if equals else next(left, None)
            if told is None or (told.startswith("--") and not equals):
                raise BadUsage(f"{name} needs a value, such as {name} 2.71")
            results.append((name[2:], told))
        ctx.meta["nlq.results"] = tuple(results)
        return super().parse_args(ctx, rest)


_Handler = Callable[..., int]
_MADE: dict[str, click.Command] = {}


def _command(name: str, cls: type[click.Command] = click.Command) -> Callable[[_Handler], click.Command]:
    """Register a command, with the options that all have."""

    def made(handler: _Handler) -> click.Command:
        command = click.command(name, cls=cls, context_settings={"help_option_names": ["-h", "--help"]})(
            handler
        )
        command.params += [
            click.Option(["--in", "history"], multiple=True, metavar="PATH", help="The log that is written."),
            click.Option(["--dry-run"], is_flag=True, help="Print the change, write nothing."),
            click.Option(["--yes"], is_flag=True, help="Do not ask."),
            click.Option(["--json"], is_flag=True, help="Answer as JSON."),
            click.Option(["--color"], type=click.Choice(["auto", "always", "never"]), default="auto"),
            click.Option(["--no-cache"], is_flag=True, hidden=True),
        ]
        _MADE[name] = command
        return command

    return made


def _split(given: dict[str, Any]) -> tuple[Wishes, Any]:
    given.pop("no_cache")
    where = terminal(os.environ, given.pop("color"))
    names = ("history", "dry_run", "yes", "json")
    return Wishes(**{name: given.pop(name) for name in names}), where


@_command("init")
@click.option(
    "--title", default="", metavar="TEXT", help="What the experiments are about; else the folder's name."
)
def _init(title: str, **given: Any) -> int:
    """Make an empty log, .claude/experiments.md; one that is there is left as it is."""
    wishes, where = _split(given)
    return init(title, wishes, where, os.environ)


def _beginning(handler: _Handler) -> _Handler:
    """What the commands that begin a run take: its command, and what is told beside it."""
    for add in (
        click.option("--param", multiple=True, metavar="NAME=VALUE", help="What the command does not tell."),
        click.option("--name", default="", metavar="NAME", help="Else as the command says, else exp-NNN."),
        click.option("--goal", default="", metavar="TEXT", help="What the run is to find out."),
        click.argument("command", nargs=-1, required=True, metavar="-- COMMAND…"),
    ):
        handler = add(handler)
    return handler


@_command("start")
@_beginning
def _start(command: tuple[str, ...], goal: str, name: str, param: tuple[str, ...], **given: Any) -> int:
    """Record that a run begins, with its command; say at once what was tried before."""
    wishes, where = _split(given)
    return record(_begin(command, goal, name, param), wishes, where, os.environ)


@_command("run")
@_beginning
def _run(command: tuple[str, ...], goal: str, name: str, param: tuple[str, ...], **given: Any) -> int:
    """Run a command and record it: its start, its results as it prints them, how it ended."""
    wishes, where = _split(given)
    return watched(_begin(command, goal, name, param), command, wishes, where, os.environ)


def _begin(command: Sequence[str], goal: str, name: str, param: Sequence[str]) -> Any:
    from nlq.record.engine import command_text
    from nlq.record.models import Begin

    told = [pair.partition("=") for pair in param]
    if bad := next(
        (pair for pair, split in zip(param, told, strict=True) if not split[0] or not split[2]), None
    ):
        raise BadUsage(f"--param {bad}: such as --param lr=0.02")
    return Begin(
        goal, command_text(command), name, tuple((key.strip(), value.strip()) for key, _, value in told)
    )


@_command("finish", _WithResults)
@click.argument("words", nargs=-1, metavar="[RUN] [REPORT]")
@click.option("--from", "file", default="", metavar="FILE", help="A training log, or a tracker's summary.")
@click.option("--note", default="", metavar="TEXT", help="A few words for the summary.")
@click.option(
    "--status", default="", metavar="STATE", help="How it ended: completed, crashed, diverged, stopped …"
)
@click.pass_context
def _finish(
    ctx: click.Context, /, words: tuple[str, ...], file: str, note: str, status: str, **given: Any
) -> int:
    """Record how a run ended: `--loss 2.71 --core 0.31`, or "final loss 2.71, diverged at step 5000".

    The run is the one in progress where none is named.
    """
    from nlq.record.models import End
    from nlq.record.reports import state_named

    wishes, where = _split(given)
    run, report = _run_and_text(words)
    state = state_named(status) if status else ""
    act = End(run, report, ctx.meta["nlq.results"], state, "", file, note)
    return record(act, wishes, where, os.environ)


def _run_and_text(words: Sequence[str]) -> tuple[str, str]:
    """A run's name, where the first word is one, and what is said of it.

    A report has a blank or a number in it and stands in quotes; what stands before it is a name.
    """
    if not words:
        return "", ""
    if len(words) == 1:
        return ("", words[0]) if " " in words[0].strip() or "=" in words[0] else (words[0], "")
    return words[0], " ".join(words[1:])


@_command("note")
@click.argument("words", nargs=-1, required=True, metavar="[RUN] TEXT")
def _note(words: tuple[str, ...], **given: Any) -> int:
    """Write an observation down; on the run in progress where none is named."""
    from nlq.record.models import Remark

    wishes, where = _split(given)
    run, text = ("", words[0]) if len(words) == 1 else (words[0], " ".join(words[1:]))
    return record(Remark(run, text), wishes, where, os.environ)


@_command("try")
@click.argument("words", nargs=-1, required=True, metavar="TEXT…")
@click.option("--done", is_flag=True, help="Tick it off, by its words or its number.")
def _try(words: tuple[str, ...], done: bool, **given: Any) -> int:
    """Put something on the list of things to try, or tick it off."""
    from nlq.record.models import Idea

    wishes, where = _split(given)
    return record(Idea(" ".join(words), done), wishes, where, os.environ)


@_command("status")
@click.argument("run", metavar="RUN")
@click.argument("state", metavar="STATE")
@click.option("--why", default="", metavar="TEXT", help="What happened.")
def _status(run: str, state: str, why: str, **given: Any) -> int:
    """Set how a run ended: completed, crashed, diverged, stopped, discarded; or running, planned."""
    from nlq.record.models import End
    from nlq.record.reports import state_named

    wishes, where = _split(given)
    return record(End(run, state=state_named(state), why=why), wishes, where, os.environ)


@_command("undo")
def _undo(**given: Any) -> int:
    """Take the last write back, exactly."""
    wishes, where = _split(given)
    return undo(wishes, where, os.environ)
