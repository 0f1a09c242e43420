"""The models that draft and check, as options of a command."""

from __future__ import annotations

import contextlib
import math
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from pytest_finetunebench.drafting.asking import Asker
    from pytest_finetunebench.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--model", metavar="SPEC", envvar="FT_DRAFT_MODEL", required=True, help="The model that drafts."),
    click.option("--base-url", metavar="URL", help="Its server, for one that speaks OpenAI's chat completions."),
    click.option("--check-model", metavar="SPEC", help="The model that checks (default: the one that drafts)."),
    click.option("--check-base-url", metavar="URL", help="Its server."),
    click.option("--vertex-project", metavar="PROJECT", envvar="FT_VERTEX_PROJECT", help="As in --ft-vertex-project."),
    click.option(
        "--vertex-location", metavar="LOCATION", envvar="FT_VERTEX_LOCATION", help="As in --ft-vertex-location."
    ),
    click.option("--temperature", metavar="NUMBER", default="0", show_default=True, help="Of drafts; or none."),
    click.option("--concurrency", type=click.IntRange(min=1), default=16, show_default=True, help="Calls at once."),
    click.option("--rpm", type=click.FloatRange(min=0, min_open=True), help="Calls a minute at most."),
    click.option("--max-requests", type=click.IntRange(min=0), help="The most calls that may be made."),
    click.option("--max-cost", type=click.FloatRange(min=0), metavar="USD", help="The most US dollars to spend."),
    click.option(
        "--cache",
        type=click.Choice(["auto", "refresh", "replay", "off"]),
        default="auto",
        show_default=True,
        help="As in --ft-cache.",
    ),
    click.option(
        "--cache-dir",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="FT_CACHE_DIR",
        default=".finetunebench/cache",
        show_default=True,
    ),
)


@dataclass(frozen=True)
class ModelOptions:
    """What those options were given."""

    model: str
    base_url: str | None
    check_model: str | None
    check_base_url: str | None
    vertex_project: str | None
    vertex_location: str | None
    temperature: str
    concurrency: int
    rpm: float | None
    max_requests: int | None
    max_cost: float | None
    cache: str
    cache_dir: Path


def model_options(command: Command) -> Command:
    """Give a command the options of `ModelOptions`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextlib.contextmanager
def open_models(options: ModelOptions) -> Iterator[tuple[Asker, Asker]]:
    """Open the model that drafts and the one that checks; they are one and the same unless two were named.

    Raises:
        SettingsError: an option cannot be used.
        CacheError: the cache is damaged.
    """
    from pytest_finetunebench.drafting.asking import Asker
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.models.calling.budget import Budget
    from pytest_finetunebench.models.calling.loop import CallLoop
    from pytest_finetunebench.models.calling.throttle import Limits

    if options.max_cost is not None and not math.isfinite(options.max_cost):
        raise SettingsError(f"--max-cost={options.max_cost}: needs US dollars, a number from 0")
    drafting = _settings(options, "--model", options.model, options.base_url, _temperature(options.temperature))
    checking = drafting
    if options.check_model is not None or options.check_base_url is not None:
        spec, url = options.check_model or options.model, options.check_base_url
        checking = _settings(options, "--check-model", spec, url, 0.0)
    run_id = uuid.uuid4().hex
    budget = Budget(options.max_requests, options.max_cost, option="--")
    calls = CallLoop(Limits(options.concurrency, options.rpm), budget)
    with contextlib.ExitStack() as stack:
        stack.callback(calls.close)
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
    from pytest_finetunebench.completions import Sampling
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.settings import AnswerSettings, CallLimits, ModelSettings, Settings, parse_model_spec

    try:
        model = parse_model_spec(spec)
    except SettingsError as error:
        raise SettingsError(str(error).replace("--ft-model", option)) from error
    if model.provider in ("control", "replay"):
        raise SettingsError(f"{option}={spec}: {model.provider} writes nothing new: name a model, such as openai:ID")
    base_url = base_url or (os.environ.get("OPENAI_BASE_URL") if model.provider == "openai" else None)
    if base_url is not None and (urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).hostname):
        # the value is not shown: it may hold a password
        name = option.replace("model", "base-url")
        raise SettingsError(f"{name}: is not a URL: write one such as http://127.0.0.1:8000/v1")
    return Settings(
        model=ModelSettings.of(
            model,
            base_url=base_url,
            vertex_project=options.vertex_project,
            vertex_location=options.vertex_location,
            sampling=Sampling(temperature=temperature, seed=None, max_tokens=None),
        ),
        answers=AnswerSettings(cache=options.cache, cache_dir=options.cache_dir),  # type: ignore[arg-type]
        limits=CallLimits(
            concurrency=options.concurrency,
            rpm=options.rpm,
            max_requests=options.max_requests,
            max_cost=options.max_cost,
        ),
    )


def _temperature(text: str) -> float | None:
    from pytest_finetunebench.errors import SettingsError

    if text.strip().lower() == "none":
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise SettingsError(f"--temperature={text}: needs a number from 0; or none, to leave it out of the request")
    return value
