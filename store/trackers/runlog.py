"""Output of a training that says whose it is: nanochat's logs and report, autoresearch's `run.log`.

A file is taken only where it holds the lines that these programs print; any other `*.log` is passed over.
Last values and how the run ended are the scanner's (`store.results`); here the values by step are added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from store.errors import HistoryError
from store.kinds import kind_of
from store.markup import clean
from store.readers.decode import decode
from store.records import Place, Reading, RunRecord
from store.results import Report, Scanner, read_file
from store.results.names import result_name
from store.trackers.gather import Gathering, moment, number
from store.trackers.places import Unreadable, inside, text_of

__all__ = ["add_output", "claims", "read", "read_output"]

_SUFFIXES = (".log", ".txt", ".out", "")
_REPORT = "# nanochat training report"
_END = 65_536
_STEP = re.compile(
    r"^[Ss]tep (\d{5,9})(?:/\d+)?(?: \([\d.]+%\))? \| (?=loss: |Validation bpb: |CORE metric: )", re.M
)
_BLOCK = re.compile(r"^---\n(?:\w+: +\S+\n)+\Z", re.M)  # of lines that end: else it backtracks for ever
_AUTO = re.compile(r"^(?:training_seconds|peak_vram_mb|val_bpb): +[\d.]+", re.M)
_DONE = re.compile(r"^(?:Minimum validation bpb: |Total training time: |Peak memory usage: )", re.M)
_CONFIG = re.compile(r"(?:Model config|Building model with config): \{([^{}\n]{1,2000})\}")
_PAIR = re.compile(r"'(\w+)': (?:'([^']*)'|([^,']+))")
_PRINTED = re.compile(
    r"^(num_layers|model_dim|num_heads|head_dim|num_kv_heads|Vocab size|Total batch size)(?:: | )([\d,]+)",
    re.M,
)
_STAMP = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.M)
_GENERIC = frozenset(("run", "log", "train", "output", "out", "report", "stdout"))


def claims(path: Path, names: frozenset[str], head: bytes) -> bool:
    """A file by the lines it holds; the folder of a nanochat report, where its sections lie beside it."""
    if names:
        return "report.md" in names and all(name.endswith(".md") for name in names) and _is_report(path)
    if path.suffix == ".md":
        return head.lstrip(b"\xef\xbb\xbf").startswith(_REPORT.encode())
    if path.suffix.lower() not in _SUFFIXES or not head:
        return False
    text = _ends(path, head)
    steps = [found[1] for found in _STEP.finditer(text)]
    return len(set(steps)) > 1 or (len(steps) > 0 and bool(_DONE.search(text))) or _has_block(text)


def _is_report(folder: Path) -> bool:
    report = inside(folder, "report.md")
    if report is None or not report.is_file():
        return False
    try:
        with report.open("rb") as file:
            return file.read(60).startswith(_REPORT.encode())
    except OSError:
        return False


def _has_block(text: str) -> bool:
    return bool(_BLOCK.search(text.rstrip() + "\n")) and len(_AUTO.findall(text)) >= 2


def _ends(path: Path, head: bytes) -> str:
    """The beginning and the end of a file: a log may print the program's whole source first."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _END) & ~1)
            tail = file.read(_END)
    except OSError:
        tail = b""
    wide = decode(head[:2] + tail if head[:2] in (b"\xff\xfe", b"\xfe\xff") else tail)
    return (wide.text if wide else "").replace("\r\n", "\n").replace("\r", "\n")


def read(path: Path, shown: str) -> Reading:
    """One run."""
    gathering = Gathering(shown)
    file = path / "report.md" if path.is_dir() else path
    place = Place(f"{shown}/report.md" if path.is_dir() else shown)
    with gathering.careful(place):
        if file.suffix == ".md":
            _report(gathering, place, file)
        else:
            run = gathering.run(_name(file), place)
            read_output(gathering, run, file)
    return gathering.close()


