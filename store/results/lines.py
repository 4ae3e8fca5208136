"""One line of a training's output: its measurements and its step.

What is read depends only on the line's shape — the line with its digits blurred — except for the digits
themselves: the scanner keeps the last line of each shape and relies on it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from store.cells import read_cell
from store.directions import known_metric
from store.headers import read_header
from store.names import name_key
from store.results.names import column_of, is_measured, result_name
from store.results.report import Result
from store.results.telling import ends_on_noun
from store.slotted import slotted
from store.units import unit_of
from store.vocabulary import words

__all__ = ["Line", "read_line"]


@slotted
class Line:
    """What one line says.

    Attributes:
        results: its measurements, in order.
        step: the step it is about, or None.
        names: where labels with digits stand: (start, end) in characters. Lines of one shape that differ
            there speak of different things: "eval_g0_loss" and "eval_g1_loss".
    """

    results: tuple[Result, ...] = ()
    step: int | None = None
    names: tuple[tuple[int, int], ...] = ()


@slotted
class Label:
    """The words in front of a value.

    Attributes:
        said: the words.
        marked: whether a sign binds them to it (":", "=" …).
        at: where they start.
        unit: that of a bracket behind them, "Time (s)".
    """

    said: str
    marked: bool
    at: int
    unit: str


_NUMBER = r"[-+]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?"
_NOT_FINITE = r"[-+]?(?:[nN]a[nN]|NAN|inf(?:inity)?|Inf(?:inity)?|INF)"
_CLOCK = r"[0-9]+h ?[0-9]+m(?: ?[0-9]+s)?|[0-9]+m ?[0-9]+s"
_UNIT = r"\s?(?:%|[A-Za-zµμ]+(?:/[A-Za-z]+)?)"
_VALUE = re.compile(
    rf"(?<![\w.@/+\-^#])(?:(?P<clock>(?:{_CLOCK})(?!\w))"
    rf"|(?P<number>{_NUMBER}|{_NOT_FINITE})(?![0-9])(?P<unit>{_UNIT}(?!\w))?)"
)
# What follows no measurement: the rest of a word, date, clock, version, fraction, list or product.
_GOES_ON = re.compile(r"\w|[-/:.,][0-9]|\s*(?:#|\*\s?[\w(])")
# Between a label and its value: "loss": "2.3", {'loss': np.float64(2.3)}, `loss` = ~2.3.
_AROUND = " \t\r\"'`*~≈$"
_SIGNS = (":", "=", "│", "┃", "->", "→")
_WRAPPED = re.compile(r"(?:np\.float[0-9]*|tensor|array)\(\Z")
_BRACKET = re.compile(r"\s*\(([^()]*)\)\Z")
_CUT = re.compile(r"[,;|│┃{}()\[\]<>\t\"'=:!?]|\s[-–—]\s|\s\s|\.\s(?![a-z])|\.\.")
# The words at the end that each begin with a letter: in "/20000 train_loss" the second.
_LETTERS = re.compile(r"(?<!\S)[^\W\d]\S*(?:\s(?:[^\W\d]\S*|%))*\s?\Z")
_FUNCTION = frozenset("with at of the to for in is was and after by on from than or if not".split())
_STEP = re.compile(
    r"(?<![\w/.\-])(?<!per )(?<!max )(?<!total )(?<!warmup )(?:global[_ ]?|train(?:ing)?[_ ])?"
    r"(?:step|iter|iteration|update)[\"']?\s*[:=#]?\s*([0-9][0-9,]{0,18})(?![\w.])|^s:([0-9]{1,18})(?=\s)",
    re.IGNORECASE,
)
_BAR = re.compile(r"\|\s*([0-9]{1,18})/[0-9]+ \[")
# A task of an evaluation, a download: not the run itself.
_ASIDE = re.compile(r"\W*(?:evaluating|downloading|loading|fetching|generating|map|filter)\b", re.IGNORECASE)
_LONGEST_LABEL = 120
_LONGEST_WORD = 40
_LONGEST_INTEGER = 40


def read_line(text: str, names: tuple[str, ...] = ()) -> Line:
    """Read one line of a training's output.

    Args:
        text: the line, without terminal codes.
        names: what else counts as the name of a result.

    Example:
        >>> line = read_line("step 00010/16704 (0.06%) | loss: 9.80 | lrm: 1.00 | tok/sec: 806,131")
        >>> line.step, [(result.name, result.value) for result in line.results]
        (10, [('loss', 9.8), ('tok/sec', 806131)])
        >>> [result.text for result in read_line("iter 100: loss 2.3456, time 35.2ms, mfu 12.3%").results]
        ['2.3456', '12.3%']
    """
    if _ASIDE.match(text):
        return Line()
    found: list[tuple[Result, bool]] = []
    digits: list[tuple[int, int]] = []
    before = 0
    for match in _VALUE.finditer(text):
        start, end = match.start(), match.end()
        unit = match["unit"] or ""
        if unit and not _is_unit(unit.strip(), glued=unit[0].isalpha() or unit[0] == "%"):
            unit, end = "", match.end("number")
        label = _label(text, before, start, names)
        before = end
        if label is None or _GOES_ON.match(text, end):
            continue
        said = label.said
        if any(map(str.isdigit, said)):
            digits.append((label.at, label.at + len(said)))
        if name := _name(said, label.marked, names):
            value = _value(text[start:end].strip(), match["number"], unit.strip() or label.unit)
            result = Result(name, *value) if value[2] else Result(name, *value[:2], read_header(said).unit)
            found.append((result, name == "time" and _is_bare_time(said)))
    step = _step(text, bool(found))
    return Line(_whole(found, step), step, tuple(digits))


def _whole(found: list[tuple[Result, bool]], step: int | None) -> tuple[Result, ...]:
    """Without the bare "time" that stands beside a step or other measurements: it is a part's."""
    if step is None and len(found) == 1:
        return (found[0][0],)
    return tuple(result for result, bare_time in found if not bare_time)


