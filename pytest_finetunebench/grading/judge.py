"""A model as grader, for what rules cannot decide. The caller passes a function that asks; no provider is known here.

The answer under test is hostile input. It reaches the judge as one JSON string between fences with a code. The answer
cannot know the code. The judge can only reply with a verdict out of a closed schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pytest_finetunebench.cases.suite import Frozen, Probe
from pytest_finetunebench.completions import Completion, Message, Usage
from pytest_finetunebench.errors import FinetuneBenchError, ProviderError, one_line
from pytest_finetunebench.files.hidden import one_line_json
from pytest_finetunebench.grading import judge_prompt as prompt
from pytest_finetunebench.grading.finding import Finding, shown
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.response_marks import END_OF_THOUGHTS

LONGEST_ANSWER = 20_000
"""Characters of an answer that the judge is shown."""
NEEDS_JUDGE = "needs a judge: name one with --ft-judge-model"

Decision = Literal["correct", "incorrect", "declined", "outdated"]


class Reply(BaseModel):
    """What a judge may say, and nothing else; the reason comes first, since what is written first informs the rest."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason: str
    verdict: Literal["correct", "incorrect", "declined"]


class ReplyOnUpdate(Reply):
    """The same about an updated fact."""

    verdict: Literal["correct", "incorrect", "declined", "outdated"]  # type: ignore[assignment]


class Opinion(Frozen):
    """What a judge said of one answer, and what it cost; enough to grade again without asking again."""

    verdict: Decision
    reason: str
    model: str
    """The judge, as a model spec."""
    prompt_version: str = prompt.VERSION
    criteria: str | None = None
    fingerprint: str | None = None
    source: Literal["provider", "cache", "local"] | None = None
    calls: int = Field(default=0, ge=0)
    usage: Usage | None = None


Judge = Callable[[Probe, str, str | None], Opinion]
"""Ask the judge about an answer to a probe, under further criteria; raises `FinetuneBenchError` without a verdict."""


def judge_messages(probe: Probe, answer: str, criteria: str | None = None) -> tuple[Message, ...]:
    """Return the chat that asks for a verdict on `answer`."""
    code = hashlib.sha256(f"{prompt.VERSION}\n{probe.prompt}\n{answer}".encode("utf-8", "replace")).hexdigest()[:16]
    lines = [prompt.QUESTION, one_line_json(probe.prompt)]
    if probe.references:
        lines += [prompt.REFERENCES, one_line_json(probe.references)]
    else:
        lines.append(prompt.BY_CRITERIA if criteria else prompt.NO_REFERENCE)
    if criteria:
        lines += [prompt.CRITERIA, one_line_json(criteria)]
    if probe.superseded_answers:
        lines += [prompt.SUPERSEDED, one_line_json(probe.superseded_answers)]
    lines += [
        prompt.ANSWER.format(code=code),
        f"<answer {code}>",
        one_line_json(answer[:LONGEST_ANSWER]),
        f"</answer {code}>",
    ]
    if len(answer) > LONGEST_ANSWER:
        lines.append(prompt.CUT.format(count=len(answer) - LONGEST_ANSWER))
    lines.append(prompt.CLOSING)
    return Message(role="system", content=prompt.SYSTEM), Message(role="user", content="\n".join(lines))


def judge_schema(probe: Probe) -> dict[str, Any]:
    """Return the closed JSON Schema of a verdict on an answer to `probe`."""
    return _reply_model(probe).model_json_schema()


def read_reply(probe: Probe, completion: Completion) -> Reply:
    """Return the verdict that a judge's completion holds.

    Raises:
        ProviderError: it holds none: cut, empty, not JSON, or anything beside the schema.
    """
    return _read_reply(_reply_model(probe), completion)


def _read_reply(model: type[Reply], completion: Completion) -> Reply:
    if completion.truncated:
        raise ProviderError("the judge's verdict was cut at its token limit")
    try:
        return model.model_validate_json(_reply_alone(completion.text))
    except ValidationError:
        said = one_line(completion.text, 80) or "nothing"
        raise ProviderError(f"the judge gave no verdict in the form asked for; it said: {said}") from None


def _reply_alone(text: str) -> str:
    """Return what follows a judge's thoughts, where these stand in its text: the last end of thoughts decides."""
    ends = [match.end() for match in END_OF_THOUGHTS.finditer(text)]
    begins = text.lstrip().startswith("{")
    return text if begins or not ends else text[ends[-1] :]


def check_reply(schema: Mapping[str, Any], completion: Completion) -> None:
    """Check that a judge's completion holds a verdict of a schema from `judge_schema`.

    Raises:
        ProviderError: it holds none.
    """
    model = next((known for known in (Reply, ReplyOnUpdate) if known.model_json_schema() == schema), None)
    if model is None:
        raise ProviderError("the judge was asked for a form that is not ours")
    _read_reply(model, completion)


def compare(probe: Probe, text: str, judge: Judge | None, criteria: str | None = None) -> Finding:
    """Judge an answer by the model; without one, or where it fails, nothing is decided."""
    if judge is None:
        return Finding(None, None, NEEDS_JUDGE)
    try:
        opinion = judge(probe, text, criteria)
    except FinetuneBenchError as error:
        return Finding(None, None, f"the judge failed: {one_line(error)}")
    return _as_comparison(opinion, probe, text)


def _as_comparison(opinion: Opinion, probe: Probe, text: str) -> Finding:
    reason = f"the judge says {opinion.verdict}: {one_line(opinion.reason)}"
    if opinion.verdict == "correct":
        return Finding(True, shown(text), reason)
    outcome = {"declined": Outcome.ABSTAINED, "outdated": Outcome.STALE, "incorrect": None}[opinion.verdict]
    if opinion.verdict == "declined" and not probe.references:
        # without a reference the judge is asked whether the answer declines: a slip between two names for it
        return Finding(True, shown(text), reason)
    return Finding(False, shown(text), reason, well_formed=True, outcome=outcome)


def _reply_model(probe: Probe) -> type[Reply]:
    return ReplyOnUpdate if probe.superseded_answers else Reply
