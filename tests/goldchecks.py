"""What makes an answer to each gold question right, written by reading its gold answer.

A check asks for the gold values at their printed precision, for the right run by its name, and for nothing
beside them that would be another answer. `WARNINGS` says what the reader must be told for a wrong answer to
count as warned of: the very word or choice at which it went wrong, not just anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nlq.answer import Answer

__all__ = ["CHECKS", "WARNINGS", "same", "told_text"]

Check = Callable[[Answer, Any], bool]

_NUMBER = re.compile(r"(?<![\w.])[-−+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.]*\d)", re.IGNORECASE)
_TEXT_DIGITS = 4
"""A number in a sentence may be rounded to no fewer significant digits than this, unless gold has fewer."""


def told_text(answer: Answer) -> str:
    """The headline and the lines below the table."""
    return " ".join((answer.headline, *answer.details))


def same(cell: object, gold: object) -> bool:
    """Whether a cell says a gold value: a number at its printed precision, a text whatever the case."""
    if isinstance(gold, bool) or gold is None or isinstance(cell, bool) or cell is None:
        return cell is gold
    if not isinstance(gold, (int, float)):
        return _plain(gold) in _plain(cell)
    if isinstance(cell, (int, float)):
        return round(float(cell), _decimals(gold)) == round(float(gold), _decimals(gold))
    return any(_rounded(shown, float(gold)) for shown in _NUMBER.findall(str(cell)))


def row_says(row: Sequence[object], *golds: object) -> bool:
    """Whether one row says all the gold values, each in a cell."""
    return all(any(same(cell, gold) for cell in row) for gold in golds)


def says(answer: Answer, *golds: object) -> bool:
    """Whether the rows or the sentences say all the gold values."""
    cells = [*(cell for row in answer.rows for cell in row), told_text(answer)]
    return row_says(cells, *golds)


def named(row: Sequence[object], name: object) -> bool:
    """Whether a cell of the row is exactly this name (run 6 is not depth 6.0 hours, nor run 16)."""
    return any(not isinstance(cell, float) and str(cell) == str(name) for cell in row)


def top(*keys: str, name: str = "") -> Check:
    """The first of at most five rows has the gold values under `keys`, and the run's name under `name`."""

    def check(answer: Answer, gold: Any) -> bool:
        if not 1 <= len(answer.rows) <= 5:
            return False
        first = answer.rows[0]
        return row_says(first, *(gold[key] for key in keys)) and (not name or named(first, gold[name]))

    return check


def traced(*keys: str) -> Check:
    """The first of at most five rows, or the line of the file it says it is from, has the gold values."""

    def check(answer: Answer, gold: Any) -> bool:
        if not 1 <= len(answer.rows) <= 5 or not answer.provenance:
            return False
        place = answer.provenance[0].place
        line = Path(place.path).read_text(encoding="utf-8").splitlines()[place.line - 1]
        return row_says([*answer.rows[0], *line.split(",")], *(gold[key] for key in keys))

    return check


def rows_are(*keys: str, ordered: bool = True, under: str = "") -> Check:
    """As many rows as gold, each with the gold values under `keys` (in gold's order where it has one)."""

    def check(answer: Answer, gold: Any) -> bool:
        golds = gold[under] if under else gold
        if len(answer.rows) != len(golds):
            return False
        pairs = [[row_says(row, *(each[key] for key in keys)) for row in answer.rows] for each in golds]
        return all(pairs[at][at] if ordered else any(pairs[at]) for at in range(len(golds)))

    return check


def numbers(*keys: str, rows: int = 8) -> Check:
    """The gold numbers under `keys`, in an answer of no more than `rows` rows."""
    return lambda answer, gold: len(answer.rows) <= rows and says(answer, *(gold[key] for key in keys))


def number(answer: Answer, gold: Any) -> bool:
    """The one gold number in a short answer."""
    return 1 <= len(answer.rows) <= 2 and says(answer, gold)


def count(answer: Answer, gold: Any) -> bool:
    """The gold count: as the one number, or as that many rows."""
    return len(answer.rows) == gold or (len(answer.rows) == 1 and row_says(answer.rows[0], gold))


def by_run(answer: Answer, gold: Any) -> bool:
    """One row a run, with its value, and no other rows."""
    said = [
        any(named(row, run) and row_says(row, value) for row in answer.rows) for run, value in gold.items()
    ]
    return all(said) and len(answer.rows) == len(gold)


def exactly_runs(answer: Answer, runs: Sequence[object]) -> bool:
    """These runs, one a row, and no others."""
    return len(answer.rows) == len(runs) and all(any(named(row, run) for row in answer.rows) for run in runs)


