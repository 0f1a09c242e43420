"""`finetunebench report`: a stored run as a page, a picture, Markdown or metrics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.options import table_options
from pytest_finetunebench.cli.stored import find_run, print_lines, width, write_text

if TYPE_CHECKING:
    from pytest_finetunebench.runs.comparison import RunComparison
    from pytest_finetunebench.runs.gate_results import GateResult
    from pytest_finetunebench.runs.record import RunRecord

_FILES = ("html_path", "markdown_path", "brief_path", "metrics_path", "svg", "badge")


@click.command()
@click.argument("refs", metavar="RUN...", nargs=-1, required=True)
@table_options(
    "report",
    runs_dir={"param": "folder"},
    **{name: {"env": False} for name in ("html_path", "markdown_path", "brief_path", "metrics_path")},
)
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write the rates as a picture.")
@click.option("--badge", type=click.Path(dir_okay=False, path_type=Path), help="Write a badge: generalization 73%.")
def report(refs: tuple[str, ...], folder: Path, **given: Any) -> None:
    """Report the stored RUN: a path to its record, its number, its name, or last.

    Each further RUN is one that the first is compared with, such as its base, an earlier checkpoint or a baseline.
    Gates are those of --min-rate, --max-rate, --max-gap and --must-beat. Without a file the report is printed.
    """
    from pytest_finetunebench.cli import gating
    from pytest_finetunebench.runs.comparison import compare_runs

    rules = gating.rules_of(given)
    gates = gating.read_gates(given)
    record, *others = (find_run(folder, ref) for ref in refs)
    results = gating.decide_rates(gates, record, gating.coverage_of(record), rules)
    compared = [(other.title, compare_runs(other, record, weight=rules.weight)) for other in others]
    if not any(given[name] for name in _FILES):
        _print(record, results, compared)
        return
    _write(record, results, compared, folder, given)


def _print(record: RunRecord, gates: list[GateResult], compared: list[tuple[str, RunComparison]]) -> None:
    from pytest_finetunebench.cli.gating import gate_lines
    from pytest_finetunebench.reports.differences import comparison_lines
    from pytest_finetunebench.reports.summarise import summarise_record
    from pytest_finetunebench.reports.terminal import summary_lines

    print_lines(summary_lines(summarise_record(record), width(), full=True))
    for _, comparison in compared:
        print_lines(["", *comparison_lines(comparison, width=width())])
    print_lines(["", *gate_lines(gates)] if gates else [])


def _write(
    record: RunRecord,
    gates: list[GateResult],
    compared: list[tuple[str, RunComparison]],
    folder: Path,
    given: dict[str, Any],
) -> None:
    from pytest_finetunebench.reports.deciding import verdict_line
    from pytest_finetunebench.reports.summarise import summarise_record

    summary = summarise_record(record, given["weight"])
    if given["html_path"]:
        from pytest_finetunebench.reports.html.page import Report, html_page
        from pytest_finetunebench.reports.html.trend import stored_rates_of

        trend = stored_rates_of(folder, record.suite_hash)
        write_text(given["html_path"], html_page(Report(record, summary, gates, compared, trend)))
    if given["markdown_path"]:
        from pytest_finetunebench.reports.markdown import markdown

        write_text(given["markdown_path"], markdown(summary, gates, compared, record.all_results))
    if given["brief_path"]:
        from pytest_finetunebench.reports.markdown import brief_markdown

        write_text(given["brief_path"], brief_markdown(summary, gates, compared))
    if given["metrics_path"]:
        from pytest_finetunebench.reports.metrics import metrics

        write_text(given["metrics_path"], metrics(summary, gates))
    from pytest_finetunebench.reports import badge

    if given["svg"]:
        write_text(given["svg"], badge.card(summary, verdict_line(summary, gates, width=100)))
    if given["badge"]:
        write_text(given["badge"], badge.badge(summary))
