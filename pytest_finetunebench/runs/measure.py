"""Make run records: from the results that a test run gathered, or by asking a whole suite without pytest."""

from __future__ import annotations

import contextlib
import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

from pytest_finetunebench import __version__
from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.errors import RunError
from pytest_finetunebench.files.uncollected import frozen, uncollected
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.grading.version import grading_version
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.models.calling.answer import Answer
from pytest_finetunebench.models.lifecycle import shutdown_of
from pytest_finetunebench.models.lineage import DEFAULT_WORK_DIR, Lineage, find_lineage, lineage_beside
from pytest_finetunebench.models.prices import price_of
from pytest_finetunebench.models.probe_once import control_outcome, probe_arms, probe_base, probe_once
from pytest_finetunebench.models.providers.control import Memorizer
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.runs.completeness import seal_of
from pytest_finetunebench.runs.found_hard import check_counted, set_apart
from pytest_finetunebench.runs.rates import rows_of, stored_rates
from pytest_finetunebench.runs.record import ArmEntry, PassRate, RunRecord
from pytest_finetunebench.runs.results import ProbeResult, probe_result, sample_id
from pytest_finetunebench.runs.served import answer_notices
from pytest_finetunebench.settings import ModelSettings, Settings

if TYPE_CHECKING:
    from pytest_finetunebench.models.arms.arm import Arm


@dataclass(frozen=True)
class Origin:
    """What is known of the model under test beside its answers."""

    lineage: Lineage | None = None
    shutdown: datetime.date | None = None
    notices: tuple[str, ...] = ()


def find_origin(settings: Settings) -> Origin:
    """Look up where the model under test comes from, and when it ends: beside the runs, then in the default folder."""
    try:
        lineage = lineage_beside(settings.model.id) if settings.model.provider == "hf" else None
        lineage = lineage or find_lineage((settings.output.runs_dir.parent, DEFAULT_WORK_DIR), settings.model.id)
    except RunError as error:
        return Origin(None, shutdown_of(settings), (f"the model's lineage is not known: {error}",))
    return Origin(lineage, shutdown_of(settings, lineage))


class _Models(TypedDict):
    """The models of a run, as fields of `RunRecord`."""

    model: str
    base_model: str | None
    judge_model: str | None


def _models_of(settings: Settings) -> _Models:
    return {
        "model": settings.model.text,
        "base_model": settings.base.text if settings.base else None,
        "judge_model": settings.judge.model.text if settings.judge else None,
    }


class _Arms(TypedDict):
    """The arms of a run and what they cost, as fields of `RunRecord`."""

    arms: tuple[ArmEntry, ...]
    prices: dict[Literal["model", "base"], tuple[float, float]]
    train_cost: float | None


def _arms_of(settings: Settings, arms: Sequence[ArmEntry]) -> _Arms:
    prices: dict[Literal["model", "base"], tuple[float, float]] = {}
    if arms:
        asked: tuple[tuple[Literal["model", "base"], ModelSettings | None], ...]
        asked = (("model", settings.model), ("base", settings.base))
        for role, model in asked:
            price = None if model is None else price_of(model)
            if price is not None:
                prices[role] = (price.input, price.output)
    return {"arms": tuple(arms), "prices": prices, "train_cost": settings.arms.train_cost}


def arm_entries(settings: Settings, notes: Mapping[str, str]) -> tuple[ArmEntry, ...]:
    """Return the arms of a run as its record keeps them; `notes` say what each draws from, by its name."""
    base = settings.base or settings.model
    return tuple(
        ArmEntry(
            name=spec.name,
            spec=spec.text,
            model=(settings.model if spec.tuned else base).text,
            tuned=spec.tuned,
            note=notes.get(spec.name, ""),
        )
        for spec in settings.arms.specs
    )


class _Results(TypedDict):
    """The results of a run and what they come to, as fields of `RunRecord`."""

    pass_rates: tuple[PassRate, ...]
    results: tuple[ProbeResult, ...]
    found_hard: tuple[ProbeResult, ...]
    found_hard_counts: bool


def _results_of(settings: Settings, results: Sequence[ProbeResult]) -> _Results:
    counts = settings.suite.found_hard == "count"
    ordered, apart = set_apart(results, counts=counts)
    return {
        "pass_rates": stored_rates(*rows_of(ordered)),
        "results": tuple(ordered),
        "found_hard": tuple(apart),
        "found_hard_counts": counts,
    }


