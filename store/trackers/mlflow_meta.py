"""`meta.yaml` of MLflow's file store: flat `key: value` lines, so nearly all are read without YAML.

PyYAML takes 2 to 8 ms a file; MLflow's own folded names, escapes and odd spellings go to it, and where it
gives up the lines that are plain remain.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["read_meta"]

_LINE = re.compile(r"([A-Za-z_]\w*):(?: +(.*?))?[ \r]*\Z")
_PLAIN = re.compile(r"[^\s'\"\[\]{}&*!|>%@`#,?-](?:(?!: | #|:\Z).)*\Z")
_QUOTED = re.compile(r"'((?:[^']|'')*)'\Z")
_SIMPLE = re.compile(r'"([^"\\]*)"\Z')
_LONGEST, _DEEPEST = 16_384, 500
_NULL = frozenset(("", "null", "Null", "NULL", "~", "[]", "{}"))


def read_meta(content: bytes) -> dict[str, str]:
    """The scalars of a `meta.yaml` as text; keys without a value, and with more than one, are left out.

    Example:
        >>> read_meta(b"name: 'it''s'\\nstatus: 3\\nrun_name: null\\ntags: []\\n")
        {'name': "it's", 'status': '3'}
    """
    text = content.decode("utf-8", "replace").lstrip("\ufeff")
    meta: dict[str, str] = {}
    odd = False
    for line in text.split("\n"):
        told = _told(line)
        if told is None:
            odd = True
        elif told[1]:
            meta[told[0]] = told[1]
    return (_by_yaml(text) or meta) if odd else meta


@lru_cache(maxsize=1024)
def _told(line: str) -> tuple[str, str] | None:
    """Key and value of a line, "" for none; None where only YAML can tell. Half of all lines are the same."""
    if not line.strip() or line.startswith(("#", "---")):
        return "", ""
    found = _LINE.match(line)
    value = _scalar(found[2] or "") if found else None
    return None if found is None or value is None else (found[1], value)


def _scalar(text: str) -> str | None:
    """The value of a line as YAML has it, "" for null; None where only YAML can tell."""
    if text in _NULL:
        return ""
    if _PLAIN.match(text):
        return text
    if found := _QUOTED.match(text):
        return found[1].replace("''", "'")
    found = _SIMPLE.match(text)
    return found[1] if found else None


def _by_yaml(text: str) -> dict[str, str]:
    """The same by PyYAML, with every scalar left as it is written; {} where it can't read the text."""
    # Nothing that MLflow writes; PyYAML would take a second for each.
    if len(text) > _LONGEST or sum(map(text.count, "[{-?")) > _DEEPEST:
        return {}
    import yaml

    try:
        # Composed, not constructed: no type is guessed, no tag looked up. In Python, not in C, whose
        # recursion ends the process on deep nesting.
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return {
        key.value: value.value
        for key, value in pairs
        if isinstance(key, yaml.ScalarNode)
        and isinstance(value, yaml.ScalarNode)
        and not (value.style is None and value.value in _NULL)
        and value.value
    }
