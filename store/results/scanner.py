"""The results of a training, read from its output as it comes, at the speed of a pipe.

Of the lines of one *shape* — one line with its digits blurred — only the last one can matter, since the last
value of a metric is its result. So a block of lines is blurred and split by C code, a dictionary keeps where
each shape stood last, and only the few lines left are parsed, at the latest when a report is asked for. Where
a label has digits of its own ("eval_g0_loss", "eval_g1_loss"), they count as part of the shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from store.results.failures import Failure, failure_in
from store.results.known import Known
from store.results.lines import Line, read_line
from store.results.report import Report
from store.results.stream import Lines, Utf8
from store.results.tail import Tail, without_codes
from store.results.telling import BLURRED, may_say

__all__ = ["Scanner"]

_SHAPES = 4096
_BYTES = 4 << 20
_LABELS = 8

Cuts = tuple[slice, ...]

Said = tuple[Line, Failure | None]


class Scanner:
    r"""Takes the output of a training in any pieces; what it knows depends on the bytes alone.

    Example:
        >>> scanner = Scanner()
        >>> scanner.feed(b"step 00010/16704 (0.06%) | loss: 9.80 | lrm: 1.00 |")
        >>> scanner.feed(b" mfu: 50.38\nMinimum validation bpb: 0.753336\n")
        >>> [(result.name, result.value) for result in scanner.report().results.values()]
        [('loss', 9.8), ('mfu', 50.38), ('minimum_validation_bpb', 0.753336)]
        >>> scanner.step, scanner.tail[-1]
        (10, 'Minimum validation bpb: 0.753336')
    """

    def __init__(self, names: Sequence[str] = ()) -> None:
        """Start with nothing read; `names` are columns of the history, which count as results as well."""
        self._names = tuple(names)
        self._utf8 = Utf8()
        self._lines = Lines()
        self._tail = Tail()
        self._known = Known()
        # What is known of a shape: None where it says nothing, else where digits stand in its labels.
        self._shapes: dict[bytes, Cuts | None] = {}
        self._seen: set[bytes] = set()  # whose names are registered
        # The last line by key, in the order of the stream, and what it says where that is known.
        self._pending: dict[bytes, tuple[bytes, Said | None]] = {}
        self._weight = 0  # bytes that the three hold, about

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the output."""
        self._read(self._utf8.feed(data))

    def _read(self, text: bytes) -> None:
        for block in self._lines.feed(text):
            block = without_codes(block)
            self._tail.feed(block)
            self._take(block)

    def report(self, *, ended: bool = True) -> Report:
        """What is known by now.

        Args:
            ended: whether a last line without its end counts as a line; while the training runs, its last
                number may be half written.
        """
        scanner = self._settled()
        known = scanner._parsed().copy()
        if ended and scanner._lines.rest:
            known.take(*scanner._parse(without_codes(bytes(scanner._lines.rest))))
        return known.report(scanner.tail)

    @property
    def step(self) -> int | None:
        """The last step seen, in a line that has ended."""
        return self._settled()._parsed().step

    @property
    def tail(self) -> list[str]:
        r"""The last 20 lines that are not empty; what "\r" overwrites counts once."""
        scanner = self._settled()
        return scanner._tail.lines(without_codes(bytes(scanner._lines.rest)))

    def _settled(self) -> Scanner:
        """This scanner, or while it waits for the bytes that tell the encoding, one that waits no longer."""
        if self._utf8.head is None:
            return self
        scanner = Scanner(self._names)
        scanner._utf8.head = self._utf8.head
        scanner._read(scanner._utf8.settle())
        return scanner

    def _parsed(self) -> Known:
        for line, said in self._pending.values():
            self._known.take(*(said or self._parse(line)))
        self._pending.clear()
        return self._known

    def _take(self, block: bytes) -> None:
        if b"\r" in block:
            block = block.replace(b"\r", b"\n")
        lines = block.split(b"\n")
        blurred = block.translate(BLURRED)
        keys = blurred.split(b"\n")
        last = dict(zip(keys, range(len(keys)), strict=True))
        fresh = {key: self._learn(key, lines[at]) for key, at in last.items() if key not in self._shapes}
        cut = {(key[cut], lines[at][cut]) for key, at in last.items() for cut in self._shapes.get(key) or ()}
        if cut and not _alike(cut, blurred, block):
            keys = [self._key(key, line) for key, line in zip(keys, lines, strict=True)]
            last = dict(zip(keys, range(len(keys)), strict=True))
        elif cut:
            last = {self._key(key, lines[at]): at for key, at in last.items()}
        # A key with labels is of several lines, and no shape.
        telling = [(key, at) for key, at in last.items() if b"\n" in key or self._shapes.get(key) is not None]
        for key, at in telling:
            if key not in self._seen:
                self._seen.add(key)
                self._known.register((fresh.get(key) or self._parse(lines[at]))[0])
        for key, at in sorted(telling, key=_place):
            self._pending.pop(key, None)
            self._pending[key] = (lines[at], fresh.get(key))
            self._weight += len(key)
        if len(self._shapes) > _SHAPES or len(self._seen) > _SHAPES or self._weight > _BYTES:
            self._forget()

    def _learn(self, key: bytes, line: bytes) -> Said | None:
        """Remember what lines of a shape tell, by one of them."""
        if not may_say(key, self._names):
            return None
        self._weight += len(key)
        said = found, failure = self._read_line(line)
        if not (found.results or found.names or found.step is not None or failure):
            self._shapes[key] = None
            return None
        self._shapes[key] = tuple(_cut(line, *span) for span in found.names)
        return said

    def _key(self, shape: bytes, line: bytes) -> bytes:
        cuts = self._shapes.get(shape)
        return b"\n".join([shape, *[line[cut] for cut in cuts]]) if cuts else shape

    def _parse(self, line: bytes) -> Said:
        if not may_say(line.translate(BLURRED), self._names):
            return Line(), None
        return self._read_line(line)

    def _read_line(self, line: bytes) -> Said:
        text = _text(line)
        return read_line(text, self._names), failure_in(text)

    def _forget(self) -> None:
        """Parse what is pending and start anew: names and values stay in `_known`."""
        self._parsed()
        self._shapes.clear()
        self._seen.clear()
        self._weight = 0


def _alike(labels: set[tuple[bytes, bytes]], blurred: bytes, block: bytes) -> bool:
    """Whether every label with digits is, wherever its shape stands in the block, written in one way."""
    return len(labels) <= _LABELS and all(
        _is_countable(shape) and blurred.count(shape) == block.count(label) for shape, label in labels
    )


@lru_cache(maxsize=256)
def _is_countable(shape: bytes) -> bool:
    """Whether it can't overlap itself, as `bytes.count` doesn't see what overlaps.

    Example:
        >>> _is_countable(b"bf00_mfu"), _is_countable(b"a0 loss a0")
        (True, False)
    """
    return not any(shape.startswith(shape[at:]) for at in range(1, len(shape)))


def _place(entry: tuple[bytes, int]) -> int:
    return entry[1]


def _cut(line: bytes, start: int, end: int) -> slice:
    """A span of characters of a line as a span of its bytes."""
    if line.isascii():
        return slice(start, end)
    text = _text(line)
    return slice(len(_bytes(text[:start])), len(_bytes(text[:end])))


def _text(line: bytes) -> str:
    return line.decode(errors="surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
