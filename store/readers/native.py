"""The native log, `.claude/experiments.md`: a summary table and one section a run, merged by name.

A section says more than its row, so where both say something the section's value stays; what they
disagree on is kept in the value's mark and told once in the reading's notes. "Best Result" is a claim
about the runs, never a run: it is held against them.
"""

from __future__ import annotations

import re
from pathlib import Path

from store.cells import Header, is_missing, read_cell, read_header
from store.kinds import kind_of
from store.markup import plain
from store.readers.drafts import Columns, Draft
from store.readers.labels import canonical, field_name, heading_part, is_placeholder, role_of, split_label
from store.readers.mdblocks import Block, scan
from store.readers.mdtables import Row
from store.readers.nativemerge import merge
from store.readers.nativeparts import is_dated_section, parts, summaries
from store.readers.nativesections import read_section, read_title
from store.readers.shorthand import hardware, read_shorthand
from store.records import Claim, Kind, Mark, Place, Reading, RunRecord, Skip, Todo
from store.states import read_status

__all__ = ["find_todos", "read", "read_todos", "sniff"]

_CHECKBOX = re.compile(r"\[([ xX✓✔-]?)\]\s*(.*)$", re.DOTALL)


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file is a native log: its summary table or a run section, and one more of its parts.

    Args:
        path: the file.
        head: its first bytes.
    """
    if path.suffix.lower() not in (".md", ".markdown", ".mdown", ".mkd", ""):
        return False
    blocks = scan(_decode(head))
    headings = [heading_part(block.text) for block in blocks if block.kind == "heading" and block.level > 1]
    once = {part for part in headings if part and headings.count(part) == 1}
    if {"todo", "experiments"} <= once and once & {"summary", "best"}:
        return True
    if summaries(blocks) and "summary" in headings and set(headings) & {"best", "todo", "experiments"}:
        return True
    return any(is_dated_section(blocks, at) for at, block in enumerate(blocks) if block.kind == "heading")


def read(path: Path, text: str, shown: str) -> Reading:
    """Read a native log.

    Args:
        path: the file; not opened.
        text: its text, decoded.
        shown: its path as shown to people.

    Returns:
        The runs in the order of the summary table, then the sections that have no row. Never raises.
    """
    return _Log(text, shown).read()


class _Log:
    def __init__(self, text: str, shown: str) -> None:
        self.blocks = scan(text)
        self.columns = Columns()
        self.reading = Reading(shown, "native")
        self.claims: list[Draft] = []
        self.columns.declare("run", "run")
        self.columns.declare("date", "attribute", role="date")

    def read(self) -> Reading:
        rows = [row for table in summaries(self.blocks) for row in self._rows(table)]
        sections = self._sections()
        drafts = merge(rows, sections, self.claims, self.columns, self.reading)
        for draft in drafts:
            draft.values = {"run": draft.name, **draft.values}
            place = Place(self.reading.path, draft.line, draft.end)
            self.reading.runs.append(RunRecord(draft.name, place, draft.values, draft.marks))
        used = {name for run in self.reading.runs for name in (*run.values, *run.marks)}
        self.reading.fields = {k: f for k, f in self.columns.ordered().items() if k in used or k == "run"}
        return self.reading

    # The summary table

    def _rows(self, table: Block) -> list[Draft]:
        headers = [read_header(cell) for cell in table.rows[0].cells]
        self._declare(headers, table.rows[1:])
        drafts = []
        for row in table.rows[1:]:
            name = plain(row.cells[0]) if row.cells else ""
            place = Place(self.reading.path, row.line, row.line)
            rest = [cell for cell in row.cells[1:] if not is_missing(plain(cell))]
            if is_missing(name) or is_placeholder(name, row.cells[1] if len(row.cells) > 1 else ""):
                if rest and not is_placeholder(name):
                    self.reading.skips.append(Skip(place, "a summary row without a run name"))
                else:
                    self.reading.skips.append(Skip(place, "a placeholder row"))
                continue
            drafts.append(self._row(name, row))
        return drafts

    def _declare(self, headers: list[Header], rows: list[Row]) -> None:
        self.names: list[str] = []
        for at, header in enumerate(headers):
            part = canonical(header.name)
            name = "run" if at == 0 else part if part and part != "name" else field_name(header.name)
            cells = [read_cell(row.cells[at]) for row in rows if at < len(row.cells)]
            numbers = sum(isinstance(c.value, (int, float)) for c in cells)
            texts = sum(isinstance(c.value, str) for c in cells)
            if at and name not in ("config", "command"):
                is_metric = name not in _ATTRIBUTES and (numbers > texts or (not texts and bool(header.unit)))
                is_metric = is_metric or (not texts and not numbers and name not in _ATTRIBUTES)
                kind: Kind = "metric" if is_metric else "attribute"
                if name not in _ATTRIBUTES and kind_of(header.name) == "param":
                    kind = "param"
                unit = header.unit or next((c.unit for c in cells if c.unit), "")
                self.columns.declare(name, kind, unit if is_metric else "", header.direction, role_of(name))
            self.names.append(name)

    def _row(self, name: str, row: Row) -> Draft:
        draft = Draft(name, row.line, row.line)
        for column, text in zip(self.names[1:], row.cells[1:], strict=False):
            self._cell(draft, column, text, row.line)
        if extra := [plain(cell) for cell in row.cells[len(self.names) :] if cell.strip()]:
            draft.set(self.columns.declare("extra", "attribute"), " | ".join(extra), row.line)
            self.reading.notes.append(
                f"line {row.line}: {len(extra)} cells beyond the header, kept as `extra`"
            )
        return draft

    def _cell(self, draft: Draft, name: str, text: str, line: int) -> None:
        if name == "config":
            params, machine = read_shorthand(text)
            for key, value in params.items():
                draft.set(self.columns.declare(key, "param"), value, line)
            if machine:
                draft.set(self.columns.declare("gpu", "attribute", role="hardware"), machine, line)
        column = self.columns.declare(name, "attribute", role=role_of(name))
        cell = read_cell(text)
        if column.kind == "metric" and isinstance(cell.value, str):
            if state := read_status(plain(text)):
                draft.states.append((state, plain(text), line))
            draft.marks[column.name] = Mark(plain(text), note="not a number", line=line)
        elif name == "gpu":
            draft.set(column, hardware(text) or plain(text), line)
        elif column.kind == "attribute" and column.role != "date":
            shown = "" if is_missing(plain(text)) else plain(text)
            if shown and name == "status":
                draft.status = (shown, line)
            elif shown:
                if name == "notes" and (state := read_status(shown)) not in ("", "completed"):
                    draft.states.append((state, shown, line))
                draft.set(column, shown, line)
        else:
            draft.put(column, cell, line)

    # The sections

    def _sections(self) -> list[Draft]:
        drafts: list[Draft] = []
        for part in parts(self.blocks):
            body = self.blocks[part.at : part.end]
            title = read_title(body[0].text)
            if part.kind == "todo":
                read_todos(body, self.reading)
            elif part.kind == "best":
                self._claim(body)
            elif part.kind == "template" or (part.kind == "run" and is_placeholder(title.name, title.date)):
                self._skip(body, "a template")
            elif part.kind == "run":
                drafts.append(read_section(title, body, self.columns, self.reading))
        return drafts

    def _skip(self, body: list[Block], reason: str) -> None:
        self.reading.skips.append(Skip(Place(self.reading.path, body[0].line, body[-1].end), reason))

    def _claim(self, body: list[Block]) -> None:
        claim = Draft("", body[0].line, body[-1].end)
        said: list[tuple[str, str]] = []
        for block in body[1:]:
            found = split_label(block.text) if block.kind in ("item", "text") else None
            if found:
                said.append((plain(found[0]), plain(found[1])))
            if found and canonical(found[0]) == "name":
                claim.name = plain(found[1])
            elif found and isinstance((cell := read_cell(found[1])).value, (int, float)):
                claim.values[field_name(found[0])] = cell.value
                claim.lines[field_name(found[0])] = block.line
        if claim.name:
            self.claims.append(claim)
        if said:
            place = Place(self.reading.path, claim.line, claim.end)
            self.reading.claims.append(Claim(claim.name, tuple(said), place))


def read_todos(body: list[Block], reading: Reading) -> None:
    """Read a list of things to try: `- [ ] open`, `- [x] done`, `- ~~dropped~~`, plain bullets."""
    for block in body:
        if block.kind != "item":
            continue
        match = _CHECKBOX.match(block.text)
        text = match[2] if match else block.text
        if is_missing(plain(text)) or is_placeholder(text):
            continue
        done = bool(match and match[1] not in ("", " ", "-")) or text.strip().startswith("~~")
        reading.todos.append(Todo(plain(text), done, Place(reading.path, block.line, block.end)))


def find_todos(blocks: list[Block], reading: Reading) -> None:
    """Read the things to try of a file of any layout: the lists under a heading that says so."""
    inside = 0
    for block in blocks:
        if block.kind == "heading":
            if inside and block.level <= inside:
                inside = 0
            inside = block.level if heading_part(block.text) == "todo" else inside
        elif inside:
            read_todos([block], reading)


_ATTRIBUTES = frozenset(
    """notes goal observations description status date gpu commit contributor hypothesis verdict next
    log""".split()
)


def _decode(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")
