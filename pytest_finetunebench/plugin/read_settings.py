"""From pytest's options, the environment and ini to one checked `Settings`: bad values stop here, named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from pytest_finetunebench.cases.shipped import shipped_suite
from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.errors import SettingsError, nearest
from pytest_finetunebench.models.prices import parse_price
from pytest_finetunebench.plugin.options import BY_NAME, Given, given
from pytest_finetunebench.runs.files import check_run_name
from pytest_finetunebench.settings import (
    BUILT_IN_PROVIDERS,
    DEFAULT_CACHE_DIR,
    DEFAULT_RUNS_DIR,
    MAX_RESPONSE,
    AnswerSettings,
    CallLimits,
    DecisionSettings,
    JudgeMode,
    JudgeSettings,
    ModelSettings,
    ModelSpec,
    OutputSettings,
    Settings,
    SuiteSettings,
    parse_model_spec,
    parse_size,
)

Number = TypeVar("Number", int, float)
ONLY_PROVIDER = "custom"
"""The name of a custom provider that was given without one: then every model is its own."""


def read_settings(config: pytest.Config) -> Settings:
    """Return the run's settings.

    Raises:
        pytest.UsageError: a value cannot be used; the message names the option, the value and what would be right.
    """
    try:
        providers = _providers(config)
        model = _model(config, providers)
        vertex = {name: _text(config, name.replace("_", "-")) for name in ("vertex_project", "vertex_location")}
        sampling = _sampling(config)
        return Settings(
            model=ModelSettings.of(
                model, base_url=_base_url(config, "base-url", model), sampling=sampling, price=_price(config), **vertex
            ),
            base=_base(config, model, providers, sampling=sampling, **vertex),
            judge=_judge(config, providers, **vertex),
            suite=SuiteSettings(
                cases=_cases(config),
                all_rows=_flag(config, "all-rows"),
                graders=_graders(config),
                repeat=_number(config, "repeat", int, 1, lambda value: value >= 1, "a whole number from 1"),
            ),
            answers=AnswerSettings(
                providers=providers,
                recordings=_paths(config, "recordings", None),
                cache=_choice(config, "cache") or "auto",
                cache_dir=_path(config, "cache-dir") or config.rootpath / DEFAULT_CACHE_DIR,
                batch=_batch(config),
                dry_run=_flag(config, "dry-run"),
            ),
            limits=_limits(config),
            output=OutputSettings(
                json_path=_output(config, "json"),
                markdown_path=_output(config, "markdown"),
                runs_dir=_path(config, "runs-dir") or config.rootpath / DEFAULT_RUNS_DIR,
                save=_run_name(config),
            ),
            decisions=DecisionSettings(compare=_name(config, "compare")),
        )
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from error


def _limits(config: pytest.Config) -> CallLimits:
    return CallLimits(
        timeout=_number(config, "timeout", float, 60.0, lambda value: value > 0, "a number of seconds above 0"),
        max_retries=_number(config, "max-retries", int, 5, lambda value: value >= 0, "a whole number from 0"),
        concurrency=_number(config, "concurrency", int, 32, lambda value: value >= 1, "a whole number from 1"),
        rpm=_limit(config, "rpm", float, lambda value: value > 0, "a number above 0"),
        tpm=_limit(config, "tpm", float, lambda value: value > 0, "a number above 0"),
        max_requests=_limit(config, "max-requests", int, lambda value: value >= 0, "a whole number from 0"),
        max_cost=_limit(config, "max-cost", float, lambda value: value >= 0, "US dollars, a number from 0"),
        max_response=_max_response(config),
    )


def _max_response(config: pytest.Config) -> int:
    value = given(config, "max-response")
    return MAX_RESPONSE if value is None else parse_size(str(value.value), value.where)


def _base(config: pytest.Config, model: ModelSpec, providers: dict[str, str], **parts: Any) -> ModelSettings | None:
    spec = _base_model(config, providers)
    return None if spec is None else ModelSettings.of(spec, base_url=_base_model_url(config, model, spec), **parts)


def _judge(config: pytest.Config, providers: dict[str, str], **parts: Any) -> JudgeSettings | None:
    spec, temperature = _judge_model(config, providers), _judge_temperature(config)
    mode: JudgeMode = _choice(config, "judge") or "residue"
    if spec is None:
        return None
    sampling = Sampling(temperature=temperature, seed=None, max_tokens=None)
    url = _base_url(config, "judge-base-url", spec)
    return JudgeSettings(model=ModelSettings.of(spec, base_url=url, sampling=sampling, **parts), mode=mode)


def _model(config: pytest.Config, providers: dict[str, str]) -> ModelSpec:
    value = given(config, "model")
    text = value.value if value else ""
    if ONLY_PROVIDER in providers:
        return ModelSpec(text=text, provider=ONLY_PROVIDER, id=text)
    return parse_model_spec(text, providers)


def _base_model(config: pytest.Config, providers: dict[str, str]) -> ModelSpec | None:
    value = given(config, "base-model")
    return (
        None if value is None else parse_model_spec(value.value, [name for name in providers if name != ONLY_PROVIDER])
    )


def _base_model_url(config: pytest.Config, model: ModelSpec, base: ModelSpec) -> str | None:
    own = _base_url(config, "base-model-url", base)
    return _base_url(config, "base-url", model) if own is None and base.provider == model.provider else own


def _run_name(config: pytest.Config) -> str | None:
    name = _name(config, "save")
    if name:
        check_run_name(name, f"{BY_NAME['save'].flag}={name}")
    return name


def _name(config: pytest.Config, option: str) -> str | None:
    value = given(config, option)
    if value is None:
        return None
    name = str(value.value)
    # written with a space, the option takes pytest's own argument, a test file or folder, for its value
    if value.origin == "command line" and not name.endswith(".json") and (config.invocation_params.dir / name).exists():
        flag = BY_NAME[option].flag
        if name:
            raise SettingsError(f"{value.where}: is a file or folder: write {flag}=NAME, or {flag} as the last word")
    return name


def _judge_model(config: pytest.Config, providers: dict[str, str]) -> ModelSpec | None:
    value = given(config, "judge-model")
    if value is None:
        for name in ("judge", "judge-base-url", "judge-temperature"):
            other = given(config, name)
            if other is not None and other.origin == "command line":
                raise SettingsError(f"{other.where}: there is no judge: name one with --ft-judge-model=SPEC")
        return None
    spec = parse_model_spec(value.value, [name for name in providers if name != ONLY_PROVIDER])
    if spec.provider == "control":
        raise SettingsError(f"{value.where}: the control cannot judge: name a model that follows instructions")
    return spec


def _judge_temperature(config: pytest.Config) -> float | None:
    value = given(config, "judge-temperature")
    if value is not None and str(value.value).strip().lower() == "none":
        return None
    return _number(config, "judge-temperature", float, 0.0, lambda number: number >= 0, "a number from 0, or none")


def _providers(config: pytest.Config) -> dict[str, str]:
    value = given(config, "provider")
    providers: dict[str, str] = {}
    for entry in value.value if value else []:
        name, equals, target = entry.strip().partition("=")
        if not equals:
            name, target = ONLY_PROVIDER, name
        if name in BUILT_IN_PROVIDERS or name in providers or not name.isidentifier():
            wanted = "a new name, for example mine=mypackage.models:complete"
            raise SettingsError(f"--ft-provider={entry}: '{name}' cannot name a provider: give {wanted}")
        if not all(target.partition(":")):
            raise SettingsError(
                f"--ft-provider={entry}: write NAME=MODULE:ATTRIBUTE, such as mine=mypackage.models:complete"
            )
        providers[name] = target
    if ONLY_PROVIDER in providers and len(providers) > 1:
        raise SettingsError("--ft-provider: where several are given each needs a name: NAME=MODULE:ATTRIBUTE")
    return providers


def _graders(config: pytest.Config) -> dict[str, str]:
    value = given(config, "graders")
    graders: dict[str, str] = {}
    for entry in value.value if value else []:
        name, equals, target = (part.strip() for part in entry.partition("="))
        where = f"{BY_NAME['graders'].flag}={entry}"
        if not equals or not target:
            raise SettingsError(f"{where}: write NAME=MODULE:ATTRIBUTE, for example tone=mypackage.graders:tone")
        if graders.setdefault(name, target) != target:
            raise SettingsError(f"{where}: '{name}' is already {graders[name]}")
    return graders


def _cases(config: pytest.Config) -> tuple[Path, ...]:
    value = given(config, "suite")
    if value is None:
        return _paths(config, "cases", "knowledge_cases")
    suites = tuple(shipped_suite(name.strip(), f"{BY_NAME['suite'].flag}={name}") for name in value.value)
    return (*suites, *_paths(config, "cases", None))


def _base_url(config: pytest.Config, option: str, model: ModelSpec) -> str | None:
    value = given(config, option)
    openai = os.environ.get("OPENAI_BASE_URL", "").strip()
    if model.provider == "openai" and openai and (value is None or value.origin == "ini"):
        value = Given(openai, "environment", f"OPENAI_BASE_URL={openai}")
    if value is None:
        return None
    try:
        parts = urlsplit(value.value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        # the value is not shown: it may hold a password
        name = value.where.partition("=")[0].strip()
        raise SettingsError(f"{name}: is not a URL: write one such as http://127.0.0.1:8000/v1")
    if parts.path.rstrip("/").endswith(("/chat/completions", ":generateContent")):
        name = value.where.partition("=")[0].strip()
        raise SettingsError(f"{name}: ends in the path of one call: leave it out, a base URL mostly ends in /v1")
    return str(value.value)


def _sampling(config: pytest.Config) -> Sampling:
    fields: dict[str, Any] = {}
    for name in ("temperature", "seed", "max-tokens"):
        value = given(config, name)
        if value is None:
            continue
        field = name.replace("-", "_")
        fields[field] = None if str(value.value).strip().lower() == "none" else value.value
        try:
            Sampling(**{field: fields[field]})
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise SettingsError(f"{value.where}: {reason}; or none, to leave it out of the request") from error
    return Sampling(**fields)


def _number(
    config: pytest.Config, name: str, kind: type[Number], default: Number, fits: Callable[[Number], bool], wanted: str
) -> Number:
    value = given(config, name)
    if value is None:
        return default
    try:
        number = kind(value.value)
    except ValueError:
        number = None
    if number is None or not fits(number) or number != number or number in (float("inf"), float("-inf")):
        raise SettingsError(f"{value.where}: needs {wanted}")
    return number


def _limit(
    config: pytest.Config, name: str, kind: type[Number], fits: Callable[[Number], bool], wanted: str
) -> Number | None:
    return None if given(config, name) is None else _number(config, name, kind, kind(0), fits, wanted)


def _batch(config: pytest.Config) -> bool:
    wanted, cache = _flag(config, "batch"), _choice(config, "cache")
    if wanted and cache in ("off", "replay"):
        raise SettingsError(f"--ft-batch: its answers come through the cache: not with --ft-cache={cache}")
    return wanted


def _price(config: pytest.Config) -> tuple[float, float] | None:
    value = given(config, "price")
    if value is None:
        return None
    price = parse_price(value.value, value.where)
    return price.input, price.output


def _choice(config: pytest.Config, name: str) -> Any:
    value = given(config, name)
    choices = BY_NAME[name].choices or ()
    if value is not None and value.value not in choices:
        raise SettingsError(f"{value.where}: choose one of {', '.join(choices)}{nearest(str(value.value), choices)}")
    return value.value if value else None


def _flag(config: pytest.Config, name: str) -> bool:
    value = given(config, name)
    if value is None or isinstance(value.value, bool):
        return bool(value and value.value)
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if value.value.lower() not in known:
        raise SettingsError(f"{value.where}: write true or false")
    return known[value.value.lower()]


def _text(config: pytest.Config, name: str) -> str | None:
    value = given(config, name)
    return str(value.value) if value else None


def _paths(config: pytest.Config, name: str, default: str | None) -> tuple[Path, ...]:
    value = given(config, name)
    if value is None:
        return () if default is None else (config.rootpath / default,)
    return tuple(_based(config, value, path) for path in value.value)


def _path(config: pytest.Config, name: str) -> Path | None:
    value = given(config, name)
    return _based(config, value, value.value) if value else None


def _based(config: pytest.Config, value: Given, path: str) -> Path:
    """Resolve as a reader of the value would: ini from the ini file's folder, all else from where pytest was called."""
    if not path.strip() or "\0" in path:
        raise SettingsError(f"{value.where}: names no file or folder")
    if value.origin == "ini":
        return (config.inipath.parent if config.inipath else config.rootpath) / path
    return config.invocation_params.dir / os.path.expanduser(path)  # noqa: PTH111 - pathlib's raises for unknown users


def _output(config: pytest.Config, name: str) -> Path | None:
    path = _path(config, name)
    if path is not None and path.is_dir():
        raise SettingsError(f"{BY_NAME[name].flag}={path}: is a folder: name a file")
    return path
