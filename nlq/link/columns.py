"""Names of columns: whole, by another word for them, by a part; and names that are recorded nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from nlq.lattice import COLUMN_ROLES, Edge, Mention
from nlq.lexicon import Lexicon, Name
from nlq.link.forms import Forms, spans
from nlq.tokens import Token, key, name_key
from nlq.vocabulary import canonical, function_words, generic_words, known_names, singular
from store.catalog import Column
from store.vocabulary import words

__all__ = ["absent", "columns"]

LONGEST = 7
"""Words of a question that may be one column's name."""

_ENDS = frozenset(("best", "max", "min", "worst", "highest", "lowest"))
"""Words that rather ask for an end than begin a name: "best loss"."""

_DENIED = frozenset(("not", "except", "excluding", "without"))
_SPLITS = {"val": 0, "valid": 0, "validation": 0, "eval": 1, "test": 2, "train": 4}
"""Splits of the data, in the order in which one is meant where none is named."""

Found = tuple[float, Mention, str]
"""What a mention costs, the mention, how it was matched."""


def columns(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """The spans from a token on that name columns, in all the roles of one."""
    if tokens[start].norm == "no":
        return
    for end in range(start + 1, min(start + LONGEST, len(tokens)) + 1):
        last = tokens[end - 1]
        if last.kind in ("op", "quoted") or (end > start + 1 and last.comma):
            return
        if best := _best(tokens, forms, start, end, lexicon):
            cost, mention, how = best
            ended = 0.3 if end > start + 1 and tokens[start].norm in _ENDS else 0.0
            for terminal in COLUMN_ROLES:
                yield Edge(start, end, terminal, mention, cost + (ended if terminal == "COL" else 0.0), how)
            if mention.columns[0].type == "bool":
                yield Edge(start, end, "BARE_FLAG", mention, cost, how)


def _best(tokens: list[Token], forms: list[Forms], start: int, end: int, lexicon: Lexicon) -> Found | None:
    """The cheapest way to read a span as a column."""
    best: Found | None = None
    denied = _denied(tokens, start)
    for span, cost, how in spans(forms, start, end):
        for wanted in _wanted(span, lexicon):
            found = _mention(canonical(wanted), tokens[start:end], lexicon, denied)
            if found and (best is None or cost + found[0] < best[0]):
                best = (cost + found[0], found[1], how or found[2])
    return best


def _wanted(span: tuple[str, ...], lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    """A span with its function words, and without those inside it."""
    yield span
    free = function_words()
    inner = tuple(w for i, w in enumerate(span) if w not in free or _kept(w, i, span, lexicon))
    if inner != span and span[0] in inner and span[-1] in inner:
        yield inner


def _kept(word: str, at: int, span: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether a function word is all there is, or at an end and a word of some column's name."""
    return len(span) == 1 or (at in (0, len(span) - 1) and singular(word) in lexicon.by_word)


def _denied(tokens: list[Token], start: int) -> bool:
    """Whether a word of denial stands before, or before words that say nothing: "not the embedding"."""
    before = [token.norm for token in tokens[max(0, start - 3) : start]]
    while before and before[-1] in function_words() and before[-1] not in _DENIED:
        before.pop()
    return bool(before) and before[-1] in _DENIED


def _mention(wanted: tuple[str, ...], span: list[Token], lexicon: Lexicon, denied: bool) -> Found | None:
    """The columns whose names hold all the words, the nearest name first."""
    costs = _costs(wanted, lexicon, denied)
    if not costs:
        return None
    least = min(cost for cost, _ in costs.values())
    columns = lexicon.catalog.columns
    ranked = sorted(costs, key=lambda c: (costs[c][0], _rank(columns[c]), c))
    near = [c for c in ranked if costs[c][0] <= least + 0.06]
    near += [c for c in ranked if c not in near and _kin(columns[c], wanted, columns[near[0]])]
    mention = Mention(
        tuple(columns[c] for c in near),
        tuple(columns[c] for c in ranked if c not in near),
        " ".join(token.text for token in span),
        costs[ranked[0]][1],
    )
    return least, mention, "" if least == 0 else "part"


def _costs(wanted: tuple[str, ...], lexicon: Lexicon, denied: bool) -> dict[int, tuple[float, bool]]:
    """Of every column with a name that holds the words: its least cost, whether they are all of it."""
    numbers = _holding(wanted, lexicon)
    if not numbers:
        return {}
    costs: dict[int, tuple[float, bool]] = {}
    for number in sorted(numbers):
        name = lexicon.names[number]
        change = lexicon.catalog.columns[name.column].role == "change"
        if change and not denied and len(name.words) > len(set(wanted)):
            continue  # a parameter told in prose is called by its whole name
        if name.cost and len(name.words) > len(wanted):
            continue  # half of another word for it says nothing
        cost, whole = _cost(name, wanted, lexicon.noun_words)
        if name.column not in costs or cost < costs[name.column][0]:
            costs[name.column] = (cost, whole)
    return costs


def _holding(wanted: tuple[str, ...], lexicon: Lexicon) -> set[int]:
    """The names of columns, by their numbers, that hold all the words."""
    lists = [lexicon.by_word.get(word, ()) for word in wanted]
    return set(lists[0]).intersection(*lists[1:]) if lists else set()


def _cost(name: Name, wanted: tuple[str, ...], nouns: frozenset[str]) -> tuple[float, bool]:
    """What it costs to call a column by these words of a name, and whether they are all of it."""
    missing = sum(_weight(word, nouns) for word in name.words if word not in wanted)
    matched = sum(_weight(word, nouns) for word in wanted)
    cost = name.cost + 0.4 * missing / (missing + matched)
    if missing and name.last not in wanted:
        cost += 0.05  # "embedding" says less of "embedding_lr" than "lr" does
    return cost, not missing and not name.cost


def _kin(column: Column, wanted: tuple[str, ...], first: Column) -> bool:
    """Whether a column is another kind of a parameter asked for by its family's name: `matrix_lr` of "lr"."""
    family = canonical(tuple(name_key(" ".join(wanted))))
    if family not in [canonical(tuple(name.split())) for name in words("columns")["families"]]:
        return False
    name = canonical(name_key(column.name))
    return column.kind == first.kind and column.type == first.type and name[-len(family) :] == family


def _weight(word: str, nouns: frozenset[str]) -> float:
    return 0.1 if word in nouns else 0.2 if word in generic_words() else 0.5 if word in _SPLITS else 1.0


def _rank(column: Column) -> int:
    """Of equally good names: validation before test before training, as papers report them."""
    parts = key(column.name)
    return min((rank for word, rank in _SPLITS.items() if word in parts), default=3)


def absent(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """Names that every researcher knows and this history does not record: "learning rate"."""
    if not lexicon.tells_runs:
        return
    for end in range(start + 1, min(start + 4, len(tokens)) + 1):
        name = canonical(tuple(token.norm for token in tokens[start:end]))
        if name in known_names() and not _recorded(name, lexicon):
            text = " ".join(token.text for token in tokens[start:end])
            yield Edge(start, end, "ABSENT", text, 0.3)


def _recorded(name: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether some column is called so, or a kind of it; or some value or long text holds the words."""
    return bool(_holding(name, lexicon)) or name in lexicon.values or " ".join(name) in lexicon.text
