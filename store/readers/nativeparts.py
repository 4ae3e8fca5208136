"""The parts of a native log: summary, best result, things to try, runs. Reader and writer share it."""

from __future__ import annotations

import re
from typing import Literal

from store.readers.labels import canonical, heading_part, split_label
from store.readers.mdblocks import Block
from store.readers.nativesections import read_title
from store.slotted import slotted

__all__ = ["Part", "PartKind", "is_dated_section", "parts", "summaries"]

PartKind = Literal["summary", "best", "todo", "template", "experiments", "run", "other"]

_NAME_AND_DATE = re.compile(r"\S\s*[(\[（][^()\[\]（）]*\d[^()\[\]（）]*[)\]）]")
_SECTION_LABELS = frozenset("goal config results observations status hypothesis".split())


@slotted
class Part:
    """A heading and what belongs to it.

    Attributes:
        kind: what it is; "experiments" and "other" are a heading alone, with other parts below it.
        at, end: its blocks, as a slice of the list it was found in; the heading is the first.
    """

    kind: PartKind
    at: int
    end: int


def parts(blocks: list[Block]) -> list[Part]:
    """The parts of a log in the order of the file; what stands before the first heading is in none.

    Args:
        blocks: the whole file.
    """
    found: list[Part] = []
    at = 0
    inside = 0  # level of the heading "Experiments" that we stand under
    while at < len(blocks):
        block = blocks[at]
        if block.kind != "heading":
            at += 1
            continue
        if inside and block.level <= inside:
            inside = 0
        part = _part(blocks, at, bool(inside))
        if part.kind == "experiments":
            inside = block.level
        found.append(part)
        at = part.end
    return found


def _part(blocks: list[Block], at: int, inside: bool) -> Part:
    dated = inside and read_title(blocks[at].text).date  # among runs, one may be called "Summary"
    said = "" if dated else heading_part(blocks[at].text)
    end = _end(blocks, at)
    match said:
        case "todo" | "best" | "template":
            return Part(said, at, end)
        case "experiments" | "summary":
            return Part(said, at, at + 1)
    return Part("run", at, end) if _is_run(blocks[at:end], inside) else Part("other", at, at + 1)


def _end(blocks: list[Block], at: int) -> int:
    """The index behind the last block of the section whose heading is block `at`."""
    level = blocks[at].level
    for end in range(at + 1, len(blocks)):
        if blocks[end].kind == "heading" and blocks[end].level <= level:
            return end
    return len(blocks)


def _is_run(body: list[Block], inside: bool) -> bool:
    """Whether a section is a run: its own text has the labels of one, or it stands among runs, dated."""
    own = body[1:]
    for at, block in enumerate(own):
        if block.kind == "heading" and read_title(block.text).date:
            return False  # a heading over runs
        if block.kind == "heading" and canonical(block.text) not in _SECTION_LABELS | {"notes"}:
            own = own[:at]
            break
    labels = {
        canonical(found[0] if found else "") if block.kind != "heading" else canonical(block.text)
        for block in own
        if (found := split_label(block.text)) or block.kind == "heading"
    }
    dated = bool(read_title(body[0].text).date)
    return len(labels & _SECTION_LABELS) >= (1 if dated or inside else 2) or (dated and inside)


def is_dated_section(blocks: list[Block], at: int) -> bool:
    """Whether `### name (date)` stands at block `at`, with two labels of a run right under it."""
    if not _NAME_AND_DATE.search(blocks[at].text) or not read_title(blocks[at].text).date:
        return False
    labels = set()
    for block in blocks[at + 1 :]:
        if block.kind == "heading":
            break
        found = split_label(block.text) if block.kind == "text" else None
        if found and found[2]:
            labels.add(canonical(found[0]))
    return len(labels & _SECTION_LABELS) >= 2


def summaries(blocks: list[Block]) -> list[Block]:
    """The summary tables: those of runs under a heading "Summary", else the first one of runs in the file.

    A file may hold several logs, each with a summary of its own.
    """
    under = ""
    found: list[Block] = []
    first: list[Block] = []
    for block in blocks:
        if block.kind == "heading":
            under = heading_part(block.text)
        elif block.kind == "table" and len(block.rows[0].cells) > 1:
            is_runs = canonical(block.rows[0].cells[0]) == "name"
            if under == "summary" and is_runs:
                found.append(block)
                under = "summary, read"
            elif is_runs and not first and under in ("", "experiments"):
                first = [block]
    return found or first
