"""A run and its columns while a reader gathers them from several places of one file."""

from __future__ import annotations

from store.cells import Cell
from store.markup import clean
from store.records import Direction, Field, Kind, Mark, Value
from store.slotted import fresh, slotted
from store.units import convert

__all__ = ["Columns", "Draft", "fold"]

_ORDER = {"run": 0, "param": 2, "metric": 3, "attribute": 4}


def fold(name: str) -> str:
    """A name for comparison: "Val Loss", "val-loss" and "val_loss" are the same column of one file."""
    return name.casefold().replace("-", "_").replace(" ", "_")


class Columns:
    """The columns of one file, each under the spelling in which it came first."""

    def __init__(self) -> None:
        self.fields: dict[str, Field] = {}
        self._by_fold: dict[str, str] = {}

    def find(self, name: str) -> Field | None:
        """The column that `name` is another spelling of, or None."""
        return self.fields.get(self._by_fold.get(fold(name), ""))

    def declare(
        self, name: str, kind: Kind, unit: str = "", direction: Direction = "", role: str = ""
    ) -> Field:
        """The column of that name, made where there is none.

        A parameter and a result of one name are two columns: `--steps=10000` and "Steps: 9,956".
        """
        found = self.find(name)
        if found and {found.kind, kind} == {"param", "metric"}:
            name += "_result" if kind == "metric" else "_param"
            found = self.find(name)
        if found is None:
            found = self.fields[name] = Field(name, kind, unit, direction, role)
            self._by_fold[fold(name)] = name
        found.unit = found.unit or unit
        found.direction = found.direction or direction
        found.role = found.role or role
        return found

    def note(self, name: str) -> None:
        """Make a column that was put into `fields` findable."""
        self._by_fold[fold(name)] = name

    def ordered(self) -> dict[str, Field]:
        """Run, date, parameters, metrics, other attributes; within each in the file's order."""
        return dict(
            sorted(
                self.fields.items(), key=lambda item: 1 if item[1].role == "date" else _ORDER[item[1].kind]
            )
        )


@slotted(frozen=False)
class Draft:
    """One run while it is gathered.

    Attributes:
        name: as written.
        line, end: its lines.
        values, marks: as in a `RunRecord`.
        lines: the line each value stands on, by column name.
        status: the words of a Status line or column, and their line.
        states: what else tells how the run ended, in the order found: (state, words, line).
        step: the step at which a remark says that it ended.
        inherits: the run whose command this one repeats, as called, and the words that say so.
    """

    name: str
    line: int
    end: int
    values: dict[str, Value] = fresh(default_factory=dict)
    marks: dict[str, Mark] = fresh(default_factory=dict)
    lines: dict[str, int] = fresh(default_factory=dict)
    status: tuple[str, int] | None = None
    states: list[tuple[str, str, int]] = fresh(default_factory=list)
    step: int | None = None
    inherits: tuple[str, str, str] | None = None

    def put(self, column: Field, cell: Cell, line: int) -> bool:
        """Set a value in the column's unit; the first one stays. False where nothing was set.

        A number whose unit measures something else than the column's is kept as a mark only.
        """
        if cell.state and cell.mark and cell.mark.note:
            self.states.append((cell.state, cell.mark.note, line))
        if self.step is None:
            self.step = cell.step
        if column.name in self.values:
            return False
        value, mark = cell.value, cell.mark
        if cell.unit and column.unit and cell.unit != column.unit and isinstance(value, (int, float)):
            value = convert(value, cell.unit, column.unit)
            mark = mark or Mark(f"{cell.value:g} {cell.unit}")
        elif cell.unit and not column.unit:
            column.unit = cell.unit
        if mark:
            self.marks[column.name] = Mark(mark.text, mark.approx, mark.note, line)
        if value is None:
            return False
        self.values[column.name] = value
        self.lines[column.name] = line
        return True

    def set(self, column: Field, value: Value, line: int) -> None:
        """Set a plain value; the first one stays."""
        if column.name not in self.values and value is not None and value != "":
            self.values[column.name] = clean(value) if isinstance(value, str) else value
            self.lines[column.name] = line

    def write(self, column: Field, lines: list[tuple[int, str]]) -> None:
        """Set a text of several lines; line i of the value stands on line `Mark.line` + i of the file."""
        said: list[str] = []
        for line, text in lines:
            if said and 0 < line - lines[0][0] - len(said) <= 5:
                said += [""] * (line - lines[0][0] - len(said))
            said.append(text)
        text = "\n".join(said).strip()
        if text and column.name not in self.values:
            self.values[column.name] = text
            self.lines[column.name] = lines[0][0]
            self.marks[column.name] = Mark(text, line=lines[0][0])
