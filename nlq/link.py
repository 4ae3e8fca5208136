"""Tokens → lattice: every span of words gets all the kinds of word it may be, each with a cost.

Costs: 0 as written < 0.1 stem < 0.15 another word for it < part of a column's name < 0.35 mended spelling.
A column is linked in all its roles at once (`COL`, `COL_F` …): the parse tables keep the ones that fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from nlq.lexicon import Lexicon, ValueHit
from nlq.literals import count_of, number_of, read_day, suffix_of, unit_after
from nlq.tokens import Token, key, name_key
from nlq.vocabulary import (
    Phrase,
    canonical,
    function_words,
    generic_words,
    keyword_words,
    known_names,
    phrases,
    singular,
)
from store.catalog import Column
from store.slotted import slotted
from store.units import unit_of
from store.vocabulary import words

__all__ = ["Edge", "Lattice", "Mention", "Month", "Quantity", "link"]

COLUMN_ROLES = ("COL", "COL_F", "COL_A", "COL_G", "COL_S", "COL_P", "COL_OF", "COL_M", "COL_N")
LONGEST = 7


@slotted
class Mention:
    """Words that name a column.

    Attributes:
        columns: those it names equally well, in order of preference.
        also: those whose names hold the words among others.
        text: the words as written. whole: they are the column's whole name.
    """

    columns: tuple[Column, ...]
    also: tuple[Column, ...]
    text: str
    whole: bool = False


@slotted
class Quantity:
    """A unit after a number: its canonical name, or "" with the factor of a suffix ("1M")."""

    unit: str
    factor: int = 1


@slotted
class Month:
    """A month, with a day or a year where told."""

    month: int
    day: int | None = None
    year: int | None = None


Payload = str | int | float | date | datetime | Mention | Quantity | Month | tuple[ValueHit, ...]


@slotted
class Edge:
    """A span of tokens as one kind of word.

    Attributes:
        start, end: token positions. terminal: the kind. payload: what it means.
        how: "" as written, else how it was matched ("stem", "spelling", "part", "alias"), for the answer.
    """

    start: int
    end: int
    terminal: str
    payload: Payload
    cost: float
    how: str = ""


@slotted(frozen=False)
class Lattice:
    """All edges by their start, and what it costs to leave each token out.

    Attributes:
        skip: per token, the cost of leaving it out. content: per token, whether leaving it out is told.
    """

    tokens: list[Token]
    edges: list[list[Edge]]
    skip: list[float]
    content: list[bool]


def link(tokens: list[Token], lexicon: Lexicon) -> Lattice:
    """Link every span of the question."""
    edges: list[list[Edge]] = [[] for _ in tokens]
    forms = [_forms(token, lexicon) for token in tokens]
    for start in range(len(tokens)):
        found = edges[start]
        found.extend(_keywords(tokens, forms, start, lexicon.tells_runs))
        found.extend(_nouns(tokens, forms, start, lexicon))
        found.extend(_columns(tokens, forms, start, lexicon))
        found.extend(_values(tokens, forms, start, lexicon))
        found.extend(_literals(tokens, start, lexicon))
        found.extend(_shorthand(tokens, start, lexicon))
        found.extend(_runs_by_number(tokens, start, lexicon))
        found.extend(_absent(tokens, forms, start, lexicon))
    _texts(tokens, edges, lexicon)
    skip, content = _skips(tokens, edges, lexicon)
    return Lattice(tokens, edges, skip, content)


Forms = tuple[tuple[str, float, str], ...]


def _forms(token: Token, lexicon: Lexicon) -> Forms:
    """A token's known forms with their costs: itself, else what it may be mended to."""
    if token.kind != "word":
        return ((token.norm, 0.0, ""),)
    plain = ((token.norm, 0.0, ""),)
    if token.norm.endswith("s") and any(map(str.isdigit, token.norm)):
        plain = (*plain, (token.norm[:-1], 0.02, ""))  # "A100s", "d12s"
    return (*plain, *lexicon.variants(token.norm), *_suffixed(token.norm, lexicon))


_SUFFIXES = ("ing", "ed", "d", "er", "ion", "ment", "al", "ings", "ation", "e")


