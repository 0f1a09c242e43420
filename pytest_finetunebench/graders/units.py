"""Unit words that are safe to read beside a number, by pint's name for them, and conversion between them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

_LENGTH = {
    "meter": "m meter meters metre metres",
    "kilometer": "km kms kilometer kilometers kilometre kilometres",
    "centimeter": "cm cms centimeter centimeters centimetre centimetres",
    "millimeter": "mm millimeter millimeters millimetre millimetres",
    "foot": "ft foot feet",
    "inch": "inch inches",
    "yard": "yd yds yard yards",
    "mile": "mi mile miles",
}
_OTHER = {
    "kilogram": "kg kgs kilo kilos kilogram kilograms",
    "gram": "g gram grams",
    "milligram": "mg milligram milligrams",
    "pound": "lb lbs pound pounds",
    "ounce": "oz ounce ounces",
    "stone": "stone stones",
    "metric_ton": "tonne tonnes",
    "ton": "ton tons",
    "year": "year years yr yrs",
    "month": "month months",
    "week": "week weeks",
    "day": "day days",
    "hour": "hour hours hr hrs",
    "minute": "minute minutes min mins",
    "second": "second seconds sec secs",
    "liter": "liter liters litre litres",
    "milliliter": "ml milliliter milliliters millilitre millilitres",
    "gallon": "gallon gallons",
    "acre": "acre acres",
    "hectare": "ha hectare hectares",
    "mile/hour": "mph",
    "kilometer/hour": "kph kmh",
    "hertz": "hz hertz",
    "kilohertz": "khz",
    "megahertz": "mhz",
    "gigahertz": "ghz",
    "watt": "w watt watts",
    "kilowatt": "kw kilowatt kilowatts",
    "megawatt": "mw megawatt megawatts",
    "degC": "celsius centigrade °c",
    "degF": "fahrenheit °f",
    "degree": "degree degrees °",
    "percent": "% percent pct",
}
CURRENCIES: dict[str, str] = {
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "£": "GBP",
    "gbp": "GBP",
    "sterling": "GBP",
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "¥": "JPY",
    "jpy": "JPY",
    "yen": "JPY",
    "₹": "INR",
    "inr": "INR",
    "rupee": "INR",
    "rupees": "INR",
    "yuan": "CNY",
    "cny": "CNY",
}
"""Signs and words of currencies; never converted."""
UNITS: dict[str, str] = {
    **{word: unit for unit, words in {**_LENGTH, **_OTHER}.items() for word in words.split()},
    **CURRENCIES,
}
"""Word or sign → unit ("in" is not one: "born 1990 in Rome")."""
_LENGTH_WORDS = {word: unit for unit, words in _LENGTH.items() for word in words.split()}


def read_unit(words: list[str]) -> str | None:
    """Return the unit that the words behind a number begin with: `km`, `square miles`, `miles per hour`, `per cent`."""
    if not words:
        return None
    first, *rest = words
    second = rest[0] if rest else ""
    if first in ("square", "sq", "cubic") and second in _LENGTH_WORDS:
        return f"{_LENGTH_WORDS[second]}**{3 if first == 'cubic' else 2}"
    if first == "per" and second in ("cent", "hundred"):
        return "percent"
    if first in ("degree", "degrees", "°") and second in ("celsius", "c", "centigrade", "fahrenheit", "f"):
        return "degC" if second[0] == "c" else "degF"
    unit = UNITS.get(first)
    if unit is not None and second in ("per", "/", "a", "an") and len(rest) > 1 and rest[1] in UNITS:
        return f"{unit}/{UNITS[rest[1]]}" if rest[1] not in CURRENCIES and first not in CURRENCIES else unit
    if first in _LENGTH_WORDS and second in ("2", "^2", "3", "^3"):
        return f"{_LENGTH_WORDS[first]}**{second[-1]}"
    return unit


@lru_cache(maxsize=4096)
def convert(value: Decimal, unit: str, target: str) -> Decimal | None:
    """Return `value` in another unit; None where the two do not measure the same thing."""
    if unit == target:
        return value
    if {unit, target} == {"pound", "GBP"}:
        return value
    if {unit, target} & set(CURRENCIES.values()) or "percent" in (unit, target):
        return None
    registry, pint_error = _registry()
    try:
        return Decimal(str(registry.Quantity(value, unit).to(target).magnitude))
    except (pint_error, ArithmeticError):
        return None


@cache
def _registry() -> tuple[Any, type[Exception]]:
    """Return pint's registry with the base of its errors, kept together: a second import of pint has its own."""
    import pint

    return pint.UnitRegistry(non_int_type=Decimal), pint.PintError
