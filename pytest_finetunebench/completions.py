"""Requests to a provider and the completions it returns, with the fingerprint that keys the cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from json.encoder import encode_basestring_ascii as quoted_json
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic.dataclasses import dataclass
from pydantic_core import CoreSchema, core_schema

FINGERPRINT_SCHEMA = 1
FinishReason = Literal["stop", "length", "content_filter", "tool_call", "other"]
CLOSED = ConfigDict(extra="forbid")
"""For slotted dataclasses, whose values exist per probe. They take a seventh of a BaseModel's memory."""


def valid_unicode(value: object) -> object:
    """Return text without lone surrogates, which JSON may contain but no report or database can encode.

    Clean each member of a list or tuple, too. Return any other value unchanged.
    """
    if isinstance(value, str):
        if value.isascii():
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    return tuple(map(valid_unicode, value)) if isinstance(value, list | tuple) else value


class _ValidText:
    """Cleans text of Python. Text out of JSON cannot hold lone surrogates: pydantic's parser refuses them."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = handler(source)
        cleaned = core_schema.no_info_before_validator_function(valid_unicode, text)
        return core_schema.json_or_python_schema(json_schema=text, python_schema=cleaned)


ValidText = Annotated[str, _ValidText()]
"""A text without lone surrogates."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(_Frozen):
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


def _without_negative_zero(value: float) -> float:
    # -0.0 equals 0.0, but its JSON, and so the fingerprint, would differ
    return value + 0.0


class Sampling(_Frozen):
    """Sampling parameters, with the FineTuneBench study's defaults. None leaves a parameter out of the request."""

    temperature: Annotated[float, AfterValidator(_without_negative_zero)] | None = Field(
        default=0.0, ge=0, allow_inf_nan=False
    )
    seed: int | None = 42
    max_tokens: int | None = Field(default=100, gt=0)


@lru_cache(maxsize=16)
def _sampling_parts(sampling: Sampling) -> dict[str, Any]:
    return sampling.model_dump(mode="json")


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def fingerprint_of(key_parts: dict[str, Any]) -> str:
    """Return the SHA-256 (64 hex digits) of the result of `Request.key_parts`."""
    return hashlib.sha256(_CANONICAL.encode(key_parts).encode("ascii")).hexdigest()


LATER_FIELDS = {"response_schema": None, "parameters": None, "form": "chat", "logprobs": False}
"""Fields of a request that the first cache entries did not have, with the value that counts as not set."""


def is_unset(name: str, value: object) -> bool:
    """Whether a field of a request is one that the fingerprint leaves out, as nothing is set there."""
    return name in LATER_FIELDS and value == LATER_FIELDS[name]


class Request(_Frozen):
    """Everything that determines a completion. Keys, timeouts and retries are not part of it."""

    provider: str
    base_url: str | None = None
    """The provider's address without credentials; None for providers without a network."""
    model: str
    messages: tuple[Message, ...]
    sampling: Sampling = Sampling()
    repeat: int = Field(default=0, ge=0)
    """Index of the sample, from 0, if a probe is asked several times."""
    response_schema: dict[str, Any] | None = None
    """JSON Schema for structured output; None for free text."""
    parameters: dict[str, Any] | None = None
    """Further parameters for the request's body, such as `top_p`; None for none."""
    form: Literal["chat", "completion"] = "chat"
    """`completion` hands a base model the plain text of the messages to go on from, without a chat template."""
    logprobs: bool = False
    """Whether the log-probabilities of the answer's tokens are asked for."""

    @property
    def prompt(self) -> str:
        """The text of the last user message."""
        return next((m.content for m in reversed(self.messages) if m.role == "user"), "")

    @property
    def plain_text(self) -> str:
        """The messages as one text to go on from, without roles."""
        return "\n\n".join(message.content for message in self.messages)

    def key_parts(self) -> dict[str, Any]:
        """Return everything that the fingerprint covers, as plain JSON values."""
        parts = {
            "schema": FINGERPRINT_SCHEMA,
            "provider": self.provider,
            "base_url": self.base_url,
            "model": self.model,
            "messages": [{"role": message.role, "content": message.content} for message in self.messages],
            "sampling": _sampling_parts(self.sampling),
            "repeat": self.repeat,
        }
        # what is not set is left out, so that earlier entries of a cache keep their fingerprint
        further = {name: getattr(self, name) for name in LATER_FIELDS}
        return parts | {name: value for name, value in further.items() if not is_unset(name, value)}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with a new fingerprint."""
        copy = super().model_copy(update=update, deep=deep)
        copy.__dict__.pop("fingerprint", None)  # pydantic would copy the cached one
        return copy

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (64 hex digits) of the request: the cache key."""
        around = self.text_around(_key_text)
        if around is None:
            return fingerprint_of(self.key_parts())
        messages = ",".join([f'{{"content":{quoted_json(one.content)},"role":"{one.role}"}}' for one in self.messages])
        return hashlib.sha256(f"{around[0]}{messages}{around[1]}".encode("ascii")).hexdigest()

    def text_around(self, write: Callable[[Request], str]) -> tuple[str, str] | None:
        """Return what `write` makes of the request, before and after the text of its messages.

        Requests of one run differ in little else, so that this is known of nearly each. None where it is not: with a
        schema or parameters.
        """
        if self.response_schema is not None or self.parameters is not None:
            return None
        sampling = self.sampling
        numbers = (sampling.temperature, sampling.seed, sampling.max_tokens)
        return _text_around(
            write, self.provider, self.base_url, self.model, *numbers, self.repeat, self.form, self.logprobs
        )


