"""The retention suite's references are right: what code can work out is worked out again."""

from __future__ import annotations

import calendar
from fractions import Fraction
from pathlib import Path

import pytest

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading.grade import grade
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.loaders import load_suite

CASES = Path(__file__).resolve().parents[2] / "knowledge_cases"
SUITE = load_suite([CASES / "retention.yaml"])


def said(probe: Probe, text: str) -> Outcome:
    return grade(probe, Completion(text=text)).outcome


def calculate(expression: str) -> Fraction:
    """Work out a sum, difference, product, quotient or power of two numbers, or a sum with a product behind it."""
    parts = expression.split()
    if len(parts) == 5:
        assert (parts[1], parts[3]) == ("+", "*")
        return Fraction(parts[0]) + Fraction(parts[2]) * Fraction(parts[4])
    one, sign, other = parts
    first, second = Fraction(one), Fraction(other)
    results = {"+": first + second, "-": first - second, "*": first * second, "/": first / second}
    return first ** int(other) if sign == "**" else results[sign]


def test_what_is_calculated_is_right() -> None:
    sums = {item.id: item for item in SUITE.items if (item.prompt or "").startswith("Calculate ")}
    assert len(sums) == 8
    for item in sums.values():
        assert item.prompt is not None
        assert Fraction(item.answer or "") == calculate(item.prompt.removeprefix("Calculate ").rstrip(".")), item.id


def test_python_expressions_have_the_value_of_the_reference() -> None:
    asked = [item for item in SUITE.items if "Python: " in (item.prompt or "")]
    assert len(asked) == 6
    for item in asked:
        expression = (item.prompt or "").split("Python: ")[1]
        assert str(eval(expression, {})) == item.answer, item.id  # noqa: S307 - the suite's own expressions


def answer_of(item: str) -> str:
    (answer,) = [one.answer for one in SUITE.items if one.id == item]
    return answer or ""


def is_prime(number: int) -> bool:
    return number > 1 and all(number % part for part in range(2, number))


def test_other_figures_words_and_days_that_code_can_work_out() -> None:
    week, months = list(calendar.day_name), list(calendar.month_name)
    yes = {True: "Yes", False: "No"}
    worked_out: dict[str, object] = {
        "percentage": 200 * 15 // 100,
        "square-root": 81**0.5,
        "half-of-three-quarters": Fraction(3, 4) / 2,
        "speed-and-time": 60 * 2.5,
        "next-prime": next(number for number in range(14, 30) if is_prime(number)),
        "next-in-series": 16 * 2,
        "grams-per-kilograms": 2.5 * 1000,
        "minutes-in-hours": 3 * 60,
        "hours-in-a-week": 7 * 24,
        "half-a-litre": 1000 // 2,
        "freezing-fahrenheit": 0 * 9 // 5 + 32,
        "days-in-april": calendar.monthrange(2025, 4)[1],
        "days-in-leap-february": calendar.monthrange(2024, 2)[1],
        "letters-in-garden": len("garden"),
    }
    for item, value in worked_out.items():
        assert Fraction(answer_of(item)) == value, item
    assert answer_of("prime-or-not") == yes[is_prime(91)]
    assert answer_of("leap-year-1900") == yes[calendar.isleap(1900)]
    assert answer_of("leap-year-2000") == yes[calendar.isleap(2000)]
    assert answer_of("days-after-friday") == week[(week.index("Friday") + 3) % 7]
    assert answer_of("month-after-september") == months[months.index("September") + 1]
    assert answer_of("sort-numbers").split(", ") == sorted(answer_of("sort-numbers").split(", "), key=int)
    assert answer_of("sort-words").split(", ") == sorted(["pear", "apple", "fig"])
    assert float(answer_of("largest-decimal")) == max(0.45, 0.5, 0.405)
    assert answer_of("letter-after-q") == chr(ord("Q") + 1)


WRONG_SKILLS = [
    ("sort-numbers", "2, 7, 4, 9"),
    ("sort-numbers", "9, 7, 4, 2"),
    ("sort-words", "fig, apple, pear"),
    ("its-or-it-is", "it's"),
    ("its-or-it-is", "The form is it's."),
    ("capital-australia", "Sydney"),
    ("continent-kenya", "Asia"),
    ("code-append", "list.extend()"),
    ("reverse-list", "[1, 2, 3]"),
    ("half-of-three-quarters", "3/4"),
    ("half-of-three-quarters", "3/80"),
    ("half-of-three-quarters", "1.375"),
]
RIGHT_SKILLS = [
    ("sort-numbers", "Sorted: 2, 4, 7, 9."),
    ("sort-words", "apple, fig and pear"),
    ("its-or-it-is", "The cat licked its paw."),
    ("capital-australia", "The capital is Canberra."),
    ("capital-brazil", "Brasilia"),
    ("continent-kenya", "Kenya is in Africa."),
    ("code-append", "`list.append()`"),
    ("metres-per-kilometre", "1,000 metres"),
    ("negative-result", "minus four"),
    ("half-of-three-quarters", "three-eighths"),
    ("half-of-three-quarters", "0.375"),
    ("its-or-it-is", "The right form is its."),
    ("water-formula", "H₂O"),
    ("speed-and-time", "150 km"),
]


def retention_probe(item: str) -> Probe:
    (probe,) = [one for one in SUITE.probes if one.item == item]
    return probe


@pytest.mark.parametrize(("item", "text"), WRONG_SKILLS)
def test_another_answer_to_a_common_question_is_wrong(item: str, text: str) -> None:
    assert said(retention_probe(item), text) is Outcome.WRONG


@pytest.mark.parametrize(("item", "text"), RIGHT_SKILLS)
def test_the_answer_to_a_common_question_in_other_words_is_correct(item: str, text: str) -> None:
    assert said(retention_probe(item), text) is Outcome.CORRECT
