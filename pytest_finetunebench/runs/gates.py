"""Gates: pass rates that a deploy requires, decided over a run's results with the missing data in view."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pytest_finetunebench.cases.suite import MEMORIZATION
from pytest_finetunebench.errors import SettingsError, counted, nearest, one_line
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.rates import GENERALIZATION, by_probe, fewest_samples, share
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.selectors import Selectable, Selector, read_selector
from pytest_finetunebench.runs.statistics import clustered_wilson_interval, gap_interval

Status = Literal["passed", "failed", "not evaluated"]
GateOn = Literal["rate", "interval"]
LIMITED = (Outcome.STALE, Outcome.OVERFIT, Outcome.ABSTAINED, Outcome.WRONG, Outcome.MALFORMED)
"""The outcomes that may be limited."""
WHOLE_SUITE = Selector()
_DECIMAL = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_SLACK = 1e-9
"""Rates are quotients: 0.6 must meet 0.6."""


@dataclass(frozen=True)
class Coverage:
    """How much of the suite a run's results stand for."""

    not_selected: int = 0
    """Probes of the suite that the run left out on purpose (`-k`, `--lf`, …)."""
    not_run: int = 0
    """Selected probes without a result."""
    interrupted: str | None = None
    max_unmeasured: float = 0.01
    """The share of answers, 0..1, that may be unmeasured; of probes asked several times every sample counts."""

    @property
    def partial(self) -> str | None:
        """Why this is not the whole suite by choice; None where it is."""
        if not self.not_selected:
            return None
        return f"a partial run: {counted(self.not_selected, 'probe')} of the suite not selected"

    @property
    def missing(self) -> str | None:
        """Why selected probes are without a result; None where none is."""
        if not (self.not_run or self.interrupted):
            return None
        if not self.not_run:
            return self.interrupted
        why = f" ({self.interrupted})" if self.interrupted else ""
        return f"{counted(self.not_run, 'selected probe')} without a result{why}"


@dataclass(frozen=True)
class GateResult:
    """What a gate came to, and the figures that decided."""

    id: str
    status: Status
    reason: str
    """In one line: the figure against the threshold, or why it is not evaluated."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    undecided: bool = False
    """The interval spans the threshold: another run may decide otherwise."""


class Gate(Protocol):
    """Something that a run must meet."""

    @property
    def id(self) -> str:
        """Its name in reports, such as `generalization>=0.60`."""

    @property
    def where(self) -> str:
        """The option as the user gave it."""

    @property
    def selector(self) -> Selector:
        """The probes that it is about."""

    def covers(self, probe: Selectable, outcome: Outcome) -> bool:
        """Whether a probe's miss is left to this gate."""


@dataclass(frozen=True)
class RateGate:
    """A lowest pass rate, a highest rate of another outcome, or a widest gap; `threshold` is within 0..1."""

    limit: Literal["min_rate", "max_rate", "max_gap"]
    threshold: float
    where: str
    selector: Selector = WHOLE_SUITE
    outcome: Outcome = Outcome.CORRECT

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

    def evaluate(self, results: Sequence[ProbeResult], coverage: Coverage, gate_on: GateOn = "rate") -> GateResult:
        """Decide over a run's results; what is missing never passes silently.

        Over a partial run the gate is not evaluated; where data of a whole one is missing it fails.
        """
        if coverage.partial:
            return GateResult(self.id, "not evaluated", coverage.partial)
        if coverage.missing:
            return GateResult(self.id, "failed", f"cannot be evaluated: {coverage.missing}")
        chosen = [result for result in results if self._is_about(result)]
        fault = unmeasured_fault(chosen, coverage.max_unmeasured)
        if fault:
            return self._unevaluable(fault)
        return self._gap(chosen, coverage, gate_on) if self.limit == "max_gap" else self._rate(chosen, gate_on)

    def _unevaluable(self, fault: str) -> GateResult:
        return GateResult(self.id, "failed", f"cannot be evaluated: {fault}")

    def _rate(self, chosen: Sequence[ProbeResult], gate_on: GateOn) -> GateResult:
        values = item_values(chosen, self.outcome)
        n = sum(map(len, values.values()))
        interval = clustered_wilson_interval(values.values(), fewest_samples(chosen))
        if interval is None:
            return self._unevaluable("nothing was measured")
        value = math.fsum(map(math.fsum, values.values())) / n
        what = "" if self.outcome is Outcome.CORRECT else f" {self.outcome}"
        return self._decide(value, interval, n, f"{_percent(value, self.threshold)}{what}", gate_on)

    def _gap(self, chosen: Sequence[ProbeResult], coverage: Coverage, gate_on: GateOn) -> GateResult:
        trained = [result for result in chosen if result.kind == MEMORIZATION]
        others = [result for result in chosen if result.generalization]
        for name, side in ((MEMORIZATION, trained), (GENERALIZATION, others)):
            # a few unmeasured answers of many may be all of one side
            fault = unmeasured_fault(side, coverage.max_unmeasured)
            if fault:
                return self._unevaluable(f"{name}: {fault}")
        values = item_values(trained), item_values(others)
        found = gap_interval(*values, fewest_samples(chosen))
        if found is None:
            return self._unevaluable("nothing was measured")
        n = sum(len(probes) for side in values for probes in side.values())
        return self._decide(found.value, (found.low, found.high), n, f"gap {100 * found.value:+.1f} points", gate_on)

    def _decide(self, value: float, interval: tuple[float, float], n: int, shown: str, gate_on: GateOn) -> GateResult:
        low, high = interval
        if self.limit == "min_rate":
            met = (value if gate_on == "rate" else low) >= self.threshold - _SLACK
        else:
            met = (value if gate_on == "rate" else high) <= self.threshold + _SLACK
        undecided = low < self.threshold < high
        reason = f"{shown} [{100 * low:.1f}, {100 * high:.1f}] n={n}" + ("; undecided" * undecided)
        return GateResult(self.id, "passed" if met else "failed", reason, value, low, high, n, undecided)


