"""One `### name (date)` section of the native log into a draft of a run."""

from __future__ import annotations

import re
from datetime import date

from store.cells import is_missing, read_cell, read_header
from store.command import parse_command
from store.directions import is_metric
from store.markup import clean, plain
from store.readers.drafts import Columns, Draft
from store.readers.labels import bare, canonical, field_name, role_of, split_label
from store.readers.mdblocks import Block
from store.readers.shorthand import hardware, read_shorthand
from store.records import Kind, Place, Reading, Skip
from store.slotted import slotted
from store.states import read_remark, read_status

__all__ = ["PARTS", "SEVERAL", "SectionReader", "Title", "read_section", "read_title"]

# Labels that open a part of a section. Any other label is a field with its value behind it.
PARTS = frozenset(
    "goal hypothesis config results observations notes description status verdict next output".split()
)
_BRACKET = re.compile(r"\s*[(\[（]([^()\[\]（）]*)[)\]）]\s*")
_TEMPLATE_DATE = re.compile(r"[YyMmDd]{2,4}[-/.][YyMmDd]{2}[-/.][YyMmDd]{2,4}")
_DATE_FIRST = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})\s*(?:[:—–-]\s*|\s)(\S.*)$")
_DATE_LAST = re.compile(r"(\S.*?)\s*[:—–,-]\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})$")
KEY_VALUE = re.compile(
    r"\s*(?:wandb:|>>|[-*])?\s*([A-Za-z_][\w./@-]*(?: [\w./@-]+){0,4}?)\s*(?:[:=]\s*|\s+)(\S+)\s*$"
)
_BESIDE = re.compile(r"([A-Za-z][\w /.@-]{0,30}?)\s+([~≈]?[-+]?\.?\d.*)$", re.DOTALL)
SEVERAL = re.compile(r"[,;]\s+(?=[A-Za-z][\w /.-]{0,30}[:=])")


@slotted
class Title:
    """What a section's heading says: the run's name, its date as written, and what stands after them."""

    name: str
    date: str = ""
    rest: str = ""


def read_title(text: str) -> Title:
    """Split a heading into name and date.

    Example:
        >>> read_title("exp-001 (2024-01-16) ❌")
        Title(name='exp-001', date='2024-01-16', rest='❌')
        >>> read_title("2024-01-16: exp-001").name, read_title("wide (v2)").name
        ('exp-001', 'wide (v2)')
    """
    text = plain(text)
    for match in reversed(list(_BRACKET.finditer(text))):  # "wide (2024-01-01) (2024-02-01)": the last one
        inside = match[1].strip()
        first, _, more = ("", "", "") if _is_date(inside) else inside.partition(",")
        if _is_date(first or inside) or _TEMPLATE_DATE.fullmatch(first or inside):
            first = first or inside
            rest = " ".join([more.strip(), text[match.end() :]]).strip(" -—–:")
            before = text[: match.start()].strip()
            return Title(before, first, rest) if before else Title(rest.strip(), first)
    if found := _DATE_FIRST.match(text):
        return Title(found[2].strip(), found[1])
    if found := _DATE_LAST.match(text):
        return Title(found[1].strip(), found[2])
    return Title(text)


def _is_date(text: str) -> bool:
    return isinstance(read_cell(text).value, date)


def read_section(title: Title, blocks: list[Block], columns: Columns, reading: Reading) -> Draft:
    """Read the blocks of one section, its heading first.

    Args:
        title: the heading, read.
        blocks: the section's blocks in order.
        columns: the file's columns, added to.
        reading: takes what is passed over.

    Returns:
        The run.
    """
    ends = [block.end for block in blocks if block.kind not in ("rule", "comment")]
    draft = Draft(title.name, blocks[0].line, max(ends, default=blocks[0].end))
    if title.date:
        draft.put(columns.declare("date", "attribute", role="date"), read_cell(title.date), blocks[0].line)
    reader = SectionReader(draft, columns, reading)
    if title.rest:
        reader.say("status" if read_status(title.rest) else "notes", title.rest, blocks[0].line)
    for block in blocks[1:]:
        reader.take(block)
    reader.finish()
    return draft


