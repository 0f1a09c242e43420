"""What every kind of gate shares: the four results, how gates decide, and how much of a suite a run covers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeVar

from pytest_finetunebench.errors import SettingsError, counted
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.selectors import Selectable, Selector
from pytest_finetunebench.runs.units import Weight

Status = Literal["passed", "failed", "not evaluated", "cannot be decided"]
"""`not evaluated`: the run is partial or was interrupted. `cannot be decided`: the data could not have failed it."""
GateOn = Literal["rate", "interval"]
SelectableT = TypeVar("SelectableT", bound=Selectable)
_DECIMAL = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
SLACK = 1e-9
"""Rates are quotients: 0.6 must meet 0.6."""
SPANS = "; the interval spans the limit"
"""Stands after the figures of a gate that another run may decide otherwise."""


class SelectingGate:
    """A gate over the probes that its selector chooses."""

    where: str
    """The option as the user gave it, for messages."""
    selector: Selector

    def covers(self, probe: Selectable, outcome: Outcome) -> bool:
        """Whether a probe's miss is left to this gate."""
        del outcome
        return self.selector.selects(probe)

    def check(self, probes: Sequence[Selectable]) -> None:
        """Check that the suite has probes that it is about.

        Raises:
            SettingsError: it has none; the message names the option and what there is.
        """
        self.selector.check(probes, self.where)


@dataclass(frozen=True)
class GateRules:
    """How the gates of one run decide."""

    gate_on: GateOn = "rate"
    """What must meet a threshold: the rate itself, or the worse end of its 95% interval."""
    max_unmeasured: float = 0.01
    """The share of answers, 0..1, that may be unmeasured; of probes asked several times every sample counts."""
    allow_undecided: bool = False
    """Whether a gate that cannot be decided lets the run pass."""
    weight: Weight = "probes"
    """What counts once in a rate."""
    gap_floor: float = 0.5
    """The least memorization, 0..1, that a gap says anything about."""
    min_shared: float = 0.8
    """The share, 0..1, of either run's probes that a comparison needs to have been measured in both."""
    first_run: bool = False
    """Whether the user said that there is no baseline yet."""


@dataclass(frozen=True)
class Coverage:
    """How much of the suite a run's results stand for."""

    not_selected: int = 0
    """Probes of the suite that the run left out on purpose (`-k`, `--lf`, …)."""
    not_run: int = 0
    """Selected probes without a result."""
    interrupted: str | None = None
    """Why the run ended early."""
    empty: bool = False
    """No probe was selected at all."""
    probes: int = 0
    """Probes of the suite; 0 where that is unknown."""
    stopped: str | None = None
    """What a stored run saved that stopped asking once its own gates were decided."""

    def shortfall(self, gate: str) -> GateResult | None:
        """Return the result of a gate that these results cannot decide; None where nothing is missing.

        A partial run is the user's choice. An interrupted one and one with lost results must end red.
        """
        if self.not_selected:
            why = f"a partial run: {counted(self.not_selected, 'probe')} of the suite not selected"
            if self.probes:
                selected = self.probes - self.not_selected
                why = f"a partial run: {selected:,} of {counted(self.probes, 'probe')} selected"
            return GateResult(gate, "not evaluated", why, excused=True)
        if self.stopped:
            return unevaluable(gate, f"the run {self.stopped}")
        lost = f"{counted(self.not_run, 'selected probe')} without a result" if self.not_run else ""
        if self.interrupted:
            why = f"interrupted: {self.interrupted}" + f" ({lost})" * bool(lost)
            return GateResult(gate, "not evaluated", why)
        if self.empty:
            return unevaluable(gate, "no probe was selected")
        return unevaluable(gate, lost) if lost else None


@dataclass(frozen=True)
class GateResult:
    """What a gate came to, and the figures that decided."""

    id: str
    status: Status
    reason: str
    """In one line: the figure against the threshold, or why there is none."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    undecided: bool = False
    """The interval spans the threshold: another run may decide otherwise."""
    alarm: float | None = None
    """Of a rate: how often, 0..1, a model as good as measured would fail the gate on as many other items."""
    needed: int | None = None
    """How many items the gate needs to be decided; None where it was, or where more items would not help."""
    excused: bool = False
    """Whether a run may end green although the gate did not pass: by the user's choice, never by lack of data."""

    margin: float | None = None
    """By how much, -1..1, the deciding figure meets its threshold."""

    @property
    def blocks(self) -> bool:
        """Whether the run must end red for it."""
        return self.status != "passed" and not self.excused


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

    def check(self, probes: Sequence[Selectable]) -> None:
        """Check that the suite's probes can decide it.

        Raises:
            SettingsError: they cannot; the message names the option and what there is.
        """


def unevaluable(gate: str, fault: str) -> GateResult:
    """Return the failure of a gate whose data is missing."""
    return GateResult(gate, "failed", f"cannot be evaluated: {fault}")


def fewest_changed_items(alpha: float = 0.05) -> int:
    """Return how many items must all change alike for a one-sided p-value of at most alpha: 2⁻ⁿ ≤ alpha."""
    return math.ceil(-math.log2(alpha))


def worst_of_each(
    gate: str,
    selector: Selector,
    probes: Sequence[SelectableT],
    decide: Callable[[Sequence[SelectableT]], GateResult],
) -> GateResult:
    """Decide for each group that a selector keeps apart; the worst result is the gate's."""
    groups = selector.each(probes)
    return worst_of(gate, selector, {name: decide(part) for name, part in groups.items()} or {"": decide([])})


def worst_of(gate: str, selector: Selector, found: Mapping[str, GateResult]) -> GateResult:
    """Return the worst of the results by group; without groups there is nothing that the gate is about."""
    if not found:
        return unevaluable(gate, "no such probe was run")
    if set(found) <= {selector.text, ""}:
        return next(iter(found.values()))
    worst = max(found, key=lambda name: _badness(found[name]))
    reason = f"{worst}: {found[worst].reason}; the worst of {len(found)}"
    return replace(found[worst], id=gate, reason=reason)


def _badness(found: GateResult) -> tuple[bool, int, float]:
    order: tuple[Status, ...] = ("passed", "cannot be decided", "not evaluated", "failed")
    return found.blocks, order.index(found.status), 0.0 if found.margin is None else -found.margin


def undecidable(found: GateResult, why: str, needed: int | None, rules: GateRules) -> GateResult:
    """Return a gate's result as `cannot be decided`, with the reason after its figures."""
    return replace(
        found, status="cannot be decided", reason=found.reason + why, needed=needed, excused=rules.allow_undecided
    )


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


def unmeasured_fault(chosen: Sequence[ProbeResult], bearable: float) -> str | None:
    """Return why so many answers are unmeasured that nothing can be decided, or None."""
    if not chosen:
        return "no such probe was run"
    samples = len(chosen)
    missing = sum(not result.measured for result in chosen)
    if missing == samples:
        return "nothing was measured"
    if missing / samples > bearable + SLACK:
        return f"{missing} of {samples} answers are unmeasured, more than {bearable:.1%} (--ft-max-unmeasured)"
    return None
