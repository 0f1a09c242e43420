"""`finetunebench compare`: two runs, or two recorded models, probe by probe."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.options import table_option
from pytest_finetunebench.cli.stored import (
    find_run,
    graders_option,
    json_option,
    markdown_option,
    print_json,
    print_lines,
    read_graders,
    runs_dir_option,
    width,
    write_text,
)

if TYPE_CHECKING:
    from pytest_finetunebench.grading.custom import GraderFunction
    from pytest_finetunebench.runs.comparison import RunComparison
    from pytest_finetunebench.runs.comparison_gates import CompareGate
    from pytest_finetunebench.runs.gate_results import GateResult
    from pytest_finetunebench.runs.record import RunRecord

REPLAY = "replay:"


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@table_option("compare-fail", former="--fail", param="fail", env=False)
@table_option("max-unmeasured")
@table_option("allow-undecided")
@table_option("min-shared")
@table_option("gate-on")
@table_option("weight")
@table_option("recordings")
@table_option("cases")
@table_option("all-rows")
@graders_option
@runs_dir_option
@json_option
@markdown_option
def compare(
    folder: Path,
    before: str,
    after: str,
    fail: tuple[str, ...],
    graders: tuple[str, ...],
    as_json: bool,
    markdown_path: Path | None,
    **given: Any,
) -> None:
    """Compare run A with run B, which is newer or shall replace it.

    Each is a path to a record, a run's number, its name, or last. replay:NAME is a model whose recorded answers are
    graded now, without a call; --cases, --all-rows and --recordings are for these.

    \b
    Exit codes:
      0  no --compare-fail holds
      1  a --compare-fail holds, cannot be evaluated or cannot be decided
      2  an option cannot be used

    --json prints before, after, apart, counts, total, rows, changes, notices, arms and gates.
    """
    from pytest_finetunebench.cli import gating
    from pytest_finetunebench.cli.gate import report
    from pytest_finetunebench.files.uncollected import uncollected
    from pytest_finetunebench.runs.comparison import compare_runs

    gates = _read_fail(fail)
    rules = gating.rules_of(given)
    custom = read_graders(graders)
    with uncollected():
        first, second = _both(folder, (before, after), _Replayed.of(given, custom))
        comparison = compare_runs(first, second, custom, rules.weight)
        results = gating.decide_changes(gates, {"": comparison}, second, gating.coverage_of(second), rules)
        _tell(comparison, results, as_json)
        if markdown_path is not None:
            write_text(markdown_path, report(second, results, comparison, rules.weight))
    gating.exit_for(results)


def _read_fail(texts: tuple[str, ...]) -> list[CompareGate]:
    from pytest_finetunebench.cli.gating import read_compare_gates

    gates = read_compare_gates(texts, "--compare-fail")
    for gate in gates:
        if gate.since:
            raise click.UsageError(f"{gate.where}: compares A with B alone: leave out since:{gate.since}")
    return gates


def _tell(comparison: RunComparison, results: list[GateResult], as_json: bool) -> None:
    from pytest_finetunebench.cli import as_json as forms
    from pytest_finetunebench.cli.gating import gate_lines
    from pytest_finetunebench.reports.arms import shared_arm_lines
    from pytest_finetunebench.reports.differences import comparison_lines
    from pytest_finetunebench.runs.arm_changes import arm_changes

    if as_json:
        arms = {
            "before": forms.arms(comparison.before),
            "after": forms.arms(comparison.after),
            "changes": [forms.row(row) for row in arm_changes(comparison.before, comparison.after)],
        }
        print_json(forms.comparison(comparison) | {"arms": arms, "gates": [forms.gate(result) for result in results]})
        return
    print_lines(comparison_lines(comparison, width=width()))
    print_lines(shared_arm_lines(comparison.before, comparison.after, width()))
    print_lines(["", *gate_lines(results)] if results else [])


@dataclass(frozen=True)
class _Replayed:
    """How recorded models are graded."""

    recordings: tuple[Path, ...]
    cases: tuple[Path, ...]
    all_rows: bool
    graders: Mapping[str, GraderFunction]

    @classmethod
    def of(cls, given: Mapping[str, Any], graders: Mapping[str, GraderFunction]) -> _Replayed:
        """Read the command's options."""
        return cls(given["recordings"], given["cases"], given["all_rows"], graders)

    def measure(self, spec: str, other: RunRecord | None) -> RunRecord:
        """Grade a recorded model's answers with the sampling of the other run.

        Raises:
            FinetuneBenchError: cases or recordings cannot be used.
        """
        from pytest_finetunebench.completions import Sampling
        from pytest_finetunebench.runs.measure import measure
        from pytest_finetunebench.settings import AnswerSettings, ModelSettings, Settings, SuiteSettings
        from pytest_finetunebench.settings.model_spec import parse_model_spec

        if not spec.removeprefix(REPLAY).strip():
            raise click.UsageError(f"{spec} names no model: write replay:NAME")
        if not self.recordings:
            raise click.UsageError(f"{spec} needs its recorded answers: --recordings PATH")
        sampling = other.sampling if other else Sampling()
        settings = Settings(
            model=ModelSettings.of(parse_model_spec(spec), sampling=sampling),
            suite=SuiteSettings(cases=self.cases, all_rows=self.all_rows, repeat=other.repeat if other else 1),
            answers=AnswerSettings(recordings=self.recordings, cache="off"),
        )
        return measure(settings, os.environ, self.graders)


def _both(folder: Path, refs: tuple[str, str], replayed: _Replayed) -> list[RunRecord]:
    stored = {ref: find_run(folder, ref) for ref in refs if not ref.startswith(REPLAY)}
    other = next(iter(stored.values()), None)
    return [stored[ref] if ref in stored else replayed.measure(ref, other) for ref in refs]
