"""`finetunebench schema`: the JSON Schema of case files, for editors."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--grader", "graders", multiple=True, metavar="NAME", help="A custom grader that case files use.")
def schema(graders: tuple[str, ...]) -> None:
    """Print the JSON Schema of case files.

    With the YAML language server, name the saved file on a case file's first line:
    `# yaml-language-server: $schema=finetunebench.schema.json`
    """
    from pytest_finetunebench.cases.schema import case_file_schema

    click.echo(json.dumps(case_file_schema(graders), indent=2))
