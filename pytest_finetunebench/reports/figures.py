"""Figures as reports write them: a rate never rounds to what it is not, an interval never leaves its rate out."""

from __future__ import annotations

import math


def percent(rate: float) -> str:
    """Write a rate, 0..1, in percent without the sign: `90.7`; only an exact one is `100.0` or `0.0`."""
    for digits in (1, 2, 3):
        text = f"{100 * rate:.{digits}f}"
        if 0 < float(text) < 100 or rate in (0, 1):
            return text
    return "<0.001" if rate < 0.5 else ">99.999"


def interval(low: float, high: float, pattern: str = "[{}, {}]") -> str:
    """Write the ends of an interval, each 0..1, in percent with one decimal."""
    return pattern.format(f"{100 * low:.1f}", f"{100 * high:.1f}")


def wide_interval(low: float, high: float, pattern: str = "[{}, {}]") -> str:
    """Write the ends of an interval in whole percent, rounded outward."""
    return pattern.format(math.floor(100 * low + 1e-6), math.ceil(100 * high - 1e-6))


def points(share: float, digits: int = 1) -> str:
    """Write a difference of rates, -1..1, in percentage points with its sign: `+50.3`; zero has none."""
    text = f"{100 * share:+.{digits}f}"
    return text[1:] if float(text) == 0 else text
