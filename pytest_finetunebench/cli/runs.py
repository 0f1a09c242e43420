"""`finetunebench runs …`: list, show, merge and prune stored runs."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.compare import compare
from pytest_finetunebench.cli.runs_trend import trend
from pytest_finetunebench.cli.stored import (
    find_run,
    json_option,
    print_json,
    print_lines,
    runs_dir_option,
    width,
    write_record,
)

if TYPE_CHECKING:
    from pytest_finetunebench.runs.listing import ListedRun
    from pytest_finetunebench.runs.record import RunRecord


@click.group()
def runs() -> None:
    """List, show, merge and prune the stored runs of `pytest --ft-save`."""


@runs.command(name="list")
@runs_dir_option
@json_option
def list_(folder: Path, as_json: bool) -> None:
    """List the stored runs, oldest first.

    Damaged records are named last, with exit code 1. --json prints a list of what `show` prints, with path,
    memorization and generalization (rates within 0..1, null if n is 0) instead of the pass rates.
    """
    from pytest_finetunebench.runs.files import RunFolder
    from pytest_finetunebench.runs.listing import listed

    damaged: list[str] = []
    rows = [_row(one) for one in listed(RunFolder(folder), damaged)]
    if as_json:
        print_json(rows)
    else:
        print_lines(_table(rows, folder))
    if damaged:
        raise click.ClickException("\n".join(damaged))


def _row(one: ListedRun) -> dict[str, Any]:
    from pytest_finetunebench.cli import as_json as forms
    from pytest_finetunebench.files.reading import shown

    return forms.naming(one.head) | {
        "number": one.run.number,
        "path": shown(one.run.path),
        "probes": one.head.probes,
        "memorization": one.head.memorization,
        "generalization": one.head.generalization,
    }


def _table(rows: list[dict[str, Any]], folder: Path) -> Iterator[str]:
    from pytest_finetunebench.cli.tables import table_lines
    from pytest_finetunebench.files.reading import shown

    if not rows:
        yield f"{shown(folder)} holds no run: `pytest --ft-model=SPEC --ft-save` stores one"
        return
    head = ("#", "date", "model", "name", "commit", "probes", "memo.", "gener.")
    cells = [
        (
            str(row["number"]),
            row["created"][:10],
            row["model"],
            row["name"] or "",
            short_commit(row["commit"], 7),
            f"{row['probes']:,}" + "*" * (row["no_baseline"] is not None),
            _percent(row["memorization"]),
            _percent(row["generalization"]),
        )
        for row in rows
    ]
    yield from table_lines(head, cells, width(), right=("#", "probes", "memo.", "gener."), folded=("model", "name"))
    flawed = [row for row in rows if row["no_baseline"] is not None]
    if flawed:
        yield "* no baseline by itself; `finetunebench runs accept RUN` makes it one"
        yield from (f"  #{row['number']}: {row['no_baseline']}" for row in flawed)


def short_commit(commit: str | None, digits: int) -> str:
    """Shorten a revision, keeping the `+` that says that files were changed."""
    return "" if commit is None else commit[:digits] + "+" * commit.endswith("+")


def _percent(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.1%}"


@runs.command()
@click.argument("ref", metavar="RUN")
@runs_dir_option
@json_option
def show(folder: Path, ref: str, as_json: bool) -> None:
    """Show a stored run: a path to its record, its number, its name, or last.

    --json prints number, name, created, commit, model, base_url, base_model, judge_model, suite_hash, partial,
    grading_version, sampling, repeat, probes, not_run, not_selected, interrupted, stopped, outcomes, pass_rates,
    reference_probabilities, notices, lineage, shutdown.
    """
    from pytest_finetunebench.cli import as_json as forms

    record = find_run(folder, ref)
    if as_json:
        print_json(forms.run(record))
    else:
        print_lines(_shown(record))


def _shown(record: RunRecord) -> Iterator[str]:
    from pytest_finetunebench.errors import counted
    from pytest_finetunebench.reports.summarise import summarise_record
    from pytest_finetunebench.reports.terminal import summary_lines

    commit = short_commit(record.commit, 12)
    yield f"run {record.title}"
    yield f"created {record.created}" + (f", commit {commit}" if commit else "")
    if record.partial:
        left_out = [f"{counted(len(record.not_selected), 'probe')} not selected"] * bool(record.not_selected)
        left_out += [f"{counted(len(record.not_run), 'selected probe')} without a result"] * bool(record.not_run)
        left_out += [record.stopped] if record.stopped else []
        yield f"partial: {', '.join([*left_out, *([record.interrupted] if record.interrupted else [])])}"
    yield from summary_lines(summarise_record(record), width())


@runs.command()
@click.option("--keep", type=click.IntRange(min=1), required=True, metavar="N", help="How many of the newest to keep.")
@click.option("--named", is_flag=True, help="Remove named runs too; without it they are kept, and not counted.")
@click.option("--dry-run", is_flag=True, help="Show what would be removed; remove nothing.")
@click.option("--yes", is_flag=True, help="Do not ask: remove.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: removed (runs as `list` names them), kept, dry_run.")
@runs_dir_option
def prune(folder: Path, keep: int, named: bool, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Remove all but the newest N stored runs. Nothing is removed if a record is damaged."""
    from pytest_finetunebench.cli import as_json as forms
    from pytest_finetunebench.errors import counted
    from pytest_finetunebench.files.reading import shown
    from pytest_finetunebench.runs.files import RunFolder
    from pytest_finetunebench.runs.listing import listed

    read = [(one.run, one.head) for one in listed(RunFolder(folder))]
    candidates = [(run, record) for run, record in read if named or not record.name]
    doomed = candidates[:-keep]
    kept = f"{counted(len(read) - len(doomed), 'run')} kept in {shown(folder)}"
    if doomed and not as_json:
        print_lines(f"{'would remove' if dry_run else 'to remove'}  {record.title}" for _, record in doomed)
    if doomed and not dry_run:
        if not yes:
            click.confirm(f"Remove {counted(len(doomed), 'run')} from {folder}?", abort=True, err=True)
        for run, _ in doomed:
            _remove(run.path)
    if as_json:
        removed = [forms.naming(record) for _, record in doomed]
        print_json({"removed": removed, "kept": len(read) - len(doomed), "dry_run": dry_run})
    elif not doomed:
        click.echo(f"nothing to remove: {kept}")
    elif not dry_run:
        click.echo(f"removed {counted(len(doomed), 'run')}; {kept}")


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be removed: {error.strerror or error}") from error


