"""Ask through another process: the one that owns a run calls for processes that share no folder with it."""

from __future__ import annotations

import json
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.models.cache.failures import failure_of
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer, Source
from pytest_finetunebench.models.calling.caller import Caller, Check
from pytest_finetunebench.models.calling.loop import CallLoop
from pytest_finetunebench.models.providers.base import Provider

_SOURCE: TypeAdapter[Source] = TypeAdapter(Source)


class Line(Protocol):
    """Carries requests to the process that asks, and its answers back."""

    async def ask(self, role: str, request: Request) -> Answer | NoAnswer:
        """Return what came of a request to the model of a role, with the calls that its reader pays for."""


class LineCaller(Caller):
    """Asks through a line; whoever is at its other end has the cache, the limits and the budget."""

    def __init__(self, line: Line, role: str, provider: Provider, calls: CallLoop) -> None:
        super().__init__(provider, calls, 0, None)
        self._line = line
        self._role = role

    async def call(self, request: Request, check: Check | None) -> Answer | NoAnswer:
        """Return the other process's answer, which it has checked as `check` would."""
        del check
        outcome = await self._line.ask(self._role, request)
        self._calls.answered = True
        return outcome


def encode_request(role: str, request: Request) -> dict[str, Any]:
    """Return a request as plain values."""
    return {"role": role, "request": request.model_dump()}


def decode_request(message: dict[str, Any]) -> tuple[str, Request]:
    """Return the role and the request in a message."""
    return str(message["role"]), Request.model_validate(message["request"])


def encode_outcome(outcome: Answer | NoAnswer) -> dict[str, Any]:
    """Return an outcome as plain values."""
    if isinstance(outcome, Answer):
        return {"completion": outcome.completion.model_dump(), "source": outcome.source, "calls": outcome.calls}
    return {"kind": type(outcome.error).__name__, "message": str(outcome.error), "calls": outcome.calls}


def decode_outcome(message: dict[str, Any]) -> Answer | NoAnswer:
    """Return the outcome in a message.

    Raises:
        ValueError: it holds none.
    """
    try:
        if "completion" in message:
            completion = Completion.model_validate(message["completion"])
            return Answer(completion, _SOURCE.validate_python(message["source"]), int(message["calls"]))
        return NoAnswer(failure_of(str(message["kind"]), str(message["message"])), int(message["calls"]))
    except (KeyError, TypeError, ValidationError) as error:
        raise ValueError(f"no outcome: {error}") from error


def to_text(message: dict[str, Any]) -> str:
    """Return a message as ASCII JSON, which every channel carries unharmed."""
    return json.dumps(message, ensure_ascii=True)
