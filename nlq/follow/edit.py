"""The pieces of a reading as parts of a query: each may take the place of one of the last query's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from nlq.columns import date_column, is_set
from nlq.follow.cues import Cues
from nlq.follow.numbers import filled, of_groups
from nlq.follow.pointed import freed_columns, use_pointed
from nlq.follow.relative import stepped
from nlq.lattice import Mention
from nlq.parse import Reading
from nlq.pieces import (
    Aggregate,
    Filter,
    Group,
    Have,
    Piece,
    Recorded,
    RunPiece,
    Show,
    Sort,
    Super,
    Word,
)
from nlq.query import Agg, Among, Condition, Having, Item, Order, Query, Select, conditions
from nlq.resolve.aggregates import computed
from nlq.resolve.comparing import implied
from nlq.resolve.draft import Draft
from nlq.resolve.group_key import group_key
from nlq.resolve.grouping import doubt_an_end
from nlq.resolve.places import take_places
from nlq.resolve.ranking import with_column
from nlq.resolve.sorting import sorting
from nlq.resolve.superlatives import end_of
from nlq.resolve.times import bucket
from nlq.resolve.where import conditions_of
from nlq.tokens import Token
from store.catalog import Catalog
from store.slotted import slotted
from store.vocabulary import words

__all__ = ["Edit", "End", "read_edit"]


@slotted
class End:
    """A superlative: which end, of how many rows, of which order where its column is told.

    Attributes:
        column: what it speaks of, "" where that is left to the last query.
        called: it is called by the name of a function ("the maximum"), not as one of several ("the highest").
    """

    which: str
    count: int | None = None
    offset: int = 0
    order: Order | None = None
    called: bool = False


@slotted
class Edit:
    """What new words say, as parts of a query.

    Attributes:
        where: conditions. show: columns named. group: columns behind "by" or "each".
        items: what is computed. functions: functions whose columns are left to the last query.
        order: columns to sort by. turned: only a direction, and whether it is descending.
        limit: so many rows. topic: of a card. compare: it is to be laid beside something.
        asks: it has a word of asking ("what is", "which"), so that a column is one to show.
        lists: it asks which they are, and not how many.
        changed: only what differs is asked for ("what changed between them").
        freed: columns of the last query's conditions of which any value will do ("for all depths").
    """

    where: tuple[Condition, ...] = ()
    show: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    each: bool = False
    items: tuple[Item, ...] = ()
    functions: tuple[str, ...] = ()
    ends: tuple[End, ...] = ()
    order: tuple[Order, ...] = ()
    turned: bool | None = None
    having: tuple[Having, ...] = ()
    limit: int | None = None
    topic: str = ""
    compare: bool = False
    asks: bool = False
    distinct: bool = False
    every: bool = False
    unit: str = ""
    lists: bool = False
    freed: tuple[str, ...] = ()
    changed: bool = False

    @property
    def only_where(self) -> bool:
        """Whether it says conditions and nothing else."""
        return bool(self.where) and self == Edit(where=self.where, asks=self.asks, lists=self.lists)

    @property
    def empty(self) -> bool:
        """Whether it says nothing at all."""
        return self == Edit(asks=self.asks, lists=self.lists)


def read_edit(
    reading: Reading, last: Query, cues: Cues, catalog: Catalog, now: datetime, tokens: Sequence[Token]
) -> tuple[Edit, Draft] | None:
    """The parts of a query that a reading says; None for a report.

    Raises:
        nlq.resolve.draft.Refusal: where the history has no column for one of them.
    """
    if isinstance(reading.pieces[0], Recorded):
        return None
    asked = Draft(catalog, reading.pieces, now, tokens)
    placed = [_placed(piece, last, catalog, tokens) for piece in reading.pieces]
    pieces = (piece if made else filled(piece, last, asked) for piece, made in placed)
    draft = Draft(catalog, tuple(pieces), now, tokens)
    take_places(draft)
    draft.cost += 0.2 * _names_flags(draft)
    use_pointed(draft, last, cues)
    freed = freed_columns(draft, last)
    topic = _topic(draft)
    changed = draft.has("CHANGED")
    compare = changed or draft.has("COMPARE") or any(w.meaning != "weak" for w in draft.words("VS"))
    meant = next((word.meaning for word in draft.words("COMPARE") if word.meaning), "")
    draft.use_words("COMPARE", "CHANGED", "VS", "SHARE" if not draft.has("COUNT") else "")
    dated = _dated(draft)
    asks = draft.has("LIST", "COUNT", "USED") or any(token.norm in _asking() for token in tokens)
    lists = asks and not draft.has("COUNT") and not draft.holds(Aggregate)
    ends = tuple(_end(sup, draft, last) for sup in draft.of(Super) if not sup.rows and not sup.common)
    draft.cost += 0.5 * max(0, len(ends) - 1) + 0.1 * (draft.holds(Aggregate) and bool(ends))
    functions = _functions(draft)
    items = tuple(computed(draft))
    doubt_an_end(list(items), (), draft)
    having = _having(draft, last)
    order, turned = _order(draft)
    if draft.holds(Group) and not order and {token.norm for token in tokens} & _SORTING:
        draft.cost += 0.1  # "sort by cost"
    group, each = _groups(draft)
    where = stepped(conditions(conditions_of(draft)), last, tokens)
    distinct, every = draft.has("DISTINCT"), draft.has("EVERY")
    units = [word.meaning for word in draft.words("IN_UNIT")]
    draft.use_words("DISTINCT", "EVERY", "IN_UNIT")
    show = (*_shown(draft), *dated, *implied(meant, draft))
    edit = Edit(
        where, show, group, each, items, functions, ends, order, turned, having,
        None, topic, compare, asks, distinct, every, units[0] if units else "", lists, freed, changed,
    )  # fmt: skip
    return edit, draft


def _placed(piece: Piece, last: Query, catalog: Catalog, tokens: Sequence[Token]) -> tuple[Piece, bool]:
    """ "Within 5%" after "within 1% of the best", "bottom 10%" after a top by CORE: by that column too."""
    place = next(
        (one for one in conditions(last.where) if isinstance(one, Among) and one.what in ("near", "share")),
        None,
    )
    if place is None:
        return piece, False
    column = catalog.column(place.keys[0])
    mention = Mention((column,), (), column.name)
    if isinstance(piece, Super) and piece.percent and piece.mention is None and not piece.hint:
        return replace(piece, mention=mention), True
    if isinstance(piece, Filter) and piece.numbers and tokens[piece.start].norm == "within":
        return replace(piece, op="near", condition=None, hint="", mention=mention), True
    return piece, False


# -- the parts


def _names_flags(draft: Draft) -> bool:
    """Whether a reading shows a column of yes and no: "how many are automated" is a condition before that."""
    if draft.runs or "whether" in {token.norm for token in draft.tokens}:
        return False
    return any(is_set(show.mention.columns[0]) is not None for show in draft.of(Show))


def _dated(draft: Draft) -> tuple[str, ...]:
    """The column of dates, where "when" asks for it; "when depth is 24" names none."""
    where_said = draft.holds(Filter)
    column = date_column(draft.catalog) if draft.has("WHEN") and not where_said else None
    draft.use_words("WHEN")
    return (column.key,) if column is not None else ()


def _topic(draft: Draft) -> str:
    """What is asked of the run of the last answer: why, its config, its notes."""
    cards = draft.words("CARD")
    if not cards:
        return ""
    draft.use(*cards)
    topic = cards[0].meaning
    for piece in draft.of(Filter) if topic == "why" else ():
        if piece.state and not piece.negated:
            draft.use(piece)  # "why did it fail"
    for show in draft.of(Show) if topic == "why" else ():
        draft.use(show)
    return topic


_SORTING = frozenset(("sort", "sorted", "order", "ordered", "rank", "ranked", "arrange"))


@lru_cache(maxsize=1)
def _asking() -> frozenset[str]:
    return frozenset(words("follow")["ask"]["words"])


def _end(sup: Super, draft: Draft, last: Query) -> End:
    said = draft.tokens[sup.start].norm
    ordered = isinstance(last, Select) and bool(last.order) and last.limit != 1
    if ordered and sup.hint == "date" and said in ("first", "last") and sup.mention is None:
        draft.use(sup)
        return End(said, sup.count or 1)  # of the rows as they were told
    told = with_column(sup, draft)
    draft.use(sup)
    order = end_of(told, draft) if told.mention is not None or told.hint else None
    if order is None and not draft.runs:
        draft.cost += 0.1  # "what was the record" is a column's name before it is an end
    return End(sup.which, sup.count, sup.offset, order, said in _FUNCTIONS)


_FUNCTIONS = frozenset(("max", "maximum", "maxima", "min", "minimum", "minima"))


def _functions(draft: Draft) -> tuple[str, ...]:
    """Functions that name no column, where none stands beside them."""
    bare = [piece for piece in draft.of(Aggregate) if not piece.mentions and not draft.of(Show)]
    bare = [piece for piece in bare if "sum:cost" not in piece.functions]
    draft.use(*bare)
    return tuple(function for piece in bare for function in piece.functions)


def _having(draft: Draft, last: Query) -> tuple[Having, ...]:
    found = [have for have in draft.of(Have) if have.certain]
    draft.use(*found)
    bounds = [(piece, of_groups(piece, last, draft)) for piece in draft.of(Filter)]
    draft.use(*(piece for piece, having in bounds if having is not None))
    counted = [Having(Agg("count"), have.op, have.number) for have in found]  # type: ignore[arg-type]
    return (*counted, *(having for _, having in bounds if having is not None))


def _order(draft: Draft) -> tuple[tuple[Order, ...], bool | None]:
    """Columns to sort by; or only the direction, where no column is named."""
    sorts = draft.of(Sort)
    if sorts and all(s.mention is None and not s.hint for s in sorts) and not draft.holds(Show, Group):
        draft.use(*sorts)
        return (), sorts[0].descending is not False
    return sorting(draft), None


_WHICH = frozenset(("which", "what", "whom"))


def _asks_which(group: Group, draft: Draft) -> bool:
    """ "By which nation" asks of the row that was told: nothing is grouped."""
    said = {token.norm for token in draft.tokens[group.start : group.end]}
    return bool(_WHICH & said) and not draft.runs and bool(group.mentions) and not group.unit


def _groups(draft: Draft) -> tuple[tuple[str, ...], bool]:
    keys: list[str] = []
    each = False
    for piece in draft.of(Group):
        if piece.rows and not piece.mentions:
            continue
        if _asks_which(piece, draft):
            continue
        keys += [group_key(mention, draft) for mention in piece.mentions]
        keys += [bucket(piece.unit, draft)] if piece.unit else []
        each = each or piece.each
        draft.use(piece)
    return tuple(dict.fromkeys(keys)), each


def _shown(draft: Draft) -> tuple[str, ...]:
    """The columns named; a run's own name is always shown."""
    keys: list[str] = []
    for group in draft.of(Group):
        if _asks_which(group, draft):
            keys += [mention.columns[0].key for mention in group.mentions]
            draft.use(group)
    for show in draft.of(Show):
        columns = show.mention.columns[:4]
        keys += [c.key for c in columns if c.kind != "run" or not draft.runs]
        if len(columns) > 1:
            names = ", ".join(column.name for column in columns)
            draft.assume(f'"{show.mention.text}" read as {names}', cost=0.03)
        draft.use(show)
    return tuple(dict.fromkeys(keys))


def says_run(pieces: Sequence[Piece]) -> bool:
    """Whether a reading names a run."""
    return any(isinstance(piece, RunPiece) for piece in pieces)


def says_noun(pieces: Sequence[Piece]) -> bool:
    """Whether a reading says what a row is called."""
    return any(isinstance(piece, Word) and piece.terminal == "NOUN" for piece in pieces)
