"""Gates over a comparison with a baseline: what may not have become worse."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal, get_args

from pytest_finetunebench.errors import SettingsError, counted, nearest
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.comparison import (
    ALPHA,
    PairedRow,
    ProbeChange,
    RunComparison,
    paired_changes,
    selected_row,
)
from pytest_finetunebench.runs.gate_results import (
    SLACK,
    Coverage,
    GateResult,
    GateRules,
    parse_share,
    undecidable,
    unevaluable,
    unmeasured_fault,
)
from pytest_finetunebench.runs.selectors import Selectable, Selector, read_selector
from pytest_finetunebench.runs.statistics import holm

Metric = Literal["regressions", "drop", "significant-drop"]
NO_BASELINE = "no baseline yet: this run can be the first (--ft-save)"
METRICS = get_args(Metric)
_SHOWN = 3
DEFAULT_RULES = GateRules()


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

    def check(self, probes: Sequence[Selectable]) -> None:
        """Check that the suite has probes that it is about.

        Raises:
            SettingsError: it has none; the message names the option and what there is.
        """
        self.selector.check(probes, self.where)

    def evaluate(
        self, comparison: RunComparison, coverage: Coverage, rules: GateRules, test: DropTest | None
    ) -> GateResult:
        """Decide; `test` is the test of a drop among all such gates of the run."""
        short = coverage.shortfall(self.id)
        if short is not None:
            return short
        changes = [change for change in comparison.changes if self.selector.selects(change.either)]
        fault = _fault(changes, rules.max_unmeasured)
        if fault:
            return unevaluable(self.id, fault)
        if changes and all(change.kind in ("new", "gone") for change in changes):
            return GateResult(self.id, "not evaluated", "the baseline has none of these probes yet", excused=True)
        row = selected_row(comparison, self.selector)
        if row is None:
            return unevaluable(self.id, "no such probe was measured in both runs")
        return self._decide(row, changes, rules, test)

    def _decide(
        self, row: PairedRow, changes: Sequence[ProbeChange], rules: GateRules, test: DropTest | None
    ) -> GateResult:
        failed = self._fails(row, rules, test)
        difference = row.difference
        undecided = self.metric == "drop" and difference.low < -self.threshold < difference.high
        points = f"{100 * difference.value:+.1f} points [{100 * difference.low:+.1f}, {100 * difference.high:+.1f}]"
        rates = f"{row.before:.1%} → {row.after:.1%}"
        told = [rates, f"{points} n={row.n}", f"{row.fixed} fixed", f"{row.broke} broke"]
        told += [] if test is None else ["p<0.001" if test.p_value < 0.001 else f"p={test.p_value:.3f}"]
        reason = ", ".join(told) + (_named_broken(changes) if failed else "") + _left_out(changes)
        found = GateResult(
            self.id,
            "failed" if failed else "passed",
            reason + "; undecided" * undecided,
            difference.value,
            difference.low,
            difference.high,
            row.n,
            undecided,
        )
        return found if failed else self._checked(found, row, rules, test)

    def _fails(self, row: PairedRow, rules: GateRules, test: DropTest | None) -> bool:
        if self.metric == "regressions":
            return row.broke > self.threshold
        if self.metric == "drop":
            fallen = row.before - row.after if rules.gate_on == "rate" else -row.difference.low
            return fallen > self.threshold + SLACK
        return test is not None and test.p_value <= ALPHA

    def _checked(self, found: GateResult, row: PairedRow, rules: GateRules, test: DropTest | None) -> GateResult:
        """Return a gate that did not fail, or that no answers of this run could have failed it.

        A run that is better than its baseline (for `significant-drop`: significantly) has passed in any case.
        """
        if self.metric == "significant-drop":
            if test is None or test.lowest <= ALPHA or row.p_gain <= ALPHA:
                return found
            items = "no item" if test.items == 0 else counted(test.items, "item")
            why = f"; the baseline is right on {items}: even losing all is no significant drop"
            needed = f", {test.needed} are needed" if test.needed > test.items else ""
            return undecidable(found, why + needed, test.needed, rules)
        if row.after > row.before + SLACK:
            return found
        if self.metric == "regressions" and row.held <= self.threshold:
            why = f"; the baseline is right on {counted(row.held, 'probe')}: no more than that can break"
            return undecidable(found, why, None, rules)
        if self.metric == "drop" and row.before <= self.threshold < 1:
            why = f"; the baseline's rate leaves no room for a drop above {100 * self.threshold:g} points"
            return undecidable(found, why, None, rules)
        return found


@dataclass(frozen=True)
class DropTest:
    """The one-sided test of a drop, adjusted for the number of such gates in a run (Holm)."""

    p_value: float
    lowest: float
    """What `p_value` would be if this run had every shared probe wrong."""
    items: int
    """Items of which the baseline has some probe right: only those can fall."""
    needed: int
    """How many such items it takes for a p-value of at most 5%."""


def evaluate_all(
    gates: Sequence[CompareGate],
    comparison: RunComparison | None,
    coverage: Coverage,
    rules: GateRules = DEFAULT_RULES,
    fault: str | None = None,
) -> list[GateResult]:
    """Decide every gate; the p-values of those about a significant drop are adjusted for their number (Holm).

    Without a comparison they are not evaluated: there is no baseline yet. Where there is one, `fault` says why it was
    not compared with, and they fail, as where the run itself is incomplete.
    """
    if comparison is None:
        return [coverage.shortfall(gate.id) or _without_baseline(gate.id, fault) for gate in gates]
    tests = _drop_tests([gate for gate in gates if gate.metric == "significant-drop"], comparison)
    return [gate.evaluate(comparison, coverage, rules, tests.get(gate.id)) for gate in gates]


def _without_baseline(gate: str, fault: str | None) -> GateResult:
    return unevaluable(gate, fault) if fault else GateResult(gate, "not evaluated", NO_BASELINE, excused=True)


def _drop_tests(gates: Sequence[CompareGate], comparison: RunComparison) -> dict[str, DropTest]:
    """Test each gate's probes for a drop; gates over the same probes are one test, which weakens neither."""
    chosen = {gate.id: tuple(c.id for c in paired_changes(comparison, gate.selector)) for gate in gates}
    rows = {chosen[gate.id]: selected_row(comparison, gate.selector) for gate in gates}
    raw = {probes: row.p_drop for probes, row in rows.items() if row is not None}
    adjusted = dict(zip(raw, holm(list(raw.values())), strict=True))
    tests: dict[str, DropTest] = {}
    for name, probes in chosen.items():
        row = rows[probes]
        if row is not None:
            others = [p for other, p in raw.items() if other != probes]
            lowest = _adjusted(math.ldexp(1.0, -row.held_items), others)
            needed = next(items for items in count(1) if _adjusted(math.ldexp(1.0, -items), others) <= ALPHA)
            tests[name] = DropTest(adjusted[probes], lowest, row.held_items, needed)
    return tests


def _adjusted(p_value: float, others: Sequence[float]) -> float:
    return holm([p_value, *others])[0]


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
