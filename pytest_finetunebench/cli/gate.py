"""`finetunebench gate`: decide gates over a stored run, for example of merged shards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

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
    from pytest_finetunebench.runs.gate_results import GateOn, GateResult
    from pytest_finetunebench.runs.gates import RateGate
    from pytest_finetunebench.runs.record import RunRecord
    from pytest_finetunebench.runs.results import ProbeResult
    from pytest_finetunebench.runs.rival_gates import RivalGate
    from pytest_finetunebench.runs.units import Weight


@click.command()
@click.argument("ref", metavar="RUN")
@table_options(
    "gate",
    runs_dir={"param": "folder", "help": "The folder of runs."},
    compare={"param": "baseline", "help": "The run to compare with; last is never RUN itself."},
    markdown_path={"help": "Also write a Markdown report to this file.", "env": False},
)
@json_option
def gate(
    folder: Path,
    ref: str,
    min_rate: tuple[str, ...],
    max_rate: tuple[str, ...],
    max_gap: tuple[str, ...],
    must_beat: tuple[str, ...],
    weight: Weight,
    max_unmeasured: str,
    gate_on: GateOn,
    gap_floor: str,
    allow_undecided: bool,
    min_shared: str,
    first_run: bool,
    baseline: str | None,
    compare_fail: tuple[str, ...],
    graders: tuple[str, ...],
    as_json: bool,
    markdown_path: Path | None,
) -> None:
    """Judge the stored RUN: a path to its record, its number, its name, or last.

    SELECTOR is a category, a kind, generalization, or CATEGORY/KIND. Exit code 0 where no gate failed, 1 where one did,
    cannot be evaluated (a partial run, too much unmeasured) or cannot be decided, 2 for options that cannot be used.
    A comparison gate without a baseline fails, unless --first-run says that there is none yet. --json prints run,
    gates, comparison and unmeasured.
    """
    from pytest_finetunebench.cli import gating
    from pytest_finetunebench.runs.comparison import compare_runs

    custom = read_graders(graders)
    rates: list[RateGate | RivalGate] = [*gating.read_rate_gates(min_rate, max_rate, max_gap)]
    rates += gating.read_rival_gates(must_beat)
    changes = gating.read_compare_gates(compare_fail, "--compare-fail")
    rules = gating.rules_of(
        max_unmeasured,
        min_shared,
        gate_on,
        allow_undecided=allow_undecided,
        gap_floor=gap_floor,
        first_run=first_run,
        weight=weight,
    )
    if baseline is None and any(not gate.since for gate in changes):
        raise click.UsageError("--compare-fail needs --compare=RUN, the run to compare with")
    if not rates and not changes and baseline is None:
        raise click.UsageError("names no gate: give --min-rate, --max-rate, --max-gap, --must-beat or --compare")
    record = find_run(folder, ref)
    coverage = gating.coverage_of(record)
    results = gating.decide_rates(rates, record, coverage, rules)
    refs = {gate.since: gate.since for gate in changes if gate.since} | ({"": baseline} if baseline else {})
    comparisons: dict[str, RunComparison] = {}
    for since, name in refs.items():
        earlier = find_baseline(folder, name, record)
        if earlier is None:
            click.echo(f"no baseline yet: there is no run to compare {record.title} with", err=True)
        else:
            comparisons[since] = compare_runs(earlier, record, custom, weight)
    if first_run and comparisons:
        there = next(iter(comparisons.values())).before.title
        raise click.UsageError(f"--first-run: there is a baseline, {there}: leave the option out")
    comparison = comparisons.get("")
    results += gating.decide_changes(changes, comparisons, record, coverage, rules)
    unmeasured = [result for result in record.results if not result.measured]
    _tell(record, results, comparison, as_json)
    for line in _incomplete(record, unmeasured):
        click.echo(line, err=True)
    if markdown_path is not None:
        write_text(markdown_path, report(record, results, comparison, weight))
    gating.exit_for(results)
    if unmeasured:
        raise click.exceptions.Exit(1)


def _incomplete(record: RunRecord, unmeasured: Sequence[ProbeResult]) -> Iterator[str]:
    from pytest_finetunebench.errors import counted
    from pytest_finetunebench.runs.completeness import missing_of, named

    missing = missing_of(record)
    if missing:
        yield f"Error: {counted(len(missing), 'probe')} of the suite without a result: {named(missing)}"
    if unmeasured:
        names = named([result.sample_id for result in unmeasured])
        yield f"Error: {len(unmeasured):,} of {counted(len(record.results), 'answer')} unmeasured: {names}"


def _tell(record: RunRecord, results: list[GateResult], comparison: RunComparison | None, as_json: bool) -> None:
    from pytest_finetunebench.cli import as_json as forms
    from pytest_finetunebench.cli.gating import gate_lines
    from pytest_finetunebench.reports.differences import comparison_lines
    from pytest_finetunebench.reports.terminal import gate_notes

    if as_json:
        compared = None if comparison is None else forms.comparison(comparison)
        gates = [forms.gate(result) for result in results]
        unmeasured = [result.sample_id for result in record.results if not result.measured]
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
    from pytest_finetunebench.reports.summary import summarise

    summary = summarise(
        record.results,
        record.model,
        notices=record.notices,
        base_url=record.base_url,
        not_run=len(record.not_run),
        judge_model=record.judge_model,
        lineage=record.lineage,
        shutdown=record.shutdown,
        weight=weight,
    )
    compared = [] if comparison is None else [("baseline", comparison)]
    return markdown(summary, results, compared, record.results)
