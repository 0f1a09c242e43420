"""The tests of a significant drop that a run's gates make, as one family."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from pytest_finetunebench.runs.paired_rows import ALPHA, PairedRow, ProbeChange, adjusted, paired_row
from pytest_finetunebench.runs.statistics import holm
from pytest_finetunebench.runs.units import Weight

Probes = tuple[str, ...]
"""The ids of paired probes: tests over the same ones are one test."""


@dataclass(frozen=True)
class DropTest:
    """The one-sided test of a drop, adjusted for the other such tests of a run (`adjusted`)."""

    p_value: float
    lowest: float
    """What `p_value` would be if this run had every shared probe wrong."""
    items: int
    """Items of which the baseline has some probe right: only those can fall."""
    needed: int
    """So many such items are enough for a p-value of at most 5%, whatever the tests have in common."""
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
    family = list(found.values())
    tests: dict[Probes, DropTest] = {}
    for place, (probes, p_value) in enumerate(zip(found, adjusted(family, "drop") if family else (), strict=True)):
        others = [row.p_drop for row in family if row is not family[place]]
        needed = next(items for items in count(1) if _by_holm(items, others) <= ALPHA)
        lowest = _lowest(family, place, others)
        tests[probes] = DropTest(p_value, lowest, family[place].held_items, needed, len(family))
    return tests


def _lowest(family: Sequence[PairedRow], place: int, others: Sequence[float]) -> float:
    """Return the adjusted p-value of a row that lost all, beside the others as they are."""
    row = family[place]
    alone, most = math.ldexp(1.0, -row.held_items), _by_holm(row.held_items, others)
    if not alone <= ALPHA < most:
        return most  # on the same side of alpha, whatever the tests have in common
    lost = replace(row, changes=row.losses, p_drop=alone)
    return adjusted([*family[:place], lost, *family[place + 1 :]], "drop")[place]


def _by_holm(items: int, others: Sequence[float]) -> float:
    return holm([math.ldexp(1.0, -items), *others])[0]
