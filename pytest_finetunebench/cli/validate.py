"""`finetunebench validate`: everything that is wrong or doubtful in case files."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Exit with 1 for doubts too, not only for errors.")
@click.option("--all-rows", is_flag=True, help="Of FineTuneBench's news, also the rows that the study left out.")
@click.option("--grader", "graders", multiple=True, metavar="NAME", help="A custom grader that case files use.")
def validate(paths: tuple[Path, ...], strict: bool, all_rows: bool, graders: tuple[str, ...]) -> None:
    """Check case files, folders of them, or a FineTuneBench folder.

    Errors: whatever would stop a run, all of them. Doubts: questions asked twice, generalization probes in a trained
    wording or with the answer in the question. Custom graders are named here, not run. Exit code 1 with errors,
    0 with doubts alone unless --strict. Drafts are checked for errors and counted.
    """
    from pytest_finetunebench.errors import CaseError, counted
    from pytest_finetunebench.loaders import load_suite
    from pytest_finetunebench.loaders.lint import find_doubts, language_notices

    try:
        loaded = load_suite(paths, all_rows=all_rows, graders=graders)
    except CaseError as error:
        for problem in error.problems:
            click.echo(f"error  {problem}")
        raise click.ClickException(counted(len(error.problems), "error")) from error
    for notice in (*loaded.notices, *language_notices(loaded)):
        click.echo(f"note   {notice}")
    doubts = list(find_doubts(loaded))
    for doubt in doubts:
        click.echo(f"doubt  {doubt}")
    probes = sum(1 for _ in loaded.probes)
    counts = [counted(len(loaded.items), "item"), counted(probes, "probe")]
    counts += [counted(loaded.drafts, "draft")] if loaded.drafts else []
    click.echo(", ".join([*counts, "no errors", counted(len(doubts), "doubt")]))
    if doubts and strict:
        raise click.exceptions.Exit(1)
