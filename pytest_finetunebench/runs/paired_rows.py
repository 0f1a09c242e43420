"""Pass rates of two runs side by side, over the probes that both measured, for each category and kind."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pytest_finetunebench.runs.paired_values import compare_values, most_careful
from pytest_finetunebench.runs.rates import GENERALIZATION, ordered_kinds
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import Alternative, Difference, mcnemar_exact, step_down
from pytest_finetunebench.runs.units import Weight, as_clusters, units_of

ALPHA = 0.05
"""Differences at most so likely by chance are called significant."""
UPDATED, RETENTION = "updated facts", "retention"

Kind = Literal["fixed", "broke", "still stale", "still right", "still wrong", "new", "gone", "unmeasured"]


@dataclass(frozen=True)
class ProbeChange:
    """One probe in two runs; `before` is empty where it is new, `after` where it is gone.

    A probe that was asked several times is right where more than half of its measured samples are.
    """

    id: str
    kind: Kind
    before: tuple[ProbeResult, ...]
    after: tuple[ProbeResult, ...]
    shares: tuple[float, float] = (0.0, 0.0)
    """The shares of measured samples that are right, 0..1, in either run; 0 if none is measured."""

    @property
    def either(self) -> ProbeResult:
        """A result of it, for its question and place."""
        return (self.after or self.before)[0]

    @property
    def samples(self) -> int:
        """How many samples either share is of, at least."""
        return min(sum(result.measured for result in side) for side in (self.before, self.after))

    @property
    def paired(self) -> bool:
        """Whether both runs asked and measured it."""
        return self.kind not in ("new", "gone", "unmeasured")


@dataclass(frozen=True)
class PairedRow:
    """The pass rates of two runs over the probes that both measured; rates are within 0..1."""

    name: str
    n: int
    items: int
    before: float
    after: float
    fixed: int
    broke: int
    held: int
    """Probes that the first run has right: no more can break."""
    held_items: int
    """Items of which the first run has a probe or sample right: only those can fall."""
    difference: Difference
    """After minus before, with its 95% interval."""
    p_value: float
    """Two-sided, by the permutation test clustered by item; adjusted for the other rows (`adjusted`)."""
    p_drop: float
    """One-sided, of a drop, for this row alone."""
    p_gain: float
    """One-sided, of a rise, for this row alone."""
    p_mcnemar: float
    """McNemar's exact test, which takes probes as independent."""
    needed: int | None
    """How many items would find a drop of ten points in nine of ten runs; None where nothing tells."""
    visible: float | None
    """The least drop, 0..1, that these items find in nine of ten runs; None where they find none."""
    changes: tuple[Mapping[str, float], ...] = field(default=(), compare=False, repr=False)
    """What each item changed by, and each cluster, where there are any."""
    losses: tuple[Mapping[str, float], ...] = field(default=(), compare=False, repr=False)
    """What each would change by, if the second run had all of it wrong."""

    @property
    def significant(self) -> bool:
        """Whether the difference is more than noise, all rows considered."""
        return self.p_value <= ALPHA


def _means(values: Sequence[float], shown: Sequence[ProbeResult]) -> list[float]:
    """Return the mean value of each item, in the order of their first probes."""
    by_item: dict[str, list[float]] = defaultdict(list)
    for value, result in zip(values, shown, strict=True):
        by_item[result.item_id].append(value)
    return [math.fsum(found) / len(found) for found in by_item.values()]


def paired_row(name: str, paired: Sequence[ProbeChange], weight: Weight = "probes") -> PairedRow | None:
    """Compare the pass rates over probes that both runs measured, or over their items; None where there is none."""
    if not paired:
        return None
    shown = [change.either for change in paired]
    a, b = map(list, zip(*[change.shares for change in paired], strict=True))
    held = sum(share > 0.5 for share in a)
    once = any(len(change.before) == 1 or len(change.after) == 1 for change in paired)
    trials = 1 if once else min(change.samples for change in paired)
    if weight == "items":
        trials *= min(Counter(result.item_id for result in shown).values())
        a, b = (_means(values, shown) for values in (a, b))
        shown = list({result.item_id: result for result in shown}.values())
    by_unit = [compare_values(a, b, list(map(unit, shown)), trials) for unit in units_of(shown)]
    careful = most_careful(by_unit)
    kinds = Counter(change.kind for change in paired)
    return PairedRow(
        name=name,
        n=len(a),
        items=by_unit[0].units,
        before=math.fsum(a) / len(a),
        after=math.fsum(b) / len(b),
        fixed=kinds["fixed"],
        broke=kinds["broke"],
        held=held,
        held_items=careful.held,
        difference=careful.difference,
        p_value=careful.p_value,
        p_drop=careful.p_drop,
        p_gain=careful.p_gain,
        p_mcnemar=mcnemar_exact(kinds["fixed"], kinds["broke"]),
        needed=careful.needed,
        visible=careful.visible,
        changes=tuple(one.changes for one in by_unit),
        losses=tuple(one.losses for one in by_unit),
    )


def paired_rows(paired: Sequence[ProbeChange], weight: Weight) -> list[PairedRow]:
    """Return a row per category and kind, then over all categories: generalization, updated facts, retention."""
    by_kind: dict[tuple[str, str], list[ProbeChange]] = defaultdict(list)
    shown = [(change, change.either) for change in paired]
    for change, result in shown:
        by_kind[result.category, result.kind].append(change)
    order = ordered_kinds({kind for _, kind in by_kind})
    groups = [
        (f"{category}/{kind}", by_kind[category, kind])
        for category, kind in sorted(by_kind, key=lambda key: (key[0], order.index(key[1])))
    ]
    groups += [
        (GENERALIZATION, [change for change, result in shown if result.generalization]),
        (UPDATED, [change for change, result in shown if result.setting == "updated_knowledge"]),
        (RETENTION, [change for change, result in shown if RETENTION in (result.setting, result.kind)]),
    ]
    rows = (paired_row(name, group, weight) for name, group in groups)
    return [row for row in rows if row is not None]


def adjusted(rows: Sequence[PairedRow], alternative: Alternative) -> list[float]:
    """Return the rows' p-values of a difference or of a drop, adjusted for each other (Westfall & Young).

    Rows over the same or nested probes cost less than Holm's correction takes. Where there are clusters, items and
    clusters are tried; the more careful p-value holds.
    """
    raw = [row.p_drop if alternative == "drop" else row.p_value for row in rows]
    by_item = step_down([row.changes[0] for row in rows], raw, alternative)
    if all(len(row.changes) == 1 for row in rows):
        return by_item
    clusters = [row.changes[-1] if len(row.changes) > 1 else as_clusters(row.changes[0]) for row in rows]
    return list(map(max, by_item, step_down(clusters, raw, alternative)))
