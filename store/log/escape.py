"""Texts as they may stand in the log: whatever they hold, they are read back as they were, and break nothing.

A text is cleaned first (no control characters, no terminal escapes, one line), then gets backslashes where
Markdown or the reader would take it for something else.
"""

from __future__ import annotations

import re

from store.markup import clean, plain

__all__ = ["cell", "code", "inline"]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

_SIGNS = re.compile(r"([\\`*_\[\]<~])")
_FENCE = re.compile(r"`{3,}|~{3,}")
_COMMENT = re.compile(r"<(?=!--)")


def inline(text: str) -> str:
    """A text for a line of its own: `plain` gives it back, cleaned.

    Example:
        >>> inline("lr_max up"), inline("**Status**: Crashed"), inline("a\\nb\\x1b[31m")
        ('lr_max up', '\\\\*\\\\*Status\\\\*\\\\*: Crashed', 'a b')
    """
    text = clean(text)
    if plain(text) == text and not _COMMENT.search(text) and not text.startswith(("**", "__")):
        return text
    return _SIGNS.sub(r"\\\1", text)


def cell(text: str) -> str:
    """A text for a cell of a table: without a bare pipe.

    Example:
        >>> cell("a|b")
        'a\\\\|b'
    """
    return inline(text).replace("|", "\\|")


def code(text: str, language: str = "bash") -> list[str]:
    """The lines of a fence around a text, with ticks enough; control characters are shown, not written.

    Example:
        >>> code("python t.py")
        ['```bash', 'python t.py', '```']
    """
    text = _CONTROL.sub(_picture, text.replace("\r\n", "\n").replace("\r", "\n"))
    longest = max((len(found) for found in _FENCE.findall(text)), default=2)
    ticks = "`" * max(3, longest + 1)
    return [f"{ticks}{language}", *text.split("\n"), ticks]


def _picture(found: re.Match[str]) -> str:
    """A control character as one sees it: NUL as ␀, the others by their number."""
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else f"\\u{code:04x}"
