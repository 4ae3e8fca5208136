"""The corpus: one meaning, many wordings, one answer; and what the engine does not understand yet.

`corpus/known_misses.toml` lists what is known to fail. The list can only shrink: a test fails when a listed
miss works, so that it is taken off (`python -m tests.misses`), and when one that is not listed fails.

    python -m pytest tests/test_corpus.py --refresh-golden     # then read the diff of corpus/golden/
"""

from __future__ import annotations

import tomllib

import pytest

from nlq.asking import exit_code
from tests.agreement import disagreements
from tests.corpus import (
    CORPUS,
    FAMILIES,
    ORDINARY,
    Meaning,
    evaluator_of,
    golden,
    meanings,
    missed,
    rendered,
    traced,
)
from tests.misses import KINDS, known, round_trip, told

ALL = [meaning for family in FAMILIES for meaning in meanings(family)]
WORDED = [(meaning, wording) for meaning in ALL for wording in meaning.asks]
ANSWERED = [meaning for meaning in ALL if meaning.family in ORDINARY]
GOLDEN = CORPUS / "golden"


def named(case: Meaning | tuple[Meaning, str]) -> str:
    return str(case) if isinstance(case, Meaning) else f"{case[0]}: {case[1]}"


@pytest.mark.parametrize("case", WORDED, ids=named)
def test_every_wording_is_understood_as_it_is_meant(case: tuple[Meaning, str]) -> None:
    """As the first one is; a question that must be declined is declined; one with two readings says so."""
    meaning, wording = case
    happens = missed(meaning, wording)
    if (str(meaning), wording) in known("wording"):
        assert happens, "this works now: take it off corpus/known_misses.toml"
    else:
        assert not happens, f"{meaning.about}: {happens}"


@pytest.mark.parametrize("meaning", [one for one in ALL if one.family != "nearly"], ids=named)
def test_the_golden_answer_stands(meaning: Meaning, refresh_golden: bool) -> None:
    """The whole answer of the first wording; none is kept of an answer that is known to be wrong."""
    file = GOLDEN / meaning.family / f"{meaning.id}.txt"
    wrong = known("answer").get((str(meaning), ""))
    if wrong or (str(meaning), meaning.asks[0]) in known("wording"):
        if refresh_golden:
            file.unlink(missing_ok=True)
        assert not file.exists(), "a golden answer of what is known to be wrong"
        assert wrong is None or told(meaning) == wrong["told"], "another answer now: read it, then keep it"
        return
    if refresh_golden:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(golden(meaning), encoding="utf-8")
    assert file.exists(), "no golden answer: --refresh-golden writes it"
    assert file.read_text(encoding="utf-8") == golden(meaning)


@pytest.mark.parametrize("meaning", ANSWERED, ids=named)
def test_the_evaluator_agrees(meaning: Meaning) -> None:
    """Plain Python over the records gives what SQL gave, for every wording that is understood at all."""
    for wording in meaning.asks:
        made = traced(wording, meaning.history)
        assert made.answer is not None
        if made.answer.query is None or (str(meaning), wording) in known("disagreement"):
            continue
        assert disagreements(made, evaluator_of(meaning.history)) == [], wording


@pytest.mark.parametrize("meaning", ANSWERED, ids=named)
def test_the_paraphrase_is_understood_as_the_question_was(meaning: Meaning) -> None:
    happens = round_trip(meaning)
    if (str(meaning), "") in known("round_trip"):
        assert happens, "this works now: take it off corpus/known_misses.toml"
    else:
        assert not happens


@pytest.mark.parametrize("meaning", meanings("negative"), ids=named)
def test_a_refusal_says_why_and_what_works_instead(meaning: Meaning) -> None:
    for wording in meaning.asks:
        answer = traced(wording, meaning.history).answer
        assert answer is not None
        if (str(meaning), wording) in known("wording"):
            continue
        assert exit_code(answer, strict=False) == 3
        assert answer.headline.startswith("Declined: ") and answer.headline != "Declined: "
        assert answer.suggestions and not answer.rows
        assert answer.headline.split(": ", 1)[1] in rendered(answer)


@pytest.mark.parametrize("meaning", meanings("record"), ids=named)
def test_the_canonical_sentence_of_a_report_asks_for_the_same(meaning: Meaning) -> None:
    answer = traced(meaning.asks[0], meaning.history).answer
    assert answer is not None and answer.act is not None
    again = traced(answer.understood, meaning.history).answer
    assert again is not None and again.act == answer.act


def test_the_corpus_is_as_large_as_it_was() -> None:
    assert len(meanings("record")) >= 54
    assert sum(len(meaning.asks) for meaning in meanings("record")) >= 200
    assert len(meanings("nearly")) >= 56
    assert len(ANSWERED) >= 340
    assert sum(len(meaning.asks) for meaning in ANSWERED) >= 1105
    assert len(meanings("negative")) >= 150
    assert len(meanings("ambiguous")) >= 23


def test_names_and_wordings_are_unique() -> None:
    names = [str(meaning) for meaning in ALL]
    assert len(names) == len(set(names))
    asked = [(meaning.history, wording) for meaning, wording in WORDED]
    twice = sorted({one for one in asked if asked.count(one) > 1})
    assert twice == []


def test_known_misses_speak_of_what_exists() -> None:
    table = tomllib.loads((CORPUS / "known_misses.toml").read_text(encoding="utf-8"))
    asks = {str(meaning): meaning.asks for meaning in ALL}
    assert set(table) <= set(KINDS)
    for kind, listed in table.items():
        assert len(known(kind)) == len(listed), "the same twice"
        for one in listed:
            assert one["why"] and one["of"] in asks, one
            assert ("asks" in one) == (kind in ("wording", "disagreement")), one
            assert one.get("asks", asks[one["of"]][0]) in asks[one["of"]], one


def test_no_golden_file_is_left_over(refresh_golden: bool) -> None:
    names = {f"{meaning.family}/{meaning.id}.txt" for meaning in ALL}
    left = [file for file in GOLDEN.rglob("*.txt") if file.relative_to(GOLDEN).as_posix() not in names]
    if refresh_golden:
        for file in left:
            file.unlink()
        left = []
    assert left == []
