"""Gates between arms: fail where one way to ask is better than another on the same probes, or does not beat it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_finetunebench.errors import SettingsError, counted, nearest, one_line
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.arm_rows import BASE, MODEL, SAME, arm_results, deciding, is_held_out, paired_values
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
from pytest_finetunebench.runs.rates import by_probe, fewest_samples, share
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.selectors import Selectable, Selector, read_selector

Relation = Literal[">", ">="]


@dataclass(frozen=True)
class ArmGate(SelectingGate):
    """Fails if `left` is better than `right` (`>`), or if `right` does not beat `left` (`>=`).

    Both by the one-sided test by item at 5%. Without a selector it is about the probes that were not trained. Several
    such gates need no correction: the run passes only where every one of them does.
    """

    left: str
    relation: Relation
    right: str
    where: str
    selector: Selector
    held_out: bool = False
    """Whether no selector was given: then it is about the probes that were not trained."""

    @property
    def id(self) -> str:
        """Its name in reports: the expression that must not hold."""
        prefix = "" if self.held_out else f"{self.selector.text}:"
        return f"arms:{prefix}{self.left}{self.relation}{self.right}"

    def covers(self, probe: Selectable, outcome: Outcome) -> bool:
        """Whether a probe's miss is left to this gate."""
        if self.held_out:
            return isinstance(probe, ProbeResult) and is_held_out(probe)
        return super().covers(probe, outcome)

    def evaluate(self, results: Sequence[ProbeResult], coverage: Coverage, rules: GateRules) -> GateResult:
        """Decide over a run's results; what is missing never passes silently."""
        short = coverage.shortfall(self.id)
        if short is not None:
            return short
        chosen = [result for result in results if self.selector.selects(result)]
        if self.held_out:
            chosen, _ = deciding(chosen)
        return worst_of_each(self.id, self.selector, chosen, lambda part: self._decide(part, rules))

    def _decide(self, chosen: Sequence[ProbeResult], rules: GateRules) -> GateResult:
        sides = [arm_results(chosen, name) for name in self._order]
        for name, side in zip(self._order, sides, strict=True):
            fault = unmeasured_fault(side, rules.max_unmeasured)
            if fault or len(side) < len(chosen):
                lost = fault or f"{len(chosen) - len(side):,} of {counted(len(chosen), 'answer')} were not asked for"
                return unevaluable(self.id, f"of {name}, {lost}")
        first, second = map(by_probe, sides)
        shares = [(share(first[probe]), share(second[probe]), first[probe][0]) for probe in first]
        pairs = [(a, b, shown) for a, b, shown in shares if a is not None and b is not None]
        if not pairs:
            return unevaluable(self.id, f"no probe was measured for both {self.left} and {self.right}")
        return self._tested(pairs, min(map(fewest_samples, sides)), rules)

    @property
    def _order(self) -> tuple[str, str]:
        """The two, so that the second is the one that may be better."""
        return (self.right, self.left) if self.relation == ">" else (self.left, self.right)

    def _tested(self, pairs: Sequence[tuple[float, float, ProbeResult]], repeats: int, rules: GateRules) -> GateResult:
        found = paired_values(pairs, repeats)
        first, second = self._order
        rates = [math.fsum(values) / len(pairs) for values in ([a for a, _, _ in pairs], [b for _, b, _ in pairs])]
        difference, p_value = found.difference, found.p_gain
        ends = (difference.low, difference.high)
        shift = f"{points_text(difference)} n={len(pairs)}, p{p_text(p_value, '=')}"
        reason = f"{rates[1]:.1%} of {second} against {rates[0]:.1%} of {first}, {shift}"
        better = p_value <= ALPHA
        status: Status = "failed" if better == (self.relation == ">") else "passed"
        margin = p_value - ALPHA if self.relation == ">" else ALPHA - p_value
        result = GateResult(self.id, status, reason, difference.value, *ends, len(pairs), margin=margin)
        needed = fewest_changed_items()
        # the first cannot be found better either, and the second may still be much better
        doubtful = self.relation == ">=" or (found.p_drop > ALPHA and difference.high >= SAME)
        if not better and found.open < needed and doubtful:
            room = counted(found.open, "item") if found.open else "no item"
            why = f"; {first} is wrong on {room}: {needed} are needed to find {second} better"
            return undecidable(result, why, needed, rules)
        return result


def parse_arm_gate(text: str, where: str, arms: Collection[str]) -> ArmGate:
    """Read `[SELECTOR:]A>B` or `[SELECTOR:]A>=B`, where A and B are arms of the run, `model` or `base`.

    An arm may be called by its kind (`retrieve`) where only one has it.

    Raises:
        SettingsError: it cannot be read, or names no arm; the message begins with `where`.
    """
    left, mark, right = text.partition(">")
    relation: Relation = ">=" if right.startswith("=") else ">"
    right = right.removeprefix("=").strip()
    if not mark or not left.strip() or not right:
        wanted = "write [SELECTOR:]A>B or [SELECTOR:]A>=B, for example retrieve:5>model"
        raise SettingsError(f"{where}: cannot be read: {wanted}")
    names = {MODEL: MODEL, BASE: BASE} | {name: name for name in arms} | _by_kind(arms)
    selector, first = _split(left.strip(), names)
    for name in (first, right):
        if name not in names:
            known = ", ".join([MODEL, BASE, *arms])
            raise SettingsError(f"{where}: '{one_line(name, 60)}' is no arm{nearest(name, names)}: there are {known}")
    if names[first] == names[right]:
        raise SettingsError(f"{where}: compares {names[first]} with itself")
    return ArmGate(names[first], relation, names[right], where, read_selector(selector, where), not selector)


def _split(left: str, names: Collection[str]) -> tuple[str, str]:
    """Return the selector before an arm's name, and the name: names hold colons themselves."""
    if left in names:
        return "", left
    starts = [at for at, char in enumerate(left) if char == ":"]
    found = next((at for at in starts if left[at + 1 :].strip() in names), None)
    if found is not None:
        return left[:found].strip(), left[found + 1 :].strip()
    return "", left


def _by_kind(arms: Iterable[str]) -> dict[str, str]:
    kinds: dict[str, list[str]] = {}
    for name in arms:
        kinds.setdefault(name.partition(":")[0], []).append(name)
    return {kind: names[0] for kind, names in kinds.items() if len(names) == 1}
