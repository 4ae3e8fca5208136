"""The text files of a W&B run up to 0.30: `config.yaml`, `wandb-summary.json`, `wandb-metadata.json`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from store.records import Place, Reading, Skip

__all__ = ["inside", "read_config", "read_json"]

_LARGEST = 64 << 20
_DEEPEST = 100


def inside(file: Path, root: Path) -> bool:
    """Whether it is a file that lies in the store: a link may point anywhere."""
    try:
        return file.is_file() and file.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def read_json(file: Path, root: Path, reading: Reading) -> dict[str, Any]:
    """The object of a JSON file; empty where there is none, or it is broken."""
    try:
        value = json.loads(_text(file, root))
    except (OSError, ValueError, RecursionError) as error:
        if inside(file, root):
            reading.skips.append(Skip(Place(str(file)), f"not JSON: {str(error)[:80]}"))
        return {}
    return value if isinstance(value, dict) else {}


def read_config(file: Path, root: Path, reading: Reading) -> dict[str, Any]:
    """The configuration of a `config.yaml`, `{name: {desc, value}}`, without W&B's own entries."""
    if not inside(file, root):
        return {}
    try:
        tree = _load(_text(file, root))
    except (OSError, ValueError, RecursionError) as error:
        reading.skips.append(Skip(Place(str(file)), f"not YAML: {str(error).splitlines()[0][:80]}"))
        return {}
    if not isinstance(tree, dict):
        return {}
    return {
        str(name): entry["value"] if isinstance(entry, dict) and "value" in entry else entry
        for name, entry in tree.items()
        if name not in ("_wandb", "wandb_version")
    }


def _text(file: Path, root: Path) -> str:
    if not inside(file, root):
        raise OSError("not a file of the store")
    if file.stat().st_size > _LARGEST:
        raise ValueError("larger than any configuration")
    return file.read_text(encoding="utf-8", errors="replace")


def _load(text: str) -> Any:
    """YAML without its tags: `!!python/object` gives what it was made of, and runs nothing.

    Raises:
        ValueError: where it is not YAML.
    """
    import yaml

    if _depth(text) > _DEEPEST:
        raise ValueError("nested too deep")

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """The safe loader, and a plain value for every tag that it does not know."""

    def plain(loader: Any, _: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("", plain)
    try:
        return yaml.load(text, Loader)  # a subclass of the safe loader
    except (yaml.YAMLError, TypeError, OverflowError, AttributeError) as error:
        raise ValueError(str(error)) from error


def _depth(text: str) -> int:
    """How deep a YAML text can be nested: its parser calls itself for every level, in C without a limit."""
    begins = max((len(re.match(r"[ ?:-]*", line)[0]) for line in text.splitlines()), default=0)  # type: ignore[index]
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", text):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return max(begins // 2, deepest)
