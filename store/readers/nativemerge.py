"""The rows and sections of one native log into runs: paired by name, disagreements told."""

from __future__ import annotations

from store.directions import direction_of
from store.markup import plain
from store.readers.drafts import Columns, Draft, fold
from store.records import ELSEWHERE, Field, Mark, Reading, Value
from store.states import read_status

__all__ = ["merge"]


def merge(
    rows: list[Draft], sections: list[Draft], claims: list[Draft], columns: Columns, reading: Reading
) -> list[Draft]:
    """Pair each row of the summary with its section, settle the status, and note what disagrees.

    Args:
        rows, sections: in the order of the file; names may repeat.
        claims: what "Best Result" says.
        columns: the file's columns.
        reading: takes the notes.

    Returns:
        One draft a run: the rows in their order, then the sections that have no row.
    """
    _note_repeats(rows if len(rows) >= len(sections) else sections, reading)
    free = list(sections)
    partners: dict[int, Draft] = {}
    for same in (_same_day, _same_name, _same_letters):
        for at, row in enumerate(rows):
            found = None if at in partners else next((s for s in free if same(row, s)), None)
            if found is not None:
                partners[at] = found
                free = [section for section in free if section is not found]
    runs = [
        _joined(partners[at], row, columns, reading) if at in partners else row for at, row in enumerate(rows)
    ]
    runs += free
    for run in runs:
        _settle(run, columns, reading)
    for claim in claims:
        _check(claim, runs, columns, reading)
    return runs


def _same_day(row: Draft, section: Draft) -> bool:
    return row.name == section.name and row.values.get("date") == section.values.get("date")


def _same_name(row: Draft, section: Draft) -> bool:
    return row.name == section.name


def _same_letters(row: Draft, section: Draft) -> bool:
    return fold(row.name) == fold(section.name)


def _note_repeats(drafts: list[Draft], reading: Reading) -> None:
    lines: dict[str, list[int]] = {}
    for draft in drafts:
        lines.setdefault(draft.name, []).append(draft.line)
    for name, at in lines.items():
        if len(at) > 1:
            said = ", ".join(map(str, at))
            reading.notes.append(f"{len(at)} runs have the name {name} (lines {said}); all are kept")


def _joined(section: Draft, row: Draft, columns: Columns, reading: Reading) -> Draft:
    """The section with what only its row says; the row's other values are held against it."""
    for name, value in row.values.items():
        line = row.lines[name]
        column = columns.fields[name]
        if name not in section.values:
            section.values[name] = value
            section.lines[name] = line
            old = row.marks.get(name)
            text = old.text if old else plain(str(value))
            section.marks[name] = Mark(text, bool(old and old.approx), old.note if old else "", line)
        elif not _agree(section.values[name], value, column):
            _disagree(section, name, value, line, reading)
    for name, mark in row.marks.items():
        section.marks.setdefault(name, mark)
    section.states += row.states
    section.status = section.status or row.status
    section.step = row.step if section.step is None else section.step
    return section


def _agree(one: Value, other: Value, column: Field) -> bool:
    """Whether two places say the same; a number rounded to fewer digits does, other words of a note do."""
    if (
        one == other
        or column.role in ("notes", "observations", "goal", "description")
        or column.name == "config"
    ):
        return True
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return _rounds(one, other) or _rounds(other, one)
    return fold(str(one)) == fold(str(other))


def _rounds(exact: float, short: float) -> bool:
    """Whether `short` is `exact` with fewer digits; one digit is too few to tell 2.6 from 2.60."""
    digits = len(repr(short).partition(".")[2]) if "e" not in repr(short) else 0
    return digits > 1 and round(exact, digits) == short


def _disagree(section: Draft, name: str, value: Value, line: int, reading: Reading) -> None:
    kept = section.values[name]
    mark = section.marks.get(name) or Mark(str(kept))
    note = f"{ELSEWHERE}{value} at line {line}"
    section.marks[name] = Mark(
        mark.text, mark.approx, f"{mark.note}; {note}" if mark.note else note, section.lines.get(name, 0)
    )
    reading.notes.append(
        f"{section.name}: {name} is {kept} at line {section.lines.get(name, section.line)},"
        f" but {value} at line {line}; the section's value is used"
    )


def _settle(run: Draft, columns: Columns, reading: Reading) -> None:
    """Set the status from all that tells it: the words of a Status line first, a remark beside a value next.

    "Completed" is written as a matter of course; a remark that the loss diverged is not. So the remark wins.
    """
    text, line = run.status or ("", 0)
    state = read_status(text) if text else ""
    bad = next((told for told in run.states if told[0] not in ("", "completed")), None)
    if not text and not bad:
        return
    columns.declare("status", "attribute", role="status")
    if bad and state in ("", "completed"):
        if text:
            reading.notes.append(f"{run.name}: status {text} at line {line}, but {bad[1]} at line {bad[2]}")
        run.values["status"] = bad[0]
        run.marks["status"] = Mark(text or bad[1], note=bad[1] if text else "", line=bad[2])
    else:
        run.values["status"] = text
        if not run.line <= line <= run.end:
            run.marks["status"] = Mark(text, line=line)
    if run.step is not None:
        columns.declare("stopped_at_step", "attribute")
        run.values["stopped_at_step"] = run.step


def _check(claim: Draft, runs: list[Draft], columns: Columns, reading: Reading) -> None:
    """Hold "Best Result" against the run that it names."""
    run = next((r for r in runs if r.name == claim.name), None) or next(
        (r for r in runs if fold(r.name) == fold(claim.name)), None
    )
    if run is None:
        reading.notes.append(
            f"line {claim.line}: the best result names {claim.name}, which is not among the runs"
        )
        return
    _check_best(claim, run, runs, columns, reading)
    for name, value in claim.values.items():
        column = columns.find(name)
        held = run.values.get(column.name) if column else None
        if column and held is not None and not _agree(held, value, column):
            reading.notes.append(
                f"line {claim.lines[name]}: the best result says {column.name} {value},"
                f" but {run.name} has {held} at line {run.lines.get(column.name, run.line)}"
            )


def _check_best(claim: Draft, best: Draft, runs: list[Draft], columns: Columns, reading: Reading) -> None:
    """Whether any run that ended well is better by the first metric that the claim gives."""
    column = next((c for name in claim.values if (c := columns.find(name)) and c.kind == "metric"), None)
    if column is None:
        return
    direction = column.direction or direction_of(column.name)[0]
    held = best.values.get(column.name)
    if not direction or not isinstance(held, (int, float)):
        return
    for run in runs:
        value, status = run.values.get(column.name), str(run.values.get("status", ""))
        if read_status(status) not in ("", "completed") or not isinstance(value, (int, float)):
            continue
        if value < held if direction == "lower" else value > held:
            reading.notes.append(
                f"line {claim.line}: the best result names {best.name} ({column.name} {held}),"
                f" but {run.name} has {value} at line {run.lines.get(column.name, run.line)}"
            )
            return
