"""What each arm of a run comes to: rates, retrieval, tokens, seconds and cost, paired by item with the fine-tune."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal

from pytest_finetunebench.cases.suite import MEMORIZATION
from pytest_finetunebench.completions import Usage
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.prices import Price
from pytest_finetunebench.runs.gate_results import unmeasured_fault
from pytest_finetunebench.runs.paired_rows import ALPHA, RETENTION
from pytest_finetunebench.runs.paired_values import PairedValues, compare_values, most_careful
from pytest_finetunebench.runs.rates import Rate, by_probe, fewest_samples, rate_of, share
from pytest_finetunebench.runs.record import ArmEntry, RunRecord
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import Z_95, Difference, holm
from pytest_finetunebench.runs.units import units_of

MODEL, BASE = "model", "base"
"""The names of the two that are no arms: the model under test, and the base model asked as it is."""
FORM = "form"
SAME = 0.1
"""Two ways are the same where their pass rates differ by no more, 0..1, with 95% confidence over all arms."""
BEARABLE = 0.01
"""The share of unmeasured answers, 0..1, above which nothing is said of an arm."""
DEPTHS = (1, 3, 5, 10, 20, 50)

Standing = Literal["ahead", "behind", "same", "unclear", "unmeasured"]
"""How an arm does beside the fine-tune."""


@dataclass(frozen=True)
class Hits:
    """How often the first `depth` passages hold all facts that a probe needs; of `n` probes where that is known."""

    depth: int
    hits: int
    n: int


@dataclass(frozen=True)
class Cost:
    """US dollars."""

    per_answer: float
    per_correct: float | None
    """None where no answer is right."""
    low: float | None
    high: float | None
    """The 95% interval of `per_correct`, by that of the pass rate; None where it has no such end."""


@dataclass(frozen=True)
class Pairing:
    """An arm beside the fine-tune on the same probes."""

    standing: Standing
    n: int
    items: int
    difference: Difference
    """Arm minus fine-tune, with its 95% interval."""
    p_value: float
    """Two-sided, by the permutation test by item; adjusted for the number of arms (Holm)."""
    needed: int | None = None
    """How many items would tell, if the difference is as measured; None where it is told, or nothing tells."""
    fault: str | None = None
    """Why nothing is said."""


@dataclass(frozen=True)
class ArmRow:
    """One way to ask, over all probes of a run; rates are within 0..1."""

    name: str
    spec: str
    model: str
    tuned: bool
    memorized: Rate
    generalized: Rate
    form: Rate
    retention: Rate
    stale: Rate
    abstained: Rate
    decided: Rate
    """Over the probes that the verdict is about."""
    hits: tuple[Hits, ...] = ()
    kind_hits: tuple[tuple[str, tuple[Hits, ...]], ...] = ()
    """The same for each kind of probes."""
    not_retrieved: int = 0
    """Misses to which a needed fact was not retrieved."""
    not_used: int = 0
    """Misses to which every needed fact was retrieved."""
    input_tokens: float | None = None
    """The mean of an answer; None where the provider counts none."""
    output_tokens: float | None = None
    seconds: float | None = None
    """The mean of an answer: of its call, or of its share of a batch; None where no call was timed."""
    cost: Cost | None = None
    """None where the price or the tokens are not known."""
    pays_after: int | None = None
    """Questions after which the fine-tune, training paid, costs less than this; None: never, or not known."""
    pairing: Pairing | None = None
    """None for the fine-tune itself."""

    @property
    def alternative(self) -> bool:
        """Whether it could stand in for the fine-tune: neither asks it, nor is given what only a test knows."""
        return self.pairing is not None and not self.tuned and self.spec != "oracle"


@dataclass(frozen=True)
class ArmStudy:
    """All arms of a run beside its fine-tune, which comes first."""

    rows: tuple[ArmRow, ...]
    basis: str
    """Which probes decide, in words."""
    train_cost: float | None
    """US dollars; None where it is not known."""
    notes: tuple[tuple[str, str], ...] = ()
    """What arms draw from, by name."""


def arm_results(results: Iterable[ProbeResult], name: str) -> list[ProbeResult]:
    """Return the results of an arm, of the model or of the base, as if it had been under test."""
    if name == MODEL:
        return list(results)
    found = (result.of_base if name == BASE else result.of_arm(name) for result in results)
    return [result for result in found if result is not None]


def deciding(results: Sequence[ProbeResult]) -> tuple[list[ProbeResult], str]:
    """Return the results that verdicts are about: what was not trained in these words; all where there is no such."""
    chosen = [result for result in results if is_held_out(result)]
    return (chosen, "probes that were not trained") if chosen else (list(results), "all probes")


def is_held_out(result: ProbeResult) -> bool:
    """Whether a probe asks what was trained in other words, or trained form on another input."""
    return result.generalization or (result.setting == FORM and result.kind != MEMORIZATION)


def study_of(record: RunRecord) -> ArmStudy | None:
    """Return what the arms of a run come to; None where it has none."""
    if not record.arms:
        return None
    results = record.results
    prices = {role: Price(*price) for role, price in record.prices.items()}
    lineage_cost = record.lineage.training_cost if record.lineage is not None else None
    train_cost = record.train_cost if record.train_cost is not None else lineage_cost
    entries = [ArmEntry(name=MODEL, spec="", model=record.model, tuned=True)]
    if record.base_model is not None and not any(arm.spec == "none" for arm in record.arms):
        entries.append(ArmEntry(name=BASE, spec="none", model=record.base_model))
    entries += record.arms
    rows = [_row(entry, arm_results(results, entry.name), results, prices) for entry in entries]
    first, *others = _adjusted(rows)
    _, basis = deciding(results)
    notes = tuple((arm.name, arm.note) for arm in record.arms if arm.note)
    return ArmStudy((first, *(_with_break_even(row, first, train_cost) for row in others)), basis, train_cost, notes)


def _row(
    entry: ArmEntry,
    found: list[ProbeResult],
    results: Sequence[ProbeResult],
    prices: dict[Literal["model", "base"], Price],
) -> ArmRow:
    chosen, _ = deciding(found)
    decided = rate_of(chosen)
    usage = [result.usage for result in chosen if result.measured and result.usage is not None]
    seconds = [result.seconds for result in chosen if result.measured and result.seconds is not None]
    return ArmRow(
        name=entry.name,
        spec=entry.spec,
        model=entry.model,
        tuned=entry.tuned,
        memorized=rate_of(result for result in found if result.kind == MEMORIZATION),
        generalized=rate_of(result for result in found if result.generalization),
        form=rate_of(result for result in found if result.setting == FORM and result.kind != MEMORIZATION),
        retention=rate_of(result for result in found if RETENTION in (result.setting, result.kind)),
        stale=rate_of(found, Outcome.STALE),
        abstained=rate_of(found, Outcome.ABSTAINED),
        decided=decided,
        **_retrieval(entry.name, results),  # type: ignore[arg-type]
        input_tokens=_mean([one.input_tokens for one in usage]),
        output_tokens=_mean([one.output_tokens for one in usage]),
        seconds=_mean(seconds),
        cost=_cost(prices.get("model" if entry.tuned else "base"), usage, decided),
        pairing=None if entry.name == MODEL else _pair(deciding(results)[0], entry.name),
    )


def _retrieval(name: str, results: Sequence[ProbeResult]) -> dict[str, object]:
    """Return the fields of an arm that retrieves: hits over each probe once, and why it missed."""
    asked = [(result.kind, result.arms[name]) for result in results if name in result.arms and result.repeat == 0]
    known = [(kind, arm.rank, len(arm.context)) for kind, arm in asked if arm.needed]
    if not known:
        return {}
    most = max(size for _, _, size in known)
    kinds = dict.fromkeys(kind for kind, _, _ in known)
    of_kind = {kind: [rank for one, rank, _ in known if one == kind] for kind in kinds}
    misses = [result.arms[name].miss for result in results if name in result.arms]
    return {
        "hits": _hits([rank for _, rank, _ in known], most),
        "kind_hits": tuple((kind, _hits(ranks, most)) for kind, ranks in of_kind.items()),
        "not_retrieved": misses.count("not retrieved"),
        "not_used": misses.count("retrieved but not used"),
    }


def _hits(ranks: Sequence[int | None], most: int) -> tuple[Hits, ...]:
    depths = sorted({depth for depth in DEPTHS if depth < most} | {most})
    return tuple(Hits(depth, sum(rank is not None and rank <= depth for rank in ranks), len(ranks)) for depth in depths)


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _cost(price: Price | None, usage: Sequence[Usage], decided: Rate) -> Cost | None:
    if price is None or not usage:
        return None
    per_answer = math.fsum(map(price.of, usage)) / len(usage)
    if not decided.value or decided.interval is None:
        high = decided.interval[1] if decided.interval else 0.0
        return Cost(per_answer, None, per_answer / high if high else None, None)
    low, high = decided.interval
    return Cost(per_answer, per_answer / decided.value, per_answer / high, per_answer / low if low else None)


def _pair(results: Sequence[ProbeResult], name: str) -> Pairing:
    """Compare an arm with the fine-tune over the probes that decide; its p-value is not adjusted yet."""
    ours, theirs = by_probe(results), by_probe(arm_results(results, name))
    fault = unmeasured_fault([one for samples in ours.values() for one in samples], BEARABLE)
    fault = f"of the fine-tune, {fault}" if fault else None
    fault = fault or unmeasured_fault([one for samples in theirs.values() for one in samples], BEARABLE)
    shares = [(share(ours[probe]), share(theirs.get(probe, [])), ours[probe][0]) for probe in ours]
    pairs = [(a, b, shown) for a, b, shown in shares if a is not None and b is not None]
    if not pairs:
        return Pairing("unmeasured", 0, 0, Difference(0.0, -1.0, 1.0), 1.0, fault=fault or "nothing was measured")
    found = paired_values(pairs, min(fewest_samples(results), fewest_samples(arm_results(results, name))))
    standing: Standing = "unmeasured" if fault else "unclear"
    return Pairing(standing, len(pairs), found.units, found.difference, found.p_value, fault=fault)


def paired_values(pairs: Sequence[tuple[float, float, ProbeResult]], repeats: int) -> PairedValues:
    """Compare the values of two ways to ask over shared probes, by item or by cluster: whichever claims less.

    Raises:
        ValueError: there is no pair.
    """
    a, b, shown = [one for one, _, _ in pairs], [one for _, one, _ in pairs], [one for _, _, one in pairs]
    return most_careful([compare_values(a, b, list(map(unit, shown)), repeats) for unit in units_of(shown)])


def _adjusted(rows: Sequence[ArmRow]) -> list[ArmRow]:
    """Adjust p-values for the number of arms, and say how each arm stands."""
    told = [row.pairing for row in rows if row.pairing is not None and row.pairing.fault is None]
    p_values = iter(holm([pairing.p_value for pairing in told]))
    wider = NormalDist().inv_cdf(1 - ALPHA / 2 / max(1, len(told))) / Z_95
    return [
        row
        if row.pairing is None or row.pairing.fault is not None
        else replace(row, pairing=_standing(row.pairing, next(p_values), wider))
        for row in rows
    ]


def _standing(pairing: Pairing, p_value: float, wider: float) -> Pairing:
    value = pairing.difference.value
    below, above = wider * (value - pairing.difference.low), wider * (pairing.difference.high - value)
    if p_value <= ALPHA:
        return replace(pairing, p_value=p_value, standing="ahead" if value > 0 else "behind")
    if value - below >= -SAME and value + above <= SAME:
        return replace(pairing, p_value=p_value, standing="same")
    spread = max(below, above)
    rooms = [room for room in (abs(value), SAME - abs(value)) if room > 0]
    needed = min((math.ceil(pairing.items * (spread / room) ** 2) for room in rooms), default=None)
    needed = None if needed is None else max(needed, pairing.items + 1)
    return replace(pairing, p_value=p_value, standing="unclear", needed=needed)


def _with_break_even(row: ArmRow, model: ArmRow, train_cost: float | None) -> ArmRow:
    if row.cost is None or model.cost is None or train_cost is None or row.tuned:
        return row
    saved = row.cost.per_answer - model.cost.per_answer
    return replace(row, pays_after=math.ceil(train_cost / saved)) if saved > 0 else row
