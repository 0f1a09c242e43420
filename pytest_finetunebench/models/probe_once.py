"""Put a probe to a model once and grade the answer: what a test, a measurement and the base model have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.grading.grade import grade
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.arms.answer import ArmAnswer
from pytest_finetunebench.models.calling.answer import Exchange, NoAnswer
from pytest_finetunebench.models.graded import GradedAnswer, graded_fields, unmeasured_fields
from pytest_finetunebench.models.judge import JudgedVerdict, judge_answer
from pytest_finetunebench.models.providers.control import Memorizer
from pytest_finetunebench.models.reference_probability import reference_probability
from pytest_finetunebench.models.role import Role, role_of
from pytest_finetunebench.models.roles import ModelSet

if TYPE_CHECKING:
    from pytest_finetunebench.models.arms.arm import Arm


@dataclass(frozen=True, slots=True)
class ProbeOutcome:
    """What came of one probe: the exchange with the model, and the verdict on its answer."""

    exchange: Exchange
    judged: JudgedVerdict | None
    """None where there is no answer."""
    reference_probability: float | None = None
    """That of the reference's first tokens."""

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a `GradedAnswer`, for whoever makes one with more fields."""
        outcome = self.exchange.outcome
        if isinstance(outcome, NoAnswer):
            return unmeasured_fields(str(outcome.error), outcome.calls)
        if self.judged is None:
            raise AssertionError("an answer is graded")
        found = graded_fields(self.judged, outcome, self.exchange.request.fingerprint)
        found["reference_probability"] = self.reference_probability
        return found


def grade_exchange(
    models: ModelSet, probe: Probe, exchange: Exchange, graders: Mapping[str, GraderFunction]
) -> ProbeOutcome:
    """Grade what a model answered, with the judge where rules do not decide; without an answer it is unmeasured."""
    if isinstance(exchange.outcome, NoAnswer):
        return ProbeOutcome(exchange, None)
    completion = exchange.outcome.completion
    judged = models.graded_ahead.find(probe, completion) if models.judge is None else None
    if judged is None:
        judged = judge_answer(probe, completion, graders, models.judge, audit=models.audit)
    return ProbeOutcome(exchange, judged, reference_probability(probe.references, completion, judged.graded_text))


def control_outcome(
    control: Memorizer,
    probe: Probe,
    judged: JudgedVerdict,
    completion: Completion,
    graders: Mapping[str, GraderFunction],
) -> Outcome | None:
    """Return what the control's answer to a probe comes to; None where nothing was trained.

    `judged` and `completion` are those of the model under test, which may have given the same answer.
    """
    answer = control.answer(probe.prompt)
    if answer is None:
        return None
    if judged.opinion is None and completion.text == answer and not completion.truncated:
        return judged.verdict.outcome  # a memorized answer is the control's to the letter
    return grade(probe, Completion(text=answer), graders).outcome


def probe_once(
    models: ModelSet,
    probe: Probe,
    repeat: int,
    graders: Mapping[str, GraderFunction],
    role: Role = "model",
    arm: Arm | None = None,
) -> ProbeOutcome:
    """Ask a model, and grade what it answers; why there is no answer is part of what is returned."""
    return grade_exchange(models, probe, models.ask(probe, repeat, role, arm), graders)


def probe_base(
    models: ModelSet, probe: Probe, repeat: int, graders: Mapping[str, GraderFunction]
) -> GradedAnswer | None:
    """Do the same with the base model; None where there is none."""
    if "base" not in models.roles:
        return None
    return GradedAnswer(**probe_once(models, probe, repeat, graders, "base").fields)


def probe_arms(
    models: ModelSet, probe: Probe, repeat: int, graders: Mapping[str, GraderFunction]
) -> dict[str, ArmAnswer]:
    """Do the same in the way of each arm, by its name."""
    found = {}
    for arm in models.arms:
        fields = probe_once(models, probe, repeat, graders, role_of(arm), arm).fields
        framed = arm.frame(probe)
        found[arm.name] = ArmAnswer(**fields, context=framed.context, needed=framed.needed, rank=framed.rank)
    return found
