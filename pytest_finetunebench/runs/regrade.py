"""Apply today's graders to the answers of a stored run, without any call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pytest_finetunebench.cases.grader_choice import custom_names
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.errors import NotRecordedError, counted
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.grading.judge import Opinion
from pytest_finetunebench.grading.judge_prompt import VERSION
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.version import grading_version
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.models.judge import judge_answer
from pytest_finetunebench.runs.found_hard import set_apart
from pytest_finetunebench.runs.rates import rows_of, stored_rates
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult

G = TypeVar("G", bound=GradedAnswer)


@dataclass(frozen=True)
class Change:
    """A verdict that today's graders change."""

    before: ProbeResult
    after: ProbeResult
    of_base: bool = False
    """Whether the answer is the base model's."""
    of_arm: str | None = None
    """The arm whose answer it is; None for the models'."""


@dataclass(frozen=True)
class Regraded:
    """A regraded record, its changed verdicts, and notices of what could not be graded."""

    record: RunRecord
    changes: tuple[Change, ...]
    notices: tuple[str, ...]


class StoredJudge:
    """Repeats what the judge said when the run was made; it can say nothing new."""

    def __init__(self, opinions: Sequence[Opinion]) -> None:
        self._opinions = opinions
        self.notices: list[str] = []

    def ask(self, probe: Probe, answer: str, criteria: str | None = None) -> Opinion:
        """Return the stored opinion.

        Raises:
            NotRecordedError: the judge was not asked this, or in other words.
        """
        del probe, answer
        opinion = next((opinion for opinion in self._opinions if opinion.criteria == criteria), None)
        if opinion is None:
            raise NotRecordedError("it was not asked about this answer, and regrading asks no model")
        if opinion.prompt_version != VERSION:
            was = f"it was asked in other words (version {opinion.prompt_version}, today's is {VERSION})"
            raise NotRecordedError(f"{was}, and regrading asks no model")
        return opinion


def regrade(record: RunRecord, custom: Mapping[str, GraderFunction] | None = None) -> Regraded:
    """Grade every stored answer again; `custom` maps names to custom graders.

    A result stays as it is if it has no answer, still cannot be decided, or needs a grader that `custom` lacks.
    A judge's opinion holds as long as it would be asked in the same words; else the answer is unmeasured.
    """
    custom = custom or {}
    changes: list[Change] = []
    results: list[ProbeResult] = []
    missing: Counter[str] = Counter()
    for before in record.all_results:
        lacking = custom_names(before.grader_options) - custom.keys()
        if lacking:
            missing.update(lacking)
            results.append(before)
            continue
        base = None if before.base is None else _again(record, before, before.base, custom)
        arms = {name: _again(record, before, arm, custom) for name, arm in before.arms.items()}
        after = replace(_again(record, before, before, custom), base=base, arms=arms)
        results.append(after)
        changes += _changed(before, after)
    notices = [
        f"the custom grader '{name}' is not known here: {counted(count, 'verdict')} kept as stored"
        for name, count in sorted(missing.items())
    ]
    lost = sum(not change.after.measured for change in changes)
    if lost:
        notices.append(f"{counted(lost, 'answer')} can no longer be decided, and counted as unmeasured")
    kept, apart = set_apart(results, counts=record.found_hard_counts)
    again = record.model_copy(
        update={
            "results": tuple(kept),
            "found_hard": tuple(apart),
            "pass_rates": stored_rates(*rows_of(kept)),
            # some verdicts are still those of the older version
            "grading_version": record.grading_version if missing else grading_version(),
        }
    )
    return Regraded(again, tuple(changes), tuple(notices))


def _again(record: RunRecord, asked: ProbeResult, found: G, custom: Mapping[str, GraderFunction]) -> G:
    completion = found.completion
    if completion is None:
        return found
    judge = StoredJudge(found.opinions) if record.judge_model or found.opinions else None
    # an opinion on what rules decide is compared with them again
    judged = judge_answer(asked.probe, completion, custom, judge, audit=bool(found.opinions))
    decided = found.measured or judged.verdict.outcome is not Outcome.UNMEASURED
    return found.regraded(judged) if decided else found


def _changed(before: ProbeResult, after: ProbeResult) -> Iterator[Change]:
    if after.outcome is not before.outcome:
        yield Change(before, after)
    old, new = before.of_base, after.of_base
    if old is not None and new is not None and new.outcome is not old.outcome:
        yield Change(old, new, of_base=True)
    for name in before.arms:
        old, new = before.of_arm(name), after.of_arm(name)
        if old is not None and new is not None and new.outcome is not old.outcome:
            yield Change(old, new, of_arm=name)
