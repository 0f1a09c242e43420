"""Pass rates of results: per category and kind, for memorization and generalization, and the gap between them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pytest_finetunebench.cases.suite import KINDS, MEMORIZATION
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.record import PassRate
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import Difference, clustered_interval, gap_interval
from pytest_finetunebench.runs.units import Unit, by_item, units_of, widest, widest_difference

GENERALIZATION = "generalization"
ALL = "all"


@dataclass(frozen=True)
class Rate:
    """How many of `n` measured probes are right, and how many of those that the control could be asked about.

    A probe that was asked several times counts once, by the share of its measured samples that are right.
    """

    correct: float = 0
    n: int = 0
    unmeasured: int = 0
    control_correct: int = 0
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


def share(samples: Sequence[ProbeResult], outcome: Outcome = Outcome.CORRECT) -> float | None:
    """Return the share of measured samples with an outcome, 0..1; None where none is measured."""
    measured = [sample for sample in samples if sample.measured]
    return sum(sample.outcome is outcome for sample in measured) / len(measured) if measured else None


def fewest_samples(results: Iterable[ProbeResult]) -> int:
    """Return how many samples each probe's share is of, at least; what is wholly unmeasured does not count."""
    counts = Counter(result.id for result in results if result.measured)
    return min(counts.values(), default=1)


def rate_of(results: Iterable[ProbeResult], outcome: Outcome = Outcome.CORRECT) -> Rate:
    """Return the rate of an outcome over the results' probes."""
    return _rate(by_probe(results).values(), outcome)


def _rate(probes: Collection[Sequence[ProbeResult]], outcome: Outcome = Outcome.CORRECT) -> Rate:
    found = [(share(samples, outcome), samples[0].control) for samples in probes]
    measured = [(part, control) for part, control in found if part is not None]
    controls = [control for _, control in measured if control is not None]
    results = [one for samples in probes for one in samples]
    of_items = list(item_values(results, outcome).values())
    fewest = fewest_samples(results)
    intervals = (clustered_interval(item_values(results, outcome, unit).values(), fewest) for unit in units_of(results))
    largest = max(map(len, of_items), default=0) if len(of_items) > 2 else 0
    return Rate(
        correct=_whole(math.fsum(part for part, _ in measured)),
        n=len(measured),
        unmeasured=len(found) - len(measured),
        control_correct=sum(control is Outcome.CORRECT for control in controls),
        control_n=len(controls),
        interval=widest(intervals),
        items=len(of_items),
        dominant=largest / len(measured) if measured else 0.0,
    )


def item_values(
    results: Iterable[ProbeResult], outcome: Outcome = Outcome.CORRECT, unit: Unit = by_item
) -> dict[str, list[float]]:
    """Return per item, or other unit, the share of an outcome, 0..1, of each of its measured probes."""
    values: dict[str, list[float]] = defaultdict(list)
    for samples in by_probe(results).values():
        found = share(samples, outcome)
        if found is not None:
            values[unit(samples[0])].append(found)
    return dict(values)


def ordered_kinds(kinds: Collection[str]) -> tuple[str, ...]:
    """Return kinds in report order: the built-in ones first."""
    return (*(kind for kind in KINDS if kind in kinds), *sorted(set(kinds) - set(KINDS)))


def _row(category: str, probes: Sequence[Sequence[ProbeResult]], kinds: Sequence[str]) -> Row:
    by_kind: dict[str, list[Sequence[ProbeResult]]] = {kind: [] for kind in (*kinds, MEMORIZATION)}
    for samples in probes:
        by_kind[samples[0].kind].append(samples)
    rates = {kind: _rate(by_kind[kind]) for kind in kinds}
    general = [samples for samples in probes if samples[0].generalization]
    means = [rates[kind].value for kind in dict.fromkeys(samples[0].kind for samples in general)]
    measured = [mean for mean in means if mean is not None]
    return Row(
        category=category,
        kinds=rates,
        memorization=_rate(by_kind[MEMORIZATION]),
        generalization=_rate(general),
        gap_interval=_gap_interval(by_kind[MEMORIZATION], general),
        kind_mean=math.fsum(measured) / len(measured) if measured else None,
    )


def _gap_interval(
    trained: Iterable[Sequence[ProbeResult]], others: Iterable[Sequence[ProbeResult]]
) -> tuple[float, float] | None:
    sides = [[one for samples in probes for one in samples] for probes in (trained, others)]
    return None if (found := gap_of(*sides)) is None else (found.low, found.high)


def gap_of(trained: Sequence[ProbeResult], others: Sequence[ProbeResult]) -> Difference | None:
    """Return the gap of two sides' pass rates with its 95% interval; None where one has nothing measured."""
    both = [*trained, *others]
    fewest = fewest_samples(both)
    units = units_of(both)
    found = [gap_interval(item_values(trained, unit=u), item_values(others, unit=u), fewest) for u in units]
    known = [one for one in found if one is not None]
    return widest_difference(known) if known else None


def rows_of(results: Sequence[ProbeResult]) -> tuple[tuple[Row, ...], Row]:
    """Return a row for each category, and one for all."""
    kinds = ordered_kinds({result.kind for result in results})
    probes = list(by_probe(results).values())
    categories: dict[str, list[Sequence[ProbeResult]]] = defaultdict(list)
    for samples in probes:
        categories[samples[0].category].append(samples)
    rows = tuple(_row(name, categories[name], kinds) for name in sorted(categories))
    return rows, _row(ALL, probes, kinds)


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
    # sums of shares such as 2/3 + 1/3 miss whole numbers by rounding, and intervals take no more than n
    return round(total) if abs(total - round(total)) < 1e-9 else total


def _difference(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first - second