@runs.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("refs", nargs=-1, required=True, metavar="RECORD...")
@click.option("--allow-partial", is_flag=True, help="Write OUT although probes of the suite have no result.")
@click.option("--json", "as_json", is_flag=True, help="Print the merged run as JSON, as `runs list` does.")
@runs_dir_option
def merge(folder: Path, out: Path, refs: tuple[str, ...], allow_partial: bool, as_json: bool) -> None:
    """Join the records of shards of one suite into the new file OUT.

    Shards must be alike in suite, model and settings, and together hold every probe of the suite: what is missing is
    named, with exit code 1. `finetunebench gate OUT` then decides gates.
    """
    from pytest_finetunebench.cli import as_json as forms
    from pytest_finetunebench.errors import counted
    from pytest_finetunebench.runs.completeness import missing_of, named
    from pytest_finetunebench.runs.merge import merge_records

    if out.is_dir() or out.is_file():
        what = "is a folder: name a new file" if out.is_dir() else "is there already: name the new file first"
        raise click.UsageError(f"{out}: {what}")
    merged = merge_records([find_run(folder, ref) for ref in refs], refs)
    missing = missing_of(merged)
    if missing and not allow_partial:
        probes = counted(len(missing), "probe")
        raise click.ClickException(f"{probes} of the suite without a result, nothing was written: {named(missing)}")
    write_record(out, merged)
    if as_json:
        print_json(forms.run(merged))
        return
    probes = counted(len({result.id for result in merged.results}), "probe")
    click.echo(f"merged {counted(len(refs), 'record')} into {out}: {probes}, {_state(merged)}")


def _state(record: RunRecord) -> str:
    if not record.partial:
        return "the whole suite"
    without = len(record.not_run) + len(record.not_selected)
    return f"partial: {without:,} of the suite's probes without a result" + (
        f" ({record.interrupted})" if record.interrupted else ""
    )


@runs.command()
@click.argument("ref", metavar="RUN")
@runs_dir_option
def accept(folder: Path, ref: str) -> None:
    """Accept the stored RUN as a baseline: its number, its name, or last for the newest.

    `last` then means it too, though it is partial or its gates failed.
    """
    from pytest_finetunebench.runs.files import RunFolder

    try:
        record, flaw = RunFolder(folder).accept(ref)
    except OSError as error:
        raise click.ClickException(f"{folder}: cannot be written: {error.strerror or error}") from error
    click.echo(f"{record.title} is a baseline" + (f"; it was none: {flaw}" if flaw else " already"))


unlisted_compare = copy(compare)
unlisted_compare.hidden = True
runs.add_command(unlisted_compare)
runs.add_command(trend)
