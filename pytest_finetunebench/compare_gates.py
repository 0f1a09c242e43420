"""Gates over a comparison with a baseline: what may not have become worse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_finetunebench.compare import ALPHA, RunComparison, selected_row
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.gates import Coverage, GateResult, unmeasured_fault
from pytest_finetunebench.outcomes import Outcome
from pytest_finetunebench.selectors import Selectable, Selector
from pytest_finetunebench.statistics import holm

Metric = Literal["regressions", "drop", "significant-drop"]
NO_BASELINE = "no baseline yet: this run can be the first (--ft-save)"
_EXPRESSION = re.compile(
    r"(?:(?P<selector>[^:>\s]+)\s*:)?\s*(?:(?P<metric>regressions|drop)\s*>\s*(?P<bar>[\d.]+)|significant-drop)"
)
_SHOWN = 3


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
        bar = "" if self.metric == "significant-drop" else f">{self.threshold:g}"
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
            return GateResult(self.id, "failed", f"cannot be evaluated: {coverage.missing}")
        chosen = [result for result in comparison.after.results if self.selector.selects(result)]
        fault = unmeasured_fault(chosen, coverage.max_unmeasured)
        row = selected_row(comparison, self.selector)
        if fault or row is None:
            reason = fault or "no such probe was measured in both runs"
            return GateResult(self.id, "failed", f"cannot be evaluated: {reason}")
        broke = [c.id for c in comparison.of("broke") if self.selector.selects(c.either)]
        if self.metric == "regressions":
            failed = row.broke > self.threshold
        elif self.metric == "drop":
            failed = row.before - row.after > self.threshold + 1e-9
        else:
            failed = p_drop is not None and p_drop <= ALPHA
        low, high = 100 * row.difference.low, 100 * row.difference.high
        reason = (
            f"{row.before:.1%} → {row.after:.1%}, {100 * row.difference.value:+.1f} points [{low:+.1f}, {high:+.1f}] "
        )
        reason += f"n={row.n}, {row.fixed} fixed, {row.broke} broke"
        reason += f", p={p_drop:.3f}" if p_drop is not None else ""
        if failed and broke:
            more = f" and {len(broke) - _SHOWN} more" if len(broke) > _SHOWN else ""
            reason += f" ({', '.join(broke[:_SHOWN])}{more})"
        value = row.after - row.before
        undecided = self.metric == "drop" and row.difference.low < -self.threshold < row.difference.high
        reason += "; undecided" * undecided
        status: Literal["passed", "failed"] = "failed" if failed else "passed"
        return GateResult(self.id, status, reason, value, *row.difference[1:], n=row.n, undecided=undecided)


def evaluate_all(
    gates: Sequence[CompareGate], comparison: RunComparison | None, coverage: Coverage
) -> list[GateResult]:
    """Decide every gate; the p-values of those about a significant drop are adjusted for their number (Holm)."""
    if comparison is None:
        return [GateResult(gate.id, "not evaluated", coverage.partial or NO_BASELINE) for gate in gates]
    rows = {gate: selected_row(comparison, gate.selector) for gate in gates if gate.metric == "significant-drop"}
    raw = {gate: row.p_drop for gate, row in rows.items() if row is not None}
    adjusted = dict(zip(raw, holm(list(raw.values())), strict=True))
    return [gate.evaluate(comparison, coverage, adjusted.get(gate)) for gate in gates]


def parse_compare_gate(text: str, where: str) -> CompareGate:
    """Read `[SELECTOR:]regressions>N`, `[SELECTOR:]drop>RATE` or `[SELECTOR:]significant-drop`.

    Raises:
        SettingsError: the message begins with `where`, the option as the user gave it.
    """
    found = _EXPRESSION.fullmatch(text.strip())
    bar = _number(found["bar"]) if found else None
    if found is None or bar is None or (found["metric"] == "drop" and bar > 1):
        known = "regressions>N, drop>RATE (0 to 1) or significant-drop, each also as SELECTOR:…"
        raise SettingsError(f"{where}: cannot be read: write {known}, for example generalization:drop>0.05")
    selector = Selector(found["selector"] or Selector().text)
    metric: Metric = found["metric"] or "significant-drop"  # type: ignore[assignment]
    return CompareGate(metric, bar, where, selector)


def _number(text: str | None) -> float | None:
    try:
        return float(text or 0)
    except ValueError:
        return None
