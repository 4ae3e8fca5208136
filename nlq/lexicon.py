"""The words a question may use: the vocabulary and the history's own columns, values and runs.

Built once a history. Matching is by folded, singular words; words that nothing knows are matched by their
stems (`Lexicon.variants`), and mended before that (`nlq.slips`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from nlq.columns import epoch_column, step_column
from nlq.tokens import key, name_key
from nlq.value_index import ValueHit, ValueIndex
from nlq.vocabulary import (
    canonical,
    column_words,
    function_words,
    keyword_words,
    near_phrases,
    other_names,
    singular,
    synonyms,
    thing_words,
    unglued,
)
from store.catalog import Catalog, Column
from store.slotted import fresh, slotted
from store.units import measure
from store.vocabulary import words

__all__ = ["Lexicon", "prose_columns", "tells_runs"]

FEW = 40
"""Different values of a column that may be named by a part of them."""

_SHORT_PART = 3
"""Letters that are too few to be the beginning of a cell's word."""

RUN_NOUNS = ("run", "experiment", "trial", "attempt")

_MODELS = ("model", "job", "configuration", "config", "setup", "submission")
"""What a run is called as well, unless a column has that name."""


@slotted
class Name:
    """One way to call a column: its words, and what that costs (0 as written, more for another word).

    Attributes:
        other: the words that stand for others; without them, what is left of the name says nothing.
    """

    words: frozenset[str]
    column: int
    cost: float
    last: str
    other: frozenset[str] = frozenset()


