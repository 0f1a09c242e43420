"""`finetunebench import`: a case file made of a table, a training file, or another tool's tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pytest_finetunebench.cases.format import FileHead
    from pytest_finetunebench.loaders.importing.formats import Imported
    from pytest_finetunebench.loaders.importing.items import MadeItems
    from pytest_finetunebench.loaders.importing.records import Source

SHOWN = 20
"""Findings of a kind that are listed without --all."""
LONG_ANSWER = 12
"""Words. Rules compare values and names, not whole sentences."""
_LOST = ("empty", "contradiction", "left out")
"""Findings whose records give no item."""


@click.command("import")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--category", required=True, metavar="NAME", help="The category of a new case file.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="CASES",
    show_default="knowledge_cases/CATEGORY.yaml",
    help="Write to this case file.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="FIELD=COLUMN",
    show_default="guessed",
    help="The column of a field, as prompt=Question; can be repeated, or hold several with commas. Fields: prompt, "
    "answer, aliases, superseded_answers, system, fact, id.",
)
@click.option(
    "--setting",
    type=click.Choice(["new_knowledge", "updated_knowledge", "retention", "form"]),
    show_default="new_knowledge; retention for tests of other tools",
    help="What the questions of a new case file are for.",
)
@click.option(
    "--part",
    metavar="NAME",
    show_default="the first; train",
    help="The sheet of a workbook or the split of a dataset.",
)
@click.option("--apart", is_flag=True, help="Make an item of each question, also where two are wordings of one fact.")
@click.option("--all", "show_all", is_flag=True, help=f"List every finding, not only {SHOWN} of a kind.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask whether the guessed columns are right: write.")
def import_(
    source: Path,
    category: str,
    out: Path | None,
    mapped: tuple[str, ...],
    setting: Any,
    part: str | None,
    apart: bool,
    show_all: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Make a case file of the questions and answers in FILE.

    FILE is a table (CSV, TSV, XLSX, Parquet), a training file (chats of messages, contents or conversations, prompt and
    completion, Alpaca, preference pairs), a dataset that Hugging Face `datasets` saved, or tests of promptfoo or OpenAI
    Evals. Wordings of one fact become one item: the first is asked, the others are listed under `training`.

    Questions that are empty, repeated or answered in two ways are listed with their lines. Exit code 0 when the file is
    written, 1 if FILE cannot be read or holds nothing to ask, 2 for wrong options. An existing file is never changed.
    """
    from pytest_finetunebench.loaders.importing.items import make_items

    read, found = _read(source, part, mapped)
    head = _head(category, setting or found.setting)
    target = out or Path("knowledge_cases") / f"{_file_name(category)}.yaml"
    if not dry_run:
        _check_target(target)
    made = make_items(found.pairs, head, file=read.file, unit=read.unit, apart=apart)
    _echo(_shown(read, found, made, show_all=show_all))
    if not made.items:
        raise click.ClickException(f"{source}: holds no question with an answer that can be asked")
    if found.columns and not (mapped or yes or dry_run) and _on_terminal():
        click.confirm(f"Write {target} with these columns?", default=True, abort=True)
    text = _text(head, made, read.file)
    if dry_run:
        click.echo(f"would write {target}:\n\n{text}", nl=False)
        return
    _write(target, text)
    _add_test(target.parent)
    _echo(_conclusion(target, made, found, head))


def _read(source: Path, part: str | None, mapped: Sequence[str]) -> tuple[Source, Imported]:
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.loaders.importing.formats import read_pairs
    from pytest_finetunebench.loaders.importing.records import read_source

    problems: list[Any] = []
    try:
        read = read_source(source, problems, part)
        _stop(problems)
        if read is None or not read.records:
            raise click.ClickException(f"{source}: holds no rows")
        found = read_pairs(read, source, _chosen(mapped), problems)
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    _stop(problems)
    return read, found


def _chosen(mapped: Sequence[str]) -> dict[str, str]:
    from pytest_finetunebench.errors import SettingsError, nearest
    from pytest_finetunebench.loaders.importing.columns import FIELDS

    chosen: dict[str, str] = {}
    for entry in mapped:
        # a comma separates entries only where another field follows
        for one in _entries(entry, FIELDS):
            field, equals, column = (part.strip() for part in one.partition("="))
            if not equals or not column:
                raise SettingsError(f"--map {one}: write FIELD=COLUMN, for example prompt=Question")
            if field not in FIELDS:
                raise SettingsError(f"--map {one}: no field '{field}'{nearest(field, FIELDS)}: {', '.join(FIELDS)}")
            chosen[field] = column
    return chosen


def _entries(text: str, fields: Sequence[str]) -> list[str]:
    entries: list[str] = []
    for part in text.split(","):
        if entries and part.partition("=")[0].strip() not in fields and "=" not in part:
            entries[-1] += f",{part}"
        else:
            entries.append(part)
    return entries


def _stop(problems: Sequence[Any]) -> None:
    from pytest_finetunebench.errors import counted

    if problems:
        _echo(f"error  {problem}" for problem in problems)
        raise click.ClickException(f"{counted(len(problems), 'error')}: nothing was written")


