"""The `finetunebench` command, with one module for each subcommand.

May import `evaluation` and below. Never imports `plugin`, and imports heavy modules inside the commands, so that
`--help` stays fast.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from pytest_finetunebench import __version__
from pytest_finetunebench.cli.batch import batch
from pytest_finetunebench.cli.cache import cache
from pytest_finetunebench.cli.cases import cases
from pytest_finetunebench.cli.compare import compare
from pytest_finetunebench.cli.demo import demo
from pytest_finetunebench.cli.explain import explain
from pytest_finetunebench.cli.export import export
from pytest_finetunebench.cli.gate import gate
from pytest_finetunebench.cli.generate import generate
from pytest_finetunebench.cli.import_data import import_
from pytest_finetunebench.cli.init import init
from pytest_finetunebench.cli.leaks import leaks
from pytest_finetunebench.cli.named import show_defaults
from pytest_finetunebench.cli.parity import parity
from pytest_finetunebench.cli.plan import plan
from pytest_finetunebench.cli.record import record
from pytest_finetunebench.cli.regrade import regrade
from pytest_finetunebench.cli.report import report
from pytest_finetunebench.cli.review import review
from pytest_finetunebench.cli.runs import runs
from pytest_finetunebench.cli.schema import schema
from pytest_finetunebench.cli.summaries import summarise
from pytest_finetunebench.cli.sweep import sweep
from pytest_finetunebench.cli.train import train
from pytest_finetunebench.cli.validate import validate
from pytest_finetunebench.errors import FinetuneBenchError
from pytest_finetunebench.options.names import misspelt_variable, unknown_variables


def _fail(message: str) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    sys.exit(1)


def _has_current_folder() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True


class _Group(click.Group):
    """Shows the package's errors in one line and exits with code 1."""

    def invoke(self, ctx: click.Context) -> object:
        for name, close in unknown_variables():
            if close:
                _fail(misspelt_variable(name, close))
        try:
            return super().invoke(ctx)
        except FinetuneBenchError as error:
            _fail(str(error))
        except (FileNotFoundError, SystemError):  # Python 3.13.0 cannot import there, and raises the latter
            if _has_current_folder():
                raise
            _fail("the current folder no longer exists: change to another one")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="finetunebench")
def main() -> None:
    """Test what a fine-tuned model learned. The tests themselves run with `pytest --ft-model=SPEC`."""


COMMANDS = (
    demo,
    init,
    import_,
    generate,
    review,
    validate,
    schema,
    cases,
    cache,
    batch,
    runs,
    compare,
    gate,
    plan,
    regrade,
    report,
    explain,
    export,
    leaks,
    train,
    record,
    parity,
    sweep,
)
for command in COMMANDS:
    main.add_command(command)
show_defaults(main)
summarise(main)
