"""Pass rates of results: per category and kind, for memorization and generalization, and the gap between them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pytest_finetunebench.cases.suite import KINDS, MEMORIZATION
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.record import PassRate
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import Difference, clustered_interval, gap_interval
from pytest_finetunebench.runs.units import Unit, Weight, by_item, units_of, widest, widest_difference

GENERALIZATION = "generalization"
RUNS_ON: Literal["runs_on"] = "runs_on"
"""What is counted of responses that go on after their answer, whatever their outcome."""
TRUNCATED: Literal["truncated"] = "truncated"
"""What is counted of responses that were cut at the token limit, whatever their outcome."""
Counted = Outcome | Literal["runs_on", "truncated"]
ALL = "all"


@dataclass(frozen=True)
class Rate:
    """How many of `n` measured probes are right, and how many the control has right.

    A probe that was asked several times counts once, by the share of its measured samples that are right. Weighted by
    items, `n` counts items, and each is right by the share of its probes.
    """

    correct: float = 0
    n: int = 0
    unmeasured: int = 0
    control_correct: float = 0
    control_n: int = 0
    interval: tuple[float, float] | None = None
    """Its 95% interval by knowledge item, 0..1; None where nothing was measured."""
    items: int = 0
    """How many items the probes are of."""
    dominant: float = 0.0
    """The share of the probes, 0..1, that are of the largest of three items or more."""

    @property
    def value(self) -> float | None:
        """Pass rate in 0..1; None where nothing was measured."""
        return self.correct / self.n if self.n else None

    @property
    def control(self) -> float | None:
        """The control's pass rate in 0..1 over the same probes; None where it has none."""
        return self.control_correct / self.control_n if self.control_n else None


@dataclass(frozen=True)
class Row:
    """The pass rates of one category, or of all."""

    category: str
    kinds: dict[str, Rate]
    memorization: Rate
    generalization: Rate
    gap_interval: tuple[float, float] | None = None
    """The gap's 95% interval by knowledge item, -1..1."""
    others: Rate = Rate()
    """Over all kinds that are neither memorization nor generalization."""
    kind_mean: float | None = None
    """The mean over the generalization kinds of their pass rates, 0..1: each kind counts once."""

    @property
    def rates(self) -> list[tuple[str, Rate]]:
        """Every rate by its kind's name, then that of generalization."""
        return [*self.kinds.items(), (GENERALIZATION, self.generalization)]

    @property
    def gap(self) -> float | None:
        """Memorization minus generalization, -1..1: the overfit signal."""
        return _difference(self.memorization.value, self.generalization.value)

    @property
    def control_gap(self) -> float | None:
        """The same of the control model."""
        return _difference(self.memorization.control, self.generalization.control)


def by_probe(results: Iterable[ProbeResult]) -> dict[str, list[ProbeResult]]:
    """Return the samples of each probe."""
    samples: dict[str, list[ProbeResult]] = defaultdict(list)
    for result in results:
        samples[result.id].append(result)
    return dict(samples)


def share(samples: Sequence[ProbeResult], counted: Counted = Outcome.CORRECT) -> float | None:
    """Return the share of measured samples with an outcome, or that run on, 0..1; None where none is measured."""
    if len(samples) == 1:  # nearly always
        sample = samples[0]
        return None if sample.outcome is Outcome.UNMEASURED else float(_is_counted(sample, counted))
    measured = [sample for sample in samples if sample.measured]
    return sum(_is_counted(sample, counted) for sample in measured) / len(measured) if measured else None


def _is_counted(sample: ProbeResult, counted: Counted) -> bool:
    if counted == TRUNCATED:
        return sample.finish_reason == "length"
    return bool(sample.runs_on) if counted == RUNS_ON else sample.outcome is counted


def fewest_samples(results: Iterable[ProbeResult]) -> int:
    """Return how many samples each probe's share is of, at least; what is wholly unmeasured does not count."""
    counts = Counter(result.id for result in results if result.measured)
    return min(counts.values(), default=1)


