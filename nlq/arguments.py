"""Words and options in any order, for click.

A word that looks like an option and is none (`--depth=24`, `-0.5`) belongs to the question; an option
that is misspelt (`--jsn`) is refused, or it would be asked about.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from nlq.errors import BadUsage

__all__ = ["COMMANDS", "Question", "command_in", "with_formats"]


class Question(click.Command):
    """A command whose words and options come in any order, unknown options being words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Sort the command line into options, for click, and words."""
        takes_value = dict.fromkeys(self.get_help_option_names(ctx), False)
        for option in self.params:
            if isinstance(option, click.Option):
                takes_value |= dict.fromkeys(option.opts, not option.is_flag)
        options: list[str] = []
        words: list[str] = []
        left = iter(args)
        for arg in left:
            name, equals, _ = arg.partition("=")
            if arg == "--":
                ctx.meta["nlq.forced"] = True
                words += left
            elif name not in takes_value:
                _refuse_misspelt(arg, takes_value)
                words.append(arg)
            else:
                options.append(arg)
                if takes_value[name] and not equals:
                    if (value := next(left, None)) is None:
                        raise BadUsage(f"{name} needs a value")
                    options.append(value)
        return super().parse_args(ctx, [*options, "--", *words])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then one line a format, read from the formats' own files."""
        from nlq.render import format_names, summary

        super().format_options(ctx, formatter)
        with formatter.section("Formats"):
            formatter.write_dl([(f"--{name}", summary(name)) for name in format_names()])


def _refuse_misspelt(arg: str, options: dict[str, bool]) -> None:
    if not arg.startswith("--") or "=" in arg:
        return
    import difflib

    near = difflib.get_close_matches(arg, [o for o in options if o.startswith("--")], 1, cutoff=0.85)
    if near:
        raise BadUsage(f"no such option: {arg}; nearest: {near[0]} (as a word of the question: ask -- …)")


def with_formats(command: click.Command) -> click.Command:
    """A flag for every format there is."""
    from nlq.render import format_names

    def remember(ctx: click.Context, param: click.Parameter, given: bool) -> None:
        if given:
            ctx.meta.setdefault("nlq.formats", []).append(param.opts[0].removeprefix("--"))

    for name in format_names():
        flag = click.Option([f"--{name}"], is_flag=True, expose_value=False, hidden=True, callback=remember)
        command.params.append(flag)
    return command


COMMANDS = ("init", "start", "finish", "note", "try", "status", "run", "undo")
_OF_START = frozenset(("--goal", "--name", "--param"))
_BEFORE = {
    "--in": True,
    "--color": True,
    "--dry-run": False,
    "--json": False,
    "--yes": False,
    "--no-cache": False,
}
"""Options that may stand before a command, and whether they take a value."""


def command_in(argv: Sequence[str]) -> str:
    """The command that a command line is, or "" where it is a question or a sentence.

    Example:
        >>> command_in(["note", "exp-002", "needs more steps"]), command_in(["run", "47"])
        ('note', '')
        >>> command_in(["status"]), command_in(["run", "--", "python", "train.py"])
        ('', 'run')
    """
    at = 0
    while at < len(argv) and argv[at].startswith("-"):
        name, equals, _ = argv[at].partition("=")
        if name not in _BEFORE:
            return ""
        at += 2 if _BEFORE[name] and not equals else 1
    if at >= len(argv) or argv[at] not in COMMANDS:
        return ""
    rest = list(argv[at + 1 :])
    return argv[at] if _has_shape(argv[at], rest) else ""


def _has_shape(name: str, rest: list[str]) -> bool:
    """Whether what follows a command's name is what the command takes."""
    if {"-h", "--help"} & set(rest[:1]):
        return True
    options = [word.partition("=")[0] for word in rest if word.startswith("--")]
    words = _words(rest)
    match name:
        case "start" | "run":
            return not rest or "--" in rest or bool(_OF_START.intersection(options))
        case "init" | "undo":
            return not words
        case "finish":
            return not words or bool(options) or (len(words) <= 2 and not words[-1].isalpha())
        case "note":
            return (len(words) in (1, 2) and " " in words[-1]) or (bool(options) and len(words) == 2)
        case "try":
            return bool(words)
        case "status":
            return len(words) == 2 and words[1][:1].isalpha() and words[0] not in ("of", "for")
    return False


def _words(rest: list[str]) -> list[str]:
    """The arguments that are neither options nor their values."""
    words: list[str] = []
    at = 0
    while at < len(rest):
        name, equals, _ = rest[at].partition("=")
        if name.startswith("--") and len(name) > 2:
            at += 1 if equals or name in ("--dry-run", "--json", "--yes", "--done") else 2
        else:
            words.append(rest[at])
            at += 1
    return words
