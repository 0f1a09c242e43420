"""What came of each probe, as data: self-contained, so that reports, comparisons and regrading need nothing else."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any, Self

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from pytest_finetunebench.built_in_graders import AutoGrader
from pytest_finetunebench.cases import Place, Probe, Setting
from pytest_finetunebench.completer import Answer, Source
from pytest_finetunebench.completions import CLOSED, Completion, FinishReason, Usage, ValidText
from pytest_finetunebench.graders.judge import Opinion
from pytest_finetunebench.grading_options import Grader
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


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Graded:
    """One model's answer to one probe and the verdict on it, or why there is none."""

    outcome: Outcome
    reason: ValidText
    grader: ValidText | None = None
    extracted: ValidText | None = None
    response: ValidText | None = None
    finish_reason: FinishReason | None = None
    served_model: ValidText | None = None
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
    judge_failed_calls: int = Field(default=0, ge=0)
    """Calls to the judge in this run that brought no verdict of it, retries included."""

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
        return replace(self, **update) if update else self

    def regraded(self, judged: Judged) -> Self:
        """Return the same answer with another verdict; what a judge once said stays, needed or not."""
        changed = _verdict_fields(judged) | {"judge_failed_calls": self.judge_failed_calls}
        if judged.opinion is None:
            changed |= {"judge": self.judge, "further_opinions": self.further_opinions}
        return replace(self, **changed)


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class ProbeResult(Graded):
    """One sample of one probe: question, answer and verdict."""

    id: ValidText
    category: ValidText
    item: ValidText
    kind: ValidText
    setting: Setting
    generalization: bool
    system: ValidText | None = None
    prompt: ValidText
    expected: ValidText | None = None
    """The reference; None where the model must decline."""
    place: ValidText
    """The case file and line."""
    aliases: tuple[ValidText, ...] = ()
    superseded_answers: tuple[ValidText, ...] = ()
    grader_options: Grader = AutoGrader()
    fact: ValidText | None = None
    trained_prompt: ValidText | None = None
    trained_answer: ValidText | None = None
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
        charged = Graded.charged(self, unread)
        return charged if self.base is None else replace(charged, base=self.base.charged(unread))

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
        return replace(self, **{name: getattr(self.base, name) for name in _GRADED_FIELDS}, base=None)

    def to_plain(self, *, exclude_none: bool = False) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return _RESULT.dump_python(self, mode="json", exclude_none=exclude_none)  # type: ignore[no-any-return]

    def to_json(self) -> str:
        """Return one ASCII JSON string: the only form that every pytest-xdist channel carries unharmed."""
        return json.dumps(self.to_plain(exclude_none=True), ensure_ascii=True)

    @staticmethod
    def from_json(text: str) -> ProbeResult:
        """Return what `to_json` was called on."""
        return _RESULT.validate_json(text)


_RESULT = TypeAdapter(ProbeResult)
_GRADED_FIELDS = tuple(field.name for field in fields(Graded))


def sample_id(probe: str, repeat: int) -> str:
    """Return the id of a probe's sample: the probe's own, of further ones with their number, counted from 1."""
    return probe if repeat == 0 else f"{probe}/sample-{repeat + 1}"


def graded(judged: Judged, answer: Answer, fingerprint: str | None = None) -> Graded:
    """Join an answer with the verdict on it."""
    return Graded(**graded_fields(judged, answer, fingerprint))


def graded_fields(judged: Judged, answer: Answer, fingerprint: str | None = None) -> dict[str, Any]:
    """Return the fields of `graded`."""
    completion = answer.completion
    return {
        **_verdict_fields(judged),
        "response": completion.text,
        "finish_reason": completion.finish_reason,
        "served_model": completion.served_model,
        "usage": completion.usage,
        "source": answer.source,
        "calls": answer.calls,
        "fingerprint": fingerprint,
    }


def unmeasured(reason: str, calls: int = 0) -> Graded:
    """Say why there is no answer to grade."""
    return Graded(outcome=Outcome.UNMEASURED, reason=reason, calls=calls)


def probe_result(
    probe: Probe,
    found: Graded | dict[str, Any],
    *,
    repeat: int = 0,
    control: Outcome | None = None,
    base: Graded | None = None,
) -> ProbeResult:
    """Join a probe with what came of it, as such or as `graded_fields`."""
    return ProbeResult(
        **(found if isinstance(found, dict) else {name: getattr(found, name) for name in _GRADED_FIELDS}),
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
        "judge_failed_calls": judged.failed_calls,
    }
