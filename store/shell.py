"""Shell text into commands, each a list of words: what a person pasted, so nothing here raises.

`shlex` was not enough: it splits inside `$(…)`, stops at an apostrophe in a comment, knows no line
continuation followed by a comment, and raises on an open quote. All four stand in real logs.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

__all__ = ["commands", "quote"]

_SEPARATORS = ("&&", "||", ";;", ";", "|", "\n")
_REDIRECT = re.compile(r"(?:\d|&)?(?:>>|>\||>&|<<<|<<|>|<)(?:&\d?-?)?")
_ORDINARY = re.compile(r"[\w./=,:+@%-]+")
_PROMPT = re.compile(r"^[ \t]*(?:\$|%|>>>|❯|➜)[ \t]+", re.MULTILINE)
_ANSI_C = re.compile(r"\$'((?:[^\\']|\\.)*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_LETTERS = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "e": "\x1b",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "0": "\0",
}
# "\" + a comment + line end: not a continuation to bash, but it is what the writer meant.
_CONTINUED = re.compile(r"(?:\\|(?<=\s)[\^`])[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)")


def commands(text: str) -> list[list[str]]:
    """Split a pasted fence into commands, and those into words without quotes, comments, redirections.

    Args:
        text: one or more shell commands, with continuation lines, prompts and comments.

    Returns:
        One list of words a command; `$(…)` and `${…}` stay whole. An open quote runs to the end.

    Example:
        >>> commands("cd x && python t.py --a 'b c' > log # note")
        [['cd', 'x'], ['python', 't.py', '--a', 'b c']]
    """
    return _Scanner(_CONTINUED.sub(" ", _PROMPT.sub("", text))).scan()


def quote(words: Sequence[str]) -> str:
    """The words as one shell command that gives them back, control characters spelled out.

    Args:
        words: as a program gets them.

    Example:
        >>> quote(["python", "t.py", "--note=it's\\x1b[31m", ""])
        "python t.py $'--note=it\\\\'s\\\\x1b[31m' ''"
    """
    return " ".join(map(_quoted_word, words))


def _quoted_word(word: str) -> str:
    if not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", word):
        return shlex.quote(word)
    return "$'" + "".join(_spelled(char) for char in word) + "'"


def _spelled(char: str) -> str:
    if char in "\\'":
        return f"\\{char}"
    if char in "\n\t" or (char.isprintable() and not 0xD800 <= ord(char) < 0xE000):
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8, as the command line hands it over
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _unescaped(found: re.Match[str]) -> str:
    """One escape of `$'…'`, as bash has them."""
    if code := found[1] or found[2] or found[3]:
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else found[0]
    return _LETTERS.get(found[4], found[4])


class _Scanner:
    """One pass over the text; `word` is None between words, so that '' counts as a word."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.word: str | None = None
        self.skip = False  # the next word is the file of a redirection
        self.words: list[str] = []
        self.found: list[list[str]] = []

    def scan(self) -> list[list[str]]:
        while self.at < len(self.text):
            if match := _ORDINARY.match(self.text, self.at):
                self._add(match[0], len(match[0]))
            else:
                self._step(self.text[self.at])
        self._end_command()
        return self.found

    def _step(self, char: str) -> None:
        if char in "'\"":
            self._quoted(char)
        elif match := _ANSI_C.match(self.text, self.at):
            self._add(_ESCAPE.sub(_unescaped, match[1]), len(match[0]))
        elif char == "`" or self.text.startswith(("$(", "${"), self.at):
            self._substitution(char)
        elif char == "\\" and self.at + 1 < len(self.text):
            self._add(self.text[self.at + 1], 2)
        elif char == "#" and self.word is None:
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        elif separator := next((s for s in _SEPARATORS if self.text.startswith(s, self.at)), ""):
            self._end_command()
            self.at += len(separator)
        elif char.isspace():
            self._end_word()
            self.at += 1
        elif (match := _REDIRECT.match(self.text, self.at)) and (self.word is None or char in "<>"):
            if (self.word or "").isdigit():
                self.word = None  # the 2 of "2>&1"
            self._end_word()
            self.at = match.end()
            self.skip = not match[0].endswith(("&1", "&2", "-"))
        elif char == "&":
            self._end_command()
            self.at += 1
        else:
            self._add(char, 1)

    def _add(self, text: str, width: int) -> None:
        self.word = (self.word or "") + text
        self.at += width

    def _quoted(self, quote: str) -> None:
        end = self.at + 1
        while end < len(self.text) and self.text[end] != quote:
            end += 2 if quote == '"' and self.text[end] == "\\" else 1
        inside = self.text[self.at + 1 : end]
        if quote == '"':
            inside = re.sub(r'\\(["\\$`])', r"\1", inside)
        self._add(inside, end + 1 - self.at)

    def _substitution(self, char: str) -> None:
        if char == "`":
            end = self.text.find("`", self.at + 1)
            end = len(self.text) if end < 0 else end + 1
        else:
            end = self._balanced(self.at + 1)
        self._add(self.text[self.at : end], end - self.at)

    def _balanced(self, at: int) -> int:
        opening = self.text[at]
        closing = ")" if opening == "(" else "}"
        depth = 0
        while at < len(self.text):
            depth += (self.text[at] == opening) - (self.text[at] == closing)
            at += 1
            if depth == 0:
                break
        return at

    def _end_word(self) -> None:
        if self.word is not None and not self.skip:
            self.words.append(self.word)
        self.skip = self.skip and self.word is None
        self.word = None

    def _end_command(self) -> None:
        self._end_word()
        self.skip = False
        if self.words:
            self.found.append(self.words)
            self.words = []
