"""`finetunebench leaks`: whether a training file holds what the probes ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.export import (
    all_rows_option,
    cases_option,
    read_suite,
    threshold_option,
)
from pytest_finetunebench.cli.grader_names import grader_names_option
from pytest_finetunebench.cli.stored import json_option, print_json

if TYPE_CHECKING:
    from pytest_finetunebench.errors import Problem
    from pytest_finetunebench.files.training_rows import Row
    from pytest_finetunebench.training.leaks import Leak


@click.command()
@click.argument(
    "files", metavar="TRAINING_FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
@cases_option
@threshold_option
@click.option(
    "--check",
    "provider",
    type=click.Choice(["openai", "gemini", "hf"]),
    help="Also check the files as this provider would: roles, texts, number and length of examples.",
)
@all_rows_option
@grader_names_option
@json_option
def leaks(
    files: tuple[Path, ...],
    paths: tuple[Path, ...],
    threshold: float,
    provider: Any,
    all_rows: bool,
    graders: tuple[str, ...],
    as_json: bool,
) -> None:
    """Look for the probes in training files: chats of messages, contents or conversations, prompt and
    completion, instruction and output, or preference pairs, in JSONL or a JSON list.

    A row leaks a probe with the probe's text, exactly or but for case, punctuation, spacing and Unicode; with a text
    that contains a probe of four words or more; with a near-duplicate of it; or with the same question in other small
    words and an answer that the probe has and the trained prompt has not. Compared are the user's texts, alone and
    after the system message. Memorization probes are meant to be trained. An item's own trained prompt leaks only where
    it has a probe's text, however similar; date_changed probes have no near-duplicates with another date or number.

    Exit code 1 with leaks or problems, 0 without, 2 for wrong usage. --json prints rows, probes (those looked for),
    leaks (file, line, level, score, probe, place, prompt, text) and problems (file, line, field, message).
    """
    from pytest_finetunebench.files.reading import shown
    from pytest_finetunebench.training.checks import check_rows
    from pytest_finetunebench.training.leaks import find_leaks, withheld_probes

    suite = read_suite(paths, all_rows, graders)
    read = _read(files)
    problems: list[Problem] = []
    found: list[tuple[str, Leak]] = []
    for path, rows in read.items():
        if provider is not None:
            problems += check_rows(rows, provider, shown(path), path.stat().st_size)
        found += ((shown(path), leak) for leak in find_leaks(rows, suite, threshold=threshold))
    counts = {"rows": sum(map(len, read.values())), "probes": len(withheld_probes(suite))}
    if as_json:
        print_json(counts | {"leaks": [_as_json(*one) for one in found], "problems": [vars(one) for one in problems]})
    else:
        _print_found(found, problems, **counts, checked=provider is not None)
    if found or problems:
        raise click.exceptions.Exit(1)


def _read(files: Iterable[Path]) -> dict[Path, list[Row]]:
    from pytest_finetunebench.errors import TrainingError
    from pytest_finetunebench.files.training_rows import read_rows

    unreadable: list[Problem] = []
    read = {path: read_rows(path, unreadable) for path in dict.fromkeys(files)}
    if unreadable:
        raise TrainingError("the training files cannot be read, so they were not checked", unreadable)
    return read


def _print_found(
    found: Sequence[tuple[str, Leak]], problems: Sequence[Problem], *, rows: int, probes: int, checked: bool
) -> None:
    from pytest_finetunebench.errors import counted

    for line in (*map(str, problems), *(_line(*one) for one in found)):
        click.echo(line)
    told = f", {counted(len(problems), 'problem')}" if checked else ""
    click.echo(f"{counted(len(found), 'leak')} in {counted(rows, 'row')} against {counted(probes, 'probe')}{told}")


def _line(file: str, leak: Leak) -> str:
    from pytest_finetunebench.errors import one_line

    return f'{file}:{leak.line}: {leak.relation} the probe {leak.probe.id}: "{one_line(leak.probe.prompt)}"'


def _as_json(file: str, leak: Leak) -> dict[str, Any]:
    probe = leak.probe
    found = {"file": file, "line": leak.line, "level": leak.level, "score": leak.score, "probe": probe.id}
    return found | {"place": str(probe.place), "prompt": probe.prompt, "text": leak.text}
