"""Units by pint's names and currencies by their codes, and conversion between them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from pytest_finetunebench.grading.memo import MEMO_SIZE

TEMPERATURES = frozenset(("degree", "degC", "degF"))
"""Bare degrees may be either."""
_DOLLARS = frozenset(("dollar", "USD", "AUD", "CAD", "HKD", "NZD", "SGD"))
"""A bare dollar may be any of them."""
_CURRENCIES = _DOLLARS | {"GBP", "EUR", "JPY", "INR", "CNY", "CHF", "KRW"}
"""They are never converted."""


@lru_cache(maxsize=MEMO_SIZE)
def convert(value: Decimal, unit: str, target: str) -> Decimal | None:
    """Return `value` in another unit; None where the two do not measure the same thing."""
    if unit == target:
        return value
    if "degree" in (unit, target) and {unit, target} <= TEMPERATURES:
        return value
    if {unit, target} == {"pound", "GBP"} or ("dollar" in (unit, target) and {unit, target} <= _DOLLARS):
        return value
    if {unit, target} == {"percent", "basis_point"}:
        return value * 100 if unit == "percent" else value / 100
    if {unit, target} & _CURRENCIES or {unit, target} & {"percent", "basis_point"}:
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
