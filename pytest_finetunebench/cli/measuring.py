"""Ask whole suites without pytest, for commands that compare models."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.options import settings_of
from pytest_finetunebench.cli.stored import import_graders

if TYPE_CHECKING:
    from pytest_finetunebench.cases.suite import Suite
    from pytest_finetunebench.runs.record import RunRecord
    from pytest_finetunebench.settings import Settings

_URL = re.compile(r"@(?=https?://)")


def settings_for(spec: str, given: dict[str, Any]) -> Settings:
    """Return the settings of a model `SPEC[@URL]`.

    Raises:
        SettingsError: the spec or an option cannot be used.
    """
    from pytest_finetunebench.settings.model_spec import parse_model_spec

    name, *urls = _URL.split(spec, maxsplit=1)
    place = {"base_url": urls[0]} if urls else {}
    return settings_of(parse_model_spec(name, option="SPEC"), given | place, url_option="SPEC@URL")


def load_asked(settings: Settings) -> Suite:
    """Load the suite that is to be asked, and show its notices."""
    from pytest_finetunebench.loaders import load_suite

    graders = import_graders(settings.suite.graders)
    loaded = load_suite(settings.suite.cases, all_rows=settings.suite.all_rows, graders=graders.keys())
    for notice in loaded.notices:
        click.echo(f"note: {notice}", err=True)
    return loaded


def measured(suite: Suite, settings: Settings, label: str) -> RunRecord:
    """Ask a model the suite, and show its notices. Ctrl-C keeps the answers that came in the cache."""
    from pytest_finetunebench.runs.measure import measure_suite

    click.echo(f"asking {label}", err=True)
    try:
        record = measure_suite(suite, settings, os.environ, import_graders(settings.suite.graders))
    except KeyboardInterrupt:
        click.echo("\ninterrupted: the answers that came are in the cache", err=True)
        sys.exit(130)
    for notice in record.notices:
        if notice not in suite.notices:
            click.echo(f"note: {notice}", err=True)
    return record
