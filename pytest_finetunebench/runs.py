"""One run's verdicts as data: what a test reports, and the run record that is stored."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from pytest_finetunebench.cases import Frozen, Place, Probe, Setting
from pytest_finetunebench.completer import Answer, Source
from pytest_finetunebench.completions import Completion, FinishReason, Sampling, Usage, valid_unicode
from pytest_finetunebench.graders.judge import Opinion
from pytest_finetunebench.grading_options import AutoGrader, Grader
from pytest_finetunebench.outcomes import Outcome, Verdict

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


class ProbeResult(Frozen):
    """One probe's question, answer and verdict, self-contained: a report needs nothing else."""

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
    control: Outcome | None = None
    """What the control model's answer comes to; None where nothing was trained."""
    rules: Outcome | None = None
    """What the rules alone came to, where a judge was asked; None too where they could not decide."""
    judge: Opinion | None = None
    """What a judge said of the answer."""
    aliases: tuple[str, ...] = ()
    superseded_answers: tuple[str, ...] = ()
    grader_options: Grader = AutoGrader()
    fact: str | None = None
    trained_prompt: str | None = None
    trained_answer: str | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _valid_unicode(cls, value: object) -> object:
        return valid_unicode(value)

    @property
    def measured(self) -> bool:
        """Whether it counts in a pass rate."""
        return self.outcome is not Outcome.UNMEASURED

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

    def to_json(self) -> str:
        """Return one ASCII JSON string: the only form that every pytest-xdist channel carries unharmed."""
        return json.dumps(self.model_dump(mode="json", exclude_none=True), ensure_ascii=True)


def probe_result(
    probe: Probe,
    *,
    verdict: Verdict | None = None,
    answer: Answer | None = None,
    unmeasured: str = "",
    calls: int = 0,
    fingerprint: str | None = None,
    control: Outcome | None = None,
    rules: Outcome | None = None,
    judge: Opinion | None = None,
) -> ProbeResult:
    """Join a probe with what came of it: a verdict on an answer, or else the reason why there is none."""
    completion: Completion | None = answer.completion if answer else None
    return ProbeResult(
        **{name: getattr(probe, name) for name in _PROBE_FIELDS},
        expected=probe.answer,
        grader_options=probe.grader,
        place=str(probe.place),
        outcome=verdict.outcome if verdict else Outcome.UNMEASURED,
        reason=verdict.reason if verdict else unmeasured,
        grader=verdict.grader if verdict else None,
        extracted=verdict.extracted if verdict else None,
        response=completion.text if completion else None,
        finish_reason=completion.finish_reason if completion else None,
        served_model=completion.served_model if completion else None,
        usage=completion.usage if completion else None,
        source=answer.source if answer else None,
        calls=answer.calls if answer else calls,
        fingerprint=fingerprint,
        control=control,
        rules=rules,
        judge=judge,
    )


class PassRate(Frozen):
    """A pass rate as stored: `rate`, `low` and `high` are None where n is 0."""

    category: str | None
    """None over all categories."""
    kind: str
    """A probe kind, or `generalization`."""
    correct: int
    n: int
    rate: float | None
    low: float | None
    high: float | None
    control_correct: int | None


class RunRecord(Frozen):
    """One run as a versioned file. `results` are in the order of their ids."""

    schema_version: Literal[1] = 1
    tool_version: str
    created: str
    """UTC, ISO 8601."""
    model: str
    base_url: str | None
    suite_hash: str | None
    sampling: Sampling
    pass_rates: tuple[PassRate, ...]
    results: tuple[ProbeResult, ...]
    not_run: tuple[str, ...] = ()
    """Ids of selected probes without a result: the run stopped early, or a worker crashed."""
    notices: tuple[str, ...] = ()


def write_json(path: Path, record: RunRecord) -> None:
    """Write a run record atomically, making its folder; what is no regular file, /dev/stdout say, is written into.

    Raises:
        OSError: the file cannot be written; what stood there is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # what UTF-8 cannot hold, a lone surrogate, becomes its JSON escape
    text = (json.dumps(record.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n").encode(
        "utf-8", "backslashreplace"
    )
    if path.exists() and not path.is_file():
        path.write_bytes(text)
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
