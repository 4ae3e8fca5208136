"""Labels of a log: which part of a run "**Goal**:", "Training time:" or the header `日期` names.

The words are data (`grammar/words/labels.toml`).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from store.markup import plain
from store.vocabulary import words

__all__ = ["bare", "canonical", "field_name", "heading_part", "is_placeholder", "role_of", "split_label"]

_BOLD_LABEL = re.compile(r"(\*\*|__)\s*([^*_\n][^*\n]{0,80}?)\s*(?:\1\s*[:：]|[:：]\s*\1)\s*(.*)$", re.DOTALL)
_BOLD_ONLY = re.compile(r"(\*\*|__)\s*([^*_\n][^*\n]{0,80}?)\s*\1\s*$")
_PLAIN_LABEL = re.compile(
    r"`?([^\W\d_][^`:：=\n|]{0,60}?)`?\s*(?:[:：](?=\s|$|[^/\w])|\s=\s|[：])\s*(.*)$", re.DOTALL
)
_EQUALS = re.compile(r"`?([A-Za-z_][\w.\-/]*)`?\s*=\s*(\S.*)$", re.DOTALL)


def split_label(text: str) -> tuple[str, str, bool] | None:
    """Split "label: rest" into label, rest, and whether the label is bold; None where there is no label.

    Example:
        >>> split_label("**Goal**: Test"), split_label("Final loss: 2.65")
        (('Goal', 'Test', True), ('Final loss', '2.65', False))
        >>> split_label("LR too high, caused divergence")
    """
    if match := _BOLD_LABEL.match(text):
        return plain(match[2]), match[3].strip(), True
    if match := _BOLD_ONLY.match(text):
        return plain(match[2]), "", True
    match = _PLAIN_LABEL.match(text) or _EQUALS.match(text)
    if not match:
        return None
    label = plain(match[1])
    return (label, match[2].strip(), False) if label and label.count(" ") < 6 else None


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """A label for comparison: small letters, no markup, no bracket at its end, `_` and `-` as blanks."""
    text = re.sub(r"[\s_\-]+", " ", plain(text).casefold())
    text = re.sub(r"\s*[(（\[][^()（）\[\]]*[)）\]]\s*$", "", text) or text
    return re.sub(r"^[^\w]+|[^\w%]+$", "", text)


def canonical(label: str) -> str:
    """The field that a label names ("Training time" → "time"), or "" where it is none of ours."""
    return _fields().get(bare(label), "")


def role_of(name: str) -> str:
    """The role of a canonical field ("time" → "duration"), or ""."""
    return str(words("labels")["roles"].get(name, ""))


def heading_part(title: str) -> str:
    """What part of a log a heading opens: "summary", "best", "todo", "experiments", "template", or ""."""
    return _headings().get(bare(title), "")


def field_name(label: str) -> str:
    """The name of a metric or attribute by its label: `Final loss` is `loss`, `CORE score` is `CORE`.

    An identifier stays as it is written, a single word in capitals as well; words are joined with `_`.

    Example:
        >>> [field_name(x) for x in ("Final loss", "CORE score", "Validation bpb", "val/bpb", "Loss", "MFU")]
        ['loss', 'CORE', 'validation_bpb', 'val/bpb', 'loss', 'MFU']
    """
    label = plain(label).rstrip(" %")
    around = words("labels")["around"]
    said = label.split()
    if len(said) > 1 and said[0].lower() in around["before"]:
        said = said[1:]
    if len(said) > 1 and said[-1].lower() in around["after"]:
        said = said[:-1]
    if len(said) == 1:
        word = said[0]
        return word.lower() if word.istitle() else word
    return "_".join(said).lower()


def is_placeholder(name: str, when: str = "") -> bool:
    """Whether a run's name or date is a template's, to be filled in: `run_name (YYYY-MM-DD)`."""
    text = plain(name).strip()
    if text[:1] in "({<[（" and text[-1:] in ")}>]）":
        return True
    table = words("labels")["placeholders"]
    return text.casefold() in table["names"] or plain(when).casefold() in table["dates"]


@cache
def _fields() -> dict[str, str]:
    return {bare(said): name for name, spellings in words("labels")["fields"].items() for said in spellings}


@cache
def _headings() -> dict[str, str]:
    return {bare(said): name for name, spellings in words("labels")["headings"].items() for said in spellings}
