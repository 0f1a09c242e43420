"""Gates in a pytest run: covered misses are tolerated, and each gate is reported as a test."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.options import BY_NAME
from pytest_finetunebench.plugin.option_values import OptionValues
from pytest_finetunebench.runs.found_hard import check_gate
from pytest_finetunebench.runs.gate_results import Coverage, GateResult, GateRules, parse_share
from pytest_finetunebench.runs.gates import DEFAULT_RULES, LIMITED, RateGate, parse_rate_gate
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.selectors import Selectable
from pytest_finetunebench.settings import Settings

if TYPE_CHECKING:
    from pytest_finetunebench.runs.arm_gates import ArmGate
    from pytest_finetunebench.runs.comparison import RunComparison
    from pytest_finetunebench.runs.comparison_gates import CompareGate
    from pytest_finetunebench.runs.early import How
    from pytest_finetunebench.runs.rival_gates import RivalGate

BASE = "base"
_NODE = "finetunebench::gate[{}]"
"""A node id has one `::`: what follows a second one would end a field of GitHub's annotations."""
_LONGEST_NAME = 240
"""GitLab and Jenkins keep 255 characters of a test's name."""
LATER = "left to `finetunebench gate` (--ft-gate-later)"
_UNCOUNTED = ("not evaluated", "cannot be decided")
_LIMITS: tuple[tuple[str, Literal["min_rate", "max_rate", "max_gap"]], ...] = (
    ("min-rate", "min_rate"),
    ("max-rate", "max_rate"),
    ("max-gap", "max_gap"),
)


@dataclass(frozen=True)
class GatePlan:
    """The gates of a run, from command line, environment and ini."""

    rates: tuple[RateGate, ...] = ()
    compares: tuple[CompareGate, ...] = ()
    rivals: tuple[RivalGate, ...] = ()
    arms: tuple[ArmGate, ...] = ()
    rules: GateRules = DEFAULT_RULES
    later: bool = False
    """Whether `finetunebench gate` decides, over the records of all shards."""
    stop_when_decided: How | None = None
    """Whether the run stops asking once every gate is decided, and how that is known."""

    @property
    def gates(self) -> tuple[RateGate | RivalGate | ArmGate | CompareGate, ...]:
        """All gates, in the order of reports."""
        return (*self.rates, *self.rivals, *self.arms, *self.compares)

    def check(self, counted: Sequence[Probe], apart: Sequence[Probe]) -> None:
        """Check that the suite has probes for each gate that count; those `apart` do not.

        Raises:
            SettingsError: it has none for one; the message names the option and what there is.
        """
        for gate in self.gates:
            check_gate(gate, counted, apart)

    def tolerates(self, result: ProbeResult, *, whole: bool, baselines: Collection[str]) -> bool:
        """Whether a miss is left to a gate that will be decided. What is unmeasured never is.

        `whole` says whether the run selected the whole suite, `baselines` which were found, by a gate's `since`.
        """
        if not result.measured or result.correct or not (whole or self.later):
            return False
        return self._covers(result, result.outcome, baselines)

    def covers_any_miss(self, probe: Probe, baselines: Collection[str]) -> bool:
        """Whether every miss of a probe would be left to a gate: only then need it not be asked."""
        return all(self._covers(probe, outcome, baselines) for outcome in LIMITED)

    def _covers(self, probe: Selectable, outcome: Outcome, baselines: Collection[str]) -> bool:
        anyhow = self.rules.first_run or self.later
        decided = [gate for gate in self.compares if anyhow or gate.since in baselines]
        return any(
            gate.covers(probe, outcome) for gates in (self.rates, self.rivals, self.arms, decided) for gate in gates
        )

    def evaluate(
        self,
        results: Sequence[ProbeResult],
        comparisons: Mapping[str, RunComparison],
        coverage: Coverage,
        faults: Mapping[str, str],
    ) -> list[GateResult]:
        """Decide every gate. Comparisons, and why one could not be made, are by a gate's `since`."""
        if self.later:
            return [GateResult(gate.id, "not evaluated", LATER, excused=True) for gate in self.gates]
        own: tuple[RateGate | RivalGate | ArmGate, ...] = (*self.rates, *self.rivals, *self.arms)
        rates = [gate.evaluate(results, coverage, self.rules) for gate in own]
        if not self.compares:
            return rates
        from pytest_finetunebench.runs.comparison_gates import evaluate_by_baseline

        return [*rates, *evaluate_by_baseline(self.compares, comparisons, coverage, self.rules, faults)]


