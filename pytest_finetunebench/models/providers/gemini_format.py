"""Requests, answers and refusals in the form of Google's SDK."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_finetunebench.completions import Completion, FinishReason, Request, Usage
from pytest_finetunebench.errors import FilteredError, ProviderError, nearest, one_line
from pytest_finetunebench.models.providers.failures import HttpFailure, Site

if TYPE_CHECKING:
    from google.genai import types
    from google.genai.errors import APIError

_FINISH_REASONS: dict[str, FinishReason] = {"STOP": "stop", "MAX_TOKENS": "length"}
_TOOL_CALLS = ("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS")
_WITHHELD = re.compile(
    r"SAFETY|RECITATION|LANGUAGE|BLOCKLIST|PROHIBITED_CONTENT|SPII|MODEL_ARMOR|ESCALATION|PUP_LIMITED_DISABLED"
)


def contents(request: Request) -> list[Any]:
    """Return a request's messages in Gemini's form, without system messages."""
    roles = {"user": "user", "assistant": "model"}
    return [
        {"role": roles[message.role], "parts": [{"text": message.content}]}
        for message in request.messages
        if message.role in roles
    ]


def config(request: Request) -> types.GenerateContentConfig:
    """Return a request's system message and parameters in the SDK's form."""
    from google.genai import types

    system = "\n\n".join(message.content for message in request.messages if message.role == "system")
    further = request.parameters or {}
    if unknown := sorted(further.keys() - types.GenerateContentConfig.model_fields.keys()):
        known = nearest(unknown[0], types.GenerateContentConfig.model_fields)
        raise ProviderError(f"gemini: --ft-param {unknown[0]}: no such parameter{known}", hopeless=True, sent=False)
    if request.form == "completion":
        message = "gemini: it takes chats alone, and no plain text to go on from (format: completion)"
        raise ProviderError(message, hopeless=True, sent=False)
    try:
        types.GenerateContentConfig(**further)
    except ValueError as error:
        words = one_line(str(error).partition("\n")[2], 160)
        raise ProviderError(f"gemini: --ft-param: {words}", hopeless=True, sent=False) from None
    return types.GenerateContentConfig(
        **further,
        system_instruction=system or None,
        temperature=request.sampling.temperature,
        seed=request.sampling.seed,
        max_output_tokens=request.sampling.max_tokens,
        response_mime_type=None if request.response_schema is None else "application/json",
        response_json_schema=request.response_schema,
    )


def read_answer(answer: types.GenerateContentResponse, site: Site) -> Completion:
    """Read the SDK's answer to a prompt.

    Raises:
        UnmeasuredError: it was filtered, or cannot be read.
    """
    feedback = answer.prompt_feedback
    if feedback is not None and feedback.block_reason is not None:
        raise FilteredError(f"gemini: the prompt was blocked ({_name(feedback.block_reason)})")
    if not answer.candidates:
        raise no_candidates(site)
    candidate = answer.candidates[0]
    if candidate.content is None and candidate.finish_reason is None:
        raise site.broken("its candidate is empty")
    reason = _name(candidate.finish_reason)
    if _WITHHELD.search(reason):
        raise FilteredError(f"gemini: the safety filter withheld the answer ({reason})")
    parts = (candidate.content.parts if candidate.content is not None else None) or []
    text = "".join(part.text for part in parts if part.text and not part.thought)
    calls_tool = reason in _TOOL_CALLS or any(part.function_call for part in parts)
    return Completion(
        text=text,
        reasoning="".join(part.text for part in parts if part.text and part.thought) or None,
        finish_reason="tool_call" if calls_tool and not text.strip() else _FINISH_REASONS.get(reason, "other"),
        served_model=answer.model_version,
        usage=_usage(answer.usage_metadata),
    )


def no_candidates(site: Site, words: str = "") -> ProviderError:
    """Return the error for an answer without candidates; `words` is what the server said."""
    return ProviderError(f"gemini: the answer from {site.url} has no candidates{words}")


def _name(reason: Any) -> str:
    return str(getattr(reason, "value", reason) or "")


def _usage(usage: types.GenerateContentResponseUsageMetadata | None) -> Usage | None:
    if usage is None:
        return None
    output_tokens = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
    return Usage(input_tokens=max(usage.prompt_token_count or 0, 0), output_tokens=max(output_tokens, 0))


def read_failure(error: APIError) -> HttpFailure:
    """Return the server's refusal that the SDK reports."""
    body = error.details if isinstance(error.details, Mapping) else {}
    told = body.get("error", body)
    details = told.get("details") if isinstance(told, Mapping) else None
    entries = details if isinstance(details, list) else []
    return HttpFailure(
        status=error.code,
        message=str(error.message or ""),
        headers=getattr(error.response, "headers", None) or {},
        details=tuple(detail for detail in entries if isinstance(detail, Mapping)),
    )
