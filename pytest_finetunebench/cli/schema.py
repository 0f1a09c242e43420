"""`finetunebench schema`: the JSON Schema of case files, for editors."""

from __future__ import annotations

import json

import click

from pytest_finetunebench.cli.grader_names import grader_names_option


@click.command()
@grader_names_option
def schema(graders: tuple[str, ...]) -> None:
    """Print the JSON Schema of case files.

    With the YAML language server, name the saved file on a case file's first line:
    `# yaml-language-server: $schema=finetunebench.schema.json`
    """
    from pytest_finetunebench.cases.schema import case_file_schema

    click.echo(json.dumps(case_file_schema(graders), indent=2))
