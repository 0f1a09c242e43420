"""What gates ask for, as sums over probes: a gate passes where the values of its probes add up to at least 0.

So it can be known before every probe was asked: from the least and the most that the open ones can add.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_finetunebench.cases.suite import MEMORIZATION, Probe
from pytest_finetunebench.runs.arm_gates import ArmGate
from pytest_finetunebench.runs.comparison import asked_by, asked_of
from pytest_finetunebench.runs.comparison_gates import CompareGate
from pytest_finetunebench.runs.gate_results import GateRules, Status, unmeasured_fault
from pytest_finetunebench.runs.gates import RateGate
from pytest_finetunebench.runs.paired_rows import ALPHA
from pytest_finetunebench.runs.rates import by_probe, share
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.rival_gates import RivalGate
from pytest_finetunebench.runs.units import Weight

Gate = RateGate | RivalGate | ArmGate | CompareGate
Samples = Sequence[ProbeResult]


@dataclass(frozen=True)
class Term:
    """What one probe adds to a claim: at least `low`, at most `high`; `value` tells from its samples."""

    low: float
    high: float
    value: Callable[[Samples], float | None]
    """None where an answer is missing: then nothing can be decided early."""


@dataclass(frozen=True)
class Claim:
    """That the terms of some probes add up to at least 0; where `strict`, to more."""

    terms: Mapping[str, Term]
    """By the probe's id."""
    otherwise: Status
    """What the gate comes to where the claim is false."""
    decides: Literal["sum", "interval", "test"] = "sum"
    """`interval`: a true sum is not enough, its interval must meet the limit. `test`: a test over all items decides."""
    strict: bool = False


def claims_of(
    gate: Gate, probes: Sequence[Probe], rules: GateRules, baseline: Samples = (), tests: int = 1
) -> list[Claim] | None:
    """Return what a gate asks of the probes of one of its groups, in order: the first that is false decides.

    `baseline` are the results of that group in the run to compare with. `tests` is how many significance tests the
    run's gates make. None where the gate can only be decided once all is asked.
    """
    if isinstance(gate, RateGate):
        return _of_rate(gate, probes, rules)
    if isinstance(gate, RivalGate):
        terms = {probe.id: Term(-1.0, 1.0, _against(gate.rival)) for probe in probes}
        return [Claim(_weighted(terms, probes, rules.weight), "failed", "test", strict=True)]
    if isinstance(gate, ArmGate):
        return None
    return _of_comparison(gate, probes, rules, baseline, tests)


def _of_rate(gate: RateGate, probes: Sequence[Probe], rules: GateRules) -> list[Claim]:
    bar, decides = gate.threshold, _deciding(rules)
    if gate.limit == "max_gap":
        return _of_gap(gate, probes, rules)
    if gate.limit == "min_rate":
        term = Term(-bar, 1 - bar, lambda samples: _plus(share(samples), -bar))
    else:
        term = Term(bar - 1, bar, lambda samples: _plus(share(samples, gate.outcome), -bar, sign=-1))
    return [Claim(_weighted({probe.id: term for probe in probes}, probes, rules.weight), "failed", decides)]


def _of_gap(gate: RateGate, probes: Sequence[Probe], rules: GateRules) -> list[Claim]:
    bar, floor = gate.threshold, rules.gap_floor
    trained = [probe for probe in probes if probe.kind == MEMORIZATION]
    others = [probe for probe in probes if probe.generalization]
    below = Term(bar - 1, bar, lambda samples: _plus(share(samples), -bar, sign=-1))
    right = Term(0.0, 1.0, lambda samples: _plus(share(samples), 0.0))
    sides = _mean({probe.id: below for probe in trained}, trained, rules.weight)
    gap = sides | _mean({probe.id: right for probe in others}, others, rules.weight)
    learned = [(floor, False), *([] if bar == 1 else [(bar, True)])]
    return [
        Claim(gap, "failed", _deciding(rules)),
        *(
            Claim(_mean(_least(trained, least), trained, rules.weight), "cannot be decided", strict=strict)
            for least, strict in learned
        ),
    ]


def _least(probes: Sequence[Probe], least: float) -> dict[str, Term]:
    term = Term(-least, 1 - least, lambda samples: _plus(share(samples), -least))
    return {probe.id: term for probe in probes}


