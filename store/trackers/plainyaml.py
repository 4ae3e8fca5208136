"""YAML as plain values, whatever a tracker wrote into it: no object is made, no code is run.

PyYAML's own safe loader dies at the first `!!python/object`; Lightning and Sacred write such tags whenever a
hyperparameter is an object. So the nodes are read here: a tagged mapping is read for what is in it, a tagged
word is its text, a bare tag (`!!python/name:torch.nn.functional.relu ''`) the name it tells. Aliases are
followed within a budget of nodes, so that a few lines of them can't fill the memory.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from store.markup import clean
from store.trackers.places import Unreadable, text_of

__all__ = ["parse_yaml", "yaml_of"]

_LARGEST = 256 << 10  # PyYAML's own parser reads some 100 KB a second
_NODES = 50_000
_DEEPEST = 60
# YAML 1.1 takes "1e-3" for text, for it has no dot; the trackers' own readers (OmegaConf, ruamel) don't.
_FLOAT = re.compile(r"[-+]?(?:\d{1,3}|\d+\.\d*)[eE][-+]?\d{1,2}\Z", re.ASCII)
_STANDARD = "tag:yaml.org,2002:"
_PYTHON = re.compile(r"tag:yaml\.org,2002:python/(?:name|module|object)(?:/\w+)?:(.*)", re.DOTALL)


def yaml_of(path: Path) -> Any:
    """The first document of a YAML file as dicts, lists and plain values; None where it is empty.

    Raises:
        Unreadable: where it is no YAML, or too large.
    """
    return parse_yaml(text_of(path, _LARGEST))


def parse_yaml(text: str) -> Any:
    """The same of a text.

    Example:
        >>> parse_yaml("lr: 1e-3\\nloss: !!python/name:torch.nn.MSELoss ''")
        {'lr': 0.001, 'loss': 'torch.nn.MSELoss'}
    """
    import yaml

    loader = yaml.SafeLoader(text.replace("\0", "")) if _is_printable(text) else None
    if loader is None:
        raise Unreadable("not YAML: control characters")
    try:
        loader.check_node()
        node = loader.get_node() if loader.check_node() else None
        return _Nodes().value(node) if node is not None else None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise Unreadable(f"not YAML: {clean(str(error))[:80]}") from None
    finally:
        loader.dispose()


@cache
def _not_printable() -> re.Pattern[str]:
    import yaml

    pattern: re.Pattern[str] = yaml.reader.Reader.NON_PRINTABLE
    return pattern


def _is_printable(text: str) -> bool:
    return not _not_printable().search(text.replace("\0", ""))


class _Nodes:
    """Turns nodes into values, each visit counted."""

    def __init__(self) -> None:
        self._left = _NODES

    def value(self, node: Any, depth: int = 0) -> Any:
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            raise Unreadable("not YAML that can be read: too deep, or too many aliases")
        if node.id == "mapping":
            return self._mapping(node, depth)
        if node.id == "sequence":
            return [self.value(inner, depth + 1) for inner in node.value]
        return _scalar(node)

    def _mapping(self, node: Any, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: list[Any] = []
        for key, inner in node.value:
            value = self.value(inner, depth + 1)
            if key.tag == f"{_STANDARD}merge":
                merged += value if isinstance(value, list) else [value]
            else:
                found[key.value if key.id == "scalar" else str(self.value(key, depth + 1))] = value
        for other in merged:  # what the mapping says itself goes before what it takes over
            if isinstance(other, dict):
                found = {**other, **found}
        return found


def _scalar(node: Any) -> Any:
    import yaml

    if named := _PYTHON.match(node.tag):
        return node.value or named[1]
    if not node.tag.startswith(_STANDARD) or "python/" in node.tag:
        return node.value or node.tag
    if node.tag == f"{_STANDARD}str":
        plain = node.style is None and _FLOAT.match(node.value)
        return float(node.value) if plain else node.value
    try:
        value = _scalars()(node)
    except (yaml.YAMLError, ValueError, LookupError, TypeError, OverflowError, AttributeError):
        return node.value  # "2024-13-45" looks like a date
    return node.value if isinstance(value, bytes) else value


@cache
def _scalars() -> Any:
    """PyYAML's reading of null, bool, int, float and timestamps."""
    import yaml

    maker = yaml.constructor.SafeConstructor()
    return lambda node: maker.construct_object(node) if node.tag in _KNOWN else node.value


_KNOWN = frozenset(f"{_STANDARD}{name}" for name in ("null", "bool", "int", "float", "timestamp"))
