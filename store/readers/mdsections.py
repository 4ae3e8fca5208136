"""What a section says of its run: prose, commands, blocks of results, bullets, tables of two columns."""

from __future__ import annotations

import re
from datetime import date

from store.cells import read_cell
from store.command import Command, parse_command, trains, typed
from store.directions import known_metric
from store.kinds import kind_of
from store.markup import clean, plain
from store.readers.drafts import Columns, Draft
from store.readers.labels import bare, canonical, field_name, split_label
from store.readers.mdblocks import Block
from store.readers.mdheadings import WORDS, RunSection, is_results, result_pairs
from store.readers.nativesections import PARTS, SEVERAL, SectionReader, line_of, read_title
from store.records import INHERITED, Kind, Mark, Reading
from store.states import read_status

__all__ = ["inherit", "read_run"]

_PAIR = re.compile(r"(?<![\w.-])([A-Za-z_][\w-]*)=([\w.+-]*\w)")
_ASIDE = re.compile(r"\s*[(（]([^()（）]+)[)）]$")
_COMMIT = re.compile(r"\bcommit\s+`?([0-9a-f]{7,40})\b`?", re.IGNORECASE)
_DAY = re.compile(
    r"\b(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?:the\s+)?(?:final\s+)?([A-Za-z][\w ]{1,30}?)\s+(?:was|is|=)\s+`?([\d.]+)`?\.?$", re.IGNORECASE
)
_SAME = re.compile(
    rf"\bsame\s+(?:[\w-]+\s+){{0,5}}?(?:as|of)\s+(?:in\s+|for\s+)?(?P<run>(?:{WORDS})\s*#?\s*(?P<id>[A-Z]?-?\d[\w]*))"
    r"(?P<rest>[^.]*(?:\.\d[^.]*)*)",
    re.IGNORECASE,
)
_FLAG = re.compile(r"--[A-Za-z][\w-]*(?:[= ][^\s`,;]+)?")
_COMMAND_LINE = re.compile(
    r"(?m)(?:^|\s)--[A-Za-z]|\\\s*$|^\s*\$?\s*(?:python3?|torchrun|bash|sh|uv run|accelerate|git)\s"
)


def read_run(section: RunSection, columns: Columns, reading: Reading) -> Draft:
    """Read a section into a run; `inherits` on the draft says from which run it takes its command."""
    heading = section.blocks[0]
    last = [b.end for b in section.blocks if b.kind not in ("rule", "comment")]
    draft = Draft(section.name, heading.line, max(last))
    reader = _Reader(draft, columns, reading)
    title, status = section.title, section.status
    if (match := _ASIDE.search(title)) and not status and read_status(match[1]):
        title, status = title[: match.start()], match[1]
    told = read_title(title) if title else None
    if day := section.date or (told.date if told else ""):
        draft.put(columns.declare("date", "attribute", role="date"), read_cell(day), heading.line)
    if told and (said := " ".join(filter(None, (told.name, told.rest)))):
        draft.set(columns.declare("title", "attribute", role="description"), said, heading.line)
    if status:
        reader.say("status", status, heading.line)
    for name, value in _PAIR.findall(f"{section.name} {section.title}"):
        draft.set(columns.declare(name.replace("-", "_"), "param"), typed(value), heading.line)
    for block in section.blocks[1:]:
        reader.take(block)
    reader.finish()
    return draft


