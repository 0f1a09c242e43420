"""Signs and abbreviations of units and currencies that all languages share, by the unit's name."""

from __future__ import annotations

UNITS: dict[str, str] = {
    "meter": "m",
    "kilometer": "km",
    "centimeter": "cm",
    "millimeter": "mm",
    "micrometer": "μm",
    "nanometer": "nm",
    "kilogram": "kg",
    "gram": "g",
    "milligram": "mg",
    "microgram": "μg mcg",
    "nanogram": "ng",
    "metric_ton": "t",
    "liter": "l",
    "milliliter": "ml",
    "deciliter": "dl",
    "hour": "h",
    "minute": "min",
    "second": "s",
    "hectare": "ha",
    "watt": "w",
    "kilowatt": "kw",
    "kilowatt_hour": "kwh",
    "joule": "j",
    "kilojoule": "kj",
    "kilocalorie": "kcal",
    "volt": "v",
    "hertz": "hz",
    "kilohertz": "khz",
    "megahertz": "mhz",
    "hectopascal": "hpa",
    "bar": "bar",
    "psi": "psi",
    "percent": "%",
    "permille": "‰",
    "degree": "°",
    "degC": "°c",
    "degF": "°f",
    "megabyte": "mb",
    "gigabyte": "gb",
    "foot": "ft",
    "inch": "in",
    "mile": "mi",
    "pound": "lb lbs",
    "ounce": "oz",
    "kilometer/hour": "kmh",
    "millimole": "mmol",
    "international_unit": "iu",
}
MONEY: dict[str, str] = {
    "dollar": "$",
    "EUR": "€ eur",
    "GBP": "£ gbp",
    "JPY": "¥ jpy",
    "INR": "₹ inr",
    "USD": "usd us$",
    "CHF": "chf",
    "CNY": "cny rmb",
}


def by_word(table: dict[str, str]) -> dict[str, str]:
    """Return word → unit of a table of unit → words."""
    return {word: unit for unit, words in table.items() for word in words.split()}
