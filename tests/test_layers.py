"""Who may import whom (DESIGN: layers), read from the source without importing it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for top in ("nlq", "store") for path in (ROOT / top).rglob("*.py"))

STAGES = tuple(
    "tokens literals vocabulary lexicon keyboard slips lattice link query pieces conditions actions parse "
    "resolve sql answer paraphrase rivals follow tell complete".split()
)
"""In the order a question passes them."""

CALLS = {
    "nlq.tokens": "tokenize",
    "nlq.slips": "mend",
    "nlq.link": "link",
    "nlq.parse": "parse",
    "nlq.resolve": "resolve",
    "nlq.follow": "follow",
    "nlq.sql": "compile_query",
    "nlq.rivals": "rivals",
    "nlq.tell": "answer",
}
"""What a stage is called by; all else that is imported from one is a type or a word of the vocabulary."""

SHAPES = ("query", "answer")
"""Plain data that is handed on: any stage may build a part of it."""

FRONT_ENDS = tuple(
    "cli arguments asking batch commands completing demo doctor recording repl mcp web".split()
)
HOUSE = ("config", "errors", "opening", "output", "progress", "terminal")
"""What front ends stand on beside the engine, the answer and its rendering."""

HEAVY = tuple(
    "duckdb filelock lark prompt_toolkit psycopg pydantic rapidfuzz snowballstemmer tabulate tomllib "
    "yaml".split()
)
"""Imported inside the function that needs them: a cold answer pays for nothing it does not use."""

OURS = ("nlq", "store")


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(tree: ast.Module, *, top_only: bool = False) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Module and names of every import; those under `if TYPE_CHECKING` are no import at run time."""
    nodes: list[ast.AST] = [*tree.body]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            nodes += node.orelse
        elif isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            yield node.module or "", tuple(alias.name for alias in node.names)
        elif not (top_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)):
            nodes += ast.iter_child_nodes(node)


TREES = {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def _modules(name: str) -> set[str]:
    """The modules of ours that a module imports, at its top or in a function."""
    found = set()
    for module, names in _imports(TREES[name]):
        if module.split(".")[0] in OURS:
            # "from nlq import engine" imports a module, "from nlq.engine import ask" a name.
            found |= {f"{module}.{n}" for n in names if f"{module}.{n}" in TREES} or {module}
    return found


def _children(*names: str) -> set[str]:
    wanted = {f"nlq.{name}" for name in names}
    return {name for name in TREES if name in wanted or any(name.startswith(f"{w}.") for w in wanted)}


@pytest.mark.parametrize("name", [name for name in TREES if name.split(".")[0] == "store"])
def test_the_store_knows_nothing_of_questions(name: str) -> None:
    assert all(module.split(".")[0] == "store" for module in _modules(name))


def test_the_grammar_is_data() -> None:
    kinds = {path.suffix for path in (ROOT / "grammar").rglob("*") if path.is_file()}
    assert kinds <= {".lark", ".toml", ".md", ".txt"}, kinds


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_none_that_comes_after_it(stage: str) -> None:
    later = _children(*(name for name in STAGES[STAGES.index(stage) + 1 :] if name not in SHAPES))
    beyond = later | _children("engine", "render", *FRONT_ENDS, *HOUSE)
    for name in _children(stage):
        assert not _modules(name) & beyond, name


def test_only_the_engine_calls_the_stages() -> None:
    """An answer that needs a further query asks the engine for it (`nlq.tell.Ask`)."""
    taken = {
        name: {(module, one) for module, names in _imports(TREES[name]) for one in names}
        for name in TREES
        if name.split(".")[0] == "nlq"
    }
    engine = set[tuple[str, str]]().union(*(taken.pop(name) for name in _children("engine")))
    assert set(CALLS.items()) <= engine, "the engine is the way of a question"
    for name, names in taken.items():
        assert not names & set(CALLS.items()), f"{name} calls a stage"


def test_sql_is_made_in_one_place() -> None:
    """No other module of the language writes or runs a statement."""
    for name in sorted(name for name in TREES if name.startswith("nlq.") and name not in _children("sql")):
        strings = [node.value for node in ast.walk(TREES[name]) if isinstance(node, ast.Constant)]
        assert not [s for s in strings if isinstance(s, str) and s.startswith(("SELECT ", "WITH "))], name
        if name not in _children("engine"):
            assert ".engine.run(" not in ast.unparse(TREES[name]), name


@pytest.mark.parametrize("name", sorted(_children(*FRONT_ENDS)))
def test_a_front_end_holds_no_logic(name: str) -> None:
    """It reaches the language through the engine alone, and the history through what opens it."""
    allowed = _children("engine", "answer", "render", "record", *FRONT_ENDS, *HOUSE) | {"nlq", "nlq.engine"}
    used = {module for module in _modules(name) if module.split(".")[0] == "nlq"}
    assert used <= allowed, used - allowed
    assert {m for m in _modules(name) if m.startswith("store")} <= {"store.errors"}


@pytest.mark.parametrize("name", sorted(_children("render")))
def test_a_format_knows_the_answer_alone(name: str) -> None:
    allowed = _children("render", "answer") | {"nlq.schema"}
    assert {module for module in _modules(name) if module.startswith("nlq")} <= allowed


def test_nobody_imports_the_command_line() -> None:
    assert [name for name in TREES if "nlq.cli" in _modules(name)] == ["nlq.__main__"]


@pytest.mark.parametrize("name", TREES)
def test_heavy_libraries_wait_for_the_function_that_needs_them(name: str) -> None:
    if name == "nlq.schema":
        return  # the pydantic family itself, imported by nobody at the top
    taken = {module.split(".")[0] for module, _ in _imports(TREES[name], top_only=True)}
    assert not taken & set(HEAVY)
    assert "nlq.schema" not in {module for module, _ in _imports(TREES[name], top_only=True)}


@pytest.mark.parametrize("name", TREES)
def test_nothing_else_is_needed_than_what_is_declared(name: str) -> None:
    declared = {
        "_duckdb",  # the compiled module of duckdb
        "click",
        "duckdb",
        "filelock",
        "lark",
        "markdown_it",
        "prompt_toolkit",
        "psycopg",  # the extra `postgres`
        "pydantic",
        "rapidfuzz",
        "snowballstemmer",
        "tabulate",
        "yaml",
    }
    taken = {module.split(".")[0] for module, _ in _imports(TREES[name])}
    assert taken <= declared | sys.stdlib_module_names | set(OURS), taken


@pytest.mark.parametrize("name", TREES)
def test_every_public_name_exists(name: str) -> None:
    tree = TREES[name]
    told = [
        node
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    if not told:
        return
    names = ast.literal_eval(told[0].value)
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            defined.add(node.id)
        elif isinstance(node, ast.ImportFrom):
            defined |= {alias.asname or alias.name for alias in node.names}
    assert set(names) <= defined, set(names) - defined
    assert len(names) == len(set(names))
