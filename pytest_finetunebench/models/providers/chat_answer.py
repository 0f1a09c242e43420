"""Read the answers of OpenAI's chat completions, as the many servers write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_finetunebench.completions import Completion, FinishReason, Usage
from pytest_finetunebench.errors import FilteredError, ProviderError
from pytest_finetunebench.models.providers.failures import Site
from pytest_finetunebench.models.providers.logprobs import read_first_tokens

_FINISH_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "length": "length",
    "tool_calls": "tool_call",
    "function_call": "tool_call",
}
_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking", "reasoning_details", "thinking_blocks")
"""Where servers put thoughts: DeepSeek, SGLang and older vLLM; vLLM, Ollama, Groq; Ollama's own API; gateways."""
_TEXT_KEYS = ("text", "thinking", "reasoning", "summary", "content")
_LONGEST_NESTING = 4


def read_answer(answer: object, site: Site) -> Completion:
    """Read a chat answer from its parsed JSON.

    Raises:
        UnmeasuredError: it was filtered, or cannot be read.
    """
    found: Mapping[str, Any] = answer if isinstance(answer, Mapping) else {}
    choices = found.get("choices")
    if not choices:
        told = found.get("error")
        words = f": {site.words(told)}" if told else ""
        raise ProviderError(f"openai: the answer from {site.url} has no choices{words}")
    try:
        choice = choices[0]
        # a plain completion has its text in the choice itself
        plain = "message" not in choice and isinstance(choice.get("text"), str)
        reason, message = choice.get("finish_reason"), {"content": choice["text"]} if plain else choice["message"]
        text, thoughts = _texts(message)
        calls_tool = message.get("tool_calls") or message.get("function_call")
    except (AttributeError, TypeError, LookupError) as error:
        raise site.broken(f"its choice cannot be read ({site.words(error)})") from None
    if reason == "content_filter":
        raise FilteredError("openai: the content filter withheld the answer (finish reason content_filter)")
    served = found.get("model")
    return Completion(
        text=text,
        reasoning=thoughts or None,
        finish_reason="tool_call" if calls_tool and not text.strip() else _FINISH_REASONS.get(str(reason), "other"),
        served_model=served if isinstance(served, str) else None,
        usage=_usage(found.get("usage")),
        first_tokens=read_first_tokens(choice.get("logprobs"), text),
    )


def _texts(message: Mapping[str, Any]) -> tuple[str, str]:
    """Return a message's answer and its thoughts; each may be a list of parts, as Mistral sends them."""
    content = message.get("content")
    if not isinstance(content, str | list | None):
        raise TypeError(f"its content is {_kind(content)}: text, or a list of parts with text, is expected")
    parts = content if isinstance(content, list) else []
    if strange := next((part for part in parts if not isinstance(part, Mapping | str)), None):
        raise TypeError(f"a part of its content is {_kind(strange)}: an object with text, or text, is expected")
    text = _flat([part for part in parts if not _is_thought(part)]) if parts else str(content or "")
    refusal = message.get("refusal")
    thoughts = [_flat(message.get(name)) for name in _REASONING_FIELDS]
    thoughts.append(_flat([part for part in parts if _is_thought(part)]))
    # some send the same under two names
    text = text or (refusal if isinstance(refusal, str) else "")
    return text, next((found for found in thoughts if found.strip()), "")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null" if value is None else type(value).__name__)


def _is_thought(part: object) -> bool:
    return isinstance(part, Mapping) and str(part.get("type")).partition(".")[0] in ("thinking", "reasoning")


def _flat(found: object, depth: int = 0) -> str:
    """Return the text in a field of text, of a part or of a list of parts."""
    if isinstance(found, str):
        return found
    if depth >= _LONGEST_NESTING:
        return ""
    if isinstance(found, Mapping):
        return next((text for key in _TEXT_KEYS if (text := _flat(found.get(key), depth + 1))), "")
    return "".join(_flat(part, depth + 1) for part in found) if isinstance(found, list) else ""


def _usage(usage: object) -> Usage | None:
    if usage is None:
        return None
    known: Mapping[str, Any] = usage if isinstance(usage, Mapping) else {}
    counts = (known.get("prompt_tokens", 0), known.get("completion_tokens", 0))
    input_tokens, output_tokens = (count if isinstance(count, int) and count >= 0 else 0 for count in counts)
    return Usage(input_tokens=input_tokens, output_tokens=output_tokens)
