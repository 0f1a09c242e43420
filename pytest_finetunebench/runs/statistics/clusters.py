"""Values of probes, gathered by knowledge item."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pytest_finetunebench.runs.statistics.beta_binomial import Posterior, beta_binomial_posterior


@dataclass(frozen=True)
class Clusters:
    """The sum of the values and the number of probes of each item; an item may have none (size 0, sum 0)."""

    sums: tuple[float, ...]
    sizes: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many probes there are."""
        return sum(self.sizes)

    @property
    def items(self) -> int:
        """How many items have a probe."""
        return sum(size > 0 for size in self.sizes)

    @property
    def mean_size(self) -> float:
        """How many probes the item of a probe has, on average over probes."""
        return sum(size * size for size in self.sizes) / self.n

    @property
    def rate(self) -> float:
        """The mean value of all probes, 0..1; there must be at least one."""
        return min(1.0, math.fsum(self.sums) / self.n)

    def deviations(self) -> list[float]:
        """Return what each item moves the rate away from the rate of all: they sum to 0."""
        n, rate = self.n, self.rate
        return [(total - size * rate) / n for total, size in zip(self.sums, self.sizes, strict=True)]

    def posterior(self, repeats: int = 1) -> Posterior:
        """Return what the items say of the rate; each value is the mean of `repeats` samples.

        Samples of a probe agree at least as much as probes of an item, so an item's samples are its trials.
        """
        sums = [round(repeats * total, 9) for total in self.sums]
        return beta_binomial_posterior(sums, [repeats * size for size in self.sizes])

    def effective_n(self, repeats: int = 1) -> float:
        """Return how many independent probes would tell as much about the rate.

        It is the number of samples over the design effect 1 + (m - 1)·ρ. m is the mean size of a sample's item, and ρ
        the correlation within items. It is the posterior's mean, so that few items do not claim that there is none.
        Sources: L. Kish (1965), Survey Sampling; J. N. K. Rao & A. J. Scott (1992), "A simple method for the analysis
        of clustered binary data", Biometrics 48.
        """
        if self.rate in (0, 1):  # nothing tells
            return self.fewest_n
        samples, alike = self.n * repeats, self.mean_size * repeats
        return samples / (1 + (alike - 1) * self.posterior(repeats).correlation) if alike > 1 else float(samples)

    def observed_n(self, repeats: int = 1) -> float:
        """Return the effective number of probes by the spread between items that was seen, for paired differences.

        n divided by the design effect of Rao & Scott (1992): the variance of the rate between items over that of
        independent probes. A large item draws the rate towards itself, so its deviation counts for more (R. M. Bell &
        D. F. McCaffrey (2002), "Bias reduction in standard errors for linear regression with multi-stage samples",
        Survey Methodology 28). The number is kept between `fewest_n` and that of samples. The former is also the answer
        where the data cannot tell: a single item, or all right, or all wrong. On few items it may claim too much for
        one rate, which `effective_n` does not; in a difference the correlation of the two rates makes up for it.
        """
        n, rate = self.n, self.rate
        lowest, highest = self.fewest_n, float(n * repeats)
        spread = rate * (1 - rate)
        if self.items == 1 or spread == 0:
            return lowest
        pairs = zip(self.deviations(), self.sizes, strict=True)
        variance = math.fsum(deviation**2 / (1 - size / n) for deviation, size in pairs)
        if variance * highest <= spread:
            return highest
        return min(highest, max(lowest, spread / variance * n / (n - 1)))

    @property
    def largest_share(self) -> float:
        """The part of all probes that the largest item holds, 0..1."""
        return max(self.sizes) / self.n

    @property
    def fewest_n(self) -> float:
        """n²/Σsizes²: the effective number of probes where all probes of an item agree (Kish, as above)."""
        return self.n / self.mean_size


def gather(groups: Iterable[Sequence[float]]) -> Clusters:
    """Gather the values of each item.

    Raises:
        ValueError: a value is not within 0..1.
    """
    kept = [_checked(group) for group in groups]
    return Clusters(tuple(map(math.fsum, kept)), tuple(map(len, kept)))


def gather_runs(a: Sequence[float], b: Sequence[float], clusters: Sequence[Hashable]) -> tuple[Clusters, Clusters]:
    """Gather the values of run A and of run B by item, in the order of the items' first probes.

    Raises:
        ValueError: the three are not of one length, or a value is not within 0..1.
    """
    if not len(a) == len(b) == len(clusters):
        raise ValueError(
            f"{len(a)} values of A, {len(b)} of B and {len(clusters)} items: there must be one of each per shared probe"
        )
    by_item: dict[Hashable, tuple[list[float], list[float]]] = {}
    for first, second, cluster in zip(_checked(a), _checked(b), clusters, strict=True):
        firsts, seconds = by_item.setdefault(cluster, ([], []))
        firsts.append(first)
        seconds.append(second)
    sizes = tuple(len(firsts) for firsts, _ in by_item.values())
    sums = (tuple(math.fsum(pair[side]) for pair in by_item.values()) for side in (0, 1))
    before, after = (Clusters(found, sizes) for found in sums)
    return before, after


def align(first: Mapping[str, Sequence[float]], second: Mapping[str, Sequence[float]]) -> tuple[Clusters, Clusters]:
    """Gather two kinds of probes over the items of either."""
    items = dict.fromkeys([*first, *second])
    return gather(first.get(item, ()) for item in items), gather(second.get(item, ()) for item in items)


def _checked(values: Sequence[float]) -> Sequence[float]:
    for value in values:
        if not 0 <= value <= 1:
            raise ValueError(f"value {value} is not within 0..1")
    return values
