"""A spoken report as tokens and clauses."""

from __future__ import annotations

import re

from store.cells import read_cell
from store.results.fillers import JOINING
from store.slotted import slotted
from store.units import unit_of
from store.vocabulary import words

__all__ = ["Token", "clauses", "parts", "tokenize"]


@slotted
class Token:
    """One word, number or sign of a text, and where it stands.

    Attributes:
        kind: "word", "number" (with its unit, "2.8 hours"; also nan and inf), "sign" or "stop" (the end of a
            clause).
        text: as written.
        start, end: its characters.
        value, unit: of a number; the value of nan and inf is None.
    """

    kind: str
    text: str
    start: int
    end: int
    value: int | float | None = None
    unit: str = ""

    @property
    def low(self) -> str:
        """The text for comparison."""
        return self.text.casefold().replace("’", "'")


_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?:_\d{3})+(?![\d_])|\d+)(?:\.\d+)?|\.\d+"
_NUMBER = re.compile(
    rf"(?a:(?:[~≈]\s?)?[-+−]?[$€£]?(?:{_DIGITS})(?:[eE][-+]?\d{{1,4}})?(?!\d))"
    r"(?P<glued>%|[A-Za-zµμ×]+(?:/[A-Za-z]+)?)?"
    r"(?P<spread>\s?(?a:±|\+/-|\+-)\s?(?a:\d+(?:\.\d+)?|\.\d+)%?)?(?![\w^*@×%]|[-/:.,](?a:[\d]))"
)
_CLOCK = re.compile(r"(?a)[~≈]?\d+\s?h(?:ours?|rs?)?\s?\d+\s?m(?:in(?:ute)?s?)?(?:\s?\d+\s?s(?:ec)?)?(?!\w)")
_MIXED = re.compile(r"[-+]?[$€£]?[\w.]*\w(?:[.,:/@^*×'’+\-]+\w+)*")
_WORD = re.compile(r"[^\W\d]\w*(?:[./@'’+\-]\w+)*%?")
_SIGN = re.compile(r"->|=+|\S")
_STOPS = frozenset(",;.!?()[]{}（）|•·—–\n、，。；")
_NOT_FINITE = frozenset(("nan", "inf", "infinity"))
_UNIT = re.compile(r" ?(%|[A-Za-z]+(?:/[A-Za-z]+)?)(?![\w/=:])")
_LETTER_UNITS = frozenset("hsdm%")


def tokenize(text: str) -> list[Token]:
    """The tokens of a text; blanks are in none.

    Example:
        >>> [(token.kind, token.text, token.value) for token in tokenize("core .31 after 2.8 hours, 8xH100")]
        ... # doctest: +NORMALIZE_WHITESPACE
        [('word', 'core', None), ('number', '.31', 0.31), ('word', 'after', None),
         ('number', '2.8 hours', 2.8), ('stop', ',', None), ('word', '8xH100', None)]
    """
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            if text[at] == "\n":
                tokens.append(Token("stop", "\n", at, at + 1))
            at += 1
            continue
        token = _number(text, at) or _word(text, at) or _sign(text, at)
        tokens.append(token)
        at = token.end
    return tokens


def _number(text: str, at: int) -> Token | None:
    found = _CLOCK.match(text, at) or _NUMBER.match(text, at)
    if not found:
        return None
    glued = found.groupdict().get("glued") or ""
    if glued and not (unit_of(glued) or glued in words("units")["suffixes"]):
        return None
    cell, end, unit = read_cell(found[0]), found.end(), ""
    if isinstance(cell.value, bool) or not isinstance(cell.value, (int, float)):
        return None
    if not cell.unit and (spelled := _UNIT.match(text, end)):
        if len(spelled[1]) > 1 or spelled[1] in _LETTER_UNITS:
            unit = unit_of(spelled[1])
        end = spelled.end() if unit else end
    return Token("number", text[at:end], at, end, cell.value, cell.unit or unit)


def _word(text: str, at: int) -> Token | None:
    found = _WORD.match(text, at) or _MIXED.match(text, at)
    if not found:
        return None
    kind = "number" if found[0].casefold().lstrip("+-") in _NOT_FINITE else "word"
    return Token(kind, found[0], at, found.end())


def _sign(text: str, at: int) -> Token:
    found = _SIGN.match(text, at)
    assert found  # a character that is no blank
    sign = found[0]
    dash = sign == "-" and text[at - 1 : at].isspace() and text[at + 1 : at + 2].isspace()
    return Token("stop" if sign in _STOPS or dash else "sign", sign, at, found.end())


def clauses(tokens: list[Token]) -> list[list[Token]]:
    """The tokens between stops."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "stop":
            found.append([])
        else:
            found[-1].append(token)
    return [clause for clause in found if clause]


def parts(clause: list[Token]) -> list[list[Token]]:
    """A clause, parted before each "and", "but", "with"."""
    found: list[list[Token]] = [[]]
    for token in clause:
        if token.kind == "word" and token.low in JOINING and found[-1]:
            found.append([])
        found[-1].append(token)
    return found
