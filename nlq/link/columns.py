"""Names of columns: whole, by another word for them, by a part; and names that are recorded nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlq.columns import is_called_by_its_thing, is_id, is_set
from nlq.lattice import COLUMN_ROLES, FULL_NAME, Edge, Mention
from nlq.lexicon import Lexicon, Name
from nlq.link.forms import Forms, is_noun, spans
from nlq.tokens import Token, key, name_key
from nlq.vocabulary import canonical, function_words, generic_words, known_names, singular
from store.catalog import Column
from store.vocabulary import words

__all__ = ["absent", "columns", "orders_to_name"]

LONGEST = 7
"""Words of a question that may be one column's name."""

_ENDS = frozenset(("best", "max", "min", "maximum", "minimum", "worst", "highest", "lowest"))
"""Words that rather ask for an end than begin a name: "best loss"."""

_JOINING = frozenset("and or nor but with without where whose that which using".split())
"""Words that never stand inside one column's name: "runs with time above 2" is not the run time."""

_GROUPING = frozenset(("by", "per"))
_SMALL = frozenset("of the a an in on for to its their his her".split())
"""Words that may stand inside a column's name in a question: "type of the product"."""

_NUMBERED = re.compile(r"([a-z]+)(\d+)")

_MERE = frozenset(
    "of the per is s in for to by a an are was were on at from with has have had as or and not no it all any "
    "do does did be been this that than its their his her who which what".split()
)
"""Words that name no column by themselves, unless that is its whole name."""

_BEFORE_FLAG = frozenset("is are was were be been being not isnt arent wasnt werent also currently".split())
"""Words before what holds or does not: "that are active"."""

_PLACING = frozenset("is are was were do does did has have can the they it he she each every a and".split())
"""Behind "where" these ask for a place; a column's name begins a condition."""

_ITSELF = frozenset(("name", "names", "value", "values", "info", "information"))
_DENIED = frozenset(("not", "except", "excluding", "without"))
_SPLITS = {"val": 0, "valid": 0, "validation": 0, "eval": 1, "test": 2, "train": 4}
"""Splits of the data, in the order in which one is meant where none is named."""

Found = tuple[float, Mention, str]
"""What a mention costs, the mention, how it was matched."""


