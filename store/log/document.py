"""A log as bytes that can be edited: its text, its lines, its blocks, and splices that change nothing else.

The text is decoded so that encoding it again gives the same bytes, whatever they are; an edit is made in
characters, and every byte outside of it stays as it was: line ends, byte order mark, trailing blanks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from store.errors import NotWritable
from store.outcomes import find_states
from store.readers import native
from store.readers.decode import MARKS, decode
from store.readers.mdblocks import Block, scan
from store.readers.nativeparts import Part, parts, summaries
from store.records import Direction, Reading, RunRecord
from store.slotted import slotted

__all__ = ["Document", "Edit"]


@slotted
class Edit:
    """Characters `start` to `end` of a document's text become `text`."""

    start: int
    end: int
    text: str


class Document:
    """One version of a log; an edited one is another document.

    Attributes:
        data: its bytes.
        shown: its path, as shown to people.
        directions: which end of a metric is better, by folded name, where the person has set it.
        text: its characters, without the byte order mark. Bytes that are no text stand as surrogates.
        newline: the line end that most lines have.
        spans: per line, where it starts, where its characters end, and where its line end ends.

    Raises:
        NotWritable: where the bytes are no text that can be given back as it was.
    """

    def __init__(self, data: bytes, shown: str, directions: Mapping[str, Direction] | None = None) -> None:
        self.data = data
        self.shown = shown
        self.directions = directions or {}
        self._mark, self._encoding = next(
            ((mark, name) for mark, name in MARKS if data.startswith(mark)), (b"", "utf-8")
        )
        self.text = self._decoded()
        self.newline = _newline(self.text)
        self.spans = _spans(self.text)

    def _decoded(self) -> str:
        body = self.data[len(self._mark) :]
        if not self._mark and b"\0" in body:
            raise NotWritable(f"{self.shown} is no UTF-8 text: nothing is written into it")
        if self._encoding == "utf-8" and not self._mark:
            try:
                return body.decode("utf-8")
            except UnicodeDecodeError:
                self._encoding = "cp1252"
        try:
            text = body.decode(self._encoding)
        except UnicodeDecodeError:
            if self._encoding != "cp1252":
                raise NotWritable(f"{self.shown} has bytes that are no {self._encoding.upper()}") from None
            self._encoding = "latin-1"
            text = body.decode("latin-1")
        return text

    # What stands in it

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks, with the lines of the file."""
        return scan(self.text)

    @cached_property
    def parts(self) -> list[Part]:
        """Summary, best result, things to try, runs …, in order."""
        return parts(self.blocks)

    @cached_property
    def summaries(self) -> list[Block]:
        """The summary tables."""
        return summaries(self.blocks)

    @cached_property
    def reading(self) -> Reading:
        """The log as the reader reads it."""
        decoded = decode(self.data)
        text = decoded.text if decoded else ""
        return native.read(Path(self.shown), text, self.shown)

    @property
    def runs(self) -> list[RunRecord]:
        """Its runs, as they are read."""
        return self.reading.runs

    def scope(self, line: int) -> range:
        """The lines of the log in which a line stands: a file may hold several, each under a title."""
        tops = [block.line for block in self.blocks if block.kind == "heading" and block.level == 1]
        ends = [*(top - 1 for top in tops[1:]), len(self.spans)]
        holds = ("summary", "best", "experiments")
        own = {self.blocks[part.at].line for part in self.parts if part.kind in holds}
        logs = [
            range(top, end + 1) for top, end in zip(tops, ends, strict=True) if own & set(range(top, end + 1))
        ]
        whole = range(1, len(self.spans) + 1)
        return next((log for log in logs if line in log), whole) if len(logs) > 1 else whole

    def line(self, number: int) -> str:
        """The characters of a line, 1-based, without its end."""
        start, end, _ = self.spans[number - 1]
        return self.text[start:end]

    @cached_property
    def states(self) -> list[str]:
        """How each run ended; one of which nothing tells it counts as completed."""
        return [state or "completed" for state in find_states(self.reading)]

    # Edits

    def replaced(self, first: int, last: int, lines: Sequence[str]) -> Document:
        """The document with lines `first` to `last` (1-based, both included) replaced."""
        start, ended = self.spans[first - 1][0], self.spans[last - 1][1]
        if not lines:
            return self.edited(Edit(start, self.spans[last - 1][2], ""))
        return self.edited(Edit(start, ended, self.newline.join(lines)))

    def inserted(self, after: int, lines: Sequence[str]) -> Document:
        """The document with lines put in after the line `after`, 0 for the beginning."""
        block = self.newline.join(lines)
        if after == 0 or not self.spans:
            return self.edited(Edit(0, 0, block + self.newline))
        _, ended, behind = self.spans[after - 1]
        if ended == behind:  # the last line has no end of its own
            return self.edited(Edit(behind, behind, self.newline + block))
        return self.edited(Edit(behind, behind, block + self.newline))

    def edited(self, edit: Edit) -> Document:
        """The document with one span of characters replaced.

        Raises:
            NotWritable: where the file's encoding has no way to write the text.
        """
        try:
            new = edit.text.encode(self._encoding)
        except UnicodeEncodeError as error:
            char = edit.text[error.start]
            raise NotWritable(
                f"{self.shown} is {self._encoding}, which can't write {char!r}", "save it as UTF-8 first"
            ) from None
        before = len(self._mark) + len(self.text[: edit.start].encode(self._encoding))
        after = before + len(self.text[edit.start : edit.end].encode(self._encoding))
        return Document(self.data[:before] + new + self.data[after:], self.shown, self.directions)


def _newline(text: str) -> str:
    """The commonest line end; that of a file without any is a line feed."""
    both, feeds = text.count("\r\n"), text.count("\n")
    if not feeds:
        return "\r" if "\r" in text else "\n"
    return "\r\n" if 2 * both > feeds else "\n"


def _spans(text: str) -> list[tuple[int, int, int]]:
    """Per line its start, the end of its characters, and its end.

    Lines are parted as `store.readers.mdblocks.lines_of` parts them.
    """
    ending = "\n" if "\n" in text else "\r"
    spans: list[tuple[int, int, int]] = []
    start = 0
    while start < len(text):
        found = text.find(ending, start)
        behind = found + 1 if found >= 0 else len(text)
        ended = found if found >= 0 else len(text)
        if ending == "\n" and ended > start and text[ended - 1] == "\r":
            ended -= 1
        spans.append((start, ended, behind))
        start = behind
    return spans
