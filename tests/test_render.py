"""Every format: what it writes, and what it never writes."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlq.answer import Answer, Assumption, Header, Provenance, Searched, Suggestion
from nlq.render import View, first, format_names, render, summary
from nlq.render.cells import cell, number, shorten, width
from nlq.render.clean import clean
from nlq.render.delimited import harmless
from nlq.render.explanation import command, fold
from store.records import Place

PIPE, SCREEN = View(), View(width=80, width_err=80)
BEST = Answer(
    question="whats my bset run",
    status="answered",
    headline="baseline: loss 2.65, the lowest of 2 completed runs",
    columns=(
        Header("run"),
        Header("date", "date"),
        Header("depth", "integer"),
        Header("lr", "number"),
        Header("loss", "number"),
        Header("time", "number", "h"),
    ),
    rows=(
        ("baseline", date(2024, 1, 15), 24, 0.02, 2.65, 2.8),
        ("exp-002", None, 24, 0.01, 2.7812345678, None),
    ),
    marks={(1, 4): "~2.78"},
    details=("exp-001 diverged at step 5000",),
    understood='best run, by loss (lower is better); read "bset" as "best"',
    assumptions=(Assumption("best by loss", "best run by CORE"),),
    notes=("summary and section disagree on loss of baseline",),
    unused=("whats",),
    searched=Searched(3, 1, {"exp-001: diverged at step 5000": 1}),
    provenance=(
        Provenance("baseline", Place(".claude/experiments.md", 7)),
        Provenance("baseline", Place(".claude/experiments.md", 24, 43)),
    ),
    sql="SELECT 1",
    elapsed_ms=1.23456,
)
DECLINED = Answer(
    question="best run on the A100 cluster",
    status="declined",
    headline='Declined: nothing in this history says "A100" or "cluster".',
    suggestions=(
        Suggestion("best run on H100", "ran on      8×H100 (baseline)"),
        Suggestion("best run", "understood  best run"),
    ),
)
HOSTILE = "over\rwritten\x85\x1b[31mred\x1b[0m\x1b]0;title\x07 \x9b2Jrow\u202eevil\x00\nline"
EVIL = Answer(
    question=HOSTILE,
    status="answered",
    headline=f"head {HOSTILE}",
    columns=(Header(f"col|{HOSTILE}"), Header("=cmd()"), Header("x", "number")),
    rows=((HOSTILE, "=HYPERLINK(1)", float("nan")), ("a|b", "-0.5", float("inf")), ("\ud800", "@x", 2**70)),
    details=(HOSTILE,),
    understood=HOSTILE,
    assumptions=(Assumption(HOSTILE, HOSTILE),),
    notes=(HOSTILE,),
    unused=(HOSTILE,),
    suggestions=(Suggestion(HOSTILE, HOSTILE),),
    searched=Searched(3, 1, {HOSTILE: 2}),
    provenance=(Provenance(HOSTILE, Place(HOSTILE, 3)), Provenance("r", Place("a.db", key=HOSTILE))),
)


def test_the_text_form_is_the_one_of_the_design() -> None:
    shown = render(BEST, "table", PIPE)
    assert shown.out == (
        "baseline: loss 2.65, the lowest of 2 completed runs\n"
        "\n"
        "run       date        depth    lr   loss   time\n"
        "baseline  2024-01-15     24  0.02   2.65  2.8 h\n"
        "exp-002   -              24  0.01  ~2.78      -\n"
        "\n"
        "exp-001 diverged at step 5000\n"
    )
    assert shown.err == (
        "\n"
        'understood  best run, by loss (lower is better); read "bset" as "best"\n'
        "assumed     best by loss  → ask best run by CORE\n"
        "left out    exp-001: diverged at step 5000 (of 3)\n"
        "from        .claude/experiments.md:7, 24-43\n"
        "note        summary and section disagree on loss of baseline\n"
        'unused      "whats"\n'
    )


def test_a_declined_question_offers_what_works() -> None:
    shown = render(DECLINED, "table", PIPE)
    assert shown.out == 'Declined: nothing in this history says "A100" or "cluster".\n'
    assert shown.err == (
        "  ran on      8×H100 (baseline)  → ask best run on H100\n"
        "  understood  best run           → ask best run\n"
    )


@pytest.mark.parametrize("name", [*format_names(), "github", "html", "grid", "latex", "rst"])
@pytest.mark.parametrize("view", [PIPE, SCREEN, View(width=40, width_err=40), View(ascii=True)])
@pytest.mark.parametrize("status", ["answered", "declined", "ambiguous", "empty"])
def test_nothing_from_a_file_steers_a_terminal(name: str, view: View, status: str) -> None:
    shown = render(replace(EVIL, status=status), name, view)  # type: ignore[arg-type]
    for text in (shown.out, shown.err):
        text.encode()
        assert not set(text) & set("\r\x85\x1b\x9b\x07\x00\x7f\u202e\u2066"), text


@pytest.mark.parametrize("name", [*format_names(), "github", "plain"])
@pytest.mark.parametrize("view", [PIPE, SCREEN, View(width=20, width_err=20)])
def test_an_empty_answer_renders(name: str, view: View) -> None:
    bare = Answer("q", "empty", headline="No run matches.")
    shown = render(bare, name, view)
    assert "No run matches." in shown.out + shown.err
    render(Answer("q", "answered"), name, view)
    render(replace(bare, columns=(Header("run"),)), name, view)


def test_json_has_every_field_in_order() -> None:
    told = json.loads(render(BEST, "json", PIPE).out)
    assert (
        list(told)
        == (
            "question status headline columns rows understood assumptions unused suggestions searched "
            "provenance details notes query sql elapsed_ms"
        ).split()
    )
    assert told["rows"][0] == ["baseline", "2024-01-15", 24, 0.02, 2.65, 2.8]
    assert told["rows"][1][4] == 2.7812345678 and told["rows"][1][5] is None
    assert told["columns"][5] == {"name": "time", "type": "number", "unit": "h"}
    assert told["provenance"][1] == {"run": "baseline", "place": ".claude/experiments.md:24-43"}
    assert render(BEST, "json", PIPE).out.count("\n") == 1


def test_json_of_odd_values_is_valid_and_lossless() -> None:
    told = json.loads(render(EVIL, "json", PIPE).out, parse_constant=lambda name: pytest.fail(name))
    assert [row[2] for row in told["rows"]] == [None, None, 2**70]
    assert told["rows"][0][0] == HOSTILE
    assert json.loads(render(EVIL, "json", View(ascii=True)).out) == told
    assert render(EVIL, "json", View(ascii=True)).out.isascii()


def test_jsonl_is_a_row_a_line_with_its_units() -> None:
    lines = render(BEST, "jsonl", PIPE).out.splitlines()
    assert json.loads(lines[1]) == {
        "run": "exp-002",
        "date": None,
        "depth": 24,
        "lr": 0.01,
        "loss": 2.7812345678,
        "time (h)": None,
    }


def test_columns_of_one_name_keep_their_values() -> None:
    twice = replace(BEST, columns=(Header("a"), Header("a")), rows=((1, 2),), marks={})
    assert json.loads(render(twice, "jsonl", PIPE).out) == {"a": 1, "a_2": 2}


def test_csv_and_tsv_have_full_precision_and_empty_for_missing() -> None:
    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        rows = list(csv.reader(io.StringIO(render(BEST, name, PIPE).out), delimiter=delimiter))
        assert rows[0] == ["run", "date", "depth", "lr", "loss", "time (h)"]
        assert rows[2] == ["exp-002", "", "24", "0.01", "2.7812345678", ""]


@pytest.mark.parametrize(
    ("text", "exported"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("+cmd|'/c calc'!A0", "'+cmd|'/c calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-", "'-"),
        ("-0.5", "-0.5"),
        ("+3e-4", "+3e-4"),
        ("-1,024", "-1,024"),
        ("-2+3", "'-2+3"),
        ("plain", "plain"),
    ],
)
def test_a_spreadsheet_runs_nothing(text: str, exported: str) -> None:
    assert harmless(text) == exported
    sheet = render(replace(BEST, columns=(Header("c"),), rows=((text,),), marks={}), "csv", PIPE).out
    assert next(iter(list(csv.reader(io.StringIO(sheet)))[1:])) == [exported]


def test_markdown_cells_stay_cells() -> None:
    for name in ("md", "github", "pipe", "agent"):
        table = [line for line in render(EVIL, name, PIPE).out.splitlines() if line.startswith("|")]
        assert len({line.replace("\\|", "").count("|") for line in table}) == 1, (name, table)


def test_numbers_are_short_on_a_terminal_and_whole_elsewhere() -> None:
    assert [number(v, short=True) for v in (2.65, 0.312, 524288, 0.1234567891, 1e6 + 0.5, 1e-7, 1e20)] == [
        "2.65", "0.312", "524288", "0.123457", "1000000", "1e-7", "1e20",
    ]  # fmt: skip
    assert number(0.1234567891, short=False) == "0.1234567891"
    assert number(123456.789, short=True) == "123457"
    assert cell(True, short=True) == "true" and cell(float("nan"), short=True) == "NaN"
    assert "2.7812345678" in render(replace(BEST, marks={}), "table", PIPE).out
    assert "2.78123 " in render(replace(BEST, marks={}), "table", SCREEN).out


def _wide(rows: int) -> Answer:
    note = "a long remark on what was seen in this run and what to try next " * 3
    columns = (Header("run"), *(Header(f"metric_{n}", "number") for n in range(9)), Header("notes"))
    row: tuple[str | float, ...] = ("exp-001", *(0.5 + n / 7 for n in range(9)), note)
    return Answer("q", "answered", headline="Runs.", columns=columns, rows=(row,) * rows)


@pytest.mark.parametrize("room", [20, 40, 60, 80, 120, 200])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_table_never_runs_past_the_window(room: int, rows: int) -> None:
    shown = render(_wide(rows), "table", View(width=room, width_err=room)).out
    table = shown.split("\n\n", 1)[1]
    assert all(width(line) <= max(room, 38) for line in table.splitlines()), table
    if rows > 1 and room < 120:
        assert "columns: --json or a wider window" in table
    assert "…" not in render(_wide(rows), "table", PIPE).out
    assert "…" not in render(_wide(rows), "table", View(width=room, full=True)).out


def test_a_lone_wide_row_stands_on_its_side_and_loses_nothing() -> None:
    shown = render(_wide(1), "table", View(width=40)).out
    assert "metric_8  1.64286" in shown
    assert " ".join(shown.split()).count("what to try") == 3


def test_a_number_is_never_cut() -> None:
    answer = Answer(
        "q", "answered", columns=(Header("run"), Header("loss", "number")), rows=(("r" * 90, 2.65),) * 2
    )
    assert all(
        line.endswith(("loss", "2.65")) for line in render(answer, "table", View(width=40)).out.splitlines()
    )


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        ("0.131856 ± 0.00511 (n=9)", 14, "0.131856 ±…"),
        ("0.02, 0.03, 0.04", 14, "0.02, 0.03,…"),
        ("+82.48 $ (+3489.8 %)", 12, "+82.48 $ (+…"),
        ("d12-adamw, d12-adamw-hot", 15, "d12-adamw,…"),
        ("experiment-2024-long", 10, "experimen…"),
        ("0.123456789", 6, "…"),
        ("524,288 tokens", 9, "524,288 …"),
        ("524,288 tokens", 8, "…"),
        ("exp-001", 6, "exp-0…"),
        ("Undertrained run", 9, "Undertra…"),
    ],
)
def test_a_text_is_not_cut_within_a_number(text: str, room: int, shown: str) -> None:
    assert shorten(text, room) == shown


def test_wide_characters_line_up() -> None:
    answer = Answer(
        "q", "answered", columns=(Header("run"), Header("n")), rows=(("实验一", "x"), ("abc", "y"))
    )
    lines = render(answer, "table", PIPE).out.splitlines()
    assert [width(line[: line.index(mark)]) for line, mark in zip(lines[1:], "xy", strict=True)] == [8, 8]
    assert shorten("实验一号", 5) == "实验…"


def test_an_agent_gets_at_most_ten_kilobytes_and_is_told() -> None:
    many = replace(_wide(400), notes=("n" * 9000,))
    shown = render(many, "agent", PIPE)
    assert len(shown.out.encode()) <= 10_000 and not shown.err
    assert "ROWS LEFT OUT" in shown.out and "of 400 rows" in shown.out and "--json" in shown.out
    refused = render(replace(DECLINED, headline="x" * 20_000), "agent", PIPE).out
    assert len(refused.encode()) <= 10_000
    assert json.loads(render(DECLINED, "agent", PIPE).out)["status"] == "declined"


def test_the_first_rows_keep_their_marks_and_places_and_say_so() -> None:
    cut = first(BEST, 1)
    assert len(cut.rows) == len(cut.provenance) == 1 and not cut.marks
    assert cut.notes[0] == "1 of 2 rows shown: --limit 0 shows all"
    assert first(BEST, 0) is first(BEST, 2) is BEST


def test_places_are_folded_by_file() -> None:
    lines = [Provenance("r", Place("results.tsv", n, n)) for n in (9, 2, 3, 4, 9)]
    other = Provenance("r", Place("runs.db", key="42"))
    assert fold((*lines, other)) == "results.tsv:2-4, 9; runs.db#42"
    far = tuple(Provenance("r", Place("a", n)) for n in range(0, 60, 2) if n)
    assert fold(far).endswith("16 and 21 more")


def test_an_offer_can_be_pasted_into_a_shell() -> None:
    assert command("best run on H100") == "ask best run on H100"
    assert command("runs with lr < 0.03") == "ask 'runs with lr < 0.03'"
    assert command("what's best?") == "ask 'what'\\''s best?'"


def test_every_format_says_what_it_is() -> None:
    assert {"table", "json", "jsonl", "csv", "tsv", "md", "agent"} <= set(format_names())
    assert all(len(summary(name)) > 10 for name in format_names())


@pytest.mark.parametrize("text", ["plain", "8×H100 ±0.1 Größe 실험 ✅", "a\tb"])
def test_honest_text_stays(text: str) -> None:
    assert clean(text) == text.replace("\t", " ")


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes()
)


@given(
    rows=st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=4),
    words=st.lists(st.text(), min_size=3, max_size=3),
    room=st.sampled_from([0, 10, 40, 80]),
)
def test_any_value_in_any_format(rows: list[tuple[Any, Any, Any]], words: list[str], room: int) -> None:
    answer = Answer(
        words[0],
        "answered",
        words[1],
        columns=(Header(words[0]), Header(words[1], "number", "h"), Header(words[2], "integer")),
        rows=tuple(rows),
        notes=tuple(words),
        provenance=(Provenance(words[1], Place(words[2], 1)),),
    )
    for name in (*format_names(), "github", "html"):
        shown = render(answer, name, View(width=room, width_err=room))
        for text in (shown.out, shown.err):
            text.encode()
            assert all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") for char in text), (
                name
            )
    told = json.loads(render(answer, "json", PIPE).out, parse_constant=lambda name: pytest.fail(name))
    assert told["headline"] == words[1] and len(told["rows"]) == len(rows)
    parsed = list(csv.reader(io.StringIO(render(answer, "csv", PIPE).out, newline="")))
    assert len(parsed) == len(rows) + 1 and all(len(row) == 3 for row in parsed)
