"""Completion in the shell: `ask --completion bash|zsh|fish` prints what a shell loads once.

The shell then asks at every Tab, through the variable `_ASK_COMPLETE` that click knows: commands and
options, and the next word of a question, from the same source as the prompt's (`nlq.complete`). Whatever
goes wrong, nothing is offered: an error would be written into the line that somebody types.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from nlq.arguments import COMMANDS
from nlq.errors import OK

if TYPE_CHECKING:
    from nlq.asking import Options

__all__ = ["SHELLS", "VARIABLE", "completed", "script"]

SHELLS = ("bash", "zsh", "fish")

VARIABLE = "_ASK_COMPLETE"

MOST = 40
"""Words that are offered at once."""

_OTHERS = ("demo", "doctor", "sources", "help")
_PLAIN = re.compile(r"[\w.,%+=@/-]+\Z")
"""A word that no shell takes for something else when it stands unquoted."""

_LOADED = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }"

Item = CompletionItem[str]


def script(shell: str, command: click.Command) -> str:
    """What a shell loads: click's functions, mended where the shell itself took them otherwise."""
    made = get_completion_class(shell)
    assert made is not None
    source = made(command, {}, "ask", VARIABLE).source()
    if shell == "zsh":  # a `.zshrc` that loads no completion yet has no `compdef`
        first, _, rest = source.partition("\n")
        return f"{first}\n\n{_LOADED}\n{rest}"
    if shell == "fish":  # the value "x,y" was offered as "x"
        return source.replace('(string split "," $completion)', '(string split --max 1 "," $completion)')
    return source


def completed(command: click.Command, environ: Mapping[str, str]) -> int:
    """Answer a shell that asks what may be typed; never an error, and nothing on stderr."""
    shell, _, what = environ.get(VARIABLE, "").partition("_")
    made = get_completion_class(shell)
    if made is None:
        return OK
    shown = made(command, {}, "ask", VARIABLE)
    if what == "source":
        click.echo(script(shell, command))
        return OK
    kept, sys.stderr = sys.stderr, Path(os.devnull).open("w")
    try:
        args, incomplete = shown.get_completion_args()
        found = list(_items(command, args, incomplete, environ))
    except Exception:  # a broken log, an unreadable file, a half-typed option: nothing is offered
        found = []
    finally:
        sys.stderr.close()
        sys.stderr = kept
    click.echo("".join(f"{shown.format_completion(item)}\n" for item in found), nl=False)
    return OK


def _items(
    command: click.Command, args: Sequence[str], incomplete: str, environ: Mapping[str, str]
) -> Iterator[Item]:
    """What may stand in the place of the word that is being typed."""
    options = {name: one for one in command.params if isinstance(one, click.Option) for name in one.opts}
    before = options.get(args[-1]) if args else None
    if before is not None and not before.is_flag:
        yield from _values(before, incomplete)
        return
    name = next((arg for arg in args if not arg.startswith("-")), "")
    if incomplete.startswith("-"):
        yield from _options(_of_command(name) or command, incomplete)
        return
    words = list(_without_options(args, options))
    if not words:
        yield from (Item(one) for one in (*COMMANDS, *_OTHERS) if incomplete and one.startswith(incomplete))
    yield from _words(" ".join((*words, incomplete)), len(incomplete), _asked(args, environ))


def _values(option: click.Option, incomplete: str) -> Iterator[Item]:
    """The values of an option: a choice, a file, a format."""
    if isinstance(option.type, click.Choice):
        yield from (Item(one) for one in map(str, option.type.choices) if one.startswith(incomplete))
    elif option.name == "format_":
        from nlq.render import format_names

        yield from (Item(one) for one in format_names() if one.startswith(incomplete))
    elif option.name in ("history", "output"):
        yield Item(incomplete, type="file")


def _of_command(name: str) -> click.Command | None:
    """The command of a name that keeps the log."""
    if name not in COMMANDS:
        return None
    from nlq.commands import command_called

    return command_called(name)


def _options(command: click.Command, incomplete: str) -> Iterator[Item]:
    """The options of a command that begin so, with their help."""
    for one in command.params:
        if isinstance(one, click.Option):
            yield from (Item(name, help=one.help) for name in one.opts if name.startswith(incomplete))
    yield from (Item(name) for name in ("--help",) if name.startswith(incomplete))


def _without_options(args: Sequence[str], options: Mapping[str, click.Option]) -> Iterator[str]:
    """The words of the question among the arguments."""
    left = iter(args)
    for arg in left:
        known = options.get(arg)
        if known is not None and not known.is_flag:
            next(left, None)
        elif known is None and arg != "--":
            yield arg


def _asked(args: Sequence[str], environ: Mapping[str, str]) -> Options:
    """The options that say which history is asked."""
    from nlq.asking import Options
    from nlq.demo import demo_history

    paths = [args[at + 1] for at, arg in enumerate(args[:-1]) if arg == "--in"]
    paths += [arg.removeprefix("--in=") for arg in args if arg.startswith("--in=")]
    paths += [str(demo_history())] if "--demo" in args else []
    return Options(history=tuple(map(os.path.expanduser, paths)))


def _words(text: str, typed: int, options: Options) -> Iterator[Item]:
    """The next words of a question: of what is longer, the word that is being typed."""
    from nlq.asking import opened
    from nlq.engine import completions

    history, _ = opened(options, os.environ)
    offered: set[str] = set()
    for one in completions(text, history):
        at = text[len(text) - one.typed :].count(" ")
        parts = one.text.split(" ")
        word = parts[at] if at < len(parts) else ""
        begun = text[len(text) - typed :] if typed else ""
        if (
            word.casefold() in offered
            or not _PLAIN.match(word)
            or not word.casefold().startswith(begun.casefold())
        ):
            continue
        offered.add(word.casefold())
        yield Item(word, help=one.kind)
        if len(offered) == MOST:
            return
