"""Multiple choice: what an answer picks by its text or letter, and what picks nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.grading.prose.choice import compare_choice, read_choice
from tests.support.answers import ATTACKS, seconds

PEOPLE = ("Orsavia Pellwick", "Kelbryn Oast")
METALS = ("iron", "iron oxide", "gold")
TOWNS = ("Lyon", "Paris", "Nice")
LANGUAGES = ("C", "C++", "C#", "Java")


@pytest.mark.parametrize(
    ("choices", "answer", "picked"),
    [
        (PEOPLE, "Orsavia Pellwick is older than Kelbryn Oast", "Orsavia Pellwick"),
        (PEOPLE, "Orsavia Pellwick is older than Kelbryn Oast.", "Orsavia Pellwick"),
        (PEOPLE, "Kelbryn Oast is not as old as Orsavia Pellwick", None),
        (PEOPLE, "Between Orsavia Pellwick and Kelbryn Oast, Orsavia Pellwick is older.", "Orsavia Pellwick"),
        (PEOPLE, "Between Orsavia Pellwick and Kelbryn Oast, Kelbryn Oast is older.", "Kelbryn Oast"),
        (PEOPLE, "Kelbryn Oast, not Orsavia Pellwick", "Kelbryn Oast"),
        (PEOPLE, "Not Kelbryn Oast but Orsavia Pellwick", "Orsavia Pellwick"),
        (PEOPLE, "Orsavia Pellwick is 50 and Kelbryn Oast is 40, so Orsavia Pellwick.", "Orsavia Pellwick"),
        (PEOPLE, "Orsavia Pellwick is 50, while Kelbryn Oast is 40.", "Orsavia Pellwick"),
        (PEOPLE, "While Kelbryn Oast is tall, Orsavia Pellwick is taller.", "Orsavia Pellwick"),
        (PEOPLE, "Orsavia Pellwick and Kelbryn Oast", None),
        (PEOPLE, "Both", None),
        (PEOPLE, "Both Orsavia Pellwick and Kelbryn Oast", None),
        (PEOPLE, "Neither", None),
        (PEOPLE, "Neither Orsavia Pellwick nor Kelbryn Oast", None),
        (PEOPLE, "Orsavia Pellwick. Kelbryn Oast is only 30.", "Orsavia Pellwick"),
        (PEOPLE, "Compared to Kelbryn Oast, Orsavia Pellwick is older", "Orsavia Pellwick"),
        (PEOPLE, "Compared with Orsavia Pellwick, who is 40, Kelbryn Oast is older", "Kelbryn Oast"),
        (PEOPLE, "ORSAVIA PELLWICK", "Orsavia Pellwick"),
        (PEOPLE, "It is Kelbryn Oast rather than Orsavia Pellwick", "Kelbryn Oast"),
        (PEOPLE, "Someone else", None),
        (PEOPLE, "A", "Orsavia Pellwick"),
        (PEOPLE, "Option B", "Kelbryn Oast"),
        (PEOPLE, "I don't know whether Kelbryn Oast", None),
        (PEOPLE, "Orsavia Pellwick weighs more than Kelbryn Oast does", "Orsavia Pellwick"),
        (PEOPLE, "Kelbryn Oast or Orsavia Pellwick", None),
        (PEOPLE, "Orsavia is older", None),
        (("the Moon", "Mars"), "Moon", "the Moon"),
        (("the Moon", "Mars"), "The Moon.", "the Moon"),
        (("the Moon", "Mars"), "It is the Moon", "the Moon"),
        (("the Moon", "Mars"), "moon", "the Moon"),
        (("Moon", "Mars"), "the Moon", "Moon"),
        (("Moon", "Mars"), "A Moon", "Moon"),
        (TOWNS, "I think it's A", "Lyon"),
        (TOWNS, "Option B", "Paris"),
        (TOWNS, "(b)", "Paris"),
        (TOWNS, "B) Paris", "Paris"),
        (TOWNS, "The answer is B because A is wrong", "Paris"),
        (TOWNS, "A dog", None),
        (TOWNS, "A good question", None),
        (TOWNS, "B", "Paris"),
        (TOWNS, "b.", "Paris"),
        (TOWNS, "B. Paris", "Paris"),
        (TOWNS, "B: Paris", "Paris"),
        (TOWNS, "**B**", "Paris"),
        (TOWNS, "**B) Paris**", "Paris"),
        (TOWNS, "The answer is (C).", "Nice"),
        (TOWNS, "Answer: c", "Nice"),
        (TOWNS, "A) Paris", None),
        (TOWNS, "E", None),
        (TOWNS, "I choose C", "Nice"),
        (TOWNS, "I'd go with B.", "Paris"),
        (TOWNS, "A is wrong, B is right", None),
        (TOWNS, "A because it is bigger", "Lyon"),
        (TOWNS, "It is a city", None),
        (TOWNS, "The answer is A city in France", None),
        (TOWNS, "The answer is a", "Lyon"),
        (TOWNS, "The answer is B Paris", "Paris"),
        (TOWNS, "Paris (B)", "Paris"),
        (TOWNS, "Paris, option B", "Paris"),
        (TOWNS, "not A but B", None),
        (TOWNS, "The correct option is B, not A.", "Paris"),
        (TOWNS, "The answer is not A", None),
        (TOWNS, "Both A and B", None),
        (TOWNS, "A and B", None),
        (TOWNS, "I am in Paris", "Paris"),
        (TOWNS, "A, B", None),
        (TOWNS, "B - Paris", "Paris"),
        (TOWNS, "It's B!", "Paris"),
        (TOWNS, "Paris, not Lyon", "Paris"),
        (TOWNS, "Paris and Nice", None),
        (TOWNS, "a", "Lyon"),
        (TOWNS, "A: Lyon", "Lyon"),
        (TOWNS, "A Lyon", "Lyon"),
        (TOWNS, "Answer:\nB", "Paris"),
        (TOWNS, "\\boxed{B}", "Paris"),
        (TOWNS, "B, Paris", "Paris"),
        (TOWNS, "The answer is B. Lyon is smaller", "Paris"),
        (TOWNS, "The answer is B. A is smaller", "Paris"),
        (("Iron", "Tin", "Both"), "Both", "Both"),
        (("Iron", "Tin", "Both"), "Both iron and tin", "Both"),
        (("Iron", "Tin", "Both"), "Tin", "Tin"),
        (("Iron", "Tin", "Neither"), "Neither iron nor tin", "Neither"),
        (("Iron", "Tin", "Neither"), "Neither", "Neither"),
        (("Iron", "Tin", "Neither"), "None of them", "Neither"),
        (("Iron", "Tin", "None of the above"), "None of the above", "None of the above"),
        (("Iron", "Tin", "None of the above"), "none", "None of the above"),
        (("Iron", "Tin", "None of the above"), "D", None),
        (METALS, "iron or iron oxide", None),
        (METALS, "iron oxide", "iron oxide"),
        (METALS, "iron, not iron oxide", "iron"),
        (METALS, "It is iron oxide.", "iron oxide"),
        (METALS, "B. Iron oxide", "iron oxide"),
        (METALS, "iron or gold", None),
        (LANGUAGES, "C", "C"),
        (LANGUAGES, "C++", "C++"),
        (LANGUAGES, "C#", "C#"),
        (LANGUAGES, "Use C++", "C++"),
        (LANGUAGES, "It is C#.", "C#"),
        (LANGUAGES, "The answer is C", "C"),
        (LANGUAGES, "c++ is faster than c#", "C++"),
        (LANGUAGES, "Java", "Java"),
        (("-5", "5", "+5"), "-5", "-5"),
        (("-5", "5", "+5"), "It is 5.", "5"),
        (("-5", "5", "+5"), "it's -5", "-5"),
        (("-5", "5", "+5"), "5", "5"),
        (("-5", "5", "+5"), "five", "5"),
        (("E. coli", "S. aureus", "B", "D. x", "Q"), "E. coli is the cause", "E. coli"),
        (("E. coli", "S. aureus", "X", "D. x", "Q"), "E. coli is the cause", "E. coli"),
        (("E. coli", "S. aureus", "X", "D. x", "Q"), "E. coli", "E. coli"),
        (("B", "A"), "B", "B"),
        (("B", "A"), "A", "A"),
        (("B", "A"), "The answer is A", "A"),
        (("World War I", "World War II"), "World War II", "World War II"),
        (("World War I", "World War II"), "World War I", "World War I"),
        (("World War I", "World War II"), "World War Two", "World War II"),
        (("World War I", "World War II"), "the Second World War", None),
        (("spam", "not spam"), "It is not spam", "not spam"),
        (("spam", "not spam"), "not spam", "not spam"),
        (("spam", "not spam"), "spam", "spam"),
        (("Yes", "No"), "Yes, it is", "Yes"),
        (("Yes", "No"), "no", "No"),
        (("All Saints", "Iron"), "All Saints", "All Saints"),
        (("All Saints", "Iron"), "All cats love iron", "Iron"),
        (TOWNS, "Lyon is larger than Paris and Nice", "Lyon"),
        (TOWNS, "Lyon is larger than Paris, Nice and Rome", "Lyon"),
        (TOWNS, "Unlike Paris, Lyon is on the Rhone", "Lyon"),
        (TOWNS, "Of Lyon, Paris and Nice, Nice is the warmest", "Nice"),
        (TOWNS, "Lyon is not larger than Paris", None),
        (TOWNS, "I", None),
    ],
)
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
    assert seconds(lambda text: read_choice(text, TOWNS), attack) < 2
