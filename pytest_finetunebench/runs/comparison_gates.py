"""Gates over a comparison with a baseline: what may not have become worse."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from pytest_finetunebench.errors import SettingsError, counted, nearest
from pytest_finetunebench.runs.comparison import RunComparison
from pytest_finetunebench.runs.drop_tests import DropTest, PairedRows, Probes, drop_tests, ids_of
from pytest_finetunebench.runs.figures import p_text, points_text
from pytest_finetunebench.runs.gate_results import (
    SLACK,
    SPANS,
    Coverage,
    GateResult,
    GateRules,
    SelectingGate,
    parse_share,
    undecidable,
    unevaluable,
    unmeasured_fault,
    worst_of,
)
from pytest_finetunebench.runs.paired_rows import ALPHA, PairedRow, ProbeChange
from pytest_finetunebench.runs.selectors import Selector, read_selector

Metric = Literal["regressions", "drop", "significant-drop", "worse-by"]
NO_BASELINE = "there is no baseline: store one with --ft-save in a run without this gate, or say --ft-first-run"
FIRST_RUN = "the first run: nothing to compare with (--ft-first-run)"
METRICS = get_args(Metric)
_SHOWN = 3
DEFAULT_RULES = GateRules()


@dataclass(frozen=True)
class CompareGate(SelectingGate):
    """A limit on what became worse, by one of four metrics.

    `regressions`: more than `threshold` probes broke. `drop`: the pass rate fell by more than `threshold`; decided by
    the interval, it must be shown not to have. `significant-drop`: it fell by more than chance explains. `worse-by`
    passes only where the whole 95% interval of the difference is above -`threshold` (non-inferiority).
    """

    metric: Metric
    threshold: float
    where: str
    selector: Selector
    since: str = ""
    """The run to compare with; empty: the run's baseline."""

    @property
    def id(self) -> str:
        """Its name in reports: the expression that must not hold."""
        number = f"{self.threshold:.0f}" if self.metric == "regressions" else repr(self.threshold)
        bar = "" if self.metric == "significant-drop" else f">{number}"
        prefix = "" if self.selector == Selector() else f"{self.selector.text}:"
        return f"{f'since:{self.since}' if self.since else 'compare'}:{prefix}{self.metric}{bar}"

    def changes(self, comparison: RunComparison) -> dict[str, list[ProbeChange]]:
        """Return the probes that it is about, by what it decides by itself."""
        by_id: dict[str, list[ProbeChange]] = defaultdict(list)
        for change in comparison.changes:
            by_id[change.id].append(change)
        groups = self.selector.each(found[0].either for found in by_id.values())
        return {name: [change for probe in group for change in by_id[probe.id]] for name, group in groups.items()}

    def decide(
        self, changes: Sequence[ProbeChange], rows: PairedRows, rules: GateRules, tests: Mapping[Probes, DropTest]
    ) -> GateResult:
        """Decide over some probes of two runs; `tests` are all tests of a drop that the run's gates make."""
        fault = _fault(changes, rules.max_unmeasured)
        if fault:
            return unevaluable(self.id, fault)
        too_few = _too_few_shared(changes, rules.min_shared)
        row = rows.of(changes)
        if row is None and too_few:
            return undecidable(GateResult(self.id, "passed", "nothing to compare"), too_few, None, rules)
        if row is None:
            return unevaluable(self.id, "no such probe was measured in both runs")
        test = tests[ids_of(changes)] if self.metric == "significant-drop" else None
        decided = self._decide(row, changes, rules, test)
        return undecidable(decided, too_few, None, rules) if too_few and decided.status == "passed" else decided

    def _decide(
        self, row: PairedRow, changes: Sequence[ProbeChange], rules: GateRules, test: DropTest | None
    ) -> GateResult:
        difference, margin = row.difference, self._margin(row, rules, test)
        # a test fails at its level, a limit only above it
        failed = margin <= 0 if test is not None else margin < -SLACK
        undecided = self.metric in ("drop", "worse-by") and difference.low < -self.threshold < difference.high
        rates = f"{row.before:.1%} → {row.after:.1%}"
        n = f"{row.n} items" if rules.weight == "items" else row.n
        told = [rates, f"{points_text(difference)} n={n}", f"{row.fixed} fixed", f"{row.broke} broke"]
        if test is not None:
            of_many = f" (Westfall-Young, {test.family} tests)" if test.family > 1 else ""
            told.append(f"p{p_text(test.p_value, '=')}{of_many}")
        if row.visible is not None and self.metric != "regressions":
            told.append(f"sees a drop of {100 * row.visible:.1f} points or more")
        reason = ", ".join(told) + (_named_broken(changes) if failed else "") + _left_out(changes)
        found = GateResult(
            self.id,
            "failed" if failed else "passed",
            reason + SPANS * undecided,
            difference.value,
            difference.low,
            difference.high,
            row.n,
            undecided,
            margin=margin,
        )
        if failed:
            return self._with_needed(found, row) if self.metric == "worse-by" else found
        return self._checked(found, row, rules, test)

    def _margin(self, row: PairedRow, rules: GateRules, test: DropTest | None) -> float:
        """Return by how much the deciding figure meets the limit; below 0 the gate fails."""
        if test is not None:
            return test.p_value - ALPHA
        if self.metric == "regressions":
            return self.threshold - row.broke
        by_interval = self.metric == "worse-by" or rules.gate_on == "interval"
        return self.threshold + (row.difference.low if by_interval else row.after - row.before)

    def _with_needed(self, found: GateResult, row: PairedRow) -> GateResult:
        """Return a failed gate that another number of items could have passed, with that number."""
        room = row.difference.value + self.threshold
        if room <= 0:
            return found
        needed = math.ceil(row.items * ((row.difference.value - row.difference.low) / room) ** 2)
        return replace(found, reason=f"{found.reason}; about {counted(needed, 'item')} could pass it", needed=needed)

    def _checked(self, found: GateResult, row: PairedRow, rules: GateRules, test: DropTest | None) -> GateResult:
        """Return a gate that did not fail, or that no answers of this run could have failed it.

        A run that is better than its baseline (for `significant-drop`: significantly) has passed in any case.
        """
        if test is not None:
            if test.lowest <= ALPHA or row.p_gain <= ALPHA:
                return found
            items = "no item" if test.items == 0 else counted(test.items, "item")
            why = f"; the baseline is right on {items}: even losing all is no significant drop"
            needed = (
                f", {test.needed} are {'enough' if test.family > 1 else 'needed'}" if test.needed > test.items else ""
            )
            return undecidable(found, why + needed, test.needed, rules)
        if row.after > row.before + SLACK:
            return found
        if self.metric == "regressions" and row.held <= self.threshold:
            why = f"; the baseline is right on {counted(row.held, 'probe')}: no more than that can break"
            return undecidable(found, why, None, rules)
        if self.metric != "regressions" and row.before <= self.threshold < 1:
            why = f"; the baseline's rate leaves no room for a drop above {100 * self.threshold:g} points"
            return undecidable(found, why, None, rules)
        return found