@slotted(frozen=False)
class Lexicon:
    """All that can be linked in questions about one history.

    Attributes:
        names: ways to call columns. by_word: word → indices into `names`.
        values: the cells that may be named, by their words.
        nouns: what a row is called, as singular words.
        noun_words: each of those words, and what abbreviates it in names of columns (`exp`).
        text: the long text cells, folded, for words that are only mentioned.
        known: every word that needs no mending.
        about: words of the files' own names: "on the leaderboard" says nothing of a run in LEADERBOARD.md.
        own: words of the settings, and what they mean.
        short: words of columns' names that may be longer words cut short; none where the rows are runs.
        called: what a row is called, in the words that names of columns are matched by.
        rows_are_steps: each row is one step of a run, so that "at step 100" is a condition.
        by_step: some metric has a history by step, so that words of steps are words of questions.
        by_epoch: so are words of epochs, since each step's epoch is told.
        mended: what words with a slip were read as, kept by `nlq.slips`.
    """

    catalog: Catalog
    names: list[Name] = fresh(default_factory=list)
    by_word: dict[str, list[int]] = fresh(default_factory=dict)
    values: ValueIndex = fresh(default_factory=ValueIndex)
    nouns: set[tuple[str, ...]] = fresh(default_factory=set)
    noun_words: frozenset[str] = frozenset()
    text: str = ""
    known: set[str] = fresh(default_factory=set)
    tells_runs: bool = True
    about: frozenset[str] = frozenset()
    own: dict[str, str] = fresh(default_factory=dict)
    short: tuple[str, ...] = ()
    called: frozenset[str] = frozenset()
    by_step: bool = False
    by_epoch: bool = False
    rows_are_steps: bool = False
    _parts: dict[str, list[ValueHit]] = fresh(default_factory=dict)
    mended: dict[str, tuple[tuple[float, str], ...]] = fresh(default_factory=dict)
    _stemmed: dict[str, tuple[str, ...]] = fresh(default_factory=dict)
    _by_start: dict[str, list[str]] = fresh(default_factory=dict)

    @classmethod
    def of(
        cls, catalog: Catalog, paths: Iterable[str] = (), own: Mapping[str, str] | None = None,
        titles: Iterable[str] = (),
    ) -> Lexicon:  # fmt: skip
        """The lexicon of a history that was read from these files, with the words of its settings.

        Args:
            titles: the headings that its runs stand under: their words tell no run from another.
        """
        lexicon = cls(catalog)
        lexicon.own = dict(own or {})
        lexicon.about = frozenset(
            word for path in paths for part in path.replace("\\", "/").split("/")[-1:]
            for word in name_key(part.rsplit(".", 1)[0]) if len(word) > 2 + tells_runs(catalog)
        )  # fmt: skip
        lexicon.about |= _title_words(titles)
        lexicon.tells_runs = tells_runs(catalog)
        lexicon.called = frozenset(canonical(key(catalog.nouns[0])))
        lexicon.rows_are_steps = lexicon.tells_runs and step_column(catalog) is not None
        lexicon.by_step = lexicon.tells_runs and any(column.series for column in catalog.columns)
        lexicon.by_epoch = lexicon.by_step and epoch_column(catalog) is not None
        called = {canonical(name_key(column.name)) for column in catalog.columns}
        for nth, noun in enumerate(catalog.nouns):
            if lexicon.tells_runs or not nth or canonical(key(noun)) not in called:  # `runs` of cricketers
                lexicon.nouns.add(tuple(singular(word) for word in key(noun)))
        for index, column in enumerate(catalog.columns):
            lexicon._add_column(index, column)
        if not lexicon.tells_runs:
            lexicon.nouns.update((head,) for head in _heads(catalog.nouns[0]) if lexicon._is_row(head))
        if lexicon.tells_runs:  # "the best model" is a run, unless some column tells the model
            named = {name.words for name in lexicon.names}
            lexicon.nouns.update((word,) for word in _MODELS if {word} not in named)
        if not lexicon.tells_runs:
            lexicon.short = lexicon._short()
        texts: list[str] = []
        prose = prose_columns(catalog)
        for column in catalog.columns:
            if column.type == "text" or column.kind == "run":
                cells = list(map(str, column.values))
                lexicon.values.add(column, cells)
                if column in prose:
                    texts += cells
        if not lexicon.tells_runs:
            lexicon.nouns.update(lexicon._also_called())
        lexicon.text = " \n ".join(texts).casefold()
        lexicon.known = lexicon.values.words.copy()  # tens of thousands: a copy hashes none of them again
        lexicon.known.update(keyword_words(lexicon.tells_runs), function_words(), column_words())
        lexicon.known.update(lexicon.by_word)
        lexicon.known.update(word for said in lexicon.own for word in key(said))
        nouns = {word for noun in lexicon.nouns for word in noun}
        lexicon.known.update(nouns)
        short = (w for w in lexicon.by_word if len(w) > 2 and any(_cut_short(w, noun) for noun in nouns))
        lexicon.noun_words = frozenset((*nouns, *short))
        return lexicon

    def _add_column(self, index: int, column: Column) -> None:
        for spelling, cost, other in _spellings(column, self.tells_runs):
            if cost and not self.tells_runs and spelling in self.nouns:
                continue  # the word for a row is no other word for a column
            number = len(self.names)
            last = spelling[-1] if spelling else ""
            self.names.append(Name(frozenset(spelling), index, cost, last, frozenset(other)))
            for word in set(spelling):
                self.by_word.setdefault(word, []).append(number)

    def _is_row(self, head: str) -> bool:
        """Whether the head of what a row is called may stand for it alone.

        "Section" for a document section, unless a column is called so or numbers sections that rows share.
        """
        for number in self.by_word.get(head, ()):
            name, column = self.names[number], self.catalog.columns[self.names[number].column]
            if not name.cost and name.words == {head} and column.distinct < column.count:
                return False
            if not name.cost and name.words == {head, "id"} and column.distinct < column.count:
                return False
        return True

    def _short(self) -> tuple[str, ...]:
        """Words of the columns' own names that are no words of English that are known here."""
        english = column_words() | keyword_words(self.tells_runs) | function_words() | thing_words()
        own = {word for name in self.names if not name.other for word in name.words}
        return tuple(
            sorted(word for word in own if len(word) <= 6 and word.isalpha() and word not in english)
        )

    def _also_called(self) -> set[tuple[str, ...]]:
        """Other words for what a row is called, but for those that columns or cells are called by."""
        rows = {index for index, c in enumerate(self.catalog.columns) if key(c.name) in self.nouns}
        own = {
            word for name in self.names if name.column not in rows and (not name.cost or len(name.words) == 1)
            for word in name.words
        }  # fmt: skip
        found = {other for noun in self.nouns for other in synonyms(noun)}
        return {other for other in found if other[-1] not in own and other not in self.values}

    def cells(self, word: str) -> list[ValueHit]:
        """Cells that are written as a letter or a code for a word: "female" for F."""
        found: list[ValueHit] = []
        for code in words("columns")["cells"].get(word, ()):
            hits = self.values.of(key(code))
            found += [hit for hit in hits if hit.column.distinct <= 12 or len(code) > 1]
        return found

    def parts(self, word: str) -> list[ValueHit]:
        """Cells of several words that one of them, or some in a row, are enough to name: "A100" for `8×A100`.

        Each column's together; only of columns with few values that are neither names of runs nor sentences.
        """
        if word not in self._parts:
            prose = prose_columns(self.catalog)
            found: list[ValueHit] = []
            for column in self.catalog.columns:
                if column.type != "text" or column.kind == "run" or column.distinct > FEW or column in prose:
                    continue
                if column.role in ("command", "commit", "status") or 2 < column.count == column.distinct:
                    continue
                said = {str(value): f" {' '.join(key(str(value)))} " for value in column.values}
                cells = tuple(cell for cell, text in said.items() if f" {word} " in text)
                if not cells and len(word) > _SHORT_PART and word.isalpha():  # "walker" of Walker2d-v4
                    begins = re.compile(rf" {word}\d").search
                    cells = tuple(cell for cell, text in said.items() if begins(text))
                if cells:
                    found.append(ValueHit(column, cells if len(cells) > 1 else cells[0]))
            self._parts[word] = found
        return self._parts[word]

    def variants(self, word: str) -> tuple[str, ...]:
        """The known words that an unknown one shares its stem with: "complete" of `completion`.

        Example:
            >>> Lexicon.of(Catalog((), 0)).variants("completion")
            ('complete', 'completed')
        """
        if len(word) < 4 or word in self.known or singular(word) in self.known or not word.isalpha():
            return ()
        if word not in self._stemmed:
            self._stemmed[word] = tuple(self._of_stem(word))
        return self._stemmed[word]

    def _of_stem(self, word: str) -> list[str]:
        if not self._by_start:
            for known in sorted(self.known):
                if known.isalpha():
                    self._by_start.setdefault(known[:3], []).append(known)
        alike = [known for known in self._by_start.get(word[:3], ()) if abs(len(known) - len(word)) < 4]
        stem = _stem(word) if alike else ""  # the stemmer takes 10 ms to import
        return [known for known in alike if len(stem) > 2 and _stem(known) == stem]


