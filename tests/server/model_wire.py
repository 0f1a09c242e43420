"""The wire formats of the model server: how requests are read, answers and errors written."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

OPENAI_PATH = re.compile(r"/(?:chat/)?completions$")
GEMINI_PATH = re.compile(
    r"/v1(?:beta1?)?/(?:projects/[^/]+/locations/[^/]+/publishers/google/models/|publishers/google/models/|models/)?"
    r"(?P<model>.+):generateContent$"
)
TOKEN_PATH = "/token"  # noqa: S105 - a path
"""Answers OAuth token requests, for Google's logins."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request, or comes out unusual; unset fields leave the ordinary answer as it is."""

    latency: float = 0.0
    """Seconds before the answer."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str | None = None
    """Sent as it is, whatever the status."""
    content_type: str = "application/json"
    message: str = "told to fail"
    """The error's message where the status is not 200, in the shape of the API that was asked."""
    code: str | None = None
    """OpenAI's error code."""
    param: str | None = None
    """OpenAI's name of the parameter at fault."""
    details: Sequence[Mapping[str, Any]] = ()
    """Google's typed error details."""
    echo_key: bool = False
    """Append the credentials that were sent to the error's message."""
    drop: Literal["no", "before", "midway"] = "no"
    """Close the connection before the answer, or in its middle."""
    finish: str | None = None
    """The finish reason, in the words of the API that was asked."""
    blocked: str | None = None
    """Gemini: block the prompt for this reason."""
    refusal: str | None = None
    """OpenAI: refuse in these words, with null content."""
    text: str | None = None
    """The answer's text, in place of the one in store."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """OpenAI: further fields of the answer's message, or others in the place of its own."""
    logprobs: Mapping[str, Any] | None = None
    """OpenAI: the log-probabilities of the answer's tokens, if the request asks for them."""
    parts: Sequence[Mapping[str, Any]] | None = None
    """Gemini: the answer's parts, in place of its text."""


@dataclass(frozen=True)
class SeenRequest:
    """A request as it arrived."""

    api: Literal["openai", "gemini", "token", "unknown"]
    path: str
    """With the query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Mapping[str, Any]
    model: str
    """Gemini: the bare name of a base model, `tunedModels/…`, or the full path of a Vertex endpoint."""
    prompt: str
    """The last user message."""
    at: float
    """Arrival, on the clock of time.monotonic()."""


def read_request(path: str, headers: Mapping[str, str], raw: bytes) -> SeenRequest:
    at = time.monotonic()
    bare = unquote(urlsplit(path).path)
    if bare == TOKEN_PATH:
        return SeenRequest("token", path, headers, {}, "", "", at)
    try:
        body = json.loads(raw)
    except ValueError:
        body = {}
    if OPENAI_PATH.search(bare):
        prompts = [str(entry["content"]) for entry in body.get("messages", ()) if entry.get("role") == "user"]
        return SeenRequest("openai", path, headers, body, body.get("model", ""), (prompts or [""])[-1], at)
    if found := GEMINI_PATH.search(bare):
        prompts = [
            "".join(part.get("text", "") for part in content["parts"])
            for content in body.get("contents", ())
            if content.get("role", "user") == "user"
        ]
        return SeenRequest("gemini", path, headers, body, found["model"], (prompts or [""])[-1], at)
    return SeenRequest("unknown", path, headers, body, "", "", at)


def credentials(seen: SeenRequest) -> str:
    return seen.headers.get("x-goog-api-key") or seen.headers.get("authorization", "nothing")


def error_answer(seen: SeenRequest, fault: Fault, status: int, message: str) -> dict[str, Any]:
    if seen.api == "gemini":
        return {"error": {"code": status, "message": message, "status": "FAILED", "details": list(fault.details)}}
    return {"error": {"message": message, "type": "test_error", "param": fault.param, "code": fault.code}}


def openai_answer(
    seen: SeenRequest, fault: Fault, text: str, served_model: str | None, usage: tuple[int, int] | None
) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if fault.refusal is not None:
        message |= {"content": None, "refusal": fault.refusal}
    message |= fault.fields
    answer: dict[str, Any] = {
        "id": "chatcmpl-test",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": served_model or seen.model,
        "choices": [{"index": 0, "message": message, "finish_reason": fault.finish or "stop"}],
    }
    if fault.logprobs is not None and seen.body.get("logprobs"):
        answer["choices"][0]["logprobs"] = fault.logprobs
    if usage is not None:
        given, made = usage
        answer["usage"] = {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made}
    return answer


def gemini_answer(
    seen: SeenRequest, fault: Fault, text: str, served_model: str | None, usage: tuple[int, int] | None
) -> dict[str, Any]:
    answer: dict[str, Any] = {"modelVersion": served_model or seen.model}
    if usage is not None:
        given, made = usage
        answer["usageMetadata"] = {
            "promptTokenCount": given,
            "candidatesTokenCount": made,
            "totalTokenCount": given + made,
        }
    if fault.blocked is not None:
        return answer | {"promptFeedback": {"blockReason": fault.blocked}}
    content: dict[str, Any] = {"role": "model"}
    if text:
        content["parts"] = [{"text": text}]
    if fault.parts is not None:
        content["parts"] = list(fault.parts)
    return answer | {"candidates": [{"index": 0, "content": content, "finishReason": fault.finish or "STOP"}]}
