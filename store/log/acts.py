"""What is done to a log: a run started, finished, noted on; each act gives the log that follows from it.

Nothing here touches a file (`store.log.writer` does). Every act is checked by reading its result back: the
run says what it was given, every other run says what it said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from store.cells import is_missing, read_cell
from store.directions import direction_of, is_resource, known_metric
from store.errors import NotWritable
from store.log import tables
from store.log.best import column_of, with_best
from store.log.check import check
from store.log.document import Document
from store.log.entries import entry, insert, line_for_command
from store.log.escape import inline
from store.log.finding import pick, state_of
from store.log.sections import add_bullets, section_of, set_line, set_output, set_result
from store.log.shorthand import full, short
from store.markup import clean, plain
from store.readers.decode import repaired
from store.readers.labels import canonical, field_name, split_label
from store.readers.mdblocks import Block
from store.readers.nativeparts import Part
from store.records import RunRecord, Value
from store.results.report import Report, Result
from store.slotted import fresh, slotted
from store.states import read_status
from store.units import convert

__all__ = ["Start", "finish", "note", "start"]

STATUS = {
    "completed": "Completed",
    "running": "In Progress",
    "crashed": "Crashed",
    "diverged": "Diverged",
    "stopped": "Stopped",
    "discarded": "Discarded",
    "planned": "Planned",
}
"""What the Status line says of each state."""

_TITLES = {"loss": "Final loss", "CORE": "CORE score", "time": "Training time", "gpu": "GPU"}
"""What a new line under Results calls a field, in a log that has no such line yet."""


@slotted
class Start:
    """A run about to begin.

    Attributes:
        name: as called: free in the log, or that of a planned run.
        when: the moment.
        command: shell text, "" where it is not known.
        params: what the command says, as the reader reads it, then what was told beside it.
        told: the names of those told beside it.
        goal: what it is to find out, or "".
    """

    name: str
    when: datetime
    command: str = ""
    params: Mapping[str, Value] = fresh(default_factory=dict)
    told: tuple[str, ...] = ()
    goal: str = ""


def start(doc: Document, run: Start) -> Document:
    """The log with a run begun: a section of its own, In Progress; Planned where no command is known.

    Raises:
        NotWritable: where it would not be read back.
    """
    name = repaired(clean(run.name))
    planned = next((r for r in doc.runs if r.name == name and state_of(doc, r) == "planned"), None)
    after = _begun(doc, planned, run) if planned is not None and run.command else insert(doc, entry(doc, run))
    expected: dict[str, Value] = {key: value for key, value in run.params.items()}
    if clean(run.goal) and read_cell(run.goal).value is not None and planned is None:
        expected["goal"] = clean(run.goal)
    check(doc, after, name, expected)
    return after


def _begun(doc: Document, planned: RunRecord, run: Start) -> Document:
    """A planned run that begins now: its section gets the command and the moment."""
    if section_of(doc, planned) is None:
        return insert(doc, entry(doc, run))
    find = finder(planned)
    part = find(doc)
    heading = doc.blocks[part.at]
    doc = set_line(doc, find, "status", STATUS["running"])
    body = doc.blocks[part.at + 1 : part.end]
    goal = next((b for b in body if (f := split_label(b.text)) and canonical(f[0]) == "goal"), heading)
    return doc.inserted(goal.end, ["", *line_for_command(doc, run)])


def finish(
    doc: Document, name: str, report: Report, remark: str = "", output: Sequence[str] = ()
) -> tuple[Document, bool]:
    """The log with the end of a run: its section, its row, the best result.

    Args:
        doc: the log.
        name: the run, or "" for the one in progress.
        report: how it ended and what came out.
        remark: the words for the Notes of the summary.
        output: the last lines that the command printed.

    Returns:
        The log, and whether the run is the best one now.

    Raises:
        NotWritable: where no such run is there, or it would not be read back.
    """
    run = pick(doc, name)
    state = report.state or ("completed" if state_of(doc, run) in ("running", "planned") else "")
    after = _with_section(doc, run)
    find = finder(run)
    results = {_field(doc, result.name): result for result in report.results.values()}
    for field, result in results.items():
        after = set_result(after, find, field, _title(doc, field), _value(field, result))
    if report.remarks:
        after = add_bullets(after, find, "results", [inline(text) for text in report.remarks])
    if state:
        after = set_line(after, find, "status", status_text(state, report.why))
    if output:
        after = set_output(after, find, output)
    after = _with_row(after, _again(after, run), results, state, remark, report.why)
    after, is_best = with_best(after, _again(after, run), _config(after, run))
    expected = {field: _expected(after, field, result) for field, result in results.items()}
    check(doc, after, run.name, {k: v for k, v in expected.items() if v is not None})
    if state and (held := state_of(after, _again(after, run))) != state:
        raise NotWritable(f"{run.name} would be read as {held}, not {state}: nothing was written")
    return after, is_best


def note(doc: Document, name: str, text: str) -> tuple[Document, str]:
    """The log with an observation on a run.

    Args:
        name: the run, or "" for the one in progress.

    Returns:
        The log, and the run's name as it stands there.
    """
    run = pick(doc, name)
    after = add_bullets(_with_section(doc, run), finder(run), "observations", [inline(text)])
    check(doc, after, run.name, {})
    return after, run.name


def status_text(state: str, why: str = "") -> str:
    """What a Status line says: the state, and why.

    Example:
        >>> status_text("diverged", "diverged at step 5000"), status_text("crashed", "OOM at step 300")
        ('Diverged at step 5000', 'Crashed (OOM at step 300)')
    """
    bare = inline(why).rstrip(". ")
    if not bare:
        return STATUS[state]
    said = bare[:1].upper() + bare[1:]
    if read_status(plain(said)) == state and (state == "stopped" or said.lower().startswith(state[:5])):
        return said
    brackets = bare.translate(str.maketrans("()（）", "[][]"))
    return f"{STATUS[state]} ({brackets})"


def finder(run: RunRecord) -> Callable[[Document], Part]:
    """Finds the section of a run in later versions of its log.

    By its name and its place among the runs of that name: lines move with every edit.
    """

    def find(doc: Document) -> Part:
        part = section_of(doc, _again(doc, run))
        assert part is not None, f"{run.name} has no section"
        return part

    return find


def _again(doc: Document, run: RunRecord) -> RunRecord:
    """The same run in another version of the log: by name, and day where the name repeats."""
    same = [one for one in doc.runs if one.name == run.name]
    days = [one for one in same if one.values.get("date") == run.values.get("date")]
    near = days or same
    return min(near, key=lambda one: abs(one.place.line - run.place.line)) if len(near) > 1 else near[0]


def _with_section(doc: Document, run: RunRecord) -> Document:
    """The log with a section for a run that had only a row."""
    if section_of(doc, run) is not None:
        return doc
    day = run.values.get("date")
    begun = Start(run.name, datetime.min, goal="")
    return insert(doc, entry(doc, begun, day=str(day)[:10] if day else ""))


def _with_row(
    doc: Document, run: RunRecord, results: Mapping[str, Result], state: str, remark: str, why: str
) -> Document:
    """The log with the run's row in the summary, where it has one."""
    table = tables.summary_for(doc, run.place.line)
    if table is None:
        return doc
    shown = {field: _number(result) for field, result in results.items()}
    row = next((r for r in table.rows[1:] if r.cells and plain(r.cells[0]) == run.name), None)
    if row is None and not any(tables.is_run(r) for r in table.rows[1:]):
        doc, table = _with_columns(doc, table, results)
    told = status_text(state, why) if state in ("crashed", "diverged", "stopped") else ""
    if said := _noted(tables.cell_of(table, row, "notes"), remark, told, tables.nothing(table)):
        shown["notes"] = said
    if state:
        shown["status"] = STATUS[state]
    if row is None:
        day = run.values.get("date")
        shown |= {"date": str(day)[:10]} if day else {}
        shown |= {"config": config} if (config := _short(doc, run)) else {}
    return tables.set_row(doc, table, run.name, shown, row)