def rate_of(results: Iterable[ProbeResult], outcome: Counted = Outcome.CORRECT, weight: Weight = "probes") -> Rate:
    """Return the rate of an outcome over the results' probes, or over their items."""
    return _rate(_with_shares(by_probe(results).values(), outcome), weight)


_ProbeShare = tuple[Sequence[ProbeResult], float | None]
"""The samples of a probe and their share of what is counted, which several rates need."""


def _with_shares(probes: Iterable[Sequence[ProbeResult]], outcome: Counted = Outcome.CORRECT) -> list[_ProbeShare]:
    return [(samples, share(samples, outcome)) for samples in probes]


def _rate(probes: Sequence[_ProbeShare], weight: Weight = "probes") -> Rate:
    units = units_of(one for samples, _ in probes for one in samples)
    shares = [(samples[0], part) for samples, part in probes if part is not None]
    of_items = _grouped(shares, by_item, "probes")
    by_units = [of_items if (unit, weight) == (by_item, "probes") else _grouped(shares, unit, weight) for unit in units]
    counted = [value for values in by_units[0].values() for value in values]
    controls = _control_values((sample for sample, _ in shares), weight)
    trials = _fewest_trials(probes, of_items, weight)
    measured = len(shares)
    largest = max(map(len, of_items.values()), default=0) if len(of_items) > 2 and weight == "probes" else 0
    return Rate(
        correct=_whole(math.fsum(counted)),
        n=len(counted),
        unmeasured=len(probes) - measured,
        control_correct=_whole(math.fsum(controls)),
        control_n=len(controls),
        interval=widest(clustered_interval(values.values(), trials) for values in by_units),
        items=len(of_items),
        dominant=largest / measured if measured else 0.0,
    )


def _control_values(measured: Iterable[ProbeResult], weight: Weight) -> list[float]:
    """Return the control's value on each measured probe that it was asked, or its mean for each item."""
    if weight == "probes":
        return [float(one.control is Outcome.CORRECT) for one in measured if one.control is not None]
    values: dict[str, list[float]] = defaultdict(list)
    for sample in measured:
        if sample.control is not None:
            values[sample.item_id].append(float(sample.control is Outcome.CORRECT))
    return [math.fsum(found) / len(found) for found in values.values()]


def item_values(
    results: Iterable[ProbeResult],
    outcome: Counted = Outcome.CORRECT,
    unit: Unit = by_item,
    weight: Weight = "probes",
) -> dict[str, list[float]]:
    """Return the share of an outcome, 0..1, of each measured probe or item, grouped by item or another unit."""
    probes = _with_shares(by_probe(results).values(), outcome)
    return _grouped([(samples[0], part) for samples, part in probes if part is not None], unit, weight)


def _grouped(shares: Iterable[tuple[ProbeResult, float]], unit: Unit, weight: Weight) -> dict[str, list[float]]:
    """Return the shares of measured probes, each given with one of its samples, by item or another unit."""
    values = defaultdict[str, list[float]](list)
    if weight == "probes":
        for sample, part in shares:
            values[sample.item_id if unit is by_item else unit(sample)].append(part)
        return dict(values)
    found = defaultdict[str, list[tuple[str, float]]](list)
    for sample, part in shares:
        found[sample.item_id].append((unit(sample), part))
    for parts in found.values():
        values[parts[0][0]].append(math.fsum(part for _, part in parts) / len(parts))
    return dict(values)


def _fewest_trials(probes: Collection[_ProbeShare], of_items: Mapping[str, Sequence[float]], weight: Weight) -> int:
    """Return how many samples each value of `item_values` is the mean of, at least."""
    single = any(len(samples) == 1 and samples[0].measured for samples, _ in probes)  # nearly always at once
    counts = (sum(sample.measured for sample in samples) for samples, _ in probes)
    fewest = 1 if single else min((count for count in counts if count), default=1)
    return fewest if weight == "probes" else fewest * min(map(len, of_items.values()), default=1)


def ordered_kinds(kinds: Collection[str]) -> tuple[str, ...]:
    """Return kinds in report order: the built-in ones first."""
    return (*(kind for kind in KINDS if kind in kinds), *sorted(set(kinds) - set(KINDS)))