def declines(*words: str) -> Check:
    """Declined (or no value given), naming what the history does not hold."""

    def check(answer: Answer, _gold: Any) -> bool:
        empty = answer.status in ("declined", "empty") or all(None in row for row in answer.rows)
        return empty and bool(re.search("|".join(words), told_text(answer), re.IGNORECASE))

    return check


def _none_of(word: str) -> Check:
    def check(answer: Answer, _gold: Any) -> bool:
        none = not answer.rows and answer.headline.startswith("No ")
        none = none or [list(row) for row in answer.rows] == [[0]]
        return none and bool(re.search(word, f"{answer.headline} {answer.understood}", re.IGNORECASE))

    return check


def _all_and_parts(answer: Answer, gold: Any) -> bool:
    parts = (("keep", "kept", "completed"), ("discard",), ("crash",))
    counts = (gold["keep"], gold["discard"], gold["crash"])
    whole = says(answer, gold["total"])
    return whole and all(
        any(row_says(row, size) and any(row_says(row, word) for word in words) for row in answer.rows)
        for words, size in zip(parts, counts, strict=True)
    )


def _improvement(answer: Answer, gold: Any) -> bool:
    return says(answer, gold["baseline"], gold["best"], gold["abs"]) and _percent(answer, gold["pct"])


def _faster(answer: Answer, gold: Any) -> bool:
    """The hours, and how much that is: less time by 45.7 %, or 1.84 times as fast (84.2 % faster)."""
    as_share = _percent(answer, gold["pct_less"]) or _percent(answer, 100 * (3.04 / 1.65 - 1))
    return says(answer, gold["hours_saved"]) and (as_share or says(answer, gold["speedup_x"]))


def _percent(answer: Answer, gold: float) -> bool:
    cells = " ".join([*(str(cell) for row in answer.rows for cell in row), told_text(answer)])
    shown = re.findall(r"(\d+(?:\.\d+)?) ?%", cells)
    return any(round(gold, len(text.partition(".")[2])) == float(text) for text in shown if "." in text)


def _softcaps(answer: Answer, gold: Any) -> bool:
    """Each value with its run, and that none was kept: by the status of each, or in so many words."""
    tried = rows_are("softcap", "commit", "val_bpb", ordered=False, under="tried")
    each = rows_are("status", ordered=False, under="tried")
    none = re.search(r"\b(none|no)\b.*\bke(ep|pt)\b", answer.headline, re.IGNORECASE)
    return tried(answer, gold) and (bool(none) or each(answer, gold))


def _values_or_runs(answer: Answer, gold: Any) -> bool:
    """The values themselves, or the runs that are of embedding LR and of nothing else, which say them."""
    if len(answer.rows) == 5:
        return all(any(str(cell).startswith("embedding LR") for cell in row) for row in answer.rows)
    return _first_column(answer, gold)


def _kept_value(answer: Answer, gold: Any) -> bool:
    rows = answer.rows[:6]
    return len(answer.rows) <= 6 and any(row_says(row, gold["commit"], gold["val_bpb"]) for row in rows)


def _both_dates(answer: Answer, gold: Any) -> bool:
    return says(answer, gold["README.md"], gold["LEADERBOARD.md"])


def _depths(answer: Answer, gold: Any) -> bool:
    return _first_column(answer, gold["depths"])


def _first_column(answer: Answer, values: Sequence[object]) -> bool:
    found = [any(same(row[0], value) for row in answer.rows) for value in values]
    return all(found) and len(answer.rows) == len(values)


def _not_comparable(answer: Answer, _gold: Any) -> bool:
    beside = " ".join([told_text(answer), *answer.notes])
    return bool(re.search(r"ClimbMix|dataset|data set", beside)) and "compar" in beside.lower()


def _decimals(gold: float) -> int:
    text = repr(gold)
    return len(text.partition(".")[2]) if "e" not in text else 12


def _rounded(shown: str, gold: float) -> bool:
    text = shown.replace("−", "-").lstrip("+")
    digits = len(text.lstrip("-0.").replace(".", ""))
    places = len(text.partition(".")[2])
    enough = digits >= min(_TEXT_DIGITS, len(repr(gold).lstrip("-0.").replace(".", "").removesuffix("0")))
    return enough and abs(float(text)) == abs(round(gold, places))


def _plain(value: object) -> str:
    return str(value).casefold()


