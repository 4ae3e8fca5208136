"""The way of a record: an act is planned on the log as it stands, and carried out on the file."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from nlq.answer import Answer
from nlq.record import answers
from nlq.record.models import Act, Begin, End, Idea, Remark
from nlq.record.reports import report_of
from store.command import parse_command, typed
from store.errors import NotWritable
from store.log import acts, naming, todos, writer
from store.log.best import best_run, deciding_metric
from store.log.document import Document
from store.log.finding import is_finished, pick, state_of
from store.log.journal import Journal
from store.log.similar import similar
from store.log.template import template
from store.markup import clean
from store.readers.decode import repaired
from store.readers.drafts import fold
from store.records import Direction, RunRecord, Value
from store.shell import quote
from store.slotted import fresh, slotted

__all__ = [
    "Log",
    "Plan",
    "carry_out",
    "command_text",
    "empty_log",
    "make_log",
    "plan",
    "take_back",
    "with_question",
]

_MOST = 3000  # lines of a log whose change is told exactly
_LONG = 100
"""Characters of a command from which on it is broken into lines."""


@slotted
class Log:
    """The log that is written: its file, how it is shown, which end of a metric is better where it is set."""

    path: Path
    shown: str
    directions: Mapping[str, Direction] = fresh(default_factory=dict)

    @staticmethod
    def of(path: Path, ends: Mapping[str, str]) -> Log:
        """A log, with "lower" or "higher" by the name of a metric."""
        return Log(
            path,
            str(path),
            {fold(name): "lower" if end == "lower" else "higher" for name, end in ends.items()},
        )


@slotted
class Plan:
    """An act on the log as it stands.

    Attributes:
        what: in words, for the one who is asked.
        diff: the lines that would change, as `diff -u` has them.
        answer: what will be told once it is recorded.
        asks: why it should be asked about first, "" where there is no reason.
    """

    what: str
    diff: tuple[str, ...]
    answer: Answer
    asks: str = ""


@slotted
class _Done:
    doc: Document
    answer: Answer
    what: str
    asks: str = ""


def plan(act: Act, log: Log, now: datetime) -> Plan:
    """What an act would do; nothing is written.

    Raises:
        NotWritable: where it can't be done; the message says what fits.
    """
    before = writer.read(log.path, log.shown, log.directions)
    done = _do(act, before, Journal.of(log.path.resolve()), now)
    return Plan(done.what, diff(before, done.doc), done.answer, done.asks)


def carry_out(act: Act, log: Log, now: datetime) -> Answer:
    """Record an act.

    Raises:
        NotWritable: where it can't be done; then nothing is changed.
    """
    made: list[_Done] = []

    def change(doc: Document, journal: Journal) -> Document:
        made.append(_do(act, doc, journal, now))
        journal.highest = max(journal.highest, naming.highest_number(made[-1].doc))
        return made[-1].doc

    writer.write(log.path, change, _what(act), log.shown, log.directions)
    return made[-1].answer


def diff(before: Document | None, after: Document | None) -> tuple[str, ...]:
    """The lines in which two versions differ, as `diff -u` shows them."""
    old, new = (_lines(doc) for doc in (before, after))
    shown = (after or before or Document(b"", "")).shown.lstrip("/")
    # `difflib.unified_diff` takes the common lines of a longer log for junk, and shows some as changed.
    found = difflib.SequenceMatcher(None, old, new, autojunk=len(new) > _MOST)
    told: list[str] = []
    for group in found.get_grouped_opcodes(2):
        (_, a, _, b, _), (_, _, c, _, d) = group[0], group[-1]
        told.append(f"@@ -{_span(a, c)} +{_span(b, d)} @@")
        for tag, first, last, start, end in group:
            signs = (
                (("-", old[first:last]), ("+", new[start:end]))
                if tag != "equal"
                else ((" ", old[first:last]),)
            )
            told += [f"{sign}{line}" for sign, lines in signs for line in lines]
    return (f"--- a/{shown}", f"+++ b/{shown}", *told) if told else ()


def _span(first: int, last: int) -> str:
    """Lines as the head of a hunk tells them: "12,3", "12" for one, "12,0" for none behind line 12."""
    count = last - first
    return f"{first + 1}" if count == 1 else f"{first + bool(count)},{count}"


def _lines(doc: Document | None) -> list[str]:
    return [doc.line(at) for at in range(1, len(doc.spans) + 1)] if doc else []


def _do(act: Act, doc: Document, journal: Journal, now: datetime) -> _Done:
    handlers: dict[type, Callable[..., _Done]] = {
        Begin: _begin,
        End: _end,
        Remark: _remark,
        Idea: _idea,
    }
    return handlers[type(act)](act, doc, journal, now)


def _what(act: Act) -> str:
    match act:
        case Begin():
            return "start"
        case End():
            return f"finish {act.run}".strip()
        case Remark():
            return f"note {act.run}".strip()
        case Idea():
            return "try"


def _begin(act: Begin, doc: Document, journal: Journal, now: datetime) -> _Done:
    command = parse_command(act.command)
    told = {name.replace("-", "_"): typed(text) for name, text in act.told}
    if twice := next((n for n in told if n in command.params and command.params[n] != told[n]), None):
        raise NotWritable(f"{twice} is {command.params[twice]} in the command, not {told[twice]}")
    params: dict[str, Value] = {**command.params, **told}
    name, notes = _name(act, command.name or "", doc, journal)
    run = acts.Start(
        name, now, act.command, params, tuple(n for n in told if n not in command.params), act.goal
    )
    after = acts.start(doc, run)
    near = similar(after, params, name) if params else []
    if act.command and not command.program and not params:
        notes.append("no parameter was recognised in the command; it is recorded as it is")
    answer = answers.begun(after, _named(after, name), near, notes)
    return _Done(after, answer, f"start {name}")


def _name(act: Begin, from_command: str, doc: Document, journal: Journal) -> tuple[str, list[str]]:
    """What the run is to be called, and what there is to say of that."""
    wanted = repaired(clean(act.name))
    planned = [run.name for run in doc.runs if state_of(doc, run) == "planned"]
    if wanted:
        if wanted in planned and act.command:
            return wanted, []
        if not naming.is_free(doc, wanted):
            place = next((str(r.place) for r in doc.runs if r.name.casefold() == wanted.casefold()), "")
            reason = f"is taken ({place})" if place else "is what a template is called"
            raise NotWritable(f"{wanted} {reason}", "leave the name out, or choose another")
        return wanted, []
    said = repaired(clean(from_command))
    if said in planned or (said and naming.is_free(doc, said)):
        return said, []
    fresh_name = naming.next_name(doc, (f"exp-{journal.highest}",))
    taken = [run for run in doc.runs if run.name == said]
    return fresh_name, [f"the command's name {said} is taken ({taken[0].place})"] if taken else []


def _end(act: End, doc: Document, journal: Journal, now: datetime) -> _Done:
    run = pick(doc, act.run)
    report = report_of(act, doc)
    asks = ""
    if is_finished(doc, run) and (report.results or act.report or act.file):
        asks = f"{run.name} is finished already: {_says(doc, run)}"
    after, _ = acts.finish(doc, run.name, report, act.note, act.output)
    ended = _named(after, run.name)
    answer = answers.ended(after, ended, _others_best(after, ended), ())
    return _Done(after, answer, f"finish {run.name}", asks)


def _says(doc: Document, run: RunRecord) -> str:
    fields = doc.reading.fields
    told = [f"{n} {v}" for n, v in run.values.items() if n in fields and fields[n].kind == "metric"][:3]
    return ", ".join([*told, state_of(doc, run)])


def _others_best(doc: Document, run: RunRecord) -> RunRecord | None:
    """The best of all other runs of the same log."""
    scope = doc.scope(run.place.line)
    metric = deciding_metric(doc, scope)
    return best_run(doc, metric, scope, but=run) if metric else None


def _remark(act: Remark, doc: Document, journal: Journal, now: datetime) -> _Done:
    text = clean(act.text)
    if not text:
        raise NotWritable("the note is empty", 'such as: ask note exp-002 "needs more steps"')
    after, name = acts.note(doc, act.run, text)
    return _Done(after, answers.noted(after, _named(after, name), text), f"note {name}")


def _idea(act: Idea, doc: Document, journal: Journal, now: datetime) -> _Done:
    text = clean(act.text)
    if not text:
        raise NotWritable("nothing to try was told", 'such as: ask try "longer warmup"')
    if act.done:
        after, line = todos.tick(doc, text)
        return _Done(after, answers.listed(after, f"ticked off: {line}"), "try, done")
    after, added = todos.add(doc, text)
    told = f"to try: {text}" if added else f"to try, already on the list: {text}"
    return _Done(after, answers.listed(after, told), "try")


def _named(doc: Document, name: str) -> RunRecord:
    """The last run of that name."""
    return next(run for run in reversed(doc.runs) if run.name == clean(name))


def with_question(answer: Answer, question: str) -> Answer:
    """The answer with the words that asked for it."""
    return replace(answer, question=question)


def command_text(argv: Sequence[str]) -> str:
    """A command as it is recorded: shell text that gives the same words, broken behind `--` where it is long.

    Example:
        >>> command_text(["python", "train.py", "--note=a b"])
        "python train.py '--note=a b'"
    """
    words = [quote([word]) for word in argv]
    lines = [""]
    long = sum(map(len, words)) + len(words) > _LONG
    for at, word in enumerate(words):
        room = lines[-1] and len(lines[-1]) + len(word) > _LONG
        if room or (long and at and words[at - 1] == "--"):
            lines.append("   ")
        lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return " \\\n".join(lines)


def empty_log(path: Path, title: str) -> tuple[str, ...]:
    """The lines of a new log, as a change."""
    return diff(None, Document(template(title).encode(), str(path)))


def make_log(path: Path, title: str, *, dry_run: bool = False) -> Answer:
    """Make an empty log.

    Raises:
        NotWritable: where there is one.
    """
    if not dry_run:
        writer.create(path, template(title), "init", str(path))
    elif path.exists():
        raise NotWritable(f"{path} is there already: it was left as it is")
    return Answer("", "recorded", f"made {path}: next, ask start --goal TEXT -- COMMAND")


def take_back(log: Log, *, dry_run: bool = False) -> tuple[tuple[str, ...], Answer]:
    """Take the last write back.

    Returns:
        The change, and what is told.

    Raises:
        NotWritable: where there is none, or it no longer stands there as it was written.
    """
    done = writer.take_back(log.path, log.shown, dry_run=dry_run)
    what = "made the log: it is gone" if done.after is None else done.what
    return diff(done.before, done.after), Answer("", "recorded", f"taken back: {what}")
