"""Unit words that are safe to read beside a number, in English, and words of currencies."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.value_parts import Units

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
    "hour": "h hour hours hr hrs",
    "minute": "minute minutes min mins",
    "second": "second seconds sec secs",
    "liter": "liter liters litre litres",
    "milliliter": "ml milliliter milliliters millilitre millilitres",
    "gallon": "gallon gallons",
    "acre": "acre acres",
    "hectare": "ha hectare hectares",
    "mile/hour": "mph",
    "kilometer/hour": "kph kmh",
    "bit": "bit bits",
    "kilobit": "kbit kilobit kilobits",
    "megabit": "mbit megabit megabits",
    "gigabit": "gbit gigabit gigabits",
    "kilobit/second": "kbps",
    "megabit/second": "mbps",
    "gigabit/second": "gbps",
    "byte": "byte bytes",
    "kilobyte": "kb kilobyte kilobytes",
    "megabyte": "mb megabyte megabytes",
    "gigabyte": "gb gigabyte gigabytes",
    "terabyte": "tb terabyte terabytes",
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
    "basis_point": "bp bps",
}
_MONEY = {
    "dollar": "$ dollar dollars",
    "USD": "us$ usd",
    "AUD": "a$ au$ aud",
    "CAD": "c$ ca$ cad",
    "HKD": "hk$ hkd",
    "NZD": "nz$ nzd",
    "SGD": "s$ sgd",
    "GBP": "£ gbp sterling",
    "EUR": "€ eur euro euros",
    "JPY": "¥ jpy yen",
    "INR": "₹ inr rs rupee rupees",
    "CNY": "yuan cny rmb renminbi",
    "CHF": "chf franc francs",
    "KRW": "krw won",
}
CURRENCIES: dict[str, str] = {word: code for code, words in _MONEY.items() for word in words.split()}
"""Signs and words of currencies; never converted."""
_COUNTRIES = {
    "us": "USD",
    "american": "USD",
    "australian": "AUD",
    "canadian": "CAD",
    "singapore": "SGD",
    "british": "GBP",
}
WORDS: dict[str, str] = {
    **{word: unit for unit, words in {**_LENGTH, **_OTHER}.items() for word in words.split()},
    **{word: code for word, code in CURRENCIES.items() if word != "won"},
}
"""Word or sign → unit ("in" is not one: "born 1990 in Rome")."""
_ADJECTIVES = frozenset((*_COUNTRIES, "swiss", "japanese", "indian", "chinese", "korean"))
_RATELESS = frozenset((*CURRENCIES, "%", "percent", "pct", "bp", "bps"))
"""Units whose rate is the same amount (`3.5% a year`)."""
_TIMES = {"s": "second", "h": "hour"}
_LENGTH_WORDS = {word: unit for unit, words in _LENGTH.items() for word in words.split()}
_ASKING = {"old": "year", "age": "year", "aged": "year", "percentage": "percent"}
"""Words of a question, no units themselves, that ask for one."""


def read_unit(words: list[str]) -> str | None:
    """Return the unit that the words behind a number begin with: `km`, `square miles`, `miles per hour`, `per cent`."""
    if not words:
        return None
    first, *rest = words
    second = rest[0] if rest else ""
    if first in ("square", "sq", "cubic") and second in _LENGTH_WORDS:
        return f"{_LENGTH_WORDS[second]}**{3 if first == 'cubic' else 2}"
    if (first == "per" and second in ("cent", "hundred")) or (first == "percentage" and second.startswith("point")):
        return "percent"
    if first == "basis" and second.startswith("point"):
        return "basis_point"
    if second in CURRENCIES and first not in WORDS:
        return _COUNTRIES.get(first, CURRENCIES[second]) if first in _ADJECTIVES else None
    if first in ("degree", "degrees", "°") and second in ("celsius", "c", "centigrade", "fahrenheit", "f"):
        return "degC" if second[0] == "c" else "degF"
    unit = WORDS.get(first)
    if unit is not None and second in ("per", "/", "a", "an") and len(rest) > 1 and first not in _RATELESS:
        time = _TIMES.get(rest[1]) or WORDS.get(rest[1])
        return f"{unit}/{time}" if time is not None and rest[1] not in CURRENCIES else unit
    if first in _LENGTH_WORDS and second in ("2", "^2", "3", "^3"):
        return f"{_LENGTH_WORDS[first]}**{second[-1]}"
    return unit


UNITS = Units(words=WORDS, currencies=CURRENCIES, read=read_unit, asking=_ASKING)