def _row(category: str, probes: Sequence[_ProbeShare], kinds: Sequence[str], weight: Weight) -> Row:
    by_kind: dict[str, list[_ProbeShare]] = {kind: [] for kind in (*kinds, MEMORIZATION)}
    for one in probes:
        by_kind[one[0][0].kind].append(one)
    rates = {kind: _rate(by_kind[kind], weight) for kind in kinds}
    general = [one for one in probes if one[0][0].generalization]
    means = [rates[kind].value for kind in dict.fromkeys(samples[0].kind for samples, _ in general)]
    measured = [mean for mean in means if mean is not None]
    gap = _gap((by_kind[MEMORIZATION], general), weight)

    def over(group: Sequence[_ProbeShare]) -> Rate:
        # mostly a group is of one kind, whose rate is there already
        kind = group[0][0][0].kind if group else MEMORIZATION
        if kind in rates and len(group) == len(by_kind[kind]) and all(one[0].kind == kind for one, _ in group):
            return rates[kind]
        return _rate(group, weight)

    return Row(
        category=category,
        kinds=rates,
        memorization=over(by_kind[MEMORIZATION]),
        generalization=over(general),
        others=over([one for one in probes if one[0][0].kind != MEMORIZATION and not one[0][0].generalization]),
        gap_interval=None if gap is None else (gap.low, gap.high),
        kind_mean=math.fsum(measured) / len(measured) if measured else None,
    )


def gap_of(
    trained: Sequence[ProbeResult], others: Sequence[ProbeResult], weight: Weight = "probes"
) -> Difference | None:
    """Return the gap of two sides' pass rates with its 95% interval; None where one has nothing measured."""
    return _gap([_with_shares(by_probe(side).values()) for side in (trained, others)], weight)


def _gap(sides: Sequence[Collection[_ProbeShare]], weight: Weight) -> Difference | None:
    shares = [[(samples[0], part) for samples, part in side if part is not None] for side in sides]
    of_items = [_grouped(side, by_item, "probes") for side in shares]
    trials = min(_fewest_trials(side, items, weight) for side, items in zip(sides, of_items, strict=True))
    units = units_of(one for side in sides for samples, _ in side for one in samples)
    first, second = shares
    found = [gap_interval(_grouped(first, unit, weight), _grouped(second, unit, weight), trials) for unit in units]
    known = [one for one in found if one is not None]
    return widest_difference(known) if known else None


def rows_of(results: Sequence[ProbeResult], weight: Weight = "probes") -> tuple[tuple[Row, ...], Row]:
    """Return a row for each category, and one for all."""
    kinds = ordered_kinds({result.kind for result in results})
    probes = _with_shares(by_probe(results).values())
    categories: dict[str, list[_ProbeShare]] = defaultdict(list)
    for one in probes:
        categories[one[0][0].category].append(one)
    rows = tuple(_row(name, categories[name], kinds, weight) for name in sorted(categories))
    if len(rows) == 1:
        return rows, replace(rows[0], category=ALL)
    return rows, _row(ALL, probes, kinds, weight)


def stored_rates(rows: Sequence[Row], total: Row) -> tuple[PassRate, ...]:
    """Return every rate per category and kind, then over all, as a run record stores them."""
    named: list[tuple[str | None, Row]] = [*((row.category, row) for row in rows), (None, total)]
    return tuple(
        _stored(category, kind, rate, row.kind_mean if kind == GENERALIZATION else None)
        for category, row in named
        for kind, rate in row.rates
        if rate.n or rate.unmeasured
    )


def _stored(category: str | None, kind: str, rate: Rate, kind_mean: float | None) -> PassRate:
    low, high = rate.interval or (None, None)
    return PassRate(
        category=category,
        kind=kind,
        correct=rate.correct,
        n=rate.n,
        items=rate.items,
        rate=rate.value,
        low=low,
        high=high,
        control_correct=rate.control_correct if rate.control_n else None,
        kind_mean=kind_mean,
    )


def _whole(total: float) -> float:
    # rounding: 2/3 + 1/3 may exceed 1, and intervals take at most n
    return round(total) if abs(total - round(total)) < 1e-9 else total


def _difference(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first - second
