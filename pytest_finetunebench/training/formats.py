"""Write training rows in the providers' formats, one JSON object a line. `files.training_rows` reads them.

openai  {"messages": [{"role", "content"}]}, OpenAI's chat format
gemini  {"systemInstruction": {"parts"}, "contents": [{"role": "user" | "model", "parts": [{"text"}]}]}, Vertex AI's
hf      {"messages": […], "prompt": […], "completion": […]} for TRL and others that train on Hugging Face datasets
dpo     preference pairs, see `preferences`
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from pytest_finetunebench.completions import Message
from pytest_finetunebench.files.training_rows import Row
from pytest_finetunebench.models.calling.throttle import CHARACTERS_PER_TOKEN

Format = Literal["openai", "gemini", "hf", "dpo"]
FORMATS: tuple[Format, ...] = ("openai", "gemini", "hf", "dpo")
_TOKENS_PER_MESSAGE = 4


def estimated_tokens(row: Row) -> int:
    """Return a row's estimated tokens: one per four characters, and four per message."""
    characters = sum(len(turn.text or "") for turn in row.turns)
    return _TOKENS_PER_MESSAGE * len(row.turns) + -(-characters // CHARACTERS_PER_TOKEN)


def format_row(format_name: Format, system: str | None, prompt: str, answer: str, turns: Sequence[Message] = ()) -> str:
    """Return the line that trains one answer, without line end and with non-ASCII characters unescaped.

    `turns` are the messages before the prompt.
    """
    if format_name == "gemini":
        contents = [
            {"role": {"assistant": "model"}.get(turn.role, turn.role), "parts": [{"text": turn.content}]}
            for turn in (*turns, Message(role="user", content=prompt), Message(role="assistant", content=answer))
        ]
        row: dict[str, Any] = {"contents": contents}
        if system is not None:
            row = {"systemInstruction": {"role": "system", "parts": [{"text": system}]}, **row}
    else:
        messages = [] if system is None else [{"role": "system", "content": system}]
        messages += [{"role": turn.role, "content": turn.content} for turn in turns]
        messages += [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
        row = {"messages": messages}
        if format_name == "hf":
            # TRL trains on the completion alone by these: `assistant_only_loss` refuses most chat templates
            row |= {"prompt": messages[:-1], "completion": messages[-1:]}
    return json.dumps(row, ensure_ascii=False)
