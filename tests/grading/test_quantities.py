"""Rounding between units, and numbers without a unit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.languages import LANGUAGES
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.values.amounts import same_quantity
from pytest_finetunebench.grading.values.quantities import Quantity
from tests.support.prose import compare_answer


def met(reference: str, answer: str, question: str = "Which dose?") -> bool:
    return compare_answer(question, (reference,), answer).met is True


@pytest.mark.parametrize(
    ("reference", "answer", "right"),
    [
        ("1 g", "500 mg", False),
        ("1 g", "1000 mg", True),
        ("0 g", "100 mg", False),
        ("0 g", "0 mg", True),
        ("2 g", "1600 mg", False),
        ("2 g", "1950 mg", False),
        ("2 hours", "110 minutes", False),
        ("2 hours", "120 minutes", True),
        ("15 g", "14.6 g", False),
        ("15 g", "14600 mg", True),
        ("5 miles", "8 km", True),
        ("5 miles", "9 km", False),
        ("173 cm", "1.73 m", True),
        ("6 feet", "1.8 m", True),
        ("1 year", "11 months", False),
        ("1 year", "365 days", True),
        ("3.14", "3.14159", True),
        ("0.5", "0.46", False),
        ("1.2 million", "1,234,567", True),
        ("1228 km/h", "1227.986 km/h", True),
    ],
)
def test_rounding_is_small(reference: str, answer: str, right: bool) -> None:
    assert met(reference, answer, "How much?") is right


@given(st.integers(1, 10_000), st.integers(0, 20_000_000))
def test_what_rounds_to_a_reference_is_within_a_twentieth(grams: int, milligrams: int) -> None:
    reference, said = Quantity(Decimal(grams), "gram"), Quantity(Decimal(milligrams), "milligram")
    same = same_quantity(said, reference)
    if same:
        assert abs(Decimal(milligrams) / 1000 - grams) <= Decimal(grams) / 20
    if milligrams == grams * 1000:
        assert same


def test_a_tolerance_is_kept_beside_rounding() -> None:
    reference = Quantity(Decimal(2), "gram")
    assert same_quantity(Quantity(Decimal(1600), "milligram"), reference, Decimal("0.4"))
    assert not same_quantity(Quantity(Decimal(1400), "milligram"), reference, Decimal("0.4"))


@pytest.mark.parametrize(
    ("question", "reference", "answer", "right"),
    [
        ("Which dose?", "2 g", "twice daily", False),
        ("Which dose?", "2 g", "two grams daily", True),
        ("Which dose?", "2 g", "2", True),
        ("Which dose?", "2 g", "Two.", True),
        ("Which dose?", "2 g", "two tablets", False),
        ("How many grams?", "2 g", "two, once a day", True),
        ("How many milligrams?", "2 g", "two, once a day", True),
        ("How many years?", "2 g", "two, once a day", False),
        ("How soon?", "1 hour", "One may not, at first", False),
        ("How soon?", "1 hour", "within one hour", True),
        ("How often?", "4 years", "A CD4 count", False),
        ("How often?", "4 years", "every 4 years by CD4", True),
        ("How old?", "50 years", "She is fifty", True),
        ("How tall?", "50 cm", "She is fifty", False),
        ("How soon?", "1 hour", "One may not.", False),
        ("What does she weigh?", "61 kg", "61", True),
    ],
)
def test_numbers_without_a_unit(question: str, reference: str, answer: str, right: bool) -> None:
    assert met(reference, answer, question) is right


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_in_front_of_a_figure_says_nothing_of_it(code: str) -> None:
    words = language_of(code).quantities
    for pattern in (words.minus, words.currency, words.multiplied, words.lost):
        assert pattern.search("") is None
