"""The sign-flip permutation test of two runs, by knowledge item."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Hashable, Sequence
from fractions import Fraction
from operator import getitem
from typing import Literal, NamedTuple

from pytest_finetunebench.runs.statistics.clusters import Clusters, gather_runs

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


class PermutationTests(NamedTuple):
    """The p-values of a difference, of a drop and of a gain, and how many sign-flips were drawn: None if exact."""

    two_sided: float
    drop: float
    gain: float
    draws: int | None


def item_differences(a: Sequence[float], b: Sequence[float], clusters: Sequence[Hashable]) -> list[float]:
    """Return per item the sum over its probes of the value in run B minus that in run A.

    Raises:
        ValueError: the three are not of one length, or a value is not within 0..1.
    """
    return differences_of(*gather_runs(a, b, clusters))


def differences_of(before: Clusters, after: Clusters) -> list[float]:
    """Return the `item_differences` of two runs whose values are gathered."""
    return [y - x for x, y in zip(before.sums, after.sums, strict=True)]


def clustered_permutation_test(
    differences: Sequence[float], alternative: Alternative = "two-sided", draws: int = DRAWS, seed: int = 0
) -> PermutationTest | None:
    """Test whether run B differs from run A (`two-sided`) or is below it (`drop`), from the `item_differences`.

    If nothing changed, an item is as likely to gain as to lose the same amount, however its probes correlate. So the
    sum of the differences is compared with its distribution over all signs of the items' differences. The p-value is
    1.0 if all items are equal (for `drop` also if none is lower). None if there is no item.

    It is exact if the differences have a common denominator, as they always have without repeats. Otherwise it comes
    from `draws` seeded random sign-flips, the observed one counted among them.

    Sources: M. Pagano & D. Tritchler (1983), "On obtaining permutation distributions in polynomial time", JASA 78 (the
    exact distribution from its characteristic function); B. Phipson & G. K. Smyth (2010), "Permutation p-values should
    never be zero", Stat. Appl. Genetics and Molecular Biology 9.

    Raises:
        ValueError: a difference is not finite, `alternative` is unknown, or `draws` is below 1.
    """
    if alternative not in ("drop", "two-sided"):
        raise ValueError(f"alternative {alternative!r} is none of 'drop', 'two-sided'")
    found = clustered_permutation_tests(differences, draws, seed)
    if found is None:
        return None
    return PermutationTest(found.drop if alternative == "drop" else found.two_sided, found.draws)


def clustered_permutation_tests(
    differences: Sequence[float], draws: int = DRAWS, seed: int = 0
) -> PermutationTests | None:
    """Make the test of `clustered_permutation_test` for a difference, a drop and a gain, from one distribution.

    Raises:
        ValueError: a difference is not finite, or `draws` is below 1.
    """
    if draws < 1:
        raise ValueError(f"draws={draws} is below 1")
    if not all(map(math.isfinite, differences)):
        raise ValueError("a difference is not a finite number")
    if not differences:
        return None
    changed = [difference for difference in differences if abs(difference) > ROUNDING]
    if not changed:
        return PermutationTests(1.0, 1.0, 1.0, None)
    whole = whole_numbers(changed)
    if whole is None:
        two_sided, drop, gain = _drawn_p_values(changed, draws, seed)
        if abs(math.fsum(changed)) <= ROUNDING:
            two_sided = 1.0
        return PermutationTests(two_sided, drop, gain, draws)
    total = sum(whole)
    # a sum and its negative are equally likely: a gain is a drop of the other sign
    drop, gain = chances_at_most((total, -total), whole)
    two_sided = 1.0 if total == 0 else min(1.0, 2 * min(drop, gain))
    return PermutationTests(two_sided, drop, gain, None)


def whole_numbers(values: Sequence[float]) -> list[int] | None:
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


def chances_at_most(totals: Sequence[int], numbers: Sequence[int]) -> list[float]:
    """Return the chance of each total that the sum of the numbers with random signs is at most the total.

    H, the sum of the numbers with a positive sign, has size+1 possible values. The chance of H <= most is the sum of
    H's characteristic function over as many frequencies. Imaginary parts cancel between a frequency and its mirror.
    """
    weights = Counter(map(abs, numbers)).items()
    size = sum(weight * count for weight, count in weights)
    limits, points = [(size + total) // 2 for total in totals], size + 1
    chances = [most + 1.0 for most in limits]
    for frequency in range(1, points // 2 + 1):
        half = math.pi * frequency / points
        term = 1.0 if 2 * frequency == points else 2.0
        for weight, count in weights:
            term *= math.cos(weight * half) ** count
            if abs(term) < NEGLIGIBLE:
                break
        else:
            for place, most in enumerate(limits):
                chances[place] += term * math.cos((size - most) * half) * math.sin((most + 1) * half) / math.sin(half)
    lowest = math.ldexp(1.0, -len(numbers))
    return [min(1.0, max(lowest, chance / points)) for chance in chances]


def _drawn_p_values(values: Sequence[float], draws: int, seed: int) -> tuple[float, float, float]:
    """Return the shares of random sign-flips at least as extreme as the values' own signs, these counted among them.

    For a difference, a drop and a gain.
    """
    observed, size = math.fsum(values), math.fsum(map(abs, values))
    tables = [
        _subset_sums([2 * abs(value) for value in values[start : start + 8]]) for start in range(0, len(values), 8)
    ]
    generator = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    apart = below = above = 1
    for _ in range(draws):
        flipped = sum(map(getitem, tables, generator.randbytes(len(tables)))) - size
        apart += abs(flipped) >= abs(observed) - ROUNDING
        below += flipped <= observed + ROUNDING
        above += flipped >= observed - ROUNDING
    return apart / (draws + 1), below / (draws + 1), above / (draws + 1)


def _subset_sums(values: Sequence[float]) -> list[float]:
    """Return the sum of every subset of up to 8 values, by the byte whose bits choose it; spare bits choose nothing."""
    sums = [0.0]
    for value in values:
        sums += [value + others for others in sums]
    return sums * (256 // len(sums))
