"""`finetunebench record`: record a model's answers to a whole suite; recordings outlive the model."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.options import settings_of, table_options
from pytest_finetunebench.cli.shared import NEVER_CACHED, arms_of_model
from pytest_finetunebench.cli.stored import import_graders

if TYPE_CHECKING:
    from pytest_finetunebench.cases.suite import Probe
    from pytest_finetunebench.grading.custom import GraderFunction
    from pytest_finetunebench.models.arms.arm import Arm
    from pytest_finetunebench.models.recordings import Recording
    from pytest_finetunebench.models.role import Seat
    from pytest_finetunebench.models.roles import ModelSet
    from pytest_finetunebench.settings import Settings

SHOWN = 20


@click.command()
@click.argument("spec")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Write to this file, as JSON Lines.",
)
@table_options(
    "record",
    arm={
        "help": "Record SPEC's answers to the same probes in another way, too: retrieve:5, oracle, …; can be repeated.",
        "env": False,
    },
    corpus={"env": False},
)
def record(spec: str, out: Path, **given: Any) -> None:
    """Ask the model SPEC a whole suite and write its answers to FILE, to replay when the model is gone.

    Cached answers are not asked again. Probes without an answer are listed, with exit code 1. An existing FILE is then
    kept.
    """
    from pytest_finetunebench.errors import SettingsError, counted
    from pytest_finetunebench.models.recordings import write_recordings

    try:
        settings = _settings(spec, given)
        graders = import_graders(settings.suite.graders)
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    found, missing, notices = _answers(settings, graders)
    for notice in notices:
        click.echo(f"note: {notice}", err=True)
    for line in missing[:SHOWN]:
        click.echo(f"not recorded: {line}", err=True)
    if len(missing) > SHOWN:
        click.echo(f"… and {len(missing) - SHOWN:,} more", err=True)
    kept = bool(missing) and out.exists()
    if found and not kept:
        write_recordings(out, found)
        click.echo(f"recorded {counted(len(found), 'answer')} of {settings.model.id} in {out}", err=True)
        _say_how(settings, out)
    if missing:
        stays = f"; {out} stays as it was, and the answers that came are in the cache" if kept else ""
        raise click.ClickException(f"{counted(len(missing), 'sample')} of the suite not recorded{stays}")


def _settings(spec: str, given: dict[str, Any]) -> Settings:
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.settings.model_spec import parse_model_spec

    model = parse_model_spec(spec, option="SPEC")
    if model.provider in NEVER_CACHED:
        raise SettingsError(f"{spec}: costs no call and never disappears: name a model that answers over the network")
    return settings_of(model, given).model_copy(update={"arms": arms_of_model(given["arm"], given["corpus"])})


def _answers(settings: Settings, graders: dict[str, GraderFunction]) -> tuple[list[Recording], list[str], list[str]]:
    """Return the recordings, the missing answers with reasons, and notices."""
    from pytest_finetunebench.loaders import load_suite
    from pytest_finetunebench.models.calling.answer import NoAnswer
    from pytest_finetunebench.models.recordings import recording_of
    from pytest_finetunebench.training.arm_examples import checked_arms

    loaded = load_suite(settings.suite.cases, all_rows=settings.suite.all_rows, graders=graders.keys())
    asked = [(probe, repeat) for probe in loaded.probes for repeat in range(settings.suite.repeat)]
    found: dict[str, Recording] = {}
    missing: list[str] = []
    with _models(settings, loaded.trained, checked_arms(settings.arms, loaded)) as models:
        models.prefetch(asked, graders)
        for probe, repeat, (role, arm) in _shown([(*one, seat) for one in asked for seat in models.seats]):
            exchange = models.ask(probe, repeat, role, arm)
            if isinstance(exchange.outcome, NoAnswer):
                sample = f" (sample {repeat + 1})" if repeat else ""
                way = f" ({arm.name})" if arm else ""
                missing.append(f"{probe.id}{sample}{way}: {exchange.outcome.error}")
                continue
            # probes that ask the same share one answer
            request, answer = exchange.request, exchange.outcome
            found[request.fingerprint] = recording_of(request, answer.completion)
        notices = models.notices
    return list(found.values()), missing, [*loaded.notices, *notices]


@contextmanager
def _models(settings: Settings, trained: tuple[tuple[str, str], ...], arms: tuple[Arm, ...]) -> Iterator[ModelSet]:
    from pytest_finetunebench.models.roles import ModelSet

    models = ModelSet(settings, os.environ, trained, run_id="record", arms=arms)
    try:
        models.open()
        yield models
    except KeyboardInterrupt:
        models.stop(at_once=True)
        click.echo("\ninterrupted: the answers that came are in the cache", err=True)
        sys.exit(130)
    finally:
        models.close()


def _shown(asked: list[tuple[Probe, int, Seat]]) -> Iterator[tuple[Probe, int, Seat]]:
    if not sys.stderr.isatty():
        yield from asked
        return
    with click.progressbar(asked, label="asked", file=sys.stderr, show_pos=True) as shown:
        yield from shown


def _say_how(settings: Settings, out: Path) -> None:
    repeat = f" --ft-repeat={settings.suite.repeat}" if settings.suite.repeat > 1 else ""
    click.echo(f"replay: pytest '--ft-model=replay:{settings.model.id}' '--ft-recordings={out}'{repeat}", err=True)
