"""Gates: pass rates that a deploy requires, decided over a run's results with the missing data in view."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import NormalDist, fmean
from typing import Literal, cast

from pytest_finetunebench.cases.suite import MEMORIZATION
from pytest_finetunebench.errors import SettingsError, nearest, one_line
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.gate_results import (
    SLACK,
    SPANS,
    Coverage,
    GateResult,
    GateRules,
    Status,
    parse_share,
    undecidable,
    unevaluable,
    unmeasured_fault,
    worst_of_each,
)
from pytest_finetunebench.runs.rates import GENERALIZATION, RUNS_ON, TRUNCATED, Counted, gap_of, item_values, rate_of
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.selectors import Selectable, Selector, read_selector
from pytest_finetunebench.runs.statistics import Z_95

LIMITED = (Outcome.STALE, Outcome.OVERFIT, Outcome.ABSTAINED, Outcome.WRONG, Outcome.MALFORMED)
"""The outcomes that may be limited."""
WHOLE_SUITE = Selector()
DEFAULT_RULES = GateRules()


@dataclass(frozen=True)
class RateGate:
    """A lowest pass rate, a highest rate of another outcome, or a widest gap; `threshold` is within 0..1."""

    limit: Literal["min_rate", "max_rate", "max_gap"]
    threshold: float
    where: str
    selector: Selector = WHOLE_SUITE
    outcome: Counted = Outcome.CORRECT

    @property
    def id(self) -> str:
        """Its name in reports: `generalization>=0.60`, `stale<=0.05`, `medical:gap<=0.20`; another gate has another."""
        bar = f"{self.threshold:.2f}" if round(self.threshold, 2) == self.threshold else repr(self.threshold)
        if self.limit == "min_rate":
            return f"{self.selector.text}>={bar}"
        what = "gap" if self.limit == "max_gap" else str(self.outcome)
        prefix = "" if self.selector == WHOLE_SUITE else f"{self.selector.text}:"
        return f"{prefix}{what}<={bar}"

    def covers(self, probe: Selectable, outcome: Outcome) -> bool:
        """Whether a probe's miss is left to this gate.

        A limit on one outcome covers misses of that outcome alone: it says nothing of the others.
        """
        return self._is_about(probe) and (self.limit != "max_rate" or outcome is self.outcome)

    def _is_about(self, probe: Selectable) -> bool:
        in_gap = probe.kind == MEMORIZATION or probe.generalization
        return self.selector.selects(probe) and (in_gap or self.limit != "max_gap")

    def check(self, probes: Sequence[Selectable]) -> None:
        """Check that the suite has probes that it is about, and of both sides of a gap.

        Raises:
            SettingsError: it has not; the message names the option and what there is.
        """
        self.selector.check(probes, self.where)
        if self.limit != "max_gap":
            return
        for name, chosen in self.selector.each(probes).items():
            sides = {MEMORIZATION: any(probe.kind == MEMORIZATION for probe in chosen)}
            sides[GENERALIZATION] = any(probe.generalization for probe in chosen)
            lacking = [side for side, found in sides.items() if not found]
            if not lacking:
                continue
            told = f"'{one_line(name, 60)}' has no {' and no '.join(lacking)} probes"
            raise SettingsError(f"{self.where}: a gap is between memorization and generalization, {told}")

    def evaluate(
        self, results: Sequence[ProbeResult], coverage: Coverage, rules: GateRules = DEFAULT_RULES
    ) -> GateResult:
        """Decide over a run's results; what is missing never passes silently."""
        short = coverage.shortfall(self.id)
        if short is not None:
            return short
        chosen = [result for result in results if self._is_about(result)]
        return worst_of_each(self.id, self.selector, chosen, lambda part: self._evaluate(part, rules))

    def _evaluate(self, chosen: Sequence[ProbeResult], rules: GateRules) -> GateResult:
        fault = unmeasured_fault(chosen, rules.max_unmeasured)
        if fault:
            return unevaluable(self.id, fault)
        return self._gap(chosen, rules) if self.limit == "max_gap" else self._rate(chosen, rules)

    def _rate(self, chosen: Sequence[ProbeResult], rules: GateRules) -> GateResult:
        if self.outcome == RUNS_ON and any(result.runs_on is None for result in chosen if result.measured):
            return unevaluable(self.id, "the record is older than the note of what runs on: grade it again")
        if self.outcome == TRUNCATED and any(result.finish_reason is None for result in chosen if result.measured):
            return unevaluable(self.id, "the record does not say which answers were cut: ask again")
        rate = rate_of(chosen, self.outcome, rules.weight)
        value, interval, n = rate.value, rate.interval, rate.n
        if value is None or interval is None:
            return unevaluable(self.id, "nothing was measured")
        what = "" if self.outcome is Outcome.CORRECT else f" {self.outcome}"
        shown = f"{_percent(value, self.threshold)}{what}"
        return self._decide(value, interval, n, shown, rules, self._kind_mean(chosen, value, rules))

    def _kind_mean(self, chosen: Sequence[ProbeResult], value: float, rules: GateRules) -> str:
        """Say what the mean over kinds is, where one kind outweighs another in a rate of generalization."""
        if self.limit != "min_rate" or self.selector.text != GENERALIZATION:
            return ""
        kinds = {kind: [one for one in chosen if one.kind == kind] for kind in {one.kind for one in chosen}}
        groups = [chain(*item_values(part, weight=rules.weight).values()) for part in kinds.values()]
        mean = f"{fmean(fmean(values) for group in groups if (values := list(group))):.1%}"
        return "" if mean == f"{value:.1%}" else f", mean of kinds {mean}"

    def _gap(self, chosen: Sequence[ProbeResult], rules: GateRules) -> GateResult:
        trained = [result for result in chosen if result.kind == MEMORIZATION]
        others = [result for result in chosen if result.generalization]
        for name, side in ((MEMORIZATION, trained), (GENERALIZATION, others)):
            # a few unmeasured answers of many may be all of one side
            fault = unmeasured_fault(side, rules.max_unmeasured)
            if fault:
                return unevaluable(self.id, f"{name}: {fault}")
        found = gap_of(trained, others, rules.weight)
        if found is None:
            return unevaluable(self.id, "nothing was measured")
        n = sum(rate_of(side, weight=rules.weight).n for side in (trained, others))
        decided = self._decide(found.value, (found.low, found.high), n, f"gap {100 * found.value:+.1f} points", rules)
        learned = rate_of(trained, weight=rules.weight).value or 0.0
        # a limit of 1 asks only that both sides are measured
        could_fail = learned > self.threshold or self.threshold == 1
        if decided.status != "passed" or (could_fail and learned >= rules.gap_floor):
            return decided
        if learned < rules.gap_floor:
            why = f"; only {learned:.1%} memorized, a gap needs {rules.gap_floor:.1%} (--ft-gap-floor)"
        else:
            why = f"; only {learned:.1%} memorized: the gap cannot exceed {100 * self.threshold:g} points"
        return undecidable(decided, why, None, rules)

    def _decide(
        self, value: float, interval: tuple[float, float], n: int, shown: str, rules: GateRules, note: str = ""
    ) -> GateResult:
        low, high = interval
        by_rate = rules.gate_on == "rate"
        least = self.limit == "min_rate"
        deciding = value if by_rate else low if least else high
        margin = deciding - self.threshold if least else self.threshold - deciding
        undecided = low < self.threshold < high
        counted_as = f"{n} items" if rules.weight == "items" else str(n)
        digits = _digits(shown)
        ends = f"[{100 * low:.{digits}f}, {100 * high:.{digits}f}]"
        reason = f"{shown} {ends} n={counted_as}{note}" + SPANS * undecided
        spread = (high - low) / (2 * Z_95)
        alarm = NormalDist().cdf(-margin / spread) if spread else None
        status: Status = "passed" if margin >= -SLACK else "failed"
        return GateResult(self.id, status, reason, value, low, high, n, undecided, alarm, margin=margin)


