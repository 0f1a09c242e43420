"""Decide gates while a run still asks, so that it may stop: by what is certain, or by a sequential test."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.errors import counted
from pytest_finetunebench.runs.claims import Claim, claims_of
from pytest_finetunebench.runs.comparison_gates import CompareGate
from pytest_finetunebench.runs.gate_results import SLACK, Gate, GateResult, GateRules, Status
from pytest_finetunebench.runs.gates import RateGate
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.rival_gates import RivalGate
from pytest_finetunebench.runs.statistics import SumTest
from pytest_finetunebench.runs.units import cluster_of

How = Literal["certain", "interval"]
ERROR = 0.01
"""How often at most, 0..1, a sequential test decides some gate of a run otherwise than is true."""


@dataclass(frozen=True)
class EarlyResult:
    """What a gate comes to, and by what that was known."""

    status: Status
    certain: bool
    """Whether no further answer can change it; otherwise the sequential test decided."""


class EarlyDecisions:
    """Watches results and tells once every gate of a run is decided.

    `baselines` holds the results of the runs to compare with, by the `since` of the gates; one that is missing, or an
    answer that is unmeasured, leaves everything open to the end. Open probes count as what is worst for a claim, and
    once more as what is best: it is certain where both agree. With `interval` a sequential test may decide before:
    `unit_order` must then be the random order in which units are asked.
    """

    def __init__(
        self,
        gates: Sequence[Gate],
        probes: Sequence[Probe],
        rules: GateRules,
        baselines: Mapping[str, Sequence[ProbeResult]],
        repeat: int,
        how: How,
        unit_order: Sequence[str] = (),
    ) -> None:
        self._repeat, self._rules = repeat, rules
        self._samples: dict[str, dict[int, ProbeResult]] = {}
        self._open = {probe.id for probe in probes}
        tests = sum(isinstance(gate, CompareGate) and gate.metric == "significant-drop" for gate in gates)
        self._gates: dict[str, list[list[_Watch]]] = {}
        self._possible = bool(gates)
        units = {probe.id: cluster_of(probe) for probe in probes}
        for gate in gates:
            since = gate.since if isinstance(gate, CompareGate) else ""
            baseline = baselines.get(since, ()) if isinstance(gate, CompareGate) else ()
            groups = _claims(gate, probes, rules, baseline, tests)
            self._possible = self._possible and bool(groups)
            order = unit_order if how == "interval" else ()
            self._gates[gate.id] = [[_Watch(claim, units, order) for claim in claims] for claims in groups]
        self._watches = [watch for groups in self._gates.values() for watches in groups for watch in watches]
        self._level = ERROR / max(1, len(self._watches))

    def add(self, result: ProbeResult) -> None:
        """Take a result. A probe counts once all its samples are there."""
        if not self._possible:
            return
        self._possible = result.measured
        samples = self._samples.setdefault(result.id, {})
        samples[result.repeat] = result
        if len(samples) < self._repeat or result.id not in self._open:
            return
        self._open.discard(result.id)
        found = [samples[index] for index in sorted(samples)]
        self._possible = self._possible and all(watch.add(result.id, found) for watch in self._watches)

    @property
    def results(self) -> dict[str, EarlyResult] | None:
        """What every gate comes to, by its id; None as long as one is open."""
        if not self._possible:
            return None
        found: dict[str, EarlyResult] = {}
        for name, groups in self._gates.items():
            decided = _worst([_decided(watches, self._level) for watches in groups])
            if decided is None:
                return None
            found[name] = decided
        return found


def applied(result: GateResult, early: EarlyResult, asked: int, total: int, rules: GateRules) -> GateResult:
    """Return a gate's result over what was asked, with the status that was known early."""
    why = "no other answer can change it" if early.certain else f"by a sequential test, wrong at most {ERROR:.0%}"
    note = f"decided after {asked:,} of {counted(total, 'answer')}: {why}"
    reason = note if result.value is None else f"{result.reason.removesuffix('; undecided')}; {note}"
    excused = early.status == "cannot be decided" and rules.allow_undecided
    return replace(result, status=early.status, reason=reason, undecided=False, needed=None, excused=excused)


