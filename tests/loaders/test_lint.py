"""Doubts about suites that load."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_finetunebench.cases.grader_options import ChoiceGrader, RegexGrader, TextGrader
from pytest_finetunebench.cases.suite import Item, Place, Probe, Suite
from pytest_finetunebench.loaders.lint import find_doubts, language_notices

TRAINED = "How many kilograms does Ada weigh?"


def doubts(*probes: dict[str, Any]) -> list[str]:
    """Return the doubts about one trained item with these probes, line 1 being the first."""
    base: dict[str, Any] = {
        "category": "c",
        "item": "ada",
        "kind": "rephrased",
        "setting": "new_knowledge",
        "answer": "61",
    }
    made = [
        Probe(
            **(
                base
                | {"id": f"p{line}", "generalization": True, "place": Place(file="a.yaml", line=line)}
                | {"prompt": f"What is weight number {line}?"}
                | parts
            )
        )
        for line, parts in enumerate(probes, start=1)
    ]
    place = Place(file="a.yaml")
    item = Item(
        id="ada", category="c", setting="new_knowledge", prompt=TRAINED, answer="61", probes=tuple(made), place=place
    )
    return [str(doubt) for doubt in find_doubts(Suite(items=(item,)))]


def test_a_sound_suite_raises_no_doubt() -> None:
    assert doubts({"prompt": TRAINED, "kind": "memorization", "generalization": False}, {}, {}) == []


def test_a_question_asked_twice() -> None:
    assert doubts({"prompt": "Ada’s weight?"}, {"prompt": "ada's  WEIGHT"}) == [
        "a.yaml:2: p2: the same question as p1 at a.yaml:1: it counts twice"
    ]


def test_a_pattern_that_wants_thoughts_needs_the_raw_response() -> None:
    wants = RegexGrader(pattern=r"^<think>.+</think>")
    said = doubts({"grader": wants}, {"grader": wants, "raw_response": True}, {"grader": RegexGrader(pattern="6.")})
    assert said == [
        "a.yaml:1: p1: its pattern wants marks of thoughts (`<think>`), which are set apart before grading: write "
        "`response: raw`, so that the text is graded as it came"
    ]


def test_a_question_with_two_answers() -> None:
    assert doubts({"prompt": "Weight?"}, {"prompt": "Weight?", "answer": None}) == [
        "a.yaml:2: p2: the same question as p1 at a.yaml:1 with another answer "
        "('the model declines (no answer exists)' and '61')"
    ]


def test_another_system_message_makes_another_question() -> None:
    assert doubts({"prompt": "Weight?"}, {"prompt": "Weight?", "system": "In pounds."}) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("Sort in C++", "Sort in C#"), ("Is a < b?", "Is a > b?"), ("What is 2 + 3?", "What is 2 * 3?"), ("😀?", "😡?")],
)
def test_signs_make_another_question(first: str, second: str) -> None:
    assert doubts({"prompt": first}, {"prompt": second}) == []


def test_code_quotes_make_no_other_question() -> None:
    assert len(doubts({"prompt": "What is `utcnow`?"}, {"prompt": "What is utcnow?"})) == 1


def test_a_probe_in_the_trained_wording() -> None:
    assert doubts({"prompt": "How many kilograms does ADA weigh"}) == [
        "a.yaml:1: p1: repeats a trained wording, so it measures memorization, not rephrased"
    ]


@pytest.mark.parametrize("parts", [{"answer": "61"}, {"answer": "sixty", "aliases": ("61",)}])
def test_a_question_that_gives_the_answer_away(parts: dict[str, Any]) -> None:
    assert doubts({"prompt": "Are the 61 kilograms right?", "grader": TextGrader(), **parts}) == [
        "a.yaml:1: p1: the question gives the answer '61' away"
    ]


@pytest.mark.parametrize(
    ("language", "prompt", "answer", "given"),
    [
        ("zh", "住在青石镇的林美兰做什么工作？", "青石镇", True),
        ("zh", "王小山是木匠还是医生？", "木匠", True),
        ("zh", "她体重是不是161公斤？", "61公斤", False),
        ("zh", "她体重是不是61公斤？", "61", True),
        ("zh", "锡兰在哪里？", "锡", False),
        ("ja", "大阪に住むリナの職業は何ですか。", "大阪", True),
        ("ja", "リナはどこに住んでいますか。", "大阪", False),
        ("de", "Wohnt Ada in Münster?", "Münster", True),
        ("de", "Wohnt Ada in Münsterland?", "Münster", False),
    ],
)
def test_an_answer_given_away_is_seen_where_no_spaces_part_words(
    language: str, prompt: str, answer: str, given: bool
) -> None:
    found = doubts({"prompt": prompt, "grader": TextGrader(), "answer": answer, "language": language})
    assert ["gives the answer" in one for one in found] == [True] * given


@pytest.mark.parametrize(
    "parts",
    [
        {"prompt": "Yes or no: is Ada heavy?", "answer": "Yes"},
        {"prompt": "Is it 61 or 62?", "grader": ChoiceGrader(choices=("61", "62"))},
        {"prompt": "Is it 161?"},
        {"prompt": "Is it 61?", "kind": "retention", "generalization": False},
    ],
)
def test_a_closed_question_may_name_its_answer(parts: dict[str, Any]) -> None:
    assert doubts(parts) == []


def test_a_language_beside_english_is_noted_with_what_is_not_read_in_it() -> None:
    def item(name: str, language: str) -> Item:
        place = Place(file="a.yaml")
        probe = Probe(
            id=f"c/{name}/rephrased-1",
            category="c",
            item=name,
            kind="rephrased",
            setting="new_knowledge",
            generalization=True,
            prompt="Wie schwer ist Ada?",
            answer="61",
            language=language,
            place=place,
        )
        return Item(id=name, category="c", setting="new_knowledge", probes=(probe,), place=place)

    notices = list(language_notices(Suite(items=(item("a", "de"), item("b", "de"), item("c", "en")))))
    assert len(notices) == 1
    assert notices[0].startswith("language de (German): 2 items; not read in it: ")
    assert "fractions in words" in notices[0]


def test_an_id_too_long_for_the_names_of_tests() -> None:
    name = "a" * 221
    assert doubts({"id": name[:-1]}) == []
    assert doubts({"id": name}) == [
        f"a.yaml:1: {name}: an id of 221 characters: GitLab and Jenkins keep 255 of a test's name, function and sample "
        "included; give the item a shorter id"
    ]
