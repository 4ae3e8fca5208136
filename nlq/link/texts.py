"""Words that are only mentioned: free text after a word of mentioning, and what some long cell holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlq.lattice import Edge, Mention
from nlq.lexicon import Lexicon
from nlq.link.forms import is_noun
from nlq.slips import is_english
from nlq.tokens import Token, name_key
from nlq.vocabulary import canonical, function_words, is_participle, keyword_words, singular
from store.vocabulary import words

__all__ = ["texts", "times_held"]

LONGEST = 4
"""Words that are looked for beside each other."""

_BEFORE_TEXT = frozenset(
    "with without about using on for mention of no not used by tried in and or any have has had".split()
)
_BETWEEN = frozenset("that of the a an our my".split())
"""Words that may stand between a comparison and what it is with."""

_FILLERS = frozenset(
    "word words string substring phrase letter letters prefix suffix text topic character".split()
)
"""Words that say what is mentioned before it is: "contains the word warmup"."""
_COUNTING = frozenset("each every all any some more most at no only not one how many".split())
"""Words after which no text follows that would be looked for: "containing each product"."""
_TRYING = frozenset("try tried test tested run ran train trained use used".split())
"""Words that ask for what was done: what nothing tells of was not, as far as the log goes."""
_COMPARATIVES = frozenset(
    "better worse lower higher longer shorter faster slower bigger larger smaller cheaper deeper".split()
    + "more less time times".split()
)


_JOINTS = frozenset(("with", "without", "not", "but", "except", "and", "or"))


def texts(tokens: list[Token], edges: list[list[Edge]], lexicon: Lexicon) -> None:
    """Add to the edges the spans that are mentioned somewhere, or that a word of mentioning stands before."""
    after = _after_mentioning(tokens, edges)
    asking = [edge for bucket in edges for edge in bucket if edge.terminal == "TRIED_Q"]
    tried = any({token.norm for token in tokens[edge.start : edge.end]} & _TRYING for edge in asking)
    compared = _after(("BETTER", "OP_R", "THAN"), tokens, edges) if lexicon.tells_runs else set()
    compared = {at for at in compared if tokens[at - 1].norm != "="}
    for start, token in enumerate(tokens):
        if start in compared and token.kind == "quoted":
            edges[start].append(Edge(start, start + 1, "MENTION", token.text, 0.3))
        if token.kind in ("op", "quoted"):
            continue
        for end in range(start + 1, min(start + LONGEST, len(tokens)) + 1):
            last = tokens[end - 1]
            if last.norm == "=" and end - 1 > start and lexicon.tells_runs:
                continue  # "depth=8", as notes have it
            if last.kind == "op" or (end > start + 1 and last.comma):
                break
            assigned = any(one.norm == "=" for one in tokens[start:end])
            if lexicon.tells_runs and end < len(tokens) and tokens[end].norm == "=":
                continue  # the next one begins here
            text, held = _text([one for one in tokens[start:end] if one.kind != "op"], lexicon)
            others = _otherwise_called(tokens[start:end], lexicon) if start in after else ()
            text, held = "|".join((text, *others)) if others else text, held or bool(others)
            joined = any(one.norm in _JOINTS for one in tokens[start:end])  # "better than 1.2 without muon"
            held = held or (start in compared and not joined and _held_apart(tokens[start:end], lexicon.text))
            if not held and any(t.norm in ("and", "or") for t in tokens[start:end]):
                continue
            letter = start in after and end == start + 1 and len(token.text) == 1 and token.norm != "a"
            if start in after and (letter or not _ends_free(tokens[start:end])):
                cost = 0.02 if held else 0.1 + (0.3 if lexicon.tells_runs else 1.1) * (end - start - 1)
                if not lexicon.tells_runs and _is_cell(edges[start], end):
                    cost += 0.3
                edges[start].append(Edge(start, end, "TEXT", text, cost))
            behind = edges[end] if end < len(tokens) else []
            asked_of = held and any(edge.terminal == "LIKE_AFTER" for edge in behind)
            denied = start > 0 and tokens[start - 1].norm in ("not", "no", "nor", "but", "except")
            rare = held and not denied and _names_rare(text, edges[start], end, lexicon)
            if not asked_of and not rare and not _unread(token, edges[start], end, lexicon, assigned):
                continue
            if held:
                if start in compared or assigned or _placed(tokens, edges, start, end, lexicon):
                    edges[start].append(Edge(start, end, "MENTION", text, 0.2 if rare else 0.7))
            elif asking and tokens[0].norm not in ("which", "what") and end == start + 1 and _unknown(token):
                if not tried and is_english(token.norm):
                    continue  # "are there any unstable runs": that no note says so tells nothing of them
                text = singular(text) if text.islower() else text.rstrip("s")
                edges[start].append(Edge(start, end, "MENTION", text, 0.75))


def _after(terminals: tuple[str, ...], tokens: list[Token], edges: list[list[Edge]]) -> set[int]:
    """The places behind a word of the terminals, with or without "that of the" between."""
    after = {edge.end for bucket in edges for edge in bucket if edge.terminal in terminals}
    for _ in range(3):
        after |= {at + 1 for at in after if at < len(tokens) and tokens[at].norm in _BETWEEN}
    return after


def _after_mentioning(tokens: list[Token], edges: list[list[Edge]]) -> set[int]:
    """Where free text begins: after a word of mentioning, give or take a word that says nothing."""
    free = (function_words() | _FILLERS) - _COUNTING
    after = {edge.end for bucket in edges for edge in bucket if edge.terminal == "LIKE"}
    begun = {at for at in after if at >= len(tokens) or tokens[at].norm not in _FILLERS}
    for _ in range(3):
        after = {at + 1 for at in after if at < len(tokens) and tokens[at].norm in free}
        begun |= {at for at in after if at >= len(tokens) or tokens[at].norm not in _FILLERS}
    return begun


def _is_cell(bucket: list[Edge], end: int) -> bool:
    """Whether the words are a whole cell: then they are looked up rather than searched for."""
    return any(edge.end == end and edge.terminal == "VALUE" for edge in bucket)


def _ends_free(span: list[Token]) -> bool:
    return span[0].norm in function_words() or span[-1].norm in function_words()


def _text(span: list[Token], lexicon: Lexicon) -> tuple[str, bool]:
    """A span as a text, and whether some long cell holds it."""
    text = " ".join(token.text for token in span)
    if _ends_free(span):
        return text, False
    if _held(span, lexicon.text):
        return text, True
    if len(span) == 1 and text.endswith("s") and any(map(str.isdigit, span[0].norm)):
        return text[:-1], text[:-1].lower() in lexicon.text  # "A100s"
    return text, False


def _names_rare(text: str, bucket: list[Edge], end: int, lexicon: Lexicon) -> bool:
    """ "Runs with muon", where few tell a `muon_weight_decay`: the notes of others have the word as well."""
    if not lexicon.tells_runs:
        return False
    named = [e.payload for e in bucket if e.end == end and e.terminal == "COL" and e.cost < 0.3]
    said = canonical(name_key(text))
    return bool(named) and all(
        isinstance(one, Mention)
        and one.columns[0].count * _RARE < lexicon.catalog.rows
        and canonical(name_key(one.columns[0].name))[-1:] != said[-1:]
        for one in named
    )


_RARE = 10
"""A column that fewer than one run in so many tells is not what a part of its name means."""


def _otherwise_called(span: list[Token], lexicon: Lexicon) -> tuple[str, ...]:
    """What else the words are written as in some long cell: "LR" for "learning rate"."""
    if not lexicon.tells_runs:
        return ()
    said = tuple(singular(token.norm) for token in span)
    for group in words("columns")["same"]:
        spelled = [tuple(map(singular, phrase.split())) for phrase in group]
        if said in spelled and all(len(word) > 1 for word in said):
            others = [phrase for phrase, one in zip(group, spelled, strict=True) if one != said]
            return tuple(phrase for phrase in others if _stands(phrase, lexicon.text))
    return ()


def _stands(phrase: str, text: str) -> bool:
    """Whether a phrase stands in a text as words of its own: "lr" is no part of "already"."""
    pattern = r"[\W_]*".join(map(re.escape, phrase.split()))
    return re.search(rf"(?<![^\W\d_]){pattern}(?![^\W\d_])", text) is not None


def _unread(token: Token, bucket: list[Edge], end: int, lexicon: Lexicon, assigned: bool) -> bool:
    """Whether nothing else accounts for the words from a token on."""
    if not lexicon.tells_runs or token.norm in lexicon.about or token.norm in _COMPARATIVES:
        return False
    known = any(e.cost < 0.3 and e.end >= end for e in bucket if e.terminal not in ("TEXT", "MENTION"))
    return not known and (len(token.norm) >= 3 or assigned)


def _unknown(token: Token) -> bool:
    """Whether a word is neither of the language nor of the vocabulary."""
    return token.norm not in function_words() and token.norm not in keyword_words()


def _placed(tokens: list[Token], edges: list[list[Edge]], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether words stand where a condition would: before the noun ("warmup runs"), after "with", "not"."""
    if end < len(tokens) and is_noun(tokens[end], lexicon):
        return True
    behind = edges[end] if end < len(tokens) else []
    if any(edge.terminal in ("HELP", "TRIED", "LIKE_AFTER") for edge in behind):
        return True  # "did warmup help", "weight tying tried?"
    at = start - 1
    while at >= 0 and tokens[at].norm in (
        "the",
        "a",
        "an",
        "any",
        "some",
        "all",
        "ever",
        "adding",
        "add",
        "to",
    ):
        at -= 1
    if at < 0:
        return start > 0
    relative = at - (tokens[at].norm in ("that", "which"))
    done = start + 1 == end == len(tokens) and is_participle(tokens[start].norm)
    if done and relative >= 0 and is_noun(tokens[relative], lexicon):
        return True  # "which run collapsed", "runs that exploded"
    if tokens[at].norm in ("was", "were", "got") and at and tokens[at - 1].norm in ("that", "which"):
        return True  # "runs that were preempted"
    if tokens[at].norm in _BEFORE_TEXT:
        return True
    return any(
        e.end == at + 1 and e.terminal in ("NOT", "LIKE", "TRIED_Q", "TRIED", "SHARE")
        for bucket in edges[: at + 1]
        for e in bucket
    )


def _held_apart(span: list[Token], text: str) -> bool:
    """Whether one long cell holds all the words, in any place: "the original GPT-2"."""
    words = [token.norm for token in span]
    if _ends_free(span) or not all(word in text for word in words):
        return False
    return any(all(word in cell for word in words) for cell in text.split("\n"))


def _held(span: list[Token], text: str) -> bool:
    """Whether the words stand beside each other in some long cell."""
    return span[0].norm in text and re.search(_beside([token.norm for token in span]), text) is not None


def times_held(words: Sequence[str], text: str) -> int:
    """How often the words stand beside each other in long cells."""
    return sum(1 for _ in re.finditer(_beside(words), text)) if words[0] in text else 0


def _beside(words: Sequence[str]) -> str:
    plural = "(?:s|es)?" if len(words[-1]) > 3 else ""
    said = r"[\W_]*".join(map(re.escape, words))
    return rf"(?<![^\W_]){said}{plural}(?![^\W_])"
