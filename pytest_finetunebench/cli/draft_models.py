"""The options of `finetunebench generate`, and the models that draft and check by them."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pytest_finetunebench.cli.named import renamed_option
from pytest_finetunebench.cli.options import settings_of, table_options

if TYPE_CHECKING:
    from pytest_finetunebench.drafting.asking import Asker
    from pytest_finetunebench.models.calling.loop import CallLoop
    from pytest_finetunebench.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

NOT_OF_THE_RUN = {"env": False}
"""Options whose `FT_` variable is about the model under test."""


@dataclass(frozen=True)
class DraftOptions:
    """The options, without those of the models."""

    kinds: str
    per_kind: int | None
    max_similarity: float
    article: Path | None
    out: Path | None
    category: str | None
    setting: str
    graders: tuple[str, ...]
    dry_run: bool
    hardest: int | None
    fine_tune: str | None
    arm_model: str | None
    arm: str
    corpus: tuple[Path, ...]


@dataclass(frozen=True)
class ModelOptions:
    """The values of those options."""

    model: str | None
    base_url: str | None
    check_model: str | None
    check_base_url: str | None
    vertex_project: str | None
    vertex_location: str | None
    api_version: str | None
    temperature: float | None
    concurrency: int
    wait: float
    rpm: float | None
    max_requests: int | None
    max_cost: float | None
    cache: str
    cache_dir: Path


def model_options(command: Command) -> Command:
    """Give a command the options of `ModelOptions`."""
    for option in (
        table_options(
            "generate",
            base_url=NOT_OF_THE_RUN,
            temperature=NOT_OF_THE_RUN,
            concurrency=NOT_OF_THE_RUN | {"default": "16"},
            api_version=NOT_OF_THE_RUN,
            wait=NOT_OF_THE_RUN,
            rpm=NOT_OF_THE_RUN,
            max_requests=NOT_OF_THE_RUN,
            max_cost=NOT_OF_THE_RUN,
            cache=NOT_OF_THE_RUN,
        ),
        click.option("--check-base-url", metavar="URL", help="The server of the model that checks."),
        click.option("--check-model", metavar="SPEC", help="The model that checks (default: the one that drafts)."),
        renamed_option(
            "--draft-model",
            "model",
            former="--model",
            metavar="SPEC",
            envvar="FT_DRAFT_MODEL",
            help="The model that drafts.",
        ),
    ):
        command = option(command)
    return command


@contextlib.contextmanager
def open_calls(options: ModelOptions) -> Iterator[CallLoop]:
    """Open the loop on which all models of the command are called, within its limits and budget."""
    from pytest_finetunebench.models.calling.budget import Budget
    from pytest_finetunebench.models.calling.loop import CallLoop
    from pytest_finetunebench.models.calling.throttle import Limits

    budget = Budget(options.max_requests, options.max_cost, option="--")
    calls = CallLoop(Limits(options.concurrency, options.rpm), budget)
    try:
        yield calls
    finally:
        calls.close()


@contextlib.contextmanager
def open_models(options: ModelOptions, calls: CallLoop) -> Iterator[tuple[Asker, Asker]]:
    """Open the model that drafts and the model that checks; one model does both unless two are named.

    Raises:
        SettingsError: an option cannot be used.
        CacheError: the cache is damaged.
    """
    from pytest_finetunebench.drafting.asking import Asker

    if options.model is None:
        raise click.UsageError("Missing option '--draft-model': name the model that drafts.")
    drafting = _settings(options, "--draft-model", options.model, options.base_url, options.temperature)
    checking = drafting
    if options.check_model is not None or options.check_base_url is not None:
        spec, url = options.check_model or options.model, options.check_base_url
        checking = _settings(options, "--check-model", spec, url, 0.0)
    run_id = uuid.uuid4().hex
    with contextlib.ExitStack() as stack:
        author = Asker(drafting, os.environ, run_id, calls)
        stack.callback(author.close)
        checker = author
        if checking is not drafting:
            checker = Asker(checking, os.environ, run_id, calls)
            stack.callback(checker.close)
        yield author, checker


def _settings(
    options: ModelOptions, option: str, spec: str, base_url: str | None, temperature: float | None
) -> Settings:
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.settings.model_spec import parse_model_spec

    model = parse_model_spec(spec, option=option)
    if model.provider in ("control", "replay"):
        raise SettingsError(f"{option}={spec}: {model.provider} writes nothing new: name a model, such as openai:ID")
    sampling = {"temperature": temperature, "seed": None, "max_tokens": None}
    place = "--base-url" if option == "--draft-model" else "--check-base-url"
    return settings_of(model, vars(options) | {"base_url": base_url}, url_option=place, sampling=sampling)
