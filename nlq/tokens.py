"""Questions and cells as the same tokens: runs of letters and digits, whole numbers, operators.

A question and a cell are cut by one function, so that a cell's tokens can be found in a question
whatever its case, separators and punctuation: `exp-001`, `exp_001` and `EXP 001` are the same two
tokens. Punctuation is dropped; a token knows whether a comma stood before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from typing import Literal

from store.slotted import slotted

__all__ = ["Token", "key", "name_key", "tokenize"]

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:_\d{3})+|\d+(?:\.\d+)?|\.\d+)(?:[eE][-+−]?\d+)?"
_TOKEN = re.compile(
    rf"""
      (?P<quoted>"[^"]+"|“[^”]+”|`[^`]+`|‘[^‘’]+’|(?<![\w])'[^']+'(?!\w))
    | (?P<date>\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}})?)?(?!\w)
        |(?<![\w./-])\d{{1,2}}(?:-\d{{1,2}}-|/\d{{1,2}}/|\.\d{{1,2}}\.)(?:19|20)\d{{2}}(?![\w/-]))
    | (?P<times>\d+(?:[x×](?=[A-Za-z])|\ [x×]\ (?=[A-Za-z]+\d)))
    | (?P<money>[$€£]\d[\d,]*(?:\.\d+)?(?![\w]))
    | (?P<power>\d+(?:\^|\*\*)\d+)
    | (?P<number>
        (?<![\w.])[-+−–]?{_NUMBER}(?![\w.]\w)(?!\w)
        | (?<![\w])[-+−–]?{_NUMBER}(?=%|[A-Za-zµ]{{1,6}}(?!\w))
      )
    | (?P<op><=|>=|==|!=|<>|=<|=>|[<>=≠≤≥])
    | (?P<word>[^\W_]+(?:['’][^\W\d_]+)*)
    | (?P<other>\S)
    """,
    re.VERBOSE,
)
_KEPT_CLITICS = {"what's", "whats", "who's", "it's", "that's", "where's", "when's", "how's", "let's"}


@slotted
class Token:
    """One token of a question.

    Attributes:
        text: as written. norm: what it is matched by (folded, without apostrophes).
        start, end: character offsets in the question.
        kind: word, number (also dates), quoted (without its quotes) or op.
        comma: a comma stood before it. glued: no blank stood before it. joined: it goes on a word with a
            `_`, `-`, `/` or dot (`_submission`).
        slip: as typed, where the word is read as another (`nlq.slips`); "" where it is as it stands.
        others: what else it may be, each with what that costs more.
    """

    text: str
    norm: str
    start: int
    end: int
    kind: Literal["word", "number", "quoted", "op"]
    comma: bool = False
    glued: bool = False
    joined: bool = False
    slip: str = ""
    others: tuple[tuple[str, float], ...] = ()


def tokenize(text: str) -> list[Token]:
    """Cut a question or a cell.

    Example:
        >>> [t.norm for t in tokenize("what's the best d12 run, lr<=3e-4 on 8xH100?")]
        ['whats', 'the', 'best', 'd12', 'run', 'lr', '<=', '3e-4', 'on', '8', 'h100']
    """
    tokens: list[Token] = []
    comma, end, mark = False, -1, ""
    for match in _TOKEN.finditer(text):
        kind, piece = match.lastgroup, match.group()
        glued = match.start() == end
        end = match.end()
        if kind == "other" and piece != "%":
            comma, mark = comma or piece in ",;", piece if glued else ""
            continue
        tokens.extend(
            _tokens(
                kind if kind and kind != "other" else "word",
                piece,
                match.start(),
                comma,
                glued,
                bool(glued and mark and mark in "_-./"),
            )
        )
        comma, mark = False, ""
    return tokens


def _tokens(kind: str, piece: str, start: int, comma: bool, glued: bool, joined: bool) -> list[Token]:
    """The token of a match; a possessive gives its word alone."""
    end = start + len(piece)
    if kind == "quoted":
        return [Token(piece[1:-1], _fold(piece[1:-1]), start, end, "quoted", comma, glued)]
    if kind == "money":  # "$30" is the number and its unit, as "30 $" is
        number = Token(piece[1:], piece[1:], start + 1, end, "number", comma, glued)
        return [number, Token(piece[0], piece[0], start, end, "word", False, True)]
    if kind == "times":
        digits = piece.rstrip("x× ")
        return [Token(digits, digits, start, end, "number", comma, glued)]
    if kind in ("number", "power", "date"):
        return [
            Token(
                piece,
                _fold(piece).replace("−", "-").replace("–", "-"),
                start,
                end,
                "number",
                comma,
                glued,
                joined,
            )
        ]
    if kind == "op":
        return [Token(piece, _OPERATORS.get(piece, piece), start, end, "op", comma, glued)]
    norm = _fold(piece)
    if norm.endswith("'s") and norm not in _KEPT_CLITICS:
        norm = norm[:-2]
    return [Token(piece, norm.replace("'", ""), start, end, "word", comma, glued, joined)]


_OPERATORS = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "=<": "<=", "=>": ">="}


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    import unicodedata

    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


@lru_cache(maxsize=65536)
def key(text: str) -> tuple[str, ...]:
    """What a cell is matched by: the norms of its tokens.

    Example:
        >>> key("imagenet_vit_jax"), key("8×H100")
        (('imagenet', 'vit', 'jax'), ('8', 'h100'))
    """
    if text.isascii() and (plain := text.translate(_JOINTS)).replace(" ", "").isalpha():
        return tuple(plain.lower().split())  # as the tokenizer cuts plain words, of which there are thousands
    if _NAME.fullmatch(text):
        return tuple(text.lower().replace("-", "_").split("_"))
    bare = text.translate(_QUOTES)  # a title that is written in quotes is those words
    return tuple(token.norm for token in tokenize(bare) if token.kind != "op")


_JOINTED = (
    r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z][A-Za-z0-9]*)*(?:[-_][0-9]+)?"
    r"|(?!\d+[xX][A-Za-z])(?!\d+(?:[eE]\d+)?[A-Za-z]{0,6}$)[A-Za-z0-9]+"
)
"""Names of runs and identifiers that the tokenizer cuts at their joints: a history has tens of thousands."""

_NAME = re.compile(_JOINTED, re.ASCII)
_NAMES = re.compile(rf"(?:(?:{_JOINTED})\n)*+", re.ASCII | re.MULTILINE)
"""Such names, a line each: as one text they take half the time that they take one by one."""


def cut_names(texts: Sequence[str], widest: int, longest: int) -> list[str] | None:
    """What each of many names is matched by, as `key` has it, but joined by a space.

    None where one of them is more than words and numbers at joints, or has more characters than `widest` or
    more words than `longest`.

    Example:
        >>> cut_names(["run-17", "GPT_2"], 90, 12), cut_names(["run-17", "8×H100"], 90, 12)
        (['run 17', 'gpt 2'], None)
    """
    most = max(map(len, texts))
    text = "\n".join(texts)
    if most > widest or not _NAMES.fullmatch(f"{text}\n"):
        return None
    cut = text.lower().replace("-", " ").replace("_", " ").split("\n")
    if len(cut) != len(texts) or (most > 2 * longest and max(map(str.count, cut, repeat(" "))) >= longest):
        return None
    return cut


_QUOTES = {ord(quote): " " for quote in '"“”`'}
_JOINTS = {ord(joint): " " for joint in "_-/."}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def name_key(name: str) -> tuple[str, ...]:
    """What a column's name is matched by: as `key`, and camel case is split too.

    Example:
        >>> name_key("hp.learningRate"), name_key("CORE"), name_key("Budget_in_Billions")
        (('hp', 'learning', 'rate'), ('core',), ('budget', 'in', 'billions'))
    """
    return key(name if name.islower() else _CAMEL.sub(" ", name))
