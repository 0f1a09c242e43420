"""Ask a model a suite from Python: what `pytest --ft-model=…` measures, without pytest."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_finetunebench.cases.suite import Suite
from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.evaluation.run import Run
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.loaders.suite import FilePath
from pytest_finetunebench.runs.git_revision import git_revision
from pytest_finetunebench.runs.measure import measure_suite
from pytest_finetunebench.settings import (
    AnswerSettings,
    ArmSettings,
    CacheMode,
    CallLimits,
    JudgeSettings,
    ModelSettings,
    Settings,
    SuiteSettings,
)
from pytest_finetunebench.settings.model_spec import ModelSpec, parse_model_spec
from pytest_finetunebench.settings.sections import DEFAULT_CACHE_DIR, JudgeMode
from pytest_finetunebench.settings.urls import check_base_url, environment_base_url

if TYPE_CHECKING:
    from pytest_finetunebench.models.arms.arm import Arm

_OBJECT = "python"
"""The provider of a model that is an object of this process."""


def evaluate(
    suite: Suite | FilePath | Iterable[FilePath],
    model: str | Callable[..., Any] | object,
    *,
    base_model: str | None = None,
    judge_model: str | None = None,
    judge: JudgeMode = "residue",
    base_url: str | None = None,
    sampling: Sampling | None = None,
    repeat: int = 1,
    limits: CallLimits | None = None,
    cache: CacheMode = "auto",
    cache_dir: FilePath = DEFAULT_CACHE_DIR,
    recordings: FilePath | Iterable[FilePath] = (),
    graders: Mapping[str, Callable[..., Any]] | None = None,
    providers: Mapping[str, str] | None = None,
    name: str | None = None,
    arms: Iterable[str] = (),
    corpus: FilePath | Iterable[FilePath] = (),
    train_cost: float | None = None,
) -> Run:
    """Ask a model every probe of a suite and grade the answers, as a pytest run would.

    Cached answers are not asked again; pytest finds what is asked here, and the other way round. A probe without an
    answer is `unmeasured` in the result, never an exception. It works in a notebook, too.

    Args:
        suite: A suite, or paths of case files and folders.
        model: A spec such as `openai:ID`; or a function of a `Request` that returns text or a `Completion`, plain or
            async, or an object with such a method `complete`. Answers of functions and objects are never cached.
        base_model: A second model to ask the same; `compare_runs` then has something to compare with.
        judge_model: A model that judges what rules cannot decide.
        judge: What the judge is asked about: `residue` (what rules call wrong or cannot decide) or `all`.
        base_url: An OpenAI-compatible server, for the model under test.
        sampling: Temperature, seed and the most tokens; by default 0, 42 and 100.
        repeat: Samples of each probe, 1 to 1000.
        limits: Concurrency, rates, retries and budget.
        cache: `auto`, `refresh` (ask again), `replay` (never ask) or `off`.
        cache_dir: The cache folder, which pytest uses, too.
        recordings: Files with recorded answers, for `replay:NAME`.
        graders: Custom graders by the names that case files use.
        providers: Custom providers, `MODULE:ATTRIBUTE` by name.
        name: A name for the run.
        arms: Further ways to ask, as of `--ft-arm`: `retrieve:5` asks the base model, `model+retrieve:5` the model. The
            record's `arms`, and `report`, tell what comes of them.
        corpus: What arms retrieve from, files or folders; by default the items' facts.
        train_cost: US dollars that training the model cost, for the report of the arms.

    Raises:
        CaseError: The suite has problems.
        SettingsError: A setting cannot be used; the message names it.
        FinetuneBenchError: The cache or a recordings file cannot be used.
    """
    return _evaluate(suite, model, lambda: False, _Options(**_given(locals())))


@dataclass(frozen=True, kw_only=True)
class _Options:
    """The options of `evaluate`, with its defaults."""

    base_model: str | None = None
    judge_model: str | None = None
    judge: JudgeMode = "residue"
    base_url: str | None = None
    sampling: Sampling | None = None
    repeat: int = 1
    limits: CallLimits | None = None
    cache: CacheMode = "auto"
    cache_dir: FilePath = DEFAULT_CACHE_DIR
    recordings: FilePath | Iterable[FilePath] = ()
    graders: Mapping[str, Callable[..., Any]] | None = None
    providers: Mapping[str, str] | None = None
    name: str | None = None
    arms: Iterable[str] = ()
    corpus: FilePath | Iterable[FilePath] = ()
    train_cost: float | None = None


async def aevaluate(suite: Suite | FilePath | Iterable[FilePath], model: str | object, **options: Any) -> Run:
    """Do as `evaluate` while the event loop goes on. Takes the same arguments.

    If it is cancelled, no further call is made; answers that came are cached.

    Raises:
        FinetuneBenchError: as of `evaluate`.
    """
    stopped = threading.Event()
    try:
        return await asyncio.to_thread(_evaluate, suite, model, stopped.is_set, _Options(**options))
    except asyncio.CancelledError:
        stopped.set()
        raise


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name not in ("suite", "model")}


def _evaluate(
    suite: Suite | FilePath | Iterable[FilePath], model: Any, stopped: Callable[[], bool], options: _Options
) -> Run:
    custom = dict(options.graders or {})
    loaded = suite if isinstance(suite, Suite) else load_suite(suite, graders=custom.keys())
    given = dict(options.providers or {})
    objects = {} if isinstance(model, str) else {_OBJECT: model}
    settings = Settings(
        model=_model(model, given, "model", options.base_url, options.sampling),
        base=None
        if options.base_model is None
        else _model(options.base_model, given, "base_model", None, options.sampling),
        judge=None
        if options.judge_model is None
        else JudgeSettings(model=_model(options.judge_model, given, "judge_model", None, None), mode=options.judge),
        suite=SuiteSettings(repeat=_checked_repeat(options.repeat)),
        answers=AnswerSettings(
            providers=given,
            recordings=_paths(options.recordings),
            cache=options.cache,
            cache_dir=Path(options.cache_dir),
        ),
        limits=options.limits or CallLimits(),
        arms=_arms(options.arms, options.corpus, options.train_cost, has_base=options.base_model is not None),
    )
    record = measure_suite(
        loaded,
        settings,
        os.environ,
        custom,
        objects=objects,
        stopped=stopped,
        commit=git_revision(Path.cwd()),
        name=options.name,
        arms=_checked(settings.arms, loaded),
    )
    return Run.of(record)


def _paths(given: FilePath | Iterable[FilePath]) -> tuple[Path, ...]:
    return tuple(Path(path) for path in ([given] if isinstance(given, str | os.PathLike) else given))


def _arms(
    texts: Iterable[str], corpus: FilePath | Iterable[FilePath], train_cost: float | None, *, has_base: bool
) -> ArmSettings:
    given = [texts] if isinstance(texts, str) else list(texts)
    paths = _paths(corpus)
    if not given:
        for name, value in (("corpus", paths), ("train_cost", train_cost)):
            if value:
                raise SettingsError(f"{name}: there is no arm that it is for: add one, for example arms=['retrieve:5']")
        return ArmSettings()
    from pytest_finetunebench.models.arms.spec import check_names, parse_arm

    specs = [parse_arm(text, f"arms={text}", Path.cwd()) for text in given]
    check_names(specs)
    for spec in specs:
        if not spec.tuned and not has_base:
            hint = f"name one with base_model=SPEC, or write model+{spec.text} to ask the model itself"
            raise SettingsError(f"{spec.where}: there is no base model for this arm: {hint}")
    return ArmSettings(specs=tuple(specs), corpus=paths, train_cost=train_cost)


def _checked(settings: ArmSettings, suite: Suite) -> tuple[Arm, ...]:
    if not settings.specs:
        return ()
    from pytest_finetunebench.training.arm_examples import checked_arms

    return checked_arms(settings, suite)


def _model(
    model: Any, providers: Mapping[str, str], where: str, base_url: str | None, sampling: Sampling | None
) -> ModelSettings:
    if isinstance(model, str):
        spec = parse_model_spec(model, providers, where)
    else:
        title = getattr(model, "__name__", type(model).__name__)
        spec = ModelSpec(text=f"{_OBJECT}:{title}", provider=_OBJECT, id=title)
    url = base_url or environment_base_url(spec.provider, os.environ)
    shown = "base_url" if base_url else "OPENAI_BASE_URL"
    return ModelSettings.of(
        spec, base_url=None if url is None else check_base_url(url, shown), sampling=sampling or Sampling()
    )


def _checked_repeat(repeat: int) -> int:
    if not 1 <= repeat <= 1000:
        raise SettingsError(f"repeat={repeat}: needs a whole number from 1 to 1000")
    return repeat
