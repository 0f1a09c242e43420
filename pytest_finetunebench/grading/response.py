"""What of a completion is graded: the answer, without the thoughts before it and the turns invented after it.

Chat models think aloud (`<think>…</think>`, channels, a field of its own), and models without a working stop token go
on with turns that nobody took. Neither is the answer: both are set apart before any grader reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading.outcome import Verdict
from pytest_finetunebench.grading.response_marks import SUSPECT, TURN_TOKEN
from pytest_finetunebench.grading.response_parts import Parts, split

STILL_THINKING = "still thinking at the token limit; raise --ft-max-tokens"
CALLS_TOOL = "calls a tool, gives no answer"
RUNS_ON = "runs on after its answer"


@dataclass(frozen=True, slots=True)
class Response:
    """A completion with its answer alone, and what was set apart."""

    completion: Completion
    """What graders read: the answer as its text."""
    thoughts: str = ""
    """What the model thought before it answered, by its marks or by the provider's field; empty without any."""
    rest: str = ""
    """What follows the answer, from the first turn token or invented turn on."""
    runs_on: bool = False
    """Whether the model went on after its answer; a turn token alone is no more than a mark of the end."""
    fault: str | None = None
    """Why there is no answer to grade; None where there is one, if only an empty one."""
    note: str = ""
    """What a verdict's reason should add."""

    def noted(self, verdict: Verdict) -> Verdict:
        """Return the verdict with this response's note in its reason."""
        return verdict.model_copy(update={"reason": f"{verdict.reason}; {self.note}"}) if self.note else verdict

    def graded_text(self, completion: Completion) -> str | None:
        """Return the text that was graded; None where it is the whole of the completion that came."""
        return None if self.completion.text == completion.text else self.completion.text


def read_response(probe: Probe, completion: Completion) -> Response:
    """Set apart what is not the answer. Never raises, whatever the text.

    A probe with `raw_response` is graded by the text as it came. Text in code fences, backticks or quotes marks
    nothing, nor do marks that the probe's references hold.
    """
    text = completion.text
    if completion.finish_reason == "tool_call" and completion.empty:
        return Response(completion, thoughts=completion.reasoning or "", fault=CALLS_TOOL)
    if probe.raw_response:
        return Response(completion, thoughts=completion.reasoning or "")
    marked = SUSPECT.search(text) or (":" in text and "\n" in text and probe.prompt.rstrip().endswith((":", "：")))
    if not marked and completion.reasoning is None:
        return Response(completion)
    parts = split(text, probe, cut=completion.truncated) if marked else Parts(text)
    return _response(completion, parts)


def _response(completion: Completion, parts: Parts) -> Response:
    thoughts = "\n\n".join(part for part in (completion.reasoning or "", parts.thoughts) if part.strip())
    beyond = bool(TURN_TOKEN.sub("", parts.rest).strip())
    runs_on = beyond or (bool(parts.rest) and completion.truncated)
    update: dict[str, str] = {} if parts.answer == completion.text else {"text": parts.answer}
    if parts.rest and completion.truncated and not parts.open:
        update["finish_reason"] = "stop"  # the answer ended before the limit
    answer = completion.model_copy(update=update) if update else completion
    note = RUNS_ON if runs_on else ""
    if answer.empty and not answer.truncated and thoughts and not runs_on:
        note = "nothing follows the thoughts"
    return Response(
        completion=answer,
        thoughts=thoughts,
        rest=parts.rest,
        runs_on=runs_on,
        fault=_fault(completion, parts, answer),
        note=note,
    )


def _fault(completion: Completion, parts: Parts, answer: Completion) -> str | None:
    """Say why there is no answer: the thoughts have no end, or nothing but thoughts came."""
    reason = f"finish reason: {completion.finish_reason}"
    if parts.open:
        if completion.truncated and not parts.rest:
            return STILL_THINKING
        return f"its thoughts have no end, so there is no answer to grade ({reason})"
    if parts.calls_tool and answer.empty:
        return CALLS_TOOL
    if completion.reasoning is None or not completion.reasoning.strip() or not completion.empty:
        return None
    if completion.truncated:
        return STILL_THINKING
    # a server with the wrong parser takes a whole answer for thoughts: it cannot be told from an empty answer
    return f"only thoughts came, and no answer ({reason}); does the server's reasoning parser fit the model?"
