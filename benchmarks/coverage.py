"""How often 95% intervals hold the true value: `python benchmarks/coverage.py [--statistic rate] [--draws 2000]`.

Each cell draws suites from a beta-binomial model. Item i has a chance of its own, beta with mean p; two probes of one
item then have the given correlation. `rate` is the interval of a pass rate. `paired` is that of the difference of two
runs over the same items, each right with the item's chance in either run: the true difference is 0, or a drop of a
tenth of p. `gap` is that of memorization (one probe an item, mean m = p + (1 - p)/2) minus generalization (mean p),
whose chances share their rank within items.

Sizes: 1, 3 or 6 probes an item; or `dominant`, where one item has just over half of the probes, and all others three
each. One probe an item has no correlation within items: a rate's coverage is then exact, not drawn. Rates above one
half mirror those below, as the intervals do (a test holds it).

A cell is in range between 93% and 99%. Where rates come in few steps, no interval is: three items at p = 0.5 are all
right in one of eight draws, and with all others, in seven of eight.
With several, three items at p = 0.5 are often all right or all wrong at a high correlation, which must be held, and
then every draw at a low correlation is. `benchmarks/attainable.py` finds how many cells any interval could bring in
range, if its ends never fall where more is right: 124 of 143 with three items, 135 of 143 with five. With ten
it excludes none. The whole table of rates takes about twenty minutes, most of them for 100 and 300 items.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from math import comb
from multiprocessing import Pool
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pytest_finetunebench.runs.statistics import clustered_interval, gap_interval, paired_difference

ITEMS = (3, 5, 10, 25, 100, 300)
SHAPES = ("1", "3", "6", "dominant")
RATES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
CORRELATIONS = (0.0, 0.3, 0.6, 0.9)
LOWEST, HIGHEST, FLOOR = 0.93, 0.99, 0.90
Statistic = Literal["rate", "paired", "gap"]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Cell:
    """One simulated situation."""

    statistic: Statistic
    items: int
    shape: str
    rate: float
    correlation: float


@dataclass(frozen=True)
class Result:
    """How often the interval held the true value, 0..1, and its mean width."""

    cell: Cell
    coverage: float
    width: float

    @property
    def in_range(self) -> bool:
        """Whether it is neither too narrow nor too wide."""
        return LOWEST <= self.coverage <= HIGHEST


def main(args: Sequence[str] | None = None) -> int:
    """Simulate and print a row per number of items."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statistic", choices=("rate", "paired", "gap"), default="rate", help="(default: rate)")
    parser.add_argument("--draws", type=int, default=2000, help="suites drawn per cell (default: 2000)")
    parser.add_argument("--items", type=int, nargs="*", default=list(ITEMS), help="only these numbers of items")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (default: 1)")
    parser.add_argument("--processes", type=int, default=1, help="run in so many processes (default: 1)")
    parser.add_argument("--json", action="store_true", help="print every cell as JSON instead of a table")
    options = parser.parse_args(args)
    jobs = [(cell, options.draws, options.seed) for cell in cells(options.statistic, options.items)]
    if options.processes == 1:
        results = [simulate(*job) for job in jobs]
    else:
        with Pool(options.processes) as pool:
            results = pool.starmap(simulate, jobs, chunksize=4)
    if options.json:
        print(json.dumps([asdict(result) for result in results]))
    else:
        print(table(results))
    return 0


def cells(statistic: Statistic, items: Sequence[int] = ITEMS) -> Iterator[Cell]:
    """Yield the cells with rates up to one half."""
    for count in items:
        for shape in SHAPES:
            for correlation in CORRELATIONS:
                if shape == "1" and correlation and statistic == "rate":
                    continue
                for rate in RATES:
                    if rate <= 0.5:
                        yield Cell(statistic, count, shape, rate, correlation)


def simulate(cell: Cell, draws: int, seed: int) -> Result:
    """Return the coverage of one cell."""
    if cell.statistic == "rate" and cell.shape == "1":
        return _exact(cell)
    generator = np.random.default_rng([seed, *map(ord, repr(cell))])
    sizes = sizes_of(cell)
    chances = abilities(generator, cell, draws)
    if cell.statistic == "rate":
        truth = cell.rate
        first = generator.binomial(sizes, chances)
        found = [_rate(tuple(sorted(zip(row.tolist(), sizes.tolist(), strict=True)))) for row in first]
    elif cell.statistic == "paired":
        truth = -cell.rate / 10
        first, second = generator.binomial(sizes, chances), generator.binomial(sizes, chances * 0.9)
        found = [_paired(pairs) for pairs in _rows(first, second, sizes)]
    else:
        truth = (1 - cell.rate) / 2
        first, second = generator.binomial(1, chances + (1 - chances) / 2), generator.binomial(sizes, chances)
        found = [_gap(pairs) for pairs in _rows(first, second, sizes)]
    held = [low - 1e-12 <= truth <= high + 1e-12 for low, high in found]
    return Result(cell, sum(held) / draws, sum(high - low for low, high in found) / draws)


