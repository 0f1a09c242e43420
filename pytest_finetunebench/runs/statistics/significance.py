"""Tests by counting, and their correction where several are made."""

from __future__ import annotations

from collections.abc import Sequence


def mcnemar_exact(fixed: int, broke: int) -> float:
    """Return the two-sided p-value of McNemar's exact test: are as many probes fixed as broke?

    `fixed` are wrong in the baseline and right now, `broke` the reverse; 1.0 where there are none of either. It takes
    probes as independent: where items have several, `clustered_permutation_test` is the one that holds its level.

    Source: Q. McNemar (1947), Psychometrika 12; exact by the binomial distribution at 1/2, both tails.

    Raises:
        ValueError: a count is negative.
    """
    if min(fixed, broke) < 0:
        raise ValueError(f"fixed={fixed} and broke={broke}: counts are not negative")
    n = fixed + broke
    ways = total = 1
    for chosen in range(min(fixed, broke)):
        ways = ways * (n - chosen) // (chosen + 1)
        total += ways
    return min(1.0, 2 * total / (1 << n))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted for their number, in the same order: reject those at or below alpha.

    Holds the chance of any false rejection at alpha, whatever the dependence between the tests.

    Source: S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6.

    Raises:
        ValueError: a p-value is not within 0..1.
    """
    for p in p_values:
        if not 0 <= p <= 1:
            raise ValueError(f"p-value {p} is not within 0..1")
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted
