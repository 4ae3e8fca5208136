"""Text as it may be shown: no control characters, no terminal escapes, no Markdown."""

from __future__ import annotations

import re

__all__ = ["clean", "plain"]

# Patterns stand as text: Python compiles each at its first use and keeps it, and most files need few of them.
_ESCAPE = (
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROL = (
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffc]"
)
_BLANKS = r"[ \t\r\n\x0b\x0c\u00a0\u2028\u2029]+"
_SURROGATE = r"[\ud800-\udfff]"

_LINK = r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)"
_AUTOLINK = r"<(https?://[^<>\s]+)>"
_TAG = r"(?i)</?(?:b|i|em|strong|sub|sup|br|code|small|kbd|span|u|s|del|p|font)(?:\s[^<>]*)?/?>"
_SPAN = (  # no bold after a digit: "2**19 to 2**18"
    r"(?<![0-9])(\*\*\*|\*\*|~~|__)(?=\S)(.+?)(?<=\S)\1|(`+)(.+?)\3"
    r"|(?<![\w*])(\*|_)(?=[^\s*_])(.+?)(?<=[^\s*_])\5(?![\w*])"
)
_ESCAPED = r"\\([\\`*_{}\[\]()#+.!|<>~-])"

_PRIVATE = 0x10F000  # where an escaped sign is put meanwhile: Unicode's private use, of which no log has any
_PUT_AWAY = "[\U0010f021-\U0010f07e]"

_MARKUP = frozenset("*_`[<~\\")
_LONGEST = 8000  # a longer cell is no table cell: its Markdown is left as it is


def clean(text: str) -> str:
    """`text` without control characters, terminal escapes and direction overrides, blanks run together.

    Every name and text cell goes through it: what a file says must not steer a terminal.

    Example:
        >>> clean("\\x1b[31mred\\x1b[0m\\nline\\x07")
        'red line'
    """
    if not (text.isascii() and text.isprintable()):
        if "\x1b" in text or "\x9b" in text:
            text = re.sub(_ESCAPE, "", text)
        text = re.sub(_SURROGATE, "\ufffd", re.sub(_CONTROL, "", text))
        text = re.sub(_BLANKS, " ", text)
    return text.strip()


def plain(text: str) -> str:
    """`text` cleaned, and without Markdown: bold, code spans, links, tags, escaped signs.

    Example:
        >>> plain("**0.97** [log](https://x.org/a) `lr=3e-4` a\\\\|b")
        '0.97 log lr=3e-4 a|b'
    """
    text = clean(text)
    marks = _MARKUP.intersection(text)
    if not marks:
        return text
    if "\\" in marks:  # an escaped sign is no markup: out of the way until the rest is done
        text = re.sub(_ESCAPED, lambda found: chr(_PRIVATE + ord(found[1])), text)
        return re.sub(_PUT_AWAY, lambda found: chr(ord(found[0]) - _PRIVATE), _unmarked(text, marks))
    return _unmarked(text, marks)


def _unmarked(text: str, marks: frozenset[str]) -> str:
    """`text` without bold, code spans, links and tags."""
    if len(text) > _LONGEST:
        return text
    if "[" in marks:
        text = re.sub(_LINK, r"\1", text)
    if "<" in marks:
        text = re.sub(_TAG, " ", re.sub(_AUTOLINK, r"\1", text))
    for _ in range(3 if marks.intersection("*_`~") else 0):
        bare = re.sub(_SPAN, lambda found: found[2] or found[4] or found[6] or "", text)
        if bare == text:
            break
        text = bare
    return re.sub(_BLANKS, " ", text).strip()
