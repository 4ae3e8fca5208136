"""What it costs to leave a word out: nothing for function words, dear for what changes the meaning."""

from __future__ import annotations

from nlq.lattice import COLUMN_ROLES, Edge, Mention
from nlq.lexicon import Lexicon
from nlq.link.columns import orders_to_name
from nlq.link.forms import goes_before_nothing
from nlq.literals import count_of
from nlq.tokens import Token
from nlq.vocabulary import function_words, generic_words, singular
from store.vocabulary import words

__all__ = ["skips"]

_CLOSED = frozenset("in of the per is s and for to by".split())
"""Words that are generic in a column's name and say nothing in a question."""

Skip = tuple[float, bool]
"""The cost of leaving a word out, and whether that is told."""

_SPOKEN = frozenset(
    "COUNT CARD ABOUT TRIED_Q TRIED WHEN COMPARE CHANGED IMPROVED DECLINE NOT REACH IMPROVING CURVE".split()
)
_DEAR = frozenset(
    (
        "NOT",
        "OP",
        "AGG",
        "BETWEEN",
        "MISSING",
        "NAN",
        "STATE",
        "VS",
        "COMPARE",
        "SUP",
        "COUNT",
        "BETTER",
        "ORD",
    )
)


def skips(tokens: list[Token], edges: list[list[Edge]], lexicon: Lexicon) -> tuple[list[float], list[bool]]:
    """Per token, the cost of leaving it out, and whether that is told."""
    skip: list[float] = []
    content: list[bool] = []
    begun = False
    spoken = {
        at for bucket in edges for edge in bucket if edge.terminal in _SPOKEN and edge.cost < 0.3
        for at in range(edge.start, edge.end)
    }  # fmt: skip
    for at, token in enumerate(tokens):
        cost, told = (
            _by_sign(at, tokens, edges, lexicon)
            or _by_group(at, token, tokens, edges, lexicon)
            or (_by_number(at, token, tokens, edges) if lexicon.tells_runs else None)
            or _by_word(token, edges[at], lexicon, begun)
            or _by_kind(at, token, edges)
        )
        begun = begun or token.norm not in ("and", "so", "but")
        skip.append(max(cost, 0.15) if at in spoken else cost)
        content.append(told)
    return skip, content


def _kinds(bucket: list[Edge]) -> set[str]:
    """The kinds of word that a token may be by itself."""
    return {edge.terminal for edge in bucket if edge.end == edge.start + 1 and edge.cost < 0.3}


def _by_sign(at: int, tokens: list[Token], edges: list[list[Edge]], lexicon: Lexicon) -> Skip | None:
    """Operators, numbers and quotes; words that only name the file."""
    token = tokens[at]
    if token.kind == "op":
        remark = token.glued and at + 1 < len(tokens) and _is_a_remark(at, tokens, lexicon)
        return (0.3, False) if remark and tokens[at + 1].kind == "number" else (2.5, True)
    if not lexicon.tells_runs and _counts_off(at, tokens):
        return 2.0, True
    if not lexicon.tells_runs and token.norm in _EACH and _before_column(at, tokens, edges):
        return 1.0, True
    if not lexicon.tells_runs and _sums_what_is_compared(at, tokens, edges):
        return 1.2, True
    if not lexicon.tells_runs and not at and token.norm == "name" and orders_to_name(tokens):
        return 0.0, False
    if token.norm in lexicon.about and not _kinds(edges[at]) & {"VALUE", "COL"}:
        if lexicon.tells_runs or all(edge.terminal != "COL" for edge in edges[at]):
            return 0.0, False
    if token.kind == "number" and _is_a_remark(at, tokens, lexicon):
        return 0.3, False
    if token.kind in ("number", "quoted"):
        return 2.0, True
    if at and token.glued and tokens[at - 1].kind == "number" and "UNIT" in _kinds(edges[at]):
        return 2.0, True  # the T of "1T"
    if not lexicon.tells_runs and "VALUE" in _kinds(edges[at]) and goes_before_nothing(tokens, at):
        return 1.3, True  # "the 2011 is A"
    if token.norm in ("every", "each") and at + 1 < len(tokens) and tokens[at + 1].kind == "number":
        return 1.7, True  # "every 1000 steps"
    return None


_DENYING = frozenset(("not", "no", "never", "without", "neither", "nor"))
_EACH = frozenset(("each", "every", "per"))
_LIMITING = frozenset(("than", "exactly", "least", "most", "only", "just"))


def _counts_off(at: int, tokens: list[Token]) -> bool:
    """Whether a number word says how many there have to be: "more than one", "exactly two"."""
    counted = tokens[at].kind == "word" and count_of(tokens[at]) is not None
    return counted and at > 0 and tokens[at - 1].norm in _LIMITING


def _sums_what_is_compared(at: int, tokens: list[Token], edges: list[list[Edge]]) -> bool:
    """ "Spent more than 600 in total": it is the total that is compared."""
    if tokens[at].norm not in ("total", "altogether") or "AGG" not in _kinds(edges[at]):
        return False
    compares = any(edge.terminal == "OP" for bucket in edges[:at] for edge in bucket)
    return compares and (tokens[at].norm == "altogether" or tokens[at - 1].norm == "in")


def _before_column(at: int, tokens: list[Token], edges: list[list[Edge]]) -> bool:
    """Whether a column stands right behind a word: leaving out that "each" would lose the group."""
    return at + 1 < len(tokens) and any(edge.terminal == "COL_G" for edge in edges[at + 1])


