"""What is set once instead of typed each time: configuration files and environment variables.

The nearest `.ask.toml`, or `pyproject.toml` with a table `[tool.ask]`, from the working folder
upwards; what it leaves unsaid comes from `$XDG_CONFIG_HOME/ask/config.toml`.

    history = ["logs/experiments.md"]   # files or folders, relative to this file; or addresses
    noun    = "trial"                   # what a row is called
    lower   = ["val_gap"]               # metrics of which less is better
    higher  = ["tok_per_s"]             # metrics of which more is better
    words   = { "bpb" = "val_bpb", "winner" = "best" }   # a column or a word of ours, by a word of one's own

Nothing is parsed, and `tomllib` is not imported, where no such file exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from nlq.errors import BadConfig

__all__ = ["Settings", "frozen_now", "settings"]

_PATHS, _WORDS, _NAMES = ("history",), ("noun", "lower", "higher"), ("words",)


class Settings(NamedTuple):
    """The settings in force; `notes` are remarks on the files that were read."""

    history: tuple[str, ...] = ()
    noun: tuple[str, ...] = ()
    lower: tuple[str, ...] = ()
    higher: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def settings(start: Path, environ: Mapping[str, str]) -> Settings:
    """The settings for a folder: the project's own, then the person's for what it leaves unsaid.

    Args:
        start: the working folder.
        environ: the environment, for `XDG_CONFIG_HOME` and `HOME`.

    Raises:
        BadConfig: where a file is no TOML or a key has the wrong type.
    """
    found = Settings()
    for path in (_project_file(start), _user_file(environ)):
        if path is None:
            continue
        more = _read(path)
        merged = {key: getattr(found, key) or getattr(more, key) for key in (*_PATHS, *_WORDS, *_NAMES)}
        found = Settings(**merged, notes=found.notes + more.notes)
    return found


def frozen_now(environ: Mapping[str, str]) -> datetime | None:
    """The instant of `ASK_NOW`, or None where the real clock is to be used.

    Raises:
        BadConfig: where it is no ISO date or instant.
    """
    text = environ.get("ASK_NOW", "").strip()
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadConfig(f"ASK_NOW is no ISO instant: {text!r}; such as 2024-02-01T12:00:00") from None


def _project_file(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        if (own := folder / ".ask.toml").is_file():
            return own
        project = folder / "pyproject.toml"
        try:
            # A look at the bytes first: most projects say nothing of ask, and TOML costs 10 ms.
            if b"tool.ask" in project.read_bytes():
                return project
        except OSError:
            continue
    return None


def _user_file(environ: Mapping[str, str]) -> Path | None:
    base = environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", ""), ".config")
    path = Path(base, "ask", "config.toml")
    return path if path.is_file() else None


def _read(path: Path) -> Settings:
    import tomllib

    try:
        table: object = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{path}: {error}") from None
    if path.name == "pyproject.toml":
        for key in ("tool", "ask"):
            table = table.get(key, {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict):
        raise BadConfig(f"{path}: [tool.ask] is no table")
    unknown = tuple(f"{path}: unknown key {key!r}" for key in table if key not in (*_PATHS, *_WORDS, *_NAMES))
    values: dict[str, Any] = {
        key: tuple(_strings(path, key, table[key])) for key in (*_PATHS, *_WORDS) if key in table
    }
    values |= {key: tuple(_pairs(path, key, table[key])) for key in _NAMES if key in table}
    if "history" in values:
        values["history"] = tuple(
            p if "://" in p else str(path.parent / Path(p).expanduser()) for p in values["history"]
        )
    return Settings(**values, notes=unknown)


def _pairs(path: Path, key: str, value: object) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        raise BadConfig(f'{path}: {key} must be a table such as {{ "bpb" = "val_bpb" }}, not {value!r}')
    for word, meant in value.items():
        if not isinstance(meant, str) or not meant.strip() or not word.strip():
            raise BadConfig(f"{path}: {key}: {word!r} must mean a text, not {meant!r}")
        yield word, meant


def _strings(path: Path, key: str, value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, str) or not item.strip():
            raise BadConfig(f"{path}: {key} must be a text or a list of texts, not {item!r}")
        yield item
