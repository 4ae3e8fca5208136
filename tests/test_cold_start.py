"""What a process that answers one question does not import, and what it does where nothing can be kept.

Speed itself is measured by `python -m tests.benchmarks cold`; here is only what it rests on.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nlq.terminal import AGENT_VARIABLES

ROOT = Path(__file__).parents[1]
LOG = ROOT / "corpus" / "histories" / "nanochat"

HEAVY = (
    "asyncio", "csv", "duckdb", "hashlib", "importlib.metadata", "json", "lark", "pydantic", "random",
    "rapidfuzz", "snowballstemmer", "ssl", "statistics", "subprocess", "tabulate", "tempfile", "tomllib",
)  # fmt: skip
READING = ("store.cells", "store.columns", "store.readers.markdown", "store.readers.native", "store.typed")

SCRIPT = f"""
import sys
from nlq.cli import run
code = run(sys.argv[1:])
print(*sorted({set((*HEAVY, *READING))!r} & set(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


def _ask(cache: Path, *words: str) -> tuple[str, set[str]]:
    """What is answered on stdout, and which of the modules above were imported for it."""
    hidden = (*AGENT_VARIABLES, "ASK_HISTORY")
    environ = {name: value for name, value in os.environ.items() if name not in hidden}
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, "--in", str(LOG), *words],
        env={**environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache), "XDG_CONFIG_HOME": str(cache)},
        cwd=cache.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout, set(told.stderr.splitlines()[-1].split())


def test_a_second_answer_reads_and_compiles_nothing(tmp_path: Path) -> None:
    first, _ = _ask(tmp_path / "cache", "best", "run")
    again, imported = _ask(tmp_path / "cache", "best", "run")
    assert again == first and not imported


def test_a_word_to_mend_takes_neither_matcher_nor_stemmer(tmp_path: Path) -> None:
    _ask(tmp_path / "cache", "wrost", "run")
    told, imported = _ask(tmp_path / "cache", "whats", "my", "bset", "run")
    assert told and not imported


@pytest.mark.parametrize(
    "words", [("best", "run"), ("compare", "d12", "vs", "d24"), ("what", "lrs", "have", "I", "tried")]
)
def test_where_nothing_can_be_kept_the_answer_is_the_same(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("no folder")
    told, _ = _ask(tmp_path / "cache", *words)
    assert _ask(tmp_path / "file", *words)[0] == told
    assert _ask(tmp_path / "cache", *words, "--no-cache")[0] == told
    assert _ask(tmp_path / "cache", *words)[0] == told
