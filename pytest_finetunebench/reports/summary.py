"""The one view model that every report turns into lines."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

from pytest_finetunebench.files.uncollected import uncollected
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.lineage import Lineage
from pytest_finetunebench.models.prices import Price
from pytest_finetunebench.runs.found_hard import FoundHard, found_hard_of, set_apart
from pytest_finetunebench.runs.probabilities import KindProbability, probabilities_of
from pytest_finetunebench.runs.rates import Row, by_probe, rows_of, share, stored_rates
from pytest_finetunebench.runs.record import PassRate, RunRecord
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import cohen_kappa
from pytest_finetunebench.runs.units import Weight

if TYPE_CHECKING:
    from pytest_finetunebench.runs.arm_rows import ArmStudy

DOMINANT = 0.5
"""A share of the probes above which one item decides a rate."""
_SHOWN = 3


@dataclass(frozen=True)
class BaseSummary:
    """What asking the base model took, and what came of it."""

    model: str
    correct: int
    measured: int
    unmeasured: int
    calls: int
    cache_hits: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class JudgeSummary:
    """What the judge was asked, what it cost, and how it agrees with the rules where both decided.

    All of it includes the base model's answers and the arms', if there are any.
    """

    model: str
    answers: int
    accepted: int
    """Answers that the judge alone made correct."""
    compared: int
    agreed: int
    kappa: float | None
    """Cohen's; None where it has no meaning."""
    calls: int
    failed_calls: int
    """Those of `calls` that brought no verdict; what tokens they took is not known."""
    cache_hits: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Summary:
    """All that a report may show of one run."""

    model: str
    base_url: str | None
    """The address of a custom server; None for the provider's."""
    rows: tuple[Row, ...]
    total: Row
    kinds: tuple[str, ...]
    """The kinds that occur, in report order."""
    outcomes: Counter[Outcome]
    reasons: Counter[str]
    """Why probes are unmeasured."""
    runs_on: int = 0
    """Answers that the model went on after."""
    calls: int = 0
    retries: int = 0
    unused_calls: int = 0
    """Calls made ahead for tests that then did not run; not among `calls`."""
    cache_hits: int = 0
    local: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usage_unknown: int = 0
    """Answers from calls of this run that came without a token count."""
    repeat: int = 1
    """Samples of each probe."""
    flaky: tuple[str, ...] = ()
    """Probes with right and other samples."""
    probes: int = 0
    base: BaseSummary | None = None
    judge: JudgeSummary | None = None
    cost: float | None = None
    """US dollars that the calls to the model under test cost; None where the price is unknown."""
    not_run: int = 0
    """Selected probes without a result: the run stopped early, or a worker crashed."""
    notices: tuple[str, ...] = field(default=())
    weight: Weight = "probes"
    """What counts once in a rate."""
    general_kinds: tuple[str, ...] = ()
    """Those of the kinds that count as generalization."""
    lineage: Lineage | None = None
    shutdown: datetime.date | None = None
    """The day on which the provider says it will shut the model down."""
    arms: ArmStudy | None = None
    """The same probes asked in other ways; None where none was."""
    found_hard: FoundHard | None = None
    """Probes that were chosen because a model failed them; None where there is none."""
    probabilities: tuple[KindProbability, ...] = ()
    """How likely the references' first tokens were, by kind; empty where it was not asked."""

    @property
    def is_control(self) -> bool:
        """Whether the model under test is the control: then no control is shown beside it."""
        return self.model.startswith("control:")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What weakens the figures: a knowledge item with most of the probes."""
        rates = [(f"{row.category}/{kind}", rate) for row in (*self.rows, self.total) for kind, rate in row.rates]
        told = [f"{name} ({rate.dominant:.0%})" for name, rate in rates if rate.dominant > DOMINANT]
        if not told:
            return ()
        more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        words = "one knowledge item has most of the probes, which makes the rate less certain"
        return (f"{words}: {', '.join(told[:_SHOWN])}{more}",)

    @property
    def pass_rates(self) -> tuple[PassRate, ...]:
        """Every rate per category and kind, then over all, as a run record stores them."""
        return stored_rates(self.rows, self.total)


@uncollected()
def summarise(
    results: Iterable[ProbeResult],
    model: str,
    *,
    notices: Sequence[str] = (),
    base_url: str | None = None,
    not_run: int = 0,
    unused_calls: int = 0,
    base_model: str | None = None,
    judge_model: str | None = None,
    price: Price | None = None,
    lineage: Lineage | None = None,
    shutdown: datetime.date | None = None,
    weight: Weight = "probes",
    arms: ArmStudy | None = None,
    found_hard_counts: bool = False,
) -> Summary:
    """Count a run's results into a summary; categories and kinds keep a fixed order, whatever order tests ran in.

    Results of probes that were found hard count in calls and costs only, unless `found_hard_counts`.
    """
    everything = sorted(results, key=lambda result: (result.id, result.repeat))
    found, _ = set_apart(everything, counts=found_hard_counts)
    rows, total = rows_of(found, weight)
    return Summary(
        model=model,
        base_url=base_url,
        not_run=not_run,
        unused_calls=unused_calls,
        rows=rows,
        total=total,
        kinds=tuple(total.kinds),
        weight=weight,
        general_kinds=tuple(dict.fromkeys(result.kind for result in found if result.generalization)),
        **_count_answers(found),
        **_count_calls(everything, price),
        base=_summarise_base(found, base_model),
        judge=_summarise_judge(everything, judge_model),
        found_hard=found_hard_of(everything, _arm_names(everything), counts=found_hard_counts),
        notices=tuple(dict.fromkeys(notices)),
        lineage=lineage,
        shutdown=shutdown,
        arms=arms,
        probabilities=probabilities_of(found),
    )


def summarise_record(record: RunRecord, weight: Weight = "probes") -> Summary:
    """Return the summary of a stored run."""
    from pytest_finetunebench.runs.arm_rows import study_of

    return summarise(
        record.all_results,
        record.model,
        notices=record.notices,
        base_url=record.base_url,
        not_run=len(record.not_run),
        judge_model=record.judge_model,
        lineage=record.lineage,
        shutdown=record.shutdown,
        weight=weight,
        arms=study_of(record),
        found_hard_counts=record.found_hard_counts,
    )


def _arm_names(results: Iterable[ProbeResult]) -> list[str]:
    return list(dict.fromkeys(name for result in results for name in result.arms))


class _Answers(TypedDict):
    """How often a run asked, and with which outcomes, as fields of `Summary`."""

    outcomes: Counter[Outcome]
    reasons: Counter[str]
    runs_on: int
    repeat: int
    flaky: tuple[str, ...]
    probes: int


def _count_answers(results: Sequence[ProbeResult]) -> _Answers:
    probes = by_probe(results)
    return {
        "outcomes": Counter(result.outcome for result in results),
        "reasons": Counter(result.reason for result in results if not result.measured),
        "runs_on": sum(bool(result.runs_on) for result in results),
        "repeat": max((result.repeat for result in results), default=0) + 1,
        "flaky": tuple(name for name, samples in probes.items() if len(samples) > 1 and 0 < (share(samples) or 0) < 1),
        "probes": len(probes),
    }


class _Calls(TypedDict):
    """What asking the model under test took, as fields of `Summary`."""

    calls: int
    retries: int
    cache_hits: int
    local: int
    input_tokens: int
    output_tokens: int
    usage_unknown: int
    cost: float | None


def _count_calls(results: Sequence[ProbeResult], price: Price | None) -> _Calls:
    # an answer that several probes share was billed once: to the one that made the call
    asked = [result.usage for result in results if result.source == "provider" and result.calls]
    paid = [usage for usage in asked if usage is not None]
    return _Calls(
        calls=sum(result.calls for result in results),
        retries=sum(max(result.calls - 1, 0) for result in results),
        cache_hits=sum(result.source == "cache" for result in results),
        local=sum(result.source == "local" for result in results),
        input_tokens=sum(usage.input_tokens for usage in paid),
        output_tokens=sum(usage.output_tokens for usage in paid),
        usage_unknown=len(asked) - len(paid),
        cost=None if price is None else sum(map(price.of, paid)),
    )


def _summarise_base(results: Sequence[ProbeResult], model: str | None) -> BaseSummary | None:
    found = [result.base for result in results if result.base is not None]
    if model is None or not found:
        return None
    paid = [answer.usage for answer in found if answer.calls and answer.usage is not None]
    return BaseSummary(
        model=model,
        correct=sum(answer.correct for answer in found),
        measured=sum(answer.measured for answer in found),
        unmeasured=sum(not answer.measured for answer in found),
        calls=sum(answer.calls for answer in found),
        cache_hits=sum(answer.source == "cache" for answer in found),
        input_tokens=sum(usage.input_tokens for usage in paid),
        output_tokens=sum(usage.output_tokens for usage in paid),
    )


def _summarise_judge(results: Sequence[ProbeResult], model: str | None) -> JudgeSummary | None:
    answers = [answer for result in results for answer in result.all_answers]
    opinions = [opinion for answer in answers for opinion in answer.opinions]
    failed_calls = sum(answer.judge_failed_calls for answer in answers)
    if not opinions and not failed_calls:
        return None
    judged = [(answer, answer.judge) for answer in answers if answer.judge is not None]
    pairs = [(r.rules is Outcome.CORRECT, o.verdict == "correct") for r, o in judged if r.rules is not None]
    by_rules, by_judge = (sum(pair[side] for pair in pairs) for side in (0, 1))
    paid = [opinion.usage for opinion in opinions if opinion.calls and opinion.usage is not None]
    return JudgeSummary(
        model=opinions[0].model if opinions else model or "a model not named",
        answers=len(judged),
        accepted=sum(r.outcome is Outcome.CORRECT and r.rules is not Outcome.CORRECT for r, _ in judged),
        compared=len(pairs),
        agreed=sum(rules is judge for rules, judge in pairs),
        kappa=cohen_kappa(sum(map(all, pairs)), by_rules, by_judge, len(pairs)),
        calls=sum(opinion.calls for opinion in opinions) + failed_calls,
        failed_calls=failed_calls,
        cache_hits=sum(opinion.source == "cache" for opinion in opinions),
        input_tokens=sum(usage.input_tokens for usage in paid),
        output_tokens=sum(usage.output_tokens for usage in paid),
    )
