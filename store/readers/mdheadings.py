"""Which headings of a Markdown file are runs.

By their own words (a number or code after "run", "experiment" …), or by a block of results under each of at
least three. Dated diary entries are left alone.
"""

from __future__ import annotations

import re

from store.cells import read_cell
from store.directions import is_metric
from store.markup import plain
from store.readers.labels import canonical, field_name, heading_part, is_placeholder, split_label
from store.readers.mdblocks import Block
from store.readers.nativesections import KEY_VALUE, read_title
from store.slotted import slotted

__all__ = ["WORDS", "RunSection", "find_sections", "is_results", "result_pairs"]

WORDS = "run|experiment|exp|trial|attempt|ablation|实验|實驗|실험|試験|実験|versuch|lauf|essai|expérience"
_NUMBERED = re.compile(
    rf"(?:(?P<before>[\w./+-]+(?: [\w./+-]+){{0,2}}) )?\b(?P<word>{WORDS})(?:\s*[#№_-]?\s*"
    r"(?P<id>(?-i:[A-Z]{1,4}-)?\d[\w.]*)|\s+(?P<letter>(?-i:[A-Z]))(?=\s*(?:[:：.—–-]|$)))"
    r"(?![-–]\d)(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LISTED = re.compile(r"(?P<id>\d+(?:\.\d+)*)[.)]?\s+(?P<rest>\S.*)$", re.DOTALL)
_CODED = re.compile(
    r"(?P<id>(?:E|EX|EXP|RUN|R|X|ABL)[-_]?\d+[a-z]?(?:/[A-Z]+\d+[a-z]?)*|EXP-[A-Z]\w*)(?P<rest>\s*[.:：—–-]\s+.*|\s*)$"
)
_MARKS = re.compile(r"\s*[✅✔☑❌✗✘🔄⏳🚧⚠]")


_SUMMARY_LINE = re.compile(
    r"\s*(?:wandb:\s*)?(?:run summary|results?|final|-{3,}|={3,})\s*:?\s*$", re.IGNORECASE
)


@slotted(frozen=False)
class RunSection:
    """A section that is a run.

    Attributes:
        name: its number or code as written ("4", "3b", "E01"), or its whole heading.
        title: what else the heading says.
        status: the words of a mark in the heading ("✅ 채택").
        blocks: heading first.
        word: what the heading calls it ("run", "experiment").
        path: the headings above it.
        date: as the heading has it.
    """

    name: str
    title: str
    status: str
    blocks: list[Block]
    word: str = ""
    path: tuple[str, ...] = ()
    date: str = ""


def find_sections(blocks: list[Block]) -> list[RunSection]:
    """The sections of a file that are runs, in order.

    Args:
        blocks: the file's blocks.
    """
    found: list[RunSection] = []
    path: list[Block] = []
    named = _named_headings(blocks) or _result_headings(blocks) or _labelled_headings(blocks)
    inside = -1
    for at, block in enumerate(blocks):
        if block.kind != "heading":
            continue
        path = [*(above for above in path if above.level < block.level), block]
        if at < inside:
            continue
        section = named.get(at)
        if section is None or is_placeholder(section.name):
            continue
        end = min(_end(blocks, at), *(other for other in [*named, len(blocks)] if other > at))
        section.blocks = blocks[at:end]
        section.path = tuple(plain(above.text) for above in path[:-1])
        if any(b.kind not in ("rule", "heading") for b in section.blocks):
            found.append(section)
            inside = end
    return found


def _named_headings(blocks: list[Block]) -> dict[int, RunSection]:
    """Headings that are runs by their words, or `### 2. Title` under "Experiments"; never a file's title."""
    found = {}
    inside = 0
    for at, block in enumerate(blocks):
        if block.kind != "heading":
            continue
        if block.level <= inside:
            inside = 0
        if heading_part(block.text) == "experiments" and block.level > 1:
            inside = block.level
        section = _section(block, listed=bool(inside)) if block.level > 1 else None
        if section:
            found[at] = section
    return found


