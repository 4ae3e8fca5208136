"""What the next word of a question may be: names of the history, and phrases the grammar takes there.

The words before the one that is being typed are linked and walked through the parse tables; the kinds of
word that their states admit go first. No table is asked twice and nothing is parsed to the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nlq.lexicon import Lexicon, prose_columns
from store.catalog import Catalog, Column
from store.slotted import slotted
from store.vocabulary import words

__all__ = ["Completion", "complete"]

MOST = 60
"""Completions that are offered at once."""

VALUES = 200
"""A column with more different values than this is completed by its runs' names only."""

LONGEST = 40
"""Characters of the longest value that is offered."""

WORDS = 4
"""Words of a phrase that may have been typed already."""

_LEFT = ("DECLINE", "DECLINE_FIRST", "NUMBER", "MONTH", "T_UNIT")


@slotted
class Completion:
    """A text that may stand in the place of the last `typed` characters, and what it is."""

    text: str
    typed: int
    kind: str
    fits: bool = True


def complete(text: str, lexicon: Lexicon, admits: Callable[[str], frozenset[str]]) -> list[Completion]:
    """What may be typed next, the likeliest first.

    Args:
        text: the question up to where the cursor stands.
        lexicon: what words may mean.
        admits: the kinds of word that the grammar takes behind a text.
    """
    found = [*_named(text, lexicon), *_phrases(text, admits)]
    if not found:
        return []
    best: dict[str, Completion] = {}
    for one in found:
        key = one.text.casefold()
        if key not in best or one.fits > best[key].fits:
            best[key] = one
    return sorted(best.values(), key=lambda one: not one.fits)[:MOST]


def _tails(text: str) -> Iterator[str]:
    """What has been typed of the last words, the longest first; "" where a word was ended."""
    parts = text.split(" ")
    for size in range(min(WORDS, len(parts)), 0, -1):
        yield " ".join(parts[-size:])


# -- names of the history


def _named(text: str, lexicon: Lexicon) -> Iterator[Completion]:
    """Columns, runs and values that go on from what was typed; behind a column its values."""
    tail = text.rsplit(" ", 1)[-1]
    before = text[: len(text) - len(tail)]
    catalog = lexicon.catalog
    behind = _column_before(before, catalog)
    if behind is not None:
        for value in _values_of(behind):
            if value.casefold().startswith(tail.casefold()):
                yield Completion(value, len(tail), f"{behind.name}")
    if not tail:
        return
    prose = prose_columns(catalog)
    for column in catalog.columns:
        if column.name.casefold().startswith(tail.casefold()):
            yield Completion(column.name, len(tail), column.kind)
    for column in catalog.columns:
        if column is behind or column.type != "text" or column in prose:
            continue
        for value in _values_of(column):
            if value.casefold().startswith(tail.casefold()):
                yield Completion(value, len(tail), column.name)


def _values_of(column: Column) -> list[str]:
    """The values of a column that are short and few enough to be offered."""
    if column.distinct > VALUES and column.kind != "run":
        return []
    texts = (str(value) for value in column.values if value is not None)
    return [text for text in texts if len(text) <= LONGEST and "\n" not in text]


def _column_before(before: str, catalog: Catalog) -> Column | None:
    """The column whose name is the last word: "optimizer ", "optimizer = "."""
    parts = before.split()
    while parts and parts[-1] in ("=", "is", "==", "of"):
        parts.pop()
    last = parts[-1].casefold() if parts else ""
    return next((c for c in catalog.columns if c.name.casefold() == last and c.type == "text"), None)


# -- phrases of the vocabulary


def _phrases(text: str, admits: Callable[[str], frozenset[str]]) -> Iterator[Completion]:
    for tail in _tails(text):
        if not tail.strip() or len(tail) < 2:
            continue
        kinds: frozenset[str] | None = None
        for terminal, meanings in words("keywords").items():
            for phrase in (phrase for phrases in meanings.values() for phrase in phrases):
                if terminal in _LEFT or not phrase.startswith(tail.casefold()) or phrase == tail:
                    continue
                if kinds is None:
                    kinds = admits(text[: len(text) - len(tail)])
                if terminal in kinds:
                    yield Completion(phrase, len(tail), terminal.lower().replace("_", " "), fits=False)
