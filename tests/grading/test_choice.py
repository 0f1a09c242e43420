"""Multiple choice: what an answer picks by its text or letter, and what picks nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.answers import ATTACKS, MOMENT, seconds
from tests.support.case_tables import cases
from tests.support.prose import compare_choice, read_choice

PEOPLE = ("Orsavia Pellwick", "Kelbryn Oast")
METALS = ("iron", "iron oxide", "gold")
TOWNS = ("Lyon", "Paris", "Nice")
LANGUAGES = ("C", "C++", "C#", "Java")


@pytest.mark.parametrize(("choices", "answer", "picked"), cases("choice.jsonl"))
def test_what_an_answer_picks(choices: tuple[str, ...], answer: str, picked: str | None) -> None:
    assert read_choice(answer, choices) == picked


def test_a_negative_question_may_be_answered_with_its_own_words() -> None:
    choices = ("Mars", "Titan")
    assert read_choice("Titan is not a planet", choices) is None
    assert read_choice("Titan is not a planet", choices, "Which of them is not a planet?") == "Titan"


CREW = ("Captain Marlin", "Old Tom Reed", "Juliet Vane")


@pytest.mark.parametrize(
    ("choices", "question", "answer", "picked"),
    [
        (CREW, "Who dies?", "Marlin", "Captain Marlin"),
        (CREW, "Who dies?", "It is Reed.", "Old Tom Reed"),
        (CREW, "Who dies?", "Anna Marlin", None),
        (CREW, "Who dies?", "J. Vane", "Juliet Vane"),
        (CREW, "Who dies?", "K. Vane", None),
        (CREW, "Who dies?", "Answer: Vane", "Juliet Vane"),
        (CREW, "Which ship?", "Marlin", "Captain Marlin"),
        (CREW, "Which ship?", "Vane", None),
        (("Captain Marlin", "Ada Marlin"), "Who dies?", "Marlin", None),
        (("New York", "Los Angeles"), "Which city is older?", "York", None),
        (CREW, "Who dies?", "Marlin, not Vane", "Captain Marlin"),
        (CREW, "Who dies first?", "Marlin, then Juliet Vane", "Captain Marlin"),
        (CREW, "Who dies first?", "First Marlin, then Vane", "Captain Marlin"),
        (CREW, "Who dies first?", "Reed, Vane, and then Marlin", "Old Tom Reed"),
        (CREW, "Who dies first?", "Reed, followed by Vane", "Old Tom Reed"),
        (CREW, "Who dies last?", "Reed, then Vane", "Juliet Vane"),
        (CREW, "Who dies second?", "Reed, then Vane", None),
        (CREW, "Who dies first?", "Reed and Vane", None),
        (CREW, "Whose first name is short?", "Reed, then Vane", None),
    ],
)
def test_persons_by_family_name_and_orders(
    choices: tuple[str, ...], question: str, answer: str, picked: str | None
) -> None:
    assert read_choice(answer, choices, question) == picked


def test_the_reason_says_what_was_picked() -> None:
    found = compare_choice("B) Paris", ["Lyon"], TOWNS, "Which?")
    assert (found.met, found.extracted, found.reason) == (False, "Paris", "picks 'Paris'")
    assert (
        compare_choice("Lyon or Paris", ["Lyon"], TOWNS, "").reason
        == "picks none or several of 'Lyon' or 'Paris' or 'Nice'"
    )
    assert compare_choice("I do not know whether it is Lyon", ["Lyon"], TOWNS, "").reason == "declines"


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=2, max_size=26, unique=True), st.text())
def test_reading_never_raises_and_picks_a_choice(choices: list[str], text: str) -> None:
    assert read_choice(text, choices) in (None, *choices)


@given(st.sampled_from(TOWNS), st.sampled_from(["{}", "**{}**", "It is {}.", "The answer is {}!", "({})", "the {}"]))
def test_a_choice_is_picked_in_any_dress(choice: str, frame: str) -> None:
    assert read_choice(frame.format(choice), TOWNS) == choice
    assert read_choice(frame.format(choice.upper()), TOWNS) == choice


@pytest.mark.parametrize("attack", [*ATTACKS, "Lyon ", "Lyon, ", "Lyon or Paris than "])
def test_reading_takes_a_moment(attack: str) -> None:
    assert seconds(lambda text: read_choice(text, TOWNS), attack) < MOMENT