def read_gates(config: pytest.Config, settings: Settings) -> GatePlan:
    """Return the gates of command line, environment and ini.

    Raises:
        pytest.UsageError: one cannot be read.
    """
    values = OptionValues(config)
    try:
        rates = [
            parse_rate_gate(limit, text, where) for option, limit in _LIMITS for text, where in values.entries(option)
        ]
        compares = _compare_gates(list(values.entries("compare-fail")))
        plain = [gate for gate in compares if not gate.since]
        if plain and not values.is_given("compare"):
            begin = "to begin, store a run with --ft-save, or add --ft-first-run"
            raise SettingsError(
                f"{plain[0].where}: there is no baseline to compare with: name one with --ft-compare; {begin}"
            )
        rivals = _rival_gates(list(values.entries("must-beat")))
        for gate in rivals:
            if gate.rival == "base" and not values.is_given("base-model"):
                raise SettingsError(f"{gate.where}: there is no base model: name one with --ft-base-model=SPEC")
        arms = _arm_gates(list(values.entries("arm-fail")), [spec.name for spec in settings.arms.specs])
        for one in arms:
            if BASE in (one.left, one.right) and not values.is_given("base-model"):
                raise SettingsError(f"{one.where}: there is no base model: name one with --ft-base-model=SPEC")
        return GatePlan(
            # an option that repeats what ini says is one gate
            tuple({gate.id: gate for gate in rates}.values()),
            tuple({gate.id: gate for gate in compares}.values()),
            tuple({gate.id: gate for gate in rivals}.values()),
            tuple({gate.id: gate for gate in arms}.values()),
            _rules(values),
            _later(values, any_gate=bool(rates or rivals or arms or compares)),
            _stops(values, any_gate=bool(rates or rivals or arms or compares)),
        )
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from error


def _rules(values: OptionValues) -> GateRules:
    return GateRules(
        gate_on=values.value("gate-on"),
        max_unmeasured=_share(values, "max-unmeasured"),
        allow_undecided=values.value("allow-undecided"),
        gap_floor=_share(values, "gap-floor"),
        min_shared=_share(values, "min-shared"),
        first_run=values.value("first-run"),
        weight=values.value("weight"),
    )


def _later(values: OptionValues, *, any_gate: bool) -> bool:
    later: bool = values.value("gate-later")
    flag = BY_NAME["gate-later"].flag
    if later and not any_gate:
        raise SettingsError(f"{flag}: there is no gate to decide later: name one, for example --ft-min-rate=0.9")
    if later and not (values.is_given("json") or values.is_given("save")):
        raise SettingsError(f"{flag}: `finetunebench gate` needs this run's record: add --ft-json=PATH or --ft-save")
    return later


def _stops(values: OptionValues, *, any_gate: bool) -> How | None:
    how: How | None = values.value("stop-when-decided")
    flag = BY_NAME["stop-when-decided"].flag
    if how is not None and not any_gate:
        raise SettingsError(f"{flag}: there is no gate to decide: name one, for example --ft-min-rate=0.9")
    for other in ("gate-later", "batch"):
        if how is not None and values.value(other):
            why = "decides no gate" if other == "gate-later" else "asks everything at once"
            raise SettingsError(f"{flag}: not with {BY_NAME[other].flag}, which {why}")
    return how


def _share(values: OptionValues, name: str) -> float:
    found, option = values.given(name), BY_NAME[name]
    return parse_share(*(found.value, found.where) if found else (str(option.default), option.flag))


def _compare_gates(entries: Sequence[tuple[str, str]]) -> list[CompareGate]:
    if not entries:
        return []
    from pytest_finetunebench.runs.comparison_gates import parse_compare_gate

    return [parse_compare_gate(text, where) for text, where in entries]


def _rival_gates(entries: Sequence[tuple[str, str]]) -> list[RivalGate]:
    if not entries:
        return []
    from pytest_finetunebench.runs.rival_gates import parse_rival_gate

    return [parse_rival_gate(text, where) for text, where in entries]


def _arm_gates(entries: Sequence[tuple[str, str]], arms: Sequence[str]) -> list[ArmGate]:
    if not entries:
        return []
    from pytest_finetunebench.runs.arm_gates import parse_arm_gate

    return [parse_arm_gate(text, where, arms) for text, where in entries]


def gate_reports(result: GateResult, file: str) -> Iterator[pytest.TestReport]:
    """Yield a gate's test reports, which every reporter of pytest shows.

    `file` is one that exists, from pytest's root folder on: annotations and xunit1 name it.
    """
    nodeid = _NODE.format(result.id.replace("::", ":")[:_LONGEST_NAME])
    told = f"gate {result.id}: " + f"{result.status}: " * (result.status in _UNCOUNTED) + result.reason
    # what was not evaluated though it should have been is an error, as a test whose fixture failed is
    deciding = "setup" if result.status == "not evaluated" and result.blocks else "call"
    phases: tuple[Literal["setup", "call", "teardown"], ...] = ("setup", "call", "teardown")
    for when in phases:
        if when == "call" and deciding == "setup":
            continue
        outcome: Literal["passed", "failed", "skipped"] = "passed"
        longrepr: object = None
        if when == deciding and result.blocks:
            outcome, longrepr = "failed", told
        elif when == deciding and result.status != "passed":
            outcome, longrepr = "skipped", (file, None, f"Skipped: {told}")
        yield pytest.TestReport(
            nodeid=nodeid,
            location=(file, None, nodeid.partition("::")[2]),
            keywords={},
            outcome=outcome,
            longrepr=longrepr,  # type: ignore[arg-type]
            when=when,
        )
