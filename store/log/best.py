"""Which run is best, and the section "Best Result" kept at it."""

from __future__ import annotations

from store.cells import plain
from store.directions import direction_of, is_resource, known_metric
from store.log.document import Document
from store.log.escape import inline
from store.log.shorthand import full
from store.log.tables import columns_of, summary_for
from store.log.template import NOT_YET
from store.readers.drafts import fold
from store.readers.labels import bare, canonical, field_name, split_label
from store.readers.mdblocks import Block
from store.records import RunRecord

__all__ = [
    "best_run",
    "column_of",
    "deciding_metric",
    "direction",
    "is_better",
    "number",
    "with_best",
]

_ELIGIBLE = ("completed", "discarded", "")


def deciding_metric(doc: Document, scope: range) -> str:
    """The metric that "best" is by: the first that the section Best Result names, else the log's first
    with a known direction that most runs have; "" where there is none."""
    for block in _claim(doc, scope)[1]:
        found = split_label(block.text)
        name = column_of(doc, field_name(found[0])) if found else ""
        if name and direction(doc, name) and canonical(found[0] if found else "") != "time":
            return name
    fields = [
        name for name, field in doc.reading.fields.items()
        if field.kind == "metric" and direction(doc, name) and not is_resource(name, field.unit)
    ]  # fmt: skip
    runs = [run for run in doc.runs if run.place.line in scope]
    counts = {name: sum(number(run, name) is not None for run in runs) for name in fields}
    most = max(counts.values(), default=0)
    return next((name for name in fields if counts[name] and counts[name] >= 0.6 * most), "")


def is_better(doc: Document, metric: str, one: RunRecord, other: RunRecord) -> bool:
    """Whether a run is better than another by a metric; False where either has no value."""
    a, b = number(one, metric), number(other, metric)
    if a is None or b is None:
        return False
    return a < b if direction(doc, metric) == "lower" else a > b


def best_run(doc: Document, metric: str, scope: range, but: RunRecord | None = None) -> RunRecord | None:
    """The best run, `but` apart, that ended well, the earliest of equals; None where none has the metric."""
    best: RunRecord | None = None
    for run, state in zip(doc.runs, doc.states, strict=True):
        if (
            run is not but
            and run.place.line in scope
            and state in _ELIGIBLE
            and number(run, metric) is not None
        ):
            best = run if best is None or is_better(doc, metric, run, best) else best
    return best


def with_best(doc: Document, run: RunRecord, config: str) -> tuple[Document, bool]:
    """The log with Best Result brought up to date after a run was finished or its state was changed.

    Args:
        run: that run, as it stands in the log.
        config: its configuration in one line, or "".

    Returns:
        The log, and whether that run is the best now. What the section claims of another run is left alone
        unless this run beats it, or the run it names can no longer be the best.
    """
    scope = doc.scope(run.place.line)
    metric = deciding_metric(doc, scope)
    best = best_run(doc, metric, scope) if metric else None
    is_best = best is run
    heading, lines = _claim(doc, scope)
    if heading is None or (not lines and _says_more(doc, heading)):
        return doc, is_best  # none to keep, or one in words of its own
    claimed = _claimed(doc, lines)
    if claimed is not None and best is not None and not is_best and claimed is not run:
        return doc, False
    if best is None:
        return (_rewritten(doc, scope, [NOT_YET]) if claimed is not None and claimed is run else doc), False
    if is_best or claimed is None or doc.states[doc.runs.index(claimed)] not in _ELIGIBLE:
        return _with_claim(doc, scope, lines, best, metric, config if is_best else ""), is_best
    return doc, is_best


