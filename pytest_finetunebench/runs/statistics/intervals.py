"""95% intervals of pass rates and of their differences."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from pytest_finetunebench.runs.statistics.beta_binomial import Posterior
from pytest_finetunebench.runs.statistics.clusters import Clusters, align, gather, gather_runs

Z_95 = 1.959963984540054
"""The 97.5% quantile of the standard normal distribution."""


class Difference(NamedTuple):
    """A difference of two pass rates with its 95% interval, each within -1..1."""

    value: float
    low: float
    high: float


def wilson_interval(correct: float, n: int) -> tuple[float, float] | None:
    """Return the 95% Wilson score interval of a proportion, both ends in 0..1; None for n = 0, which says nothing.

    Of probes asked several times, `correct` is the sum of the shares of their samples: as if each were asked once.

    Source: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22.

    Raises:
        ValueError: `correct` is not within 0..n.
    """
    if not 0 <= correct <= n:
        raise ValueError(f"correct={correct} is not within 0..{n}")
    return _wilson(correct / n, n) if n else None


def clustered_interval(groups: Iterable[Sequence[float]], repeats: int = 1) -> tuple[float, float] | None:
    """Return the 95% interval of a pass rate over items whose probes depend on each other, both ends in 0..1.

    `groups` holds the values (0..1) of each item's probes; `repeats` is how many samples each value is the mean of.
    None where there is no value. It holds the rate.

    It joins two intervals, because each alone is too narrow for some rates. One is the credible interval of the
    beta-binomial model, averaged over the correlation within items. The other is Wilson's at the mean and variance of
    that posterior (L. D. Brown, T. T. Cai & A. DasGupta (2001), "Interval estimation for a binomial proportion",
    Statistical Science 16). It uses the t distribution, because few items tell little of how far they differ (F. E.
    Satterthwaite (1946), "An approximate distribution of estimates of variance components", Biometrics Bulletin 2).

    If all are right, nothing tells how far probes of an item agree, and its items count as one probe each. No other
    result has a higher lower end; upper ends mirror this. `benchmarks/coverage.py` measures how often the interval
    holds the true rate.

    Raises:
        ValueError: a value is not within 0..1, or `repeats` is below 1.
    """
    clusters = gather(groups)
    _check_repeats(repeats)
    return _clustered(clusters, repeats) if clusters.n else None


def _clustered(clusters: Clusters, repeats: int) -> tuple[float, float]:
    rate, highest = clusters.rate, _all_right(clusters.items)
    if rate in (0, 1):
        return (highest, 1.0) if rate else (0.0, 1 - highest)
    posterior = clusters.posterior(repeats)
    matched = _matched(posterior, _student(_freedom(clusters, posterior, repeats)))
    low = min(rate, highest, posterior.low, matched[0])
    high = max(rate, 1 - highest, posterior.high, matched[1])
    return low, high


def _all_right(items: int) -> float:
    """Return the lower end if every probe of so many items is right, 0..1.

    It is Wilson's, or that of the mid-P interval if it is lower, as it is up to six items. The mid-P value is half of
    the chance of such a result: G. Berry & P. Armitage (1995), "Mid-P confidence intervals", The Statistician 44.
    """
    return min(_wilson(1, items)[0], math.pow(0.05, 1 / items))


def _matched(posterior: Posterior, quantile: float) -> tuple[float, float]:
    """Return Wilson's interval of as many right and wrong probes as have this mean and variance."""
    size = posterior.mean * (1 - posterior.mean) / posterior.variance - 1
    right, wrong = max(0.0, posterior.mean * size - 0.5), max(0.0, (1 - posterior.mean) * size - 0.5)
    if right + wrong == 0:
        return posterior.low, posterior.high
    return _wilson(right / (right + wrong), right + wrong, quantile)


def _freedom(clusters: Clusters, posterior: Posterior, repeats: int) -> float:
    """Return the degrees of freedom of the rate's variance: items, over the squared share that their differences have.

    The rest of the variance is that of independent probes, which follows from the rate.
    """
    extra = (repeats * clusters.mean_size - 1) * posterior.correlation
    return math.inf if extra <= 0 else clusters.items * ((1 + extra) / extra) ** 2


def _student(freedom: float) -> float:
    """Return the 97.5% quantile of Student's t distribution, within 4% for two degrees of freedom or more.

    Source: M. Abramowitz & I. A. Stegun (1964), Handbook of Mathematical Functions, 26.7.5.
    """
    z = Z_95
    terms = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, start=1))


