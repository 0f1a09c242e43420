"""The beta-binomial model of probes that stand or fall together by item: the rate's and the correlation's posterior.

Each item has a chance that its probes are right. Over items this chance has a beta distribution. Its mean is the pass
rate. Its spread is the correlation of two probes of one item.

Source: J. G. Skellam (1948), "A probability distribution derived from the binomial distribution by regarding the
probability of success as variable between the sets of trials", JRSS B 10; J. C. Kleinman (1973), "Proportions with
extraneous variance: single and independent samples", JASA 68.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

CORRELATIONS = (0.0, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.96, 0.99)
NO_CORRELATION = 0.25
"""The prior chance that probes of an item do not depend on each other at all."""
TAIL = 0.025
_CELLS = 64
_COARSE = 16
_CLOSER = 8
"""Correlations between two neighbours where the data tell finer than the grid."""
_NEGLIGIBLE = 12.0
"""A log-likelihood so far below the highest adds nothing to an interval."""
Grid = Sequence[tuple[float, float]]
"""Correlations with their prior weights."""
Likelihood = Callable[[float], list[float]]
Counts = tuple[tuple[float, int, int], ...]
"""How many items have so many right of so many: (right, size, items)."""


def _prior(correlations: Sequence[float]) -> tuple[float, ...]:
    """Return the prior of each correlation: `NO_CORRELATION` on none, the rest by a beta distribution, Beta(1½, ½).

    It favours none and a close one. `benchmarks/coverage.py` measures the intervals that follow: those of a uniform
    prior are too wide without correlation, and too narrow with a close one.
    """
    edges = [(low + high) / 2 for low, high in pairwise(correlations)]
    below = [0.0, *(2 / math.pi * (math.asin(math.sqrt(x)) - math.sqrt(x * (1 - x))) for x in edges), 1.0]
    shares = [(1 - NO_CORRELATION) * (high - low) for low, high in pairwise(below)]
    return shares[0] + NO_CORRELATION, *shares[1:]


WEIGHTS = _prior(CORRELATIONS)


class Posterior(NamedTuple):
    """What the data say of a pass rate, each within 0..1."""

    mean: float
    variance: float
    low: float
    """The 2.5% quantile."""
    high: float
    """The 97.5% quantile."""
    correlation: float
    """The mean correlation of two probes of one item."""


@dataclass(frozen=True)
class _Cell:
    """A slice of the rate, as equal steps of its arcsine, and its likelihood at each correlation."""

    angle: float
    logs: list[float]

    @property
    def peak(self) -> float:
        return max(self.logs)


def beta_binomial_posterior(sums: Sequence[float], sizes: Sequence[int]) -> Posterior:
    """Return the posterior of the rate, given how many of each item's probes are right.

    The rate's prior is Jeffreys' for a proportion, Beta(½, ½): uniform in the arcsine of its root. With one probe per
    item the posterior is Beta(right + ½, wrong + ½). There must be at least one probe.
    """
    found = Counter((right, size) for right, size in zip(sums, sizes, strict=True) if size)
    return _posterior(tuple(sorted((right, size, items) for (right, size), items in found.items())))


@lru_cache(maxsize=4096)
def _posterior(counts: Counts) -> Posterior:
    grid: Grid = list(zip(CORRELATIONS, WEIGHTS, strict=True))
    if all(size == 1 for _, size, _ in counts):
        grid = grid[:1]  # one probe an item tells nothing of a correlation
    likelihood = _likelihood(counts, grid)
    low, high = _range(likelihood)
    cells = _cells(likelihood, low, high, _CELLS)
    closer = _closer(cells, grid)
    if closer is not None:
        grid = closer
        cells = _cells(_likelihood(counts, grid), low, high, _CELLS)
    return _summary(cells, grid, low, (high - low) / _CELLS)


def _range(likelihood: Likelihood) -> tuple[float, float]:
    """Return the angles between which all that matters lies: the more probes, the closer they are."""
    low, high = 0.0, math.pi / 2
    for _ in range(12):
        width = (high - low) / _COARSE
        cells = _cells(likelihood, low, high, _COARSE)
        best = max(cell.peak for cell in cells)
        kept = [cell.angle for cell in cells if cell.peak > best - _NEGLIGIBLE]
        if len(kept) > _COARSE // 2:
            break
        low, high = max(0.0, kept[0] - 1.5 * width), min(math.pi / 2, kept[-1] + 1.5 * width)
    return low, high


def _cells(likelihood: Likelihood, low: float, high: float, count: int) -> list[_Cell]:
    width = (high - low) / count
    angles = [low + (place + 0.5) * width for place in range(count)]
    return [_Cell(angle, likelihood(math.sin(angle) ** 2)) for angle in angles]


def _closer(cells: Sequence[_Cell], grid: Grid) -> Grid | None:
    """Return a finer grid around the likeliest correlation where nearly all the mass is; None where it is spread."""
    masses = _by_correlation(cells)
    top = max(range(len(grid)), key=masses.__getitem__)
    first, last = max(0, top - 1), min(len(grid) - 1, top + 1)
    if first == last or math.fsum(masses[first : last + 1]) < 0.98 * math.fsum(masses):
        return None
    start, end = grid[first][0], grid[last][0]
    step = (end - start) / (2 * _CLOSER)
    return [(start + step * place, 1.0) for place in range(2 * _CLOSER + 1)]


def _by_correlation(cells: Sequence[_Cell]) -> list[float]:
    best = max(cell.peak for cell in cells)
    rows = [[math.exp(log - best) for log in cell.logs] for cell in cells]
    return [math.fsum(column) for column in zip(*rows, strict=True)]


def _summary(cells: Sequence[_Cell], grid: Grid, low: float, width: float) -> Posterior:
    best = max(cell.peak for cell in cells)
    masses = [math.fsum(math.exp(log - best) for log in cell.logs) for cell in cells]
    total = math.fsum(masses)
    shares = [mass / total for mass in masses]
    rates = [math.sin(cell.angle) ** 2 for cell in cells]
    mean = math.fsum(share * rate for share, rate in zip(shares, rates, strict=True))
    variance = math.fsum(share * (rate - mean) ** 2 for share, rate in zip(shares, rates, strict=True))
    by_correlation = zip(grid, _by_correlation(cells), strict=True)
    correlation = math.fsum(rho * mass for (rho, _), mass in by_correlation) / total
    below = [0.0, *accumulate(shares)]
    quantiles = [math.sin(low + width * _place(below, tail)) ** 2 for tail in (TAIL, 1 - TAIL)]
    return Posterior(mean, variance, quantiles[0], quantiles[1], correlation)


def _place(below: Sequence[float], tail: float) -> float:
    """Return where a share of the mass lies below, in cells from the first."""
    cell = next((place for place in range(1, len(below)) if below[place] >= tail), len(below) - 1)
    mass = below[cell] - below[cell - 1]
    return cell - 1 + (min(1.0, (tail - below[cell - 1]) / mass) if mass > 0 else 1.0)


def _likelihood(counts: Counts, grid: Grid) -> Likelihood:
    """Return the function from a rate to the log of likelihood times prior at each correlation."""
    right = math.fsum(s * items for s, _, items in counts)
    wrong = math.fsum((n - s) * items for s, n, items in counts)
    rights = _counted((s, items) for s, _, items in counts)
    wrongs = _counted((n - s, items) for s, n, items in counts)
    sizes = _counted((n, items) for _, n, items in counts)
    # a pair per correlation: the sum of the beta distribution's parameters, and the terms without the rate
    models = [
        (1 / rho - 1 if rho else 0.0, math.log(weight) - (_rising(1 / rho - 1, sizes) if rho else 0.0))
        for rho, weight in grid
    ]

    def at(rate: float) -> list[float]:
        alone = right * math.log(rate) + wrong * math.log(1 - rate)
        return [
            constant + (_rising(size * rate, rights) + _rising(size * (1 - rate), wrongs) if size else alone)
            for size, constant in models
        ]

    return at


def _counted(pairs: Iterable[tuple[float, int]]) -> list[tuple[float, int]]:
    found = Counter[float]()
    for step, items in pairs:
        if step:
            found[step] += items
    return sorted(found.items())


def _rising(base: float, steps: Sequence[tuple[float, int]]) -> float:
    """Return the log of the product of the rising factorials of `base` by each number of steps."""
    start, total = math.lgamma(base), 0.0
    for step, items in steps:
        total += items * (math.lgamma(base + step) - start)
    return total