def _is_a_remark(at: int, tokens: list[Token], lexicon: Lexicon) -> bool:
    """Whether a number stands right behind another one, as remarks do in cells: "199 (-17)", "9 (4-5=9)"."""
    if lexicon.tells_runs or not at or tokens[at].comma:
        return False
    before = tokens[at - 2] if tokens[at - 1].norm == "=" and tokens[at - 1].glued else tokens[at - 1]
    if before.kind != "number":
        return False
    return any(column.noted for column in lexicon.catalog.columns)


def _by_number(at: int, token: Token, tokens: list[Token], edges: list[list[Edge]]) -> Skip | None:
    """ "Better than trial 500": the number is a run's, and no value that would be better."""
    numbered = at + 1 < len(tokens) and tokens[at + 1].kind == "number" and singular(token.norm) == token.norm
    named = numbered and not tokens[at + 1].comma and at > 0 and "NOUN" in _kinds(edges[at])
    compared = any(e.end == at and e.terminal in ("OP", "OP_R", "BETTER") for bucket in edges for e in bucket)
    return (1.3, True) if named and compared else None


def _by_group(
    at: int, token: Token, tokens: list[Token], edges: list[list[Edge]], lexicon: Lexicon
) -> Skip | None:
    """ "Mean loss by model": a column may also be a word for the runs, but then "by" would say nothing."""
    groups = any(edge.terminal == "BY" and edge.end == at + 1 and edge.cost < 0.3 for edge in edges[at])
    behind = edges[at + 1] if lexicon.tells_runs and groups and at + 1 < len(tokens) else []
    columns = [edge.payload for edge in behind if edge.terminal == "COL_G"]
    named = any(isinstance(one, Mention) and one.columns[0].kind != "run" for one in columns)
    return (0.9, False) if named and any(edge.terminal == "NOUN" for edge in behind) else None


def _by_word(token: Token, bucket: list[Edge], lexicon: Lexicon, begun: bool) -> Skip | None:
    """Words of which the vocabulary says what they weigh; `begun`: something was said before."""
    word, free, kinds = token.norm, function_words(), _kinds(bucket)
    if not lexicon.tells_runs and begun and token.text.isupper() and "VALUE" in kinds:
        return 1.3, True  # "in IT", "of class A"
    if not lexicon.tells_runs and len(word) > 4 and word in free and _is_cell(bucket):
        return 1.3, True  # "history museums" where the rows say of which kind
    if not lexicon.tells_runs and word in _DENYING and kinds & {"NOT", "MISSING"}:
        return 1.0, True
    if not lexicon.tells_runs and word in ("total", "altogether") and "AGG" in kinds and "COL" not in kinds:
        return 0.5, False
    if word in words("function")["heavy"]:
        ranks = bool(kinds & {"SUP_C", "MOST"})
        return (0.9 if ranks or kinds & {"NOT", "OP", "BETWEEN", "SUP"} else 0.35), ranks
    if word in ("are", "is", "already") and any(
        e.terminal == "STATE" and e.end > e.start + 1 for e in bucket
    ):
        return 0.4, False  # "how many are done"
    if not begun and word in ("when", "why", "who"):
        return (0.8, lexicon.tells_runs) if lexicon.tells_runs or word != "who" else (0.0, False)
    if any(edge.terminal == "DECLINE" for edge in bucket):
        return 1.7, False
    vague = word in words("function")["vague"] or (
        word in free and (len(word) > 4 or word in generic_words())
    )
    vague = vague and word not in _CLOSED
    if not lexicon.tells_runs and word in free and len(word) == 4 and _is_a_name(bucket):
        return 0.6, False  # "the make of the car"
    if vague and (singular(word) in lexicon.by_word or (singular(word) == "name" and "COL" in kinds)):
        return 0.6, False
    if word in free and not lexicon.tells_runs and len(word) > 1 and begun and token.text.isupper():
        return 1.0, True  # "from the US"
    if word in free:
        grouping = any(edge.terminal in ("BY", "EACH") and edge.cost < 0.3 for edge in bucket)
        return (0.25 if grouping else 0.0), False
    return None


def _is_a_name(bucket: list[Edge]) -> bool:
    """Whether a word is the whole name of a column as it is written."""
    return any(
        e.terminal == "COL" and e.end == e.start + 1 and e.cost < 0.03 and isinstance(e.payload, Mention)
        and e.payload.whole
        for e in bucket
    )  # fmt: skip


def _is_cell(bucket: list[Edge]) -> bool:
    """Whether a word is a cell as it is written."""
    return any(e.terminal == "VALUE" and e.end == e.start + 1 and e.cost < 0.25 for e in bucket)


def _by_kind(at: int, token: Token, edges: list[list[Edge]]) -> Skip:
    """All other words, by the kinds of word they may be."""
    kinds = _kinds(edges[at])
    if kinds & _DEAR:
        return 1.6, True
    if "NOUN" in kinds:
        return 0.3, False
    if kinds & {"VALUE", "RUN"}:
        return 1.3, True
    if token.norm in generic_words():
        return (0.3, False) if _beside_column(at, edges) else (0.5, True)
    if len(token.norm) == 1:
        return 0.5, True
    return (1.1 if kinds & set(COLUMN_ROLES) else 1.0), True


def _beside_column(at: int, edges: list[list[Edge]]) -> bool:
    return any(
        edge.terminal == "COL" and edge.cost < 0.2 and (edge.end == at or edge.start == at + 1)
        for bucket in edges
        for edge in bucket
    )
