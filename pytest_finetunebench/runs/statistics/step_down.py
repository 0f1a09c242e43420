"""Several permutation tests of two runs at once: p-values adjusted by how the tests depend on each other."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from pytest_finetunebench.runs.statistics.permutation import (
    DRAWS,
    ROUNDING,
    Alternative,
    chances_at_most,
    whole_numbers,
)
from pytest_finetunebench.runs.statistics.significance import holm

EXACT_UNITS = 13
"""All signs of so many changed units are tried; of more, `DRAWS` random ones."""
Changes = Mapping[Any, float]
"""Run B minus run A for each unit, item or cluster, that a test is about."""


def step_down(
    tests: Sequence[Changes],
    p_values: Sequence[float],
    alternative: Alternative = "two-sided",
    draws: int = DRAWS,
    seed: int = 0,
) -> list[float]:
    """Return the p-values of several permutation tests of the same two runs, adjusted for each other.

    The step-down minP method: the p-value of a test is compared with the lowest that any test not yet rejected would
    give, if nothing had changed. A unit's sign is flipped in all tests at once, so tests over the same or nested probes
    cost little or nothing, and a test that can reject nothing costs nothing. It holds the chance of any false rejection
    at alpha, if in unchanged probes the two answers of a unit could be swapped. No p-value is above that of `holm`,
    none below its own, and two equal tests count as one.

    It is exact up to `EXACT_UNITS` changed units; with more it comes from `draws` seeded sign-flips.

    Source: P. H. Westfall & S. S. Young (1993), Resampling-Based Multiple Testing, algorithm 2.8.

    Args:
        tests: What each test is about.
        p_values: What `clustered_permutation_tests` finds for each.
        alternative: Of all tests.
        draws: How many sign-flips to draw where there are too many to try all.
        seed: Of the sign-flips.

    Raises:
        ValueError: there are not as many p-values as tests, one is not within 0..1, or `draws` is below 1.
    """
    if len(tests) != len(p_values):
        raise ValueError(f"{len(tests)} tests and {len(p_values)} p-values: there must be one for each")
    if draws < 1:
        raise ValueError(f"draws={draws} is below 1")
    distinct = _distinct(tests)
    raw = [max(p_values[place] for place in places) for places in distinct.values()]
    bounds = holm(raw)
    if len(raw) > 1:
        found = _resampled([dict(changes) for changes in distinct], raw, alternative, draws, seed)
        bounds = [min(bound, max(p, low)) for bound, p, low in zip(bounds, raw, found, strict=True)]
    adjusted = [0.0] * len(tests)
    for places, p_value in zip(distinct.values(), bounds, strict=True):
        for place in places:
            adjusted[place] = p_value
    return adjusted


def _distinct(tests: Sequence[Changes]) -> dict[tuple[tuple[Hashable, float], ...], list[int]]:
    """Return the places of tests with the same changes, by these: units that did not change tell nothing."""
    found: dict[tuple[tuple[Hashable, float], ...], list[int]] = {}
    for place, test in enumerate(tests):
        changed = sorted(((unit, value) for unit, value in test.items() if abs(value) > ROUNDING), key=str)
        found.setdefault(tuple(changed), []).append(place)
    return found


def _resampled(
    tests: Sequence[Changes], raw: Sequence[float], alternative: Alternative, draws: int, seed: int
) -> list[float]:
    """Return for each test the share of sign-flips in which it or one of a higher p-value gives as low a p-value."""
    units = {unit: place for place, unit in enumerate(sorted({unit for test in tests for unit in test}, key=str))}
    flips = list(_flips(len(units), draws, seed))
    columns = [_Test.of(test, units).p_values(flips, alternative) for test in tests]
    order = sorted(range(len(tests)), key=raw.__getitem__)
    lowest = [1.0] * len(flips)
    adjusted = [0.0] * len(tests)
    for place in reversed(order):
        lowest = list(map(min, lowest, columns[place]))
        bar = columns[place][0] * (1 + ROUNDING)  # the first sign-flip is none at all
        adjusted[place] = sum(p_value <= bar for p_value in lowest) / len(flips)
    highest = 0.0
    for place in order:
        adjusted[place] = highest = max(highest, adjusted[place])
    return adjusted


def _flips(units: int, draws: int, seed: int) -> Iterator[int]:
    """Yield sign-flips, a bit per unit: none at all, then all others, or random ones."""
    if units <= EXACT_UNITS:
        yield from range(1 << units)
        return
    generator = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    yield 0
    for _ in range(draws):
        yield generator.getrandbits(units)


@dataclass(frozen=True)
class _Test:
    """One test's changes under sign-flips: their sum is found by counting bits."""

    numbers: Sequence[float]
    rises: int
    """The units that rose."""
    masks: Mapping[float, int]
    """The units that changed, by how much."""
    exact: bool
    """Whether the numbers are whole, so that each sum's chance is known."""

    @classmethod
    def of(cls, test: Changes, units: Mapping[Hashable, int]) -> _Test:
        if not test:
            return cls((), 0, {}, True)
        whole = whole_numbers(list(test.values()))
        numbers: Sequence[float] = [round(value, 9) for value in test.values()] if whole is None else whole
        masks: dict[float, int] = {}
        rises = 0
        for unit, number in zip(test, numbers, strict=True):
            bit = 1 << units[unit]
            masks[abs(number)] = masks.get(abs(number), 0) | bit
            rises |= bit if number > 0 else 0
        return cls(numbers, rises, masks, whole is not None)

    def p_values(self, flips: Sequence[int], alternative: Alternative) -> list[float]:
        """Return the test's p-value under each sign-flip."""
        if not self.numbers:
            return [1.0] * len(flips)
        most = math.fsum(map(abs, self.numbers))
        masks, rises = list(self.masks.items()), self.rises
        columns = [[2 * size * ((flip ^ rises) & mask).bit_count() for flip in flips] for size, mask in masks]
        totals = [round(sum(sums) - most, 9) for sums in zip(*columns, strict=True)]
        tails = totals if alternative == "drop" else [-abs(total) for total in totals]
        chances = self._chances(tails)
        if alternative == "drop":
            return [chances[tail] for tail in tails]
        return [1.0 if tail == 0 else min(1.0, 2 * chances[tail]) for tail in tails]

    def _chances(self, tails: Sequence[float]) -> dict[float, float]:
        """Return the chance of a sum at most as high as each of some; by their own shares where it is not known."""
        counts = Counter(tails)
        values = sorted(counts)
        if self.exact:
            return dict(zip(values, chances_at_most(list(map(int, values)), list(map(int, self.numbers))), strict=True))
        below = accumulate(counts[value] for value in values)
        return {value: count / len(tails) for value, count in zip(values, below, strict=True)}
