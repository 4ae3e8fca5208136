"""Questions over real histories, with answers worked out by hand: which of them are answered right.

    python -m tests.gold [--misses] [SET …]

A question that goes on from another is asked in its context. Each answer gets a verdict:

    right    says what the gold answer says; where the history holds no answer, declines by name
    refused  declined, or told that it is not recorded
    warned   says something else, and tells the reader of precisely the problem beside it
    wrong    says something else

The data lies beside the checkout and is no part of it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from nlq import engine
from nlq.answer import Answer
from store.errors import NoHistory, UnreadableHistory
from store.history import History
from store.load import load
from tests.goldchecks import CHECKS, WARNINGS

__all__ = ["GOLD", "SETS", "Judged", "judge_all", "tally"]

Verdict = Literal["right", "refused", "warned", "wrong"]

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
GOLD = SHARED / "questions" / "gold"
SETS = ("autoresearch_h100", "algoperf_trials", "nanochat_leaderboard")
VERDICTS: tuple[Verdict, ...] = ("right", "refused", "warned", "wrong")


@dataclass(frozen=True, slots=True)
class Judged:
    """A gold question, what was answered and the verdict; `raised` where there was no answer."""

    question: dict[str, Any]
    verdict: Verdict
    answer: Answer | None
    raised: str = ""

    @property
    def id(self) -> str:
        """The question's name: set, dash, number."""
        return str(self.question["id"])


def judge_all(name: str) -> list[Judged]:
    """Ask and judge every question of a set."""
    histories: dict[tuple[str, ...], History | str] = {}
    judged: list[Judged] = []
    for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        paths = _paths(question["history"])
        if paths not in histories:
            histories[paths] = _open(paths)
        before = next((one.answer for one in judged if one.id == question.get("follow_up_to")), None)
        judged.append(_judged(question, histories[paths], before))
    for history in histories.values():
        if isinstance(history, History):
            history.engine.close()
    return judged


def tally(judged: Iterable[Judged]) -> Counter[str]:
    """How many there are of each verdict."""
    return Counter(each.verdict for each in judged)


def verdict(question: dict[str, Any], answer: Answer) -> Verdict:
    """The verdict on one answer."""
    if CHECKS[question["id"]](answer, question["answer"]):
        return "right"
    nothing = not answer.rows and re.search(r"\bno\b.* is recorded", answer.headline)
    if answer.status in ("declined", "ambiguous") or nothing:
        return "refused"
    pattern = WARNINGS.get(question["id"], "")
    told = bool(pattern) and any(re.search(pattern, warning) for warning in warnings_of(answer))
    return "warned" if told else "wrong"


def warnings_of(answer: Answer) -> list[str]:
    """All that is told beside the answer: assumptions, notes, unused words, runs left out."""
    left = ", ".join(f"{count} {reason}" for reason, count in answer.searched.left_out.items())
    found = [f"assumed {assumption.text}" for assumption in answer.assumptions]
    found += [f"note {note}" for note in answer.notes]
    found += [f"unused {word}" for word in answer.unused]
    return found + ([f"left out {left}"] if left else [])


def _judged(question: dict[str, Any], history: History | str, before: Answer | None) -> Judged:
    if isinstance(history, str):
        return Judged(question, "wrong", None, history)
    try:
        answer = engine.ask_again(question["q"], before, history)
    except Exception as error:  # counted and printed: no question may raise
        return Judged(question, "wrong", None, f"{type(error).__name__}: {error}")
    return Judged(question, verdict(question, answer), answer)


def _paths(told: str | list[str]) -> tuple[str, ...]:
    """The files of a history; one question writes the folder as it was called before it was moved."""
    named = [told] if isinstance(told, str) else told
    moved = [re.sub(r"^data/", "histories/", path) for path in named]
    return tuple(str(SHARED / path) for path in moved)


def _open(paths: tuple[str, ...]) -> History | str:
    try:
        return load(paths)
    except (NoHistory, UnreadableHistory) as error:
        return str(error)


def report(name: str, judged: Sequence[Judged]) -> Iterator[str]:
    """The set's tally, then one line a question, and below it what was told beside the answer."""
    counted = tally(judged)
    yield f"\n{name}: " + ", ".join(f"{counted[v]} {v}" for v in VERDICTS) + f" of {len(judged)}"
    for each in judged:
        yield f"{each.verdict:<8} {each.id.rpartition('-')[2]}  {each.question['q']}"
        told = each.answer
        yield f"             {told.headline if told else 'RAISED ' + each.raised}"
        if told and (beside := warnings_of(told)):
            yield f"             ({'; '.join(beside)})"


def misses(judged: Iterable[Judged]) -> Iterator[str]:
    """What is not right, with both sides in full."""
    for each in judged:
        if each.verdict == "right":
            continue
        yield f"\n{each.verdict} {each.id}  {each.question['q']}"
        yield f"  gold        {json.dumps(each.question['answer'], ensure_ascii=False)}"
        yield f"  how         {each.question['how']}"
        if (told := each.answer) is None:
            yield f"  raised      {each.raised}"
            continue
        yield f"  understood  {told.understood or '-'}"
        yield f"  headline    {told.headline}"
        yield f"  columns     {', '.join(header.name for header in told.columns)}"
        yield from (f"  row         {row}" for row in told.rows[:6])
        yield f"  beside      {'; '.join(warnings_of(told))}"


def main(words: Sequence[str] | None = None) -> int:
    """Judge the sets and print the verdicts."""
    parser = argparse.ArgumentParser(prog="python -m tests.gold", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(SETS)}; all by default")
    parser.add_argument("--misses", action="store_true", help="print what is not right, in full")
    options = parser.parse_args(words)
    if unknown := set(options.sets) - set(SETS):
        parser.error(f"no set called {', '.join(sorted(unknown))}")
    if not GOLD.exists():
        print(f"no gold questions at {GOLD}", file=sys.stderr)
        return 1
    for name in options.sets or SETS:
        judged = judge_all(name)
        print("\n".join(misses(judged) if options.misses else report(name, judged)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
