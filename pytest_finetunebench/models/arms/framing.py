"""Put examples, passages or a system message around a probe's chat."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_finetunebench.completions import Message
from pytest_finetunebench.models.arms.examples import Example

HEADING = "Facts that may help:"
"""What stands above passages. It is part of the request: changing it asks every arm anew."""
FACTS = "{facts}"

Chat = tuple[Message, ...]


def with_examples(chat: Chat, examples: Sequence[Example]) -> Chat:
    """Return the chat with earlier turns that show the examples: after the system message, before all else."""
    shown = [
        message
        for one in examples
        for message in (Message(role="user", content=one.prompt), Message(role="assistant", content=one.answer))
    ]
    system = [message for message in chat if message.role == "system"]
    return (*system, *shown, *(message for message in chat if message.role != "system"))


def with_passages(chat: Chat, passages: Sequence[str]) -> Chat:
    """Return the chat with passages before the question, in the same message; unchanged without passages."""
    if not passages:
        return chat
    last = max(index for index, message in enumerate(chat) if message.role == "user")
    content = f"{HEADING}\n{listed(passages)}\n\n{chat[last].content}"
    return (*chat[:last], Message(role="user", content=content), *chat[last + 1 :])


def with_system(chat: Chat, prompt: str) -> Chat:
    """Return the chat under a system message; the case file's own follows in the same message."""
    own = [message.content for message in chat if message.role == "system"]
    system = Message(role="system", content="\n\n".join([prompt, *own]))
    return (system, *(message for message in chat if message.role != "system"))


def listed(passages: Sequence[str]) -> str:
    """Return passages as a list, one a line."""
    return "\n".join(f"- {passage}" for passage in passages)
