"""Conversion between units."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_finetunebench.cases.languages import LANGUAGES
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.languages.unit_sizes import size_of
from pytest_finetunebench.grading.values.units import convert

SHARES = {"percent", "permille", "basis_point", "part_per_million", "part_per_billion"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_unit_of_a_language_has_a_size(code: str) -> None:
    units = language_of(code).units
    unknown = {unit for unit in units.words.values() if size_of(unit) is None}
    assert unknown <= SHARES | {*units.currencies.values()}


@pytest.mark.parametrize("unit", ["nautical_mile", "light_year", "fluid_ounce", "inHg", "mile/hour", "degC/minute"])
def test_units_of_several_words_have_a_size(unit: str) -> None:
    assert size_of(unit) is not None


@pytest.mark.parametrize(
    ("value", "unit", "target", "converted"),
    [
        ("5", "mile", "kilometer", "8.04672"),
        ("6", "fathom", "foot", "36"),
        ("8", "furlong", "mile", "1"),
        ("1", "mile**2", "acre", "640"),
        ("1", "hectare", "meter**2", "10000"),
        ("1", "parsec", "light_year", "3.2615637771674335621"),
        ("1", "barrel", "gallon", "42"),
        ("1", "gallon", "fluid_ounce", "128"),
        ("1", "gallon", "quart", "4"),
        ("1", "quart", "pint", "2"),
        ("1", "tablespoon", "teaspoon", "3"),
        ("1", "meter**3", "liter", "1000"),
        ("1", "stone", "pound", "14"),
        ("1", "ton", "pound", "2000"),
        ("1", "pound", "ounce", "16"),
        ("1", "metric_ton", "kilogram", "1000"),
        ("2.5", "gram", "microgram", "2500000"),
        ("2", "decade", "year", "20"),
        ("5", "month", "year", "0.41666666666666666667"),
        ("3", "week", "day", "21"),
        ("1", "fortnight", "hour", "336"),
        ("100", "kilometer/hour", "meter/second", "27.777777777777777778"),
        ("1", "knot", "kilometer/hour", "1.852"),
        ("24", "milligram/kilogram/day", "milligram/kilogram/hour", "1"),
        ("8", "megabit/second", "megabyte/second", "1"),
        ("1", "gibibyte", "mebibyte", "1024"),
        ("1", "atmosphere", "torr", "760"),
        ("1", "bar", "kilopascal", "100"),
        ("1", "psi", "pascal", "6894.7572931683613367"),
        ("1", "inHg", "mmHg", "25.4"),
        ("1", "horsepower", "watt", "745.69987158227022"),
        ("1", "kilowatt_hour", "megajoule", "3.6"),
        ("1", "kilocalorie", "joule", "4184"),
        ("1", "megaelectron_volt", "joule", "1.602176634E-13"),
        ("1", "milliampere_hour", "ampere_hour", "0.001"),
        ("37", "degC", "degF", "98.6"),
        ("-40", "degF", "degC", "-40"),
        ("0", "kelvin", "degC", "-273.15"),
        ("18", "degF/hour", "kelvin/hour", "10"),
        ("250", "cent", "USD", "2.5"),
        ("1.5", "percent", "basis_point", "150"),
    ],
)
def test_a_value_in_another_unit(value: str, unit: str, target: str, converted: str) -> None:
    assert convert(Decimal(value), unit, target) == Decimal(converted)
    back = convert(Decimal(converted), target, unit)
    assert back is not None
    assert abs(back - Decimal(value)) <= abs(Decimal(value)) / 10**18


@pytest.mark.parametrize(
    ("unit", "target"),
    [
        ("point", "meter"),
        ("tablet", "capsule"),
        ("decade", "degree"),
        ("hertz", "becquerel"),
        ("gray", "sievert"),
        ("megabit/second", "megahertz"),
        ("bit", "percent"),
        ("kilowatt", "kilowatt_hour"),
        ("meter**2", "meter**3"),
        ("EUR", "USD"),
        ("USD/hour", "USD/day"),
        ("degree", "kelvin"),
        ("nothing", "meter"),
    ],
)
def test_units_of_different_measures(unit: str, target: str) -> None:
    assert convert(Decimal(1), unit, target) is None
    assert convert(Decimal(1), target, unit) is None


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999999"])
def test_no_value_is_too_large(value: str) -> None:
    found = convert(Decimal(value), "light_year", "nanometer")
    assert found is None or not found.is_finite()