def item_values(results: Iterable[ProbeResult], outcome: Outcome = Outcome.CORRECT) -> dict[str, list[float]]:
    """Return per item the share of an outcome, 0..1, of each of its measured probes."""
    values: dict[str, list[float]] = defaultdict(list)
    for samples in by_probe(results).values():
        found = share(samples, outcome)
        if found is not None:
            values[samples[0].item_id].append(found)
    return dict(values)


def parse_rate_gate(limit: Literal["min_rate", "max_rate", "max_gap"], text: str, where: str) -> RateGate:
    """Read `[SELECTOR=]RATE` of a lowest rate or widest gap, or `[SELECTOR:]OUTCOME=RATE` of an outcome's limit.

    Raises:
        SettingsError: the message begins with `where`, the option as the user gave it.
    """
    name, equals, number = text.rpartition("=")
    if equals and not name.strip():
        raise SettingsError(f"{where}: names nothing before '='")
    selector, outcome = name, Outcome.CORRECT
    if limit == "max_rate":
        selector, colon, named = name.rpartition(":")
        outcome = _outcome(named.strip(), where)
        if colon and not selector.strip():
            raise SettingsError(f"{where}: names nothing before ':'")
    return RateGate(limit, parse_share(number, where), where, read_selector(selector, where), outcome)


def parse_share(text: str, where: str) -> float:
    """Read a rate within 0..1.

    Raises:
        SettingsError: the message begins with `where`.
    """
    number, percent, _ = text.strip().partition("%")
    value = float(number) if _DECIMAL.fullmatch(number.strip()) else math.nan
    if not percent and 0 <= value <= 1:
        return value
    told = f": write {value / 100:g} for {value:g}%" if 0 <= value <= 100 else ", such as 0.6"
    raise SettingsError(f"{where}: needs a rate from 0 to 1{told}")


def _outcome(text: str, where: str) -> Outcome:
    known = [str(outcome) for outcome in LIMITED]
    if text not in known:
        hint = nearest(text, known)
        if text == Outcome.UNMEASURED:
            hint = " (--ft-max-unmeasured limits it for every gate)"
        wanted = f"write [SELECTOR:]OUTCOME=RATE, with one of {', '.join(known)}"
        raise SettingsError(f"{where}: '{one_line(text, 60)}' is no outcome that can be limited{hint}: {wanted}")
    return Outcome(text)


def unmeasured_fault(chosen: Sequence[ProbeResult], bearable: float) -> str | None:
    """Return why so many answers are unmeasured that nothing can be decided, or None."""
    if not chosen:
        return "no such probe was run"
    samples = len(chosen)
    missing = sum(not result.measured for result in chosen)
    if missing == samples:
        return "nothing was measured"
    if missing / samples > bearable + _SLACK:
        return f"{missing} of {samples} answers are unmeasured, more than {bearable:.1%} (--ft-max-unmeasured)"
    return None


def _percent(value: float, bar: float) -> str:
    """Show a rate in percent, with as many decimals as tell it from the bar."""
    apart = (f"{value:.{digits}%}" for digits in (1, 2, 3, 4) if f"{value:.{digits}%}" != f"{bar:.{digits}%}")
    return f"{value:.1%}" if abs(value - bar) <= _SLACK else next(apart, f"{value:.4%}")