class SectionReader:
    """Gathers the blocks of one section into a draft."""

    def __init__(self, draft: Draft, columns: Columns, reading: Reading) -> None:
        self.draft = draft
        self.columns = columns
        self.reading = reading
        self.part = "notes"
        self.beside = False
        self.said: dict[str, list[tuple[int, str]]] = {}

    def take(self, block: Block) -> None:
        """Read one block."""
        if block.kind == "heading":
            self.part = canonical(block.text) or field_name(block.text)
        elif block.kind == "fence":
            self.fence(block)
        elif block.kind == "table":
            self.table(block)
        elif block.kind in ("text", "item"):
            self.line(block)

    def line(self, block: Block) -> None:
        """A paragraph or list item: opens a part, gives a value, or is text of the part it stands in."""
        found = split_label(block.text)
        is_part = found is not None and canonical(found[0]) in PARTS
        if found and is_part and (found[2] or block.kind == "text"):
            self.open(canonical(found[0]), found[1], block)
        elif found and block.kind == "item" and self.is_beside(found[0], found[1]):
            self.field(found[0], found[1], block.line, "metric")
        elif found and found[2] and block.kind == "text" and not found[1]:
            self.part = canonical(found[0]) or field_name(found[0])
        elif found and found[2] and (block.kind == "text" or self.part in ("results", "config", "notes")):
            self.field(found[0], found[1], block.line, "param" if self.part == "config" else "metric")
        else:
            self.in_part(block.text, block)

    def open(self, part: str, text: str, block: Block) -> None:
        """Open a part, with what stands behind its label."""
        self.part, self.beside = part, bool(text) and block.kind == "item"
        if text:
            self.in_part(text, block)

    def is_beside(self, label: str, text: str) -> bool:
        """Whether a bullet is a result beside the bullet "- config: lr=0.1", which holds all of it."""
        value = read_cell(text).value
        return (
            self.beside
            and self.part == "config"
            and isinstance(value, (int, float))
            and self._is_metric(label)
        )

    def in_part(self, text: str, block: Block) -> None:
        if self.part == "results":
            self.result(text, block.line)
        elif self.part == "config":
            self.config(text, block.line)
        else:
            indent = "  " * (block.kind == "item" and block.level > 1)
            for at, line in enumerate(text.split("\n")):
                self.say(self.part, ("  " if at else indent) + plain(line), block.line + at)

    def say(self, part: str, text: str, line: int) -> None:
        """Add a line of text to a part."""
        if text.strip() and not is_missing(text):
            self.said.setdefault(part, []).append((line, text))

    def result(self, text: str, line: int) -> None:
        """A bullet under Results: one or several `label: value`, or words."""
        parts = SEVERAL.split(text)
        if len(parts) > 1 and all(split_label(part) for part in parts):
            for part in parts:
                self.result(part, line)
            return
        found = split_label(text)
        if found:
            self.field(found[0], found[1], line, "metric")
        elif (match := _BESIDE.match(plain(text))) and self._is_metric(match[1]):
            self.field(match[1], match[2], line, "metric")
        else:
            for at, said in enumerate(text.split("\n")):
                self.say("results", plain(said), line + at)

    def _is_metric(self, label: str) -> bool:
        column = self.columns.find(field_name(label))
        return (
            bool(column and column.kind == "metric")
            or canonical(label) == "time"
            or is_metric(field_name(label))
        )

    def field(self, label: str, text: str, line: int, kind: Kind) -> None:
        """One labelled value."""
        name = canonical(label) or field_name(label)
        if name == "name" or not text.strip():
            return
        if name in ("status", "notes", "observations", "goal", "description", "hypothesis"):
            self.say(name, plain(text), line)
            return
        cell = read_cell(text)
        if name == "date" and name in self.draft.values and field_name(label) != name:
            name = field_name(label)  # "Started: 2026-01-16 14:02" under a heading with its day
        if name == "gpu":
            machine = hardware(text)
            if machine or not isinstance(cell.value, (int, float)):
                self.draft.set(
                    self.columns.declare("gpu", "attribute", role="hardware"), machine or plain(text), line
                )
                return
            name = field_name(label)
        is_number = isinstance(cell.value, (int, float)) or cell.value is None
        if name == "time" and isinstance(cell.value, (int, float)) and not cell.unit:
            cell = type(cell)(cell.value, read_header(label).unit, cell.mark, cell.state, cell.step)
        found = self.columns.find(name)
        if not is_number and (found.kind == "metric" if found else is_metric(name)):
            # Two numbers, or a sentence, in the place of one: said, but not a value.
            self.say("results", f"{label}: {plain(text)}", line)
            return
        if cell.value is None and not cell.mark:
            return
        if kind == "metric" and not is_number:
            kind = "attribute"
        name = name.replace("-", "_") if kind == "param" else name
        column = self.columns.declare(name, kind, cell.unit, role=role_of(name))
        self.draft.put(column, cell, line)

    def config(self, text: str, line: int) -> None:
        """A line or bullet under Config: `depth: 24`, `--lr=0.04`, `d24, lr=0.02`, or words."""
        self.say("config", plain(text.replace("\n", " ")), line)
        found = split_label(text)
        if found and not found[2] and "," not in found[0] and " --" not in text and read_cell(found[1]).unit:
            self.field(found[0], found[1], line, "param")
            return
        params, machine = read_shorthand(text.replace("\n", " "))
        for name, value in params.items():
            self.draft.set(self.columns.declare(name, "param"), value, line)
        if machine:
            self.draft.set(self.columns.declare("gpu", "attribute", role="hardware"), machine, line)

    def fence(self, block: Block) -> None:
        """A fence: the command under Config, `key: value` lines under Results."""
        if self.part == "results":
            for at, text in enumerate(block.text.split("\n")):
                match = KEY_VALUE.match(text)
                if match and isinstance(read_cell(match[2]).value, (int, float)):
                    self.field(match[1], match[2], block.line + 1 + at, "metric")
            return
        if self.part == "output":
            for at, text in enumerate(block.text.split("\n")):
                self.say("output", clean(text), block.line + 1 + at)
            return
        command = parse_command(block.text)
        if not command.program and not command.params:
            for at, text in enumerate(block.text.split("\n")):
                if self.part == "config" and (match := KEY_VALUE.match(text)):
                    self.field(match[1], match[2], block.line + 1 + at, "param")
            return
        for name, value in command.params.items():
            self.draft.set(self.columns.declare(name, "param"), value, line_of(name, block))
        shown = clean(re.sub(r"\s*\\\s*\n\s*", " ", block.text.strip()))
        self.draft.set(self.columns.declare("command", "attribute", role="command"), shown, block.line + 1)
        if command.name and command.name != self.draft.name and bare(command.name) != bare(self.draft.name):
            self.draft.set(self.columns.declare("run_name", "attribute"), command.name, block.line)

    def table(self, block: Block) -> None:
        """A table of two columns under Results or Config holds one value a row; any other is passed over."""
        if self.part in ("results", "config") and len(block.rows[0].cells) == 2:
            for row in block.rows[1:]:
                if len(row.cells) == 2:
                    self.field(
                        row.cells[0], row.cells[1], row.line, "param" if self.part == "config" else "metric"
                    )
            return
        place = Place(self.reading.path, block.line, block.end)
        self.reading.skips.append(
            Skip(place, f"a table inside the section of {self.draft.name}", len(block.rows) - 1)
        )

    def finish(self) -> None:
        """Turn the gathered text into attributes, and what it says of the end into the status."""
        for line, text in self.said.get("results", []):
            state = read_remark(text)[0] or read_status(text)
            if state and (state != "completed" or read_remark(text)[0]):
                self.draft.states.append((state, text, line))
        judged = self.said.get("verdict", [])
        if len(judged) == 1 and read_status(judged[0][1]) and not self.draft.states:
            self.said.setdefault("status", judged)
        if status := self.said.pop("status", None):
            text = " ".join(said.strip() for _, said in status)
            self.draft.status = (text, status[0][0])
            self.draft.step = read_remark(text)[1] if self.draft.step is None else self.draft.step
        for part, lines in self.said.items():
            self.draft.write(self.columns.declare(part, "attribute", role=role_of(part)), lines)


def line_of(name: str, fence: Block) -> int:
    """The line of a fence on which a parameter stands, or its first."""
    for at, text in enumerate(fence.text.split("\n")):
        if name in text.replace("-", "_"):
            return fence.line + 1 + at
    return fence.line + 1
