"""Words and options in any order, for click.

A word that looks like an option and is none (`--depth=24`, `-0.5`) belongs to the question; an option
that is misspelt (`--jsn`) is refused, or it would be asked about.
"""

from __future__ import annotations

import click

from nlq.errors import BadUsage

__all__ = ["Question", "with_formats"]


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
