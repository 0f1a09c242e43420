"""Conversion between units, by their names (`kilometer/hour`, `meter**3`), and between currencies, by their codes."""

from __future__ import annotations

from decimal import Context, Decimal
from functools import lru_cache

from pytest_finetunebench.grading.languages.unit_sizes import size_of
from pytest_finetunebench.grading.memo import MEMO_SIZE

TEMPERATURES = frozenset(("degree", "degC", "degF"))
"""Bare degrees may be either."""
_SCALES = {
    "kelvin": (Decimal(0), Decimal(1)),
    "degC": (Decimal("273.15"), Decimal(1)),
    "degF": (Decimal("459.67"), Decimal("1.8")),
}
"""Scales of temperature: how many degrees lie below their zero, and how many are one kelvin."""
_DOLLARS = frozenset(("dollar", "USD", "AUD", "CAD", "HKD", "NZD", "SGD"))
"""A bare dollar may be any of them; no other currency is ever converted."""
_DIGITS = Context(prec=20)
"""Fewer than those of a quotient: a third of 3 weeks is 7 days, not 6.999."""
_SHARES = {
    "percent": Decimal("0.01"),
    "permille": Decimal("0.001"),
    "basis_point": Decimal("0.0001"),
    "part_per_million": Decimal("0.000001"),
    "part_per_billion": Decimal("0.000000001"),
}
"""Parts of a whole, by their size."""
_HUNDREDTHS = {"cent": _DOLLARS | {"EUR"}, "penny": {"GBP"}}
"""Coins, and the currencies of which a hundred are one."""


@lru_cache(maxsize=MEMO_SIZE)
def convert(value: Decimal, unit: str, target: str) -> Decimal | None:
    """Return `value` in another unit; None where the two do not measure the same thing."""
    if unit == target:
        return value
    if "degree" in (unit, target) and {unit, target} <= TEMPERATURES:
        return value
    if {unit, target} == {"pound", "GBP"} or ("dollar" in (unit, target) and {unit, target} <= _DOLLARS):
        return value
    try:
        return _converted(value, unit, target)
    except ArithmeticError:
        return None


def _converted(value: Decimal, unit: str, target: str) -> Decimal | None:
    if target in _HUNDREDTHS.get(unit, ()):
        return value / 100
    if unit in _HUNDREDTHS.get(target, ()):
        return value * 100
    if unit in _SHARES and target in _SHARES:
        return value * _SHARES[unit] / _SHARES[target]
    if unit in _SCALES and target in _SCALES:
        (below, degrees), (other_below, other_degrees) = _SCALES[unit], _SCALES[target]
        return _DIGITS.create_decimal((value + below) * other_degrees / degrees - other_below)
    one, other = size_of(unit), size_of(target)
    if one is None or other is None or one.powers != other.powers:
        return None
    return _DIGITS.create_decimal(value * one.factor / other.factor)
