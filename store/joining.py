"""One run once: what several trackers keep of a run is put together, and what they disagree on is kept.

Records are joined by the evidence of `store.samerun`. Where it would join one run with two of another store,
none is joined, and the reading's notes say so: a run counted twice is seen, two taken for one are not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from store import trackers
from store.frames import count_of
from store.merging import merge
from store.records import Reading, Skip
from store.samerun import Trace, against, keys_of, near, tells_same, trace, treads

__all__ = ["join"]

_MOST = 40
"""So many runs of a store that share a key share it by chance, or can't be told apart by it."""

_RANK = {name: rank for rank, (name, _) in enumerate(trackers.TRACKERS)}


def join(readings: Sequence[Reading]) -> None:
    """Join the runs of trackers' stores; each stays where its most telling store is.

    Args:
        readings: of all files, changed in place. A run that was joined is a skip of its other stores.
    """
    indices = [
        index for index, reading in enumerate(readings) if reading.reader in _RANK and count_of(reading)
    ]
    if len(indices) < 2:
        return
    traces = [trace(readings[at], run, at, i) for at in indices for i, run in enumerate(readings[at].runs)]
    groups = _Groups(traces)
    for one, other in _certain(traces):
        groups.unite(one, other)
    doubts = _unite_likely(groups, traces)
    _put_together(readings, groups)
    _tell_doubts(readings, doubts)


class _Groups:
    """Runs that are one; a group has at most one run of each store."""

    def __init__(self, traces: Sequence[Trace]) -> None:
        self.traces = traces
        self._of = {id(one): [one] for one in traces}

    def unite(self, one: Trace, other: Trace) -> bool:
        """Make two groups one; not where they have two runs of one store."""
        mine, theirs = self._of[id(one)], self._of[id(other)]
        if mine is theirs:
            return True
        if {each.reading for each in mine} & {each.reading for each in theirs}:
            return False
        mine += theirs
        for each in theirs:
            self._of[id(each)] = mine
        return True

    def has(self, one: Trace, reading: int) -> bool:
        """Whether a run is joined with one of that store already."""
        return any(each.reading == reading for each in self._of[id(one)])

    def all(self) -> Iterator[list[Trace]]:
        """The groups of more than one run."""
        seen: set[int] = set()
        for group in self._of.values():
            if len(group) > 1 and id(group) not in seen:
                seen.add(id(group))
                yield group


def _certain(traces: Sequence[Trace]) -> Iterator[tuple[Trace, Trace]]:
    """Pairs by id, and by place."""
    by_id: dict[tuple[str, str], list[Trace]] = defaultdict(list)
    for one in traces:
        if one.id:
            by_id[one.family, one.id].append(one)
    for same in by_id.values():
        yield from ((same[0], other) for other in same[1:])
    for one in traces:
        for noted in one.noted:
            found = by_id.get(noted, [])
            yield from ((one, other) for other in found[:1] if other.reading != one.reading)
    jobs = {one.folder: one for one in traces if one.family == "hydra"}
    below: dict[tuple[str, str], list[Trace]] = defaultdict(list)
    for one in (each for each in traces if jobs and each.family != "hydra"):
        job = next((jobs[folder] for folder in _above(one.folder) if folder in jobs), None)
        if job is not None and treads(job, one):
            below[job.folder, one.family].append(one)
    for (folder, _), found in below.items():
        if len(found) == 1:  # of several that one job logged none is the job's own
            yield jobs[folder], found[0]


def _above(folder: str) -> Iterator[str]:
    yield folder
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        yield folder


_ALIKE = {"history": "it has the history of one of", "results": "it has the results of one of"}


def _unite_likely(groups: _Groups, traces: Sequence[Trace]) -> dict[tuple[int, int], str]:
    """Unite what is likely and unambiguous; of the others, which run and why not."""
    likely: dict[int, dict[int, list[Trace]]] = defaultdict(lambda: defaultdict(list))
    doubts: dict[tuple[int, int], str] = {}
    for one, other in _candidates(traces):
        joined = groups.has(one, other.reading) or groups.has(other, one.reading)
        if joined or not (evidence := tells_same(one, other)):
            continue
        if reason := against(one, other):
            if evidence != "time":
                doubts[one.reading, one.at] = f"{_ALIKE[evidence]} {{}}, but {reason}\0{other.reading}"
            continue
        likely[id(one)][other.reading].append(other)
        likely[id(other)][one.reading].append(one)
    torn = {id(one): reason for one in traces if (reason := _torn(likely[id(one)]))}
    for one in traces:
        for reading, found in likely[id(one)].items():
            if apart := torn.get(id(one)):
                doubts[one.reading, one.at] = (
                    f"runs of {{}} and of another store match it, but {apart}\0{reading}"
                )
                continue
            if any(id(other) in torn for other in found):
                continue
            match = _only(one, found)
            back = _only(match, likely[id(match)][one.reading]) if match is not None else None
            if match is None or back is not one or not groups.unite(one, match):
                doubts[one.reading, one.at] = f"{len(found)} runs of {{}} match it\0{reading}"
    whole = {(one.reading, one.at) for group in groups.all() for one in group}
    return {which: reason for which, reason in doubts.items() if which not in whole}


def _torn(matches: dict[int, list[Trace]]) -> str:
    """What speaks against the runs of different stores that match one run being one themselves."""
    single = [found[0] for found in matches.values() if len(found) == 1]
    pairs = ((a, b) for at, a in enumerate(single) for b in single[at + 1 :])
    return next((reason for a, b in pairs if (reason := against(a, b))), "")


def _only(one: Trace, found: Sequence[Trace]) -> Trace | None:
    """The one run that matches, or of several the only one that began at the same time."""
    if len(found) == 1:
        return found[0]
    at_once = [other for other in found if near(one, other)]
    return at_once[0] if len(at_once) == 1 else None


def _candidates(traces: Sequence[Trace]) -> Iterator[tuple[Trace, Trace]]:
    """Pairs of different stores that share a key, each once."""
    by_key: dict[tuple[object, ...], dict[int, list[Trace]]] = defaultdict(lambda: defaultdict(list))
    for one in traces:
        for key in keys_of(one):
            by_key[key][one.reading].append(one)
    seen: set[tuple[int, int]] = set()
    for by_reading in by_key.values():
        stores = [found for found in by_reading.values() if len(found) <= _MOST]
        for at, mine in enumerate(stores):
            for theirs in stores[at + 1 :]:
                for one in mine:
                    for other in theirs:
                        if (pair := (id(one), id(other))) not in seen:
                            seen.add(pair)
                            yield one, other


def _put_together(readings: Sequence[Reading], groups: _Groups) -> None:
    gone: dict[int, dict[int, str]] = defaultdict(dict)
    for group in groups.all():
        group.sort(key=lambda one: (_RANK[readings[one.reading].reader], one.reading))
        first, *others = group
        home = readings[first.reading]
        for other in others:
            store = readings[other.reading]
            merge(home, home.runs[first.at], store, store.runs[other.at])
            gone[other.reading][other.at] = home.path
    for index, runs in gone.items():
        store = readings[index]
        for path in dict.fromkeys(runs.values()):
            joined = [store.runs[at].place for at, home in runs.items() if home == path]
            store.skips.append(Skip(joined[0], f"the same run as in {path}, told there", len(joined)))
        store.runs = [run for at, run in enumerate(store.runs) if at not in runs]


def _tell_doubts(readings: Sequence[Reading], doubts: dict[tuple[int, int], str]) -> None:
    told: dict[tuple[int, str], int] = defaultdict(int)
    for (reading, _), reason in doubts.items():
        told[reading, reason] += 1
    for (reading, reason), count in told.items():
        text, _, other = reason.partition("\0")
        runs = "1 run is" if count == 1 else f"{count} runs are"
        readings[reading].notes.append(f"{runs} not joined: {text.format(readings[int(other)].path)}")
