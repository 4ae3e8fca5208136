"""Answers as text: one module a format in `nlq.render.formats`, found by its file name.

A format is a module `formats/<name>.py` with one function

    render(answer: Answer, view: View) -> Output

Its name is the command-line option (`--csv`), the suffix that `-o` picks it by (`best.csv`) and
the name `--format` knows it by; the first line of its docstring is its help. Adding a format is
adding that one file. Every other name of `--format` is one of tabulate's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nlq.answer import Answer

__all__ = ["Output", "View", "first", "format_names", "known", "render", "summary"]

_FOLDER = Path(__file__).parent / "formats"
# Suffixes that are not a format's own name.
SUFFIXES = {"txt": "table", "markdown": "md", "ndjson": "jsonl", "htm": "html", "tex": "latex"}


class View(NamedTuple):
    """What an answer is shown on.

    Attributes:
        width: cells of the terminal that stdout is; 0 where stdout is none: nothing is shortened.
        width_err: the same for stderr, where the explanation goes.
        color, color_err: whether stdout and stderr take colours.
        full: shorten nothing on a terminal either.
        ascii: the encoding of stdout carries ASCII only.
    """

    width: int = 0
    width_err: int = 0
    color: bool = False
    color_err: bool = False
    full: bool = False
    ascii: bool = False


class Output(NamedTuple):
    """A rendered answer: what goes to stdout (or the file of `-o`), and what is said beside it."""

    out: str
    err: str = ""


def format_names() -> tuple[str, ...]:
    """The names of our own formats, in alphabetical order."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("[!_]*.py")))


def summary(name: str) -> str:
    """The first line of a format's docstring, read without importing it."""
    with (_FOLDER / f"{name}.py").open(encoding="utf-8") as file:
        return file.readline().strip().strip('"').rstrip(".")


def known(name: str) -> bool:
    """Whether `name` is one of our formats or of tabulate's."""
    if name in format_names():
        return True
    from nlq.render.grid import tabulate_formats

    return name in tabulate_formats()


def render(answer: Answer, name: str, view: View) -> Output:
    """Set an answer in the format of that name (see `known`)."""
    if name not in format_names():
        from nlq.render.grid import render_as

        return render_as(name, answer, view)
    from importlib import import_module

    output: Output = import_module(f"nlq.render.formats.{name}").render(answer, view)
    return output


def first(answer: Answer, rows: int) -> Answer:
    """The answer with at most that many rows (0: all), saying what was left off."""
    total = len(answer.rows)
    if not rows or total <= rows:
        return answer
    from dataclasses import replace

    told = f"{rows} of {total} rows shown: --limit 0 shows all"
    one_each = len(answer.provenance) == total
    return replace(
        answer,
        rows=answer.rows[:rows],
        marks={at: text for at, text in answer.marks.items() if at[0] < rows},
        provenance=answer.provenance[:rows] if one_each else answer.provenance,
        notes=(told, *answer.notes),
    )