def _suffixed(word: str, lexicon: Lexicon) -> Iterator[tuple[str, float, str]]:
    """Words of columns that differ by an ending: "opened" and `Opening`, "rank" and `Ranking`."""
    if len(word) < 4 or word in function_words() or singular(word) in lexicon.by_word:
        return
    for known in lexicon.by_word:
        if known[:4] == word[:4] and known != word and _same_stem(word, known):
            yield known, 0.1, ""


def _same_stem(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter) and longer[len(shorter) :] in _SUFFIXES:
        return True
    ends = [
        (a, b) for a in (*_SUFFIXES, "") for b in (*_SUFFIXES, "") if one.endswith(a) and other.endswith(b)
    ]
    return any(
        one[: len(one) - len(a)] == other[: len(other) - len(b)] != "" and len(one) - len(a) >= 4
        for a, b in ends
    )


def _keywords(tokens: list[Token], forms: list[Forms], start: int, runs: bool) -> Iterator[Edge]:
    for word, cost, how in forms[start]:
        for phrase in phrases(word):
            total, hows, end = cost, how, start + len(phrase.words)
            if end > len(tokens):
                continue
            for at, wanted in enumerate(phrase.words[1:], start + 1):
                match = next((form for form in forms[at] if form[0] == wanted), None)
                if match is None:
                    break
                total, hows = total + match[1], hows or match[2]
            else:
                if phrase.terminal != "NUMBER":
                    yield from _keyword_edges(start, end, phrase, total, hows, runs)


def _keyword_edges(start: int, end: int, phrase: Phrase, cost: float, how: str, runs: bool) -> Iterator[Edge]:
    terminal = phrase.terminal
    if terminal.startswith("DECLINE"):
        cost += 0.0 if runs else 0.4
        if terminal == "DECLINE_FIRST" and start > 0:
            return
        terminal = "DECLINE"
    yield Edge(start, end, terminal, phrase.meaning, cost, how)
    if terminal == "T_UNIT" and phrase.meaning in ("day", "week", "month", "quarter", "year"):
        yield Edge(start, end, "T_UNIT_G", phrase.meaning, cost, how)
    if terminal == "MONTH":
        yield Edge(
            start, end, "MONTH_B", phrase.meaning, cost + (0.8 if phrase.words == ("may",) else 0.1), how
        )


