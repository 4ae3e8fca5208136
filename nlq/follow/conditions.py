"""The conditions of the last query, with new ones in the place of those of the same column, or beside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nlq.conditions import merged, negated, values_of
from nlq.keys import keys_in
from nlq.query import Among, And, Between, Condition, In, Not, Or, Scalar, Test, both, conditions

__all__ = ["bounds_apart", "joined", "moved", "opposite", "without", "without_keys"]


def joined(
    old: Condition | None, new: tuple[Condition, ...], *, narrow: bool, also: bool, nor: bool = False
) -> Condition | None:
    """The old conditions with the new ones.

    Args:
        narrow: both must hold ("only those with …"), unless they can't.
        also: a further value of a column is admitted beside the old one.
        nor: what is new must not hold, and the old conditions stay ("nor thrillers").

    Example:
        >>> joined(Test("depth", "=", 24), (Test("depth", "=", 12),), narrow=False, also=False)
        Test(key='depth', op='=', value=12)
        >>> joined(Test("loss", "<", 3), (Test("loss", ">", 2),), narrow=True, also=False)
        And(of=(Test(key='loss', op='<', value=3), Test(key='loss', op='>', value=2)))
    """
    parts = list(conditions(old))
    if nor:
        return both(*parts, *(one if isinstance(one, Not) else Not(one) for one in new))
    fresh: list[Condition] = []
    for one in new:
        same = [part for part in parts if _speaks_alike(part, one)]
        if also and (more := _with_more(same, one)) is not None:
            parts[parts.index(same[-1])] = more
            continue
        if (fewer := _with_fewer(same, one)) is not None:
            parts[parts.index(same[-1])] = fewer
            continue
        if isinstance(one, Not) and any(isinstance(part, Not) for part in same) and one not in parts:
            fresh.append(one)  # "and not thriller", of what is no drama
            continue
        gone = [part for part in same if not narrow or _excludes(part, one)]
        alike = [part for part in gone if _direction(part) == _direction(one)]
        gone = alike if alike and _direction(one) in "<>" and _direction(one) else gone
        if gone and not narrow and isinstance(gone[0], Not) and values_of(gone[0].of) and values_of(one):
            if set(values_of(one)) != set(values_of(gone[0].of)):  # but "with adamw again"
                one = Not(one)  # "without adamw", "and sgd": another one to do without
        if gone and one not in parts:
            parts[parts.index(gone[0])] = one
        elif one not in parts:
            fresh.append(one)
        parts = [part for part in parts if part not in gone or part == one or part in new]
    return both(*parts, *fresh)


def bounds_apart(old: Condition | None, new: tuple[Condition, ...]) -> bool:
    """Whether new words bound from the other side what was bound: "more than 50", "and less than 65".

    Example:
        >>> bounds_apart(Test("loss", ">", 2), (Test("loss", "<", 3),))
        True
        >>> bounds_apart(Test("loss", ">", 2), (Test("loss", "<", 1),))
        False
    """
    if len(new) != 1 or not isinstance(one := new[0], Test) or one.op[:1] not in ("<", ">"):
        return False
    same = [part for part in conditions(old) if isinstance(part, Test) and part.key == one.key]
    if len(same) != 1 or same[0].op[:1] not in ("<", ">") or same[0].op[:1] == one.op[:1]:
        return False
    low, high = (same[0].value, one.value) if one.op[:1] == "<" else (one.value, same[0].value)
    return isinstance(low, (int, float)) and isinstance(high, (int, float)) and low < high


def without(old: Condition | None, gone: tuple[Condition, ...]) -> Condition | None:
    """The conditions without some of them, or without some of the values they admit.

    Example:
        >>> without(In("depth", (12, 24)), (Test("depth", "=", 12),))
        Test(key='depth', op='=', value=24)
    """
    parts: list[Condition] = []
    for part in conditions(old):
        left: Condition | None = part
        for one in gone:
            left = _less(left, one) if left is not None else None
        if left is not None:
            parts.append(left)
    return both(*parts)


def without_keys(old: Condition | None, keys: Iterable[str]) -> Condition | None:
    """The conditions that speak of none of the columns."""
    gone = set(keys)
    return both(*(part for part in conditions(old) if not gone.intersection(keys_in(part))))


def opposite(old: Condition | None, keys: Iterable[str]) -> Condition | None:
    """The conditions with those on some columns turned round; with none of them named, the last equality.

    Example:
        >>> opposite(Test("optimizer", "=", "muon"), ())
        Not(of=Test(key='optimizer', op='=', value='muon'))
    """
    parts = list(conditions(old))
    named = set(keys)
    at = [i for i, part in enumerate(parts) if named.intersection(keys_in(part))]
    if not at:
        at = [i for i, part in enumerate(parts) if values_of(part) or isinstance(part, Not)][-1:]
        at = at or [len(parts) - 1] * bool(parts)
    if not at:
        return None
    for i in at:
        parts[i] = negated(parts[i])
    return both(*parts)


def moved(old: Condition | None, keys: dict[str, str]) -> Condition | None:
    """The conditions with columns exchanged for others.

    Example:
        >>> moved(Test("silver", "=", 3), {"silver": "gold"})
        Test(key='gold', op='=', value=3)
    """
    return both(*(_moved(part, keys) for part in conditions(old)))


def _moved(part: Condition, keys: dict[str, str]) -> Condition:
    if isinstance(part, Not):
        return Not(_moved(part.of, keys))
    if isinstance(part, (And, Or)):
        return replace(part, of=tuple(_moved(one, keys) for one in part.of))
    if isinstance(part, Among):
        return replace(part, keys=tuple(keys.get(key, key) for key in part.keys))
    return replace(part, key=keys.get(part.key, part.key))


def _speaks_alike(part: Condition, one: Condition) -> bool:
    """Whether two conditions are of the same column."""
    if isinstance(part, Among) or isinstance(one, Among):
        return isinstance(part, Among) and isinstance(one, Among) and part.what == one.what
    return bool(set(keys_in(part)) & set(keys_in(one)))


def _with_more(same: list[Condition], one: Condition) -> Condition | None:
    """One column's condition with a value more."""
    return merged(same[-1], one) if same and values_of(same[-1]) and values_of(one) else None