def _label(text: str, before: int, start: int, names: tuple[str, ...]) -> Label | None:
    """The words in front of a value, or None where they can't name one."""
    floor = max(before, start - _LONGEST_LABEL)
    head = text[floor:start].rstrip(_AROUND)
    if head.endswith("("):
        head = _WRAPPED.sub("", head).rstrip(_AROUND)
    marked = head.endswith(_SIGNS)
    if marked:
        head = head[: -2 if head.endswith("->") else -1].rstrip(_AROUND)
    elif not ends_on_noun(head[-_LONGEST_WORD:].rstrip(" .`*"), names):
        return None
    unit = ""
    if found := _BRACKET.search(head):
        unit = unit_of(found[1].strip())
        head = head[: found.start()]
    at = max((cut.end() for cut in _CUT.finditer(head)), default=0)
    found = _LETTERS.search(head[at:])
    if not found or not (said := found[0].rstrip(" .`*")):
        return None
    return Label(said, marked, floor + at + found.start(), unit)


@lru_cache(maxsize=8192)
def _name(said: str, marked: bool, names: tuple[str, ...]) -> str:
    """The result that the words before a value name, or "".

    Of words with a sign ("Minimum validation bpb: 0.75") all count, but an identifier stands for itself
    ("final_roundtrip val_loss:2.07"). Without one, only a metric's whole name does ("val loss 0.61").
    """
    spoken = said.split()
    if names and (own := column_of(said, names) or column_of(spoken[-1], names)):
        return own
    last = spoken[-1]
    if ("_" in last or "/" in last) and is_measured(last):
        return result_name(last)
    if marked:
        cut = max((at + 1 for at, word in enumerate(spoken) if word.lower() in _FUNCTION), default=0)
        for phrase in (said, " ".join(spoken[cut:])):
            if phrase and phrase.count(" ") < 5 and phrase[0].isalpha() and is_measured(phrase):
                return result_name(phrase)
    for length in range(min(3, len(spoken)), 0, -1):
        phrase = " ".join(spoken[-length:])
        if known_metric(phrase) and (marked or _is_telling(phrase)):
            return result_name(phrase)
    return ""


def _is_telling(phrase: str) -> bool:
    """Whether a name tells a metric with no sign at all: not "return 0", "core 3", "map 5"."""
    key = name_key(phrase)
    return key not in words("params")["everyday"]["words"] and (key != "core" or phrase == "CORE")


def _is_bare_time(said: str) -> bool:
    return {"time", "elapsed", "duration", "runtime"}.issuperset(name_key(said).split())


def _is_unit(spelled: str, *, glued: bool) -> bool:
    return bool(unit_of(spelled)) or (glued and spelled in words("units")["suffixes"])


def _value(text: str, digits: str | None, unit: str) -> tuple[str, int | float | None, str]:
    """A value's text, number and unit; without `digits` it is a clock, "4h16m"."""
    if digits is None:
        cell = read_cell(text)
        return text, cell.value if isinstance(cell.value, (int, float)) else None, cell.unit
    factor = words("units")["suffixes"].get(unit, 1) if not unit_of(unit) else 1
    return text, _number(digits, factor), unit_of(unit)


def _number(digits: str, factor: int) -> int | float | None:
    bare = digits.replace(",", "")
    if bare.lstrip("+-").isdigit() and len(bare) < _LONGEST_INTEGER:
        return int(bare) * factor
    value = float(bare)
    if value != value or abs(value) == float("inf"):
        return None
    return value if factor == 1 else float(f"{value * factor:.15g}")


def _step(text: str, has_results: bool) -> int | None:
    found = _STEP.search(text)
    if not found and has_results:
        found = _BAR.search(text)
    if not found:
        return None
    return int((found[1] or found[found.lastindex or 1]).replace(",", ""))
