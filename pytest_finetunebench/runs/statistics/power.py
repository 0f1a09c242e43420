"""How many knowledge items it takes to see a drop."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from statistics import NormalDist

from pytest_finetunebench.runs.statistics.clusters import Clusters, gather_runs


def item_variance(a: Sequence[float], b: Sequence[float], clusters: Sequence[Hashable]) -> float | None:
    """Return how an item's mean difference, run B minus run A, varies between items: a variance within 0..2.

    Divided by the number of items it is the variance of the difference of the pass rates. Items with more probes weigh
    more: it is the ratio estimator of N. A. Obuchowski (1998), "On the comparison of correlated proportions for
    clustered data", Statistics in Medicine 17. None with fewer than two items.

    Raises:
        ValueError: the three are not of one length, or a value is not within 0..1.
    """
    return variance_of(*gather_runs(a, b, clusters))


def variance_of(before: Clusters, after: Clusters) -> float | None:
    """Return the `item_variance` of two runs whose values are gathered."""
    items, n = len(before.sizes), before.n
    if items < 2:
        return None
    changes = [y - x for x, y in zip(before.sums, after.sums, strict=True)]
    mean = math.fsum(changes) / n
    squares = math.fsum((change - size * mean) ** 2 for change, size in zip(changes, before.sizes, strict=True))
    return squares / (items - 1) * (items / n) ** 2


def least_drop(
    items: int, variance: float, probes: float = 1.0, alpha: float = 0.05, power: float = 0.9
) -> float | None:
    """Return the least drop, 0..1, that the one-sided test finds on so many items with this power; None if none.

    It turns `needed_items` round, to a tenth of a point.

    Raises:
        ValueError: as of `needed_items`.
    """
    low, high = 0, 999
    if needed_items(high / 1000, variance, probes, alpha, power) > items:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if needed_items(middle / 1000, variance, probes, alpha, power) > items:
            low = middle
        else:
            high = middle
    return high / 1000


def needed_items(drop: float, variance: float, probes: float = 1.0, alpha: float = 0.05, power: float = 0.9) -> int:
    """Return how many items the one-sided test needs to find a drop of this size with this power.

    `drop` is the fall of the pass rate looked for (0.1: ten points); `variance` is the `item_variance` of two runs;
    `probes` is how many values an item has (probes times repeats, the mean where items differ); for one of several
    tests under Holm's correction, pass alpha divided by their number.

    The normal approximation of R. J. Connor (1987), "Sample size for testing differences in proportions for the
    paired-sample design", Biometrics 43. The mean square of an item's difference stands for the share of discordant
    pairs: with one probe per item they are equal. No item changes by less than one value, so a mean square below
    drop/probes is raised to it. The test is exact and its sums come in steps, so the number is corrected for
    continuity by one whole item, in the form of J. L. Fleiss, A. Tytun & H. K. Ury (1980), "A simple
    approximation for calculating sample sizes for comparing independent proportions", Biometrics 36.

    Raises:
        ValueError: `drop`, `alpha` or `power` is not between 0 and 1, `power` is not above `alpha`, `variance` is
            negative, or `probes` is below 1.
    """
    for name, value in (("drop", drop), ("alpha", alpha), ("power", power)):
        if not 0 < value < 1:
            raise ValueError(f"{name}={value} is not between 0 and 1")
    if not (math.isfinite(variance) and variance >= 0):
        raise ValueError(f"variance={variance} is negative or not finite")
    if probes < 1:
        raise ValueError(f"probes={probes} is below 1")
    mean_square = max(variance + drop**2, drop / probes)
    quantile = NormalDist().inv_cdf
    if power <= alpha:
        raise ValueError(f"power={power} is not above alpha={alpha}: a test of no data has that much")
    root = quantile(1 - alpha) * math.sqrt(mean_square) + quantile(power) * math.sqrt(mean_square - drop**2)
    uncorrected = (root / drop) ** 2
    return math.ceil(uncorrected / 4 * (1 + math.sqrt(1 + 4 / (uncorrected * drop))) ** 2)
