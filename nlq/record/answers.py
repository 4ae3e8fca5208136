"""What is told once something is recorded: beside which runs it stands, and whether it is a new best."""

from __future__ import annotations

from collections.abc import Sequence

from nlq.answer import Answer, Header, Provenance, Searched
from store.log.best import best_run, deciding_metric, direction, is_better, number
from store.log.document import Document
from store.log.finding import state_of
from store.log.similar import Near
from store.log.todos import still_open
from store.records import RunRecord, Value

__all__ = ["begun", "ended", "listed", "noted"]

_MOST = 6
"""Metrics in the table."""


def begun(doc: Document, run: RunRecord, near: Sequence[Near], notes: Sequence[str]) -> Answer:
    """A run was started: which earlier ones had the same parameters, else which come nearest."""
    planned = state_of(doc, run) == "planned"
    same = [one for one in near if not one.differs]
    told = f"{run.name} {'is planned' if planned else 'started'}"
    if same:
        names = ", ".join(f"{one.run.name} ({_outcome(doc, one.run)})" for one in same)
        told += f"; the same parameters were tried in {names}"
    elif near:
        told += f"; nearest tried: {near[0].run.name} ({_differs(near[0])}; {_outcome(doc, near[0].run)})"
    rows = tuple((one.run.name, _differs(one) or "the same", _outcome(doc, one.run)) for one in near)
    columns = (Header("run"), Header("differs"), Header("result")) if rows else ()
    return _answer(doc, told, columns, rows, run, (), notes)


def ended(doc: Document, run: RunRecord, before: RunRecord | None, notes: Sequence[str]) -> Answer:
    """A run was finished: beside the run before it and the best, and whether it is the best now.

    Args:
        doc: the log with the run in it.
        run: the run.
        before: the best of the others, as the log stood.
        notes: remarks.
    """
    scope = doc.scope(run.place.line)
    metric = deciding_metric(doc, scope)
    best = best_run(doc, metric, scope) if metric else None
    previous = _previous(doc, run)
    others = [one for one in (previous, before) if one is not None and one is not run]
    shown = [run, *dict.fromkeys(one.name for one in others)]
    rest = [next(one for one in others if one.name == name) for name in shown[1:]]
    table = [run, *rest]
    names = [n for n, f in doc.reading.fields.items() if f.kind == "metric" and n in run.values]
    names = ([metric] if metric in names else []) + [n for n in names if n != metric]
    columns = (Header("run"), *(_header(doc, name) for name in names[:_MOST]), Header("status"))
    rows = tuple(
        (one.name, *(one.values.get(name) for name in names[:_MOST]), state_of(doc, one)) for one in table
    )
    well = state_of(doc, run) == "completed"
    details = [line for other in rest if well for line in _against(doc, run, other, names, other is before)]
    headline = _verdict(doc, run, before, metric, best is run)
    return _answer(doc, headline, columns, rows, run, details, notes)


def noted(doc: Document, run: RunRecord, text: str) -> Answer:
    """An observation was written down."""
    return _answer(doc, f"noted on {run.name}: {text}", (), (), run, (), ())


def listed(doc: Document, headline: str) -> Answer:
    """The list of things to try was changed."""
    open_ = len(still_open(doc))
    told = f"{headline} ({open_} to try)" if open_ else f"{headline} (nothing is left to try)"
    return Answer("", "recorded", told, searched=Searched(len(doc.runs), 1))


def _answer(
    doc: Document,
    headline: str,
    columns: tuple[Header, ...],
    rows: tuple[tuple[Value, ...], ...],
    run: RunRecord,
    details: Sequence[str],
    notes: Sequence[str],
) -> Answer:
    return Answer(
        "",
        "recorded",
        headline,
        columns,
        rows,
        details=tuple(details),
        notes=tuple(notes),
        searched=Searched(len(doc.runs), 1),
        provenance=(Provenance(run.name, run.place),),
    )


def _verdict(doc: Document, run: RunRecord, before: RunRecord | None, metric: str, is_best: bool) -> str:
    """ "exp-003: loss 2.61, the new best (was baseline, 2.65)"."""
    state = state_of(doc, run)
    value = run.values.get(metric) if metric else None
    parts = [f"{metric} {value}"] if value is not None else []
    if state != "completed":
        status = str(run.values.get("status", state))
        parts.append(status[:1].lower() + status[1:])
    told = f"{run.name}: {', '.join(parts)}" if parts else f"{run.name} finished"
    if is_best and before is None:
        return f"{told}, the first result"
    held = before.values.get(metric) if before is not None and metric else None
    if is_best and before is not None:
        return f"{told}, the new best (was {before.name}, {metric} {held})"
    if before is not None and held is not None:
        return f"{told}; {before.name} stays best ({metric} {held})"
    return told


def _against(
    doc: Document, run: RunRecord, other: RunRecord, names: Sequence[str], is_best: bool
) -> list[str]:
    """One line: how each metric differs from another run's."""
    said: list[str] = []
    for name in names[:_MOST]:
        one, held = number(run, name), number(other, name)
        if one is None or held is None:
            continue
        far = "the same" if one == held else f"{'+' if one > held else '−'}{_short(abs(one - held))}"
        better = ""
        if one != held and direction(doc, name):
            better = " (better)" if is_better(doc, name, run, other) else " (worse)"
        said.append(f"{name} {far}{better}")
    if not said:
        return []
    return [
        f"against {other.name}, {'best of the others' if is_best else 'the one before'}: {', '.join(said)}"
    ]


def _short(value: float) -> str:
    return f"{value:.6g}"


def _previous(doc: Document, run: RunRecord) -> RunRecord | None:
    """The run that ended before this one, with anything measured: by date, then as they stand in the log."""
    fields = doc.reading.fields
    ended = [
        one
        for one, state in zip(doc.runs, doc.states, strict=True)
        if one is not run
        and state not in ("running", "planned")
        and any(fields[name].kind == "metric" for name in one.values)
    ]
    day = str(run.values.get("date", "9999"))
    earlier = [one for one in ended if str(one.values.get("date", "")) <= day]
    return max(earlier, key=lambda one: (str(one.values.get("date", "")), doc.runs.index(one)), default=None)


def _differs(near: Near) -> str:
    """ "lr 0.02, here 0.04"."""
    return ", ".join(f"{name} {_said(there)}, here {_said(here)}" for name, there, here in near.differs)


def _said(value: Value) -> str:
    return "not told" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _outcome(doc: Document, run: RunRecord) -> str:
    metric = deciding_metric(doc, doc.scope(run.place.line))
    state = state_of(doc, run)
    value = run.values.get(metric)
    told = [f"{metric} {value}"] if metric and value is not None else []
    return ", ".join([*told, *([state] if state != "completed" or not told else [])])


def _header(doc: Document, name: str) -> Header:
    return Header(name, "number", doc.reading.fields[name].unit)
