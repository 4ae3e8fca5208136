"""The tables and sections of one Markdown file brought under common columns."""

from __future__ import annotations

from collections import Counter

from store.markup import clean, plain
from store.readers.drafts import Columns, Draft
from store.readers.mdruns import RunTable
from store.records import Field, Mark, Place, Reading, RunRecord, Value
from store.slotted import fresh, slotted
from store.typed import Typed
from store.units import convert

__all__ = ["Group", "Sheet"]


@slotted(frozen=False)
class Group:
    """The runs of one table, or of all run sections, and the headings that each stands under."""

    kind: str
    runs: list[RunRecord] = fresh(default_factory=list)
    paths: list[tuple[str, ...]] = fresh(default_factory=list)
    names: str = ""


class Sheet:
    """The columns of a file: one name, one unit, one type; what does not fit gets a column of its own."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.columns = Columns()
        self._types: dict[str, str] = {}
        self._kinds: dict[str, Counter[str]] = {}
        self._runs: list[RunRecord] = []
        self._named: set[str] = set()

    def add(self, table: RunTable, path: tuple[str, ...]) -> Group:
        """Add a table's rows as runs."""
        at = table.declared.run
        group = Group("table", names=table.headers[at].name if at >= 0 else "")
        for index, row in enumerate(table.rows):
            name = "" if at < 0 else _shown(table.columns[at].values[index])
            group.runs.append(RunRecord(name, Place(self.reading.path, row.line, row.line)))
            group.paths.append(path)
        for number, (header, column) in enumerate(zip(table.headers, table.columns, strict=True)):
            told = table.declared.fields[header.name]
            if number == at:
                self._named.add(header.name)
                column = Typed([run.name or None for run in group.runs], unit="")
            self._fill(group.runs, told, column)
        for index, text in table.extra.items():
            extra = self.columns.declare("extra", "attribute")
            group.runs[index].values[extra.name] = text
        self._runs += group.runs
        return group

    def _fill(self, runs: list[RunRecord], told: Field, column: Typed) -> None:
        values, marks = list(column.values), dict(column.marks)
        target = self._column(told, column)
        unit = told.unit
        if unit and target.unit and unit != target.unit:
            for index, value in enumerate(values):
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    values[index] = convert(value, unit, target.unit)
                    marks.setdefault(index, Mark(f"{value:g} {unit}"))
        for index, value in enumerate(values):
            if value is not None:
                runs[index].values[target.name] = value
            if index in marks:
                runs[index].marks[target.name] = marks[index]

    def _column(self, told: Field, column: Typed) -> Field:
        """The column that a table's column goes to: of the same name, type and measure, or a new one."""
        kind = _type(column.values)
        name, number = told.name, 2
        while True:
            found = self.columns.find(name)
            if found is None or self._fits(found, told.unit, kind):
                break
            name, number = f"{told.name} ({number})", number + 1
        if found is None:
            found = self.columns.fields.setdefault(
                name, Field(name, told.kind, told.unit, told.direction, told.role)
            )
            self.columns.note(name)
        self._types[found.name] = self._types.get(found.name) or kind
        found.direction = found.direction or told.direction
        found.role = found.role or told.role
        self._kinds.setdefault(found.name, Counter())[told.kind] += 1
        return found

    def _fits(self, found: Field, unit: str, kind: str) -> bool:
        held = self._types.get(found.name, "")
        if held and kind and held != kind:
            return False
        if kind != "number" or held != "number" or found.unit == unit:
            return True
        return bool(found.unit and unit) and convert(1, unit, found.unit) is not None

    def add_drafts(self, drafts: list[Draft], columns: Columns, paths: list[tuple[str, ...]]) -> Group:
        """Add run sections as runs; remarks under a label that no other run has go to its notes."""
        group = Group("sections", paths=list(paths))
        for draft in drafts:
            _status(draft, columns)
            place = Place(self.reading.path, draft.line, draft.end)
            group.runs.append(RunRecord(draft.name, place, draft.values, draft.marks))
        for name, told in columns.fields.items():
            values: list[Value] = [run.values.pop(name, None) for run in group.runs]
            marks = {at: run.marks.pop(name) for at, run in enumerate(group.runs) if name in run.marks}
            self._fill(group.runs, told, Typed(values, marks, told.unit))
        self._runs += group.runs
        return group

    def finish(self) -> None:
        """Settle each column's kind by what most tables say, and the one that names the runs."""
        for name, told in self.columns.fields.items():
            kinds = self._kinds.get(name, Counter())
            if kinds:
                told.kind = next(k for k in ("metric", "param", "attribute", "run") if kinds[k])
        used = {name for run in self.reading.runs for name in (*run.values, *run.marks)}
        fields = {name: told for name, told in self.columns.ordered().items() if name in used}
        naming = [name for name in fields if name in self._named]
        if len(naming) == 1 and all(
            run.name == _shown(run.values.get(naming[0])) for run in self.reading.runs
        ):
            fields[naming[0]].kind = "run"
            self._count(naming[0])
        else:
            for name in naming:
                fields[name].kind = "attribute"
            if any(run.name for run in self.reading.runs):
                self._name_runs(fields)
        self.reading.fields = dict(sorted(fields.items(), key=lambda item: item[1].kind != "run"))

    def _count(self, name: str) -> None:
        """Names that are all whole numbers (`#`) are numbers."""
        if all(run.name.isdecimal() and str(int(run.name)) == run.name for run in self.reading.runs):
            for run in self.reading.runs:
                run.values[name] = int(run.name)

    def _name_runs(self, fields: dict[str, Field]) -> None:
        fields["run"] = Field("run", "run")
        for run in self.reading.runs:
            if run.name:
                run.values["run"] = run.name


def _shown(value: Value) -> str:
    return "" if value is None else clean(plain(value)) if isinstance(value, str) else str(value)


def _type(values: list[Value]) -> str:
    for value in values:
        if isinstance(value, bool):
            return "bool"
        if isinstance(value, (int, float)):
            return "number"
        if value is not None:
            return "text" if isinstance(value, str) else "date"
    return ""


def _status(draft: Draft, columns: Columns) -> None:
    """The status of a run section: its own words; a remark beside a value stays a remark."""
    text, line = draft.status or ("", 0)
    if text:
        column = columns.declare("status", "attribute", role="status")
        draft.set(column, text, line)
