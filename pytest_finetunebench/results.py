"""What came of each probe, as data: self-contained, so that reports, comparisons and regrading need nothing else."""

from __future__ import annotations

import json
from typing import Any, Self

from pydantic import Field, field_validator

from pytest_finetunebench.cases import Frozen, Place, Probe, Setting
from pytest_finetunebench.completer import Answer, Source
from pytest_finetunebench.completions import Completion, FinishReason, Usage, valid_unicode
from pytest_finetunebench.graders.judge import Opinion
from pytest_finetunebench.grading_options import AutoGrader, Grader
from pytest_finetunebench.judging import Judged
from pytest_finetunebench.outcomes import Outcome

_PROBE_FIELDS = (
    "id",
    "category",
    "item",
    "kind",
    "setting",
    "generalization",
    "system",
    "prompt",
    "aliases",
    "superseded_answers",
    "fact",
    "trained_prompt",
    "trained_answer",
)
"""What a result keeps of its probe under the same name."""


class Graded(Frozen):
    """One model's answer to one probe and the verdict on it, or why there is none."""

    outcome: Outcome
    reason: str
    grader: str | None = None
    extracted: str | None = None
    response: str | None = None
    finish_reason: FinishReason | None = None
    served_model: str | None = None
    usage: Usage | None = None
    source: Source | None = None
    """Where the answer came from; None where there is none."""
    calls: int = Field(default=0, ge=0)
    """Calls made for it in this run, retries included."""
    fingerprint: str | None = None
    """The cache entry that holds the answer."""
    rules: Outcome | None = None
    """What the rules alone came to, where a judge was asked; None too where they could not decide."""
    judge: Opinion | None = None
    """What a judge said of the answer."""
    further_opinions: tuple[Opinion, ...] = ()
    """What it said when a combination of graders asked it again, under other criteria."""

    @field_validator("*", mode="before")
    @classmethod
    def _valid_unicode(cls, value: object) -> object:
        return valid_unicode(value)

    @property
    def measured(self) -> bool:
        """Whether it counts in a pass rate."""
        return self.outcome is not Outcome.UNMEASURED

    @property
    def correct(self) -> bool:
        """Whether the answer is right."""
        return self.outcome is Outcome.CORRECT

    @property
    def opinions(self) -> tuple[Opinion, ...]:
        """All that a judge said of the answer."""
        return () if self.judge is None else (self.judge, *self.further_opinions)

    @property
    def completion(self) -> Completion | None:
        """The answer as it came; None where there is none."""
        if self.response is None:
            return None
        return Completion(
            text=self.response,
            finish_reason=self.finish_reason or "stop",
            served_model=self.served_model,
            usage=self.usage,
        )

    def charged(self, unread: dict[str, int]) -> Self:
        """Return this with the calls that were made ahead for its answers, and take them out of `unread`."""
        update: dict[str, Any] = {}
        if self.source == "cache" and (calls := unread.pop(self.fingerprint or "", 0)):
            update |= {"calls": self.calls + calls, "source": "provider"}
        if self.judge is not None and self.judge.source == "cache":
            calls = unread.pop(self.judge.fingerprint or "", 0)
            if calls:
                update["judge"] = self.judge.model_copy(update={"calls": calls, "source": "provider"})
        return self.model_copy(update=update) if update else self

    def regraded(self, judged: Judged) -> Self:
        """Return the same answer with another verdict; what a judge once said stays, needed or not."""
        fields = _verdict_fields(judged)
        if judged.opinion is None:
            fields |= {"judge": self.judge, "further_opinions": self.further_opinions}
        return self.model_copy(update=fields)


class ProbeResult(Graded):
    """One sample of one probe: question, answer and verdict."""

    id: str
    category: str
    item: str
    kind: str
    setting: Setting
    generalization: bool
    system: str | None = None
    prompt: str
    expected: str | None = None
    """The reference; None where the model must decline."""
    place: str
    """The case file and line."""
    aliases: tuple[str, ...] = ()
    superseded_answers: tuple[str, ...] = ()
    grader_options: Grader = AutoGrader()
    fact: str | None = None
    trained_prompt: str | None = None
    trained_answer: str | None = None
    repeat: int = Field(default=0, ge=0)
    """Index of the sample, where probes are asked several times."""
    control: Outcome | None = None
    """What the control model's answer comes to; None where nothing was trained."""
    base: Graded | None = None
    """What came of the same probe put to the base model."""

    @property
    def item_id(self) -> str:
        """`category/item`, unique in a suite: probes of one item stand or fall together."""
        return f"{self.category}/{self.item}"

    def charged(self, unread: dict[str, int]) -> Self:
        """Return this with the calls that were made ahead for its answers, the base model's included."""
        charged = super().charged(unread)
        return charged if self.base is None else charged.model_copy(update={"base": self.base.charged(unread)})

    @property
    def sample_id(self) -> str:
        """The probe's id; of further samples with their number, counted from 1."""
        return sample_id(self.id, self.repeat)

    @property
    def probe(self) -> Probe:
        """The probe as it was asked: enough to grade the answer again."""
        return Probe(
            answer=self.expected,
            grader=self.grader_options,
            place=Place(file=self.place),
            **{name: getattr(self, name) for name in _PROBE_FIELDS},
        )

    @property
    def of_base(self) -> ProbeResult | None:
        """The base model's answer in the place of the model's; None where the base was not asked."""
        if self.base is None:
            return None
        fields = {name: getattr(self.base, name) for name in Graded.model_fields}
        return self.model_copy(update={**fields, "base": None})

    def to_json(self) -> str:
        """Return one ASCII JSON string: the only form that every pytest-xdist channel carries unharmed."""
        return json.dumps(self.model_dump(mode="json", exclude_none=True), ensure_ascii=True)


def sample_id(probe: str, repeat: int) -> str:
    """Return the id of a probe's sample: the probe's own, of further ones with their number, counted from 1."""
    return probe if repeat == 0 else f"{probe}/sample-{repeat + 1}"


def graded(judged: Judged, answer: Answer, fingerprint: str | None = None) -> Graded:
    """Join an answer with the verdict on it."""
    completion = answer.completion
    return Graded(
        **_verdict_fields(judged),
        response=completion.text,
        finish_reason=completion.finish_reason,
        served_model=completion.served_model,
        usage=completion.usage,
        source=answer.source,
        calls=answer.calls,
        fingerprint=fingerprint,
    )


def unmeasured(reason: str, calls: int = 0) -> Graded:
    """Say why there is no answer to grade."""
    return Graded(outcome=Outcome.UNMEASURED, reason=reason, calls=calls)


def probe_result(
    probe: Probe, found: Graded, *, repeat: int = 0, control: Outcome | None = None, base: Graded | None = None
) -> ProbeResult:
    """Join a probe with what came of it."""
    return ProbeResult(
        **{name: getattr(found, name) for name in Graded.model_fields},
        **{name: getattr(probe, name) for name in _PROBE_FIELDS},
        expected=probe.answer,
        grader_options=probe.grader,
        place=str(probe.place),
        repeat=repeat,
        control=control,
        base=base,
    )


def _verdict_fields(judged: Judged) -> dict[str, Any]:
    verdict = judged.verdict
    return {
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "grader": verdict.grader,
        "extracted": verdict.extracted,
        "rules": judged.rules,
        "judge": judged.opinion,
        "further_opinions": judged.further_opinions,
    }
