"""What a new run is called: as its command says, where that name is free, else the next `exp-NNN`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from store.cells import is_missing
from store.log.document import Document
from store.markup import clean
from store.readers.drafts import fold
from store.readers.labels import is_placeholder

__all__ = ["highest_number", "is_free", "next_name"]

_NUMBERED = re.compile(r"(?<![\w-])exp[-_](\d{1,9})(?!\w)", re.IGNORECASE)
_UNNAMED = frozenset(("dummy", "unnamed", "none", "null"))  # `--run=dummy` of nanochat: "don't log this"


def is_free(doc: Document, name: str) -> bool:
    """Whether a run may be called that: no other is, and the reader does not take it for a template's."""
    bare = clean(name)
    if is_missing(bare) or bare.casefold() in _UNNAMED or is_placeholder(bare):
        return False
    return all(fold(run.name) != fold(bare) for run in doc.runs)


def highest_number(doc: Document, used: Iterable[str] = ()) -> int:
    """The highest NNN of any `exp-NNN` that the log names anywhere, or that was handed out before."""
    said = [*_NUMBERED.findall(doc.text), *(n for name in used for n in _NUMBERED.findall(name))]
    return max(map(int, said), default=0)


def next_name(doc: Document, used: Iterable[str] = ()) -> str:
    """The next `exp-NNN`: never one that was used, also not by a run that was removed since.

    Args:
        doc: the log; a name that only a note still mentions counts as used.
        used: names that were handed out before.
    """
    return f"exp-{highest_number(doc, used) + 1:03d}"
