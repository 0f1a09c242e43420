"""The sign-flip permutation test of two runs, by knowledge item."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Hashable, Sequence
from fractions import Fraction
from operator import getitem
from typing import Literal, NamedTuple

from pytest_finetunebench.runs.statistics.clusters import gather_runs

Alternative = Literal["drop", "two-sided"]

DRAWS = 9_999
"""Sign-flips drawn where the test cannot be exact: the lowest p-value is then 1/10,000."""
LARGEST_DENOMINATOR = 1_000
LARGEST_WORK = 1_000_000
"""Cosines taken at most for one exact p-value, about a quarter of a second."""
ROUNDING = 1e-9
NEGLIGIBLE = 1e-20


class PermutationTest(NamedTuple):
    """A p-value, and how many sign-flips were drawn for it: None where it is exact."""

    p_value: float
    draws: int | None


def item_differences(a: Sequence[float], b: Sequence[float], clusters: Sequence[Hashable]) -> list[float]:
    """Return per item the sum over its probes of the value in run B minus that in run A.

    Raises:
        ValueError: the three are not of one length, or a value is not within 0..1.
    """
    before, after = gather_runs(a, b, clusters)
    return [math.fsum(y) - math.fsum(x) for x, y in zip(before, after, strict=True)]


def clustered_permutation_test(
    differences: Sequence[float], alternative: Alternative = "two-sided", draws: int = DRAWS, seed: int = 0
) -> PermutationTest | None:
    """Test whether run B differs from run A (`two-sided`) or is below it (`drop`), from the `item_differences`.

    If nothing changed, an item is as likely to gain as to lose the same amount, whatever the correlation of its
    probes: so the sum of the differences is compared with its distribution over all signs of the items' differences.
    1.0 where all items are equal (for `drop` also where none is lower); None where there is no item.

    The p-value is exact where the differences have a common denominator (always without repeats), otherwise from
    `draws` seeded random sign-flips, the observed one counted among them.

    Sources: M. Pagano & D. Tritchler (1983), "On obtaining permutation distributions in polynomial time", JASA 78 (the
    exact distribution from its characteristic function); B. Phipson & G. K. Smyth (2010), "Permutation p-values should
    never be zero", Stat. Appl. Genetics and Molecular Biology 9.

    Raises:
        ValueError: a difference is not finite, `alternative` is unknown, or `draws` is below 1.
    """
    if alternative not in ("drop", "two-sided"):
        raise ValueError(f"alternative {alternative!r} is none of 'drop', 'two-sided'")
    if draws < 1:
        raise ValueError(f"draws={draws} is below 1")
    if not all(map(math.isfinite, differences)):
        raise ValueError("a difference is not a finite number")
    if not differences:
        return None
    changed = [difference for difference in differences if abs(difference) > ROUNDING]
    two_sided = alternative == "two-sided"
    if not changed or (two_sided and abs(math.fsum(changed)) <= ROUNDING):
        return PermutationTest(1.0, None)
    whole = _whole_numbers(changed)
    if whole is None:
        return PermutationTest(_drawn_p_value(changed, two_sided, draws, seed), draws)
    total = sum(whole)
    if not two_sided:
        return PermutationTest(_chance_at_most(total, whole), None)
    return PermutationTest(min(1.0, 2 * _chance_at_most(-abs(total), whole)), None)


def _whole_numbers(values: Sequence[float]) -> list[int] | None:
    """Return the values in units of their common denominator; None where that would be too much to compute with."""
    fractions = {value: Fraction(value).limit_denominator(LARGEST_DENOMINATOR) for value in set(values)}
    if any(abs(fraction - Fraction(value)) > ROUNDING for value, fraction in fractions.items()):
        return None
    scale = math.lcm(*(fraction.denominator for fraction in fractions.values()))
    wholes = {value: int(fraction * scale) for value, fraction in fractions.items()}
    numbers = [wholes[value] for value in values]
    common = math.gcd(*numbers)
    work = sum(map(abs, numbers)) // common * len(set(map(abs, numbers))) // 2
    return [number // common for number in numbers] if work <= LARGEST_WORK else None


def _chance_at_most(total: int, numbers: Sequence[int]) -> float:
    """Return the chance that the sum of the numbers, each with a random sign, is at most `total`.

    With H the sum of those of positive sign, of size+1 possible values, the chance of H <= most is the sum of H's
    characteristic function over as many frequencies; imaginary parts cancel between a frequency and its mirror.
    """
    weights = Counter(map(abs, numbers)).items()
    size = sum(weight * count for weight, count in weights)
    most, points = (size + total) // 2, size + 1
    chance = most + 1.0
    for frequency in range(1, points // 2 + 1):
        half = math.pi * frequency / points
        term = 1.0 if 2 * frequency == points else 2.0
        for weight, count in weights:
            term *= math.cos(weight * half) ** count
            if abs(term) < NEGLIGIBLE:
                break
        else:
            chance += term * math.cos((size - most) * half) * math.sin((most + 1) * half) / math.sin(half)
    lowest = math.ldexp(1.0, -len(numbers))
    return min(1.0, max(lowest, chance / points))


def _drawn_p_value(values: Sequence[float], two_sided: bool, draws: int, seed: int) -> float:
    """Return the share of random sign-flips at least as extreme as the values' own signs, these counted among them."""
    observed, size = math.fsum(values), math.fsum(map(abs, values))
    tables = [
        _subset_sums([2 * abs(value) for value in values[start : start + 8]]) for start in range(0, len(values), 8)
    ]
    generator = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    hits = 0
    for _ in range(draws):
        flipped = sum(map(getitem, tables, generator.randbytes(len(tables)))) - size
        hits += abs(flipped) >= abs(observed) - ROUNDING if two_sided else flipped <= observed + ROUNDING
    return (hits + 1) / (draws + 1)


def _subset_sums(values: Sequence[float]) -> list[float]:
    """Return the sum of every subset of up to 8 values, by the byte whose bits choose it; spare bits choose nothing."""
    sums = [0.0]
    for value in values:
        sums += [value + others for others in sums]
    return sums * (256 // len(sums))
