r"""Text from files and questions, made safe to show: nothing in it may steer a terminal.

Escape sequences are dropped whole, other control characters and the marks that reverse the
direction of text (https://trojansource.codes) become U+FFFD, line breaks and tabs a blank.
"""

from __future__ import annotations

import re

__all__ = ["clean", "clean_block", "escape_json"]

# Compiled where they are first needed: most answers never need one, and four cost a millisecond.
# CSI, then OSC/DCS/PM/APC/SOS up to their terminator, then two-character escapes (ECMA-48).
_SEQUENCE = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-Z\\^-~]"
)
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = rf"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufff9-\ufffb{_BIDI}]"
_LINE = r"\r\n|[\r\v\f\x85\u2028\u2029]"
_BREAK = r"[ ]*[\n\t][ ]*"
_IN_JSON = rf"[\x7f-\x9f\u2028\u2029\ud800-\udfff{_BIDI}]"


def clean(text: str) -> str:
    r"""One safe line.

    Example:
        >>> clean("\x1b[31mred\x1b[0m\nrun\x07")
        'red run\ufffd'
    """
    if text.isprintable():
        return text
    return re.sub(_BREAK, " ", clean_block(text)).strip()


def clean_block(text: str) -> str:
    r"""Safe text that keeps its tabs and its line breaks, as `\n`: a bare `\r` would write over its line."""
    if text.isprintable():
        return text
    return re.sub(_CONTROL, "\ufffd", re.sub(_LINE, "\n", re.sub(_SEQUENCE, "", text)))


def escape_json(text: str) -> str:
    r"""JSON text whose unsafe characters are written as escapes; they stand inside strings only.

    Example:
        >>> escape_json('"\x9b31m"')
        '"\\u009b31m"'
    """
    return text if text.isprintable() else re.sub(_IN_JSON, lambda found: f"\\u{ord(found[0]):04x}", text)
