"""Phrases of the vocabulary, and what a row is called: "how many", "at least", "runs"."""

from __future__ import annotations

from collections.abc import Iterator

from nlq.columns import date_column
from nlq.lattice import TOOK, Edge
from nlq.lexicon import Lexicon
from nlq.link.forms import Forms, is_noun
from nlq.literals import count_of
from nlq.tokens import Token, key, name_key
from nlq.vocabulary import (
    DONE,
    EPOCHS,
    OF_STEPS,
    Phrase,
    canonical,
    function_words,
    is_participle,
    known_names,
    phrases,
    singular,
)

__all__ = ["foreign_nouns", "keywords", "nouns"]

_OF_RUNS = frozenset(
    "STATE TRIED TRIED_Q IMPROVED CARD CHANGED DECLINE DECLINE_FIRST ABSENT NAMES GRADE HELP CHANGING "
    "OR_ELSE IS_ONE MENTION LIKE_AFTER STREAK STEPWISE GAIN PROGRESS "
    "NAN PERCENT N_PART WITHIN OF_BEST NEAR_BEST FRONT ALIKE".split()
)
"""Kinds of words that speak of experiments: cities are not tried, and a person that died did not crash."""


def keywords(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """The phrases that begin with a token, in any form of their words."""
    if tokens[start].kind == "quoted" and (key(tokens[start].text) in lexicon.values):
        return  # what stands in quotes and in a cell is that cell: a run called "swept"
    for nth, (word, cost, how) in enumerate(forms[start]):
        for phrase in phrases(word):
            if phrase.terminal in ("SUP_C", "MOST") and _after_at(tokens, start, lexicon):
                continue  # "at least two" ranks nothing
            total, hows, end = cost, how, start + len(phrase.words)
            if end > len(tokens) or (phrase.terminal == "FIRST" and end < len(tokens)):
                continue  # "the lowest loss of the first run" sorts nothing
            if phrase.meaning == "date" and _before_size(tokens, end, lexicon):
                continue  # "time between 1 and 3 h" is a condition, between two runs a comparison
            for at, wanted in enumerate(phrase.words[1:], start + 1):
                match = next((form for form in forms[at] if form[0] == wanted), None)
                if match is None:
                    break
                total, hows = total + match[1], hows or match[2]
            else:
                if phrase.terminal == "SHARE" and _is_no_share(tokens, start):
                    continue
                if phrase.words == ("over",) and phrase.terminal == "OP" and _is_domain(tokens, end, lexicon):
                    continue
                if phrase.words == ("minus",) and (phrase.terminal == "VS") != _is_between(
                    tokens, start, lexicon
                ):
                    continue  # "d24 minus d12" compares, "all runs minus d12" leaves out
                if phrase.words[-1] == "times" and tokens[end - 1].norm == "timed":
                    continue  # "how many timed out"
                if phrase.terminal == "CHANGING" and _is_bound(tokens, end):
                    continue
                if phrase.terminal == "OP_A" and lexicon.tells_runs and not phrase.meaning.endswith("depth"):
                    if phrase.meaning.endswith(("cost", "duration")):
                        yield Edge(start, end, "OP_M", phrase.meaning, total, hows)
                    continue
                if not lexicon.tells_runs and _is_another_word(phrase, nth > 0, tokens, start):
                    continue
                if (
                    phrase.terminal == "COUNT"
                    and phrase.words[-1] == "of"
                    and _tells_one(tokens, end, lexicon)
                ):
                    total += 0.4
                if phrase.terminal == "COUNT" and "numbers" in phrase.words and _numbers_things(lexicon):
                    continue  # "the numbers of the flights" that are numbered
                own = not lexicon.tells_runs and phrase.words[0] == "quantity"
                if own and "quantity" in lexicon.by_word:
                    total += 0.4  # "the quantity of items" where each tells its own
                if phrase.terminal == "GRADE" and start > 1 and tokens[start - 2].norm == "top":
                    yield Edge(start, end, "SUP", phrase.meaning, total, hows)  # "top 3 expensive rooms"
                if phrase.terminal != "NUMBER" and _fits(phrase, lexicon):
                    for edge in _keyword_edges(start, end, phrase, total, hows):
                        if edge.terminal != "T_UNIT_G" or lexicon.tells_runs or _dated(lexicon):
                            yield edge
                    if phrase.terminal == "MOST" and end == len(tokens) and _asks_how_often(tokens, lexicon):
                        yield Edge(start, end, "COMMON", phrase.meaning, total, hows)  # "visited the most"


def _is_between(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether a word stands between two cells: names of runs, as a rule."""
    said = [token.norm for token in tokens]
    before = any(tuple(said[start:at]) in lexicon.values for start in range(max(at - _NAME, 0), at))
    return before and any(
        tuple(said[at + 1 : end]) in lexicon.values
        for end in range(at + 2, min(at + 2 + _NAME, len(said) + 1))
    )


_NAME = 6
"""Words of the longest name that is looked for."""


_LEAD = frozenset("show tell give list find get know see want like hey hi please quick q so".split())


def _asks_how_often(tokens: list[Token], lexicon: Lexicon) -> bool:
    """ "Which gpu crashed the most", "what optimizer was used most": of no run, but of what several share."""
    if not lexicon.tells_runs:
        return True
    asked = next((at for at, token in enumerate(tokens[:-2]) if token.norm in ("which", "what")), None)
    lead = {token.norm for token in tokens[:asked]}  # "could you show me which …"
    if asked is None or not lead <= function_words() | _LEAD or is_noun(tokens[asked + 1], lexicon):
        return False
    words = canonical((singular(tokens[asked + 1].norm),))
    named = (lexicon.names[number] for word in words for number in lexicon.by_word.get(word, ()))
    return any(lexicon.catalog.columns[name.column].kind in ("param", "attribute") for name in named)


_AVERAGED = frozenset("average mean avg median averaged".split())


def _is_domain(tokens: list[Token], end: int, lexicon: Lexicon) -> bool:
    """ "Average accuracy over 5-shot runs": what the mean is of, and no number that is exceeded."""
    if not lexicon.tells_runs or not _AVERAGED & {token.norm for token in tokens[: end - 1]}:
        return False
    ahead = [token for token in tokens[end : end + 5] if token.norm not in ("all", "the", "my", "our")]
    if len(ahead) < 3 or count_of(ahead[0]) is None or ahead[1].kind != "word" or ahead[1].comma:
        return False
    return is_noun(ahead[2], lexicon) or singular(ahead[2].norm) in ("model", "run", "trial")


_SORTING = frozenset(
    "grouped sorted ordered ranked listed arranged organized organised categorized classified divided "
    "broken separated indexed divided split aggregated averaged summed summarized counted computed "
    "calculated sequenced followed varied".split()
)
"""What is done with rows by a column: "sorted by age"."""


def _is_done(word: str) -> bool:
    """Whether "by" behind a word says who did it, and groups nothing: "scored by players"."""
    return word in DONE or (is_participle(word) and len(word) > 3 and word not in _SORTING)


def _numbers_things(lexicon: Lexicon) -> bool:
    """Whether a column says the number of something: `flight_number`."""
    return any(name_key(column.name)[-1:] in (("num",), ("number",)) for column in lexicon.catalog.columns)


def _tells_one(tokens: list[Token], end: int, lexicon: Lexicon) -> bool:
    """ "The number of the episode" of a table whose rows are numbered: there is nothing to count."""
    if lexicon.tells_runs or end + 1 >= len(tokens) or tokens[end].norm not in ("the", "this", "that"):
        return False
    named = (lexicon.names[name].words for name in lexicon.by_word.get("num", ()))
    numbered = any(words - lexicon.noun_words == {"num"} for words in named)
    return numbered and singular(tokens[end + 1].norm) == tokens[end + 1].norm


def _fits(phrase: Phrase, lexicon: Lexicon) -> bool:
    """Whether a phrase is a word of questions about such a history."""
    if phrase.terminal in OF_STEPS:
        return lexicon.by_epoch if EPOCHS & set(phrase.words) else lexicon.by_step
    if phrase.terminal == "DECLINE" and phrase.meaning == "epochs" and lexicon.by_epoch:
        return False
    if phrase.terminal == "DECLINE" and phrase.meaning in ("steps", "epochs") and lexicon.rows_are_steps:
        return False
    if phrase.terminal == "DECLINE" and phrase.meaning == "epochs" and phrase.words != ("at", "epoch"):
        told = [c for c in lexicon.catalog.columns if "epoch" in map(singular, name_key(c.name))]
        return lexicon.by_step and all(column.kind == "attribute" or not column.count for column in told)
    if phrase.terminal == "DECLINE" and phrase.meaning == "gpus":
        return lexicon.tells_runs and not any(
            "gpu" in words and len(words) > 1
            for words in map(name_key, (c.name for c in lexicon.catalog.columns))
        )
    if phrase.terminal == "DECLINE" and phrase.meaning in ("steps", "curve"):
        return not lexicon.by_step
    return lexicon.tells_runs or not _of_runs(phrase)


def _dated(lexicon: Lexicon) -> bool:
    """Whether rows of a table may be grouped by a span of time: it has dates, and no column of years."""
    years = any("year" in name_key(column.name) for column in lexicon.catalog.columns)
    return date_column(lexicon.catalog) is not None and not years


def _is_another_word(phrase: Phrase, mended: bool, tokens: list[Token], start: int) -> bool:
    """Whether words of a table are no phrase: a "match" is no "matching", "against" compares nothing."""
    if phrase.terminal == "LIKE":
        return mended or (not start and phrase.words in (("mention",), ("mentions",)))
    end = start + len(phrase.words)
    behind = tokens[end].norm if end < len(tokens) else ""
    if phrase.words[-1] in ("first", "last") and behind in ("name", "names"):
        return True  # "first and last names"
    if phrase.terminal == "SORT" and phrase.words[0] == "sort" and start:
        return tokens[start - 1].norm in ("which", "what", "each", "this", "a", "same")  # a kind
    if phrase.terminal == "LIST" and phrase.words[0] == "whose":
        return True
    if phrase.terminal == "COMPARE" and phrase.words[:2] == ("how", "much"):
        return all(token.norm not in ("than", "vs", "versus", "or") for token in tokens[start:])
    if phrase.terminal == "BY" and phrase.words == ("by",):
        return start > 0 and _is_done(tokens[start - 1].norm)
    if phrase.terminal == "OP" and phrase.words[0] in ("faster", "slower"):
        return True  # of cars and ships it is the speed that is compared
    if phrase.terminal == "SUP" and phrase.words == ("last",) and start + 1 < len(tokens):
        return tokens[start + 1].norm in ("longer", "less", "more", "at", "between", "over", "under")
    return phrase.terminal == "VS" and phrase.words == ("against",)


def _is_no_share(tokens: list[Token], start: int) -> bool:
    """ "Above 4 percent" is a number with its unit, "learning rate" a name that everybody knows."""
    if not start:
        return False
    before = tokens[start - 1]
    return before.kind == "number" or canonical((before.norm, tokens[start].norm)) in known_names()


def _is_bound(tokens: list[Token], end: int) -> bool:
    """ "A lower loss than d24-baseline": right before a column and "than" nothing was changed."""
    return tokens[end - 1].norm in ("lower", "higher") and any(
        token.norm == "than" for token in tokens[end + 1 : end + 4]
    )


def _of_runs(phrase: Phrase) -> bool:
    return phrase.terminal in _OF_RUNS or phrase.meaning == "recently"


def _before_size(tokens: list[Token], end: int, lexicon: Lexicon) -> bool:
    """Whether a number stands there that no run is called by."""
    return end < len(tokens) and tokens[end].kind == "number" and (tokens[end].norm,) not in lexicon.values


def _after_at(tokens: list[Token], start: int, lexicon: Lexicon) -> bool:
    return not lexicon.tells_runs and start > 0 and tokens[start - 1].norm == "at"


def _keyword_edges(start: int, end: int, phrase: Phrase, cost: float, how: str) -> Iterator[Edge]:
    terminal = phrase.terminal
    if terminal.startswith("DECLINE"):
        if terminal == "DECLINE_FIRST" and start > 0:
            return
        terminal = "DECLINE"
    yield Edge(start, end, terminal, phrase.meaning, cost, how)
    if terminal == "T_UNIT" and phrase.meaning in ("day", "week", "month", "quarter", "year"):
        yield Edge(start, end, "T_UNIT_G", phrase.meaning, cost, how)
    if terminal == "MONTH":
        yield Edge(
            start, end, "MONTH_B", phrase.meaning, cost + (0.8 if phrase.words == ("may",) else 0.1), how
        )


def nouns(tokens: list[Token], forms: list[Forms], start: int, lexicon: Lexicon) -> Iterator[Edge]:
    """What a row is called, as a noun and as the head of a phrase."""
    for noun in lexicon.nouns:
        end = start + len(noun)
        if end > len(tokens) or (noun == ("config",) and tokens[start].norm == "config"):
            continue  # "the config of the best run" is a part of it
        total, how = 0.0, ""
        for at, wanted in enumerate(noun, start):
            match = next((form for form in forms[at] if singular(form[0]) == wanted), None)
            if match is None:
                break
            total, how = total + match[1], how or match[2]
        else:
            for terminal in ("NOUN", "NOUN_H"):
                yield Edge(start, end, terminal, " ".join(noun), total, how)


def _is_column(bucket: list[Edge]) -> bool:
    return any(edge.terminal == "COL" for edge in bucket)


_ANYBODY = frozenset("person people persons individual individuals member members".split())
_COUNTED = frozenset(("COUNT", "MOST", "SUP_C", "N_LIM"))


def foreign_nouns(tokens: list[Token], edges: list[list[Edge]], lexicon: Lexicon) -> Iterator[Edge]:
    """Nouns that are counted and that nothing here is called by: most likely they stand for the rows."""
    noun = lexicon.catalog.nouns[0]
    ends = {e.end: e.terminal for bucket in edges for e in bucket if e.terminal in _COUNTED and e.cost < 0.1}
    for at, token in enumerate(tokens):
        if ends.get(at) == "N_LIM" and token.norm in _ANYBODY and not _is_column(edges[at]):
            yield Edge(at, at + 1, "NOUN_H", token.norm, 0.1, f'{TOOK}"{token.text}" for {noun}s')
            continue
        if at not in ends or token.kind != "word" or token.norm in lexicon.known or edges[at]:
            continue
        if singular(token.norm) in lexicon.known or singular(token.norm) == token.norm:
            continue
        for terminal in ("NOUN", "NOUN_H"):
            yield Edge(at, at + 1, terminal, token.norm, 0.5, f'{TOOK}"{token.text}" for {noun}s')
