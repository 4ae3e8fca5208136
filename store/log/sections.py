"""A run's section: where its parts are, and how a line of it is put in or changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from store.log.document import Document, Edit
from store.log.escape import code
from store.markup import clean
from store.readers.labels import canonical, field_name, split_label
from store.readers.mdblocks import Block
from store.readers.nativeparts import Part
from store.records import RunRecord

__all__ = ["LABELS", "add_bullets", "open_part", "section_of", "set_line", "set_output", "set_result"]

LABELS = {
    "goal": "Goal",
    "config": "Config",
    "status": "Status",
    "results": "Results",
    "observations": "Observations",
    "output": "Output",
}
"""Parts of a section, by the reader's name for them, in the order in which they stand."""

_PREFIX = re.compile(r"\s*(\*\*|__)[^*\n]+?(?:\1\s*[:：]|[:：]\s*\1)|\s*(\*\*|__)[^*\n]+?\2")
_BULLET = re.compile(r"\s*([-*+•]|\d{1,9}[.)])[ \t]+")
_VALUE = re.compile(r"(\s*(?:[-*+•]|\d{1,9}[.)])[ \t]+.*?[:：=][*_]{0,2}[ \t]*)")


def section_of(doc: Document, run: RunRecord) -> Part | None:
    """The section of a run, or None for one that has only a row."""
    return next(
        (p for p in doc.parts if p.kind == "run" and doc.blocks[p.at].line == run.place.line),
        None,
    )


def open_part(doc: Document, part: Part, name: str) -> tuple[Block, list[Block]] | None:
    """The block that opens a part ("results") of a section, and the blocks that stand in it; or None."""
    body = doc.blocks[part.at + 1 : part.end]
    at = next((at for at, block in enumerate(body) if _opens(block) == name), None)
    if at is None:
        return None
    inside: list[Block] = []
    for block in body[at + 1 :]:
        if _opens(block) or block.kind in ("rule", "comment", "heading"):
            break
        inside.append(block)
    return body[at], inside


def _opens(block: Block) -> str:
    """The part that a block opens: a label in bold, or a heading."""
    if block.kind == "heading":
        return canonical(block.text) or field_name(block.text)
    found = split_label(block.text) if block.kind == "text" else None
    return (canonical(found[0]) or field_name(found[0])) if found and found[2] else ""


def last_line(doc: Document, part: Part) -> int:
    """The last line of a section that says something: before a rule or comment at its end."""
    body = doc.blocks[part.at : part.end]
    return max(block.end for block in body if block.kind not in ("rule", "comment"))


def label_of(doc: Document, name: str) -> str:
    """How this log writes the label of a part: as its other runs have it."""
    for part in doc.parts:
        if part.kind != "run":
            continue
        for block in doc.blocks[part.at + 1 : part.end]:
            if block.kind == "text" and _opens(block) == name:
                prefix = _PREFIX.match(doc.line(block.line))
                if prefix and prefix[0].strip("*_ ").rstrip(":： ") in block.text:
                    return prefix[0].strip()
    return f"**{LABELS[name]}**:"


def set_line(doc: Document, run: Finder, name: str, text: str) -> Document:
    """Set the one line of a part ("Status") to a text, put in where the section has none."""
    part = run(doc)
    found = open_part(doc, part, name)
    if found is None:
        label = label_of(doc, name)
        return _put(doc, part, name, [f"{label} {text}"])
    block, inside = found
    if block.kind == "heading":
        last = max((b.end for b in inside), default=block.end)
        return (
            doc.replaced(block.end + 1, last, ["", text]) if inside else doc.inserted(block.end, ["", text])
        )
    prefix = _PREFIX.match(doc.line(block.line))
    assert prefix is not None
    kept = prefix[0] if prefix[0].endswith((":", "：", "**", "__")) else f"{prefix[0]}:"
    last = max((b.end for b in inside if b.kind == "text"), default=block.end)
    return doc.replaced(block.line, max(last, block.end), [f"{kept} {text}"])


Finder = Callable[[Document], Part]
"""Finds a run's section in any version of a log: an edit moves it."""


def add_bullets(doc: Document, run: Finder, name: str, texts: Sequence[str]) -> Document:
    """Add list items to a part of a section, put in where there is none.

    Args:
        texts: as they are to stand there: escaped.
    """
    part = run(doc)
    found = open_part(doc, part, name)
    if found is None:
        return _put(doc, part, name, [label_of(doc, name), *(f"- {text}" for text in texts)])
    block, inside = found
    items = [b for b in inside if b.kind == "item"]
    mark = "- "
    if items and (bullet := _BULLET.match(doc.line(items[-1].line))) and not bullet[1][0].isdigit():
        mark = bullet[0]
    return doc.inserted(
        max((b.end for b in items or inside), default=block.end), [mark + text for text in texts]
    )


def set_result(doc: Document, run: Finder, name: str, label: str, text: str) -> Document:
    """Set one value under Results: on its own line if it has one, else on a new one.

    Args:
        name: the field, as the reader calls it.
        label: what a new line calls it.
        text: the value as it is to stand there.
    """
    found = open_part(doc, run(doc), "results")
    for block in found[1] if found else ():
        said = split_label(block.text) if block.kind == "item" else None
        if said and (canonical(said[0]) or field_name(said[0])).casefold() == name.casefold():
            start, ended, _ = doc.spans[block.line - 1]
            kept = _VALUE.match(doc.text[start:ended])
            if kept is not None:
                return doc.edited(Edit(start + len(kept[0]), doc.spans[block.end - 1][1], text))
    return add_bullets(doc, run, "results", [f"{label}: {text}"])


def set_output(doc: Document, run: Finder, output: Sequence[str]) -> Document:
    """Set the last lines that a command printed, in a fence."""
    fence = code("\n".join(map(clean, output)), "text")
    found = open_part(doc, run(doc), "output")
    if found is None:
        return _put(doc, run(doc), "output", [label_of(doc, "output"), *fence])
    first, last = found[0].end + 1, max((b.end for b in found[1]), default=found[0].end)
    return doc.replaced(first, last, fence) if found[1] else doc.inserted(first - 1, fence)


def _put(doc: Document, part: Part, name: str, lines: Sequence[str]) -> Document:
    """Put a new part into a section, behind those that stand before it by custom."""
    order = list(LABELS)
    after = doc.blocks[part.at].end
    for earlier in order[: order.index(name)]:
        if found := open_part(doc, part, earlier):
            after = max(after, max((b.end for b in found[1]), default=found[0].end))
    if after == doc.blocks[part.at].end or name in ("observations", "output"):
        after = last_line(doc, part)
    if after == doc.blocks[part.at].end or doc.line(after).strip():
        lines = ["", *lines]
    return doc.inserted(after, lines)