def _section(block: Block, *, listed: bool) -> RunSection | None:
    """A run by its heading's words alone, or None."""
    text = plain(block.text).strip()
    match = _NUMBERED.match(text) or _CODED.match(text) or (_LISTED.match(text) if listed else None)
    if not match:
        return None
    rest, status = match["rest"], ""
    if mark := _MARKS.search(rest):
        rest, status = rest[: mark.start()], rest[mark.start() :].strip()
    before = match.groupdict().get("before")
    if before and not re.match(r"[\W\d]*$", before):
        return RunSection(text[: match.start("rest")].strip(), _bare_title(rest), status, [])
    name = match.groupdict().get("letter") or match["id"]
    if match.groupdict().get("word") and text[match.end("word") : match.start("id")] in ("-", "_"):
        return RunSection(
            text[match.start("word") : match.end("id")].rstrip("."), _bare_title(rest), status, []
        )
    return RunSection(name.rstrip("."), _bare_title(rest), status, [], match.groupdict().get("word") or "")


def _bare_title(rest: str) -> str:
    return rest.strip().lstrip(".:：—–-").strip()


def _end(blocks: list[Block], at: int) -> int:
    for end in range(at + 1, len(blocks)):
        if blocks[end].kind == "heading" and blocks[end].level <= blocks[at].level:
            return end
    return len(blocks)


def _result_headings(blocks: list[Block]) -> dict[int, RunSection]:
    """Headings with a block of results right under them, where at least three are alike."""
    heads = [at for at, block in enumerate(blocks) if block.kind == "heading"]
    found = {}
    for at, following in zip(heads, [*heads[1:], len(blocks)], strict=False):
        fences = [b for b in blocks[at + 1 : following] if b.kind == "fence"]
        if any(is_results(fence.text) for fence in fences):
            text = plain(blocks[at].text)
            if text and not canonical(text) and not read_title(text).date:
                found[at] = RunSection(text, "", "", [])
    return found if len(found) >= 3 else {}


def _labelled_headings(blocks: list[Block]) -> dict[int, RunSection]:
    """Headings of one level with labelled lines right under them: "- config: lr=0.1", "- val loss: 2.1".

    At least two and most of them measure the same; the others, of runs that failed, have labels of theirs.
    """
    heads = [at for at, block in enumerate(blocks) if block.kind == "heading"]
    labelled: dict[int, tuple[set[str], set[str]]] = {}
    for at, following in zip(heads, [*heads[1:], len(blocks)], strict=False):
        own = [block for block in blocks[at + 1 : following] if block.kind in ("item", "text")]
        found = [told for block in own if (told := split_label(block.text))]
        labels = {canonical(label) or field_name(label) for label, _, _ in found}
        if len(labels) > 1 and blocks[at].level > 1 and not canonical(plain(blocks[at].text)):
            metrics = {field_name(label) for label, text, _ in found if _is_number(text)}
            labelled[at] = labels, {name for name in metrics if is_metric(name)}
    for level in sorted({blocks[at].level for at, (_, metrics) in labelled.items() if metrics}):
        measured = [at for at, (_, metrics) in labelled.items() if metrics and blocks[at].level == level]
        common = set.intersection(*(labelled[at][0] for at in measured))
        alike = [at for at, (labels, _) in labelled.items() if blocks[at].level == level and labels & common]
        if len(measured) > 1 and set.intersection(*(labelled[at][1] for at in measured)):
            titles = {at: read_title(blocks[at].text) for at in alike if 2 * len(measured) >= len(alike)}
            return {
                at: RunSection(title.name, title.rest, "", [], date=title.date)
                for at, title in titles.items()
                if title.name
            }
    return {}


def is_results(text: str) -> bool:
    """Whether a fence holds results and nothing else, a few lines: an excerpt of a log is no result."""
    lines = [line for line in text.split("\n") if line.strip() and not _SUMMARY_LINE.match(line)]
    if not 0 < len(lines) <= 16 or not all(map(result_pairs, lines)):
        return False
    return any(is_metric(key) for line in lines for key, _ in result_pairs(line))


def result_pairs(line: str) -> list[tuple[str, str]]:
    """The numbers of a line of results: `wandb: key 0.5`, `key: 0.5`, `>> test_acc: 0.77, test_f1: 0.72`."""
    if match := KEY_VALUE.match(line):
        return [(match[1], match[2])] if _is_number(match[2]) else []
    line = re.sub(r"^\s*(?:wandb:|>+|[-*])\s*", "", line).strip()
    parts = [
        re.fullmatch(r"([A-Za-z_][\w./@-]*)\s*[:=]\s*(\S+)", part)
        for part in re.split(r"[,;]\s*|\s{2,}", line)
    ]
    found = [(part[1], part[2]) for part in parts if part]
    return found if len(found) == len(parts) and all(_is_number(value) for _, value in found) else []


def _is_number(text: str) -> bool:
    return isinstance(read_cell(text).value, (int, float))
