"""`finetunebench validate`: everything that is wrong or doubtful in case files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_finetunebench.cli.grader_names import grader_names_option
from pytest_finetunebench.cli.options import table_option

if TYPE_CHECKING:
    from pytest_finetunebench.cases.suite import Suite
    from pytest_finetunebench.loaders.lint import Doubt

FEWEST_ITEMS = 10
"""Items of a category below which its pass rate tells little."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Exit with 1 for doubts about probes and names, too.")
@table_option("all-rows")
@grader_names_option
def validate(paths: tuple[Path, ...], strict: bool, all_rows: bool, graders: tuple[str, ...]) -> None:
    """Check case files, folders of them, or a FineTuneBench folder.

    Errors: whatever would stop a run, all of them. Doubts: questions asked twice, rephrased probes in a trained wording
    or nearly so, questions that give the answer away, secondary, comparison and application probes without an answer of
    their own, names that mean two things, and categories of fewer than 10 items. Custom graders are named here, not
    run. Exit code 1 with errors, 0 with doubts alone unless --strict. Drafts are checked for errors and counted.
    """
    from pytest_finetunebench.errors import CaseError, counted
    from pytest_finetunebench.loaders.lint import find_doubts, language_notices
    from pytest_finetunebench.loaders.suite import load_with_inherited

    try:
        loaded, inherited = load_with_inherited(paths, all_rows=all_rows, graders=graders)
    except CaseError as error:
        for problem in error.problems:
            click.echo(f"error  {problem}")
        raise click.ClickException(counted(len(error.problems), "error")) from error
    for notice in (*loaded.notices, *language_notices(loaded)):
        click.echo(f"note   {notice}")
    doubtful = list(find_doubts(loaded, inherited))
    doubts = [*doubtful, *_small_categories(loaded)]
    for doubt in doubts:
        click.echo(f"doubt  {doubt}")
    probes = sum(1 for _ in loaded.probes)
    counts = [counted(len(loaded.items), "item"), counted(probes, "probe")]
    hard = sum(probe.found_hard for probe in loaded.probes)
    counts += [f"{hard:,} of them found hard (not counted)"] if hard else []
    counts += [counted(loaded.drafts, "draft")] if loaded.drafts else []
    click.echo(", ".join([*counts, "no errors", counted(len(doubts), "doubt")]))
    if doubtful and strict:
        raise click.exceptions.Exit(1)


def _small_categories(suite: Suite) -> Iterator[Doubt]:
    """Yield a doubt about each category whose rates hardly tell one model from another."""
    from collections import Counter

    from pytest_finetunebench.errors import counted
    from pytest_finetunebench.loaders.lint import Doubt
    from pytest_finetunebench.runs.statistics import least_drop
    from pytest_finetunebench.runs.suite_size import CHANGING_ITEMS

    items = Counter(item.category for item in suite.items)
    probes = Counter(probe.category for probe in suite.probes)
    first = {item.category: item.place for item in reversed(suite.items)}
    for category, count in items.items():
        if count >= FEWEST_ITEMS:
            continue
        drop = least_drop(count, CHANGING_ITEMS, probes[category] / count)
        found = "can detect no drop" if drop is None else f"can detect a drop of {100 * drop:.0f} points at best"
        message = f"{counted(count, 'item')}: {found} (if {CHANGING_ITEMS:.0%} of the items change anyway)"
        yield Doubt(first[category], category, message)