def _with_claim(
    doc: Document, scope: range, lines: list[Block], best: RunRecord, metric: str, config: str
) -> Document:
    """The section saying of the best run what it says now of another one."""
    if not lines:
        shown = [metric, *(n for n in _summary_metrics(doc, best) if n != metric)]
        config = config or _config(doc, best)
        said = [f"- **Run**: {inline(best.name)}", *([f"- **Config**: {inline(config)}"] if config else [])]
        said += [f"- **{_title(name)}**: {_text(best, name)}" for name in shown if _text(best, name) != "-"]
        return _rewritten(doc, scope, said)
    old = doc
    for block in reversed(lines):
        found = split_label(block.text)
        assert found is not None
        label = canonical(found[0]) or field_name(found[0])
        text = {"name": inline(best.name), "config": inline(config or _config(old, best)) or "-"}.get(label)
        text = text if text is not None else _text(best, column_of(old, label) or label)
        line = doc.line(block.line)
        start = line.rindex(found[1].split("\n")[0]) if found[1] else len(line)
        kept = line[:start] if found[1] else f"{line.rstrip()} "
        doc = doc.replaced(block.line, block.end, [f"{kept}{text}"])
    return doc


def _claim(doc: Document, scope: range) -> tuple[Block | None, list[Block]]:
    """The heading of the section Best Result, and its labelled lines."""
    part = next((p for p in doc.parts if p.kind == "best" and doc.blocks[p.at].line in scope), None)
    if part is None:
        return None, []
    body = doc.blocks[part.at + 1 : part.end]
    return doc.blocks[part.at], [b for b in body if b.kind in ("item", "text") and split_label(b.text)]


def _claimed(doc: Document, lines: list[Block]) -> RunRecord | None:
    """The run that the section names, if there is such a run."""
    for block in lines:
        found = split_label(block.text)
        if found and canonical(found[0]) == "name":
            name = plain(found[1])
            return next((run for run in doc.runs if fold(run.name) == fold(name)), None)
    return None


def _rewritten(doc: Document, scope: range, lines: list[str]) -> Document:
    """The section with its labelled lines, or its sentence that there is none yet, replaced."""
    part = next(p for p in doc.parts if p.kind == "best" and doc.blocks[p.at].line in scope)
    body = doc.blocks[part.at + 1 : part.end]
    heading = doc.blocks[part.at]
    old = [b for b in body if (b.kind in ("item", "text") and split_label(b.text)) or _says_none(b)]
    if not old:
        return doc.inserted(heading.end, ["", *lines])
    first, last = old[0].line, old[-1].end
    return doc.replaced(first, last, lines)


def _says_none(block: Block) -> bool:
    text = bare(block.text).rstrip(".")
    return block.kind in ("text", "item") and text.startswith(
        ("not yet", "none", "no experiments", "tbd", "n/a")
    )


def _says_more(doc: Document, heading: Block) -> bool:
    """Whether a section without labelled lines says anything but that there is no best run yet."""
    part = next(p for p in doc.parts if doc.blocks[p.at] is heading)
    return any(not _says_none(block) for block in doc.blocks[part.at + 1 : part.end] if block.kind != "rule")


def _summary_metrics(doc: Document, run: RunRecord) -> list[str]:
    table = summary_for(doc, run.place.line)
    names = [column_of(doc, name) for name in columns_of(table)] if table else []
    return [name for name in names if name and doc.reading.fields[name].kind == "metric"]


def _title(name: str) -> str:
    return name.capitalize() if name.islower() and name.isalpha() else name


def column_of(doc: Document, name: str) -> str:
    """The column of that name, also under another name of the same metric; "" where there is none."""
    fields = doc.reading.fields
    exact = next((known for known in fields if fold(known) == fold(name)), "")
    same = [known for known in fields if known_metric(known) and known_metric(known) == known_metric(name)]
    return exact or (same[0] if len(same) == 1 else "")


def direction(doc: Document, name: str) -> str:
    return doc.directions.get(fold(name)) or doc.reading.fields[name].direction or direction_of(name)[0]


def number(run: RunRecord, name: str) -> float | None:
    value = run.values.get(name)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _text(run: RunRecord, name: str) -> str:
    value = run.values.get(name)
    mark = run.marks.get(name)
    return "-" if value is None else inline(mark.text if mark else str(value))


def _config(doc: Document, run: RunRecord) -> str:
    params = {name: run.values[name] for name, field in doc.reading.fields.items()
              if field.kind == "param" and run.values.get(name) is not None}  # fmt: skip
    return full(params)