def random_order(units: Sequence[str], seed: str) -> list[str]:
    """Return the units in an order that chance decides, the same for the same seed."""
    order = sorted(set(units))
    random.Random(seed).shuffle(order)  # noqa: S311 - a sample, not a secret
    return order


def _claims(
    gate: Gate, probes: Sequence[Probe], rules: GateRules, baseline: Sequence[ProbeResult], tests: int
) -> list[list[Claim]]:
    """Return the claims by what a gate decides by itself; none where it can only be decided once all is asked."""
    if not isinstance(gate, RateGate | RivalGate | CompareGate):
        return []
    groups = gate.selector.each(probes)
    before = gate.selector.each(baseline)
    found = [claims_of(gate, group, rules, before.get(name, ()), tests) for name, group in groups.items()]
    known = [claims for claims in found if claims is not None]
    return known if len(known) == len(found) else []


class _Watch:
    """What is known of one claim."""

    def __init__(self, claim: Claim, units: Mapping[str, str], order: Sequence[str]) -> None:
        self.claim = claim
        self._units = units
        self._slack = SLACK * max(1, len(claim.terms))
        self._least = sum(term.low for term in claim.terms.values())
        self._most = sum(term.high for term in claim.terms.values())
        names = [units[probe] for probe in claim.terms]
        self._left = Counter(names)
        self._sums = dict.fromkeys(names, 0.0)
        self._queue = [unit for unit in reversed(order) if unit in self._sums]
        lows, highs = Counter[str](), Counter[str]()
        for probe, term in claim.terms.items():
            lows[units[probe]] += term.low  # type: ignore[assignment]
            highs[units[probe]] += term.high  # type: ignore[assignment]
        low, high = min(lows.values(), default=0.0), max(highs.values(), default=0.0)
        count = len(self._sums) if claim.decides == "sum" else None
        self._below, self._above = SumTest(low, high, count), SumTest(-high, -low, count)

    def add(self, probe: str, samples: Sequence[ProbeResult]) -> bool:
        """Take a probe's samples; return False where they tell that nothing can be decided early."""
        term = self.claim.terms.get(probe)
        if term is None:
            return True
        value = term.value(samples)
        if value is None:
            return False
        self._least += value - term.low
        self._most += value - term.high
        unit = self._units[probe]
        self._sums[unit] += value
        self._left[unit] -= 1
        while self._queue and not self._left[self._queue[-1]]:
            total = self._sums[self._queue.pop()]
            self._below.add(total)
            self._above.add(-total)
        return True

    def holds(self, level: float) -> tuple[bool, bool] | None:
        """Return whether the claim holds, and whether that is certain; None as long as it is open."""
        exact = self.claim.decides == "sum"
        if exact and (self._least > self._slack or (not self.claim.strict and self._least >= -self._slack)):
            return True, True
        never = self._most < -self._slack or (self.claim.strict and self._most <= self._slack)
        if never and self.claim.decides != "test":
            return False, True
        if self._below.evidence >= 1 / level:
            return True, False
        return (False, False) if self._above.evidence >= 1 / level else None


def _decided(watches: Sequence[_Watch], level: float) -> EarlyResult | None:
    """Return what the first false claim makes of a gate, or that all hold."""
    certain = True
    for watch in watches:
        known = watch.holds(level)
        if known is None:
            return None
        certain = certain and known[1]
        if not known[0]:
            return EarlyResult(watch.claim.otherwise, certain)
    return EarlyResult("passed", certain)


def _worst(found: Sequence[EarlyResult | None]) -> EarlyResult | None:
    """Return what a gate comes to that decides several groups: a failed one settles it, whatever the others."""
    failed = [one for one in found if one is not None and one.status == "failed"]
    if failed:
        return max(failed, key=lambda one: one.certain)
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    certain = all(one.certain for one in known)
    open_ones = [one for one in known if one.status != "passed"]
    return EarlyResult(open_ones[0].status if open_ones else "passed", certain)
