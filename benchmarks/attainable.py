"""How many cells of `benchmarks/coverage.py` any interval can bring in range: `python benchmarks/attainable.py`.

Rates come in few steps, so some cells are out of reach of every interval. For one true rate p, an interval decides
which data hold p. This is a set of data points, and its probability is the coverage, one for each correlation. A
mixed integer program finds the set that brings most correlations between 93% and 99%, and none below 90%. It asks for
no more than this: each end of the interval never falls where more is right, and right and wrong are treated alike at
p = 1/2. Sets of different p are chosen each by itself, so the sum is an upper bound for all intervals. `--any` drops
the first condition.

Cells above one half mirror those below. Ten items take two minutes, and no cell of theirs is excluded. More have too
many data points.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix
from scipy.stats import betabinom, binom

from benchmarks.coverage import CORRELATIONS, FLOOR, HIGHEST, LOWEST, RATES, SHAPES

SECONDS = 60
Point = tuple[int, tuple[int, ...]]
"""How many probes of the large item are right (0 where there is none), and of each of the others, sorted."""


@dataclass(frozen=True)
class Found:
    """How many of the cells of one rate can be in range, at most."""

    cells: int
    in_range: int


class Suite:
    """All data that a suite can give, up to the order of items of one size."""

    def __init__(self, items: int, shape: str) -> None:
        self.large, self.small, self._others = (
            (3 * items, 3, items - 1) if shape == "dominant" else (0, int(shape), items)
        )
        others = list(combinations_with_replacement(range(self.small + 1), self._others))
        self.points: list[Point] = [(right, counts) for right in range(self.large + 1) for counts in others]
        self.places = {point: place for place, point in enumerate(self.points)}
        self.correlations = CORRELATIONS if shape != "1" else CORRELATIONS[:1]

    def steps(self) -> Iterator[tuple[int, int]]:
        """Yield each point with every point that has one more right, by their places."""
        for place, (right, counts) in enumerate(self.points):
            if right < self.large:
                yield place, self.places[right + 1, counts]
            for count in set(counts) - {self.small}:
                raised = list(counts)
                raised[raised.index(count)] += 1
                yield place, self.places[right, tuple(sorted(raised))]

    def mirrored(self, place: int) -> int:
        """Return the point with right and wrong changed."""
        right, counts = self.points[place]
        return self.places[self.large - right, tuple(sorted(self.small - count for count in counts))]

    def chances(self, rate: float, correlation: float) -> NDArray[np.float64]:
        """Return the probability of each point."""
        large, small = (_chances(size, rate, correlation) for size in (self.large, self.small))
        return np.array([large[right] * self._orders(c) * math.prod(small[n] for n in c) for right, c in self.points])

    def _orders(self, counts: tuple[int, ...]) -> int:
        return math.factorial(self._others) // math.prod(math.factorial(counts.count(one)) for one in set(counts))


def _chances(size: int, rate: float, correlation: float) -> NDArray[np.float64]:
    counts = np.arange(size + 1)
    if size == 0 or correlation == 0:
        return np.asarray(binom.pmf(counts, size, rate))
    weight = 1 / correlation - 1
    return np.asarray(betabinom.pmf(counts, size, rate * weight, (1 - rate) * weight))


def most_in_range(items: int, shape: str, rate: float, *, monotone: bool = True) -> Found:
    """Return how many correlations of one rate any interval can bring in range.

    The variables are, for each point, whether the lower end is at most p and whether the upper end is at least p, then
    for each correlation, whether it is in range. A point holds p where both are true; one of them always is.
    """
    suite = Suite(items, shape)
    size, cells = len(suite.points), len(suite.correlations)
    rows: list[tuple[dict[int, float], float, float]] = []
    for index, correlation in enumerate(suite.correlations):
        chances = suite.chances(rate, correlation)
        both = dict(enumerate(np.tile(chances, 2)))
        total = float(chances.sum())
        rows.append((both | {2 * size + index: FLOOR - LOWEST}, FLOOR + total, np.inf))
        rows.append((both | {2 * size + index: 1 - HIGHEST}, -np.inf, 1 + total + 1e-9))
    rows += [({place: 1.0, size + place: 1.0}, 1.0, np.inf) for place in range(size)]
    if monotone:
        for less, more in suite.steps():
            rows.append(({more: 1.0, less: -1.0}, -np.inf, 0.0))
            rows.append(({size + less: 1.0, size + more: -1.0}, -np.inf, 0.0))
    if rate == 0.5:
        rows += [({place: 1.0, size + suite.mirrored(place): -1.0}, 0.0, 0.0) for place in range(size)]
    return Found(cells, _solved(rows, 2 * size, cells))


def _solved(rows: Sequence[tuple[dict[int, float], float, float]], variables: int, cells: int) -> int:
    matrix = lil_matrix((len(rows), variables + cells))
    for number, (row, _, _) in enumerate(rows):
        for place, value in row.items():
            matrix[number, place] = value
    goal = np.concatenate([np.zeros(variables), -np.ones(cells)])
    limits = LinearConstraint(matrix.tocsr(), [low for _, low, _ in rows], [high for _, _, high in rows])
    found = milp(goal, constraints=[limits], integrality=np.ones(len(goal)), bounds=Bounds(0, 1), options=_OPTIONS)
    if found.status == 2:
        return cells - 1  # some cell must be below 90%
    # where time ran out, what the search has not excluded counts as attainable
    return cells if found.mip_dual_bound is None else math.floor(-found.mip_dual_bound + 1e-6)


_OPTIONS = {"time_limit": SECONDS}


def main(args: Sequence[str] | None = None) -> int:
    """Print the bound for each number of items and shape."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--items", type=int, nargs="*", default=[3, 5], help="only these numbers of items (default: 3 5)"
    )
    parser.add_argument("--any", action="store_true", help="also intervals whose ends fall where more is right")
    options = parser.parse_args(args)
    for items in options.items:
        total = most = 0
        for shape in SHAPES:
            found = {rate: most_in_range(items, shape, rate, monotone=not options.any) for rate in RATES if rate <= 0.5}
            weights = {rate: 1 if rate == 0.5 else 2 for rate in found}
            lost = {rate: one.cells - one.in_range for rate, one in found.items() if one.in_range < one.cells}
            total += sum(weights[rate] * one.cells for rate, one in found.items())
            most += sum(weights[rate] * one.in_range for rate, one in found.items())
            told = ", ".join(f"{count} at p {rate}" for rate, count in lost.items()) or "none"
            print(f"{items} items, size {shape}: out of reach: {told}", flush=True)
        print(f"{items} items: at most {most} of {total} cells in range, {most / total:.1%}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
