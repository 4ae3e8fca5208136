"""Sentences that report: "training finished with loss 2.71". Words as terminals of `record.lark`.

Links are made only where the sentence is a report from its first word to its last, greetings and thanks
apart, and nothing in it asks, denies or compares. So a question is never taken for a report, and no word of
a report is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from nlq.lattice import Edge, Ending, Mention
from nlq.link.phrases import BEGINNING, Meaning, as_result, bare, beginnings, mended, named, run_of, spelled
from nlq.tokens import Token
from store.slotted import slotted
from store.vocabulary import words

__all__ = ["records"]

_FOLLOWS: dict[str, tuple[str, ...]] = {
    after: tuple(kinds.split())
    for after, kinds in {
        "": " ".join(BEGINNING),
        "asked": "R_DID R_THAT R_RESULT R_RESULTS R_MARK R_NOTE R_NOTE_ON R_ADD R_TICK R_CROSS",
        "R_BEGIN": "R_TEXT R_ITEM",
        "R_STARTING": "R_RUN",
        "R_RUN": "R_ENDED R_REPORT R_STATE R_TEXT R_SAYING",
        "R_IT": "R_ENDED R_REPORT R_STATE R_TEXT R_SAYING",
        "R_ENDED": "R_REPORT",
        "R_STATE": "R_REPORT",
        "R_DID": "R_RUN R_IT",
        "R_ALONE": "R_REPORT",
        "R_THAT": "R_RUN R_IT R_TEXT",
        "R_RESULT": "R_VALUES R_RUN R_IT",
        "R_VALUES": "R_FOR",
        "R_FOR": "R_RUN R_IT",
        "R_RESULTS": "R_RUN R_IT",
        "R_MARK": "R_RUN R_IT R_ITEM",
        "R_NOTE": "R_RUN R_TEXT R_ITEM",
        "R_NOTE_ON": "R_RUN R_IT",
        "R_SAYING": "R_TEXT",
        "R_IDEA": "R_TEXT R_ITEM",
        "R_TODO": "R_TEXT R_ITEM",
        "R_ADD": "R_ITEM",
        "R_GIVE": "R_ITEM",
        "R_TICK": "R_TEXT R_ITEM",
        "R_CROSS": "R_ITEM",
        "R_ITEM": "R_NEXT R_LIST R_SHOT R_DONE R_OFF R_FOR",
    }.items()
}
"""What can follow a word of a report; `record.lark` decides which of the ways are sentences."""

_CLOSING = {
    "R_BEGIN": "R_NEXT", "R_IDEA": "R_NEXT", "R_TODO": "R_NEXT", "R_ADD": "R_LIST", "R_GIVE": "R_SHOT",
    "R_TICK": "R_DONE", "R_CROSS": "R_OFF", "R_MARK": "R_DONE", "R_NOTE": "R_FOR",
}  # fmt: skip
"""With which words free words may close."""

_ENDING = frozenset(
    (
        "R_BEGIN_E", "R_TEXT_E", "R_NEXT_E", "R_RUN_E", "R_IT_E", "R_ENDED_E", "R_REPORT_E", "R_VALUES_E",
        "R_STATE_E", "R_LIST_E", "R_SHOT_E", "R_DONE_E", "R_OFF_E",
    )
)  # fmt: skip
"""Terminals that end the sentence."""

_FREE = 0.04
"""What a word of free text costs: more than one that is known, so that "note on exp-002: …" names its run."""
_WHOLE = -4.0
"""What the last word of a report costs: no question is nearer than a sentence that is one from end to end."""

_NAMING = frozenset(("run", "experiment", "job", "training"))
_CLOSED = re.compile(r"[\"“”‘`()\[\]{}<>|?？]|(?<!\w)'")
_SETS_OFF = re.compile(r"[:(–—]|\s-+\s")
_PARTS = re.compile(r"[,;:(–—!]|\.\s|\s-\s")
_SIGNS = "~≈$€£#@<>±"


def records(tokens: list[Token], edges: list[list[Edge]], text: str) -> Iterator[Edge]:
    """The links of a sentence that reports; none where it is anything else.

    Args:
        tokens: of the sentence.
        edges: what its words are linked to already: names of runs, columns.
        text: the sentence, of which free texts are cut.
    """
    around, last = words("records")["around"], len(tokens) if text else 0
    while last and tokens[last - 1].norm in around["after"]:
        last -= 1
    for first in range(last):
        word = tokens[first].norm
        if mended(word) in beginnings() or named(tokens, edges, text, first, False):
            yield from _Sentence(tokens, edges, text, first, last).edges()
        if word not in around["before"]:
            return


@slotted
class _Way:
    """How far a sentence was walked: the next token, the kinds of the last and the first word, the state."""

    at: int
    after: str = ""
    first: str = ""
    state: str = "?"


class _Sentence:
    """The ways through a sentence, from its first word that is no greeting to its last."""

    def __init__(
        self, tokens: list[Token], edges: list[list[Edge]], text: str, first: int, last: int
    ) -> None:
        self.tokens, self.linked, self.text, self.first, self.last = tokens, edges, text, first, last
        self.norms = [mended(token.norm) for token in tokens]
        between = [text[one.end : two.start] for one, two in pairwise(tokens)]
        self.gaps = [text[: tokens[0].start], *between, text[tokens[-1].end :]]
        self.asks = "?" in text or "？" in text

    def edges(self) -> Iterator[Edge]:
        """The links of all ways that go from end to end, each once."""
        if any(map(_CLOSED.search, self.gaps[: self.first + 1])) or self.text.count('"') % 2:
            return
        begins = [_Way(self.first), *(_Way(end, "asked") for end in self._spelled(self.first, "asked"))]
        ways = [way for begin in begins for way in self._walk(begin)]
        whole = [way for way in ways if not self.asks or way[-1].terminal == "R_TEXT_E"]
        yield from {(edge.start, edge.end, edge.terminal): edge for way in whole for edge in way}.values()

    def _walk(self, way: _Way) -> Iterator[list[Edge]]:
        for terminal in _FOLLOWS.get(way.after, ()):
            for edge in self._links(way, terminal):
                start, cost = edge.start, edge.cost
                if not way.first:  # greetings are part of it, and cost a little: "done" may be none
                    start, cost = 0, cost + _FREE * self.first
                if edge.end == self.last and f"{terminal}_E" in _ENDING:
                    yield [Edge(start, len(self.tokens), f"{terminal}_E", edge.payload, cost + _WHOLE)]
                elif edge.end < self.last:
                    state = edge.payload.state if isinstance(edge.payload, Ending) else way.state
                    here = Edge(start, edge.end, terminal, edge.payload, cost)
                    for rest in self._walk(_Way(edge.end, terminal, way.first or terminal, state)):
                        yield [here, *rest]

    def _links(self, way: _Way, terminal: str) -> Iterator[Edge]:
        if terminal in ("R_TEXT", "R_ITEM"):
            yield from self._texts(way, terminal)
        elif terminal in ("R_REPORT", "R_VALUES"):
            yield from self._reports(way, terminal)
        elif way.after and _CLOSED.search(self.gaps[way.at]):
            return
        elif terminal == "R_RUN":
            yield from self._runs(way.at)
        else:
            yield from self._phrases(way.at, terminal)

    # -- phrases and names

    def _phrases(self, at: int, terminal: str) -> Iterator[Edge]:
        """The phrases of a terminal that begin there, or behind words that only help."""
        for begin in range(at, self.last):
            for end, meaning in self._spelled(begin, terminal).items():
                yield Edge(at, end, terminal, meaning, 0.0)
            if terminal != "R_ENDED" or self.norms[begin] not in words("records")["around"]["helping"]:
                return

    def _spelled(self, at: int, terminal: str) -> dict[int, Meaning]:
        """Where the phrases of a terminal end that begin there, and what they mean."""
        found = spelled(terminal, self.norms, at, self.last)
        return {end: means for end, means in found if not any(map(_PARTS.search, self.gaps[at + 1 : end]))}

    def _runs(self, at: int) -> Iterator[Edge]:
        """A run by its name, or by what looks like one; "run exp-003", "the exp-003 run" as well."""
        for begin in (at, *self._spelled(at, "named")):
            told = not _NAMING.isdisjoint(self.norms[at:begin])
            for end, name, cost in named(self.tokens, self.linked, self.text, begin, told):
                if end < self.last and self.norms[end] == "s" and self.gaps[end] in ("'", "’"):
                    end += 1
                for over in (end, *self._spelled(end, "naming")):
                    if over <= self.last:
                        yield Edge(at, over, "R_RUN", name, cost)

    # -- words that are kept

    def _texts(self, way: _Way, terminal: str) -> Iterator[Edge]:
        """The rest of the sentence, or what stands before its closing words."""
        closing, ends = _CLOSING.get(way.after, ""), [self.last]
        if closing:
            closes = [end for end in range(way.at, self.last) if self._closes(end, closing)]
            if terminal == "R_ITEM":
                ends = [end for end in closes if end > way.at]
            elif closes and closing != "R_FOR":
                return  # the closing words are no part of it
        for end in ends:
            if self._fits(way, end) and (said := self._said(way.at, end)):
                yield Edge(way.at, end, terminal, said, _FREE * (end - way.at))

    def _closes(self, at: int, terminal: str) -> bool:
        ends = self._spelled(at, terminal)
        return bool(ends) if terminal == "R_FOR" else self.last in ends

    def _fits(self, way: _Way, end: int) -> bool:
        """Whether free words can stand there: where they may ask something, a sign must set them off."""
        at, around = way.at, words("records")["around"]
        if way.after in ("R_NOTE", "R_THAT", "R_MARK") and any(self._runs(at)):
            return False  # what is said of a run is told by its name
        if _SETS_OFF.search(self.gaps[at]) or self.tokens[at].kind == "quoted":
            return True
        if way.after == "R_RUN" and self.norms[at] in around["pairing"]:
            return False
        if self.asks or _CLOSED.search(self.gaps[at]) or self.norms[at] in around["elsewhere"]:
            return False
        if way.first == "R_NOTE" and way.after == "R_RUN" and any(map(_SETS_OFF.search, self.gaps[1:at])):
            return True
        if way.first == "R_NOTE":
            asks = self.norms[at] in around["asking"] or self.norms[at] in around["opening"]
            return way.after == "R_RUN" and end - at > 1 and not asks
        if way.after == "R_THAT":  # of the run in progress, though another one is named
            near = any(word in around["near"] for word in self.norms[at:end])
            return near or not any(map(run_of, chain.from_iterable(self.linked[at:end])))
        return way.first not in ("R_NOTE_ON", "R_TODO") or way.after == "R_SAYING"

    def _said(self, at: int, end: int) -> str:
        """The words as they were written, without the signs that set them off."""
        begin = self.tokens[at].start
        while begin > self.tokens[at - 1].end and self.text[begin - 1] in _SIGNS:
            begin -= 1
        stop = self.tokens[end].start if end < len(self.tokens) else len(self.text)
        return bare(self.text[begin:stop])

    # -- words that tell how a run ended

    def _reports(self, way: _Way, terminal: str) -> Iterator[Edge]:
        """What came out, or why: the rest of the sentence; results also before "for exp-003"."""
        ends = [self.last]
        if terminal == "R_VALUES":
            ends += [end for end in range(way.at + 1, self.last) if self._closes(end, "R_FOR")]
        for end in ends:
            if self.asks or self._may_ask(way.at, end):
                continue
            if (said := self._said(way.at, end)) and self._tells(way, end, said):
                told = as_result(said, self._columns(way.at, end))
                yield Edge(way.at, end, terminal, told, _FREE * (end - way.at))

    def _tells(self, way: _Way, end: int, said: str) -> bool:
        """Whether words report an end: they tell what came out, or go on as such a state does."""
        from store.results import read_words

        around, first = words("records")["around"], self.norms[way.at]
        parted = bool(_PARTS.search(self.gaps[way.at]))
        if way.state not in ("?", "", "completed"):
            return parted or first in around["places"] or first in around["causes"]
        if way.at and any(one.terminal == "COL" and one.end > way.at for one in self.linked[way.at - 1]):
            return False  # "log loss 0.3" records no loss
        report, remarks = read_words(said, self._columns(way.at, end)), parted or first in around["remarking"]
        if way.first == "R_RESULT":
            return bool(report.results) and not report.remarks and not report.state
        if way.state == "?" and not (parted and report.results):
            return False
        if report.results or way.first == "R_ALONE":
            return bool(report.results)
        if report.state not in ("", "completed", "running", "planned"):
            return remarks or way.state == ""
        return remarks and way.state == "completed"

    def _columns(self, at: int, end: int) -> Sequence[str]:
        """The columns that the words name, which may be called as no known metric is."""
        return [
            column.name
            for bucket in self.linked[at:end] for edge in bucket
            if edge.terminal == "COL" and isinstance(edge.payload, Mention)
            for column in edge.payload.columns if column.kind == "metric"
        ]  # fmt: skip

    def _may_ask(self, at: int, end: int) -> bool:
        """Whether words ask, deny, compare, or tell of another run.

        Behind a sign, an "and" or a cause they may compare and deny.
        """
        around, free = words("records")["around"], False
        for here in range(at, end):
            word, run = self.norms[here], any(map(run_of, self.linked[here]))
            parted = bool(_PARTS.search(self.gaps[here])) and not self.tokens[here].joined
            joins = here > at and self.norms[here - 1] in ("and", "but", "so")
            begins = here == at or parted or joins
            if begins and (run or word in around["opening"] or self._tells_of_another(here)):
                return True
            free = free or joins or parted
            if not free and (run or word in around["asking"]):
                return True
            free = free or word in around["freeing"]
        return self.norms[end - 1] in around["ending"]

    def _tells_of_another(self, at: int) -> bool:
        ends = [run.end for run in self._runs(at)]
        return any(self._spelled(end, kind) for end in ends for kind in ("R_ENDED", "R_STATE"))