def parse_rate_gate(limit: Literal["min_rate", "max_rate", "max_gap"], text: str, where: str) -> RateGate:
    """Read `[SELECTOR=]RATE` of a lowest rate or widest gap, or `[SELECTOR:]OUTCOME=RATE` of an outcome's limit.

    Raises:
        SettingsError: the message begins with `where`, the option as the user gave it.
    """
    name, equals, number = text.rpartition("=")
    if equals and not name.strip():
        raise SettingsError(f"{where}: names nothing before '='")
    selector, outcome = name, cast(Counted, Outcome.CORRECT)
    if limit == "max_rate":
        selector, colon, named = name.rpartition(":")
        outcome = _outcome(named.strip(), where)
        if colon and not selector.strip():
            raise SettingsError(f"{where}: names nothing before ':'")
    return RateGate(limit, parse_share(number, where), where, read_selector(selector, where), outcome)


def _outcome(text: str, where: str) -> Counted:
    known = [*(str(outcome) for outcome in LIMITED), RUNS_ON, TRUNCATED]
    for counted in (RUNS_ON, TRUNCATED):
        if text == counted:
            return counted
    if text not in known:
        hint = nearest(text, known)
        if text == Outcome.UNMEASURED:
            hint = " (--ft-max-unmeasured limits it for every gate)"
        wanted = f"write [SELECTOR:]OUTCOME=RATE, with one of {', '.join(known)}"
        raise SettingsError(f"{where}: '{one_line(text, 60)}' is no outcome that can be limited{hint}: {wanted}")
    return Outcome(text)


def _digits(shown: str) -> int:
    """Return how many decimals a figure is shown with: its interval has as many, or it may seem to leave it out."""
    found = re.search(r"[0-9]\.([0-9]+)", shown)
    return len(found[1]) if found else 1


def _percent(value: float, bar: float) -> str:
    """Show a rate in percent, with as many decimals as tell it from the bar."""
    apart = (f"{value:.{digits}%}" for digits in (1, 2, 3, 4) if f"{value:.{digits}%}" != f"{bar:.{digits}%}")
    return f"{value:.1%}" if abs(value - bar) <= SLACK else next(apart, f"{value:.4%}")
