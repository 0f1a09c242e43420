"""`finetunebench gate`: decide gates over a stored run, for example of merged shards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.options import table_options
from pytest_finetunebench.cli.stored import (
    find_baseline,
    find_run,
    json_option,
    print_json,
    print_lines,
    read_graders,
    width,
    write_text,
)

if TYPE_CHECKING:
    from pytest_finetunebench.runs.comparison import RunComparison
    from pytest_finetunebench.runs.comparison_gates import CompareGate
    from pytest_finetunebench.runs.gate_results import GateResult, GateRules
    from pytest_finetunebench.runs.record import RunRecord
    from pytest_finetunebench.runs.results import ProbeResult
    from pytest_finetunebench.runs.units import Weight


@click.command()
@click.argument("ref", metavar="RUN")
@table_options(
    "gate",
    runs_dir={"param": "folder"},
    compare={"param": "baseline"},
    markdown_path={"env": False},
)
@json_option
def gate(
    folder: Path,
    ref: str,
    baseline: str | None,
    graders: tuple[str, ...],
    as_json: bool,
    markdown_path: Path | None,
    **given: Any,
) -> None:
    """Judge the stored RUN: a path to its record, its number, its name, or last.

    SELECTOR is a category, a kind, generalization, or CATEGORY/KIND. Exit code 0 where no gate failed, 1 where one did,
    cannot be evaluated (a partial run, too much unmeasured) or cannot be decided, 2 for options that cannot be used.
    A comparison gate without a baseline fails, unless --first-run says that there is none yet. --json prints run,
    gates, comparison and unmeasured.
    """
    from pytest_finetunebench.cli import gating
    from pytest_finetunebench.runs.comparison import compare_runs
    from pytest_finetunebench.runs.drift import with_drift
    from pytest_finetunebench.runs.files import RunFolder

    custom = read_graders(graders)
    rates = gating.read_gates(given)
    changes = gating.read_compare_gates(given["compare_fail"], "--compare-fail")
    rules = gating.rules_of(given)
    _check_gates([*rates, *given["arm_fail"]], changes, baseline)
    record = find_run(folder, ref)
    coverage = gating.coverage_of(record)
    arms = gating.read_arm_gates(given["arm_fail"], record)
    results = gating.decide_rates([*rates, *arms], record, coverage, rules)
    baselines = _baselines(folder, record, changes, baseline, rules)
    comparisons = {since: compare_runs(earlier, record, custom, rules.weight) for since, earlier in baselines.items()}
    if "" in comparisons:
        comparisons[""] = with_drift(comparisons[""], RunFolder(folder), custom, rules.weight)
    results += gating.decide_changes(changes, comparisons, record, coverage, rules)
    unmeasured = [result for result in record.all_results if not result.measured]
    _tell(record, results, comparisons.get(""), as_json)
    for line in _incomplete(record, unmeasured):
        click.echo(line, err=True)
    if markdown_path is not None:
        write_text(markdown_path, report(record, results, comparisons.get(""), rules.weight))
    gating.exit_for(results)
    if unmeasured:
        raise click.exceptions.Exit(1)


def _check_gates(rates: Sequence[object], changes: Sequence[CompareGate], baseline: str | None) -> None:
    if baseline is None and any(not gate.since for gate in changes):
        raise click.UsageError("--compare-fail needs --compare=RUN, the run to compare with")
    if not rates and not changes and baseline is None:
        raise click.UsageError(
            "names no gate: give --min-rate, --max-rate, --max-gap, --must-beat, --arm-fail or --compare"
        )


def _baselines(
    folder: Path, record: RunRecord, changes: Sequence[CompareGate], baseline: str | None, rules: GateRules
) -> dict[str, RunRecord]:
    """Return the runs to compare with, by the gates' `since`; the run of `--compare` under an empty text."""
    refs = {gate.since: gate.since for gate in changes if gate.since} | ({"": baseline} if baseline else {})
    found = {}
    for since, name in refs.items():
        earlier = find_baseline(folder, name, record)
        if earlier is None:
            click.echo(f"no baseline yet: there is no run to compare {record.title} with", err=True)
        else:
            found[since] = earlier
    if rules.first_run and found:
        there = next(iter(found.values())).title
        raise click.UsageError(f"--first-run: there is a baseline, {there}: leave the option out")
    return found


def _incomplete(record: RunRecord, unmeasured: Sequence[ProbeResult]) -> Iterator[str]:
    from pytest_finetunebench.errors import counted
    from pytest_finetunebench.runs.completeness import missing_of, named

    missing = missing_of(record)
    if missing:
        yield f"Error: {counted(len(missing), 'probe')} of the suite without a result: {named(missing)}"
    if unmeasured:
        names = named([result.sample_id for result in unmeasured])
        yield f"Error: {len(unmeasured):,} of {counted(len(record.all_results), 'answer')} unmeasured: {names}"


def _tell(record: RunRecord, results: list[GateResult], comparison: RunComparison | None, as_json: bool) -> None:
    from pytest_finetunebench.cli import as_json as forms
    from pytest_finetunebench.cli.gating import gate_lines
    from pytest_finetunebench.reports.deciding import gate_notes
    from pytest_finetunebench.reports.differences import comparison_lines

    if as_json:
        compared = None if comparison is None else forms.comparison(comparison)
        gates = [forms.gate(result) for result in results]
        unmeasured = [result.sample_id for result in record.all_results if not result.measured]
        found = {"run": forms.run(record), "gates": gates, "comparison": compared, "unmeasured": unmeasured}
        print_json(found)
        return
    if comparison is not None:
        print_lines([*comparison_lines(comparison, "baseline", width()), ""])
    print_lines(gate_lines(results))
    for note in gate_notes(results):
        click.echo(note, err=True)


def report(
    record: RunRecord, results: list[GateResult], comparison: RunComparison | None, weight: Weight = "probes"
) -> str:
    """Return the Markdown report of a stored run."""
    from pytest_finetunebench.reports.markdown import markdown
    from pytest_finetunebench.reports.summarise import summarise_record

    compared = [] if comparison is None else [("baseline", comparison)]
    return markdown(summarise_record(record, weight), results, compared, record.all_results)