def read_output(gathering: Gathering, run: RunRecord, file: Path) -> None:
    """Add what the output of a training tells to a run.

    Raises:
        Unreadable: where the file can't be read.
    """
    text = re.sub(r"\r\n?", "\n", text_of(file))
    scanner = Scanner()
    scanner.feed(text.encode(errors="replace"))
    report = scanner.report()
    add_output(gathering, run, report)
    for name, value in _chosen(text):
        gathering.put(run, name, value, "param")
    _block(gathering, run, text)
    _points(gathering, run, text)
    if stamp := _STAMP.search(text):
        gathering.put(run, "date", moment(stamp[1]), "attribute", role="date")
    if not report.state and (_DONE.search(text[-_END:]) or _has_block(text[-_END:])):
        gathering.put(run, "status", "completed", "attribute", role="status")


def add_output(gathering: Gathering, run: RunRecord, report: Report) -> None:
    """Add a report of the scanner's: results, how the run ended and why."""
    for name, result in report.results.items():
        if name == "gpu":
            gathering.put(run, name, result.text, "attribute", role="hardware")
            continue
        value = number(result.text) if result.value is None else result.value
        gathering.put(run, name, value, "metric", unit=result.unit, role="duration" if name == "time" else "")
    if report.state:
        gathering.put(run, "status", report.state, "attribute", role="status")
        if report.why and report.why != report.state:
            gathering.put(run, "error", report.why, "attribute")


def _chosen(text: str) -> Iterator[tuple[str, object]]:
    """What the log prints of the model: its configuration, or its dimensions a line each."""
    if found := _CONFIG.search(text):
        for name, quoted, bare in _PAIR.findall(found[1]):
            yield name, quoted or {"True": True, "False": False, "None": None}.get(bare, bare)
        return
    for name, value in _PRINTED.findall(text):
        yield "_".join(name.lower().split()), int(value.replace(",", "") or 0)


def _block(gathering: Gathering, run: RunRecord, text: str) -> None:
    """The last lines of autoresearch: `key:   value`, of which the scanner takes what was measured."""
    found = _BLOCK.search(text[-_END:].rstrip() + "\n")
    for line in found[0].split("\n")[1:] if found else []:
        name, _, value = line.partition(":")
        if name and name not in run.values:
            kind = kind_of(name)
            gathering.put(run, name, value.strip(), kind if kind != "metric" else "attribute")


def _points(gathering: Gathering, run: RunRecord, text: str) -> None:
    """The values by step of what the scanner knows for a result; a running total is none."""
    wanted = {name for name, field in gathering.reading.fields.items() if field.kind == "metric"} - {"time"}
    for found in _STEP.finditer(text):
        end = text.find("\n", found.end())
        line = text[found.end() : end if end >= 0 else len(text)][:400]
        for part in line.split("|"):
            label, sign, value = part.partition(": ")
            name = _called(label.strip()) if sign else ""
            if name in wanted:
                gathering.point(run, name, found[1], value.strip().rstrip("%").replace(",", ""))


@cache
def _called(label: str) -> str:
    return clean(result_name(label))


def _report(gathering: Gathering, place: Place, file: Path) -> None:
    """A nanochat report: the results of all its sections, the settings of the base model's training."""
    text = text_of(file)
    try:
        report = read_file(file)
    except HistoryError as error:
        raise Unreadable(str(error)) from None
    run = gathering.run(_name(file), place)
    add_output(gathering, run, report)
    for name, value in _bullets(text):
        if name == "run":
            run.name = run.name if value == "dummy" else value  # "dummy" is "not logged to W&B"
        elif name not in run.values and value != "None":
            gathering.put(run, name, value.replace(",", ""), "param")
    for label, name, role in (
        ("Generated", "date", "date"),
        ("GPUs", "gpu", "hardware"),
        ("Commit", "commit", "commit"),
    ):
        if found := re.search(rf"^(?:- )?{label}: (.+)$", text, re.M):
            gathering.put(run, name, moment(found[1]) if role == "date" else found[1], "attribute", role=role)
    if "Total wall clock time" in text:
        gathering.put(run, "status", "completed", "attribute", role="status")


def _bullets(text: str) -> Sequence[tuple[str, str]]:
    """`- key: value` of the base model's training, keys as in the command only; of two the last one."""
    section = re.search(r"^## Base model training\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    found = re.findall(r"^- ([a-z][a-z0-9_]*): (.+)$", section[1] if section else "", re.M)
    return list(dict(found).items())


def _name(file: Path) -> str:
    """The file's name, with its folder's where it says nothing."""
    stem = file.stem
    return f"{file.resolve().parent.name}/{stem}" if stem.lower() in _GENERIC else stem
