"""`--graders` of commands that check case files: names are enough, as nothing is run."""

from __future__ import annotations

import click


def _names(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.partition("=")[0].strip() for one in value for name in one.split(",") if name.strip())


grader_names_option = click.option(
    "--graders",
    "--grader",
    "graders",
    multiple=True,
    metavar="NAME[=MODULE:ATTRIBUTE]",
    callback=_names,
    help="A custom grader that case files use; it is named, not run. Can be repeated.",
)