def _of_comparison(
    gate: CompareGate, probes: Sequence[Probe], rules: GateRules, baseline: Samples, tests: int
) -> list[Claim] | None:
    before = by_probe(baseline)
    shared = [probe for probe in probes if probe.id in before and _same(probe, before[probe.id][0])]
    old = {probe.id: share(before[probe.id]) for probe in shared}
    fault = unmeasured_fault([one for probe in shared for one in before[probe.id]], rules.max_unmeasured)
    if fault or len(shared) < rules.min_shared * max(len(probes), len(before)) or None in old.values():
        return None
    held = {name: value for name, value in old.items() if value is not None}
    bar = gate.threshold
    if gate.metric == "regressions":
        main = Claim(_breaking(shared, held, bar), "failed")
        roomy = len(main.terms) > bar
    else:
        room = 0.0 if gate.metric == "significant-drop" else bar
        by_interval = gate.metric == "worse-by" or rules.gate_on == "interval"
        decides: Literal["sum", "interval", "test"] = "interval" if by_interval else "sum"
        main = Claim(_changes(shared, held, room, rules.weight), "failed", decides)
        roomy = _mean_of(held, shared, rules.weight) > bar or bar == 1
    if gate.metric == "significant-drop":
        falling = {probe.item for probe in shared if held[probe.id] > 0}
        enough = math.ldexp(tests, -len(falling)) <= ALPHA
        return [Claim(main.terms, "failed", "test")] if enough else None
    rising = Claim(_changes(shared, held, 0.0, rules.weight), "cannot be decided", strict=True)
    return [main, *([] if roomy else [rising])]


def _breaking(shared: Sequence[Probe], held: Mapping[str, float], bar: float) -> dict[str, Term]:
    right = [probe.id for probe in shared if held[probe.id] > 0.5]
    spare = bar / len(right) if right else 0.0

    def value(samples: Samples) -> float | None:
        now = share(samples)
        return None if now is None else spare - (now <= 0.5)

    return {name: Term(spare - 1, spare, value) for name in right}


def _changes(shared: Sequence[Probe], held: Mapping[str, float], room: float, weight: Weight) -> dict[str, Term]:
    return _weighted({probe.id: _change(held[probe.id], room, probe) for probe in shared}, shared, weight)


def _change(before: float, room: float, probe: Probe) -> Term:
    def value(samples: Samples) -> float | None:
        # a conftest may have put another question: then the two are not compared
        return _plus(share(samples), room - before) if _same(probe, samples[0]) else None

    return Term(room - before, 1 + room - before, value)


def _against(rival: str) -> Callable[[Samples], float | None]:
    def value(samples: Samples) -> float | None:
        found = [one.of_control if rival == "control" else one.of_base for one in samples]
        others = [other for other in found if other is not None]
        if not others:
            return 0.0  # the rival was not asked, so the probe does not count
        theirs = share(others)
        return None if theirs is None else _plus(share(samples), -theirs)

    return value


def _same(probe: Probe, result: ProbeResult) -> bool:
    return asked_of(result) == asked_by(probe)


def _deciding(rules: GateRules) -> Literal["sum", "interval"]:
    return "interval" if rules.gate_on == "interval" else "sum"


def _plus(value: float | None, other: float, sign: int = 1) -> float | None:
    return None if value is None else sign * (value + other)


def _weighted(terms: Mapping[str, Term], probes: Sequence[Probe], weight: Weight) -> dict[str, Term]:
    """Return the terms so that every probe counts once, or every item."""
    sizes = Counter((probe.category, probe.item) for probe in probes)
    factors = {probe.id: 1 / sizes[probe.category, probe.item] if weight == "items" else 1.0 for probe in probes}
    return {name: _scaled(term, factors[name]) for name, term in terms.items()}


def _mean(terms: Mapping[str, Term], probes: Sequence[Probe], weight: Weight) -> dict[str, Term]:
    """Return the terms of a mean."""
    count = len({(probe.category, probe.item) for probe in probes}) if weight == "items" else len(probes)
    return {name: _scaled(term, 1 / count) for name, term in _weighted(terms, probes, weight).items()}


def _mean_of(held: Mapping[str, float], probes: Sequence[Probe], weight: Weight) -> float:
    terms = {name: Term(value, value, lambda _: None) for name, value in held.items()}
    return math.fsum(term.low for term in _mean(terms, probes, weight).values())


def _scaled(term: Term, factor: float) -> Term:
    def value(samples: Samples) -> float | None:
        found = term.value(samples)
        return None if found is None else factor * found

    return term if factor == 1 else Term(factor * term.low, factor * term.high, value)
