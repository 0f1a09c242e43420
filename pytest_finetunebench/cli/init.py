"""`finetunebench init`: the files that a new project starts from."""

from __future__ import annotations

import shlex
from importlib import resources
from pathlib import Path

import click

FILES = {
    "example.yaml": "knowledge_cases/example.yaml",
    "test_knowledge.py.txt": "knowledge_cases/test_knowledge.py",
    "workflow.yml": ".github/workflows/knowledge.yml",
}
"""Template → where it goes."""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
def init(folder: Path) -> None:
    """Write an example case file, the test file and a GitHub workflow into FOLDER (default: here).

    Existing files are kept.
    """
    templates = resources.files("pytest_finetunebench.cli") / "templates"
    for name, place in FILES.items():
        target = folder / place
        try:
            if target.is_file():
                click.echo(f"kept     {target} (it is there already)")
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8") as file:
                file.write((templates / name).read_text(encoding="utf-8"))
        except OSError as error:
            raise click.ClickException(
                f"{error.filename or target}: cannot be written: {error.strerror or error}"
            ) from error
        click.echo(f"written  {target}")
    first = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
    click.echo(f"Next: {first}pytest knowledge_cases --ft-model=control:memorizer")
