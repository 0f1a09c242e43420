"""Gates in a pytest run: misses that they cover are tolerated, and each gate is a test report of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.plugin.options import BY_NAME, given
from pytest_finetunebench.plugin.read_settings import _flag
from pytest_finetunebench.runs.gate_results import Coverage, GateResult, GateRules, parse_share
from pytest_finetunebench.runs.gates import DEFAULT_RULES, RateGate, parse_rate_gate
from pytest_finetunebench.runs.results import ProbeResult

if TYPE_CHECKING:
    from pytest_finetunebench.runs.comparison import RunComparison
    from pytest_finetunebench.runs.comparison_gates import CompareGate

PREFIX = "finetunebench::gate::"
_UNCOUNTED = ("not evaluated", "cannot be decided")
_LIMITS: tuple[tuple[str, Literal["min_rate", "max_rate", "max_gap"]], ...] = (
    ("min-rate", "min_rate"),
    ("max-rate", "max_rate"),
    ("max-gap", "max_gap"),
)


@dataclass(frozen=True)
class GatePlan:
    """The gates of a run, as options and ini name them."""

    rates: tuple[RateGate, ...] = ()
    compares: tuple[CompareGate, ...] = ()
    rules: GateRules = DEFAULT_RULES

    @property
    def gates(self) -> tuple[RateGate | CompareGate, ...]:
        """All of them, in the order in which they are reported."""
        return (*self.rates, *self.compares)

    def check(self, probes: Iterable[Probe]) -> None:
        """Check that each gate is about some of the suite's probes.

        Raises:
            SettingsError: one is not; the message names the option and what there is.
        """
        known = list(probes)
        for gate in self.gates:
            gate.check(known)

    def tolerates(self, result: ProbeResult) -> bool:
        """Whether a miss is left to a gate; what is unmeasured never is."""
        return result.measured and not result.correct and any(g.covers(result, result.outcome) for g in self.gates)

    def evaluate(
        self, results: Sequence[ProbeResult], comparison: RunComparison | None, coverage: Coverage, fault: str | None
    ) -> list[GateResult]:
        """Decide every gate; `fault` says why a comparison that was wanted could not be made."""
        rates = [gate.evaluate(results, coverage, self.rules) for gate in self.rates]
        if not self.compares:
            return rates
        from pytest_finetunebench.runs.comparison_gates import evaluate_all

        return [*rates, *evaluate_all(self.compares, comparison, coverage, self.rules, fault)]


def read_gates(config: pytest.Config) -> GatePlan:
    """Return the gates that options, environment and ini name.

    Raises:
        pytest.UsageError: one cannot be read.
    """
    try:
        rates = [
            parse_rate_gate(limit, text, where) for option, limit in _LIMITS for text, where in _entries(config, option)
        ]
        compares = _compare_gates(_entries(config, "compare-fail"))
        if compares and given(config, "compare") is None:
            raise SettingsError(
                f"{compares[0].where}: there is no baseline to compare with: name one with --ft-compare"
            )
        unmeasured = given(config, "max-unmeasured")
        floor = given(config, "gap-floor")
        gate_on = given(config, "gate-on")
        if gate_on is not None and gate_on.value not in (choices := BY_NAME["gate-on"].choices or ()):
            raise SettingsError(f"{gate_on.where}: choose one of {', '.join(choices)}")
        return GatePlan(
            # an option that repeats what ini says is one gate
            tuple({gate.id: gate for gate in rates}.values()),
            tuple({gate.id: gate for gate in compares}.values()),
            GateRules(
                gate_on.value if gate_on else "rate",
                parse_share(unmeasured.value, unmeasured.where) if unmeasured else 0.01,
                _flag(config, "allow-undecided"),
                parse_share(floor.value, floor.where) if floor else 0.5,
            ),
        )
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from error


def _compare_gates(entries: Sequence[tuple[str, str]]) -> list[CompareGate]:
    if not entries:
        return []
    from pytest_finetunebench.runs.comparison_gates import parse_compare_gate

    return [parse_compare_gate(text, where) for text, where in entries]


def gate_reports(result: GateResult) -> Iterator[pytest.TestReport]:
    """Yield the reports of one gate: as a test they are told by every reporter that pytest has."""
    nodeid = PREFIX + result.id
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
            outcome, longrepr = "skipped", ("finetunebench", None, f"Skipped: {told}")
        yield pytest.TestReport(
            nodeid=nodeid,
            location=("finetunebench", None, nodeid.partition("::")[2]),
            keywords={},
            outcome=outcome,
            longrepr=longrepr,  # type: ignore[arg-type]
            when=when,
        )


def _entries(config: pytest.Config, option: str) -> list[tuple[str, str]]:
    value = given(config, option)
    if value is None:
        return []
    named = BY_NAME[option]
    shown = {
        "command line": f"{named.flag}={{}}",
        "environment": f"{named.variable} ({{}})",
        "ini": f"{named.ini} = {{}} (ini)",
    }
    return [(text, shown[value.origin].format(text)) for text in value.value]