def columns(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """The spans from a token on that name columns, in all the roles of one."""
    denies = tokens[start].norm == "no"
    if (denies and lexicon.tells_runs) or _joins_where(tokens, start):
        return
    if not start and not lexicon.tells_runs and orders_to_name(tokens):
        return
    if tokens[start].kind == "quoted":
        if exact := _quoted(tokens[start], lexicon):
            for terminal in COLUMN_ROLES:
                yield Edge(start, start + 1, terminal, exact, 0.0, "")
        return
    for end in range(start + 1, min(start + LONGEST, len(tokens)) + 1):
        last = tokens[end - 1]
        if last.kind in ("op", "quoted") or (end > start + 1 and last.comma):
            break
        if end > start + 2 and last.norm == tokens[start].norm:
            break  # "memory with memory above 60": a name is over where it begins again
        if end <= start + 2 and not lexicon.tells_runs and _counts_rows(tokens, start, lexicon):
            continue
        if best := _best(tokens, forms, start, end, lexicon):
            cost, mention, how = best
            if denies and not (mention.whole and (end > start + 1 or _names_one(tokens, start))):
                continue  # "no hits" is none of them, "the no in series" is called so
            ended = 0.3 if end > start + 1 and tokens[start].norm in _ENDS else 0.0
            if ended and not lexicon.tells_runs and mention.whole and _is_listed(tokens, start, end):
                ended = 0.0  # "the names and max speeds"
            if lexicon.tells_runs and (_is_top_few(tokens, start, end, lexicon) or _is_place(tokens, start)):
                cost += 0.6
            for terminal in COLUMN_ROLES:
                yield Edge(start, end, terminal, mention, cost + (ended if terminal == "COL" else 0.0), how)
            if mention.columns[0].type == "bool":
                yield Edge(start, end, "BARE_FLAG", mention, cost, how)
            elif not lexicon.tells_runs and is_set(mention.columns[0]) is not None:
                told = start > 0 and tokens[start - 1].norm in _BEFORE_FLAG
                told = told or (end < len(tokens) and is_noun(tokens[end], lexicon))
                yield Edge(start, end, "BARE_FLAG", mention, 0.0 if told else cost + 0.15, how)

    yield from _as_a_share(tokens, start, lexicon)
    if both_names := _full_name(tokens, start, lexicon):
        end = start + 1 + (tokens[start].norm == "full")
        for terminal in COLUMN_ROLES:
            yield Edge(start, end, terminal, both_names, 0.0, "")
    if shared := _sharing_a_head(tokens, start, lexicon):
        end, cost, mention = shared
        for terminal in COLUMN_ROLES:
            yield Edge(start, end, terminal, mention, cost, "")


def _is_place(tokens: list[Token], start: int) -> bool:
    """ "Second most used": a place in an order, and no seconds."""
    if tokens[start].norm not in ("second", "third") or start + 1 == len(tokens):
        return False
    word = tokens[start + 1].norm
    return word in ("most", "least", "best", "worst") or word.endswith("est")


def _is_top_few(tokens: list[Token], start: int, end: int, lexicon: Lexicon) -> bool:
    """ "Top 5 models by top1": so many of them, though a column is called `top5`."""
    if end != start + 2 or tokens[start].norm != "top" or tokens[start + 1].glued or end == len(tokens):
        return False
    word = tokens[end].norm
    if not tokens[start + 1].norm.isdigit():
        return False
    plural = singular(word) != word and (is_noun(tokens[end], lexicon) or singular(word) in lexicon.by_word)
    return plural or word == "by"


def _is_listed(tokens: list[Token], start: int, end: int) -> bool:
    """Whether a span stands beside another one that is joined to it by "and"."""
    before = [token.norm for token in tokens[max(0, start - 2) : start] if token.norm != "the"]
    return before[-1:] == ["and"] or (end < len(tokens) and tokens[end].norm == "and")


def _counts_rows(tokens: list[Token], start: int, lexicon: Lexicon) -> bool:
    """ "The largest number of orders" counts them: it is no quantity of one."""
    said = [token.norm for token in tokens[start : start + 2]]
    if said != ["number", "of"] or start + 2 >= len(tokens) or not is_noun(tokens[start + 2], lexicon):
        return False
    return singular(tokens[start + 2].norm) != tokens[start + 2].norm


_BEFORE_ONE = frozenset("the what which a as lowest highest smallest largest minimum maximum average".split())


def _names_one(tokens: list[Token], start: int) -> bool:
    """Whether "no" stands where only a noun can: "the no", "what no", "for no of 42", "as no"."""
    after = tokens[start + 1].norm if start + 1 < len(tokens) else ""
    before = tokens[start - 1].norm if start else ""
    return before in _BEFORE_ONE or after in ("of", "is", "being") or after.isdigit()


def orders_to_name(tokens: list[Token]) -> bool:
    """ "Name the rivers": the first word is no column."""
    return tokens[0].norm == "name" and len(tokens) > 1 and tokens[1].norm in ("the", "all", "each", "every")


def _joins_where(tokens: list[Token], start: int) -> bool:
    """ "The scores where decision is Brodeur" asks for no place."""
    after = tokens[start + 1].norm if start + 1 < len(tokens) else ""
    return tokens[start].norm == "where" and bool(after) and after not in _PLACING


def _quoted(token: Token, lexicon: Lexicon) -> Mention | None:
    """A column in quotes is that column and none of its kin: "lr" beside `matrix_lr`."""
    named = [column for column in lexicon.catalog.columns if column.name.casefold() == token.norm]
    return Mention(tuple(named), (), token.text, True, True) if named else None


_SHARES = frozenset(("percentage", "percent", "proportion", "share", "rate", "ratio"))


def _as_a_share(tokens: list[Token], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """ "The black percentage", "the percentage of white people": of a column that holds percentages."""
    if lexicon.tells_runs:
        return
    for end in range(start + 2, min(start + LONGEST, len(tokens)) + 1):
        said = [token.norm for token in tokens[start:end]]
        if said[-1] in _SHARES:
            named = said[:-1]
        elif said[0] in _SHARES and said[1] == "of":
            named = said[2:]
        else:
            continue
        found = _mention(canonical(tuple(named)), tokens[start:end], lexicon, False) if named else None
        if found and found[0] < 0.2 and _holds_shares(found[1].columns[0]):
            for terminal in COLUMN_ROLES:
                yield Edge(start, end, terminal, found[1], found[0], "")


def _holds_shares(column: Column) -> bool:
    """Whether a column's numbers are shares of a whole."""
    if column.type == "text":
        return bool(column.values) and str(column.values[0]).endswith("%")
    shown = column.type == "number" and isinstance(column.high, (int, float)) and column.high <= 100
    return column.unit == "%" or (shown and isinstance(column.low, (int, float)) and column.low >= 0)


def _full_name(tokens: list[Token], start: int, lexicon: Lexicon) -> Mention | None:
    """ "Full name" where first and last names are columns of their own."""
    said = [singular(token.norm) for token in tokens[start : start + 2]]
    bare = said[:1] == ["name"] and not lexicon.tells_runs and not _is_called_name(lexicon)
    if said != ["full", "name"] and not bare:
        return None
    parts = [_whole((part, "name"), lexicon) for part in ("first", "last")]
    found = tuple(column for column in parts if column is not None)
    return Mention(found, (), FULL_NAME, True) if len(found) == 2 and found[0] is not found[1] else None


def _is_called_name(lexicon: Lexicon) -> bool:
    """Whether a column is a name by its own name, rather than a first or a last one."""
    named = (lexicon.names[number] for number in _holding(("name",), lexicon))
    own = lexicon.noun_words | {"name", "full"}
    return any(name.cost < 0.1 and name.words <= own for name in named)


def _sharing_a_head(tokens: list[Token], start: int, lexicon: Lexicon) -> tuple[int, float, Mention] | None:
    """ "first" of "first and last name", "start" of "start and end dates": the head stands further on."""
    for end in (start + 1, start + 2):
        after = tokens[end : end + 4]
        if len(after) < 3 or (after[0].norm not in ("and", "or") and not after[0].comma):
            continue
        own = tuple(token.norm for token in tokens[start:end])
        at = end + 1 if after[0].norm in ("and", "or") else end
        for stop in (at + 2, at + 3):
            other = tuple(token.norm for token in tokens[at:stop])
            first = _whole((*own, *other[-1:]), lexicon)
            if (
                len(tokens) >= stop
                and other[-1] not in own
                and first
                and _whole(other, lexicon) not in (None, first)
            ):
                mention = Mention((first,), (), " ".join((*own, other[-1])), True)
                return end, 0.0, mention
    return None


def _whole(name: tuple[str, ...], lexicon: Lexicon) -> Column | None:
    """The column that words name: all of them are needed, and none of its own is missing but generic ones."""
    costs = _costs(canonical(name), lexicon, False)
    one = min(costs, key=lambda c: costs[c][0], default=None)
    if one is None or costs[one][0] > 0.2 or sum(cost[0] <= costs[one][0] for cost in costs.values()) > 1:
        return None
    return lexicon.catalog.columns[one]


def _best(tokens: list[Token], forms: list[Forms], start: int, end: int, lexicon: Lexicon) -> Found | None:
    """The cheapest way to read a span as a column."""
    best: Found | None = None
    denied = _denied(tokens, start)
    denied_number = tokens[start].norm == "no" and end > start + 1  # "no deaths" is no number of them
    for span, cost, how in spans(forms, start, end):
        for wanted, extra in _wanted(span, lexicon):
            found = _mention(canonical(wanted), tokens[start:end], lexicon, denied)
            mere = _JOINING if lexicon.tells_runs else _MERE
            if found and not found[1].whole and mere.issuperset(wanted):
                continue
            if found and not lexicon.tells_runs and _is_a_count(tokens[start:end], found[1], lexicon):
                continue
            if found and denied_number and "no" not in name_key(found[1].columns[0].name):
                continue
            if found and (best is None or cost + extra + found[0] < best[0]):
                best = (cost + extra + found[0], found[1], how or found[2])
    named = None if lexicon.tells_runs else _named_thing(tokens[start:end], lexicon)
    return named if named and (best is None or named[0] < best[0]) else best


def _named_thing(span: list[Token], lexicon: Lexicon) -> Found | None:
    """ "The name of the party" of a column that is called party and holds names."""
    said = [token.norm for token in span]
    thing = [word for word in said[2:] if word not in _SMALL]
    if said[:1] not in (["name"], ["names"]) or said[1:2] != ["of"] or not thing:
        return None
    if any((singular(word),) in lexicon.nouns for word in thing):
        return None
    found = _mention(canonical(tuple(thing)), span, lexicon, False)
    column = found[1].columns[0] if found else None
    return found if column is not None and column.type == "text" and not is_id(column) else None


def _is_a_count(span: list[Token], mention: Mention, lexicon: Lexicon) -> bool:
    """ "The number of flights" counts them: no flight number is meant, nor "of claims" the amount of one."""
    said, column = [token.norm for token in span], mention.columns[0]
    if len(said) < 3 or said[:2] != ["number", "of"] or singular(said[-1]) == said[-1]:
        return False
    rows = (singular(said[-1]),) in lexicon.nouns and not mention.whole
    return rows or column.type == "text" or is_id(column)


def _wanted(span: tuple[str, ...], lexicon: Lexicon) -> Iterator[tuple[tuple[str, ...], float]]:
    """A span with its function words, and without those inside it; each with what it costs."""
    yield span, 0.0
    if len(span) == 1 and not lexicon.tells_runs and (cut := _NUMBERED.fullmatch(span[0])):
        yield (cut[1], cut[2]), 0.0  # "ch1" of a column that is called ch 1
    if len(span) == 2 and (glued := "".join(map(singular, span))) in lexicon.by_word:
        yield (glued,), 0.0  # "grade points" of a column that is written as one word
    if lexicon.tells_runs:
        free = function_words()
        if _GROUPING.intersection(span[1:-1]):
            return  # "best step by eval loss" names no `eval_steps`
        inner = tuple(w for i, w in enumerate(span) if w not in free or _kept(w, i, span, lexicon))
    else:
        inner = tuple(w for w in span if w not in _SMALL)
        if len(inner) > 1 and inner[-1] in _ITSELF:
            yield inner[:-1], 0.0  # "the party name" of a column that is called party
        first = singular(span[0])
        for noun in lexicon.nouns:
            if noun[0] != first or len(span) <= len(noun):
                continue
            if tuple(map(singular, span[: len(noun)])) == noun:
                yield span[len(noun) :], 0.03  # "match date" of the date of a match
    if inner and inner != span and span[0] in inner and span[-1] in inner and not _JOINING.intersection(span):
        yield inner, 0.0


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
    if (named := _names_first(ranked, wanted, columns)) != ranked and not lexicon.tells_runs:
        ranked, near = named, named[:1]
    near += [c for c in ranked if c not in near and _kin(columns[c], wanted, columns[near[0]])]
    mention = Mention(
        tuple(columns[c] for c in near),
        tuple(columns[c] for c in ranked if c not in near),
        " ".join(token.text for token in span),
        costs[ranked[0]][1],
    )
    return least, mention, "" if least == 0 else "part"


def _names_first(ranked: list[int], wanted: tuple[str, ...], columns: Sequence[Column]) -> list[int]:
    """ "Which customers": their names and not their numbers, where there are no fewer names than numbers."""
    first = columns[ranked[0]]
    if len(wanted) != 1 or not is_called_by_its_thing(first, wanted[0]):
        return ranked
    for at in ranked[1:]:
        if _is_name_of(columns[at], wanted) and columns[at].distinct >= first.distinct:
            return [at, *(c for c in ranked if c != at)]
    return ranked


def _is_name_of(column: Column, thing: tuple[str, ...]) -> bool:
    """Whether a column is called as what names a thing: `customer_name`, `customer_details`."""
    called = canonical(name_key(column.name))
    return column.type == "text" and called in {
        canonical((*thing, word)) for word in ("name", "details", "detail")
    }


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
        if (
            len(name.words) > len(wanted)
            and name.cost
            and (lexicon.tells_runs or not name.other <= set(wanted))
        ):
            continue  # half of another word for it says nothing
        cost, whole = _cost(name, wanted, lexicon)
        if wanted == ("year",) and "per" in name_key(lexicon.catalog.columns[name.column].name):
            cost += 0.0 if lexicon.tells_runs else 0.3  # races per year are no year
        if not lexicon.tells_runs and not whole and not lexicon.catalog.columns[name.column].count:
            cost += 0.4  # "all information" is not the column of it that nobody has filled in
        if lexicon.tells_runs and len(wanted) > 1 and wanted[-1] in _ITSELF and name.last != wanted[-1]:
            cost, whole = cost + 0.3, False  # "embedding LR values" are no values of "value embedding LR"
        if name.column not in costs or cost < costs[name.column][0]:
            costs[name.column] = (cost, whole)
    return costs


def _holding(wanted: tuple[str, ...], lexicon: Lexicon) -> set[int]:
    """The names of columns, by their numbers, that hold all the words."""
    lists = [lexicon.by_word.get(word, ()) for word in wanted]
    return set(lists[0]).intersection(*lists[1:]) if lists else set()


def _cost(name: Name, wanted: tuple[str, ...], lexicon: Lexicon) -> tuple[float, bool]:
    """What it costs to call a column by these words of a name, and whether they are all of it."""
    nouns = lexicon.noun_words
    missing = sum(_weight(word, nouns) for word in name.words if word not in wanted)
    if missing and not lexicon.tells_runs and name.words.difference(wanted) == lexicon.called:
        missing = 0.05  # the "id" of an order item is its own, not that of the order
    matched = sum(_weight(word, nouns) for word in wanted)
    cost = name.cost + 0.4 * missing / (missing + matched)
    measured = not lexicon.tells_runs and name.words.difference(wanted) <= _MEASURES
    if missing and name.last not in wanted and not measured:  # "area" says all of "area (km2)"
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
    if len(word) == 1 and word.isalpha():
        return 0.2  # `d_name`: a letter stands for what the rest belongs to
    if word in generic_words() or word == "full" or word in _MEASURES:
        return 0.1 if word in nouns else 0.2
    return 0.1 if word in nouns else 0.5 if word in _SPLITS else 1.0


_MEASURES = frozenset(
    "km km2 sqkm sq kg kgs lb lbs g mg mph kmh kph cm mm ft feet inch inches miles mile usd eur gbp dollars "
    "dollar euros million millions thousand thousands celsius fahrenheit kw mw acres hectares".split()
)
"""Words of a column's name that only say in what it is measured."""


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
