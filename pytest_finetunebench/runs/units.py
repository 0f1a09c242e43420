"""What counts as independent: knowledge items, and beside them the clusters that a case file names.

Probes of one item stand or fall together; so may all items that ask for the same attribute. If a case file names
clusters, each interval and test is made by item and by cluster. The more careful one holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import Difference

Unit = Callable[[ProbeResult], str]
Weight = Literal["probes", "items"]
"""What counts once in a rate: every probe, or every item, whatever the number of its probes."""


def units_of(results: Iterable[ProbeResult]) -> tuple[Unit, ...]:
    """Return the ways to group results: by item, and by cluster where one is named."""
    clustered = any(result.cluster is not None for result in results)
    return (by_item, cluster_of) if clustered else (by_item,)


def by_item(result: ProbeResult) -> str:
    """Return the item: the unit that every suite has."""
    return result.item_id


def cluster_of(probe: Probe | ProbeResult) -> str:
    """Return the cluster that a case file names for a probe, or else its item."""
    item = f"{probe.category}/{probe.item}"
    return _alone(item) if probe.cluster is None else f"cluster {probe.cluster}"


def _alone(item: str) -> str:
    return f"item {item}"


def as_clusters(values: Mapping[str, float]) -> dict[str, float]:
    """Return values by item under the names that `cluster_of` gives to items without a cluster."""
    return {_alone(item): value for item, value in values.items()}


def widest(intervals: Iterable[tuple[float, float] | None]) -> tuple[float, float] | None:
    """Return the interval that holds all of some; None where there is none."""
    known = [interval for interval in intervals if interval is not None]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None


def widest_difference(found: Sequence[Difference]) -> Difference:
    """Return one difference with the interval that holds those of all; they share their value."""
    return Difference(found[0].value, min(one.low for one in found), max(one.high for one in found))
