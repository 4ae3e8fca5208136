"""The difference of two columns as a column: "val_loss minus train_loss", "train/val gap", "overfitting".

Of validation and training it is how much worse the validation is, whichever end of the metric is better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlq.columns import NUMERIC, main_metric
from nlq.lattice import COLUMN_ROLES, Edge, Mention
from nlq.lexicon import Lexicon
from nlq.tokens import Token, name_key
from store.catalog import Catalog, Column, difference

__all__ = ["gaps"]

_GAP = frozenset("gap gaps difference diff delta distance".split())
_FALL = frozenset("drop fall decrease degradation".split())
_RISE = frozenset("rise increase gain".split())
_MINUS = frozenset(("minus", "less"))
_JOINTS = frozenset(("and", "vs", "versus", "to"))
_BETWEEN = frozenset(("between", "of", "in", "from"))
_TRAIN = frozenset("train training".split())
_VALID = frozenset("val validation valid eval dev".split())
_TEST = frozenset(("test",))
_OVERFIT = frozenset("overfit overfits overfitted overfitting".split())
_GENERAL = frozenset("generalization generalisation".split())
_DENYING = frozenset(("no", "not", "without", "isnt", "arent", "dont", "doesnt"))
_FREE = frozenset("the its their my a".split())


def gaps(tokens: Sequence[Token], edges: list[list[Edge]], lexicon: Lexicon) -> Iterator[Edge]:
    """The differences that the words name; after the columns are linked."""
    said = [token.norm for token in tokens]
    for start, word in enumerate(said):
        if start and said[start - 1] in _DENYING:
            continue  # how much is none, no history tells
        found = [*_bare(said, start, lexicon.catalog), *_of_two(said, start, edges, lexicon.catalog)]
        if word in _OVERFIT | _GENERAL and _pair(lexicon.catalog, "") is None:
            yield Edge(start, start + 1, "ABSENT", "training metric beside that of the validation", 0.3)
        if word in _OVERFIT and (pair := _pair(lexicon.catalog, "")) is not None:
            end = start + 2 if said[start + 1 : start + 2] == ["gap"] else start + 1
            found.append((end, pair))
        for end, column in found:
            text = " ".join(token.text for token in tokens[start:end])
            mention = Mention((column,), (), text, whole=True)
            yield from (Edge(start, end, role, mention, 0.0) for role in COLUMN_ROLES)


def _bare(said: list[str], start: int, catalog: Catalog) -> Iterator[tuple[int, Column]]:
    """ "Generalization gap", "train val gap", "train/val loss gap", "gap between train and val loss"."""
    if said[start] in _GENERAL and said[start + 1 : start + 2] == ["gap"]:
        if (pair := _pair(catalog, "")) is not None:
            yield start + 2, pair
    if said[start] in _GAP and said[start + 1 : start + 2] and said[start + 1] in _BETWEEN:
        if (found := _splits(said, start + 2, catalog)) is not None:
            yield found
    elif (found := _splits(said, start, catalog)) is not None:
        end, column = found
        if said[end : end + 1] and said[end] in _GAP:
            yield end + 1, column


def _splits(said: list[str], at: int, catalog: Catalog) -> tuple[int, Column] | None:
    """ "Train and val loss": the two splits of one metric, "train loss and val loss" too."""
    while at < len(said) and said[at] in _FREE:
        at += 1
    metric, splits = "", []
    end = at
    while end < len(said) and end < at + 6:
        word = said[end]
        if word in _TRAIN | _VALID | _TEST:
            splits.append(word)
        elif len(splits) and (stem := _metric_word(word, catalog)):
            metric = metric or stem
            if stem != metric:
                return None
        elif word not in _JOINTS | _FREE or end == at:
            break
        end += 1
    while end > at and said[end - 1] in _JOINTS | _FREE:
        end -= 1
    if len(splits) != 2 or len({word in _TRAIN for word in splits}) != 2:
        return None
    pair = _pair(catalog, metric, test=bool(_TEST & set(splits)))
    return None if pair is None else (end, pair)


def _metric_word(word: str, catalog: Catalog) -> str:
    """The word of a metric's name that is the same in its splits: "loss", "acc" for "accuracy"."""
    word = {"accuracy": "acc", "losses": "loss", "accuracies": "acc"}.get(word, word)
    names = (name_key(column.name) for column in catalog.columns if column.kind == "metric")
    return word if any(word in name for name in names) else ""


