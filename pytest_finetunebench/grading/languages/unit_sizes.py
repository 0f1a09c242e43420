"""The units that words of a language may stand for, and their sizes (SI of 2019, NIST Special Publication 811).

A library of units would take a third of a second to load, at the first answer with a unit.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import NamedTuple


class Size(NamedTuple):
    """A unit told in base units: how many of them it is, and the power of each."""

    factor: Decimal
    powers: tuple[tuple[str, int], ...]


_BASE_UNITS = (
    "meter", "gram", "second", "ampere", "kelvin", "mole", "bit", "degree", "revolution", "lumen", "lux",
    "becquerel", "gray", "sievert", "tablet", "capsule", "ampoule", "vial", "drop", "puff", "sachet", "suppository",
    "candela", "carat", "katal", "newton*meter", "international_unit", "milliequivalent", "decibel_level", "point",
)  # fmt: skip
"""Each measures what no other does."""
_DERIVED = (
    (
        {"meter": 1},
        "inch 0.0254, foot 0.3048, yard 0.9144, fathom 1.8288, furlong 201.168, mile 1609.344, nautical_mile 1852, "
        "light_year 9460730472580800, parsec 30856775814913672.78913937958",
    ),
    ({"meter": 2}, "acre 4046.8564224, hectare 10000"),
    (
        {"meter": 3},
        "liter 0.001, gallon 0.003785411784, quart 0.000946352946, pint 0.000473176473, barrel 0.158987294928, "
        "fluid_ounce 0.0000295735295625, tablespoon 0.00001478676478125, teaspoon 0.00000492892159375",
    ),
    ({"gram": 1}, "ounce 28.349523125, pound 453.59237, stone 6350.29318, ton 907184.74, metric_ton 1000000"),
    (
        {"second": 1},
        "minute 60, hour 3600, day 86400, week 604800, fortnight 1209600, month 2629800, year 31557600, "
        "decade 315576000",
    ),
    ({"bit": 1}, "byte 8, kibibyte 8192, mebibyte 8388608, gibibyte 8589934592, tebibyte 8796093022208"),
    ({"kelvin": 1}, "degC 1, degF 0.5555555555555555555555555556"),
    ({"second": -1}, "hertz 1"),
    ({"meter": 1, "second": -1}, "knot 0.5144444444444444444444444444"),
    ({"gram": 1, "meter": 1, "second": -2}, "newton 1000"),
    (
        {"gram": 1, "meter": -1, "second": -2},
        "pascal 1000, bar 100000000, atmosphere 101325000, torr 133322.3684210526315789473684, mmHg 133322.387415, "
        "inHg 3386388.640341, psi 6894757.293168361336722673445",
    ),
    (
        {"gram": 1, "meter": 2, "second": -2},
        "joule 1000, watt_hour 3600000, calorie 4184, electron_volt 0.0000000000000001602176634",
    ),
    ({"gram": 1, "meter": 2, "second": -3}, "watt 1000, horsepower 745699.87158227022"),
    ({"ampere": 1, "second": 1}, "ampere_hour 3600, coulomb 1"),
    ({"gram": 1, "second": -2, "ampere": -1}, "tesla 1000"),
    ({"gram": 1, "meter": 2, "second": -2, "ampere": -1}, "weber 1000"),
    ({"gram": 1, "meter": 2, "second": -2, "ampere": -2}, "henry 1000"),
    ({"gram": 1, "meter": 2, "second": -3, "ampere": -1}, "volt 1000"),
    ({"gram": 1, "meter": 2, "second": -3, "ampere": -2}, "ohm 1000"),
    ({"gram": -1, "meter": -2, "second": 4, "ampere": 2}, "farad 0.001"),
)
"""Powers of base units, and the units that have them with their sizes; of temperatures those of a difference."""
_PREFIXES = {
    "pico": -12, "nano": -9, "micro": -6, "milli": -3, "centi": -2, "deci": -1, "hecto": 2, "kilo": 3, "mega": 6,
    "giga": 9, "tera": 12, "peta": 15,
}  # fmt: skip
_SIZES = {name: Size(Decimal(1), ((name, 1),)) for name in _BASE_UNITS} | {
    name: Size(Decimal(size), tuple(sorted(powers.items())))
    for powers, row in _DERIVED
    for name, size in map(str.split, row.split(","))
}


def size_of(unit: str) -> Size | None:
    """Return the size of a unit (`kilometer/hour`, `meter**3`); None where it or a part of it is unknown."""
    factor, powers = Decimal(1), Counter[str]()
    for place, part in enumerate(unit.split("/")):
        name, _, power = part.partition("**")
        one = _with_prefix(name)
        if one is None:
            return None
        times = int(power or 1) * (-1 if place else 1)
        factor *= one.factor**times
        powers.update({base: count * times for base, count in one.powers})
    return Size(factor, tuple(sorted((base, count) for base, count in powers.items() if count)))


def _with_prefix(name: str) -> Size | None:
    if name in _SIZES:
        return _SIZES[name]
    for prefix, zeros in _PREFIXES.items():
        if name.startswith(prefix) and (one := _SIZES.get(name.removeprefix(prefix))) is not None:
            return one._replace(factor=one.factor.scaleb(zeros))
    return None
