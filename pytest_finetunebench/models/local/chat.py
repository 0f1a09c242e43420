"""Chats as the text that a model reads, by its own chat template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_finetunebench.errors import ProviderError, one_line

Chat = Sequence[Mapping[str, str]]


class ChatError(ProviderError):
    """A model's template is missing, or refuses a chat. Every other chat of this form fails too."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hopeless=True, sent=False)


def render(tokenizer: Any, chat: Chat, *, ask: bool, **template_options: Any) -> str:
    """Return a chat as text; with `ask` up to where the answer begins.

    Raises:
        ChatError: the model has no template, or the template refuses the chat.
    """
    if not tokenizer.chat_template:
        raise ChatError(
            "hf: the model has no chat template: choose an instruct model, or write `format: completion` in the case "
            "file to have it go on from plain text"
        )
    try:
        text = tokenizer.apply_chat_template(
            [dict(message) for message in chat], tokenize=False, add_generation_prompt=ask, **template_options
        )
    except Exception as error:  # noqa: BLE001 - a template is a program, and may raise anything
        words = one_line(error, 120)
        if any(message["role"] == "system" for message in chat) and refuses_system(tokenizer):
            words = f"it knows no system role: merge it into the question with --ft-system=merge ({words})"
        raise ChatError(f"hf: the model's chat template refuses the chat: {words}") from None
    return str(text)


def refuses_system(tokenizer: Any) -> bool:
    """Whether a model's template takes a question, but no system message before it."""
    question = {"role": "user", "content": "q"}
    try:
        tokenizer.apply_chat_template([question], tokenize=False)
    except Exception:  # noqa: BLE001 - a template may raise anything
        return False
    try:
        tokenizer.apply_chat_template([{"role": "system", "content": "s"}, question], tokenize=False)
    except Exception:  # noqa: BLE001 - as above
        return True
    return False


def end_tokens(tokenizer: Any, model: Any) -> list[int]:
    """Return the tokens that end an answer: the model's, and the tokenizer's, which fine-tunes learn."""
    found: list[int] = []
    for value in (getattr(model.generation_config, "eos_token_id", None), tokenizer.eos_token_id):
        found += value if isinstance(value, list) else [] if value is None else [value]
    return list(dict.fromkeys(int(one) for one in found))
