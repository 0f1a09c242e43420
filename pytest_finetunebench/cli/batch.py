"""`finetunebench batch …`: submit requests as batch jobs, show the jobs, store their answers."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.named import renamed_option
from pytest_finetunebench.cli.options import settings_of, table_option, table_options
from pytest_finetunebench.cli.shared import folder_option, run_settings
from pytest_finetunebench.cli.stored import import_graders

if TYPE_CHECKING:
    from pytest_finetunebench.completions import Request
    from pytest_finetunebench.models.batches.jobs import Job
    from pytest_finetunebench.models.batches.outcome import BatchOutcome, BatchProgress
    from pytest_finetunebench.models.batches.run import BatchRun
    from pytest_finetunebench.models.providers.base import Provider
    from pytest_finetunebench.settings import Settings

NOT_DONE = 3
"""The exit code of `collect` where jobs are still under way."""
COLLECTED = "batch"
"""The run that collected entries belong to."""
Place = tuple[str, str | None, str]


@click.group()
@folder_option(of_group=True)
def batch() -> None:
    """Ask a whole suite at half the price, outside the rate limits, within a day.

    Jobs are kept in the cache folder. Keep it between CI jobs, and any of them can collect. Tests then find the
    answers in the cache.
    """


@batch.command()
@folder_option()
@table_options(
    "batch submit",
    model={"required": True},
    arm={
        "help": "Ask the model the same probes in another way, too: retrieve:5, oracle, …; can be repeated.",
        "env": False,
    },
    corpus={"env": False},
)
@click.pass_obj
def submit(folder: Path, /, **given: Any) -> None:
    """Submit the requests of a suite that the cache lacks, and do not wait.

    Options and FT_ variables are those of a run. Settings of an ini file must be given here.
    """
    import asyncio

    settings = run_settings(folder, given)
    jobs, outcome = asyncio.run(_submit(settings))
    for error in outcome.unanswered.values():
        click.echo(f"not submitted: {error}", err=True)
    if not jobs:
        click.echo(f"nothing is missing: {outcome.cached:,} answers are in {folder}")
        return
    for job in jobs:
        click.echo(f"{job.id}  {len(job.requests):,} requests")
    again = f", {outcome.resumed:,} under way before" if outcome.resumed else ""
    click.echo(f"submitted {outcome.submitted:,} requests{again}, {outcome.cached:,} are in the cache")
    click.echo("`finetunebench batch collect` stores the answers")


@batch.command()
@folder_option()
@table_option("base-url")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status(folder: Path, base_url: str | None, as_json: bool) -> None:
    """Show the state of each job. Exit code 1 if a server does not tell it."""
    import asyncio

    rows, failures = asyncio.run(_status(folder, base_url))
    if as_json:
        _print_json(rows)
    else:
        for row in rows:
            counts = f"{row['done']:,} of {row['requests']:,} done, {row['failed']:,} failed"
            why = f"  {row['message']}" if row["message"] else ""
            click.echo(f"{row['job']}  {row['state']:<9}  {counts}  {row['model']}  {row['created']}{why}")
        if not rows and not failures:
            click.echo(f"no job is under way in {folder}")
    _end(failures)


@batch.command()
@folder_option()
@table_option("base-url")
@renamed_option("--follow", "wait", former="--wait", is_flag=True, help="Wait until all jobs have ended.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def collect(folder: Path, base_url: str | None, wait: bool, as_json: bool) -> None:
    """Store the answers of jobs that have ended.

    \b
    Exit codes:
      0  every job has ended, and its answers are stored
      1  a job failed, was cancelled or is lost, or a server does not tell its state
      3  jobs are still under way: come back later
    """
    import asyncio

    outcome, failures = asyncio.run(_collect(folder, base_url, wait))
    if as_json:
        _print_json(
            {
                "stored": outcome.stored,
                "pending": [job.id for job in outcome.pending],
                "unanswered": {fingerprint: str(error) for fingerprint, error in outcome.unanswered.items()},
                "failures": failures,
            }
        )
    else:
        _print_outcome(outcome, folder)
    _end(failures)
    if outcome.pending:
        sys.exit(NOT_DONE)


async def _submit(settings: Settings) -> tuple[list[Job], BatchOutcome]:
    async with _opened(settings) as (provider, run):
        jobs = await run.submit(_requests(settings, provider))
        return jobs, run.outcome


def _requests(settings: Settings, provider: Provider) -> Iterator[Request]:
    from pytest_finetunebench.loaders import load_suite
    from pytest_finetunebench.models.request import build_request
    from pytest_finetunebench.training.arm_examples import checked_arms

    graders = import_graders(settings.suite.graders)
    suite = load_suite(settings.suite.cases, all_rows=settings.suite.all_rows, graders=graders.keys())
    ways = (None, *checked_arms(settings.arms, suite))
    for arm in ways:
        for probe in suite.probes:
            chat = None if arm is None else arm.frame(probe).chat
            for index in range(settings.suite.repeat):
                yield build_request(probe, settings, provider.base_url, index, chat)


async def _status(folder: Path, base_url: str | None) -> tuple[list[dict[str, Any]], list[str]]:
    from pytest_finetunebench.errors import FinetuneBenchError

    rows: list[dict[str, Any]] = []
    failures: list[str] = []
    for place in _places(folder):
        try:
            async with _opened(_place_settings(folder, place, base_url), place) as (_, run):
                for job in await run.resume(place):
                    rows.append(await _row(run, job))
        except FinetuneBenchError as error:
            failures.append(str(error))
    return rows, failures


async def _row(run: BatchRun, job: Job) -> dict[str, Any]:
    found = await run.status(job)
    provider, url, model = job.place
    return {
        "job": job.id,
        "state": found.state,
        "done": found.done,
        "failed": found.failed,
        "requests": len(job.requests),
        "model": f"{provider}:{model}",
        "base_url": url,
        "created": job.created,
        "message": found.message,
    }


async def _collect(folder: Path, base_url: str | None, wait: bool) -> tuple[BatchOutcome, list[str]]:
    from pytest_finetunebench.errors import FinetuneBenchError
    from pytest_finetunebench.models.batches.outcome import BatchOutcome

    total = BatchOutcome()
    for place in _places(folder):
        try:
            async with _opened(_place_settings(folder, place, base_url), place) as (_, run):
                run.on_progress = _teller() if wait else None
                found = await run.collect(await run.resume(place), wait=wait)
        except FinetuneBenchError as error:
            total.failures.append(str(error))
            continue
        total.stored += found.stored
        total.unanswered |= found.unanswered
        total.pending += found.pending
        total.failures += found.failures
    return total, total.failures


def _places(folder: Path) -> list[Place]:
    from pytest_finetunebench.models.batches.jobs import JobFiles

    return list(dict.fromkeys(job.place for job in JobFiles(folder).load()))


def _place_settings(folder: Path, place: Place, base_url: str | None) -> Settings:
    from pytest_finetunebench.settings.model_spec import ModelSpec

    provider, _, model = place
    # the address comes from the user alone: a planted file must not send the key elsewhere
    spec = ModelSpec(text=f"{provider}:{model}", provider=provider, id=model)
    return settings_of(spec, {"base_url": base_url, "cache_dir": folder})


@asynccontextmanager
async def _opened(settings: Settings, place: Place | None = None) -> AsyncIterator[tuple[Provider, BatchRun]]:
    """Open the provider and the cache of a batch run; check that the provider is at `place`, if given."""
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.models.batches.run import BatchRun
    from pytest_finetunebench.models.cache import CompletionCache
    from pytest_finetunebench.models.providers.base import ProviderContext, create_provider
    from pytest_finetunebench.models.providers.jobs import batch_provider

    name = settings.model.provider
    if name not in ("openai", "gemini"):
        raise SettingsError(f"batches are OpenAI's and Gemini's: there is none of provider '{name}'")
    provider = create_provider(name, ProviderContext(settings, os.environ, option="--"))
    try:
        if place is not None and provider.base_url != place[1]:
            raise SettingsError(f"jobs of {settings.model.text} went to {place[1]}: name it with --base-url")
        with CompletionCache(settings.answers.cache_dir, COLLECTED) as cache:
            yield provider, BatchRun(batch_provider(provider), cache, max_retries=settings.limits.max_retries)
    finally:
        await provider.aclose()


def _teller() -> Callable[[BatchProgress], None]:
    """Return a function that prints the jobs' state when it has changed."""
    told: list[BatchProgress] = []

    def tell(progress: BatchProgress) -> None:
        if told[-1:] != [progress]:
            counts = f"{progress.done:,} of {progress.total:,} done, {progress.failed:,} failed"
            click.echo(f"batch: {progress.state}, {counts}", err=True)
        told[:] = [progress]

    return tell


def _print_outcome(outcome: BatchOutcome, folder: Path) -> None:
    from pytest_finetunebench.errors import counted
    from pytest_finetunebench.models.batches.outcome import BatchOutcome

    if outcome == BatchOutcome():
        click.echo(f"nothing to collect in {folder}")
        return
    click.echo(f"stored {counted(outcome.stored, 'answer')}")
    if outcome.unanswered:
        first = next(iter(outcome.unanswered.values()))
        click.echo(f"{len(outcome.unanswered):,} without an answer, to be asked by a run: {first}")
    if outcome.pending:
        names = ", ".join(str(job.id) for job in outcome.pending)
        click.echo(f"under way: {names}")


def _end(failures: list[str]) -> None:
    for failure in failures:
        click.echo(f"Error: {failure}", err=True)
    if failures:
        sys.exit(1)


def _print_json(found: object) -> None:
    import json

    click.echo(json.dumps(found, indent=2))
