"""What is said beside an answer: how the question was read, what was left out, where it is from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nlq.render.cells import width
from nlq.render.clean import clean

if TYPE_CHECKING:
    from nlq.answer import Answer, Provenance, Searched, Suggestion
    from nlq.render import View

__all__ = ["beside_data", "command", "explanation", "fold", "left_out", "lines", "offers"]

LABEL = len("understood") + 2
SPANS = 8  # places named per file


def explanation(answer: Answer, view: View) -> str:
    """The lines for stderr below the text form: a label, then what it says."""
    text = "".join(_set(label, said, view) for label, said in lines(answer))
    if answer.suggestions and answer.status in ("declined", "ambiguous"):
        text = offers(answer.suggestions, numbered=answer.status == "ambiguous", room=view.width_err) + text
    return text


def beside_data(answer: Answer, view: View) -> str:
    """The same for formats that hold the rows alone: the headline goes to stderr too."""
    told = [answer.headline, *answer.details]
    return "".join(f"{clean(line)}\n" for line in told if line) + explanation(answer, view)


def lines(answer: Answer) -> Iterator[tuple[str, str]]:
    """Label and text of every line, cleaned, in the order they are shown in."""
    if answer.understood:
        yield "understood", clean(answer.understood)
    for assumption in answer.assumptions:
        other = f"  → {command(assumption.override)}" if assumption.override else ""
        yield "assumed", clean(assumption.text) + other
    if answer.searched.left_out:
        yield "left out", left_out(answer.searched)
    if answer.provenance:
        yield "written" if answer.status == "recorded" else "from", fold(answer.provenance)
    for note in answer.notes:
        yield "note", clean(note)
    if answer.unused:
        yield "unused", ", ".join(f'"{clean(word)}"' for word in answer.unused)
    if answer.status not in ("declined", "ambiguous"):
        for offer in answer.suggestions:
            yield "see also", command(offer.ask) + (f"  {clean(offer.text)}" if offer.text else "")


def left_out(searched: Searched) -> str:
    """The runs left out and why: "1 crash, 2 running (of 126)"; a lone named run as it is."""
    parts = [
        clean(reason) if count == 1 and ": " in reason else f"{count} {clean(reason)}"
        for reason, count in searched.left_out.items()
    ]
    return ", ".join(parts) + (f" (of {searched.runs})" if searched.runs else "")


def fold(provenance: tuple[Provenance, ...]) -> str:
    """Places, each file named once: ".claude/experiments.md:7, 24-43; results.tsv:2-9"."""
    spans: dict[str, list[tuple[int, int]]] = {}
    keys: dict[str, list[str]] = {}
    for place in (p.place for p in provenance):
        path = clean(place.path)
        if place.key:
            keys.setdefault(path, []).append(clean(place.key))
        else:
            spans.setdefault(path, [])
            if place.line:
                spans[path].append((place.line, max(place.line, place.end)))
    files = [path + (f":{_some(_merged(found))}" if found else "") for path, found in spans.items()]
    files += [f"{path}#{_some(list(dict.fromkeys(found)))}" for path, found in keys.items()]
    return "; ".join(files)


def command(question: str) -> str:
    """What to type to ask that; in quotes where a shell would read it otherwise."""
    plain = clean(question)
    if re.search(r"[^\w\s.,:=/@%+×-]", plain):
        plain = "'" + plain.replace("'", "'\\''") + "'"
    return f"ask {plain}"


def offers(suggestions: tuple[Suggestion, ...], *, numbered: bool, room: int = 0) -> str:
    """Questions that do work, one a line, under a declined or ambiguous one."""
    texts = [clean(offer.text) for offer in suggestions]
    column = max(
        (width(text) for offer, text in zip(suggestions, texts, strict=True) if offer.ask), default=0
    )
    shown = []
    for count, (offer, text) in enumerate(zip(suggestions, texts, strict=True), 1):
        head = f"  {count}  " if numbered else "  "
        if not offer.ask:
            shown.append(f"{head}{text}\n")
            continue
        pad = " " * (column - width(text) + 2) if column else ""
        line = f"{head}{text}{pad}→ {command(offer.ask)}"
        if room and width(line) > room:
            line = f"{head}{text}\n    → {command(offer.ask)}" if text else line
        shown.append(line + "\n")
    return "".join(shown)


def _merged(spans: list[tuple[int, int]]) -> list[str]:
    merged: list[tuple[int, int]] = []
    for line, end in sorted(set(spans)):
        if merged and line <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((line, end))
    return [f"{line}-{end}" if end > line else str(line) for line, end in merged]


def _some(parts: list[str]) -> str:
    more = len(parts) - SPANS
    return ", ".join(parts) if more <= 0 else f"{', '.join(parts[:SPANS])} and {more} more"


def _set(label: str, said: str, view: View) -> str:
    head = label.ljust(LABEL)
    parts = [said]
    if view.width_err:
        import textwrap

        # Paths and flags stay whole: they are there to be copied.
        room = max(view.width_err - LABEL, 20)
        parts = textwrap.wrap(said, room, break_long_words=False, break_on_hyphens=False) or [""]
    if view.color_err:
        head = f"\x1b[2m{head}\x1b[0m"
    return f"{head}{parts[0]}\n" + "".join(f"{'':{LABEL}}{part}\n" for part in parts[1:])
