"""The figures of two sides over the same probes: by one unit of independence, or by the most careful one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pytest_finetunebench.runs.statistics import (
    Difference,
    clustered_permutation_tests,
    difference_of,
    differences_of,
    gather_runs,
    least_drop,
    needed_items,
    variance_of,
)
from pytest_finetunebench.runs.units import widest_difference


@dataclass(frozen=True)
class PairedValues:
    """What two runs come to over at least one shared probe, by item or by cluster."""

    units: int
    held: int
    """Units of which the first side has a value above 0: only those can fall."""
    open: int
    """Units of which the first side has a value below 1: only those can rise."""
    difference: Difference
    """Second minus first, with its 95% interval."""
    p_value: float
    """Two-sided, by the permutation test."""
    p_drop: float
    p_gain: float
    needed: int | None
    """How many units would find a drop of ten points in nine of ten runs; None where nothing tells."""
    visible: float | None
    """The least drop, 0..1, that these units find in nine of ten runs; None where they find none."""
    changes: Mapping[str, float] = field(default_factory=dict)
    """What each unit changed by: the sum over its probes."""
    losses: Mapping[str, float] = field(default_factory=dict)
    """What it would change by, if the second side had all of it wrong."""


def compare_values(a: Sequence[float], b: Sequence[float], units: Sequence[str], repeats: int) -> PairedValues:
    """Compare the values of shared probes, each within 0..1 and the mean of `repeats` samples.

    Raises:
        ValueError: there is no probe, or the three are not of one length.
    """
    before, after = gather_runs(a, b, units)
    differences = differences_of(before, after)
    tests = clustered_permutation_tests(differences)
    difference = difference_of(before, after, repeats)
    if difference is None or tests is None:
        raise ValueError("there is no probe to compare")
    variance = variance_of(before, after)
    count = len(before.sizes)
    names = list(dict.fromkeys(units))
    size = max(1.0, repeats * len(units) / count)
    return PairedValues(
        units=count,
        held=sum(right > 0 for right in before.sums),
        open=sum(right < size for right, size in zip(before.sums, before.sizes, strict=True)),
        difference=difference,
        p_value=tests.two_sided,
        p_drop=tests.drop,
        p_gain=tests.gain,
        needed=None if variance is None else needed_items(0.1, variance, size),
        visible=None if variance is None else least_drop(count, variance, size),
        changes=dict(zip(names, differences, strict=True)),
        losses={name: -right for name, right in zip(names, before.sums, strict=True)},
    )


def most_careful(found: Sequence[PairedValues]) -> PairedValues:
    """Return for each figure the one that claims least: the widest interval, the highest p-value, the fewest units."""
    if len(found) == 1:
        return found[0]
    needed = [one.needed for one in found]
    visible = [one.visible for one in found]
    return PairedValues(
        units=min(one.units for one in found),
        held=min(one.held for one in found),
        open=min(one.open for one in found),
        difference=widest_difference([one.difference for one in found]),
        p_value=max(one.p_value for one in found),
        p_drop=max(one.p_drop for one in found),
        p_gain=max(one.p_gain for one in found),
        needed=None if None in needed else max(one for one in needed if one is not None),
        visible=None if None in visible else max(one for one in visible if one is not None),
    )