@lru_cache(maxsize=16384)
def _stem(word: str) -> str:
    from snowballstemmer import stemmer

    global _stemmer
    if _stemmer is None:
        _stemmer = stemmer("english")
    return str(_stemmer.stemWord(word))


_stemmer = None


Spelling = tuple[tuple[str, ...], float, tuple[str, ...]]
"""A column's name, what it costs to call it so, and the words of it that stand for others."""


def _spellings(column: Column, runs: bool) -> Iterator[Spelling]:
    """The ways to call a column with their costs; the name as written comes first."""
    name = canonical(name_key(column.name))
    if name:
        yield name, 0.0, ()
    given: set[tuple[str, ...]] = {name}
    whole = canonical(key(column.name))
    if whole and whole != name:
        given.add(whole)
        yield whole, 0.0, ()  # `RoPE base` has capitals inside a word, not between words
    if runs and len(name) > 1 and column.unit and _is_unit(name[-1], column.unit):
        name = name[:-1]  # `runtime_s` is the runtime
        given.add(name)
        yield name, 0.1, ()
        if measure(column.unit) == "time" and "time" not in name:
            given.add((*name, "time"))
            yield (*name, "time"), 0.1, ()  # `inference_ms` is the inference time
    for spelled in map(canonical, map(name_key, column.spellings)):
        if spelled and spelled not in given:
            given.add(spelled)
            yield spelled, 0.0, ()
    for spelled in other_names(name) if column.kind in ("param", "metric") else ():
        if spelled not in given:
            given.add(spelled)
            yield spelled, 0.12, spelled
    for spelled in () if runs else unglued(name):
        if spelled not in given:
            given.add(spelled)
            yield spelled, 0.01, ()
    groups, by_first = near_phrases(runs)
    role = (column.role,) if column.role else ()
    for number in sorted({number for word in (*name, *role) for number in by_first.get(word, ())}):
        group = groups[number]
        for phrase in group:
            at = next((i for i in range(len(name)) if name[i : i + len(phrase)] == phrase), -1)
            by_role = column.role and group[0] == role
            if at < 0 and not by_role:
                continue
            for other in group:
                spelled = name[:at] + other + name[at + len(phrase) :] if at >= 0 else other
                if spelled not in given:
                    given.add(spelled)
                    yield spelled, 0.15, other
            break


def _is_unit(word: str, unit: str) -> bool:
    """Whether the last word of a column's name is no more than its unit."""
    return word == unit.lower() or measure(word) == measure(unit) != ""


def _cut_short(word: str, noun: str) -> bool:
    """Whether a word is the beginning of another, or its first letters and the last: "apt"."""
    if len(word) == 3 and word.isalpha() and len(noun) > 5:
        return noun.startswith(word) or (noun.startswith(word[:2]) and noun.endswith(word[2]))
    return noun.startswith(word)


_HOLDERS = frozenset(
    "profile detail record info information list history table data entry item log register".split()
)


def _heads(noun: str) -> Iterator[str]:
    """The words that a compound is short for: "item" and "order" of "order item", "user" of "user profile".

    Example:
        >>> [list(_heads(noun)) for noun in ("customer payment", "user profiles", "singer")]
        [['payment'], ['profile', 'user'], ['singer']]
    """
    parts = [singular(word) for word in key(noun)]
    yield from parts[-1:]
    while len(parts) > 1 and parts[-1] in _HOLDERS:
        parts.pop()
        yield parts[-1]


_PLAIN = frozenset(("command", "commit", "date", "status", "hardware", "config"))


def tells_runs(catalog: Catalog) -> bool:
    """Whether the rows are runs of experiments rather than singers or cities."""
    return catalog.nouns[0] in RUN_NOUNS


def _title_words(titles: Iterable[str]) -> frozenset[str]:
    """The words of headings, those of two parts also joined: "Time-to-GPT-2" is asked of as "gpt2"."""
    found: set[str] = set()
    for title in titles:
        parts = name_key(title)
        found.update(part for part in parts if len(part) > 3)
        found.update(f"{one}{other}" for one, other in pairwise(parts) if other.isdigit() and one.isalpha())
    return frozenset(found)


def prose_columns(catalog: Catalog) -> list[Column]:
    """The columns that people write sentences in: where "mention warmup" looks."""
    texts = [column for column in catalog.columns if column.type == "text"]
    if not tells_runs(catalog):
        return texts
    return [c for c in texts if c.kind == "attribute" and c.role not in _PLAIN]
