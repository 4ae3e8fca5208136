"""One cell of a table: what it says as a value, and what it says beyond it.

A cell is a number only where it is wholly a number, give or take a unit and a remark in brackets:
"2.8 hours", "~5,148", "0.569(−0.021)", "3.45 (diverged at step 5000)". All else stays text: "d24, lr=0.02",
"8xH100", "13.3%→11.7%", "1.29/1.30", the commit "1e07abc".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from store.dates import read_date, read_instant
from store.headers import Header, read_header
from store.markup import clean, plain
from store.records import Mark, Value
from store.slotted import slotted
from store.states import read_remark, read_status
from store.units import unit_of
from store.vocabulary import words

__all__ = ["Cell", "Header", "clean", "is_missing", "plain", "read_cell", "read_header"]


@slotted
class Cell:
    """What one cell says.

    Attributes:
        value: bool, int, float, date, datetime (naive, UTC) or text; None where it says there is none.
        unit: canonical unit of a number ("h", "GB", "%", "tok/s"), or "".
        mark: what it says beyond the value, with the cell as written; None where the value says it all.
        state: how the run ended, where the cell tells: a remark ("diverged at step 5000"), or a cell that
            is nothing but a status; "" otherwise.
        step: the step of that state, where told.
    """

    value: Value
    unit: str = ""
    mark: Mark | None = None
    state: str = ""
    step: int | None = None


_NOTHING = Cell(None)

_INTEGER = re.compile(r"[+-]?(?:[1-9]\d*|0)\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+(?=[eE][+-]))(?:[eE][+-]?\d+)?\Z", re.ASCII)
_NUMBER = (
    r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:_\d{3})+(?:\.\d+)?|\d+\.\d*|\.\d+|\d+)"
    r"(?:[eE][+-]?\d+)?(?![\d_])"
)
_APPROX = r"(?P<approx>[~≈∼≃]\s*|(?:approx\.?|about|ca\.|circa)\s+)?"
_SIGNS = "✅✔☑✓✗✘❌⚠️🏆🥇🥈🥉⭐🔄⏳🎉🔥⬆⬇↑↓▲▼Ⓧ⊗*†‡§!?"
_MEASURE = re.compile(
    rf"(?P<before>[{_SIGNS}\s]*){_APPROX}(?P<money>[+-]?[$€£])?\s?(?P<number>{_NUMBER})"
    r"(?P<suffix>\s?[kKMGBT](?![A-Za-z/%]))?"
    r"\s*(?P<unit>[A-Za-zµμ°%％×][A-Za-zµμ°%]*(?:/[A-Za-z]+)?)?"
    rf"(?P<remark>\s*(?:[{_SIGNS}…\s]|\([^()]*(?:\([^()]*\)[^()]*)*\)|（[^（）]*）|\[[^\[\]]*\]|(?:±|\+/-|\+-)\s*[\d.,eE%-]+\s*%?)*)\Z"
)
_POWER = r"(?a)(\d{1,4})\s?(?:\^|\*\*)\s?(\d{1,3})\Z"
_PRODUCT = r"(?a)(\d{1,9})\s?[*×]\s?(\d{1,9})\Z"
_CLOCK = (
    r"[~≈]?\s*(?:(?P<d>\d+)\s*d(?:ays?)?)?[\s,]*(?:(?P<h>\d+)\s*h(?:(?:ou)?rs?)?)?[\s,]*"
    r"(?:(?P<m>\d+)\s*m(?:in(?:ute)?s?)?)?[\s,]*(?:(?P<s>\d+(?:\.\d+)?)\s*s(?:ec(?:ond)?s?)?)?\Z"
)
_DELTA = r"(?a)(\d+) days?,? (\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)\Z"
_HASH = r"(?a)\d+e\d+\Z"

_MISSING = frozenset(
    "|n/a|n / a|n.a.|na|#n/a|nil|null|none yet|xxx|?|??|???|tbd|tba|not tested|not run|not measured|"
    "not available|no experiments yet|not yet|unknown|missing|<na>|nat|not reported|no data".split("|")
)
_UNMEASURED = frozenset(("nan", "inf", "-inf", "+inf", "infinity", "-infinity"))


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value: "-", "N/A", "TBD", "(not tested)", "_(none yet)_".

    "None" is Python's word for it; "none" in small letters may well be a value ("scheduler: none").

    Example:
        >>> is_missing("—"), is_missing("_(none yet)_"), is_missing("none"), is_missing("0")
        (True, True, False, False)
    """
    if len(text) > 28:
        return False
    bare = text.strip().strip("_*`").strip()
    if bare[:1] in "(（" and bare[-1:] in ")）":
        bare = bare[1:-1].strip()
    return bare == "None" or bare.lower() in _MISSING or not bare.strip("-–—−.…· ")


def read_cell(text: str, line: int = 0) -> Cell:
    """What the cell `text` says.

    Args:
        text: the cell as written, Markdown and all.
        line: the line of this one cell where it is not the run's own line; it goes into the mark.

    Example:
        >>> read_cell("**524,288**").value, read_cell("15.86MB")
        (524288, Cell(value=15.86, unit='MB', mark=None, state='', step=None))
        >>> read_cell("3.45 (diverged at step 5000)")  # doctest: +NORMALIZE_WHITESPACE
        Cell(value=3.45, unit='', mark=Mark(text='3.45 (diverged at step 5000)', approx=False,
        note='diverged at step 5000', line=0), state='diverged', step=5000)
        >>> read_cell("d24, lr=0.02").value, read_cell("1e07abc").value, read_cell("-").value
        ('d24, lr=0.02', '1e07abc', None)
    """
    cell = _read(text)
    if line and cell.mark is not None and cell.mark.line != line:
        mark = Mark(cell.mark.text, cell.mark.approx, cell.mark.note, line)
        return Cell(cell.value, cell.unit, mark, cell.state, cell.step)
    return cell


