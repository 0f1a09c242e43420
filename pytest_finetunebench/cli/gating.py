"""Gates of the commands: read them, check them against the suite, decide, print."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pytest_finetunebench.runs.arm_gates import ArmGate
    from pytest_finetunebench.runs.comparison import RunComparison
    from pytest_finetunebench.runs.comparison_gates import CompareGate
    from pytest_finetunebench.runs.gate_results import Coverage, GateResult, GateRules
    from pytest_finetunebench.runs.gates import RateGate
    from pytest_finetunebench.runs.record import RunRecord
    from pytest_finetunebench.runs.rival_gates import RivalGate
    from pytest_finetunebench.runs.selectors import Selectable


RULES = ("gate_on", "allow_undecided", "first_run", "weight")
SHARES = ("max_unmeasured", "gap_floor", "min_shared")
"""Options of the commands that are fields of `GateRules`; a share is text, within 0..1."""


@contextlib.contextmanager
def usage_errors() -> Iterator[None]:
    """Turn a wrong value of an option into a usage error, exit code 2."""
    from pytest_finetunebench.errors import SettingsError

    try:
        yield
    except SettingsError as error:
        raise click.UsageError(str(error)) from error


def read_compare_gates(texts: Sequence[str], option: str) -> list[CompareGate]:
    """Read the expressions over a comparison that `option` gave.

    Raises:
        click.UsageError: one cannot be read.
    """
    from pytest_finetunebench.runs.comparison_gates import parse_compare_gate

    with usage_errors():
        return [parse_compare_gate(text, f"{option}={text}") for text in texts]


def coverage_of(record: RunRecord) -> Coverage:
    """Return how much of its suite a stored run stands for."""
    from pytest_finetunebench.runs.gate_results import Coverage

    probes = len({result.id for result in record.all_results}.union(record.not_selected, record.not_run))
    return Coverage(
        len(record.not_selected), len(record.not_run), record.interrupted, probes=probes, stopped=record.stopped
    )


def rules_of(given: Mapping[str, Any]) -> GateRules:
    """Return how gates decide, by a command's options; those that it lacks have their defaults.

    Raises:
        click.UsageError: a share is not within 0..1.
    """
    from pytest_finetunebench.runs.gate_results import GateRules, parse_share

    rules: dict[str, Any] = {name: given[name] for name in RULES if name in given}
    with usage_errors():
        for name in SHARES:
            if name in given:
                rules[name] = parse_share(given[name], f"--{name.replace('_', '-')}={given[name]}")
    return GateRules(**rules)


def read_gates(given: Mapping[str, Any]) -> list[RateGate | RivalGate]:
    """Read the options of gates over one run.

    Raises:
        click.UsageError: a value cannot be used.
    """
    from pytest_finetunebench.runs.gates import parse_rate_gate
    from pytest_finetunebench.runs.rival_gates import parse_rival_gate

    with usage_errors():
        return [
            *(parse_rate_gate("min_rate", text, f"--min-rate={text}") for text in given["min_rate"]),
            *(parse_rate_gate("max_rate", text, f"--max-rate={text}") for text in given["max_rate"]),
            *(parse_rate_gate("max_gap", text, f"--max-gap={text}") for text in given["max_gap"]),
            *(parse_rival_gate(text, f"--must-beat={text}") for text in given["must_beat"]),
        ]


def read_arm_gates(texts: Sequence[str], record: RunRecord) -> list[ArmGate]:
    """Read the gates between the arms of a stored run.

    Raises:
        click.UsageError: one cannot be read, or names what the run has not asked.
    """
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.runs.arm_gates import parse_arm_gate
    from pytest_finetunebench.runs.arm_rows import BASE

    with usage_errors():
        gates = [parse_arm_gate(text, f"--arm-fail={text}", [arm.name for arm in record.arms]) for text in texts]
        for gate in gates:
            if BASE in (gate.left, gate.right) and record.base_model is None:
                raise SettingsError(f"{gate.where}: the run asked no base model")
        return gates


def decide_rates(
    gates: Sequence[RateGate | RivalGate | ArmGate], record: RunRecord, coverage: Coverage, rules: GateRules
) -> list[GateResult]:
    """Decide rate gates over a stored run. A gate that cannot be evaluated fails.

    Raises:
        click.UsageError: the suite has no probes that a gate is about.
    """
    _check(gates, record)
    return [_decided(gate.evaluate(record.results, coverage, rules), coverage) for gate in gates]


def decide_changes(
    gates: Sequence[CompareGate],
    comparisons: Mapping[str, RunComparison],
    record: RunRecord,
    coverage: Coverage,
    rules: GateRules,
) -> list[GateResult]:
    """Decide gates over comparisons, by the gates' `since`. Without a baseline they fail, but in a first run.

    Raises:
        click.UsageError: the suite has no probes that a gate is about.
    """
    from pytest_finetunebench.runs.comparison_gates import evaluate_by_baseline

    _check(gates, record)
    return [_decided(result, coverage) for result in evaluate_by_baseline(gates, comparisons, coverage, rules)]


def gate_lines(results: Sequence[GateResult]) -> Iterator[str]:
    """Yield one line per gate, `PASSED generalization>=0.60  63.2% [58.1, 68.0] n=487`."""
    from pytest_finetunebench.reports.deciding import allowed

    for result in results:
        reason = re.sub("--ft-(?=max-unmeasured|gap-floor|min-shared|first-run)", "--", result.reason)
        yield f"{result.status.upper()} {result.id}  {reason}{' (allowed)' * allowed(result)}"


def exit_for(results: Sequence[GateResult]) -> None:
    """End with exit code 1 where a gate failed or cannot be decided."""
    if any(result.blocks for result in results):
        raise click.exceptions.Exit(1)


@dataclass(frozen=True)
class _Named:
    """What the id of a probe without a result tells."""

    category: str
    kind: str
    generalization: bool


def _named(probe_id: str) -> _Named:
    from pytest_finetunebench.cases.suite import KINDS

    kind = probe_id.rpartition("/")[2].rpartition("-")[0]
    return _Named(probe_id.partition("/")[0], kind, KINDS.get(kind, True))


def _check(gates: Sequence[RateGate | RivalGate | ArmGate | CompareGate], record: RunRecord) -> None:
    from pytest_finetunebench.runs.found_hard import check_gate

    probes: list[Selectable] = [*record.results, *map(_named, (*record.not_run, *record.not_selected))]
    with usage_errors():
        for gate in gates:
            check_gate(gate, probes, record.found_hard)


def _decided(result: GateResult, coverage: Coverage) -> GateResult:
    # nobody chose a subset at this moment: a stored partial or interrupted run gates nothing
    if result.status != "not evaluated" or not (coverage.not_selected or coverage.interrupted):
        return result
    return replace(result, status="failed", reason=f"cannot be evaluated: {result.reason}", excused=False)
