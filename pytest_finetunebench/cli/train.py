"""`finetunebench train`: send a training file to a provider, follow the job, print the new model's id."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.options import settings_of
from pytest_finetunebench.cli.train_checks import check_open, checked_file
from pytest_finetunebench.cli.train_local import train_on_this_machine
from pytest_finetunebench.cli.train_options import DEFAULT_WORK_DIR, train_options

if TYPE_CHECKING:
    from pytest_finetunebench.models.providers.base import Provider
    from pytest_finetunebench.settings import Settings
    from pytest_finetunebench.training.follow import Training
    from pytest_finetunebench.training.jobs import TrainingJob

STILL_RUNNING = 3
"""The exit code where the job goes on at its provider."""
INTERRUPTED = 130
_OPENAI_ONLY = {"batch_size": "--batch-size", "seed": "--train-seed", "price": "--train-price"}
_FLAGS = _OPENAI_ONLY | {"base_model": "--from", "n_epochs": "--epochs"}
"""Options whose value has another name here."""


@dataclass(frozen=True)
class _Place:
    """Where the provider is, as the options say."""

    base_url: str | None
    vertex_project: str | None
    vertex_location: str | None
    timeout: float
    max_retries: int


@click.command()
@click.argument("file", required=False, metavar="[TRAINING_FILE]")
@train_options
def train(file: str | None, work_dir: Path, resume: bool, cancel: bool, job: str | None, **given: Any) -> None:
    """Fine-tune a model on TRAINING_FILE, JSON Lines as `finetunebench export` writes them.

    Prints the new model's id on stdout and nothing else, so MODEL=$(finetunebench train …) works; progress goes to
    stderr. An interrupted training goes on with --resume, or when it is started again alike. Exit codes: 0 done,
    1 failed or cancelled, 2 usage, 3 the job goes on but is not followed, 130 interrupted.

    On this machine: finetunebench train train.jsonl --provider local --from ./base --out ./adapter
    """
    if given["provider"] == "local" or given["out"] is not None:
        if given["provider"] not in (None, "local") or cancel or job is not None:
            raise click.UsageError("--out: is for --provider local alone, which has no jobs to name or cancel")
        train_on_this_machine(file, work_dir, resume, given)
        return
    if given["learning_rate"] is not None:
        raise click.UsageError("--learning-rate: is for --provider local; others take --learning-rate-multiplier")
    for name in ("out", "learning_rate", "device"):
        del given[name]
    from pytest_finetunebench.errors import SettingsError, UnmeasuredError
    from pytest_finetunebench.training.follow import StillRunningError

    names = ("base_url", "vertex_project", "vertex_location", "timeout", "max_retries")
    place = _Place(**{name: given.pop(name) for name in names})
    no_wait = given.pop("no_wait")
    _check_usage(file, resume, cancel, job, given)
    try:
        if cancel:
            doomed = _chosen(work_dir, job, running=True)
            if doomed.state != "running":
                raise click.UsageError(f"--cancel: job {doomed.shown} has ended: {doomed.state}")
            _carry(work_dir, doomed, place, _cancelled)
            return
        ordered = _chosen(work_dir, job, running=False) if resume else _ordered(file or "", work_dir, place, given)
        ended = _carry(work_dir, ordered, place, lambda training: _followed(training, no_wait=no_wait))
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    except StillRunningError as error:
        click.echo(f"{error}\nthe job goes on: {_again(work_dir, place)}", err=True)
        sys.exit(STILL_RUNNING)
    except UnmeasuredError as error:
        raise click.ClickException(str(error)) from error
    _conclude(ended, work_dir, place)


def _check_usage(file: str | None, resume: bool, cancel: bool, job: str | None, given: dict[str, Any]) -> None:
    if resume and cancel:
        raise click.UsageError("--resume and --cancel exclude each other")
    if resume or cancel:
        flag = "--resume" if resume else "--cancel"
        extra = [_FLAGS.get(name, f"--{name.replace('_', '-')}") for name, value in given.items() if value is not None]
        if file is not None or extra:
            what = "TRAINING_FILE" if file is not None else extra[0]
            raise click.UsageError(f"{flag}: the job has its settings already, leave out {what}")
        return
    if job is not None:
        raise click.UsageError("--job says which job --resume or --cancel means")
    for value, what in (
        (file, "TRAINING_FILE"),
        (given["provider"], "--provider"),
        (given["base_model"], "--from"),
    ):
        if not value:
            raise click.UsageError(f"{what} is missing")
    if given["provider"] == "gemini":
        for name, option in _OPENAI_ONLY.items():
            if given[name] is not None:
                raise click.UsageError(f"{option}: Vertex has no such setting, leave it out")
    elif given["training_uri"] is not None:
        raise click.UsageError("--training-uri: OpenAI is handed the file itself, leave it out")


def _chosen(work_dir: Path, name: str | None, *, running: bool) -> TrainingJob:
    from pytest_finetunebench.training.jobs import JobFolder

    return JobFolder(work_dir).choose(name, running=running)


def _ordered(file: str, work_dir: Path, place: _Place, given: dict[str, Any]) -> TrainingJob:
    """Store the training that the options describe, and return it. Nothing has left this machine yet."""
    from pytest_finetunebench.training.jobs import JobFolder, TrainingJob, new_marker, now

    provider, base_model = given["provider"], given["base_model"]
    check_open(provider, base_model, _settings(provider, base_model, place).model.base_url)
    training = checked_file(file, provider, given["training_uri"], training=True)
    validation = checked_file(given["validation"], provider, None, training=False) if given["validation"] else None
    method = given["method"] or training.method or "supervised"
    for other in (training, validation):
        if other is not None and other.method not in (None, method):
            raise click.UsageError(f"{other.name}: holds rows for {other.method}, and the training is {method}")
    tuned = ("n_epochs", "batch_size", "learning_rate_multiplier", "beta")
    hyperparameters = {name: given[name] for name in tuned if given[name] is not None}
    if "beta" in hyperparameters and method != "dpo":
        raise click.UsageError("--beta: is for dpo, and the file holds no pairs")
    opened = _open(provider, base_model, place)
    _check_tunable(opened)
    job, again = JobFolder(work_dir).begin(
        TrainingJob(
            marker=new_marker(),
            created=now(),
            provider=provider,
            base_url=opened.base_url,
            vertex_project=place.vertex_project,
            vertex_location=place.vertex_location,
            base_model=base_model,
            method=method,
            hyperparameters=hyperparameters,
            suffix=given["suffix"],
            seed=given["seed"],
            price=given["price"],
            training=training,
            validation=validation,
        )
    )
    if again:
        click.echo(f"the same training was begun {job.created[:16]}: going on with it", err=True)
    return job


def _carry(
    work_dir: Path, ordered: TrainingJob, place: _Place, work: Callable[[Training], Awaitable[None]]
) -> TrainingJob:
    """Do `work` on a job, locked against other processes, and return its new state."""
    import asyncio

    from pytest_finetunebench.models.providers.jobs import tuning_provider
    from pytest_finetunebench.training.follow import Training
    from pytest_finetunebench.training.jobs import JobFolder

    with JobFolder(work_dir).claim(ordered) as job:
        if job.state != "running":
            return job
        opened = _open(job.provider, job.base_model, place, job)
        _check_same_place(job, opened)
        training = Training(tuning_provider(opened), work_dir, job, _tell, max_retries=place.max_retries)

        async def run() -> None:
            try:
                await work(training)
            finally:
                await opened.aclose()

        try:
            asyncio.run(run())
        except KeyboardInterrupt:
            # the model of the job, since a later step may have stored more than `job` tells
            click.echo(f"\n{_left(training.job)}: {_again(work_dir, place)}", err=True)
            sys.exit(INTERRUPTED)
        return training.job


async def _followed(training: Training, *, no_wait: bool) -> None:
    await training.begin()
    if no_wait:
        status = await training.poll()
        _tell(f"job {training.job.shown}: {status.words}")
    else:
        await training.follow()


async def _cancelled(training: Training) -> None:
    await training.cancel()


def _open(provider: str, base_model: str, place: _Place, job: TrainingJob | None = None) -> Provider:
    from pytest_finetunebench.models.providers.base import ProviderContext, create_provider

    return create_provider(provider, ProviderContext(_settings(provider, base_model, place, job), os.environ))


def _settings(provider: str, base_model: str, place: _Place, job: TrainingJob | None = None) -> Settings:
    from pytest_finetunebench.settings.model_spec import ModelSpec

    spec = ModelSpec(text=base_model, provider=provider, id=base_model)
    vertex = {} if job is None else {"vertex_project": job.vertex_project, "vertex_location": job.vertex_location}
    given = {name: value for name, value in vars(place).items() if value is not None}
    return settings_of(spec, vertex | given)


def _check_tunable(provider: Provider) -> None:
    from pytest_finetunebench.models.providers.jobs import tuning_provider

    tuning_provider(provider)


def _check_same_place(job: TrainingJob, provider: Provider) -> None:
    """Refuse a server other than the job's. The address in the job's file is never called: it may be forged."""
    if job.base_url != provider.base_url:
        option = "--vertex-project and --vertex-location" if job.vertex_project else "--base-url"
        raise click.UsageError(f"job {job.shown} is at {job.base_url}, not at {provider.base_url}: set {option}")


def _conclude(job: TrainingJob, work_dir: Path, place: _Place) -> None:
    if job.state == "done":
        click.echo(f"trained {job.model} from {job.base_model} on {job.training.name}", err=True)
        click.echo(job.model)
        return
    if job.state == "running":
        click.echo(f"{_left(job)}: {_again(work_dir, place)}", err=True)
        sys.exit(STILL_RUNNING)
    why = f": {job.message}" if job.message else ""
    raise click.ClickException(f"job {job.shown} of {job.training.name}: {job.state}{why}")


def _left(job: TrainingJob) -> str:
    return f"job {job.shown} goes on" if job.job else "no job was created that is known of"


def _again(work_dir: Path, place: _Place) -> str:
    options = "" if str(work_dir) == DEFAULT_WORK_DIR else f" --work-dir={shlex.quote(str(work_dir))}"
    # the URL itself is not shown: it may hold a password
    options += " --base-url=…" if place.base_url else ""
    command = f"finetunebench train{options}"
    return f"`{command} --resume` follows it, `{command} --cancel` ends it"


def _tell(line: str) -> None:
    click.echo(line, err=True)
