"""Numbers, units and dates; columns and runs that are told by a number: `d12`, "run 47"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nlq.columns import NUMERIC, date_column, is_id, is_set
from nlq.lattice import Edge, Month, Quantity
from nlq.lexicon import Lexicon
from nlq.link.forms import is_noun
from nlq.literals import count_of, number_of, read_day, suffix_of, unit_after
from nlq.tokens import Token
from nlq.value_index import ValueHit
from nlq.vocabulary import canonical, phrases, singular
from store.catalog import Column
from store.dates import read_date
from store.units import unit_of
from store.vocabulary import words

__all__ = ["literals", "numbered", "runs_by_code", "runs_by_number", "shorthand"]

_THAN = frozenset(("than", "least", "most", "exactly"))
_ASKING = frozenset(("what", "whats", "which", "who", "how", "show", "list", "give"))
"""Another clause begins with these: "depth is 24, which is the best" asks for no 24 best."""

_ALIKE = 3
"""Runs that may be meant by one number together."""

_MONTHS = {spelled: int(number) for number, names in words("keywords")["MONTH"].items() for spelled in names}
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\Z")
_ORDINALS = frozenset(("st", "nd", "rd", "th"))
_PLAIN = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
_SHORTHAND = re.compile(r"([a-z]{1,3})(\d+(?:\.\d+)?)s?\Z")


def literals(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """What a token says by itself: a number, a day, a unit, a quoted text."""
    token = tokens[start]
    if token.kind == "quoted" and not lexicon.tells_runs:
        yield from _in_quotes(start, token)
    yield from _number(tokens, start, lexicon)
    yield from _top_few(tokens, start, lexicon)
    if day := read_day(token):
        yield Edge(start, start + 1, "DATE", day, 0.0)
    after = tokens[start + 1].norm if start + 1 < len(tokens) else ""
    if token.norm == "for" and not lexicon.tells_runs and re.fullmatch(r"(19|20)\d\d", after):
        yield Edge(start, start + 1, "IN_T", "", 0.0)  # "the champion for 2000"
    if token.norm == "in" and start + 1 < len(tokens) and (wanted := unit_of(tokens[start + 1].text)):
        told = len(tokens[start + 1].norm) > 2 or start + 2 == len(tokens)
        told = told and (lexicon.tells_runs or singular(tokens[start + 1].norm) not in lexicon.by_word)
        if told and (lexicon.tells_runs or (tokens[start + 1].norm,) not in lexicon.values):
            yield Edge(start, start + 2, "IN_UNIT", wanted, 0.0)
    if start and (unit := unit_after(token)):
        yield Edge(start, start + 1, "UNIT", Quantity(unit), 0.0)
    if start and (factor := suffix_of(token)):
        yield Edge(start, start + 1, "UNIT", Quantity("", factor), 0.0)
    if token.kind == "quoted":
        yield Edge(start, start + 1, "TEXT", token.text, 0.0)
    capitals = len(token.text) > 1 and token.text.isupper() and token.text.isalpha()
    if not lexicon.tells_runs and (token.kind == "quoted" or capitals):
        yield Edge(start, start + 1, "TEXT_Q", token.text, 0.0)
    yield from _month_days(tokens, start, date_column(lexicon.catalog) is not None)


def _in_quotes(start: int, token: Token) -> Iterator[Edge]:
    """ "when points is \"12\"": quotes around a cell that is no text."""
    if day := read_date(token.text):
        yield Edge(start, start + 1, "DATE", day, 0.0)
    plain = token.text.strip("$%")
    said = replace(token, kind="number", norm=plain) if _PLAIN.fullmatch(plain) else token
    if (number := number_of(said)) is not None:
        yield Edge(start, start + 1, "NUM", number, 0.0)


def _number(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """A number as a value, a limit, a place in an order or a year."""
    token = tokens[start]
    number = number_of(token)
    if token.norm in ("a", "an") and start + 1 < len(tokens) and unit_after(tokens[start + 1]):
        number = 1  # "longer than an hour"
    if number is None:
        return
    counts = start > 0 and tokens[start - 1].norm in _THAN and _before_noun(tokens, start, lexicon)
    more = not lexicon.tells_runs and _or_more_rows(tokens, start, lexicon)
    counts = counts or more
    rows = more or (counts and is_noun(tokens[start + 1], lexicon))
    yield Edge(start, start + 1, "NUM", number, 0.35 if rows else 0.6 if counts else 0.0)
    if token.comma:
        yield Edge(start, start + 1, "NUM_C", number, 0.0)
    if not lexicon.tells_runs and _begins_a_span(tokens, start, number):
        yield Edge(start, start + 1, "NUM_T", number, 0.0)
    if (count := count_of(token)) is not None:
        if not (tokens[start + 1 :] and tokens[start + 1].norm in _ASKING):
            yield Edge(
                start, start + 1, "N_LIM", count, 0.12 if _after_column(tokens, start, lexicon) else 0.0
            )
        yield Edge(start, start + 1, "N_SUP", count, 0.0)
        if (1950 if lexicon.tells_runs else 1000) <= count <= 2050 and token.kind == "number":
            yield Edge(start, start + 1, "YEAR", count, 0.0)


_BEFORE_SPAN = frozenset(("from", "between", "range", "ranging", "ratio", "score"))


def _begins_a_span(tokens: list[Token], start: int, low: float) -> bool:
    """ "1000 to 8000 students", of which no word before says that it is a span."""
    if start + 2 >= len(tokens) or tokens[start + 1].norm != "to":
        return False
    high = number_of(tokens[start + 2])
    return high is not None and low < high and not (start and tokens[start - 1].norm in _BEFORE_SPAN)


def _or_more_rows(tokens: list[Token], start: int, lexicon: Lexicon) -> bool:
    """ "Two or more students" counts rows."""
    said = [token.norm for token in tokens[start + 1 : start + 3]]
    ends = said[:1] == ["or"] and said[-1] in ("more", "fewer", "less")
    return ends and start + 3 < len(tokens) and is_noun(tokens[start + 3], lexicon)


def _after_column(tokens: list[Token], start: int, lexicon: Lexicon) -> bool:
    """Whether a number stands right behind a column of numbers: "at depth 24, best run" limits nothing."""
    if not start or tokens[start].comma or not lexicon.tells_runs:
        return False
    named = (lexicon.names[number] for number in lexicon.by_word.get(singular(tokens[start - 1].norm), ()))
    return any(lexicon.catalog.columns[name.column].type in NUMERIC for name in named if len(name.words) == 1)


def _top_few(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """ "The top 3 most expensive", "top 3 fastest": how many, where the words behind it tell the end."""
    if tokens[start].norm != "top" or start + 2 >= len(tokens):
        return
    count, word = count_of(tokens[start + 1]), tokens[start + 2].norm
    ends = word in ("most", "least", "best", "worst") or word.endswith("est")
    graded = not lexicon.tells_runs and any(phrase.terminal == "GRADE" for phrase in phrases(word))
    if count is not None and (ends or graded):
        yield Edge(start, start + 2, "N_LIM", count, 0.0)


def _before_noun(tokens: list[Token], start: int, lexicon: Lexicon) -> bool:
    """Whether a number counts rows: "depths with more than 3 runs" is no comparison of depths."""
    if start + 1 >= len(tokens):
        return False
    return is_noun(tokens[start + 1], lexicon) or _names_a_thing(tokens[start + 1], lexicon)


def _names_a_thing(token: Token, lexicon: Lexicon) -> bool:
    """Whether a word is no more than the name of things that a column names: "more than one course"."""
    if lexicon.tells_runs:
        return False
    named = [lexicon.names[number] for number in lexicon.by_word.get(singular(token.norm), ())]
    columns = [lexicon.catalog.columns[name.column] for name in named if name.cost < 0.05]
    return bool(columns) and all(is_id(c) or (c.type == "text" and is_set(c) is None) for c in columns)


def _month_days(tokens: list[Token], start: int, dated: bool) -> Iterator[Edge]:
    """ "jan 5", "5 january", "january 5 2026", and of what has dates "5th of march": a month with its day."""
    ahead = range(start, min(start + 5, len(tokens)))
    kept = [at for at in ahead if not (dated and tokens[at].glued and tokens[at].norm in _ORDINALS)][:4]
    if kept[:1] != [start]:
        return
    norms = [tokens[at].norm for at in kept]
    if len(norms) >= 2 and norms[0] in _MONTHS and (day := _ORDINAL.match(norms[1])):
        month, rest = Month(_MONTHS[norms[0]], int(day[1])), 2
    elif len(norms) >= 2 and (day := _ORDINAL.match(norms[0])):
        at = 2 if norms[1] == "of" and len(norms) > 2 else 1
        if norms[at] not in _MONTHS:
            return
        month, rest = Month(_MONTHS[norms[at]], int(day[1])), at + 1
    elif _goes_on(tokens, start) and (day := _ORDINAL.match(norms[0])):
        named = next(token.norm for token in reversed(tokens[:start]) if token.norm in _MONTHS)
        month, rest = Month(_MONTHS[named], int(day[1])), 1
    else:
        return
    if not month.day or not 1 <= month.day <= 31:
        return
    end = kept[rest] if rest < len(kept) else kept[-1] + 1
    for terminal in ("MONTH_DAY", "MONTH_DAY_B"):
        yield Edge(start, end, terminal, month, 0.0)
    if end < len(tokens) and re.fullmatch(r"(1[5-9]|20)\d\d", tokens[end].norm):
        for terminal in ("MONTH_DAY", "MONTH_DAY_B"):
            yield Edge(start, end + 1, terminal, Month(month.month, month.day, int(tokens[end].norm)), 0.0)


def _goes_on(tokens: list[Token], start: int) -> bool:
    """ "Jan 12 to 16": the month of the first day is that of the second."""
    before = [token.norm for token in tokens[max(0, start - 3) : start]]
    return len(before) == 3 and before[2] in ("and", "to", "through") and before[0] in _MONTHS


def shorthand(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """`d12` where there is a column `depth`, `bs64` where there is a batch size."""
    match = _SHORTHAND.match(tokens[start].norm)
    if not match or tokens[start].kind != "word":
        return
    value = float(match[2]) if "." in match[2] else int(match[2])
    found: list[ValueHit] = []
    for name in words("columns").get("shorthand", {}).get(match[1], ()):
        wanted = canonical(tuple(name.split()))
        for number in lexicon.by_word.get(wanted[0], ()):
            spelled = lexicon.names[number]
            column = lexicon.catalog.columns[spelled.column]
            if spelled.words != set(wanted):
                continue
            if column.type in ("integer", "number"):
                found.append(ValueHit(column, value))
            elif written := [
                v for v in map(str, column.values) if v.lower() in (match[0].rstrip("s"), match[2])
            ]:
                found.append(ValueHit(column, tuple(written) if written[1:] else written[0]))
    held = [hit for hit in found if hit.value in hit.column.values or isinstance(hit.value, (str, tuple))]
    if best := max(held, key=lambda hit: hit.column.count, default=next(iter(found), None)):
        yield Edge(start, start + 1, "VALUE", (best,), 0.05, "")


def runs_by_number(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """ "run 47": the noun and a number are a run's name where one is called so, or ends in it: "tune/47"."""
    if start + 1 < len(tokens) and start + 1 in numbered(tokens, lexicon):
        run = lexicon.catalog.role("run")
        hits = lexicon.values.of((tokens[start + 1].norm,))
        runs = tuple(hit for hit in hits if run is not None and hit.column.key == run.key)
        number = number_of(tokens[start + 1])
        if not runs and run is not None and run.type == "integer" and _within(number, run):
            runs = (ValueHit(run, number),)  # of many numbers the lexicon has not all
        goes_on = any(token.joined for token in tokens[start + 2 : start + 3])  # "run-001-a" is another name
        if not runs and run is not None and isinstance(number, int) and not goes_on:
            runs = _ending_in(number, run)
        if runs and is_noun(tokens[start], lexicon):
            for terminal in ("RUN", "RUN_R", "RUN_T", "VALUE"):
                yield Edge(start, start + 2, terminal, runs, 0.0)