def _with_fewer(same: list[Condition], one: Condition) -> Condition | None:
    """ "without d26", of "d24 or d26": the values that are left, where some are."""
    if not same or not isinstance(same[-1], In) or not isinstance(one, Not) or not values_of(one.of):
        return None
    return _less(same[-1], one.of)


def _excludes(part: Condition, one: Condition) -> bool:
    """Whether no row can meet both: two values of one column."""
    old, new = values_of(part), values_of(one)
    if old and new:
        return True
    if old and isinstance(one, Test):
        return not any(_meets(value, one) for value in old)
    if isinstance(part, Not) and new:
        return bool(set(values_of(part.of)) & set(new))
    return isinstance(one, Not) and bool(old) and set(old) <= set(values_of(one.of))


def _meets(value: Scalar, one: Test) -> bool:
    """Whether a value meets a bound; where they can't be compared nothing speaks against it."""
    bound = one.value
    if not isinstance(value, (int, float)) or not isinstance(bound, (int, float)):
        return True
    signs = {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}
    return signs.get(one.op, True)


def _direction(part: Condition) -> str:
    if isinstance(part, Test):
        return part.op[:1]
    return "-" if isinstance(part, (Between, Or, Not)) else ""


def _less(part: Condition, one: Condition) -> Condition | None:
    """A condition without another: gone where that is all of it."""
    if part == one or (isinstance(part, Not) and part.of == one):
        return None
    if not _speaks_alike(part, one):
        return part
    if isinstance(part, In):
        left = tuple(value for value in part.values if value not in values_of(one))
        return None if not left else Test(part.key, "=", left[0]) if len(left) == 1 else In(part.key, left)
    return part if values_of(one) else None
