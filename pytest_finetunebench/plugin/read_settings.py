"""From pytest's options to one checked `Settings`."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.cases.shipped import shipped_suite
from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.models.prices import parse_price
from pytest_finetunebench.options import BY_NAME
from pytest_finetunebench.plugin.option_values import OptionValues
from pytest_finetunebench.runs.files import check_run_name
from pytest_finetunebench.settings import (
    AnswerSettings,
    ArmSettings,
    ArmSpec,
    CallLimits,
    DecisionSettings,
    JudgeSettings,
    ModelSettings,
    OutputSettings,
    Settings,
    SuiteSettings,
)
from pytest_finetunebench.settings.entries import parse_params, parse_targets
from pytest_finetunebench.settings.model_spec import BUILT_IN_PROVIDERS, ModelSpec, parse_model_spec
from pytest_finetunebench.settings.sections import DEFAULT_CACHE_DIR, DEFAULT_RUNS_DIR
from pytest_finetunebench.settings.sizes import parse_size
from pytest_finetunebench.settings.urls import check_base_url, environment_base_url

ONLY_PROVIDER = "custom"
"""The name of a custom provider that was given without one: then every model is its own."""


def read_settings(config: pytest.Config) -> Settings:
    """Return the run's settings.

    Raises:
        pytest.UsageError: a value cannot be used; the message names the option, the value and what would be right.
    """
    try:
        return _Reader(config).settings()
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from error


def read_suite(config: pytest.Config) -> SuiteSettings:
    """Return what a run would ask.

    Raises:
        pytest.UsageError: as of `read_settings`.
    """
    try:
        return _Reader(config).suite()
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from error


class _Reader:
    """Reads one section after the other."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._values = OptionValues(config)
        self._providers = self._read_providers()
        shared = ("vertex_project", "vertex_location", "api_version", "device")
        self._place = {field: value for field, value in self._values.section("model").items() if field in shared}

    def settings(self) -> Settings:
        values = self._values
        sampling = {
            "sampling": Sampling(**values.section("sampling")),
            "params": parse_params(values.entries("param")),
            "system": values.value("system"),
            "logprobs": values.value("logprobs"),
        }
        model = self._model()
        price = values.given("price")
        return Settings(
            model=ModelSettings.of(
                model,
                base_url=self._base_url("base-url", model),
                price=None if price is None else _price(price.value, price.where),
                **sampling,
                **self._place,
            ),
            base=self._base(model, sampling),
            judge=self._judge(),
            suite=self.suite(),
            answers=self._answers(),
            arms=self._arms(),
            limits=CallLimits(**values.section("limits") | self._max_response()),
            output=self._output(),
            decisions=DecisionSettings(compare=self._name("compare"), weight=self._values.value("weight")),
        )

    def _arms(self) -> ArmSettings:
        values = self._values
        specs = self._arm_specs() if values.is_given("arm") else ()
        if values.is_given("corpus") and not any(spec.kind in ("retrieve", "prompt") for spec in specs):
            raise SettingsError("--ft-corpus: no arm retrieves: add one, for example --ft-arm=retrieve:5")
        return ArmSettings(specs=specs, **values.section("arms"))

    def _arm_specs(self) -> tuple[ArmSpec, ...]:
        from pytest_finetunebench.models.arms.spec import TUNED, check_names, parse_arm

        values = self._values
        specs = tuple(parse_arm(text, where, values.folder("arm")) for text, where in values.entries("arm"))
        check_names(specs)
        for spec in specs:
            if not spec.tuned and not values.is_given("base-model"):
                hint = f"name one with --ft-base-model=SPEC, or write {TUNED}{spec.text} to ask the model under test"
                raise SettingsError(f"{spec.where}: there is no base model for this arm: {hint}")
        return specs

    def _max_response(self) -> dict[str, int]:
        found = self._values.given("max-response")
        return {} if found is None else {"max_response": parse_size(str(found.value), found.where)}

    def suite(self) -> SuiteSettings:
        """Return what is asked, which needs no model."""
        graders = parse_targets("graders", self._values.entries("graders"))
        return SuiteSettings(**self._values.section("suite") | {"cases": self._cases(), "graders": graders})

    def _answers(self) -> AnswerSettings:
        default: dict[str, Any] = {"cache_dir": self._config.rootpath / DEFAULT_CACHE_DIR, "providers": self._providers}
        answers = AnswerSettings(**default | self._values.section("answers"))
        if answers.batch and answers.cache in ("off", "replay"):
            raise SettingsError(f"--ft-batch: its answers come through the cache: not with --ft-cache={answers.cache}")
        return answers

    def _output(self) -> OutputSettings:
        name = self._name("save")
        if name:
            check_run_name(name, f"{BY_NAME['save'].flag}={name}")
        default: dict[str, Any] = {"runs_dir": self._config.rootpath / DEFAULT_RUNS_DIR}
        return OutputSettings(**default | self._values.section("output") | {"save": name})

    def _model(self) -> ModelSpec:
        found = self._values.given("model")
        text = found.value if found else ""
        if ONLY_PROVIDER in self._providers:
            return ModelSpec(text=text, provider=ONLY_PROVIDER, id=text)
        return parse_model_spec(text, self._providers, "--ft-model")

    def _named_spec(self, option: str) -> ModelSpec | None:
        found = self._values.given(option)
        if found is None:
            return None
        return parse_model_spec(
            found.value, [name for name in self._providers if name != ONLY_PROVIDER], BY_NAME[option].flag
        )

    def _base(self, model: ModelSpec, sampling: Mapping[str, Any]) -> ModelSettings | None:
        spec = self._named_spec("base-model")
        if spec is None:
            return None
        url = self._base_url("base-model-url", spec)
        if url is None and spec.provider == model.provider:
            url = self._base_url("base-url", model)
        price = self._values.given("base-price")
        paid = None if price is None else _price(price.value, price.where)
        return ModelSettings.of(spec, base_url=url, **sampling, price=paid, **self._place)

    def _judge(self) -> JudgeSettings | None:
        spec = self._named_spec("judge-model")
        sampling = Sampling(temperature=self._values.value("judge-temperature"), seed=None, max_tokens=None)
        mode = self._values.section("judge")
        if spec is None:
            for name in ("judge", "judge-base-url", "judge-temperature"):
                other = self._values.given(name)
                if other is not None and other.origin == "command line":
                    raise SettingsError(f"{other.where}: there is no judge: name one with --ft-judge-model=SPEC")
            return None
        if spec.provider == "control":
            where = f"{BY_NAME['judge-model'].flag}={spec.text}"
            raise SettingsError(f"{where}: the control cannot judge: name a model that follows instructions")
        url = self._base_url("judge-base-url", spec)
        return JudgeSettings(model=ModelSettings.of(spec, base_url=url, sampling=sampling, **self._place), **mode)

    def _name(self, option: str) -> str | None:
        found = self._values.given(option)
        if found is None:
            return None
        name = str(found.value)
        # written with a space, the option takes pytest's own argument, a test file or folder, for its value
        flag, there = BY_NAME[option].flag, (self._config.invocation_params.dir / name).exists()
        joined = f"{flag}={name}" in self._words()
        if name and found.origin == "command line" and not name.endswith(".json") and there and not joined:
            raise SettingsError(f"{found.where}: is a file or folder: write {flag}=NAME, or {flag} as the last word")
        return name

    def _words(self) -> list[str]:
        """Return the command line as it was written, with what ini and PYTEST_ADDOPTS add."""
        added = shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
        return [*map(str, self._config.invocation_params.args), *self._config.getini("addopts"), *added]

    def _read_providers(self) -> dict[str, str]:
        providers: dict[str, str] = {}
        for entry, where in self._values.entries("provider"):
            name, equals, target = entry.strip().partition("=")
            if not equals:
                name, target = ONLY_PROVIDER, name
            if name in BUILT_IN_PROVIDERS or name in providers or not name.isidentifier():
                wanted = "a new name, for example mine=mypackage.models:complete"
                raise SettingsError(f"{where}: '{name}' cannot name a provider: give {wanted}")
            if not all(target.partition(":")):
                raise SettingsError(f"{where}: write NAME=MODULE:ATTRIBUTE, such as mine=mypackage.models:complete")
            providers[name] = target
        if ONLY_PROVIDER in providers and len(providers) > 1:
            raise SettingsError("--ft-provider: where several are given each needs a name: NAME=MODULE:ATTRIBUTE")
        return providers

    def _cases(self) -> tuple[Path, ...]:
        suites = tuple(shipped_suite(name.strip(), where) for name, where in self._values.entries("suite"))
        if suites or self._values.is_given("cases"):
            return (*suites, *self._values.paths("cases"))
        root, name = self._config.rootpath, str(BY_NAME["cases"].default)
        # an editor runs one file from the file's folder
        return (root if root.name == name and not (root / name).exists() else root / name,)

    def _base_url(self, option: str, model: ModelSpec) -> str | None:
        found = self._values.given(option)
        environment = environment_base_url(model.provider, os.environ)
        if environment is not None and (found is None or found.origin == "ini"):
            return check_base_url(environment, "OPENAI_BASE_URL")
        if found is None:
            return None
        return check_base_url(str(found.value), found.where.partition("=")[0].strip())


def _price(text: str, where: str) -> tuple[float, float]:
    price = parse_price(text, where)
    return price.input, price.output
