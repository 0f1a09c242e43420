"""Options that several commands take: the cache folder, and all that makes a request what a run would send."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from pytest_finetunebench.completions import Sampling
    from pytest_finetunebench.settings import Settings

DEFAULT_FOLDER = ".finetunebench/cache"
NEVER_CACHED = ("replay", "control")

_Command = TypeVar("_Command", bound=Callable[..., Any])
_REQUEST_OPTIONS = (
    click.option(
        "--model", "spec", metavar="SPEC", envvar="FT_MODEL", required=True, help="The model, as in --ft-model."
    ),
    click.option(
        "--cases",
        type=click.Path(path_type=Path),
        multiple=True,
        envvar="FT_CASES",
        default=["knowledge_cases"],
        show_default=True,
        help="A case file or folder; can be repeated.",
    ),
    click.option("--all-rows", is_flag=True, help="Of FineTuneBench's news, also the rows that the study left out."),
    click.option("--base-url", metavar="URL", envvar="FT_BASE_URL", help="The server, as in --ft-base-url."),
    click.option("--vertex-project", metavar="PROJECT", envvar="FT_VERTEX_PROJECT", help="As in --ft-vertex-project."),
    click.option(
        "--vertex-location", metavar="LOCATION", envvar="FT_VERTEX_LOCATION", help="As in --ft-vertex-location."
    ),
    click.option("--temperature", metavar="NUMBER", envvar="FT_TEMPERATURE", help="A number, or none (default: 0)."),
    click.option("--seed", metavar="NUMBER", envvar="FT_SEED", help="A whole number, or none (default: 42)."),
    click.option(
        "--max-tokens", metavar="NUMBER", envvar="FT_MAX_TOKENS", help="A whole number, or none (default: 100)."
    ),
)


def _remember_folder(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.obj = value


def folder_option(**more: Any) -> Callable[[Any], Any]:
    """Take --cache-dir before the command or after it; the later one counts."""
    return click.option(
        "--cache-dir",
        type=click.Path(path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_remember_folder,
        help=f"The cache folder (default: {DEFAULT_FOLDER}, or FT_CACHE_DIR).",
        **more,
    )


def request_options(command: _Command) -> _Command:
    """Take the options and FT_ variables of a run that requests are made of; `run_settings` reads them."""
    for option in reversed(_REQUEST_OPTIONS):
        command = option(command)
    return command


def run_settings(folder: Path, given: Mapping[str, Any]) -> Settings:
    """Return the settings of a run with these options.

    Raises:
        ClickException: the model's answers are never cached, or an option's value cannot be used.
        SettingsError: the model spec is wrong.
    """
    from pytest_finetunebench.settings import AnswerSettings, ModelSettings, Settings, SuiteSettings, parse_model_spec

    model = parse_model_spec(given["spec"])
    if model.provider in NEVER_CACHED:
        raise click.ClickException(f"answers of {model.provider} cost no call and are never cached")
    return Settings(
        model=ModelSettings.of(
            model,
            base_url=given["base_url"] or default_base_url(model.provider),
            vertex_project=given["vertex_project"],
            vertex_location=given["vertex_location"],
            sampling=_sampling(**{name: given[name] for name in ("temperature", "seed", "max_tokens")}),
        ),
        suite=SuiteSettings(cases=given["cases"], all_rows=given["all_rows"]),
        answers=AnswerSettings(cache_dir=folder),
    )


def default_base_url(provider: str) -> str | None:
    """Return the base URL that the environment names, as a run reads it."""
    return os.environ.get("OPENAI_BASE_URL") if provider == "openai" else None


def _sampling(**given: str | None) -> Sampling:
    from pydantic import ValidationError

    from pytest_finetunebench.completions import Sampling

    fields = {name: None if text.lower() == "none" else text for name, text in given.items() if text is not None}
    try:
        return Sampling.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        option = f"--{str(first['loc'][0]).replace('_', '-')}"
        raise click.BadParameter(f"'{first['input']}': {first['msg']}; or none", param_hint=option) from error