def _read(text: str) -> Cell:
    """The same by the cell's text alone: tables repeat their cells, so the last ones read are kept."""
    cell = _recent.get(text)
    if cell is None:
        if len(_recent) > 20_000:
            _recent.clear()
        cell = _recent[text] = _read_anew(text)
    return cell


_recent: dict[str, Cell] = {}


def _read_anew(text: str) -> Cell:
    if _INTEGER.match(text):
        return Cell(_whole(text))
    if _DECIMAL.match(text):
        return Cell(_real(text))
    if is_missing(text):
        return _NOTHING
    bare = plain(text).replace("\u2212", "-")
    if is_missing(bare):
        return _NOTHING
    if bare.lower() in ("true", "false"):
        return Cell(bare.lower() == "true")
    if bare.lower() in _UNMEASURED:
        return Cell(None, mark=Mark(plain(text)))
    if any(map(str.isdigit, bare)):
        for reader in _READERS:
            cell = reader(bare, text)
            if cell:
                return cell
    state, step = "", None
    if len(bare) <= 60:
        state = read_status(bare)
        step = read_remark(bare)[1] if state else None
    return Cell(plain(text), state=state, step=step)


def _whole(text: str) -> Value:
    return int(text) if len(text) < 40 else text


def _real(text: str) -> Value:
    value = float(text)
    return value if abs(value) != float("inf") else text


def _measure(bare: str, text: str) -> Cell | None:
    """A number with an approximation sign, a currency, a suffix, a unit, remarks: any of them or none."""
    found = _MEASURE.match(bare)
    if not found:
        return None
    digits = found["number"].replace(",", "").replace("_", "")
    if digits.lstrip("+-").startswith("0") and len(digits.lstrip("+-")) > 1 and digits.lstrip("+-").isdigit():
        return None  # "007" and "001" are names
    if re.match(_HASH, digits) and len(digits) >= 6:
        return None  # the commit 5e10221
    suffix, spelled = (found["suffix"] or "").strip(), found["unit"] or ""
    unit = unit_of(spelled) if spelled else ""
    if spelled and not unit:
        return None
    money = found["money"] or ""
    if money:
        unit = unit or unit_of(money[-1])
    value = _number(
        digits if not money.startswith("-") else f"-{digits}", words("units")["suffixes"].get(suffix, 1)
    )
    if value is None:
        return None
    remark = (found["before"] + found["remark"]).strip()
    note = _unbracket(remark)
    state, step = read_remark(note) if note else ("", None)
    if not (remark or found["approx"] or suffix or money):
        return Cell(value, unit)
    return Cell(value, unit, Mark(plain(text), bool(found["approx"]), note), state, step)


def _number(digits: str, factor: int) -> int | float | None:
    if factor == 1 and digits.lstrip("+-").isdigit():
        return int(digits) if len(digits) < 40 else None
    value = float(digits)
    if abs(value) == float("inf"):
        return None
    if factor == 1:
        return value
    scaled = float(f"{value * factor:.15g}")
    return int(scaled) if scaled.is_integer() and abs(scaled) < 2**63 else scaled


def _unbracket(remark: str) -> str:
    """The words of a remark: "(diverged)" gives "diverged"; two remarks keep their brackets."""
    if (
        len(remark) > 1
        and remark[0] in "(（["
        and remark[-1] in ")）]"
        and not re.search(r"[()（）\[\]]", remark[1:-1])
    ):
        return remark[1:-1].strip()
    return remark


def _power(bare: str, text: str) -> Cell | None:
    """`2^20`, `2**19`, `80*524288`."""
    if found := re.match(_POWER, bare):
        base, exponent = int(found[1]), int(found[2])
        return Cell(base**exponent, mark=Mark(plain(text))) if exponent * base.bit_length() <= 128 else None
    if found := re.match(_PRODUCT, bare):
        return Cell(int(found[1]) * int(found[2]), mark=Mark(plain(text)))
    return None


def _clock(bare: str, text: str) -> Cell | None:
    """`4h16m`, `1h 2m 3s`, `0 days 00:01:54.827170`: hours, minutes or seconds, by the largest part."""
    if found := re.match(_DELTA, bare):
        days, hours, minutes, seconds = (float(part) for part in found.groups())
        total = days * 86400 + hours * 3600 + minutes * 60 + seconds
        return Cell(float(f"{total:.12g}"), "s", Mark(plain(text)))
    found = re.match(_CLOCK, bare)
    if not found or sum(part is not None for part in found.groups()) < 2:
        return None
    parts = {unit: float(value or 0) for unit, value in found.groupdict().items()}
    total = parts["d"] * 86400 + parts["h"] * 3600 + parts["m"] * 60 + parts["s"]
    unit, size = ("h", 3600) if found["d"] or found["h"] else ("min", 60)
    return Cell(total / size, unit, Mark(plain(text), bare[0] in "~≈"))


def _date(bare: str, text: str) -> Cell | None:
    """A day or a moment; one not written as 2024-01-15 keeps its text in the mark."""
    day = read_date(bare)
    if day is None:
        moment = read_instant(bare)
        return Cell(moment) if moment else None
    return Cell(day) if day.isoformat() == bare else Cell(day, mark=Mark(plain(text)))


_READERS: tuple[Callable[[str, str], Cell | None], ...] = (_measure, _date, _power, _clock)