def _pair(catalog: Catalog, metric: str, *, test: bool = False) -> Column | None:
    """How much worse the validation of a metric is than its training."""
    numbers = [c for c in catalog.columns if c.kind == "metric" and c.type in NUMERIC and c.direction]
    main = main_metric(catalog)
    ordered = sorted(numbers, key=lambda column: column is not main)
    for held in ordered:
        words = frozenset(name_key(held.name))
        rest = words - (_TEST if test else _VALID)
        if not words & (_TEST if test else _VALID) or not rest or (metric and metric not in rest):
            continue
        for trained in numbers:
            own = frozenset(name_key(trained.name))
            if trained is not held and own - _TRAIN == rest and trained.direction == held.direction:
                return difference(held, trained) if held.direction == "lower" else difference(trained, held)
    return None


def _of_two(
    said: list[str], start: int, edges: list[list[Edge]], catalog: Catalog
) -> Iterator[tuple[int, Column]]:
    """ "val_loss minus train_loss", "difference between test_acc and val_acc"."""
    between = said[start + 1 : start + 2] and said[start + 1] in _BETWEEN
    if between and said[start] in _FALL | _RISE and said[start + 1] == "from":
        yield from _from_to(said, start, edges)
    if between and said[start] in _GAP:
        first = _column(edges, _over(said, start + 2))
        if first is not None and said[first[0] : first[0] + 1] and said[first[0]] in _JOINTS:
            second = _column(edges, _over(said, first[0] + 1))
            if second is not None and first[1].key != second[1].key:
                yield second[0], _split_pair(first[1], second[1]) or difference(first[1], second[1])
        return
    first = _column(edges, start)
    if first is not None and said[first[0] : first[0] + 1] and said[first[0]] in _MINUS:
        second = _column(edges, _over(said, first[0] + 1))
        if second is not None and first[1].key != second[1].key:
            yield second[0], difference(first[1], second[1])


def _from_to(said: list[str], start: int, edges: list[list[Edge]]) -> Iterator[tuple[int, Column]]:
    """ "Drop from train_acc to test_acc": how much less the second is; a gain, how much more."""
    first = _column(edges, _over(said, start + 2))
    second = (
        _column(edges, _over(said, first[0] + 1))
        if first and said[first[0] : first[0] + 1] == ["to"]
        else None
    )
    if first is None or second is None or first[1].key == second[1].key:
        return
    high, low = (first[1], second[1]) if said[start] in _FALL else (second[1], first[1])
    yield second[0], difference(high, low)


def _split_pair(first: Column, second: Column) -> Column | None:
    """Of validation and training the gap; None for two other columns."""
    for held, trained in ((first, second), (second, first)):
        words, own = frozenset(name_key(held.name)), frozenset(name_key(trained.name))
        if words & (_VALID | _TEST) and words - _VALID - _TEST == own - _TRAIN and held.direction:
            return difference(held, trained) if held.direction == "lower" else difference(trained, held)
    return None


def _over(said: list[str], at: int) -> int:
    while at < len(said) and said[at] in _FREE:
        at += 1
    return at


def _column(edges: list[list[Edge]], at: int) -> tuple[int, Column] | None:
    """The longest name of a metric from a place on, where it ends."""
    found = [
        (edge.end, edge.payload.columns[0])
        for edge in (edges[at] if at < len(edges) else ())
        if edge.terminal == "COL" and edge.cost < 0.3 and isinstance(edge.payload, Mention)
    ]
    told = [one for one in found if one[1].type in NUMERIC and one[1].kind in ("metric", "attribute")]
    return max(told, key=lambda one: one[0]) if told else None
