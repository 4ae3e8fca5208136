"""A Markdown file as a list of blocks with exact line spans: headings, tables, fences, list items, text.

Not a Markdown parser: no inline markup and no nesting beyond what a log needs, but every line belongs to
exactly one block, and the spans are those of the file, so that a log can be edited at them. Where it
departs from CommonMark, it does so for what stands in real logs:

- a fence inside a fence (a log quoted in a document) nests where the fences balance;
- table rows need no leading pipe, and a blank line between two rows does not end the table;
- everything in an HTML comment is one comment block, so that a template in it is never read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from store.readers.mdtables import Row, is_delimiter, split_cells
from store.slotted import fresh, slotted

__all__ = ["Block", "lines_of", "scan"]

BlockKind = Literal["heading", "table", "fence", "comment", "front", "item", "text", "rule"]

# "##Title" is no heading by the book, but in logs it is meant as one; "#tag" is not.
_HEADING = re.compile(r" {0,3}(#{1,6}(?=[ \t]|$)|#{2,6}(?=\w))(?:[ \t]*(.*?))?(?:[ \t]+#+)?[ \t]*$")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*([^`]*)$")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"([ \t]*)([-*+•]|\d{1,9}[.)])[ \t]+(.*)$")
_SETEXT = re.compile(r" {0,3}(=+|-{3,})[ \t]*$")


@slotted(frozen=False)
class Block:
    """A run of lines of one kind.

    Attributes:
        kind: "front" is YAML front matter, "item" one list item with its continuation lines.
        line, end: first and last line, 1-based, both included.
        text: heading: the title; fence: the lines inside; comment, text, item: the text without the marker.
        level: heading: 1–6; item: columns of indentation.
        info: fence: the word after the back-ticks; item: the marker ("-", "1.").
        rows: table: the header and the body rows, without the delimiter row.
    """

    kind: BlockKind
    line: int
    end: int
    text: str = ""
    level: int = 0
    info: str = ""
    rows: list[Row] = fresh(default_factory=list)


def lines_of(text: str) -> list[str]:
    """The lines without their ends. Only line feeds count (a lone carriage return where there is no
    line feed at all), as `grep -n` and editors count: never form feeds or U+2028."""
    if "\n" not in text:
        return text.split("\r")
    return [line.removesuffix("\r") for line in text.split("\n")]


@lru_cache(maxsize=2)
def scan(text: str) -> list[Block]:
    """Split a Markdown text into blocks; any text at all gives a list.

    The last lists are kept, because a file is sniffed and then read: they are not to be changed.

    Example:
        >>> [(b.kind, b.line, b.end, b.text) for b in scan("# Log\\n\\n- lr: 3\\n")]
        [('heading', 1, 1, 'Log'), ('item', 3, 3, 'lr: 3')]
    """
    return _Scanner(lines_of(text.removeprefix("\ufeff"))).scan()


class _Scanner:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.blocks: list[Block] = []
        self.at = 0

    def scan(self) -> list[Block]:
        self._front_matter()
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip():
                self.at += 1
            elif not any(
                take(line)
                for take in (self._comment, self._fence, self._heading, self._table, self._rule, self._item)
            ):
                self._text()
        return self.blocks

    def _add(self, kind: BlockKind, end: int, text: str = "", **more: object) -> bool:
        """Close a block that began at `self.at` and ends before the 0-based line `end`."""
        self.blocks.append(Block(kind, self.at + 1, end, text, **more))  # type: ignore[arg-type]
        self.at = end
        return True

    def _front_matter(self) -> None:
        if self.lines and self.lines[0].rstrip() == "---":
            for end in range(1, min(len(self.lines), 60)):
                if self.lines[end].rstrip() in ("---", "..."):
                    self._add("front", end + 1, "\n".join(self.lines[1:end]))
                    return
                if not re.match(r"[\w\s#\-]", self.lines[end] or " "):
                    return

    def _comment(self, line: str) -> bool:
        if not line.lstrip().startswith("<!--"):
            return False
        end = self.at
        while end < len(self.lines) and "-->" not in self.lines[end]:
            end += 1
        if end == self.at and line.rpartition("-->")[2].strip():
            return False  # text follows on the same line
        end = min(end + 1, len(self.lines))
        return self._add("comment", end, "\n".join(self.lines[self.at : end]))

    def _fence(self, line: str) -> bool:
        match = _FENCE.match(line)
        if not match:
            return False
        close = self._closing(match[1], nested=True)
        if close < 0:
            close = self._closing(match[1], nested=False)
        inside = self.lines[self.at + 1 : close if close >= 0 else len(self.lines)]
        end = close + 1 if close >= 0 else len(self.lines)
        indent = len(line) - len(line.lstrip())
        body = "\n".join(x[indent:] if not x[:indent].strip() else x for x in inside)
        return self._add("fence", end, body, info=match[2].strip(), level=indent)

    def _closing(self, ticks: str, *, nested: bool) -> int:
        """The 0-based line that closes the fence opened at `self.at`, or -1.

        A fence line with an info word cannot close; where `nested`, it opens one more.
        """
        depth = 1
        for at in range(self.at + 1, len(self.lines)):
            match = _FENCE.match(self.lines[at])
            if not match or match[1][0] != ticks[0] or len(match[1]) < len(ticks):
                continue
            if match[2].strip():
                depth += nested
            else:
                depth -= 1
                if not depth:
                    return at
        return -1

    def _heading(self, line: str) -> bool:
        match = _HEADING.match(line)
        return match is not None and self._add(
            "heading", self.at + 1, (match[2] or "").strip(), level=len(match[1])
        )

    def _table(self, line: str) -> bool:
        if not self._is_header(self.at):
            return False
        header = split_cells(line)
        rows = [Row(self.at + 1, header)]
        at = self.at + 2
        while at < len(self.lines):
            if not self.lines[at].strip():
                # A blank line between two rows is a slip; before a header it ends the table.
                following = self.lines[at + 1] if at + 1 < len(self.lines) else ""
                if not following.lstrip().startswith("|") or self._is_header(at + 1):
                    break
                if len(split_cells(following, len(header))) != len(header):
                    break
            elif "|" not in self.lines[at] or _HEADING.match(self.lines[at]) or _FENCE.match(self.lines[at]):
                break
            elif self._is_header(at):
                break
            elif not is_delimiter(self.lines[at]):
                rows.append(Row(at + 1, split_cells(self.lines[at], len(header))))
            at += 1
        return self._add("table", at, rows=rows)

    def _is_header(self, at: int) -> bool:
        """Whether a header row and its delimiter row stand at the 0-based line `at`."""
        if at + 1 >= len(self.lines) or "|" not in self.lines[at] + self.lines[at + 1]:
            return False
        if is_delimiter(self.lines[at]) or not is_delimiter(self.lines[at + 1]):
            return False
        columns, marks = len(split_cells(self.lines[at])), len(split_cells(self.lines[at + 1]))
        return columns == marks or (columns > 1 and marks > 1)

    def _rule(self, line: str) -> bool:
        return bool(_RULE.match(line)) and self._add("rule", self.at + 1)

    def _item(self, line: str) -> bool:
        match = _ITEM.match(line)
        if not match:
            return False
        indent = len(match[1].expandtabs(4))
        end = self.at + 1
        while end < len(self.lines) and self._continues(end, indent):
            end += 1
        text = "\n".join([match[3].strip(), *(x.strip() for x in self.lines[self.at + 1 : end])])
        return self._add("item", end, text, level=indent, info=match[2])

    def _continues(self, at: int, indent: int) -> bool:
        """Whether the line goes on with the list item or text before it."""
        line = self.lines[at]
        if not line.strip() or _ITEM.match(line) or self._starts_block(at):
            return False
        # "**Results**:" right under a bullet is the next field, not its last words.
        return len(line) - len(line.lstrip()) > indent or not line.startswith(("**", "__"))

    def _starts_block(self, at: int) -> bool:
        line = self.lines[at]
        return bool(
            _HEADING.match(line)
            or _FENCE.match(line)
            or _RULE.match(line)
            or line.lstrip().startswith("<!--")
            or self._is_header(at)
        )

    def _text(self) -> None:
        end = self.at + 1
        while end < len(self.lines):
            line = self.lines[end]
            if (match := _SETEXT.match(line)) and end == self.at + 1 and self._is_title(match[1]):
                self._add(
                    "heading", end + 1, self.lines[self.at].strip(), level=1 if match[1][0] == "=" else 2
                )
                return
            if not line.strip() or _ITEM.match(line) or self._starts_block(end):
                break
            if line.startswith(("**", "__")):
                break
            end += 1
        self._add("text", end, "\n".join(x.strip() for x in self.lines[self.at : end]))

    def _is_title(self, underline: str) -> bool:
        """Whether the line at `self.at` is a title, given its underline: a rule often follows a sentence."""
        line = self.lines[self.at].strip()
        return underline[0] == "=" or not (
            len(line) > 80 or line.startswith(("**", "|")) or ":" in line or line[-1] in ".!"
        )