@lru_cache(maxsize=256, typed=True)
def _text_around(
    write: Callable[[Request], str],
    provider: str,
    base_url: str | None,
    model: str,
    temperature: float | None,
    seed: int | None,
    max_tokens: int | None,
    repeat: int,
    form: Literal["chat", "completion"],
    logprobs: bool,
) -> tuple[str, str]:
    request = Request(
        provider=provider,
        base_url=base_url,
        model=model,
        messages=(),
        sampling=Sampling(temperature=temperature, seed=seed, max_tokens=max_tokens),
        repeat=repeat,
        form=form,
        logprobs=logprobs,
    )
    # within a text the quotes would have backslashes
    before, after = write(request).split('"messages":[]')
    return before + '"messages":[', "]" + after


def _key_text(request: Request) -> str:
    return _CANONICAL.encode(request.key_parts())


FIRST_TOKENS = 5
"""Positions of an answer whose log-probabilities are kept."""
TOP_TOKENS = 20
"""Tokens that are listed at each position: OpenAI's most, and vLLM's by default."""


@dataclass(frozen=True, slots=True, config=CLOSED)
class TokenChoice:
    """One position of an answer: the token that the model chose, and what it could have chosen."""

    token: ValidText
    """Its text; empty for a token that ends the answer."""
    logprob: float = Field(le=1e-6)
    """The natural logarithm of its probability."""
    top: tuple[tuple[ValidText, float], ...] = ()
    """The likeliest tokens with their logarithms; the chosen one may be among them."""


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Usage:
    """Tokens billed for one completion."""

    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)


class Completion(_Frozen):
    """The answer to a request, as it came."""

    text: ValidText
    reasoning: ValidText | None = None
    """The model's thoughts, where the provider sent them apart from the text."""
    finish_reason: FinishReason = "stop"
    served_model: ValidText | None = None
    """The model version that the provider reports."""
    usage: Usage | None = None
    seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """How long the call took that brought it, or its share of a batch. None where no call was
    timed."""
    first_tokens: tuple[TokenChoice, ...] | None = None
    """The first tokens of `text`, where log-probabilities were asked for and sent."""

    def __eq__(self, other: object) -> bool:
        # the same answer is the same however long it took, and however sure the model was
        return isinstance(other, Completion) and self._compared == other._compared

    def __hash__(self) -> int:
        return hash(self._compared)

    @property
    def _compared(self) -> tuple[object, ...]:
        return (self.text, self.reasoning, self.finish_reason, self.served_model, self.usage)

    @property
    def truncated(self) -> bool:
        """Whether the answer stopped at the token limit."""
        return self.finish_reason == "length"

    @property
    def empty(self) -> bool:
        """Whether there is no visible text."""
        return not self.text.strip()