class _Reader(SectionReader):
    """A section written more freely than the native log's: prose, commands, blocks of results, bullets."""

    def __init__(self, draft: Draft, columns: Columns, reading: Reading) -> None:
        super().__init__(draft, columns, reading)
        self.commands: list[tuple[Command, Block]] = []

    def line(self, block: Block) -> None:
        found = split_label(block.text)
        name = canonical(found[0]) if found else ""
        if found and name in PARTS and (found[2] or block.kind == "item" or not found[1]):
            self.open(name, found[1], block)
        elif found and block.kind == "item" and self.is_beside(found[0], found[1]):
            self.field(found[0], found[1], block.line, "metric")
        elif found and self._is_field(found[0], found[1]):
            self.field(found[0], found[1], block.line, self._kind(found[0]))
        elif block.kind == "text" and self.part in ("results", "config", "notes"):
            self._prose(block)
        else:
            self.in_part(block.text, block)

    def _is_field(self, label: str, text: str) -> bool:
        """Whether a labelled line is a value, not a sentence with a colon in it."""
        if not text or label.count(" ") > 4:
            return False
        value = read_cell(text).value
        if isinstance(value, (int, float, date)):
            return True
        return canonical(label) in ("date", "commit", "gpu", "contributor") and len(text) <= 60

    def _kind(self, label: str) -> Kind:
        if self.part == "config":
            return "param"
        kind = kind_of(field_name(label))
        return "metric" if self.part == "results" and kind == "attribute" else kind

    def _prose(self, block: Block) -> None:
        """A paragraph: kept as notes; its first sentence may tell the day and the commit."""
        text = plain(block.text)
        if "notes" not in self.said:
            opening = text[:200]
            if day := _DAY.search(opening):
                self.draft.put(
                    self.columns.declare("date", "attribute", role="date"), read_cell(day[0]), block.line
                )
            if commit := _COMMIT.search(opening):
                self.draft.set(
                    self.columns.declare("commit", "attribute", role="commit"), commit[1], block.line
                )
        if (stated := _STATED.fullmatch(text)) and known_metric(stated[1]):
            self.field(stated[1], stated[2].rstrip("."), block.line, "metric")
        if match := _SAME.search(block.text):
            self.draft.inherits = (match["id"], match["run"], match[0])
        for at, line in enumerate(block.text.split("\n")):
            self.say("notes", plain(line), block.line + at)

    def fence(self, block: Block) -> None:
        lines = block.text.split("\n")
        if _COMMAND_LINE.search(block.text):
            command = parse_command(block.text)
            if trains(command):
                self.commands.append((command, block))
            return
        if is_results(block.text):
            for at, text in enumerate(lines):
                for key, value in result_pairs(text):
                    self.field(key, value, block.line + 1 + at, "metric")
            return
        numbers = [line.strip() for line in lines if line.strip()]
        if numbers and all(isinstance(read_cell(n).value, (int, float)) for n in numbers):
            self.say("notes", ", ".join(numbers), block.line + 1)

    def result(self, text: str, line: int) -> None:
        """As in the native log, but a label that is not known makes no column of a sentence."""
        parts = SEVERAL.split(text)
        if len(parts) > 1 and all(map(split_label, parts)):
            super().result(text, line)
            return
        found = split_label(text)
        if found and not canonical(found[0]) and not self._is_field(found[0], found[1]):
            for at, said in enumerate(text.split("\n")):
                self.say("results", plain(said), line + at)
        else:
            super().result(text, line)

    def field(self, label: str, text: str, line: int, kind: Kind) -> None:
        if canonical(label) == "time" and not bare(label) == "time":
            # The tracker's own key ("total_training_time") is the name people ask by.
            cell = read_cell(text)
            if re.fullmatch(r"[a-z_]+", label) and isinstance(cell.value, (int, float)):
                column = self.columns.declare(
                    label, "metric", cell.unit or _seconds(label, cell.value), role="duration"
                )
                self.draft.put(column, cell, line)
                return
        super().field(label, text, line, kind)

    def finish(self) -> None:
        if self.commands:
            command, block = max(self.commands, key=lambda found: len(found[0].params))
            for name, value in command.params.items():
                self.draft.set(self.columns.declare(name, "param"), value, line_of(name, block))
            shown = clean(re.sub(r"\s*\\\s*\n\s*", " ", block.text.strip()))
            self.draft.set(
                self.columns.declare("command", "attribute", role="command"), shown, block.line + 1
            )
            if command.name and bare(command.name) != bare(self.draft.name):
                self.draft.set(self.columns.declare("run_name", "attribute"), command.name, block.line + 1)
        super().finish()


def _seconds(label: str, value: float) -> str:
    """nanochat logs `total_training_time` in seconds without saying so: thousands of hours are absurd."""
    return "s" if label.endswith("_time") and value >= 1000 else ""


def inherit(drafts: list[Draft], columns: Columns) -> None:
    """Give runs "with the same command as Run 4 except …" that run's parameters, marked as inherited."""
    by_name = {draft.name: draft for draft in drafts}
    for draft in drafts:
        if draft.inherits is None:
            continue
        name, called, said = draft.inherits
        source = by_name.get(name)
        changed = _FLAG.findall(said)
        excepts = re.search(r"\b(?:except|but|with|apart from|other than)\b", said, re.IGNORECASE)
        if source is None or source is draft or (excepts and not changed):
            continue
        for key, value in parse_command("run " + " ".join(changed)).params.items():
            draft.set(columns.declare(key, "param"), value, draft.line)
        for key, value in source.values.items():
            column = columns.fields[key]
            if column.kind == "param" and key not in draft.values:
                draft.values[key] = value
                draft.lines[key] = source.lines.get(key, source.line)
                draft.marks[key] = Mark(str(value), note=f"{INHERITED}{called}", line=draft.lines[key])
        draft.set(columns.declare("command", "attribute", role="command"), plain(said).strip(), draft.line)