def runs_by_code(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """ "exp 4", "exp4": the run that is called "exp-004"; a column of that name comes first."""
    run = lexicon.catalog.role("run")
    written = re.fullmatch(r"([^\W\d_]+)(\d+)", tokens[start].norm)
    word, end = (written[1], start + 1) if written else (tokens[start].norm, start + 2)
    number = int(written[2]) if written else number_of(tokens[start + 1]) if end <= len(tokens) else None
    if run is None or run.type != "text" or run.distinct > len(run.values) or word in lexicon.by_word:
        return
    if tokens[start].kind != "word" or not isinstance(number, int) or not word.isalpha():
        return
    called = re.compile(rf"{re.escape(word)}[_\-# ]?0*{number}\Z", re.IGNORECASE).match
    found = [name for name in _names_to(number, run) if called(name)]
    if len(found) == 1 and found[0].lower() != " ".join(t.norm for t in tokens[start:end]):
        for terminal in ("RUN", "RUN_R", "RUN_T", "VALUE"):
            yield Edge(start, end, terminal, (ValueHit(run, found[0]),), 0.05)


def _within(number: float | int | None, column: Column) -> bool:
    low, high = column.low, column.high
    return (
        isinstance(number, int) and isinstance(low, int) and isinstance(high, int) and low <= number <= high
    )


def _ending_in(number: int, run: Column) -> tuple[ValueHit, ...]:
    """The runs whose names end in a number of its own, one of each study: no fraction, no exponent."""
    if run.type != "text" or run.distinct > len(run.values):
        return ()
    ends = re.compile(rf"(?:.*[^\W\d].*)?(?<![0-9.][eE])[/_\-# :]0*{number}\Z").match
    found = tuple(name for name in _names_to(number, run) if ends(name))
    return (ValueHit(run, found if found[1:] else found[0]),) if 0 < len(found) <= _ALIKE else ()


def _names_to(number: int, run: Column) -> list[str]:
    """The names of runs that end in the digits of a number: few, so that a pattern is tried on few."""
    digits = str(number)
    return [name for name in map(str, run.values) if name.endswith(digits)]


def numbered(tokens: list[Token], lexicon: Lexicon) -> set[int]:
    """Positions of numbers that follow the noun, one after the other: "runs 1, 2 and 3"."""
    found: set[int] = set()
    open_ = False
    for at, token in enumerate(tokens):
        if is_noun(token, lexicon):
            open_ = True
        elif open_ and token.kind == "number":
            found.add(at)
        elif not (open_ and token.norm in ("and", "or", "to", "vs", "with", "than")):
            open_ = False
    return found
