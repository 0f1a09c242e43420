"""Counts a run's results into the view model."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypedDict

from pytest_finetunebench.files.uncollected import uncollected
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.lineage import Lineage
from pytest_finetunebench.models.prices import Price
from pytest_finetunebench.reports.summary import BaseSummary, JudgeSummary, Summary
from pytest_finetunebench.runs.found_hard import found_hard_of, set_apart
from pytest_finetunebench.runs.probabilities import probabilities_of
from pytest_finetunebench.runs.rates import by_probe, rows_of, share
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import cohen_kappa
from pytest_finetunebench.runs.units import Weight

if TYPE_CHECKING:
    from pytest_finetunebench.runs.arm_rows import ArmStudy


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
