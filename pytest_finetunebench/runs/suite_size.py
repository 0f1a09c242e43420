"""How large a suite must be for a gate to find a drop, from assumptions or from stored runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_finetunebench.errors import RunError
from pytest_finetunebench.runs.comparison import compare_runs
from pytest_finetunebench.runs.rates import by_probe
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import item_variance, needed_items

CHANGING_ITEMS = 0.2
"""Share of the items assumed to differ between two runs of models that are equally good."""
Values = tuple[list[float], list[float], list[str]]
"""Per probe its value in one run and in another, and its item."""


@dataclass(frozen=True)
class SuiteSize:
    """What finds a drop: `items` with `probes_per_item` probes each."""

    drop: float
    power: float
    alpha: float
    items: int
    probes_per_item: float
    variance: float
    """Of an item's mean difference between two runs."""
    source: str
    """Where the variance comes from, in words."""

    @property
    def probes(self) -> int:
        """How many probes that are."""
        return max(self.items, round(self.items * self.probes_per_item))


def size_from_flips(drop: float, power: float, alpha: float, flips: float, probes: float) -> SuiteSize:
    """Return the size where two runs of an unchanged model disagree on a share `flips` of the probes, 0..1.

    Whole items are taken to flip together, which asks for the most items; as many flip either way.

    Raises:
        ValueError: as of `needed_items`.
    """
    items = needed_items(drop, flips, 1.0, alpha, power)
    source = f"assumed: an unchanged model answers {flips:.0%} of the probes otherwise, whole items at a time"
    return SuiteSize(drop, power, alpha, items, probes, flips, source)


def size_from_runs(drop: float, power: float, alpha: float, records: Sequence[RunRecord]) -> SuiteSize:
    """Return the size by the variance between two runs, or between the samples of one run.

    Raises:
        RunError: nothing in them can be compared, or they have fewer than two items.
    """
    if len(records) == 1:
        a, b, items = _samples(records[0])
        source = f"the first and the second sample of each probe in {records[0].title}"
    else:
        a, b, items = _runs(*records)
        source = f"the two runs {records[0].title} and {records[1].title}"
    variance = item_variance(a, b, items) if a else None
    if variance is None:
        raise RunError("fewer than two items were measured twice: nothing tells how far answers vary")
    probes = len(items) / len(set(items))
    return SuiteSize(drop, power, alpha, needed_items(drop, variance, probes, alpha, power), probes, variance, source)


def _samples(record: RunRecord) -> Values:
    if record.repeat < 2:
        advice = "name a second run with --record, or use one with --ft-repeat=2"
        raise RunError(f"{record.title} asked each probe once, which does not tell how far answers vary: {advice}")
    pairs: list[tuple[ProbeResult, ProbeResult]] = []
    for samples in by_probe(record.results).values():
        measured = sorted((one for one in samples if one.measured), key=lambda one: one.repeat)
        pairs += [(measured[0], measured[1])] if len(measured) > 1 else []
    first, second = ([float(pair[side].correct) for pair in pairs] for side in (0, 1))
    return first, second, [one.item_id for one, _ in pairs]


def _runs(before: RunRecord, after: RunRecord) -> Values:
    paired = [change for change in compare_runs(before, after).changes if change.paired]
    sides = [[_share(side) for side in pair] for pair in ((c.before, c.after) for c in paired)]
    return [a for a, _ in sides], [b for _, b in sides], [change.either.item_id for change in paired]


def _share(samples: Sequence[ProbeResult]) -> float:
    measured = [one for one in samples if one.measured]
    return sum(one.correct for one in measured) / len(measured)
