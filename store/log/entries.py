"""A new run's section: what it says, and where in the log it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.cells import read_cell
from store.log.document import Document
from store.log.escape import code, inline
from store.log.sections import label_of
from store.log.tables import newest_first
from store.log.template import NO_RUNS
from store.readers.mdblocks import Block
from store.readers.nativeparts import Part
from store.readers.nativesections import read_title

if TYPE_CHECKING:
    from store.log.acts import Start

__all__ = ["entry", "insert", "line_for_command"]


def entry(doc: Document, run: Start, day: str | None = None) -> list[str]:
    """The lines of a run's section, from its heading to the rule below it.

    Args:
        doc: the log it is for: its level of headings, its rules.
        run: the run.
        day: the date in the heading where it is another than the run's moment; "" for none.
    """
    sections = [doc.blocks[part.at].level for part in doc.parts if part.kind == "run"]
    above = [doc.blocks[part.at].level + 1 for part in doc.parts if part.kind == "experiments"]
    level = (sections or above or [3])[-1]
    date = day if day is not None else run.when.date().isoformat()
    heading = f"{'#' * level} {inline(run.name)}" + (f" ({date})" if date else "")
    if day is not None:  # a run that has only a row so far
        return [heading, *(["", "---"] if _ruled(doc) else [])]
    lines = [heading, "", f"{label_of(doc, 'goal')} {inline(run.goal) or 'TBD'}"]
    if run.command:
        lines += ["", *line_for_command(doc, run)]
    status = "In Progress" if run.command else "Planned"
    return [*lines, "", f"{label_of(doc, 'status')} {status}", *(["", "---"] if _ruled(doc) else [])]


def line_for_command(doc: Document, run: Start) -> list[str]:
    """When it began, and its configuration: the command in a fence, and what was told beside it."""
    if not run.command:
        return []
    beside = [f"- {name} = {_text(run.params[name])}" for name in run.told]
    fence = code(run.command)
    return [
        f"**Started**: {run.when:%Y-%m-%d %H:%M}",
        "",
        label_of(doc, "config"),
        *fence,
        *([""] if beside else []),
        *beside,
    ]


def insert(doc: Document, lines: Sequence[str]) -> Document:
    """Put a section where this log has its newest: behind the runs, or before them."""
    scope = _scope(doc)
    runs = [p for p in doc.parts if p.kind == "run" and doc.blocks[p.at].line in scope]
    if runs and newest_first([_day(doc.blocks[part.at].text) for part in runs]):
        first = doc.blocks[runs[0].at].line
        return doc.inserted(first - 1, [*lines, ""])
    if runs:
        return _after(doc, _end(doc, runs[-1]), lines)
    part = next((p for p in doc.parts if p.kind == "experiments" and doc.blocks[p.at].line in scope), None)
    if part is None:
        return _after(doc, scope[-1] if scope else 0, ["## Experiments", "", *lines])
    following = doc.blocks[part.end] if part.end < len(doc.blocks) else None
    if following is not None and following.kind == "text" and _is_blank_note(following):
        return doc.replaced(following.line, following.end, lines)
    return _after(doc, doc.blocks[part.at].end, lines)


def _scope(doc: Document) -> range:
    """The lines of the log that a new run belongs to: of several in a file, that of the latest run."""
    latest = max(doc.runs, key=lambda run: (str(run.values.get("date", "")), run.place.line), default=None)
    return doc.scope(latest.place.line if latest else 1)


def _after(doc: Document, line: int, lines: Sequence[str]) -> Document:
    """Put lines in after a line, parted from what stands around them by a blank line."""
    line = min(line, len(doc.spans))
    while line and not doc.line(line).strip() and line == len(doc.spans):
        line -= 1
    before = [""] if line and doc.line(line).strip() else []
    behind = [""] if line < len(doc.spans) and doc.line(line + 1).strip() else []
    return doc.inserted(line, [*before, *lines, *behind])


def _end(doc: Document, part: Part) -> int:
    """The last line of a section with its rule, without a comment behind it."""
    body = doc.blocks[part.at : part.end]
    kept = [block.end for block in body if block.kind != "comment"]
    return kept[-1]


def _ruled(doc: Document) -> bool:
    """Whether the runs of this log are parted by rules; those of the template are."""
    runs = [part for part in doc.parts if part.kind == "run"]
    return not runs or any(b.kind == "rule" for part in runs for b in doc.blocks[part.at : part.end])


def _is_blank_note(block: Block) -> bool:
    text = block.text.strip().strip("_*")
    return text == NO_RUNS or (text.startswith("(") and text.endswith(")") and "experiment" in text.lower())


def _day(heading: str) -> str:
    value = read_cell(read_title(heading).date).value
    return str(value)[:10] if value and not isinstance(value, str) else ""


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else inline(str(value))
