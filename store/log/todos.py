"""The list of things to try: a line added, a line ticked off."""

from __future__ import annotations

import difflib
import re

from store.errors import NotWritable
from store.log.check import check
from store.log.document import Document, Edit
from store.log.escape import inline
from store.markup import clean, plain
from store.readers.decode import repaired
from store.readers.mdblocks import Block

__all__ = ["add", "still_open", "tick"]

_BOX = re.compile(r"\[([ xX✓✔-]?)\]\s*")
_SAYING_NOTHING = frozenset("the a an this that item entry task thing todo one".split())
_MARK = re.compile(r"\s*(?:[-*+•]|\d{1,9}[.)])[ \t]+(?:\[[ xX✓✔-]?\][ \t]*)?")


def add(doc: Document, text: str) -> tuple[Document, bool]:
    """Add a thing to try.

    Returns:
        The log, and False where the same stands there already: then nothing is changed.

    Raises:
        NotWritable: where it would not be read back.
    """
    said = repaired(clean(text))
    if any(_text(item).casefold() == said.casefold() for item in _items(doc)):
        return doc, False
    after = _added(doc, said)
    check(doc, after, "", {})
    if [todo.text for todo in after.reading.todos].count(said) != 1:
        raise NotWritable(f"{doc.shown}: {said} would not be read as a thing to try: nothing was written")
    return after, True


def _added(doc: Document, said: str) -> Document:
    items = _items(doc)
    if items:
        mark = _MARK.match(doc.line(items[-1].line))
        kept = _BOX.sub("[ ] ", mark[0]) if mark and not mark[0].strip()[0].isdigit() else "- [ ] "
        return doc.inserted(items[-1].end, [f"{kept}{inline(said)}"])
    line = f"- [ ] {inline(said)}"
    part = next((p for p in doc.parts if p.kind == "todo"), None)
    if part is not None:
        return doc.inserted(doc.blocks[part.at].line, ["", line])
    before = next((p for p in doc.parts if p.kind in ("experiments", "run")), None)
    if before is not None:
        return doc.inserted(doc.blocks[before.at].line - 1, ["## Things to Try", "", line, ""])
    ended = len(doc.spans)
    blank = [] if not ended or not doc.line(ended).strip() else [""]
    return doc.inserted(ended, [*blank, "## Things to Try", "", line])


def tick(doc: Document, text: str) -> tuple[Document, str]:
    """Tick a thing off: by its words, or by its number among the open ones.

    Returns:
        The log, and the line's words as they stand there.

    Raises:
        NotWritable: where nothing on the list, or more than one line of it, says that.
    """
    items = _items(doc)
    unticked = [item for item in items if not _done(item)]
    said = clean(text)
    found = [item for item in unticked if _text(item).casefold() == said.casefold()]
    if not found and said.isdecimal() and 0 < int(said) <= len(unticked):
        found = [unticked[int(said) - 1]]
    if not found:
        found = [item for item in unticked if _holds(_text(item), said)]
    if len(found) > 1:
        raise NotWritable(f"{len(found)} things to try say that", "; ".join(map(_text, found)))
    if not found:
        if any(_holds(_text(item), said) for item in items):
            raise NotWritable(f"ticked off already: {said}")
        texts = [_text(item) for item in unticked]
        near = difflib.get_close_matches(said, texts, 1, 0.5)
        hint = (
            f"nearest: {near[0]}"
            if near
            else f"open: {'; '.join(texts[:5])}"
            if texts
            else "the list is empty"
        )
        raise NotWritable(f"nothing to try says {said!r}", hint)
    return _ticked(doc, found[0]), _text(found[0])


def still_open(doc: Document) -> list[str]:
    """The things that are not ticked off, in their order."""
    return [_text(item) for item in _items(doc) if not _done(item)]


def _ticked(doc: Document, item: Block) -> Document:
    start, ended, _ = doc.spans[item.line - 1]
    line = doc.text[start:ended]
    if box := _BOX.search(line):
        return doc.edited(Edit(start + box.start(), start + box.start(1) + len(box[1]) + 1, "[x]"))
    mark = _MARK.match(line)
    at = start + (mark.end() if mark else 0)
    return doc.edited(Edit(at, at, "[x] "))


def _items(doc: Document) -> list[Block]:
    return [
        block
        for part in doc.parts
        if part.kind == "todo"
        for block in doc.blocks[part.at + 1 : part.end]
        if block.kind == "item"
    ]


def _done(item: Block) -> bool:
    box = _BOX.match(item.text)
    dropped = _BOX.sub("", item.text, count=1).startswith("~~")
    return bool(box and box[1] not in ("", " ", "-")) or dropped


def _text(item: Block) -> str:
    return plain(_BOX.sub("", item.text, count=1))


def _holds(text: str, said: str) -> bool:
    """Whether a line says all the words, whatever stands between them."""
    words = set(re.findall(r"\w+", said.casefold())) - _SAYING_NOTHING
    return bool(words) and words <= set(re.findall(r"\w+", text.casefold()))
