"""What was written into a log, kept apart from it: to be taken back, and to know which names were used.

One file of JSON a log in the user's state folder. It is written under the log's lock, before the log itself:
an entry whose write never happened is known by the log's bytes and dropped. Losing the folder loses the way
back, never a line of the log.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from store.kept import state_folder
from store.slotted import fresh, slotted

__all__ = ["Entry", "Journal", "fingerprint"]

KEPT = 100
"""Writes that can be taken back."""
_FORMAT = 1


def fingerprint(data: bytes) -> str:
    """What one version of a log is told from another by."""
    return hashlib.sha256(data).hexdigest()


@slotted
class Entry:
    """One write: between two versions of a log, one span of bytes differs.

    Attributes:
        what: in words, for whoever takes it back.
        before, after: fingerprints; `before` is "" for a log that was made.
        start: where the span begins. old, new: its bytes in the two versions.
    """

    what: str
    before: str
    after: str
    start: int
    old: bytes
    new: bytes

    @staticmethod
    def of(what: str, before: bytes | None, after: bytes) -> Entry:
        """The write that turned one version into another; `before` is None for a log that was made."""
        old = before or b""
        start = _common(old, after)
        same = _common(old[start:][::-1], after[start:][::-1])
        made_from = "" if before is None else fingerprint(before)
        return Entry(
            what,
            made_from,
            fingerprint(after),
            start,
            old[start : len(old) - same],
            after[start : len(after) - same],
        )

    def taken_back(self, data: bytes) -> bytes | None:
        """A log without this write; None where what was written does not stand there as it was, once.

        Args:
            data: the log as it is: this write's version, or a later one that was changed elsewhere.
        """
        behind = self.start + len(self.new)
        if fingerprint(data) == self.after:
            return data[: self.start] + self.old + data[behind:]
        if len(self.new) < 8 or data.count(self.new) != 1:
            return None
        return data.replace(self.new, self.old)


@slotted(frozen=False)
class Journal:
    """The writes into one log, the oldest first, and the highest `exp-NNN` that was handed out."""

    path: Path
    entries: list[Entry] = fresh(default_factory=list)
    highest: int = 0

    @staticmethod
    def of(log: Path) -> Journal:
        """The journal of a log; an empty one where there is none, or none that can be read.

        Args:
            log: the file itself, no link to it.
        """
        path = Path(state_folder()) / "journal" / f"{fingerprint(os.fsencode(log))[:32]}.json"
        try:
            data = json.loads(path.read_bytes())
            entries = [Entry(**_bytes(one)) for one in data["entries"]] if data["format"] == _FORMAT else []
            return Journal(path, entries, int(data["highest"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Journal(path)

    def save(self, log: Path) -> None:
        """Keep it; a folder that can't be written costs the way back only."""
        entries = [_text(entry) for entry in self.entries[-KEPT:]]
        data = {"format": _FORMAT, "log": str(log), "highest": self.highest, "entries": entries}
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                draft.write_text(json.dumps(data), encoding="utf-8", errors="surrogateescape")
                draft.replace(self.path)
            finally:
                draft.unlink(missing_ok=True)
        except OSError:
            return


def _text(entry: Entry) -> dict[str, Any]:
    """Bytes as JSON can hold them: a character each."""
    names = ("what", "before", "after", "start")
    kept = {name: getattr(entry, name) for name in names}
    return kept | {"old": entry.old.decode("latin-1"), "new": entry.new.decode("latin-1")}


def _bytes(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"old": data["old"].encode("latin-1"), "new": data["new"].encode("latin-1")}


def _common(one: bytes, other: bytes) -> int:
    """How many bytes two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low
