"""Gates that ask a model to beat a rival on the same probes: the control, or the base model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pytest_finetunebench.errors import SettingsError, counted, nearest, one_line
from pytest_finetunebench.runs.figures import p_text, points_text
from pytest_finetunebench.runs.gate_results import (
    Coverage,
    GateResult,
    GateRules,
    SelectingGate,
    Status,
    fewest_changed_items,
    undecidable,
    unevaluable,
    unmeasured_fault,
    worst_of_each,
)
from pytest_finetunebench.runs.paired_rows import ALPHA
from pytest_finetunebench.runs.paired_values import compare_values, most_careful
from pytest_finetunebench.runs.rates import by_probe, fewest_samples, share
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.selectors import Selector, read_selector
from pytest_finetunebench.runs.units import units_of

Rival = Literal["control", "base"]
RIVALS = get_args(Rival)


@dataclass(frozen=True)
class RivalGate(SelectingGate):
    """Passes if the model beats its rival on the same probes, by the one-sided test by item at 5%.

    Several such gates need no correction: the run passes only where every one of them does.
    """

    rival: Rival
    where: str
    selector: Selector

    @property
    def id(self) -> str:
        """Its name in reports: `beats-control`, `generalization:beats-base`."""
        prefix = "" if self.selector == Selector() else f"{self.selector.text}:"
        return f"{prefix}beats-{self.rival}"

    def evaluate(self, results: Sequence[ProbeResult], coverage: Coverage, rules: GateRules) -> GateResult:
        """Decide over a run's results; what is missing never passes silently."""
        short = coverage.shortfall(self.id)
        if short is not None:
            return short
        chosen = [result for result in results if self.selector.selects(result)]
        return worst_of_each(self.id, self.selector, chosen, lambda part: self._decide(part, rules))

    def _decide(self, chosen: Sequence[ProbeResult], rules: GateRules) -> GateResult:
        fault = unmeasured_fault(chosen, rules.max_unmeasured)
        if fault:
            return unevaluable(self.id, fault)
        rivals = [rival for result in chosen if (rival := self._of_rival(result)) is not None]
        if not rivals:
            return unevaluable(self.id, f"the {self.rival} answered none of these probes")
        fault = unmeasured_fault(rivals, rules.max_unmeasured)
        if fault:
            return unevaluable(self.id, f"of the {self.rival}, {fault}")
        return self._tested(chosen, rivals, rules)

    def _of_rival(self, result: ProbeResult) -> ProbeResult | None:
        return result.of_control if self.rival == "control" else result.of_base

    def _tested(self, chosen: Sequence[ProbeResult], rivals: Sequence[ProbeResult], rules: GateRules) -> GateResult:
        ours, theirs = by_probe(chosen), by_probe(rivals)
        shares = [(share(ours[name]), share(theirs[name]), ours[name][0]) for name in theirs]
        pairs = [(a, b, shown) for a, b, shown in shares if a is not None and b is not None]
        if not pairs:
            return unevaluable(self.id, f"no probe was measured for both the model and the {self.rival}")
        after, before, shown = ([a for a, _, _ in pairs], [b for _, b, _ in pairs], [one for _, _, one in pairs])
        repeats = min(fewest_samples(chosen), fewest_samples(rivals))
        units = units_of(shown)
        found = most_careful([compare_values(before, after, list(map(unit, shown)), repeats) for unit in units])
        value, rival = math.fsum(after) / len(after), math.fsum(before) / len(before)
        difference, p_value = found.difference, found.p_gain
        shift = f"{points_text(difference)} n={len(after)}, p{p_text(p_value, '=')}"
        reason = f"{value:.1%} against {rival:.1%} of the {self.rival}, {shift}"
        status: Status = "passed" if p_value <= ALPHA else "failed"
        ends, n = (difference.low, difference.high), len(after)
        result = GateResult(self.id, status, reason, difference.value, *ends, n, margin=ALPHA - p_value)
        needed = fewest_changed_items()
        if status == "failed" and found.open < needed:
            room = counted(found.open, "item") if found.open else "no item"
            why = f"; the {self.rival} is wrong on {room}: {needed} are needed to beat it"
            return undecidable(result, why, needed, rules)
        return result


def parse_rival_gate(text: str, where: str) -> RivalGate:
    """Read `[SELECTOR=]control` or `[SELECTOR=]base`.

    Raises:
        SettingsError: the message begins with `where`, the option as the user gave it.
    """
    name, equals, rival = (part.strip() for part in text.rpartition("="))
    if equals and not name:
        raise SettingsError(f"{where}: names nothing before '='")
    if rival not in RIVALS:
        hint = nearest(rival, RIVALS)
        raise SettingsError(f"{where}: '{one_line(rival, 60)}' is no rival{hint}: write [SELECTOR=]control or base")
    chosen: Rival = rival  # type: ignore[assignment]
    return RivalGate(chosen, where, read_selector(name, where))
