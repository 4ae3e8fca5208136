"""Which numbers of a spoken clause are results, and of what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.directions import known_metric, taken_for
from store.headers import read_header
from store.kinds import kind_of
from store.readers.labels import canonical
from store.readers.shorthand import hardware
from store.results.fillers import (
    ABOUT,
    BEFORE_TIME,
    COMPARED,
    CONNECTING,
    DENYING,
    DIRECT,
    FILLING,
    PART,
    QUALIFYING,
    UNSAID,
)  # fmt: skip
from store.results.names import column_of, is_measured, result_name
from store.results.report import Result
from store.results.saying import Token

__all__ = ["Pairs"]

_STEPS = frozenset(("step", "iter", "iteration"))
_TIMES = frozenset(("d", "h", "min", "s"))
_RANGE = frozenset(("to", "->", "→", "or", "and", "vs", "versus", "/", "-", "..", "±", "×", "*", "=>", "^"))
_MACHINE = frozenset(("on", "gpu", "gpus", "hardware", "using", "machine"))
_LONGEST_NAME = 4
_NEAR = 8  # words


class Pairs:
    """The results in one part of a clause.

    Attributes:
        results: what was found, in order.
        step: "at step 300".
        used: the tokens, by index, that a result or the step is told by.
    """

    def __init__(self, tokens: list[Token], names: Sequence[str], text: str) -> None:
        """Read `tokens`, which stand in `text`; `names` are the columns of the history."""
        self.tokens = tokens
        self.names = names
        self.text = text
        self._found: list[tuple[int, Result]] = []
        self.step: int | None = None
        self.used: set[int] = set()
        self._machine()
        refused = self._refused()
        for at, token in enumerate(tokens):
            if token.kind == "number" and at not in refused and at not in self.used:
                self._name(at, token)
        self.results = [result for _, result in sorted(self._found, key=lambda found: found[0])]

    def _word(self, at: int) -> str:
        """The word there, in small letters, or ""."""
        inside = 0 <= at < len(self.tokens) and self.tokens[at].kind == "word"
        return self.tokens[at].low if inside and at not in self.used else ""

    def _slice(self, start: int, end: int) -> str:
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def _refused(self) -> set[int]:
        """Numbers that are no values: after a "not" or "below", before a "lower", one of two."""
        refused: set[int] = set()
        numbers = {at for at, token in enumerate(self.tokens) if token.kind == "number"}
        denied = next((at for at in range(len(self.tokens)) if self._word(at) in DENYING), len(self.tokens))
        for at in numbers:
            if at > denied:
                refused.add(at)
            if self._word(at + 1) in COMPARED or self._sign(at - 1) in ("<", ">", "+", "-", "±"):
                refused.add(at)
            beside = at + 1 in numbers
            through = at + 2 in numbers and (self._word(at + 1) in _RANGE or self._sign(at + 1) in _RANGE)
            if beside or through:
                refused |= {at, at + (1 if beside else 2)}
        return refused

    def _sign(self, at: int) -> str:
        inside = 0 <= at < len(self.tokens) and self.tokens[at].kind == "sign"
        return self.tokens[at].text if inside else ""

    def _name(self, at: int, token: Token) -> None:
        if self._is_step(at, token) or self._left(at, token):
            return
        if not (self._right(at, token) or self._time(at, token)):
            self._steps(at, token)

    def _take(self, name: str, label: str, token: Token, used: range) -> bool:
        unit = token.unit or read_header(label).unit
        at = next((at for at, one in enumerate(self.tokens) if one is token), 0)
        about = at and self.tokens[at - 1].low in ABOUT and not token.text.startswith("~")
        text = f"~{token.text}" if about else token.text
        self._found.append((used[0], Result(name, text, token.value, unit)))
        self.used.update(used)
        return True

    def _is_step(self, at: int, token: Token) -> bool:
        first = at - 1 if self._sign(at - 1) in (":", "=", "#") else at
        if self._word(first - 1) not in _STEPS:
            return False
        if self.step is None and isinstance(token.value, int) and not token.unit:
            first -= 1
            first -= (
                self._word(first - 1) in ("at", "by", "after", "around", "near")
                or self._sign(first - 1) == "@"
            )
            self.step = token.value
            self.used.update(range(first, at + 1))
        return True

    def _left(self, at: int, token: Token) -> bool:
        """`loss 2.71`, `loss: 2.71`, "loss went down to 2.71"."""
        end, marked = at, False
        while at - end < 4 and (
            self._sign(end - 1) in (":", "=", "==", "~", "≈") or self._word(end - 1) in CONNECTING
        ):
            if end == at and self._word(end - 1) and self._word(end - 1) not in DIRECT:
                return False
            end -= 1
            marked = self._sign(end) in (":", "=", "==")
        start = end
        while end - start < _LONGEST_NAME + 1 and self._word(start - 1):
            start -= 1
        if start == end:
            return False
        if marked:
            while start < end - 1 and self._word(start) in FILLING and not self._is_label(start, end):
                start += 1
            label = self._slice(start, end)
            return self._is_label(start, end) and self._take(
                self._spelled(label), label, token, range(start, at + 1)
            )
        for first in range(max(start, end - _LONGEST_NAME), end):
            if self._is_metric(first, end) and (first == start or self._word(first - 1) in FILLING):
                label = self._slice(first, end)
                return self._take(self._spelled(label), label, token, range(first, at + 1))
        return False

    def _right(self, at: int, token: Token) -> bool:
        """`2.71 loss`, "91.2% accuracy"."""
        for end in range(min(at + 1 + _LONGEST_NAME, len(self.tokens)), at + 1, -1):
            if not all(map(self._word, range(at + 1, end))) or not self._is_metric(at + 1, end):
                continue
            if self._sign(end) or (end < len(self.tokens) and self.tokens[end].kind == "number"):
                continue
            label = self._slice(at + 1, end)
            return self._take(self._spelled(label), label, token, range(at, end))
        return False

    def _time(self, at: int, token: Token) -> bool:
        """ "after 2.8h", "took 3 hours"."""
        if token.unit not in _TIMES or self._word(at + 1) in ("of", "per", "into"):
            return False
        first = at - 1
        while self._word(first) in ABOUT or self._word(first) in ("just", "only"):
            first -= 1
        said = {self._word(before) for before in range(max(0, first - _NEAR), first + 1)}
        if self._word(first) not in BEFORE_TIME or PART.intersection(said):
            return False
        if self._word(first) == "for" and self._word(first - 1) not in ("ran", "trained", "running", "run"):
            return False
        return self._take("time", "time", token, range(first, at + 1))

    def _steps(self, at: int, token: Token) -> bool:
        if token.unit != "steps" or PART.intersection((self._word(at - 1), self._word(at - 2))):
            return False
        count = token.text.split()[0] if " " in token.text else token.text
        return self._take("steps", "steps", Token("number", count, 0, 0, token.value), range(at, at + 1))

    def _machine(self) -> None:
        """`GPU: 8xH100`, "on 8xH100": the only result that is text."""
        for at in range(len(self.tokens)):
            first = at - 1 if self._sign(at - 1) in (":", "=") else at
            named = canonical(self._word(first - 1)) == "gpu" and first != at
            if not named and self._word(at - 1) not in _MACHINE:
                continue
            ends = range(len(self.tokens) if named else min(len(self.tokens), at + 3), at, -1)
            end = next((end for end in ends if hardware(self._slice(at, end))), 0)
            if end:
                self._found.append((at, Result("gpu", self._slice(at, end), None)))
                self.used.update(range(first - 1, end))
                return

    def _is_label(self, start: int, end: int) -> bool:
        """Whether words before a ":" or "=" can be the name of a result: no parameter, no part of a log."""
        label = self._slice(start, end)
        if column_of(label, self.names) or canonical(label) == "time":
            return True
        if canonical(label) or any(self._word(at) in DENYING for at in range(start, end)):
            return False
        return is_measured(label) or (kind_of(label) == "attribute" and not taken_for(label)[0])

    def _is_metric(self, start: int, end: int) -> bool:
        """Whether words with no sign behind them name a metric as a whole."""
        label = self._slice(start, end)
        if column_of(label, self.names):
            return True
        said = label.casefold()
        if said in UNSAID or any(self._word(at) in DENYING for at in range(start, end)):
            return False
        if canonical(label) == "time" or known_metric(label):
            return True
        if end - start == 1:
            return ("_" in label or "/" in label) and self._is_label(start, end)
        inner = next((at for at in range(start, end) if self._word(at) not in QUALIFYING), end - 1)
        return inner > start and bool(known_metric(self._slice(inner, end))) and is_measured(label)

    def _spelled(self, label: str) -> str:
        return column_of(label, self.names) or result_name(label)

    def left(self) -> Iterator[Token]:
        """The words and numbers that are in no result and say something."""
        for at, token in enumerate(self.tokens):
            if at in self.used or (token.kind == "word" and token.low in FILLING):
                continue
            if token.kind != "sign" or not token.text.isascii():
                yield token
