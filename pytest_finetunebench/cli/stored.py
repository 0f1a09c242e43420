"""Shared by commands over stored runs: the folder of runs, finding a run, printing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.options import table_option

if TYPE_CHECKING:
    from pytest_finetunebench.grading.custom import GraderFunction
    from pytest_finetunebench.runs.files import Found, RunFolder
    from pytest_finetunebench.runs.record import RunRecord


runs_dir_option: Callable[[Any], Any] = table_option("runs-dir", param="folder")
json_option: Callable[[Any], Any] = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
markdown_option: Callable[[Any], Any] = table_option("markdown", env=False)
graders_option: Callable[[Any], Any] = table_option("graders")


def find_run(folder: Path, ref: str) -> RunRecord:
    """Read the newest run that `ref` names, whether it is a baseline or not: what is judged must not be an older one.

    Raises:
        RunError: there is none, or its record is damaged.
    """
    from pytest_finetunebench.runs.files import RunFolder, is_path
    from pytest_finetunebench.runs.record_files import read_record

    return read_record(Path(ref)) if is_path(ref) else RunFolder(folder).newest(ref).read()


def find_baseline(folder: Path, ref: str, record: RunRecord) -> RunRecord | None:
    """Read the run to compare `record` with: `last` and names never mean the record itself; None where there is none.

    Raises:
        RunError: what is named is not there, damaged, or the record itself.
    """
    from pytest_finetunebench.errors import RunError
    from pytest_finetunebench.runs.files import FIRST, LAST, RunFolder, find_record

    runs = RunFolder(folder)
    found = find_record(runs, ref)
    by_number = ref.lstrip("#").isdigit() or ref.endswith(".json") or "/" in ref
    if record.number is None or by_number:
        if found.record is not None and _same(found.record, record):
            if by_number or ref not in (LAST, found.record.name):
                raise RunError(f"{ref} is the run itself: name another to compare it with")
            return _earlier(runs, ref, found.record.number or 0)
        tell_passed_over(found)
        return found.record
    if ref == FIRST:
        return found.record if found.record and (found.record.number or 0) < record.number else None
    return _earlier(runs, ref, record.number)


def _earlier(runs: RunFolder, ref: str, number: int) -> RunRecord | None:
    """Return the newest baseline before a run: a later one cannot be what it is compared with."""
    from pytest_finetunebench.runs.files import LAST

    return runs.newest_before(number, None if ref == LAST else ref)


def _same(one: RunRecord, two: RunRecord) -> bool:
    return (one.created, one.model, one.suite_hash, one.all_results) == (
        two.created,
        two.model,
        two.suite_hash,
        two.all_results,
    )


def tell_passed_over(found: Found) -> None:
    """Say on stderr which newer runs are no baseline, and whether the chosen one is none."""
    if found.passed_over:
        click.echo(f"passed over: {', '.join(found.passed_over)} (name one by its number to take it)", err=True)
    if found.warning:
        click.echo(f"warning: {found.warning}", err=True)


def read_graders(given: Iterable[str]) -> dict[str, GraderFunction]:
    """Import the custom graders that --graders names.

    Raises:
        click.UsageError: one is not written as NAME=MODULE:ATTRIBUTE, or cannot be imported.
    """
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.settings.entries import parse_targets

    try:
        return import_graders(parse_targets("graders", [(entry, f"--graders={entry}") for entry in given]))
    except SettingsError as error:
        raise click.UsageError(str(error)) from error


def import_graders(targets: Mapping[str, str]) -> dict[str, GraderFunction]:
    """Import custom graders, given as `module:attribute` by name.

    Raises:
        SettingsError: one cannot be imported, or is no grader.
    """
    from pytest_finetunebench.grading.custom import import_grader

    if "" not in sys.path:
        sys.path.insert(0, "")  # as `python -m` does: graders mostly lie in the project
    return {name: import_grader(name, target, f"--graders={name}={target}") for name, target in targets.items()}


def print_json(data: object) -> None:
    """Print JSON in ASCII, which every terminal and pipe takes."""
    import json

    click.echo(json.dumps(data, indent=2))


def print_lines(lines: Iterable[str]) -> None:
    """Print lines. Characters that the terminal's encoding lacks become question marks."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        click.echo(line.encode(encoding, "replace").decode(encoding))


def write_text(path: Path, text: str) -> None:
    """Write a report, making its folder.

    Raises:
        click.ClickException: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written: {error.strerror or error}") from error


def width() -> int:
    """Return the terminal's width, 80 without a terminal."""
    return max(shutil.get_terminal_size((80, 24)).columns, 40)


def write_record(path: Path, record: RunRecord) -> None:
    """Write a run record.

    Raises:
        click.ClickException: the file cannot be written.
    """
    from pytest_finetunebench.runs.record_files import write_json

    try:
        write_json(path, record)
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written: {error.strerror or error}") from error
