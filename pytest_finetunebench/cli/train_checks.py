"""Checks before a training begins. Nothing has been stored or has left this machine yet."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pytest_finetunebench.training.file import TrainingFile


def check_open(provider: str, base_model: str, base_url: str | None) -> None:
    """Refuse if the provider takes no new jobs. Warn if that day or the base's end is near.

    Raises:
        click.ClickException: OpenAI has closed.
    """
    from pytest_finetunebench.models import lifecycle
    from pytest_finetunebench.models.providers.tuning import ELSEWHERE

    day = lifecycle.today()
    hosted = provider == "openai" and lifecycle.openai_hosts(base_url)
    if hosted and day >= lifecycle.OPENAI_CLOSES:
        raise click.ClickException(
            f"OpenAI takes no new fine-tuning jobs since {lifecycle.OPENAI_CLOSES}; nothing was uploaded. "
            f"Train elsewhere: {ELSEWHERE}"
        )
    if hosted:
        last = lifecycle.OPENAI_CLOSES - datetime.timedelta(days=1)
        click.echo(f"warning: OpenAI takes new fine-tuning jobs until {lifecycle.in_words(last, day)}", err=True)
    end = lifecycle.shutdown_of_base(provider, base_model) if hosted or provider == "gemini" else None
    if end is not None and lifecycle.is_near(end, day):
        what = f"{base_model} and its fine-tunes will be shut down on"
        click.echo(f"warning: {what} {lifecycle.in_words(end, day)}", err=True)


def checked_file(name: str, provider: str, uri: str | None, *, training: bool) -> TrainingFile:
    """Check a file's rows. Gemini takes a `gs://` address; a local file needs one as well, in `uri`.

    Raises:
        click.UsageError: it is no file, or no address, that the provider can be given.
        SettingsError: its rows are wrong.
    """
    from pytest_finetunebench.models.providers.gemini_tuning import no_upload
    from pytest_finetunebench.training.file import FEWEST_ROWS, TrainingFile, read_training_file

    for address in (name, uri):
        if address is not None and "://" in address and (provider != "gemini" or not address.startswith("gs://")):
            raise click.UsageError(f"{address}: give a file{', or a gs:// address' * (provider == 'gemini')}")
    if name.startswith("gs://"):
        return TrainingFile(name=name, uri=name)
    read = read_training_file(Path(name), provider, fewest=FEWEST_ROWS if training else 1, uri=uri)
    if provider == "gemini" and uri is None:
        raise click.UsageError(no_upload(name) if training else f"--validation={name}: give its gs:// address")
    if uri is not None and not uri.startswith("gs://"):
        raise click.UsageError(f"--training-uri={uri}: give an address that begins with gs://")
    return read