CHECKS: dict[str, Check] = {
    "algoperf_trials-01": numbers("trials", "submissions", "workloads", rows=3),
    "algoperf_trials-02": lambda a, g: (
        len(a.rows) == 2 and all(any(row_says(row, name, size) for row in a.rows) for name, size in g.items())
    ),
    "algoperf_trials-03": traced("submission", "study", "trial", "value"),
    "algoperf_trials-04": rows_are("submission", "mean"),
    "algoperf_trials-05": traced("submission", "study", "trial", "bleu"),
    "algoperf_trials-06": traced("submission", "study", "trial", "wer"),
    "algoperf_trials-07": count,
    "algoperf_trials-08": numbers("min", "max", "median", "distinct"),
    "algoperf_trials-09": rows_are("submission", "mean"),
    "algoperf_trials-10": number,
    "algoperf_trials-11": count,
    "algoperf_trials-12": numbers("self_tuning_pct", "external_tuning_pct"),
    "autoresearch_h100-01": top("commit", "val_bpb", "description", "status"),
    "autoresearch_h100-02": _all_and_parts,
    "autoresearch_h100-03": rows_are("commit", "val_bpb", "status"),
    "autoresearch_h100-04": lambda a, g: says(a, g[0]["commit"], "assert fail") and len(a.rows) <= 3,
    "autoresearch_h100-05": _none_of("oom|out of memory"),
    "autoresearch_h100-06": _improvement,
    "autoresearch_h100-07": top("commit", "delta"),
    "autoresearch_h100-08": top("commit", "val_bpb", "description"),
    "autoresearch_h100-09": rows_are("commit", "memory_gb", ordered=False),
    "autoresearch_h100-10": count,
    "autoresearch_h100-11": top("commit", "val_bpb", "description"),
    "autoresearch_h100-12": _values_or_runs,
    "autoresearch_h100-13": _softcaps,
    "autoresearch_h100-14": rows_are("commit", "val_bpb", "status", ordered=False, under="runs"),
    "autoresearch_h100-15": lambda a, g: len(a.rows) <= 26 and says(a, g["length"], g["streaks_after"][0]),
    "autoresearch_h100-16": number,
    "autoresearch_h100-17": number,
    "autoresearch_h100-18": _kept_value,
    "autoresearch_h100-19": declines(r"\bdate", r"\bwhen\b", r"\btime\b"),
    "autoresearch_h100-20": numbers("kept", "total", "pct"),
    "nanochat_leaderboard-01": top("time_hours", name="run"),
    "nanochat_leaderboard-02": top("CORE", name="run"),
    "nanochat_leaderboard-03": top("val_bpb", name="run"),
    "nanochat_leaderboard-04": _faster,
    "nanochat_leaderboard-05": lambda a, g: exactly_runs(a, g["runs"]),
    "nanochat_leaderboard-06": number,
    "nanochat_leaderboard-07": lambda a, g: len(a.rows) == 1 and says(a, *g),
    "nanochat_leaderboard-08": number,
    "nanochat_leaderboard-09": _both_dates,
    "nanochat_leaderboard-10": by_run,
    "nanochat_leaderboard-11": _depths,
    "nanochat_leaderboard-12": lambda a, g: exactly_runs(a, [*g["explicit"], *g["inherited"]]),
    "nanochat_leaderboard-13": number,
    "nanochat_leaderboard-14": number,
    "nanochat_leaderboard-15": numbers("mean", "min", "max", "range"),
    "nanochat_leaderboard-16": by_run,
    "nanochat_leaderboard-17": _not_comparable,
    "nanochat_leaderboard-18": lambda a, g: len(a.rows) == 1 and says(a, g),
    "nanochat_leaderboard-19": declines("learning rate", r"\blr\b", "_lr"),
}
"""By question: whether an answer says what gold says."""

WARNINGS: dict[str, str] = {
    "algoperf_trials-12": r"unused external",
    "autoresearch_h100-06": r"percent|relative",
    "autoresearch_h100-07": r"unused (biggest|previous|improvement)",
    "autoresearch_h100-12": r"was 0\.6 before",
    "autoresearch_h100-13": r"unused kept|kept",
    "autoresearch_h100-14": r"unused (LR|help)",
    "autoresearch_h100-15": r"unused streak|longest|read \"streak\"",
    "autoresearch_h100-17": r"of val_bpb|earlier question",
    "autoresearch_h100-18": r"unused VE|incumbent|kept is 637f82f",
    "autoresearch_h100-19": r"unused (when|done)|no date|date",
    "nanochat_leaderboard-05": r"unused beat",
    "nanochat_leaderboard-06": r"\"climbmix\" read as a word|1 run",
    "nanochat_leaderboard-11": r"\"leaderboard\" read as",
    "nanochat_leaderboard-13": r"unused hours",
    "nanochat_leaderboard-15": r"unused (repeats|seven|mean)",
    "nanochat_leaderboard-17": r"not comparable|dataset|unused can",
    "nanochat_leaderboard-19": r"unused learning|not recorded",
}
"""By question: what must be told beside a wrong answer for it to count as warned of."""
