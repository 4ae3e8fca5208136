"""Compact Markdown of at most 10 kB (the default inside a coding agent)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nlq.render import Output
from nlq.render.cells import cells
from nlq.render.clean import clean
from nlq.render.explanation import lines
from nlq.render.formats.json import dumps

if TYPE_CHECKING:
    from nlq.answer import Answer
    from nlq.render import View

BYTES = 10_000  # what an agent's tools show whole
_LIFT = "--json, --csv or --md gives all; --limit N the first N; a narrower question is better"


def render(answer: Answer, view: View) -> Output:
    """Everything on stdout; a question that was not answered is one line of JSON."""
    if answer.status in ("declined", "ambiguous"):
        return Output(_within(_refusal(answer, view), BYTES))
    tail = "\n".join(f"{label}: {said}" for label, said in lines(answer))
    head = f"**{clean(answer.headline)}**" if answer.headline else ""
    details = "\n".join(f"- {clean(line)}" for line in answer.details)
    fixed = [_within(part, BYTES // 4) for part in (head, details, tail)]
    room = BYTES - sum(len(part.encode()) + 2 for part in fixed) - 200
    parts = (fixed[0], _table(answer, room), fixed[1], fixed[2])
    return Output("\n\n".join(part for part in parts if part) + "\n")


def _table(answer: Answer, room: int) -> str:
    if not answer.rows:
        return ""
    names = [clean(header.name) for header in answer.columns]
    texts = [_line(names), "|---" * len(names) + "|"]
    used = sum(len(text.encode()) + 1 for text in texts)
    for shown, row in enumerate(cells(answer, short=False)):
        text = _line(row)
        used += len(text.encode()) + 1
        if used > room:
            total = len(answer.rows)
            texts = texts if shown else []
            texts.append(f"\n**ROWS LEFT OUT: {total - shown} of {total} rows are not shown** ({_LIFT})")
            break
        texts.append(text)
    return "\n".join(texts)


def _line(row: list[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in row) + " |"


def _refusal(answer: Answer, view: View) -> str:
    told = {
        "status": answer.status,
        "headline": answer.headline,
        "understood": answer.understood,
        "unused": list(answer.unused),
        "suggestions": [{"ask": s.ask, "text": s.text} for s in answer.suggestions],
    }
    text = dumps({key: said for key, said in told.items() if said}, ascii=view.ascii)
    if len(text) >= BYTES:
        cut = replace(answer, headline=answer.headline[:1000], understood="", unused=(), suggestions=())
        return _refusal(cut, view)
    return text + "\n"


def _within(text: str, room: int) -> str:
    raw = text.encode()
    return text if len(raw) <= room else raw[: room - 20].decode(errors="ignore") + " … (cut)"
