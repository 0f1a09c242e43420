"""How far two raters agree."""

from __future__ import annotations


def cohen_kappa(both: int, first: int, second: int, n: int) -> float | None:
    """Return Cohen's kappa of two raters who say yes or no, at most 1; None where chance alone would agree wholly.

    Of `n` cases, the raters say yes to `first` and to `second`, and both of them to `both`.
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
