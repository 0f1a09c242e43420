"""The system message of a request, for models that know no such role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pytest_finetunebench.completions import Message

SystemMode = Literal["send", "merge", "none"]


def with_system(messages: Sequence[Message], mode: SystemMode) -> tuple[Message, ...]:
    """Return a chat with its system messages sent as they are, merged into the first question, or left out."""
    system = [message.content for message in messages if message.role == "system"]
    if mode == "send" or not system:
        return tuple(messages)
    rest = [message for message in messages if message.role != "system"]
    first = next((index for index, message in enumerate(rest) if message.role == "user"), None)
    if mode == "none" or first is None:
        return tuple(rest)
    joined = "\n\n".join([*system, rest[first].content])
    return (*rest[:first], Message(role="user", content=joined), *rest[first + 1 :])
