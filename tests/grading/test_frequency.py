"""How often something is done: read as times a day, and kept apart from the amounts beside it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.grading.values.frequency import frequencies
from tests.support.answers import ATTACKS, MOMENT, seconds
from tests.support.prose import compare_number
from tests.support.prose import text as reading


def met(reference: str, answer: str, question: str = "What dose is given?", fact: str | None = None) -> bool | None:
    return compare_number(answer, [reference], question=question, fact=fact, tolerance=0).met


@pytest.mark.parametrize(
    ("text", "times_a_day"),
    [
        ("twice daily", 2),
        ("three times a day", 3),
        ("3x/day", 3),
        ("2 doses per day", 2),
        ("once weekly", Fraction(1, 7)),
        ("every 8 hours", 3),
        ("q8h", 3),
        ("12-hourly", 2),
        ("every other day", Fraction(1, 2)),
        ("every day", 1),
        ("B.I.D.", 2),
        ("tid", 3),
        ("500 mg per day", 1),
        ("500 mg/day", 1),
        ("5 a month", Fraction(1, 30)),
    ],
)
def test_a_frequency_is_read_as_times_a_day(text: str, times_a_day: Fraction) -> None:
    found = frequencies(reading(text))
    assert [(one.least, one.most) for one in found] == [(times_a_day, times_a_day)]


@pytest.mark.parametrize(
    ("text", "least", "most"), [("every 4 to 6 hours", 4, 6), ("once or twice a day", 1, 2), ("2-3 times daily", 2, 3)]
)
def test_a_range_is_read_whole(text: str, least: int, most: int) -> None:
    (found,) = frequencies(reading(text))
    assert [found.least, found.most] == [least, most]


@pytest.mark.parametrize("text", ["for a day", "in a week", "60 km per hour", "8 hours", "a daydream", "half a year"])
def test_what_is_no_frequency(text: str) -> None:
    assert frequencies(reading(text)) == ()


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("1 g", "500 mg twice daily"),
        ("2 g", "twice daily"),
        ("3 g", "500 mg three times a day"),
        ("1500 mg", "500 mg every 8 hours"),
        ("1 g per day", "500 mg twice daily"),
        ("2 tablets", "one tablet twice daily"),
        ("3 tablets", "2 tablets three times a day"),
        ("20 km", "5 km 4 times a week"),
        ("twice daily 500 mg", "twice daily 250 mg"),
    ],
)
def test_a_frequency_is_no_factor_and_no_amount(reference: str, answer: str) -> None:
    assert met(reference, answer) is False


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("500 mg", "500 mg twice daily"),
        ("500 mg", "500 mg per day"),
        ("500 mg twice daily", "500 mg"),
        ("500 mg per day", "0.5 g"),
        ("60 mg/day", "60 mg daily"),
        ("500 mg twice daily", "500 mg every 12 hours"),
        ("500 mg every 8 hours", "500 mg, to be taken three times a day"),
        ("500 mg every 6 hours", "500 mg every 4 to 6 hours"),
        ("500 mg daily", "500 mg for a week"),
        ("500 mg daily", "Take 500 mg. Once a week see a doctor."),
        ("210 liters per week", "30 liters per day"),
    ],
)
def test_a_frequency_that_does_not_differ_is_ignored(reference: str, answer: str) -> None:
    assert met(reference, answer) is True


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("500 mg twice daily", "500 mg once daily"),
        ("500 mg every 8 hours", "500 mg every 12 hours"),
        ("500 mg a day", "500 mg twice a day"),
        ("1 tablet twice daily", "1 tablet a week"),
        ("3 times a week", "3 times a day"),
        ("$5 a day", "$5 a week"),
    ],
)
def test_another_frequency_is_another_dosing(reference: str, answer: str) -> None:
    assert met(reference, answer) is False


@pytest.mark.parametrize(
    ("reference", "answer", "question", "right"),
    [
        ("2", "Twice daily.", "How often is it given?", True),
        ("3", "500 mg three times a day", "How many times a day is it given?", True),
        ("3", "500 mg three times a day", "How many grams are given?", False),
        ("8 hours", "500 mg every 8 hours", "How often is it given?", True),
        ("8", "500 mg every 8 hours", "How many hours are between two doses?", True),
        ("8", "5 mg every 8 hours", "How many mg are given?", False),
        ("3 times a day", "three times daily", "How often?", True),
        ("3 per week", "3 times a week", "How often?", True),
        ("3 times a week", "3 per week", "How often?", True),
        ("12 tablets", "12 a day", "How many tablets does she take daily?", True),
    ],
)
def test_its_figure_is_the_answer_where_it_is_asked_for(
    reference: str, answer: str, question: str, right: bool
) -> None:
    assert met(reference, answer, question) is right


def test_the_unit_of_the_fact_counts() -> None:
    assert met("2", "Twice daily.", "What is the dose?", "The dose of velmorine is 2 g.") is False
    assert met("5", "5 km", "How far does she run?", "She runs 5 km a day.") is True


def test_the_reason_names_the_frequency() -> None:
    found = compare_number("500 mg once daily", ["500 mg twice daily"], question="", fact=None, tolerance=0)
    assert found.reason == "says 500 milligram 'once daily', not '500 mg twice daily'"


@given(
    st.integers(1, 900),
    st.sampled_from(["", " daily", " twice daily", " three times a day", " every 8 hours", " a week", " bid"]),
    st.sampled_from(["", " daily", " twice daily", " three times a day", " every 8 hours", " a week", " bid"]),
)
def test_the_same_amount_is_right_unless_both_frequencies_differ(amount: int, asked: str, said: str) -> None:
    stated = [one[0].least if (one := frequencies(reading(text))) else None for text in (f"x{asked}", f"x{said}")]
    differ = None not in stated and stated[0] != stated[1]
    assert met(f"{amount} mg{asked}", f"Give {amount} mg{said}.") is not differ
    assert met(f"{amount} mg{asked}", f"Give {amount + 1000} mg{said}.") is False


@pytest.mark.parametrize("attack", ["every 8 ", "once or ", " a day", "500 mg daily ", "500 mg ", *ATTACKS[:6]])
def test_reading_takes_a_moment(attack: str) -> None:
    assert seconds(lambda text: met("500 mg twice daily", text), attack) < MOMENT
