"""`finetunebench record`: a model's answers to a whole suite as recordings, which outlive the model."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.stored import graders_option, import_graders

if TYPE_CHECKING:
    from pytest_finetunebench.cases.suite import Probe
    from pytest_finetunebench.grading.custom import GraderFunction
    from pytest_finetunebench.models.recordings import Recording
    from pytest_finetunebench.models.roles import ModelSet
    from pytest_finetunebench.settings import Settings

SHOWN = 20


def _sampled(name: str, kind: type[int] | type[float], default: str) -> Callable[[Any], Any]:
    """Make the option of a sampling parameter: a number, or `none`, which leaves it out of requests."""

    def convert(context: click.Context, option: click.Parameter, value: str | None) -> float | str | None:
        try:
            return value if value is None or value == "none" else kind(value)
        except ValueError:
            raise click.BadParameter(f"{value!r} is neither a number nor none", context, option) from None

    flag, variable = f"--{name}", f"FT_{name.upper().replace('-', '_')}"
    return click.option(flag, callback=convert, envvar=variable, metavar="N|none", help=f"Default: {default}.")


@click.command()
@click.argument("spec")
@click.option(
    "--cases",
    type=click.Path(path_type=Path),
    multiple=True,
    default=("knowledge_cases",),
    show_default=True,
    help="A case file or folder; can be repeated.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE", help="JSON Lines."
)
@click.option("--base-url", metavar="URL", help="An OpenAI-compatible server, or a gateway (or OPENAI_BASE_URL).")
@click.option("--vertex-project", envvar="FT_VERTEX_PROJECT", metavar="PROJECT")
@click.option("--vertex-location", envvar="FT_VERTEX_LOCATION", metavar="LOCATION")
@_sampled("temperature", float, "0")
@_sampled("seed", int, "42")
@_sampled("max-tokens", int, "100")
@click.option("--repeat", type=click.IntRange(min=1), default=1, show_default=True, help="Samples of each probe.")
@click.option("--concurrency", type=click.IntRange(min=1), default=32, show_default=True, help="Calls at once.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=60.0, help="Seconds for a call.")
@click.option("--max-retries", type=click.IntRange(min=0), default=5, help="Further tries of a call that failed.")
@click.option("--cache-dir", type=click.Path(path_type=Path), envvar="FT_CACHE_DIR", default=".finetunebench/cache")
@graders_option
def record(spec: str, out: Path, graders: tuple[str, ...], **given: Any) -> None:
    """Ask the model SPEC a whole suite and write its answers to FILE, to be replayed when the model is gone.

    What is in the cache is not asked again. Probes without an answer are listed, with exit code 1; then a FILE that is
    there already stays as it was.
    """
    from pytest_finetunebench.errors import SettingsError, counted
    from pytest_finetunebench.models.recordings import write_recordings

    try:
        settings = _settings(spec, given)
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    found, missing, notices = _answers(settings, import_graders(graders))
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
    from pydantic import ValidationError

    from pytest_finetunebench.completions import Sampling
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.settings import (
        AnswerSettings,
        CallLimits,
        ModelSettings,
        Settings,
        SuiteSettings,
        parse_model_spec,
    )

    model = parse_model_spec(spec)
    if model.provider in ("replay", "control"):
        raise SettingsError(f"{spec}: costs no call and never disappears: name a model that answers over the network")
    sampled = {name: given.pop(name) for name in ("temperature", "seed", "max_tokens")}
    chosen = {name: None if value == "none" else value for name, value in sampled.items() if value is not None}
    if given["base_url"] is None and model.provider == "openai":
        given["base_url"] = os.environ.get("OPENAI_BASE_URL", "").strip() or None
    try:
        return Settings(
            model=ModelSettings.of(
                model,
                sampling=Sampling(**chosen),
                **{name: given[name] for name in ("base_url", "vertex_project", "vertex_location")},
            ),
            suite=SuiteSettings(cases=given["cases"], repeat=given["repeat"]),
            answers=AnswerSettings(cache_dir=given["cache_dir"]),
            limits=CallLimits(**{name: given[name] for name in ("concurrency", "timeout", "max_retries")}),
        )
    except ValidationError as error:
        fault = error.errors()[0]
        raise SettingsError(f"--{str(fault['loc'][0]).replace('_', '-')}: {fault['msg']}") from error


def _answers(settings: Settings, graders: dict[str, GraderFunction]) -> tuple[list[Recording], list[str], list[str]]:
    """Return the recordings, what is missing with its reason, and what else is to be told."""
    from pytest_finetunebench.errors import CacheError, UnmeasuredError
    from pytest_finetunebench.loaders import load_suite
    from pytest_finetunebench.models.recordings import recording_of

    loaded = load_suite(settings.suite.cases, graders=graders.keys())
    asked = [(probe, repeat) for probe in loaded.probes for repeat in range(settings.suite.repeat)]
    found: dict[str, Recording] = {}
    missing: list[str] = []
    with _models(settings, loaded.trained) as models:
        models.prefetch(asked, graders)
        for probe, repeat in _shown(asked):
            try:
                request, answer = models.ask(probe, repeat)
            except (UnmeasuredError, CacheError) as error:
                missing.append(f"{probe.id}{f' (sample {repeat + 1})' if repeat else ''}: {error}")
                continue
            # probes that ask the same share one answer
            found[request.fingerprint] = recording_of(request, answer.completion)
        notices = models.notices
    return list(found.values()), missing, [*loaded.notices, *notices]


@contextmanager
def _models(settings: Settings, trained: tuple[tuple[str, str], ...]) -> Iterator[ModelSet]:
    from pytest_finetunebench.models.roles import ModelSet

    models = ModelSet(settings, os.environ, trained, run_id="record")
    try:
        models.open()
        yield models
    except KeyboardInterrupt:
        models.stop(at_once=True)
        click.echo("\ninterrupted: the answers that came are in the cache", err=True)
        sys.exit(130)
    finally:
        models.close()


def _shown(asked: list[tuple[Probe, int]]) -> Iterator[tuple[Probe, int]]:
    if not sys.stderr.isatty():
        yield from asked
        return
    with click.progressbar(asked, label="asked", file=sys.stderr, show_pos=True) as shown:
        yield from shown


def _say_how(settings: Settings, out: Path) -> None:
    repeat = f" --ft-repeat={settings.suite.repeat}" if settings.suite.repeat > 1 else ""
    click.echo(f"replay: pytest '--ft-model=replay:{settings.model.id}' '--ft-recordings={out}'{repeat}", err=True)
