"""How a run ended, told by a status cell or by a remark beside a value.

The words are data (`grammar/words/statuses.toml`). A remark is read with care: "no crash" and
"Crash test" are not crashes.
"""

from __future__ import annotations

import re
from functools import cache

from store.vocabulary import words

__all__ = ["read_remark", "read_status"]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_STEP = re.compile(
    r"\b(?:at|after|around|near|by|on)?\s*(?:step|iter(?:ation)?|it)\.?\s*[~≈#]?\s*(\d[\d,_]*)\s*(k\b)?", re.I
)


@cache
def read_status(text: str) -> str:
    """The state that a whole status cell stands for, or "" where the word is not known.

    Example:
        >>> read_status("FINISHED"), read_status("✅ 完成"), read_status("diverged at step 5000")
        ('completed', 'completed', 'diverged')
        >>> read_status("curriculum_0.67"), read_status("keep")
        ('', 'completed')
    """
    said = tuple(_WORD.findall(text.lower()))
    states, marks, longest = _statuses()
    for length in range(min(len(said), longest), 0, -1):
        state = states.get(" ".join(said[:length]))
        if state and (length == len(said) or _ends_there(text, said[length - 1])):
            return state
    if not said or len(said) <= 4:
        return next((state for mark, state in marks.items() if mark in text), "")
    return ""


@cache
def read_remark(text: str) -> tuple[str, int | None]:
    """The state that a remark beside a value tells, and at which step; ("", None) where it tells none.

    Example:
        >>> read_remark("diverged at step 5,000")
        ('diverged', 5000)
        >>> read_remark("no crash"), read_remark("Crash test → Works")
        (('', None), ('', None))
    """
    said = [word.lower() for word in _WORD.findall(text)]
    phrases, denied, tested = _remarks()
    for start in range(len(said)):
        for phrase, state in phrases.get(said[start], ()):
            end = start + len(phrase)
            if tuple(said[start:end]) != phrase or denied.intersection(said[max(0, start - 3) : start]):
                continue
            if end < len(said) and said[end] in tested:
                continue
            return state, _step(text)
    return "", None


def _ends_there(text: str, word: str) -> bool:
    """Whether the status ends at `word`: a bracket, a comma or "at step …" may follow, not a sentence."""
    rest = text.lower().partition(word)[2].lstrip("*_` ")
    return (
        not rest or rest[0] in "(（[:：,;.-–—/|!+" or bool(re.match(r"(?:at|after|due|because|with)\b", rest))
    )


def _step(text: str) -> int | None:
    found = _STEP.search(text)
    if not found:
        return None
    step = int(found[1].replace(",", "").replace("_", ""))
    return step * 1000 if found[2] else step


@cache
def _statuses() -> tuple[dict[str, str], dict[str, str], int]:
    table = words("statuses")
    states = {
        " ".join(_WORD.findall(word)): state for state, said in table["states"].items() for word in said
    }
    marks = {mark: state for state, said in table["marks"].items() for mark in said}
    return states, marks, max(word.count(" ") + 1 for word in states)


@cache
def _remarks() -> tuple[dict[str, list[tuple[tuple[str, ...], str]]], frozenset[str], frozenset[str]]:
    table = words("statuses")["remarks"]
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for state, said in table.items():
        if state in ("denied", "tested"):
            continue
        for text in said:
            phrase = tuple(_WORD.findall(text))
            phrases.setdefault(phrase[0], []).append((phrase, state))
    return phrases, frozenset(table["denied"]), frozenset(table["tested"])
