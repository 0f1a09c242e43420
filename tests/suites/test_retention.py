"""The retention suite's references are right: what code can work out is worked out again."""

from __future__ import annotations

import calendar
import math
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from pytest_finetunebench.loaders import load_suite

CASES = Path(__file__).resolve().parents[2] / "knowledge_cases"
SUITE = load_suite([CASES / "retention.yaml"])


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
    assert len(sums) == 12
    for item in sums.values():
        assert item.prompt is not None
        assert Fraction(item.answer or "") == calculate(item.prompt.removeprefix("Calculate ").rstrip(".")), item.id


def test_python_expressions_have_the_value_of_the_reference() -> None:
    asked = [item for item in SUITE.items if "Python: " in (item.prompt or "")]
    assert len(asked) == 22
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
        "change-from-a-note": 20 - 3 * Fraction("2.40") - 2 * Fraction("1.15"),
        "two-discounts": 180 * Fraction("0.85") * Fraction("0.9"),
        "ride-in-two-parts": 60 * (Fraction(30, 20) + Fraction(30, 15)),
        "two-pumps": 1 / (Fraction(1, 6) + Fraction(1, 3)),
        "interest-on-interest": 1000 * Fraction("1.05") ** 2,
        "fourth-number": 4 * 18 - 12 - 20 - 23,
        "sum-to-sixty": sum(range(61)),
        "common-divisor": math.gcd(84, 126),
        "common-multiple": math.lcm(12, 18),
        "price-before-a-rise": 42 / Fraction("1.2"),
        "large-remainder": 1000 % 47,
        "binary-number": int("101101", 2),
        "roman-numeral": 1000 + (1000 - 100) + (100 - 10) + (5 - 1),
        "speed-in-metres": Fraction(90 * 1000, 3600),
        "hectares": Fraction("2.5") * 100 * 100,
        "part-of-a-cubic-metre": Fraction("0.35") * 1000,
        "celsius-to-fahrenheit": Fraction(25 * 9, 5) + 32,
        "hours-to-seconds": (2 * 60 + 17) * 60,
        "feet-and-inches": 3 * 12 + 7,
        "tablets-in-grams": Fraction(1500, 250),
        "centilitres": Fraction("0.75") * 100,
        "map-scale": Fraction(6 * 25_000, 100_000),
        "pounds-to-ounces": Fraction("2.5") * 16,
        "kilowatt-hours": Fraction(60 * 50, 1000),
        "cube-in-centimetres": 12**3,
        "count-the-letter": "nevertheless".count("e"),
        "legs-together": 3 * 8 + 2 * 6,
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
    assert answer_of("reversed-word") == "lantern"[::-1]
    assert answer_of("end-of-a-film") == str(timedelta(hours=19, minutes=50) + timedelta(minutes=135))[:5]
    assert answer_of("weekday-a-month-later") == week[(week.index("Tuesday") + 31) % 7]
    assert answer_of("third-in-the-alphabet") == sorted(["plum", "pear", "peach", "plantain"])[2]
