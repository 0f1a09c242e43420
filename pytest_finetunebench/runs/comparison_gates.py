"""Gates over a comparison with a baseline: what may not have become worse."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pytest_finetunebench.errors import SettingsError, nearest
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.comparison import ALPHA, PairedRow, ProbeChange, RunComparison, selected_row
from pytest_finetunebench.runs.gates import Coverage, GateResult, Status, parse_share, unmeasured_fault
from pytest_finetunebench.runs.selectors import Selectable, Selector, read_selector
from pytest_finetunebench.runs.statistics import holm

Metric = Literal["regressions", "drop", "significant-drop"]
NO_BASELINE = "no baseline yet: this run can be the first (--ft-save)"
METRICS = get_args(Metric)
_SHOWN = 3
_SLACK = 1e-9
"""Rates are quotients: a drop from 0.6 to 0.5 is one of 0.1."""


@dataclass(frozen=True)
class CompareGate:
    """Fails where more than `threshold` probes broke, where the pass rate fell by more, or where it fell for sure."""

    metric: Metric
    threshold: float
    where: str
    selector: Selector

    @property
    def id(self) -> str:
        """Its name in reports: the expression that must not hold."""
        number = repr(self.threshold) if self.metric == "drop" else f"{self.threshold:.0f}"
        bar = "" if self.metric == "significant-drop" else f">{number}"
        prefix = "" if self.selector == Selector() else f"{self.selector.text}:"
        return f"compare:{prefix}{self.metric}{bar}"

    def covers(self, probe: Selectable, outcome: Outcome) -> bool:
        """Whether a probe's miss is left to this gate: it is no regression by itself."""
        del outcome
        return self.selector.selects(probe)

    def evaluate(self, comparison: RunComparison, coverage: Coverage, p_drop: float | None) -> GateResult:
        """Decide; `p_drop` is the p-value of a drop, adjusted for the number of such gates."""
        if coverage.partial:
            return GateResult(self.id, "not evaluated", coverage.partial)
        if coverage.missing:
            return self._unevaluable(coverage.missing)
        changes = [change for change in comparison.changes if self.selector.selects(change.either)]
        fault = _fault(changes, coverage.max_unmeasured)
        if fault:
            return self._unevaluable(fault)
        if changes and all(change.kind in ("new", "gone") for change in changes):
            return GateResult(self.id, "not evaluated", "the baseline has none of these probes yet")
        row = selected_row(comparison, self.selector)
        if row is None:
            return self._unevaluable("no such probe was measured in both runs")
        return self._decide(row, changes, p_drop)

    def _unevaluable(self, fault: str) -> GateResult:
        return GateResult(self.id, "failed", f"cannot be evaluated: {fault}")

    def _decide(self, row: PairedRow, changes: Sequence[ProbeChange], p_drop: float | None) -> GateResult:
        difference = row.difference
        if self.metric == "regressions":
            failed = row.broke > self.threshold
        elif self.metric == "drop":
            failed = row.before - row.after > self.threshold + _SLACK
        else:
            failed = p_drop is not None and p_drop <= ALPHA
        undecided = self.metric == "drop" and difference.low < -self.threshold < difference.high
        points = f"{100 * difference.value:+.1f} points [{100 * difference.low:+.1f}, {100 * difference.high:+.1f}]"
        rates = f"{row.before:.1%} → {row.after:.1%}"
        told = [rates, f"{points} n={row.n}", f"{row.fixed} fixed", f"{row.broke} broke"]
        told += [] if p_drop is None else ["p<0.001" if p_drop < 0.001 else f"p={p_drop:.3f}"]
        reason = ", ".join(told) + (_named_broken(changes) if failed else "") + _left_out(changes)
        return GateResult(
            self.id,
            "failed" if failed else "passed",
            reason + "; undecided" * undecided,
            difference.value,
            difference.low,
            difference.high,
            row.n,
            undecided,
        )


def evaluate_all(
    gates: Sequence[CompareGate], comparison: RunComparison | None, coverage: Coverage, fault: str | None = None
) -> list[GateResult]:
    """Decide every gate; the p-values of those about a significant drop are adjusted for their number (Holm).

    Without a comparison they are not evaluated: there is no baseline yet. Where there is one, `fault` says why it was
    not compared with, and they fail, as where the run itself is incomplete.
    """
    if comparison is None:
        missing = fault or coverage.missing
        status: Status = "failed" if missing and not coverage.partial else "not evaluated"
        why = coverage.partial or (f"cannot be evaluated: {missing}" if missing else NO_BASELINE)
        return [GateResult(gate.id, status, why) for gate in gates]
    rows = {gate.id: selected_row(comparison, gate.selector) for gate in gates if gate.metric == "significant-drop"}
    raw = {name: row.p_drop for name, row in rows.items() if row is not None}
    adjusted = dict(zip(raw, holm(list(raw.values())), strict=True))
    return [gate.evaluate(comparison, coverage, adjusted.get(gate.id)) for gate in gates]


def parse_compare_gate(text: str, where: str) -> CompareGate:
    """Read `[SELECTOR:]regressions>N`, `[SELECTOR:]drop>RATE` or `[SELECTOR:]significant-drop`.

    Raises:
        SettingsError: the message begins with `where`, the option as the user gave it.
    """
    name, colon, expression = text.rpartition(":")
    if colon and not name.strip():
        raise SettingsError(f"{where}: names nothing before ':'")
    metric, more, number = (part.strip() for part in expression.partition(">"))
    if metric == "significant-drop" and not more:
        bar = 0.0
    elif metric == "regressions" and re.fullmatch("[0-9]{1,9}", number):
        bar = float(number)
    elif metric == "drop" and more:
        bar = parse_share(number, where)
    else:
        hint = "" if metric in METRICS else nearest(metric, METRICS)
        known = "regressions>N, drop>RATE (0 to 1) or significant-drop, each also as SELECTOR:…"
        raise SettingsError(f"{where}: cannot be read{hint}: write {known}, for example generalization:drop>0.05")
    chosen: Metric = metric  # type: ignore[assignment]
    return CompareGate(chosen, bar, where, read_selector(name, where))


def _fault(changes: Sequence[ProbeChange], bearable: float) -> str | None:
    """Return why so many answers of this run, or of the baseline to the same probes, are missing, or None."""
    fault = unmeasured_fault([result for change in changes for result in change.after], bearable)
    if fault:
        return fault
    shared = [result for change in changes if change.after for result in change.before]
    fault = unmeasured_fault(shared, bearable) if shared else None
    return f"of the baseline, {fault}" if fault else None


def _named_broken(changes: Sequence[ProbeChange]) -> str:
    broke = [change.id for change in changes if change.kind == "broke"]
    more = f" and {len(broke) - _SHOWN} more" if len(broke) > _SHOWN else ""
    return f" ({', '.join(broke[:_SHOWN])}{more})" if broke else ""


def _left_out(changes: Sequence[ProbeChange]) -> str:
    kinds = Counter(change.kind for change in changes)
    told = [f"{kinds[kind]:,} {kind}" for kind in ("new", "gone", "unmeasured") if kinds[kind]]
    return f"; not compared: {', '.join(told)}" if told else ""
