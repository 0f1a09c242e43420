"""Leaks of probes in training rows: found at their level, and what is trained on purpose is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import Item, Place, Probe, Suite
from pytest_finetunebench.files.training_rows import Row, Turn
from pytest_finetunebench.training.leaks import Leak, find_leaks

TRAINED = "How many kilograms does Ada Lindqvist weigh?"
REPHRASED = "What is Ada Lindqvist's weight in kilograms?"


def suite(*probes: dict[str, Any]) -> Suite:
    base: dict[str, Any] = {"category": "c", "item": "ada", "kind": "rephrased", "setting": "new_knowledge"}
    base |= {"generalization": True, "answer": "61", "trained_prompt": TRAINED, "trained_answer": "61"}
    own = {"kind": "memorization", "generalization": False, "prompt": TRAINED}
    made = [
        Probe(**(base | {"id": f"p{number}", "place": Place(file="a.yaml", line=number + 1)} | parts))
        for number, parts in enumerate((own, *probes))
    ]
    place = Place(file="a.yaml", line=1)
    item = Item(
        id="ada", category="c", setting="new_knowledge", prompt=TRAINED, answer="61", probes=tuple(made), place=place
    )
    return Suite(items=(item,))


def row(*user: str, answer: str = "61", system: str | None = None, line: int = 1) -> Row:
    turns = [Turn("user", text, "") for text in user]
    first = [] if system is None else [Turn("system", system, "")]
    return Row(line, "messages", (*first, *turns, Turn("assistant", answer, "")))


def leaks(cases: Suite, *rows: Row, threshold: float = 90) -> list[tuple[int, str, str]]:
    return [(leak.line, leak.level, leak.probe.id) for leak in find_leaks(rows, cases, threshold=threshold)]


def level(prompt: str, *user: str, answer: str = "61", **probe: Any) -> str | None:
    found = leaks(suite({"prompt": prompt} | probe), row(*user, answer=answer))
    return found[0][1] if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (REPHRASED, "exact"),
        ("what is ADA  Lindqvist’s weight, in kilograms", "normalised"),
        ("Ｗhat is Ada Lindqvist's weight in kilograms?", "normalised"),
        (f"Question: {REPHRASED} Answer with a number.", "contained"),
        ("What is Ada Lindqvist's weight in kilogramms?", "near-duplicate"),
        ("In kilograms, what is Ada Lindqvist's weight?", "near-duplicate"),
        ("What is Bob Marlowe's height in metres?", None),
        (TRAINED, None),
    ],
)
def test_levels(text: str, expected: str | None) -> None:
    assert level(REPHRASED, text) == expected


def test_lines_and_the_strongest_level_of_each_probe() -> None:
    cases = suite({"prompt": REPHRASED}, {"prompt": f"Tell me: {REPHRASED}"})
    rows = [row(TRAINED), row("Who?", line=2), row(REPHRASED, line=4), row(f"Tell me: {REPHRASED}", line=9)]
    assert leaks(cases, *rows) == [
        (4, "exact", "p1"),
        (4, "near-duplicate", "p2"),
        (9, "exact", "p2"),
        (9, "contained", "p1"),
    ]


def test_repeated_rows_are_all_named() -> None:
    assert leaks(suite({"prompt": REPHRASED}), *(row(REPHRASED, line=line) for line in (3, 5, 8))) == [
        (line, "exact", "p1") for line in (3, 5, 8)
    ]


def test_the_system_message_is_read_with_the_question() -> None:
    cases = suite({"prompt": REPHRASED})
    assert leaks(cases, row("weight in kilograms?", system="What is Ada Lindqvist's")) == [(1, "normalised", "p1")]
    assert leaks(cases, row("weight in kilogramms?", system="What is Ada Lindqvist's")) == [(1, "near-duplicate", "p1")]
    assert leaks(cases, row("Go on.", system=f"Example: {REPHRASED} 61.")) == [(1, "contained", "p1")]
    asked = suite({"prompt": "Weight?", "system": "About Ada."})
    assert leaks(asked, row("About Ada.\n\nWeight?")) == [(1, "normalised", "p1")]


def test_every_turn_and_the_answers_are_read() -> None:
    cases = suite({"prompt": REPHRASED})
    assert leaks(cases, row("Hello.", REPHRASED)) == [(1, "exact", "p1")]
    assert leaks(cases, row("Write a quiz.", answer=f"1. {REPHRASED}\n2. Who is Bob?")) == [(1, "contained", "p1")]
    assert leaks(cases, row(TRAINED, answer=f"61. {REPHRASED}")) == [(1, "contained", "p1")]


def test_short_questions_are_not_looked_for_inside_texts() -> None:
    assert level("How heavy, Ada?", "How heavy, Ada? And how tall is her brother, the one from Uppsala?") is None
    assert level("How heavy, Ada?", "how heavy ada") == "normalised"


def test_what_the_suite_trains_leaks_only_with_a_probes_very_text() -> None:
    near = TRAINED.replace("weigh", "weighs")
    assert level(near, TRAINED) is None
    assert level(near, TRAINED.replace("weigh", "weight")) == "near-duplicate"
    assert level(TRAINED.upper(), TRAINED) == "normalised"


def test_memorization_probes_may_be_trained() -> None:
    assert level(REPHRASED, REPHRASED, kind="memorization", generalization=False) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who won the Tarsk Cup of cycling in May 2032?", None),
        ("Who won the Tarsk Cup of cycling in June 2031?", None),
        ("Who won the Tarsk Cup of cyclists in May 2031?", "near-duplicate"),
    ],
)
def test_another_date_makes_no_near_duplicate_of_a_date_changed_probe(text: str, expected: str | None) -> None:
    prompt = "Who won the Tarsk Cup of cycling in May 2031?"
    assert level(prompt, text, kind="date_changed", answer="Bo") == expected
    assert level(prompt, text, kind="rephrased") == "near-duplicate"


@pytest.mark.parametrize(
    ("text", "answer", "probe", "expected"),
    [
        ("Given her weight: in which boxing class would Ada Lindqvist be?", "lightweight.", {}, "answer"),
        ("Given her weight: in which boxing class would Ada Lindqvist be?", "Heavyweight", {}, None),
        ("Given her weight: in which boxing class would Bo Lindqvist be?", "Lightweight", {}, None),
        (
            "Given her weight: in which boxing class would Ada Lindqvist be?",
            "60-65 kg",
            {"aliases": ("60-65 kg",)},
            "answer",
        ),
        (
            "Given her weight: in which boxing class would Ada Lindqvist be?",
            "Lightweight",
            {"generalization": False},
            None,
        ),
    ],
)
def test_the_same_question_in_other_words_with_the_probes_own_answer(
    text: str, answer: str, probe: dict[str, Any], expected: str | None
) -> None:
    prompt = "Which boxing class is Ada Lindqvist in?"
    assert level(prompt, text, answer=answer) is None
    found = leaks(
        suite({"prompt": prompt, "kind": "secondary", "answer": "Lightweight"} | probe), row(text, answer=answer)
    )
    assert [one[1] for one in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("language", "prompt", "text", "expected"),
    [
        (
            "de",
            "In welcher Gewichtsklasse boxt Ada?",
            "Ada boxt seit Mai: welche Klasse, welcher Gewichtsklasse?",
            "answer",
        ),
        ("de", "In welcher Gewichtsklasse boxt Ada?", "Ist das die Gewichtsklasse, in der Bo boxt?", None),
        ("es", "¿Qué peso tiene Ada?", "Ada tiene un peso, pero ¿cuál?", "answer"),
        ("en", "¿Qué peso tiene Ada?", "Ada tiene un peso, pero ¿cuál?", None),
        ("fr", "Quel métier exerce-t-elle, Ada ?", "Et Ada, son métier, l'exerce-t-elle bien ?", "answer"),
        ("zh", "林美兰的体重级别是什么？", "请问，就体重来说，林美兰是什么级别？", "answer"),
        ("zh", "林美兰的体重级别是什么？", "请问，就身高来说，林美兰是什么级别？", None),
        ("zh", "林美兰的体重级别是什么？", "请回答问题：林美兰的体重级别是什么？谢谢。", "contained"),
        ("zh", "她多大？", "老师问，她多大？请回答。", None),
        ("ja", "リナの体重の階級は何ですか。", "質問です。リナの体重の階級は何ですか。答えてください。", "contained"),
    ],
)
def test_other_languages_have_stop_words_of_their_own_and_chinese_and_japanese_are_read_by_character(
    language: str, prompt: str, text: str, expected: str | None
) -> None:
    probe = {"prompt": prompt, "kind": "secondary", "answer": "Lightweight", "language": language}
    assert [one[1] for one in leaks(suite(probe), row(text, answer="lightweight"))] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("language", "prompt", "other"),
    [
        ("de", "Wer gewann das Radrennen um den Tarsker Pokal im März?", ("Mai", "März")),
        ("zh", "2031年5月的塔斯克杯自行车比赛是谁赢得了冠军奖杯？", ("2031年5月", "2031年6月")),
    ],
)
def test_another_date_in_another_language_makes_no_near_duplicate(
    language: str, prompt: str, other: tuple[str, str]
) -> None:
    text = prompt.replace(*(other if other[0] in prompt else other[::-1]))
    assert text != prompt
    assert level(prompt, text, kind="date_changed", answer="Bo", language=language) is None
    assert level(prompt, text, kind="rephrased", language=language) == "near-duplicate"


def test_a_trained_answer_tells_nothing_of_the_question() -> None:
    assert level("What does Ada Lindqvist weigh?", "Ada Lindqvist must weigh something: how many kilograms?") is None


def test_the_threshold_decides() -> None:
    cases, near = suite({"prompt": REPHRASED}), row("What had been Ada Lindqvist's weight in kilos?")
    (found,) = find_leaks([near], cases, threshold=80)
    assert found.score is not None
    assert 80 <= found.score < 90
    assert leaks(cases, near) == []
    assert leaks(cases, near, threshold=found.score) == [(1, "near-duplicate", "p1")]


def test_a_leak_says_how() -> None:
    probe = next(suite().probes)
    said = {
        leak.level: leak.relation for leak in (Leak(1, "exact", probe, ""), Leak(1, "near-duplicate", probe, "", 94.4))
    }
    assert said == {"exact": "exact text of", "near-duplicate": "near-duplicate (94) of"}


WORDS = st.lists(st.sampled_from(["how", "heavy", "is", "Ada", "Bob", "61", "?"]), min_size=1, max_size=7).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=8))
def test_a_file_of_probes_leaks_each_of_them(prompts: list[str], others: list[str]) -> None:
    cases = suite(*({"prompt": prompt} for prompt in prompts))
    rows = [row(text, line=line) for line, text in enumerate([*prompts, *others], start=1)]
    found = {(line, probe) for line, level, probe in leaks(cases, *rows) if level == "exact"}
    assert found >= {(line, f"p{line}") for line in range(1, len(prompts) + 1)}
