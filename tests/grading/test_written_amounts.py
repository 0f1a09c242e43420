"""Times of day, fractions, durations, temperatures and decimals, in the ways that answers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.grading.values.clock import says_time, time_of_day
from tests.support.answers import MOMENT, seconds
from tests.support.prose import compare_answer, compare_number
from tests.support.prose import text as reading

HOT = "It is 41.3 degrees Celsius."


def by_text(reference: str, text: str, question: str = "What is it?", fact: str | None = None) -> bool | None:
    return compare_answer(question, [reference], text, fact=fact).met


def by_number(reference: str, text: str, fact: str | None = None) -> bool | None:
    return compare_number(text, [reference], question="What is it?", fact=fact, tolerance=0).met


@pytest.mark.parametrize(
    ("reference", "text", "met"),
    [
        ("9:47 pm", "9:47 am", False),
        ("9:47 pm", "It left at 21:47.", True),
        ("9:47 pm", "9.47 p.m.", True),
        ("9:47 pm", "9:47", False),
        ("9:47 pm", "9:48 pm", False),
        ("9:47 pm", "9:47 in the evening", True),
        ("9:47pm", "at 21:47 hours", True),
        ("9:47 p.m. on Tuesday", "9:47 a.m. on Tuesday", False),
        ("21:47", "9:47 pm", True),
        ("21:47", "9.47 p.m.", True),
        ("21:47", "09:47", False),
        ("21:47", "9:47", False),
        ("21:47", "21 minutes and 47 seconds", True),
        ("09:47", "9:47 pm", False),
        ("9:47", "9:47 pm", True),
        ("9:47", "9:47 am", True),
        ("9:47", "chapter 9, verse 47", True),
        ("9 pm", "9 am", False),
        ("9 pm", "21:00", True),
        ("9 pm", "nine in the evening", True),
        ("half past nine", "9:30", True),
        ("12:30 am", "0:30", True),
        ("noon", "12 pm", True),
        ("noon", "midnight", False),
        ("12:00", "noon", True),
    ],
)
def test_times_of_day_compare_as_times(reference: str, text: str, met: bool) -> None:
    assert by_text(reference, text) is met


def test_the_question_may_tell_the_half_of_the_day() -> None:
    assert by_text("9:47 pm", "9:47", "At what time in the evening did it leave?")
    assert by_text("9:47 pm", "9:47 am", "At what time in the evening did it leave?") is False
    assert by_text("21:47", "9:47", "At what time did it leave?") is False


def test_a_time_among_a_numbers_references_is_a_time() -> None:
    assert compare_number("9 p.m.", ["21", "9 pm"], question="When?", fact=None, tolerance=0).met
    assert compare_number("9 a.m.", ["21", "9 pm"], question="When?", fact=None, tolerance=0).met is False
    assert compare_number("not 9 pm", ["21", "9 pm"], question="When?", fact=None, tolerance=0).met is False


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 59))
def test_a_time_is_given_by_the_same_moment_alone(hour: int, minute: int, other: int, minutes: int) -> None:
    reference, question = reading(f"{hour:02}:{minute:02}"), reading("When?")
    wanted = time_of_day(reference, question) or frozenset()
    said = reading(f"{(other - 1) % 12 + 1}:{minutes:02} {'am' if other < 12 else 'pm'}")
    assert hour * 3600 + minute * 60 in wanted
    agrees = any(says_time(said, wanted, reference, question))
    assert agrees == (other * 3600 + minutes * 60 in wanted)


@pytest.mark.parametrize(
    ("reference", "text", "met"),
    [
        ("three eighths", "3/8", True),
        ("three eighths", "three-eighths of it", True),
        ("three eighths", "3/4", False),
        ("three eighths", "8/3", False),
        ("three eighths", "3", False),
        ("three eighths", "0.375", True),
        ("3/8", "three eighths", True),
        ("3/8", "6/16", True),
        ("3/8", "3-8", False),
        ("3/8", "3/4", False),
        ("3/8", "2 3/8", False),
        ("0.375", "3/8", True),
        ("0.33", "1/3", True),
        ("1/3", "0.33", False),
        ("7/10", "7 out of 10", True),
        ("one third", "a third of it", True),
        ("one third", "a third man", False),
        ("one half", "half of them", True),
        ("one half", "her half brother", False),
        ("one half", "in the first half", False),
        ("2½", "two and a half", True),
        ("2.5", "2 1/2", True),
        ("8", "8/10", True),
        ("3", "for three quarters", True),
    ],
)
def test_fractions_compare_as_values(reference: str, text: str, met: bool) -> None:
    assert (by_text(reference, text), by_number(reference, text)) == (met, met)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("41.3 degrees", True),
        ("41.3C", True),
        ("41.3 °C", True),
        ("41.3ºC", True),
        ("106.34°F", True),
        ("41.3F", False),
        ("41.3 degrees Fahrenheit", False),
        ("41.3 metres", False),
    ],
)
def test_degrees_are_those_of_the_fact(text: str, met: bool) -> None:
    assert (by_text("41.3", text, fact=HOT), by_number("41.3", text, fact=HOT)) == (met, met)


def test_a_letter_glued_to_a_whole_number_is_a_temperature_where_one_is_asked_only() -> None:
    assert by_number("21", "21C", "It is 21 degrees Celsius.")
    assert by_number("5", "It is the model 5C.") is False
    assert by_text("5", "It is the model 5C.") is False


@pytest.mark.parametrize(
    ("reference", "text", "met"),
    [
        ("8.40", "8,40 crowns", True),
        ("8.40 crowns", "8,40 crowns", True),
        ("840", "8,40", False),
        ("8400", "8,400", True),
        ("8.4", "8,400", False),
        ("2.3 million", "two point three million", True),
        ("2.35 million", "two point three five million", True),
        ("2.3 million", "two point four million", False),
        ("3", "At the second point three ships sank.", True),
        ("9 hours and 12 minutes", "552 minutes", True),
        ("9 hours and 12 minutes", "9 h 12 min", True),
        ("9 hours and 12 minutes", "9h12m", True),
        ("9 hours and 12 minutes", "9:12 h", True),
        ("9 hours and 12 minutes", "nine hours and twelve minutes", True),
        ("9 hours and 12 minutes", "9.2 hours", True),
        ("9 hours and 12 minutes", "9 hours", False),
        ("9 hours and 12 minutes", "12 minutes", False),
        ("9 hours and 12 minutes", "9 hours and 21 minutes", False),
        ("9 hours and 12 minutes", "9 hours and 12 seconds", False),
        ("552 minutes", "9 hours and 12 minutes", True),
        ("2 years 6 months", "30 months", True),
        ("9 hours", "9 hours, and 12 men in the boat", True),
    ],
)
def test_decimals_and_durations(reference: str, text: str, met: bool) -> None:
    assert (by_text(reference, text), by_number(reference, text)) == (met, met)


def test_the_figures_alone_may_give_a_duration() -> None:
    assert by_text("9 hours and 12 minutes", "9:12")


@pytest.mark.parametrize(
    "attack",
    ["1-", "1/2 ", "9 h ", "9:47 ", "9:47 pm ", "three eighths ", "half ", "two point three ", "1 and ", "8,40"],
)
@pytest.mark.parametrize("reference", ["43", "9:47 pm", "3/8", "9 hours and 12 minutes"])
def test_a_megabyte_takes_a_moment(attack: str, reference: str) -> None:
    assert seconds(lambda text: by_number(reference, text), attack, 1_000_000) < MOMENT
    assert seconds(lambda text: by_text(reference, text), attack, 1_000_000) < MOMENT