def _nouns(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    for noun in lexicon.nouns:
        end = start + len(noun)
        if end > len(tokens):
            continue
        total, how = 0.0, ""
        for at, wanted in enumerate(noun, start):
            match = next((form for form in forms[at] if singular(form[0]) == wanted), None)
            if match is None:
                break
            total, how = total + match[1], how or match[2]
        else:
            for terminal in ("NOUN", "NOUN_H"):
                yield Edge(start, end, terminal, " ".join(noun), total, how)


# -- columns


def _columns(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    free = function_words()
    for end in range(start + 1, min(start + LONGEST, len(tokens)) + 1):
        if any(token.kind in ("op", "quoted") for token in tokens[start:end]):
            return
        if (end > start + 1 and tokens[end - 1].comma) or tokens[start].norm == "no":
            return
        best: tuple[float, Mention, str] | None = None
        for span, cost, how in _spans(forms, start, end):
            inner = tuple(
                w
                for i, w in enumerate(span)
                if w not in free or (len(span) == 1) or _kept(w, i, span, lexicon)
            )
            for wanted in dict.fromkeys((span, inner)):
                if not wanted or (
                    len(wanted) < len(span) and (span[0] not in wanted or span[-1] not in wanted)
                ):
                    continue
                mention = _mention(canonical(wanted), tokens[start:end], lexicon, _denied(tokens, start))
                if mention and (best is None or cost + mention[0] < best[0]):
                    best = (cost + mention[0], mention[1], how or mention[2])
        if best:
            cost, mention, how = best
            ended = 0.3 if end > start + 1 and tokens[start].norm in _ENDS else 0.0
            for terminal in COLUMN_ROLES:
                yield Edge(start, end, terminal, mention, cost + (ended if terminal == "COL" else 0.0), how)
            if mention.columns[0].type == "bool":
                yield Edge(start, end, "BARE_FLAG", mention, cost, how)


_ENDS = frozenset(("best", "max", "min", "worst", "highest", "lowest"))


_DENIED = frozenset(("not", "except", "excluding", "without"))


def _denied(tokens: list[Token], start: int) -> bool:
    """Whether a word of denial stands before, give or take a word that says nothing ("not the value embedding")."""
    before = [token.norm for token in tokens[max(0, start - 3) : start]]
    while before and before[-1] in function_words() and before[-1] not in _DENIED:
        before.pop()
    return bool(before) and before[-1] in _DENIED


def _kept(word: str, at: int, span: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether a function word at an end of a span is a word of some column's name."""
    return at in (0, len(span) - 1) and singular(word) in lexicon.by_word


def _spans(forms: list[Forms], start: int, end: int) -> Iterator[tuple[tuple[str, ...], float, str]]:
    """The span in its known forms; at most one word of it mended."""
    plain = tuple(forms[at][0][0] for at in range(start, end))
    yield plain, 0.0, ""
    for at in range(start, end):
        for word, cost, how in forms[at][1:]:
            yield plain[: at - start] + (word,) + plain[at - start + 1 :], cost, how


def _mention(
    wanted: tuple[str, ...], span: list[Token], lexicon: Lexicon, denied: bool = False
) -> tuple[float, Mention, str] | None:
    """The columns whose names hold all the words, the nearest name first."""
    lists = [lexicon.by_word.get(word) for word in set(wanted)]
    if not lists or any(not found for found in lists):
        return None
    numbers = set(lists[0] or ()).intersection(*(found or () for found in lists[1:]))
    nouns = {word for noun in lexicon.nouns for word in noun}
    nouns |= {
        word for word in lexicon.by_word if len(word) > 2 and any(noun.startswith(word) for noun in nouns)
    }
    costs: dict[int, tuple[float, bool]] = {}
    for number in numbers:
        name = lexicon.names[number]
        if (
            not denied
            and lexicon.catalog.columns[name.column].role == "change"
            and len(name.words) > len(set(wanted))
        ):
            continue  # a parameter told in prose is called by its whole name
        if name.cost and len(name.words) > len(wanted):
            continue  # half of another word for it says nothing
        missing = sum(_weight(word, nouns) for word in name.words if word not in wanted)
        matched = sum(_weight(word, nouns) for word in wanted)
        cost = name.cost + 0.4 * missing / (missing + matched)
        if missing and name.last not in wanted:
            cost += 0.05  # "embedding" says less of "embedding_lr" than "lr" does
        if name.column not in costs or cost < costs[name.column][0]:
            costs[name.column] = (cost, not missing and not name.cost)
    if not costs:
        return None
    least = min(cost for cost, _ in costs.values())
    columns = lexicon.catalog.columns
    ranked = sorted(costs, key=lambda c: (costs[c][0], _rank(columns[c]), c))
    near = [c for c in ranked if costs[c][0] <= least + 0.06]
    near += [c for c in ranked if c not in near and _kin(columns[c], wanted, columns[near[0]])]
    text = " ".join(token.text for token in span)
    mention = Mention(
        tuple(columns[c] for c in near),
        tuple(columns[c] for c in ranked if c not in near),
        text,
        costs[ranked[0]][1],
    )
    return least, mention, "" if least == 0 else "part"


def _kin(column: Column, wanted: tuple[str, ...], first: Column) -> bool:
    """Whether a column is another kind of a parameter that is asked for by its family's name: `matrix_lr` of "lr"."""
    family = canonical(tuple(name_key(" ".join(wanted))))
    if family not in [canonical(tuple(name.split())) for name in words("columns")["families"]]:
        return False
    name = canonical(name_key(column.name))
    return column.kind == first.kind and column.type == first.type and name[-len(family) :] == family


def _weight(word: str, nouns: set[str]) -> float:
    return 0.1 if word in nouns else 0.2 if word in generic_words() else 0.5 if word in _SPLITS else 1.0


_SPLITS = {"val": 0, "valid": 0, "validation": 0, "eval": 1, "test": 2, "train": 4}


def _rank(column: Column) -> int:
    """Of equally good names: validation before test before training, as papers report them."""
    parts = key(column.name)
    return min((rank for word, rank in _SPLITS.items() if word in parts), default=3)


# -- values


def _values(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    token = tokens[start]
    if token.kind == "op":
        return
    if token.kind == "quoted":
        if hits := lexicon.values.get(key(token.text)):
            yield from _value_edges(start, start + 1, hits, 0.0, "", False)
        return
    free, numbered = function_words(), _numbered(tokens, lexicon)
    for end in range(start + 1, min(start + 12, len(tokens)) + 1):
        if tokens[end - 1].kind in ("op", "quoted"):
            return
        for span, cost, how in _spans(forms, start, end):
            hits = lexicon.values.get(span)
            if hits is None and end == start + 1:
                hits = lexicon.values.get((singular(span[0]),)) if span[0].isalpha() else None
                cost += 0.05
            if not hits and end == start + 1:
                hits = lexicon.cells(span[0])
            if not hits and end == start + 1 and lexicon.tells_runs and _names_part(span[0], free):
                hits = lexicon.parts(span[0])
                cost += 0.25
            if not hits:
                continue
            if len(span) == 1 and span[0] in free:
                cost += 0.15 if _same_case(token, hits, start) else 0.8
            if lexicon.tells_runs and " ".join(span) in _state_words():
                hits = [hit for hit in hits if _tells_state(hit, lexicon)]
            bare = token.kind == "number" and end == start + 1 and start not in numbered
            yield from _value_edges(start, end, hits, cost, how, bare)


def _names_part(word: str, free: frozenset[str]) -> bool:
    """Whether a word is telling enough to name a cell by a part of it."""
    if word in free or word in keyword_words():
        return False
    return (any(map(str.isdigit, word)) and not word.isdigit()) or len(word) > 3


def _tells_state(hit: ValueHit, lexicon: Lexicon) -> bool:
    """Whether a cell that reads like a state is one: of a status that every run has, or of a column that is none."""
    if hit.column.role == "status":
        return hit.column.count == lexicon.catalog.rows
    return hit.column.kind in ("run", "param")


def _state_words() -> frozenset[str]:
    """Words that say how a run ended: where not every run has a status, they ask for the state."""
    return frozenset(spelled for spellings in words("keywords")["STATE"].values() for spelled in spellings)


def _same_case(token: Token, hits: list[ValueHit], start: int) -> bool:
    """A capital in mid-sentence, as the cell has it, says that a function word is meant as a value."""
    return start > 0 and token.text[:1].isupper() and any(str(hit.value) == token.text for hit in hits)


def _value_edges(
    start: int, end: int, hits: list[ValueHit], cost: float, how: str, bare: bool
) -> Iterator[Edge]:
    if not hits:
        return
    runs = tuple(hit for hit in hits if hit.column.kind == "run")
    if runs and bare:
        cost += 0.4  # "top 3" is not the run that is called 3
    if runs:
        for terminal in ("RUN", "RUN_R", "RUN_T"):
            yield Edge(start, end, terminal, runs, cost, how)
    yield Edge(start, end, "VALUE", tuple(hits), cost + (0.02 if runs else 0.0), how)


def _runs_by_number(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """ "run 47": the noun and a number are a run's name where one is called so."""
    if start + 1 < len(tokens) and start + 1 in _numbered(tokens, lexicon):
        run = lexicon.catalog.role("run")
        hits = lexicon.values.get((tokens[start + 1].norm,), ())
        runs = tuple(hit for hit in hits if run is not None and hit.column.key == run.key)
        if runs and _is_noun(tokens[start], lexicon):
            for terminal in ("RUN", "RUN_R", "RUN_T", "VALUE"):
                yield Edge(start, start + 2, terminal, runs, 0.0)


def _is_noun(token: Token, lexicon: Lexicon) -> bool:
    return any(noun == (singular(token.norm),) for noun in lexicon.nouns)


def _numbered(tokens: list[Token], lexicon: Lexicon) -> set[int]:
    """Positions of numbers that follow the noun, one after the other: "runs 1, 2 and 3"."""
    found: set[int] = set()
    open_ = False
    for at, token in enumerate(tokens):
        if _is_noun(token, lexicon):
            open_ = True
        elif open_ and token.kind == "number":
            found.add(at)
        elif not (open_ and token.norm in ("and", "or", "to", "vs", "with", "than")):
            open_ = False
    return found


def _absent(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """Names that every researcher knows and this history does not record: "learning rate", "test accuracy"."""
    if not lexicon.tells_runs:
        return
    for end in range(start + 1, min(start + 4, len(tokens)) + 1):
        name = canonical(tuple(token.norm for token in tokens[start:end]))
        if name in known_names() and not _recorded(name, lexicon):
            text = " ".join(token.text for token in tokens[start:end])
            yield Edge(start, end, "ABSENT", text, 0.3)


def _recorded(name: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether some column is called so, or a kind of it; or some value or long text holds the words."""
    lists = [lexicon.by_word.get(word) for word in name]
    if all(lists) and set(lists[0] or ()).intersection(*(found or () for found in lists[1:])):
        return True
    return name in lexicon.values or " ".join(name) in lexicon.text


# -- numbers, dates, shorthand


_THAN = frozenset(("than", "least", "most", "exactly"))


def _before_noun(tokens: list[Token], start: int, lexicon: Lexicon) -> bool:
    """Whether a number counts rows: "depths with more than 3 runs" is no comparison of depths."""
    return start + 1 < len(tokens) and _is_noun(tokens[start + 1], lexicon)


def _literals(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    token = tokens[start]
    number = number_of(token)
    if token.norm in ("a", "an") and start + 1 < len(tokens) and unit_after(tokens[start + 1]):
        number = 1  # "longer than an hour"
    if number is not None:
        counts = start > 0 and tokens[start - 1].norm in _THAN and _before_noun(tokens, start, lexicon)
        yield Edge(start, start + 1, "NUM", number, 0.35 if counts else 0.0)
        if token.comma:
            yield Edge(start, start + 1, "NUM_C", number, 0.0)
        if (count := count_of(token)) is not None:
            yield Edge(start, start + 1, "N_LIM", count, 0.0)
            yield Edge(start, start + 1, "N_SUP", count, 0.0)
            if 1950 <= count <= 2050 and token.kind == "number":
                yield Edge(start, start + 1, "YEAR", count, 0.0)
    if day := read_day(token):
        yield Edge(start, start + 1, "DATE", day, 0.0)
    if token.norm == "in" and start + 1 < len(tokens) and (wanted := unit_of(tokens[start + 1].text)):
        if len(tokens[start + 1].norm) > 2 or start + 2 == len(tokens):
            yield Edge(start, start + 2, "IN_UNIT", wanted, 0.0)
    if start and (unit := unit_after(token)):
        yield Edge(start, start + 1, "UNIT", Quantity(unit), 0.0)
    if start and (factor := suffix_of(token)):
        yield Edge(start, start + 1, "UNIT", Quantity("", factor), 0.0)
    if token.kind == "quoted":
        yield Edge(start, start + 1, "TEXT", token.text, 0.0)
    yield from _month_days(tokens, start)


_MONTHS = {spelled: int(number) for number, names in words("keywords")["MONTH"].items() for spelled in names}
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\Z")


def _month_days(tokens: list[Token], start: int) -> Iterator[Edge]:
    """ "jan 5", "5 january", "january 5 2026", "5th of march": a month with its day."""
    span = tokens[start : start + 4]
    norms = [token.norm for token in span]
    if len(norms) >= 2 and norms[0] in _MONTHS and (day := _ORDINAL.match(norms[1])):
        month, rest = Month(_MONTHS[norms[0]], int(day[1])), 2
    elif len(norms) >= 2 and (day := _ORDINAL.match(norms[0])):
        at = 2 if norms[1] == "of" and len(norms) > 2 else 1
        if norms[at] not in _MONTHS:
            return
        month, rest = Month(_MONTHS[norms[at]], int(day[1])), at + 1
    else:
        return
    if not month.day or not 1 <= month.day <= 31:
        return
    end = start + rest
    for terminal in ("MONTH_DAY", "MONTH_DAY_B"):
        yield Edge(start, end, terminal, month, 0.0)
    if end < len(tokens) and re.fullmatch(r"(19|20)\d\d", tokens[end].norm):
        for terminal in ("MONTH_DAY", "MONTH_DAY_B"):
            yield Edge(start, end + 1, terminal, Month(month.month, month.day, int(tokens[end].norm)), 0.0)


_SHORTHAND = re.compile(r"([a-z]{1,3})(\d+(?:\.\d+)?)s?\Z")


def _shorthand(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """`d12` where there is a column `depth`, `bs64` where there is a batch size."""
    match = _SHORTHAND.match(tokens[start].norm)
    if not match or tokens[start].kind != "word":
        return
    for name in words("columns").get("shorthand", {}).get(match[1], ()):
        numbers = lexicon.by_word.get(
            canonical((name,))[0] if " " not in name else canonical(tuple(name.split()))[0], []
        )
        wanted = set(canonical(tuple(name.split())))
        for number in numbers:
            spelled = lexicon.names[number]
            column = lexicon.catalog.columns[spelled.column]
            if spelled.words == wanted and column.type in ("integer", "number"):
                value = float(match[2]) if "." in match[2] else int(match[2])
                yield Edge(start, start + 1, "VALUE", (ValueHit(column, value),), 0.05, "")
                return


# -- texts that are only mentioned


def _texts(tokens: list[Token], edges: list[list[Edge]], lexicon: Lexicon) -> None:
    """Free text after a word of mentioning, and words that nothing knows but some long cell holds."""
    free = function_words()
    after = {edge.end for bucket in edges for edge in bucket if edge.terminal == "LIKE"}
    after |= {at + 1 for at in after if at < len(tokens) and tokens[at].norm in free}
    asked = any(edge.terminal == "TRIED_Q" for bucket in edges for edge in bucket)
    for start, token in enumerate(tokens):
        if token.kind in ("op", "quoted"):
            continue
        for end in range(start + 1, min(start + 4, len(tokens)) + 1):
            if any(t.kind == "op" for t in tokens[start:end]) or (end > start + 1 and tokens[end - 1].comma):
                break
            text = " ".join(t.text for t in tokens[start:end])
            ends_free = tokens[start].norm in free or tokens[end - 1].norm in free
            held = not ends_free and _held(tokens[start:end], lexicon.text)
            if (
                not held
                and not ends_free
                and text.endswith("s")
                and any(map(str.isdigit, token.norm))
                and end == start + 1
            ):
                text = text[:-1]  # "A100s"
                held = text.lower() in lexicon.text
            if not held and any(t.norm in ("and", "or") for t in tokens[start:end]):
                continue
            if start in after and not ends_free:
                cost = 0.02 if held else 0.1 + 0.3 * (end - start - 1)
                edges[start].append(Edge(start, end, "TEXT", text, cost))
            strong = any(
                e.cost < 0.3 and e.end >= end for e in edges[start] if e.terminal not in ("TEXT", "MENTION")
            )
            if (
                not lexicon.tells_runs
                or token.norm in lexicon.about
                or strong
                or len(token.norm) < 3
                or token.norm in _COMPARATIVES
            ):
                continue
            if held:
                if _placed(tokens, edges, start, end, lexicon):
                    edges[start].append(Edge(start, end, "MENTION", text, 0.7))
            elif asked and end == start + 1 and not ends_free and token.norm not in keyword_words():
                edges[start].append(
                    Edge(start, end, "MENTION", singular(text) if text.islower() else text.rstrip("s"), 0.75)
                )


def _placed(tokens: list[Token], edges: list[list[Edge]], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether words stand where a condition would: before the noun ("warmup runs") or after "with", "about", "not"."""
    if end < len(tokens) and _is_noun(tokens[end], lexicon):
        return True
    at = start - 1
    while at >= 0 and tokens[at].norm in ("the", "a", "an", "any", "some", "all", "ever"):
        at -= 1
    if at < 0:
        return start > 0
    if tokens[at].norm in _BEFORE_TEXT:
        return True
    return any(
        e.end == at + 1 and e.terminal in ("NOT", "LIKE", "TRIED_Q", "TRIED", "SHARE")
        for bucket in edges[: at + 1]
        for e in bucket
    )


_BEFORE_TEXT = frozenset(
    "with without about using on for mention of no not used by tried in and or any".split()
)

_COMPARATIVES = frozenset(
    "better worse lower higher longer shorter faster slower bigger larger smaller cheaper more less time times deeper".split()
)


def _held(span: list[Token], text: str) -> bool:
    """Whether the words stand beside each other in some long cell."""
    first = span[0].norm
    if first not in text:
        return False
    pattern = r"[\W_]*".join(re.escape(token.norm) for token in span)
    plural = "(?:s|es)?" if len(span[-1].norm) > 3 else ""
    return re.search(rf"(?<![^\W_]){pattern}{plural}(?![^\W_])", text) is not None


_SPOKEN = frozenset(
    ("COUNT", "CARD", "ABOUT", "TRIED_Q", "TRIED", "WHEN", "COMPARE", "CHANGED", "IMPROVED", "DECLINE", "NOT")
)


def _skips(tokens: list[Token], edges: list[list[Edge]], lexicon: Lexicon) -> tuple[list[float], list[bool]]:
    """The cost of leaving out each token: nothing for function words, dear for what changes the meaning."""
    free, heavy, generic = function_words(), frozenset(words("function")["heavy"]), generic_words()
    vague = frozenset(words("function")["vague"])
    skip: list[float] = []
    content: list[bool] = []
    free_before = False
    spoken = {
        at for bucket in edges for edge in bucket if edge.terminal in _SPOKEN and edge.cost < 0.3
        for at in range(edge.start, edge.end)
    }  # fmt: skip
    for token, bucket in zip(tokens, edges, strict=True):
        kinds = {edge.terminal for edge in bucket if edge.end == edge.start + 1 and edge.cost < 0.3}
        starts = {edge.terminal for edge in bucket if edge.cost < 0.3}
        if token.kind == "op":
            cost, told = 2.5, True
        elif token.norm in lexicon.about and "VALUE" not in kinds:
            cost, told = 0.0, False
        elif token.kind in ("number", "quoted"):
            cost, told = 2.0, True
        elif (
            token.norm in ("every", "each")
            and len(skip) + 1 < len(tokens)
            and tokens[len(skip) + 1].kind == "number"
        ):
            cost, told = 1.7, True  # "every 1000 steps"
        elif token.norm in heavy:
            cost, told = 0.9 if kinds & {"NOT", "OP", "BETWEEN", "SUP"} else 0.35, False
        elif not free_before and token.norm in ("when", "why", "who"):
            cost, told = (
                (0.8, lexicon.tells_runs) if lexicon.tells_runs or token.norm != "who" else (0.0, False)
            )
        elif "DECLINE" in {edge.terminal for edge in bucket}:
            cost, told = 1.7, False
        elif (token.norm in vague or (token.norm in free and len(token.norm) > 4)) and singular(
            token.norm
        ) in lexicon.by_word:
            cost, told = 0.6, False
        elif token.norm in free:
            cost, told = (0.25 if starts & {"BY", "EACH"} else 0.0), False
        elif kinds & {
            "NOT",
            "OP",
            "AGG",
            "BETWEEN",
            "MISSING",
            "STATE",
            "VS",
            "COMPARE",
            "SUP",
            "COUNT",
            "BETTER",
            "ORD",
        }:
            cost, told = 1.6, True
        elif "NOUN" in kinds:
            cost, told = 0.3, False
        elif kinds & {"VALUE", "RUN"}:
            cost, told = 1.3, True
        elif token.norm in generic:
            beside = any(
                edge.terminal == "COL" and edge.cost < 0.2 and (edge.end == len(skip) or edge.start == len(skip) + 1)
                for row in edges for edge in row
            )  # fmt: skip
            cost, told = (0.3, False) if beside else (0.5, True)
        elif len(token.norm) == 1:
            cost, told = 0.5, True
        elif kinds & set(COLUMN_ROLES):
            cost, told = 1.1, True
        else:
            cost, told = 1.0, True
        if len(skip) in spoken:
            cost = max(cost, 0.15)
        free_before = free_before or token.norm not in ("and", "so", "but")
        skip.append(cost)
        content.append(told)
    return skip, content
