"""Two tables, or a table and sections, about the same runs of one file: joined where that is certain."""

from __future__ import annotations

from store.readers.drafts import fold
from store.readers.mdsheet import Group
from store.records import ELSEWHERE, Mark, Reading, RunRecord, Value

__all__ = ["join"]


def join(groups: list[Group], reading: Reading) -> list[Group]:
    """Join groups whose runs are the same.

    Certain is: each run of the one has exactly one partner in the other by name, or by a text that only one
    run has; at least two have; and no value of theirs disagrees. Where the names are
    bare numbers, half of the pairs need a text or another value in common besides. All else stays apart.

    Args:
        groups: the groups of runs, in the file's order.
        reading: takes the notes.
    """
    kept: list[Group] = []
    for group in groups:
        first, last = group.runs[0].place.line, group.runs[-1].place.line
        spans = [(other.runs[0].place.line, other.runs[-1].place.line) for other in kept]
        home = next((at for at, other in enumerate(kept) if _joined(other, group)), None)
        if home is None:
            kept.append(group)
        else:
            start, end = spans[home]
            reading.notes.append(f"lines {first}-{last} and {start}-{end} tell of the same runs; joined")
    return kept


def _joined(home: Group, group: Group) -> bool:
    """Join `group` into `home`, the smaller into the larger, where that is certain."""
    large, small = (home, group) if len(group.runs) <= len(home.runs) else (group, home)
    pairs = []
    for run in small.runs:
        partners = _partners(run, large.runs)
        if len(partners) != 1:
            return False
        pairs.append((partners[0], run))
    if len(pairs) < 2 or len({id(held) for held, _ in pairs}) < len(pairs):
        return False
    if any(_disagree(held, run, home, group) for held, run in pairs):
        return False
    same_word = _word(home.names) and _word(home.names) == _word(group.names)
    if not same_word and sum(_is_certain(held, run) for held, run in pairs) * 2 < len(pairs):
        return False
    for held, run in pairs:
        at = next(i for i, other in enumerate(large.runs) if other is held)
        large.runs[at] = _one(held, run, small.kind == "sections" and large.kind == "table")
    home.kind, home.runs, home.paths, home.names = large.kind, large.runs, large.paths, large.names
    return True


def _word(header: str) -> str:
    """What a header calls its runs: "Exp", "Experiment ID" and the heading "Experiment 3" are one."""
    word = fold(header).removesuffix("_id").removesuffix("_no").removesuffix("_number")
    return {"exp": "experiment", "实验": "experiment", "#": ""}.get(word, word)


def _partners(run: RunRecord, runs: list[RunRecord]) -> list[RunRecord]:
    by_name = [held for held in runs if run.name and fold(held.name) == fold(run.name)]
    if by_name:
        return by_name
    words = {fold(run.name)} - {""}
    return [held for held in runs if words & _texts(held)]


def _texts(run: RunRecord) -> set[str]:
    return {fold(value) for value in run.values.values() if isinstance(value, str) and len(value) > 3}


def _is_certain(held: RunRecord, run: RunRecord) -> bool:
    """Whether two runs of one name are the same one; `2` and `2` may be numbers of different things."""
    if not run.name.replace(".", "").isdigit():
        return True
    if _texts(held) & _texts(run):
        return True
    return any(
        run.values.get(k) == v for k, v in held.values.items() if isinstance(v, float) or hasattr(v, "year")
    )


def _disagree(held: RunRecord, run: RunRecord, home: Group, group: Group) -> bool:
    names = {home.names, group.names, "section"}
    return any(
        not _agree(held.values[name], value)
        for name, value in run.values.items()
        if name in held.values and name not in names
    )


def _agree(one: Value, other: Value) -> bool:
    """Whether two values may be of one run: words may differ ("running", "waiting for the cluster")."""
    return (isinstance(one, str) and isinstance(other, str)) or one == other


def _one(held: RunRecord, run: RunRecord, section_wins: bool) -> RunRecord:
    """One run of two; a section's place stays, as it says more than its row."""
    first, second = (run, held) if section_wins else (held, run)
    for name, value in second.values.items():
        if name not in first.values:
            first.values[name] = value
            old = second.marks.get(name)
            first.marks[name] = Mark(
                old.text if old else str(value),
                bool(old and old.approx),
                old.note if old else "",
                (old.line if old and old.line else 0) or second.place.line,
            )
        elif isinstance(value, str) and fold(value) not in fold(str(first.values[name])):
            old = first.marks.get(name)
            note = f"{ELSEWHERE}{value} at line {second.place.line}"
            first.marks[name] = Mark(
                old.text if old else str(first.values[name]),
                bool(old and old.approx),
                f"{old.note}; {note}" if old and old.note else note,
                old.line if old else 0,
            )
    first.name = held.name
    return first
