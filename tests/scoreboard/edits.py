"""Other ways to write a question that ask the same: a slip of the keyboard, chatter, clauses moved."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from nlq.engine import Trace
from nlq.vocabulary import function_words

__all__ = ["KINDS", "WRAPPINGS", "moved", "slips", "wrapped"]

KINDS = ("deletion", "insertion", "substitution", "transposition")

_NAMES = frozenset("RUN RUN_R RUN_T VALUE TEXT MENTION".split())
"""Kinds of words that are cells or texts of a history: a slip in one asks for another cell. Nor does a word
get a second slip."""

LEAST = 5
"""Letters of the shortest word that gets a slip."""


def slips(made: Trace, seed: int) -> Iterator[str]:
    """The question with one slip of each kind, each in a content word that names no cell.

    Example:
        >>> from tests.corpus import traced
        >>> list(slips(traced("runs that diverged", "nanochat"), 0))[0]
        'runs that divrged'
    """
    named = {
        at
        for edge in (made.resolved[0].edges if made.resolved else ())
        if edge.terminal in _NAMES or edge.how.startswith("read ")
        for at in range(edge.start, edge.end)
    }
    words = [
        token
        for at, token in enumerate(made.tokens)
        if token.kind == "word" and token.text.isascii() and token.text.isalpha() and len(token.text) >= LEAST
        and at not in named and token.norm not in function_words() and not token.joined
        and not (at + 1 < len(made.tokens) and made.tokens[at + 1].joined)
    ]  # fmt: skip
    for kind in KINDS if words else ():
        chance = random.Random(f"{seed} {kind} {made.question}")
        token = chance.choice(words)
        slipped = _slip(token.text, kind, chance)
        yield made.question[: token.start] + slipped + made.question[token.end :]


_BESIDE = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm",
        "wa qes wrd etf ryg tuh yij uok ipl oo "
        "qsz adwz sfex dgrc fhtv gjyb hkun jlim kok asx zcs xvd cbf vng bmh nj".split(),
        strict=True,
    )
)  # fmt: skip
"""The keys around each key: where a finger slips to."""


def _slip(word: str, kind: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    beside = chance.choice(_BESIDE[word[at].lower()])
    if kind == "deletion":
        return word[:at] + word[at + 1 :]
    if kind == "insertion":
        return word[:at] + beside + word[at:]
    if kind == "substitution":
        return word[:at] + beside + word[at + 1 :]
    pairs = [at for at in range(len(word) - 1) if word[at].lower() != word[at + 1].lower()]
    at = chance.choice(pairs)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


WRAPPINGS = (
    "hey, can you please tell me {}, thanks",
    "so {}",
    "quick q: {}",
    "i was wondering {}",
    "could you show me {}?",
    "pls {}",
    "{} thx!",
    "hi there! {}",
    "ok so {} please",
    "just curious, {}",
    "um, {}",
    "sorry to bother you, but {}",
    "would you mind telling me {}?",
    "I'd like to know {}",
    "do you know {}?",
    "{} - cheers",
    "well, {}, if you don't mind",
    "good morning! {}",
    "quick question - {} Thank you so much!",
    "can u tell me {}",
    "let me know {}",
    "{}, much appreciated",
    "Hello, I need your help: {}",
    "hmm {} ?",
)


def wrapped(question: str, seed: int, count: int = 3) -> list[str]:
    """The question in so many of the wrappings, each wording in others."""
    chance = random.Random(f"{seed} {question}")
    bare = question.rstrip(" ?.!")
    return [wrapping.format(bare) for wrapping in chance.sample(WRAPPINGS, count)]


_OPENS = re.compile(
    r"(?<=\s)(?:since|in|during|before|after|under|over|below|above|with|without|on|for|between|at|last|this"
    r"|today|yesterday|from|longer than|shorter than|less than|more than|at least|at most)\b",
    re.IGNORECASE,
)
_CONDITIONS = frozenset(
    "OP OP_V OP_AFTER NUM NUM_C UNIT COL_F COL_P COL_OF VALUE OR_V IN_T SINCE AFTER_T BEFORE_T BETWEEN_T "
    "TO_T LAST_T THIS_T T_UNIT MONTH MONTH_B MONTH_DAY MONTH_DAY_B YEAR DATE DAY QUARTER N_LIM BETWEEN TO "
    "AGO USED HAVING_VALUE COL_M MISSING".split()
)
"""Kinds of words of which a clause that only restricts is made."""


def moved(made: Trace) -> Iterator[str]:
    """The question with a clause at its end put first, its last two exchanged, or "top N" put last."""
    text = made.question.rstrip(" ?.!")
    at = _clauses(made, text)
    if at:
        yield f"{text[at[0] :]}, {text[: at[0]].rstrip(' ,')}"
        yield f"{text[at[0] :]} {text[: at[0]].rstrip(' ,')}"
    if len(at) > 1:
        yield f"{text[: at[1]].rstrip()} {text[at[0] :]} {text[at[1] : at[0]].rstrip(' ,')}"
    if top := re.fullmatch(r"(?:the )?(top (?:\d+|three|five|ten)) (?!percent|pct)(.+)", text, re.IGNORECASE):
        yield f"{top[2]}, {top[1]}"


def _clauses(made: Trace, text: str) -> list[int]:
    """Where the clauses at the end begin, the last one first; at most two."""
    edges = made.resolved[0].edges if made.resolved else ()
    found: list[int] = []
    until = len(text)
    for opening in reversed(list(_OPENS.finditer(text))):
        inside = [
            edge for edge in edges
            if made.tokens[edge.end - 1].end > opening.start() and made.tokens[edge.start].start < until
        ]  # fmt: skip
        whole = all(
            made.tokens[edge.start].start >= opening.start() and made.tokens[edge.end - 1].end <= until
            for edge in inside
        )
        kinds = {edge.terminal for edge in inside} - ({"NOUN"} if opening[0].lower() == "for" else set())
        carries = kinds - {"USED", "IN_T", "T_UNIT"}
        before = text[: opening.start()].split()
        if not whole or not carries or not kinds <= _CONDITIONS or not before or not inside:
            break
        ahead = [edge.terminal for edge in edges if made.tokens[edge.end - 1].end <= opening.start()]
        sides = [edge for edge in edges if edge.terminal == "VS" and edge.payload != "weak"]
        if any(made.tokens[edge.end - 1].end <= opening.start() for edge in sides):
            break  # "d24 in january vs d26 | in february" is of that side
        stranded = ahead and ahead[-1].startswith("COL") and kinds & {"OP", "BETWEEN"}
        if stranded or before[-1] in ("and", "or", "created"):
            break  # "runs that cost | less than $50" is cut in two
        found.append(opening.start())
        until = opening.start()
        if len(found) == 2:
            break
    rest = [edge for edge in edges if found and made.tokens[edge.end - 1].end <= found[-1]]
    return found if rest else []
