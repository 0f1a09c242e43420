"""What of a completion is graded: the answer, without the thoughts before it and the turns invented after it.

Chat models think aloud (`<think>…</think>`, channels, a separate field). Models without a working stop token go on
with invented turns. Neither is the answer: both are set apart before any grader reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading.outcome import Verdict
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.response_marks import TURN_TOKEN

if TYPE_CHECKING:
    from pytest_finetunebench.grading.response_parts import Parts

STILL_THINKING = "still thinking at the token limit; raise --ft-max-tokens"
CALLS_TOOL = "calls a tool, gives no answer"
RUNS_ON = "runs on after its answer"
_SIGNS = ("<", "[", "#", "◁", "&lt;", "analysis", "assistant", "user\n", "thought process:", "my response:")
_LABELS = deferred(r"(?:User|USER|Human|HUMAN|Assistant|ASSISTANT|Question|QUESTION|Q)(?:[ ]?\d{1,3})?(?:[*_]{2})?:")


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
    if not _may_be_marked(text, probe):
        return Response(completion) if completion.reasoning is None else _response(completion, text, None)
    from pytest_finetunebench.grading.response_parts import split

    parts = split(text, probe, cut=completion.truncated)
    return _response(completion, parts.answer, parts)


def _may_be_marked(text: str, probe: Probe) -> bool:
    """Whether a text holds what any of the marks needs: most have none of it, and cost no more than this."""
    if any(sign in text for sign in _SIGNS):
        return True
    if "?" in text and "\n" in text.strip():
        return True
    if ":" not in text and "：" not in text:
        return False
    return bool(_LABELS.search(text)) or ("\n" in text and probe.prompt.rstrip().endswith((":", "：")))


def _response(completion: Completion, text: str, parts: Parts | None) -> Response:
    said, rest = (completion.reasoning or "", parts.thoughts if parts else ""), parts.rest if parts else ""
    thoughts = "\n\n".join(part for part in said if part.strip())
    runs_on = bool(rest) and (completion.truncated or bool(TURN_TOKEN.sub("", rest).strip()))
    update: dict[str, str] = {} if text == completion.text else {"text": text}
    if rest and completion.truncated and parts and not parts.open:
        update["finish_reason"] = "stop"  # the answer ended before the limit
    answer = completion.model_copy(update=update) if update else completion
    note = RUNS_ON if runs_on else ""
    if answer.empty and not answer.truncated and thoughts and not runs_on:
        note = "nothing follows the thoughts"
    return Response(
        completion=answer,
        thoughts=thoughts,
        rest=rest,
        runs_on=runs_on,
        fault=_fault(completion, parts, answer),
        note=note,
    )


def _fault(completion: Completion, parts: Parts | None, answer: Completion) -> str | None:
    """Say why there is no answer: the thoughts have no end, or nothing but thoughts came."""
    reason = f"finish reason: {completion.finish_reason}"
    if parts and parts.open:
        if completion.truncated and not parts.rest:
            return STILL_THINKING
        return f"its thoughts have no end, so there is no answer to grade ({reason})"
    if parts and parts.calls_tool and answer.empty:
        return CALLS_TOOL
    if completion.reasoning is None or not completion.reasoning.strip() or not completion.empty:
        return None
    if completion.truncated:
        return STILL_THINKING
    # a server with the wrong parser takes a whole answer for thoughts: it cannot be told from an empty answer
    return f"only thoughts came, and no answer ({reason}); does the server's reasoning parser fit the model?"