def evaluate_all(
    gates: Sequence[CompareGate],
    comparison: RunComparison | None,
    coverage: Coverage,
    rules: GateRules = DEFAULT_RULES,
    fault: str | None = None,
) -> list[GateResult]:
    """Decide every gate; the p-values of those about a significant drop are adjusted for each other.

    Without a comparison they fail, unless the user said that this is the first run. `fault` says why a baseline was
    not compared with.
    """
    if comparison is None:
        return [coverage.shortfall(gate.id) or _without_baseline(gate.id, fault, rules) for gate in gates]
    rows = PairedRows(rules.weight)
    groups = [gate.changes(comparison) for gate in gates]
    tested = [
        changes
        for gate, parts in zip(gates, groups, strict=True)
        if gate.metric == "significant-drop"
        for changes in parts.values()
    ]
    tests = drop_tests(tested, rows)
    found: list[GateResult] = []
    for gate, parts in zip(gates, groups, strict=True):
        decided = {name: gate.decide(changes, rows, rules, tests) for name, changes in parts.items()}
        found.append(coverage.shortfall(gate.id) or worst_of(gate.id, gate.selector, decided))
    return found


def evaluate_by_baseline(
    gates: Sequence[CompareGate],
    comparisons: Mapping[str, RunComparison],
    coverage: Coverage,
    rules: GateRules = DEFAULT_RULES,
    faults: Mapping[str, str] | None = None,
) -> list[GateResult]:
    """Decide gates over several comparisons, each gate over that of its `since`; so are `faults` named."""
    found: dict[str, GateResult] = {}
    for since in dict.fromkeys(gate.since for gate in gates):
        group = [gate for gate in gates if gate.since == since]
        fault = (faults or {}).get(since)
        found |= {one.id: one for one in evaluate_all(group, comparisons.get(since), coverage, rules, fault)}
    return [found[gate.id] for gate in gates]


def _without_baseline(gate: str, fault: str | None, rules: GateRules) -> GateResult:
    if fault or not rules.first_run:
        return unevaluable(gate, fault or NO_BASELINE)
    return GateResult(gate, "not evaluated", FIRST_RUN, excused=True)


def _too_few_shared(changes: Sequence[ProbeChange], floor: float) -> str | None:
    """Say why too few probes were measured in both runs, or None; rewritten probes are not shared."""
    shared = sum(change.paired for change in changes)
    whole = max(sum(bool(change.before) for change in changes), sum(bool(change.after) for change in changes))
    if not whole or shared / whole >= floor - SLACK:
        return None
    told = f"{shared:,} of {counted(whole, 'probe')} measured in both runs"
    return f"; only {told}, a comparison needs {floor:.0%} (--ft-min-shared)"


def parse_compare_gate(text: str, where: str) -> CompareGate:
    """Read `[since:REF:][SELECTOR:]` and `regressions>N`, `drop>RATE`, `worse-by>RATE` or `significant-drop`.

    Raises:
        SettingsError: the message begins with `where`, the option as the user gave it.
    """
    since = ""
    if text.strip().startswith("since:"):
        since, _, text = text.strip().removeprefix("since:").partition(":")
        if not since.strip() or not text.strip():
            raise SettingsError(f"{where}: write since:REF:EXPR, for example since:first:drop>0.05")
    name, colon, expression = text.rpartition(":")
    if colon and not name.strip():
        raise SettingsError(f"{where}: names nothing before ':'")
    metric, more, number = (part.strip() for part in expression.partition(">"))
    if metric == "significant-drop" and not more:
        bar = 0.0
    elif metric == "regressions" and re.fullmatch("[0-9]{1,9}", number):
        bar = float(number)
    elif metric in ("drop", "worse-by") and more:
        bar = parse_share(number, where)
    else:
        hint = "" if metric in METRICS else nearest(metric, METRICS)
        known = "regressions>N, drop>RATE (0 to 1), worse-by>RATE or significant-drop, each also as SELECTOR:…"
        raise SettingsError(f"{where}: cannot be read{hint}: write {known}, for example generalization:drop>0.05")
    chosen: Metric = metric  # type: ignore[assignment]
    return CompareGate(chosen, bar, where, read_selector(name, where), since.strip())


def _fault(changes: Sequence[ProbeChange], bearable: float) -> str | None:
    """Return why too many answers of this run or of the baseline are missing, or None."""
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
