"""`--graders` of commands that check case files: names are enough, as nothing is run."""

from __future__ import annotations

import click

from pytest_finetunebench.cli.named import renamed_option


def _names(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.partition("=")[0].strip() for one in value for name in one.split(",") if name.strip())


grader_names_option = renamed_option(
    "--graders",
    "graders",
    former="--grader",
    multiple=True,
    metavar="NAME[=MODULE:ATTRIBUTE]",
    callback=_names,
    help="A custom grader, for case files to use by NAME; can be repeated. Nothing is run here: the name is enough.",
)