def paired_difference(
    a: Sequence[float], b: Sequence[float], clusters: Sequence[Hashable], repeats: int = 1
) -> Difference | None:
    """Return run B's pass rate minus run A's over their shared probes, with its 95% interval.

    `a`, `b` and `clusters` hold per shared probe its value in A and in B (0..1) and its item; `repeats` is how many
    samples each value is the mean of (the lower number where the runs differ). None where nothing is shared.

    The interval is R. G. Newcombe's method 10 (1998, "Improved confidence intervals for the difference between
    binomial proportions based on paired data", Statistics in Medicine 17). It has a width even if both runs are all
    right. If items have several probes, each rate's Wilson interval is taken at its effective number of probes. The
    correlation of the two rates is then that between items, after Z. Yang, X. Sun & J. W. Hardin (2012), "Confidence
    intervals for the difference of marginal probabilities in clustered matched-pair binary data", Pharmaceutical
    Statistics 11. With one probe per item it is method 10 itself. On few items with repeats, whose two rates are nearly
    the same, it is wider than it need be: leave the decision to `clustered_permutation_test`.

    Raises:
        ValueError: the three are not of one length, a value is not within 0..1, or `repeats` is below 1.
    """
    return difference_of(*gather_runs(a, b, clusters), repeats)


def difference_of(before: Clusters, after: Clusters, repeats: int = 1) -> Difference | None:
    """Return the `paired_difference` of two runs whose values are gathered.

    Raises:
        ValueError: `repeats` is below 1.
    """
    _check_repeats(repeats)
    if not (after.n and before.n):
        return None
    return _difference(after, before, (after.observed_n(repeats), before.observed_n(repeats)), repeats)


def gap_interval(
    memorization: Mapping[str, Sequence[float]], generalization: Mapping[str, Sequence[float]], repeats: int = 1
) -> Difference | None:
    """Return the gap, memorization minus generalization pass rate, with its 95% interval.

    Both map an item to the values (0..1) of its probes of that kind; an item may be missing from either. None where
    one of them has no value.

    Both rates come from the same items, so the interval is made as in `paired_difference`, with effective numbers of
    probes from the posterior of the correlation. A rate of which one item holds over half of the probes brings its
    `clustered_interval` instead: no number of independent probes stands for such a rate (G. Y. Zou & A. Donner (2008),
    "Construction of confidence limits about effect measures", Statistics in Medicine 27).

    Raises:
        ValueError: a value is not within 0..1, or `repeats` is below 1.
    """
    _check_repeats(repeats)
    first, second = align(memorization, generalization)
    if not (first.n and second.n):
        return None
    effective = first.effective_n(repeats), second.effective_n(repeats)
    sides = zip((first, second), effective, strict=True)
    ends = [_clustered(one, repeats) if one.largest_share > 0.5 else _wilson(one.rate, n) for one, n in sides]
    return _joined(first, second, (ends[0], ends[1]), math.sqrt(math.prod(effective)) * repeats)


def _check_repeats(repeats: int) -> None:
    if repeats < 1:
        raise ValueError(f"repeats={repeats} is below 1")


def _wilson(rate: float, n: float, quantile: float = Z_95) -> tuple[float, float]:
    square = quantile**2
    spread = quantile * math.sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    scale = 1 + square / n
    centre = rate + square / (2 * n)
    low = 0.0 if rate == 0 else (centre - spread) / scale
    high = 1.0 if rate == 1 else (centre + spread) / scale
    return low, high


def _difference(first: Clusters, second: Clusters, effective: tuple[float, float], repeats: int) -> Difference:
    """Return the rate of the first minus that of the second; `effective` is the effective number of probes of each."""
    ends = _wilson(first.rate, effective[0]), _wilson(second.rate, effective[1])
    return _joined(first, second, ends, math.sqrt(math.prod(effective)) * repeats)


def _joined(
    first: Clusters, second: Clusters, ends: tuple[tuple[float, float], tuple[float, float]], n: float
) -> Difference:
    """Return the rate of the first minus that of the second, both over the same items in the same order.

    `ends` are the intervals of both rates, and `n` is the effective number of samples of the two together.
    """
    p, q = first.rate, second.rate
    (p_low, p_high), (q_low, q_high) = ends
    correlation = _correlation(first, second, n)
    value = p - q
    low = value - _combine(p - p_low, q_high - q, correlation)
    high = value + _combine(p_high - p, q - q_low, correlation)
    return Difference(value, max(-1.0, low), min(1.0, high))


def _combine(first: float, second: float, correlation: float) -> float:
    return math.sqrt(max(0.0, first**2 - 2 * correlation * first * second + second**2))


def _correlation(first: Clusters, second: Clusters, n: float) -> float:
    """Return the correlation of the two rates between items; a positive one lessened as Newcombe's method 10 does.

    That is by half of the least step that one of n independent values can take: `n` counts their samples.
    """
    moves, other = first.deviations(), second.deviations()
    scale = math.sqrt(math.fsum(x * x for x in moves) * math.fsum(y * y for y in other))
    spread = math.sqrt(first.rate * (1 - first.rate) * second.rate * (1 - second.rate))
    if scale == 0 or spread == 0:
        return 0.0
    correlation = max(-1.0, min(1.0, math.fsum(x * y for x, y in zip(moves, other, strict=True)) / scale))
    return max(0.0, correlation - 1 / (2 * n * spread)) if correlation > 0 else correlation
