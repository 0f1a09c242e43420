"""One model's graded answer to one probe, as a run keeps it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

from pydantic import Field
from pydantic.dataclasses import dataclass

from pytest_finetunebench.completions import CLOSED, Completion, FinishReason, Usage, ValidText
from pytest_finetunebench.grading.judge import Opinion
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.calling.answer import Answer, Source
from pytest_finetunebench.models.judge import JudgedVerdict


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class GradedAnswer:
    """One model's answer to one probe and the verdict on it, or why there is none."""

    outcome: Outcome
    reason: ValidText
    grader: ValidText | None = None
    extracted: ValidText | None = None
    response: ValidText | None = None
    """The text as it came."""
    reasoning: ValidText | None = None
    """The thoughts that the provider sent apart from the text."""
    graded_text: ValidText | None = None
    """The part of `response` that was graded, without thoughts and what runs on; None where it is the whole."""
    runs_on: bool | None = None
    """Whether `response` goes on after its answer; None without one, and in records of earlier versions."""
    finish_reason: FinishReason | None = None
    served_model: ValidText | None = None
    usage: Usage | None = None
    seconds: float | None = Field(default=None, ge=0)
    """How long the call took that brought the answer, now or when it was cached; its share of the batch, of an `hf:`
    model. None where no call was timed."""
    source: Source | None = None
    """Where the answer came from; None where there is none."""
    calls: int = Field(default=0, ge=0)
    """Calls made for it in this run, retries included."""
    fingerprint: str | None = None
    """The cache entry that holds the answer."""
    reference_probability: float | None = Field(default=None, ge=0, le=1)
    """That of the reference's first tokens, as `models.reference_probability` reads it; None where it is not known."""
    rules: Outcome | None = None
    """The rules' own outcome if a judge was asked; None if they could not decide."""
    judge: Opinion | None = None
    """The judge's opinion."""
    further_opinions: tuple[Opinion, ...] = ()
    """Its opinions on further criteria of a combined grader."""
    judge_failed_calls: int = Field(default=0, ge=0)
    """Calls to the judge in this run that failed, retries included."""

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
        """All opinions of the judge."""
        return () if self.judge is None else (self.judge, *self.further_opinions)

    @property
    def answer(self) -> str | None:
        """The answer alone, as it was graded; None where there is none."""
        return self.response if self.graded_text is None else self.graded_text

    @property
    def completion(self) -> Completion | None:
        """The completion; None if there is none."""
        if self.response is None:
            return None
        return Completion(
            text=self.response,
            reasoning=self.reasoning,
            finish_reason=self.finish_reason or "stop",
            served_model=self.served_model,
            usage=self.usage,
            seconds=self.seconds,
        )

    def with_prefetch_calls(self, unread: dict[str, int]) -> Self:
        """Add the calls made ahead for its answers, and remove them from `unread`."""
        update: dict[str, Any] = {}
        if self.source == "cache" and (calls := unread.pop(self.fingerprint or "", 0)):
            update |= {"calls": self.calls + calls, "source": "provider"}
        if self.judge is not None and self.judge.source == "cache":
            calls = unread.pop(self.judge.fingerprint or "", 0)
            if calls:
                update["judge"] = self.judge.model_copy(update={"calls": calls, "source": "provider"})
        return replace(self, **update) if update else self

    def regraded(self, judged: JudgedVerdict) -> Self:
        """Return the same answer with another verdict. The judge's opinion stays, needed or not."""
        changed = _verdict_fields(judged) | {"judge_failed_calls": self.judge_failed_calls}
        if judged.opinion is None:
            changed |= {"judge": self.judge, "further_opinions": self.further_opinions}
        return replace(self, **changed)


def graded(judged: JudgedVerdict, answer: Answer, fingerprint: str | None = None) -> GradedAnswer:
    """Join an answer with the verdict on it."""
    return GradedAnswer(**graded_fields(judged, answer, fingerprint))


def graded_fields(judged: JudgedVerdict, answer: Answer, fingerprint: str | None = None) -> dict[str, Any]:
    """Return the fields of `graded`."""
    completion = answer.completion
    return {
        **_verdict_fields(judged),
        "response": completion.text,
        "reasoning": completion.reasoning,
        "finish_reason": completion.finish_reason,
        "served_model": completion.served_model,
        "usage": completion.usage,
        "seconds": completion.seconds,
        "source": answer.source,
        "calls": answer.calls,
        "fingerprint": fingerprint,
    }


def unmeasured(reason: str, calls: int = 0) -> GradedAnswer:
    """Return the unmeasured result for a probe without an answer."""
    return GradedAnswer(**unmeasured_fields(reason, calls))


def unmeasured_fields(reason: str, calls: int = 0) -> dict[str, Any]:
    """Return the fields of `unmeasured`."""
    return {"outcome": Outcome.UNMEASURED, "reason": reason, "calls": calls}


def _verdict_fields(judged: JudgedVerdict) -> dict[str, Any]:
    verdict = judged.verdict
    return {
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "grader": verdict.grader,
        "extracted": verdict.extracted,
        "graded_text": judged.graded_text,
        "runs_on": judged.runs_on,
        "rules": judged.rules,
        "judge": judged.opinion,
        "further_opinions": judged.further_opinions,
        "judge_failed_calls": judged.failed_calls,
    }
