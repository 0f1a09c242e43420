"""Differences and p-values as messages write them."""

from __future__ import annotations

from pytest_finetunebench.runs.statistics.intervals import Difference


def points_text(difference: Difference) -> str:
    """Write a difference of rates with its interval: `+12.0 points [-1.0, +25.0]`."""
    value, low, high = (100 * part for part in difference)
    return f"{value:+.1f} points [{low:+.1f}, {high:+.1f}]"


def p_text(p_value: float, equals: str = "") -> str:
    """Write a p-value: `0.043`, with `equals` before it, or `<0.001`."""
    return "<0.001" if p_value < 0.001 else f"{equals}{p_value:.3f}"