def _head(category: str, setting: Any) -> FileHead:
    from pydantic import ValidationError

    from pytest_finetunebench.cases.format import FileHead

    try:
        return FileHead(category=category, setting=setting)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise click.BadParameter(message, param_hint="--category") from error


def _file_name(category: str) -> str:
    from pytest_finetunebench.cases.names import slug

    return slug(category)


def _check_target(target: Path) -> None:
    if target.suffix.lower() not in (".yaml", ".yml"):
        raise click.BadParameter(f"{target}: case files that are written end in .yaml", param_hint="--out")
    if target.exists():
        raise click.ClickException(f"{target} exists and stays as it is: name another file with --out")


def _on_terminal() -> bool:
    import sys

    return sys.stdin.isatty() and sys.stdout.isatty()


def _echo(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)


def _shown(read: Source, found: Imported, made: MadeItems, *, show_all: bool) -> Iterator[str]:
    from pytest_finetunebench.errors import counted, one_line

    # a configuration is one record of many tests
    many = found.format.startswith("promptfoo") and len(read.records) == 1
    amount = counted(len(found.pairs), "usable test") if many else counted(len(read.records), "row")
    yield f"read     {read.file}: {found.format}, {amount}"
    for notice in read.notices:
        yield f"note     {notice}"
    if found.columns:
        unused = [column for column in read.columns if column not in found.columns.values()]
        told = ", ".join(f"{field} = {one_line(column, 40)}" for field, column in found.columns.items())
        yield f"columns  {told}" + (f"; not used: {', '.join(unused)}" if unused else "")
    findings = sorted((*found.findings, *made.findings), key=lambda finding: (finding.kind, finding.lines))
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.kind] = counts.get(finding.kind, 0) + 1
        if show_all or counts[finding.kind] <= SHOWN:
            places = ", ".join(map(str, finding.lines))
            unit = read.unit + "s" * (len(finding.lines) > 1)
            yield f"{finding.kind:<13} {unit} {places}: {finding.message}"
    for kind, count in counts.items():
        if count > SHOWN and not show_all:
            yield f"{kind:<13} … and {count - SHOWN:,} more (--all lists them)"


def _text(head: FileHead, made: MadeItems, file: str) -> str:
    from pytest_finetunebench.cases.editing.write import block_lines

    top: dict[str, Any] = {"category": head.category, "setting": head.setting}
    if made.system is not None:
        top["system"] = made.system
    lines = block_lines(top | {"items": made.items}, 0)
    return "\n".join([f"# Made of {Path(file).name} by `finetunebench import`.", *lines]) + "\n"


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"{target}: cannot be written: {error.strerror or error}") from error


def _add_test(folder: Path) -> None:
    """Write the test file that asks the cases, unless the folder has one."""
    from importlib import resources

    if any(folder.glob("test_*.py")):
        return
    template = resources.files("pytest_finetunebench.cli") / "templates" / "test_knowledge.py.txt"
    _write(folder / "test_knowledge.py", template.read_text(encoding="utf-8"))
    click.echo(f"written  {folder / 'test_knowledge.py'}: the test that asks the cases")


def _conclusion(target: Path, made: MadeItems, found: Imported, head: FileHead) -> Iterator[str]:
    import shlex

    from pytest_finetunebench.cases.languages import LANGUAGES
    from pytest_finetunebench.errors import counted
    from pytest_finetunebench.grading.detect import mostly_in

    more = sum(len(finding.lines) - 1 for finding in made.findings if finding.kind == "joined")
    lost = sum(len(finding.lines) for finding in (*found.findings, *made.findings) if finding.kind in _LOST)
    wordings = f", {counted(more, 'further wording')} to train" if more else ""
    left_out = f"; {counted(lost, 'row')} left out" if lost else ""
    yield f"written  {target}: {counted(len(made.items), 'item')} ({head.setting}){wordings}{left_out}"
    long = sum(len((probe.answer or "").split()) > LONG_ANSWER for probe in made.probes)
    if long:
        yield (
            f"note     {counted(long, 'answer')} of more than {LONG_ANSWER} words: rules cannot compare sentences; "
            "shorten them, or name a judge with --ft-judge-model"
        )
    if (told := mostly_in(f"{probe.prompt} {probe.answer or ''}" for probe in made.probes)) is not None:
        name = LANGUAGES[told[0]]
        yield f"note     most items look {name}, but are graded in English: write `language: {told[0]}` above `items:`"
    path, folder = shlex.quote(str(target)), target.parent
    cases = "" if folder == Path("knowledge_cases") else f" --ft-cases={path}"
    test = f"pytest {shlex.quote(str(folder))}{cases}"
    if head.setting in ("new_knowledge", "updated_knowledge"):
        yield f"Next: finetunebench generate {path} --kinds rephrased,secondary --draft-model openai:ID"
        yield f"      {test} --ft-model=control:memorizer"
    else:
        yield f"Next: finetunebench validate {path}"
        yield f"      {test} --ft-model=openai:ID"