def _noted(held: str, remark: str, told: str, nothing: str) -> str:
    """What the Notes of a row are to say; "" to leave them: what somebody wrote there stays.

    Args:
        held: what they say. remark: what the person adds. told: how the run ended, where that is worth it.
        nothing: the table's sign for it, in place of "Running" once it is not true any more.
    """
    if is_missing(held):
        return remark or told
    if read_status(held) in ("running", "planned"):
        return remark or told or nothing
    return f"{held}; {remark}" if remark and remark not in held else ""


def _with_columns(doc: Document, table: Block, results: Mapping[str, Result]) -> tuple[Document, Block]:
    """The table of a log without runs yet, with a column for the first measure of quality."""
    quality = [
        name for name, one in results.items() if direction_of(name)[0] and not is_resource(name, one.unit)
    ]
    if not quality or any(tables.column_for(table, name) is not None for name in quality):
        return doc, table
    doc = tables.add_columns(doc, table, quality[:1])
    return doc, next(t for t in doc.summaries if t.line == table.line)


def _field(doc: Document, name: str) -> str:
    """The field a result goes into: the log's own column of that name or metric, else the name itself."""
    return (
        column_of(doc, name)
        or known_metric(name) * (known_metric(name).casefold() == name.casefold())
        or name
    )


def _title(doc: Document, field: str) -> str:
    """What a new line under Results calls a field: as the log's other runs have it."""
    for part in reversed(doc.parts):
        if part.kind != "run":
            continue
        for block in doc.blocks[part.at + 1 : part.end]:
            said = split_label(block.text) if block.kind == "item" else None
            if said and (canonical(said[0]) or field_name(said[0])) == field:
                return said[0]
    return _TITLES.get(field, field)


