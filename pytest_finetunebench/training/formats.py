"""Write and read training files: chats in the providers' formats, one JSON object a line.

openai  {"messages": [{"role", "content"}]}, OpenAI's chat format
gemini  {"systemInstruction": {"parts"}, "contents": [{"role": "user" | "model", "parts": [{"text"}]}]}, Vertex AI's
hf      {"messages": […]} for trl and others that train on Hugging Face datasets

Also read: {"prompt", "completion"}, each text or messages, and OpenAI's preference pairs {"input",
"preferred_output", "non_preferred_output"}.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pytest_finetunebench.errors import Problem, nearest, one_line
from pytest_finetunebench.files.reading import json_lines, shown
from pytest_finetunebench.files.scalars import Plain
from pytest_finetunebench.models.calling.throttle import CHARACTERS_PER_TOKEN

Format = Literal["openai", "gemini", "hf"]
FORMATS: tuple[Format, ...] = ("openai", "gemini", "hf")

ASSISTANT = ("assistant", "model")
_SYSTEM = ("system", "developer")
_TOKENS_PER_MESSAGE = 4
_SHAPES = {
    "messages": ("messages",),
    "contents": ("contents",),
    "completion": ("prompt", "completion"),
    "preference": ("input", "preferred_output"),
}
"""The keys that identify each shape."""


@dataclass(frozen=True)
class Turn:
    """One message of a row. `field` is its path in the file; `text` is None if it has no text."""

    role: str
    text: str | None
    field: str


@dataclass(frozen=True)
class Row:
    """One line of a training file as a chat. `line` counts from 1."""

    line: int
    shape: str
    turns: tuple[Turn, ...]

    @property
    def system(self) -> str:
        """The system message, or an empty text."""
        return "\n".join(self._texts(_SYSTEM))

    @property
    def user(self) -> tuple[str, ...]:
        """The user's turns."""
        return self._texts(("user",))

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers to train, one for each turn of the assistant."""
        return self._texts(ASSISTANT)

    @property
    def tokens(self) -> int:
        """Estimated tokens: one per four characters, and four per message."""
        characters = sum(len(turn.text or "") for turn in self.turns)
        return _TOKENS_PER_MESSAGE * len(self.turns) + -(-characters // CHARACTERS_PER_TOKEN)

    def _texts(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(turn.text for turn in self.turns if turn.role in roles and turn.text)


def format_row(format_name: Format, system: str | None, prompt: str, answer: str) -> str:
    """Return the line that trains one answer, without line end and with non-ASCII characters unescaped."""
    if format_name == "gemini":
        contents = [{"role": "user", "parts": [{"text": prompt}]}, {"role": "model", "parts": [{"text": answer}]}]
        row: dict[str, Any] = {"contents": contents}
        if system is not None:
            row = {"systemInstruction": {"role": "system", "parts": [{"text": system}]}, **row}
    else:
        messages = [] if system is None else [{"role": "system", "content": system}]
        messages += [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
        row = {"messages": messages}
    return json.dumps(row, ensure_ascii=False)


def read_rows(path: Path, problems: list[Problem]) -> list[Row]:
    """Return the rows of a training file of any known shape. Add a problem for each line that cannot be read."""
    rows, before = [], len(problems)
    for line, data in json_lines(path, problems):
        try:
            rows.append(parse_row(line, data))
        except _ShapeError as error:
            problems.append(Problem(shown(path), line, error.field, str(error)))
    if not rows and len(problems) == before:
        problems.append(Problem(shown(path), None, None, "has no rows"))
    return rows


class _ShapeError(ValueError):
    def __init__(self, field: str | None, message: str) -> None:
        self.field = field
        super().__init__(message)


def parse_row(line: int, data: dict[str, Any]) -> Row:
    """Return one line's object as a row.

    Raises:
        ValueError: The object has no known shape.
    """
    shape = next((name for name, keys in _SHAPES.items() if all(key in data for key in keys)), None)
    if shape is None:
        known = [key for keys in _SHAPES.values() for key in keys]
        found = ", ".join(one_line(key, 40) for key in list(data)[:5]) or "none"
        hints = "".join(nearest(key, known) for key in list(data)[:5])
        shapes = "'messages', 'contents', 'prompt' with 'completion', or 'input' with 'preferred_output'"
        raise _ShapeError(None, f"is not a training row: it needs {shapes}; keys found: {found}{hints}")
    turns = {"messages": _chat, "contents": _contents, "completion": _completion, "preference": _preference}[shape]
    return Row(line, shape, tuple(turns(data)))


def _chat(data: dict[str, Any]) -> Iterator[Turn]:
    return _messages(data["messages"], "messages")


def _contents(data: dict[str, Any]) -> Iterator[Turn]:
    system = data.get("systemInstruction", data.get("system_instruction"))
    if system is not None:
        yield _parts(system, "systemInstruction", "system")
    for field, content in _listed(data["contents"], "contents"):
        yield _parts(content, field, _role(content, field))


def _completion(data: dict[str, Any]) -> Iterator[Turn]:
    for key, role in (("prompt", "user"), ("completion", "assistant")):
        value = data[key]
        if _is_text(value):
            yield Turn(role, value, key)
        else:
            yield from _messages(value, key)


def _preference(data: dict[str, Any]) -> Iterator[Turn]:
    given = data["input"]
    if not isinstance(given, dict) or "messages" not in given:
        raise _ShapeError("input", "needs 'messages'")
    yield from _messages(given["messages"], "input.messages")
    for key in ("preferred_output", "non_preferred_output"):
        if key in data:
            yield from _messages(data[key], key)


def _messages(value: Any, field: str) -> Iterator[Turn]:
    for place, message in _listed(value, field):
        content = message.get("content")
        if isinstance(content, list):
            content = _joined([part for _, part in _listed(content, f"{place}.content")])
        elif content is not None and not _is_text(content):
            raise _ShapeError(f"{place}.content", "is neither text nor a list of parts")
        yield Turn(_role(message, place), content, place)


def _parts(content: Any, field: str, role: str) -> Turn:
    if not isinstance(content, dict):
        raise _ShapeError(field, "is not an object with 'parts'")
    return Turn(role, _joined([part for _, part in _listed(content.get("parts"), f"{field}.parts")]), field)


def _joined(parts: list[dict[str, Any]]) -> str | None:
    texts = [part["text"] for part in parts if _is_text(part.get("text"))]
    return "\n".join(texts) if texts else None


def _role(message: dict[str, Any], field: str) -> str:
    role = message.get("role")
    if not _is_text(role):
        raise _ShapeError(f"{field}.role", "missing" if role is None else "is not text")
    return str(role)


def _is_text(value: object) -> bool:
    # numbers are read as text, but providers do not accept a number as text
    return isinstance(value, str) and not isinstance(value, Plain)


def _listed(value: Any, field: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the objects of a list, each with its path."""
    if not isinstance(value, list) or not value:
        raise _ShapeError(field, "is not a list of objects" if not isinstance(value, list) else "is empty")
    for index, part in enumerate(value):
        if not isinstance(part, dict):
            raise _ShapeError(f"{field}[{index}]", "is not an object: {…}")
    return [(f"{field}[{index}]", part) for index, part in enumerate(value)]
