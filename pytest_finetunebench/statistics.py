"""Pure statistics of pass rates."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054
"""The 97.5% quantile of the standard normal distribution."""


def cohen_kappa(both: int, first: int, second: int, n: int) -> float | None:
    """Return Cohen's kappa of two raters who say yes or no, at most 1; None where chance alone would agree wholly.

    `first` and `second` are how often each says yes of `n`, `both` how often they say so of the same.
    Source: J. Cohen (1960), "A coefficient of agreement for nominal scales", Educational and Psychological
    Measurement 20.

    Raises:
        ValueError: the counts contradict each other.
    """
    if not (0 <= both <= min(first, second) and first + second - both <= n):
        raise ValueError(f"both={both}, first={first}, second={second} of n={n} contradict each other")
    if n == 0:
        return None
    observed = (n - first - second + 2 * both) / n
    chance = (first * second + (n - first) * (n - second)) / n**2
    return (observed - chance) / (1 - chance) if chance < 1 else None


def wilson_interval(correct: float, n: int) -> tuple[float, float] | None:
    """Return the 95% Wilson score interval of a proportion, both ends in 0..1; None for n = 0, which says nothing.

    Source: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22.

    Raises:
        ValueError: `correct` is not within 0..n.
    """
    if not 0 <= correct <= n:
        raise ValueError(f"correct={correct} is not within 0..{n}")
    if n == 0:
        return None
    rate = correct / n
    spread = Z_95 * math.sqrt(rate * (1 - rate) / n + Z_95**2 / (4 * n * n))
    scale = 1 + Z_95**2 / n
    centre = rate + Z_95**2 / (2 * n)
    low = 0.0 if correct == 0 else (centre - spread) / scale
    high = 1.0 if correct == n else (centre + spread) / scale
    return low, high