def sizes_of(cell: Cell) -> Counts:
    """Return how many probes each item has."""
    if cell.shape == "dominant":
        return np.array([3 * cell.items] + [3] * (cell.items - 1))
    return np.full(cell.items, int(cell.shape))


def abilities(generator: np.random.Generator, cell: Cell, draws: int) -> NDArray[np.float64]:
    """Return the chance that an item's probe is right, a row per draw."""
    shape = (draws, cell.items)
    if cell.correlation == 0:
        return np.full(shape, cell.rate)
    weight = 1 / cell.correlation - 1
    return generator.beta(cell.rate * weight, (1 - cell.rate) * weight, shape)


def _exact(cell: Cell) -> Result:
    n, p = cell.items, cell.rate
    coverage = width = 0.0
    for right in range(n + 1):
        chance = comb(n, right) * p**right * (1 - p) ** (n - right)
        low, high = _rate(tuple([(0, 1)] * (n - right) + [(1, 1)] * right))
        coverage += chance * (low <= p <= high)
        width += chance * (high - low)
    return Result(cell, coverage, width)


def _rows(first: Counts, second: Counts, sizes: Counts) -> Iterator[tuple[tuple[int, int, int], ...]]:
    for one, two in zip(first.tolist(), second.tolist(), strict=True):
        yield tuple(sorted(zip(one, two, sizes.tolist(), strict=True)))


@lru_cache(maxsize=20_000)
def _rate(items: tuple[tuple[int, int], ...]) -> tuple[float, float]:
    found = clustered_interval(_values(right, size) for right, size in items)
    assert found is not None  # noqa: S101 - every item has a probe
    return found


@lru_cache(maxsize=20_000)
def _paired(items: tuple[tuple[int, int, int], ...]) -> tuple[float, float]:
    a = [value for right, _, size in items for value in _values(right, size)]
    b = [value for _, right, size in items for value in _values(right, size)]
    found = paired_difference(a, b, [place for place, (_, _, size) in enumerate(items) for _ in range(size)])
    assert found is not None  # noqa: S101 - as above
    return found.low, found.high


@lru_cache(maxsize=20_000)
def _gap(items: tuple[tuple[int, int, int], ...]) -> tuple[float, float]:
    trained = {str(place): _values(right, 1) for place, (right, _, _) in enumerate(items)}
    others = {str(place): _values(right, size) for place, (_, right, size) in enumerate(items)}
    found = gap_interval(trained, others)
    assert found is not None  # noqa: S101 - as above
    return found.low, found.high


def _values(right: int, size: int) -> list[float]:
    return [1.0] * right + [0.0] * (size - right)


def weight_of(result: Result) -> int:
    """Return how many cells a result stands for: those above one half mirror those below, of rates and runs alike."""
    return 2 if result.cell.rate < 0.5 and result.cell.statistic == "rate" else 1


def table(results: Sequence[Result]) -> str:
    """Lay out the share of cells in range, by number of items and over all."""
    columns = ("below 93%", "below 90%", "above 99%")
    head = f"{'items':<8}{'cells':>6}{'in range':>10}{''.join(f'{name:>11}' for name in columns)}{'width':>7}  worst"
    counts = sorted({result.cell.items for result in results})
    groups = [(str(items), [one for one in results if one.cell.items == items]) for items in counts]
    return "\n".join([head, *(_line(name, group) for name, group in [*groups, ("all", list(results))])])


def _line(name: str, group: Sequence[Result]) -> str:
    total = sum(map(weight_of, group))
    low = sum(weight_of(one) for one in group if one.coverage < LOWEST)
    floor = sum(weight_of(one) for one in group if one.coverage < FLOOR)
    high = sum(weight_of(one) for one in group if one.coverage > HIGHEST)
    inside = sum(weight_of(one) for one in group if one.in_range)
    width = sum(one.width for one in group) / len(group)
    worst = min(group, key=lambda one: one.coverage)
    cell = worst.cell
    told = f"{worst.coverage:.1%}: {cell.items} items, size {cell.shape}, p {cell.rate}, correlation {cell.correlation}"
    return f"{name:<8}{total:>6}{inside / total:>10.1%}{low:>11}{floor:>11}{high:>11}{width:>7.2f}  {told}"


if __name__ == "__main__":
    sys.exit(main())