@uncollected()
def make_record(
    settings: Settings,
    results: Iterable[ProbeResult],
    *,
    suite_hash: str | None,
    base_url: str | None,
    not_run: Sequence[str] = (),
    not_selected: Sequence[str] = (),
    probes: Sequence[str] = (),
    interrupted: str | None = None,
    stopped: str | None = None,
    commit: str | None = None,
    name: str | None = None,
    notices: Sequence[str] = (),
    arms: Sequence[ArmEntry] = (),
) -> RunRecord:
    """Return the record of a run that just ended."""
    everything = sorted(results, key=lambda result: (result.id, result.repeat))
    origin = find_origin(settings)
    told = [*notices, *origin.notices, *answer_notices(settings, everything, origin.lineage)]
    return RunRecord(
        tool_version=__version__,
        grading_version=grading_version(),
        name=name,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        commit=commit,
        base_url=base_url,
        **_models_of(settings),
        suite_hash=suite_hash,
        sampling=settings.model.sampling,
        repeat=settings.suite.repeat,
        **_arms_of(settings, arms),
        cache=settings.answers.cache,
        **_results_of(settings, everything),
        not_run=tuple(not_run),
        not_selected=tuple(not_selected),
        probes=tuple(sorted(probes)),
        seal=seal_of(suite_hash, probes),
        interrupted=interrupted,
        stopped=stopped,
        notices=tuple(dict.fromkeys(told)),
        lineage=origin.lineage,
        shutdown=origin.shutdown,
    )


def measure(settings: Settings, environ: Mapping[str, str], graders: Mapping[str, GraderFunction]) -> RunRecord:
    """Ask the model, and the base if there is one, every probe of the suite, and grade the answers.

    Raises:
        FinetuneBenchError: the suite or the settings cannot be used; a probe without an answer is only unmeasured.
    """
    loaded = load_suite(settings.suite.cases, all_rows=settings.suite.all_rows, graders=graders.keys())
    return measure_suite(loaded, settings, environ, graders)


def measure_suite(
    suite: Suite,
    settings: Settings,
    environ: Mapping[str, str],
    graders: Mapping[str, GraderFunction],
    *,
    objects: Mapping[str, object] | None = None,
    stopped: Callable[[], bool] = lambda: False,
    commit: str | None = None,
    name: str | None = None,
    arms: Sequence[Arm] = (),
) -> RunRecord:
    """Do as `measure` with a suite that is loaded already.

    Args:
        suite: What to ask; `settings.suite` says how often.
        environ: Where keys come from.
        objects: Providers that are objects of this process, by the names that model specs give them.
        stopped: Says after each answer whether to end; the record is then partial.
        commit: The revision of the project under test.
        name: The name of the run.
        arms: Those of `settings.arms`, checked for leaks.

    Raises:
        FinetuneBenchError: the settings cannot be used.
    """
    from pytest_finetunebench.models.arm_checks import check_arms

    check_counted((probe.found_hard for probe in suite.probes), counts=settings.suite.found_hard == "count")
    run_id = uuid.uuid4().hex
    models = ModelSet(settings, environ, suite.trained, run_id=run_id, objects=objects or {}, arms=arms)
    with _opened(models):
        check_arms(models, settings, [(probe, 0) for probe in suite.probes])
        with frozen():  # the suite, and what else stays
            results, left = _ask(models, suite, settings.suite.repeat, graders, stopped)
        return make_record(
            settings,
            results,
            **_suite_of(suite, left),
            base_url=models.base_url,
            commit=commit,
            name=name,
            notices=[*suite.notices, *models.notices],
            arms=arm_entries(settings, {arm.name: arm.note for arm in arms}),
        )


@contextlib.contextmanager
def _opened(models: ModelSet) -> Iterator[None]:
    """Open models and close them; whatever goes wrong stops their calls at once."""
    try:
        models.open()
        yield
    except BaseException:
        models.stop(at_once=True)
        raise
    finally:
        models.close()


class _SuiteFields(TypedDict):
    """What a run asked of which suite, as arguments of `make_record`."""

    suite_hash: str
    not_run: list[str]
    probes: list[str]
    interrupted: str | None


def _suite_of(suite: Suite, left: Sequence[tuple[Probe, int]]) -> _SuiteFields:
    return {
        "suite_hash": suite.hash,
        "not_run": [sample_id(probe.id, repeat) for probe, repeat in left],
        "probes": [probe.id for probe in suite.probes],
        "interrupted": "stopped" if left else None,
    }


def _ask(
    models: ModelSet, suite: Suite, repeats: int, graders: Mapping[str, GraderFunction], stopped: Callable[[], bool]
) -> tuple[list[ProbeResult], list[tuple[Probe, int]]]:
    """Return the results in order, and the samples that were not asked as the run was stopped."""
    asked = [(probe, repeat) for probe in suite.probes for repeat in range(repeats)]
    control = Memorizer(suite.trained)
    models.prefetch(asked, graders)
    results: list[ProbeResult] = []
    for probe, repeat in asked:
        if stopped():
            models.stop(at_once=True)
            break
        results.append(_result(models, probe, repeat, graders, control))
    return results, asked[len(results) :]


def _result(
    models: ModelSet, probe: Probe, repeat: int, graders: Mapping[str, GraderFunction], control: Memorizer
) -> ProbeResult:
    found = probe_once(models, probe, repeat, graders)
    outcome = None
    if found.judged is not None and isinstance(found.exchange.outcome, Answer):
        outcome = control_outcome(control, probe, found.judged, found.exchange.outcome.completion, graders)
    base = probe_base(models, probe, repeat, graders)
    arms = probe_arms(models, probe, repeat, graders)
    return probe_result(probe, found.fields, repeat=repeat, control=outcome, base=base, arms=arms)
