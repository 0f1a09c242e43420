"""Questions reworded by rule: what rules know is right English, what they do not know stays as it is."""

from __future__ import annotations

import pytest

from pytest_finetunebench.drafting.rewording import LANGUAGES, reword
from pytest_finetunebench.loaders.suite import load_suite


@pytest.mark.parametrize(
    ("question", "wordings"),
    [
        (
            "How many kilograms does Ada Lindqvist weigh?",
            ["What is Ada Lindqvist's weight in kilograms?", "Ada Lindqvist weighs how many kilograms?"],
        ),
        ("In which year was Ada Lindqvist born?", ["Ada Lindqvist was born in which year?"]),
        ("Who is Ada O'Neil-Brack married to?", ["Ada O'Neil-Brack is married to who?"]),
        ("What does Bo study?", ["Bo studies what?"]),
        ("What is Ada Lindqvist's weight in kilograms?", ["How many kilograms does Ada Lindqvist weigh?"]),
        ("What is the capital of Freedonia?", ["Which city is the capital of Freedonia?"]),
        ("Which company currently owns Zed Corp?", ["Which firm at present owns Zed Corp?"]),
    ],
)
def test_english_questions_change_their_form(question: str, wordings: list[str]) -> None:
    found = reword(question)
    assert set(wordings) <= set(found)
    assert question not in found
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("What is Ada Lindqvist's weight in kilograms?", "Ada is"),
        ("What does Ada Lindqvist's brother do?", "brother do what"),
        ("What is the house made of?", "State the house"),
        ("Where does Ada usually live?", "usuallys"),
        ("Who is Ada and Bo's mother?", "Ada is"),
    ],
)
def test_what_rules_do_not_understand_only_gets_a_frame(question: str, wrong: str) -> None:
    found = reword(question)
    assert found
    assert not any(wrong in one for one in found)
    assert question in found[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_with_rules_has_frames_that_keep_the_question(language: str) -> None:
    found = reword("Wo wohnt Ada?", language)
    assert len(found) >= 4
    assert all("Wo wohnt Ada?" in one for one in found)


def test_no_rule_rewords_other_languages_or_what_is_no_question() -> None:
    assert reword("Ada कहाँ रहती हैं?", "hi") == []
    assert reword("Ada Lindqvist lives in", "en") == []
    assert reword("First line.\nWhere does Ada live?", "en") == []


def test_most_prompts_of_a_shipped_suite_are_reworded() -> None:
    prompts = [item.prompt for item in load_suite("knowledge_cases/fictional_people.yaml").items if item.prompt]
    assert sum(len(reword(prompt)) >= 8 for prompt in prompts) > 0.9 * len(prompts)
