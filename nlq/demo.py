"""`ask demo`: a few questions answered on the history that ships with the project."""

from __future__ import annotations

from pathlib import Path

__all__ = ["NEXT", "QUESTIONS", "demo_history"]

QUESTIONS = (
    "what was my best run",
    "what learning rates have I tried",
    "compare d12 vs d24",
    "why did exp-001 diverge",
)
NEXT = """\
Next, on the same history:      ask --demo best run per depth
On an experiment log at hand:   ask what was my best run        (found from the working folder upwards)
                                ask --in results.tsv top 5 runs
What was read, and what was not: ask doctor
"""

# Inside a wheel, then in a checkout.
_PLACES = (
    Path(__file__).with_name("demo_history") / ".claude" / "experiments.md",
    Path(__file__).parents[1] / "corpus" / "histories" / "nanochat" / ".claude" / "experiments.md",
)


def demo_history() -> Path:
    """The log that ships with the project.

    Raises:
        store.errors.NoHistory: where it is missing from the installation.
    """
    for path in _PLACES:
        if path.is_file():
            return path
    from store.errors import NoHistory

    raise NoHistory("the demo history is missing from this installation", "install nlq again")
