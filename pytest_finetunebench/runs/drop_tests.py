"""The tests of a significant drop that a run's gates make, as one family."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from pytest_finetunebench.runs.paired_rows import ALPHA, PairedRow, ProbeChange, paired_row
from pytest_finetunebench.runs.statistics import holm
from pytest_finetunebench.runs.units import Weight

Probes = tuple[str, ...]
"""The ids of paired probes: tests over the same ones are one test."""


@dataclass(frozen=True)
class DropTest:
    """The one-sided test of a drop, adjusted for the number of such tests in a run (Holm)."""

    p_value: float
    lowest: float
    """What `p_value` would be if this run had every shared probe wrong."""
    items: int
    """Items of which the baseline has some probe right: only those can fall."""
    needed: int
    """How many such items it takes for a p-value of at most 5%."""
    family: int
    """How many tests there are."""


@dataclass(frozen=True)
class PairedRows:
    """The paired rows that gates ask for, each computed once."""

    weight: Weight = "probes"
    _known: dict[Probes, PairedRow | None] = field(default_factory=dict)

    def of(self, changes: Iterable[ProbeChange]) -> PairedRow | None:
        """Compare over the paired ones of some probes; None where there is none."""
        paired = [change for change in changes if change.paired]
        probes = ids_of(paired)
        if probes not in self._known:
            self._known[probes] = paired_row("", paired, self.weight)
        return self._known[probes]


def ids_of(changes: Iterable[ProbeChange]) -> Probes:
    """Return the ids of the paired ones of some probes."""
    return tuple(sorted(change.id for change in changes if change.paired))


def drop_tests(groups: Sequence[Sequence[ProbeChange]], rows: PairedRows) -> dict[Probes, DropTest]:
    """Test each group of probes for a drop; groups of the same probes are one test: neither weakens the other."""
    found = {ids_of(group): row for group in groups if (row := rows.of(group)) is not None}
    raw = {probes: row.p_drop for probes, row in found.items()}
    adjusted = dict(zip(raw, holm(list(raw.values())), strict=True))
    tests: dict[Probes, DropTest] = {}
    for probes, row in found.items():
        others = [p for other, p in raw.items() if other != probes]
        lowest = _adjusted(math.ldexp(1.0, -row.held_items), others)
        needed = next(items for items in count(1) if _adjusted(math.ldexp(1.0, -items), others) <= ALPHA)
        tests[probes] = DropTest(adjusted[probes], lowest, row.held_items, needed, len(raw))
    return tests


def _adjusted(p_value: float, others: Sequence[float]) -> float:
    return holm([p_value, *others])[0]
