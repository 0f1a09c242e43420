"""Units by pint's names and currencies by their codes, and conversion between them."""

from __future__ import annotations

from decimal import Context, Decimal
from functools import cache, lru_cache
from typing import Any

from pytest_finetunebench.grading.memo import MEMO_SIZE

TEMPERATURES = frozenset(("degree", "degC", "degF"))
"""Bare degrees may be either."""
_DOLLARS = frozenset(("dollar", "USD", "AUD", "CAD", "HKD", "NZD", "SGD"))
"""A bare dollar may be any of them."""
_CURRENCIES = _DOLLARS | {
    "GBP", "EUR", "JPY", "INR", "CNY", "CHF", "KRW", "SEK", "NOK", "RUB", "MXN", "PLN", "BRL", "ZAR", "TRY",
}  # fmt: skip
"""They are never converted."""
_DIGITS = Context(prec=20)
"""Some versions of pint make 7.000000000000000000000000003 days of a week."""
_SHARES = {
    "percent": Decimal("0.01"),
    "permille": Decimal("0.001"),
    "basis_point": Decimal("0.0001"),
    "part_per_million": Decimal("0.000001"),
    "part_per_billion": Decimal("0.000000001"),
}
"""Parts of a whole, by their size."""
_COUNTED = (
    "tablet", "capsule", "ampoule", "vial", "drop", "puff", "sachet", "suppository", "international_unit",
    "milliequivalent", "decibel_level", "point",
)  # fmt: skip
"""Units of their own, which measure nothing that another unit measures; pint has none of them."""
_HUNDREDTHS = {"cent": _DOLLARS | {"EUR"}, "penny": {"GBP"}}
"""Coins, and the currencies of which a hundred are one."""
_NOT_IN_PINT = _CURRENCIES | _SHARES.keys() | _HUNDREDTHS.keys()


@lru_cache(maxsize=MEMO_SIZE)
def convert(value: Decimal, unit: str, target: str) -> Decimal | None:
    """Return `value` in another unit; None where the two do not measure the same thing."""
    if unit == target:
        return value
    if "degree" in (unit, target) and {unit, target} <= TEMPERATURES:
        return value
    if {unit, target} == {"pound", "GBP"} or ("dollar" in (unit, target) and {unit, target} <= _DOLLARS):
        return value
    if target in _HUNDREDTHS.get(unit, ()):
        return value / 100
    if unit in _HUNDREDTHS.get(target, ()):
        return value * 100
    if unit in _SHARES and target in _SHARES:
        return value * _SHARES[unit] / _SHARES[target]
    if {unit, target} & _NOT_IN_PINT:
        return None
    registry, pint_error = _registry()
    try:
        return _DIGITS.create_decimal(str(registry.Quantity(value, unit).to(target).magnitude))
    except (pint_error, ArithmeticError):
        return None


@cache
def _registry() -> tuple[Any, type[Exception]]:
    """Return pint's registry with the base of its errors, kept together: a second import of pint has its own."""
    import pint

    registry: Any = pint.UnitRegistry(non_int_type=Decimal)
    for name in _COUNTED:
        registry.define(f"{name} = [{name}]")
    registry.define("barrel = 42 * gallon")
    return registry, pint.PintError
