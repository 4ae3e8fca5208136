"""Any Markdown file with tables of runs, or sections that are runs; the rest is passed over by name."""

from __future__ import annotations

import re
from pathlib import Path

from store.markup import plain
from store.readers.drafts import Columns
from store.readers.labels import heading_part
from store.readers.mdblocks import Block, scan
from store.readers.mdheadings import RunSection, find_sections
from store.readers.mdjoin import join
from store.readers.mdruns import RunTable, read_table
from store.readers.mdsections import inherit, read_run
from store.readers.mdsheet import Group, Sheet
from store.readers.native import find_todos
from store.records import Place, Reading, Skip

__all__ = ["read", "sniff"]

_SURE = frozenset((".md", ".markdown", ".mdx", ".mdown", ".mkd"))
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")


def sniff(path: Path, head: bytes) -> bool:
    """Whether a file is Markdown: by its suffix; any other text only where it has a table or a run's heading.

    Args:
        path: the file.
        head: its first bytes.
    """
    if b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return False
    suffixes = {suffix.lower() for suffix in path.suffixes}
    if suffixes & _SURE:
        return True
    if not re.search(rb"(?m)^\s*\|?\s*:?-+:?\s*\|", head):
        return False
    return any(block.kind == "table" for block in scan(head.decode("utf-8", "replace")))


def read(path: Path, text: str, shown: str) -> Reading:
    """Read a Markdown file.

    Args:
        path: the file; not opened.
        text: its text, decoded.
        shown: its path as shown to people.

    Returns:
        The runs in the order of the file; every table that is no run table is a skip. Never raises.
    """
    return _Document(text, shown).read()


class _Document:
    def __init__(self, text: str, shown: str) -> None:
        self.blocks = scan(text)
        self.reading = Reading(shown, "markdown")
        self.sheet = Sheet(self.reading)

    def read(self) -> Reading:
        tables = self._tables()
        sections = self._sections({table.line for table, _, _ in tables})
        groups = [self._table(*found) for found in tables]
        if sections:
            groups.append(self._section_runs(sections))
        groups = join([group for group in groups if group.runs], self.reading)
        self._tell_sections(groups)
        self.reading.runs = sorted(
            (run for group in groups for run in group.runs), key=lambda r: r.place.line
        )
        self.sheet.finish()
        find_todos(self.blocks, self.reading)
        self._explain()
        return self.reading

    # Tables

    def _tables(self) -> list[tuple[Block, RunTable, tuple[str, ...]]]:
        found = []
        path: list[Block] = []
        for block in self.blocks:
            if block.kind == "heading":
                path = [*(above for above in path if above.level < block.level), block]
            elif block.kind == "table":
                table = read_table(block)
                if any(heading_part(above.text) == "template" for above in path):
                    table = "under a heading that tells how to write a log"
                if isinstance(table, str):
                    place = Place(self.reading.path, block.line, block.end)
                    self.reading.skips.append(Skip(place, table, len(block.rows) - 1))
                else:
                    titles = tuple(plain(above.text) for above in path if above.level > 1) or tuple(
                        plain(above.text) for above in path
                    )
                    found.append((block, table, titles))
        return found

    def _table(self, block: Block, table: RunTable, path: tuple[str, ...]) -> Group:
        for line, reason in table.skips:
            self.reading.skips.append(Skip(Place(self.reading.path, line, line), reason))
        return self.sheet.add(table, path)

    # Sections

    def _sections(self, tables: set[int]) -> list[RunSection]:
        """The run sections, without those that hold a table of several runs: there the rows are the runs."""
        kept = []
        for section in find_sections(self.blocks):
            inside = [b for b in section.blocks if b.kind == "table" and b.line in tables]
            if sum(len(b.rows) - 1 for b in inside) < 2:
                kept.append(section)
            else:
                place = Place(self.reading.path, section.blocks[0].line, section.blocks[-1].end)
                self.reading.skips.append(
                    Skip(place, "a section with a table of runs: its rows are the runs")
                )
        return kept

    def _section_runs(self, sections: list[RunSection]) -> Group:
        columns = Columns()
        drafts = [read_run(section, columns, self.reading) for section in sections]
        inherit(drafts, columns)
        group = self.sheet.add_drafts(drafts, columns, [section.path[1:] for section in sections])
        words = {section.word.lower() for section in sections}
        group.names = words.pop() if len(words) == 1 else ""
        return group

    def _tell_sections(self, groups: list[Group]) -> None:
        """Where the file has several groups of runs, say of each run which it belongs to."""
        paths = [path for group in groups for path in group.paths]
        if paths:
            above = zip(*paths, strict=False)
            self.reading.titles = tuple(same[0] for same in above if len({*same}) == 1)
        if len({*paths}) < 2:
            return
        column = self.sheet.columns.declare("section", "attribute")
        for group in groups:
            for run, path in zip(group.runs, group.paths, strict=True):
                if path:
                    run.values.setdefault(column.name, " / ".join(path))

    # What was passed over

    def _explain(self) -> None:
        entries = [b for b in self.blocks if b.kind == "heading" and _DATED.match(plain(b.text))]
        within = [(run.place.line, run.place.end) for run in self.reading.runs]
        prose = [b for b in entries if not any(line <= b.line <= end for line, end in within)]
        if prose:
            place = Place(self.reading.path, prose[0].line, prose[-1].end)
            self.reading.skips.append(Skip(place, "a dated entry in prose", len(prose)))
        for block in self.blocks:
            if block.kind == "text" and sum("|" in line for line in block.text.split("\n")) > 1:
                piped = [line for line in block.text.split("\n") if line.count("|") > 2]
                if len(piped) > 1 or any("---" in line for line in piped):
                    place = Place(self.reading.path, block.line, block.end)
                    self.reading.skips.append(Skip(place, "lines with pipes, but no header row over them"))
        if not self.reading.runs:
            self.reading.notes.append("no table of runs and no section that is a run was found")