def _value(field: str, result: Result) -> str:
    """A result's text for its line, as it was told; a duration spells its unit out."""
    text = clean(result.text)
    if field == "time" and result.unit == "h" and text.endswith("h") and not text.endswith(" h"):
        return f"{text[:-1].strip()} hours" if text[:-1].strip().replace(".", "").isdecimal() else text
    return f"0{text}" if text.startswith(".") else inline(text)


def _number(result: Result) -> str:
    text = clean(result.text)
    return f"0{text}" if text.startswith(".") else text


def _expected(doc: Document, field: str, result: Result) -> Value:
    """What the reader must find: the number, in the unit of its column."""
    column = doc.reading.fields.get(field)
    if column is None or result.value is None:
        return result.value
    if result.unit and column.unit and result.unit != column.unit and not isinstance(result.value, bool):
        return convert(float(result.value), result.unit, column.unit)
    return result.value


def params_of(doc: Document, run: RunRecord) -> dict[str, Value]:
    """The parameters of a run that the log records."""
    fields = doc.reading.fields
    return {n: v for n, v in run.values.items() if n in fields and fields[n].kind == "param"}


def _config(doc: Document, run: RunRecord) -> str:
    return full(params_of(doc, _again(doc, run)))


def _short(doc: Document, run: RunRecord) -> str:
    """The run's configuration for its cell, with what differs from the run before."""
    earlier = [one for one in doc.runs if one.place.line < run.place.line and one.name != run.name]
    section = section_of(doc, run)
    body = doc.blocks[section.at : section.end] if section else []
    told = [
        n for n in params_of(doc, run) if any(b.kind == "item" and b.text.startswith(f"{n} = ") for b in body)
    ]
    return short(params_of(doc, run), told, params_of(doc, earlier[-1]) if earlier else {})
