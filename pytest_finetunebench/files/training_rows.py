"""Read rows of training files, whatever shape they have, as chats.

messages      {"messages": [{"role", "content"}]}, OpenAI's and most trainers' chats
contents      {"systemInstruction": {"parts"}, "contents": [{"role": "user" | "model", "parts": [{"text"}]}]}, Vertex AI
conversation  {"conversations": [{"from": "human" | "gpt" | "system", "value"}]}, ShareGPT
completion    {"prompt", "completion"}, each text or messages, TRL
preference    {"input": {"messages"}, "preferred_output", "non_preferred_output"}, OpenAI's pairs
chosen        {"prompt", "chosen", "rejected"}, each text or messages, TRL's pairs; the prompt may stand in both
instruction   {"instruction", "input", "output"}, Alpaca; `system` and `history` as LLaMA-Factory adds them
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_finetunebench.errors import Problem, nearest, one_line
from pytest_finetunebench.files.reading import json_objects, shown
from pytest_finetunebench.files.scalars import Plain

ASSISTANT = ("assistant", "model")
SYSTEM = ("system", "developer")
_SHAPES = {
    "messages": ("messages",),
    "contents": ("contents",),
    "conversation": ("conversations",),
    "completion": ("prompt", "completion"),
    "preference": ("input", "preferred_output"),
    "chosen": ("chosen", "rejected"),
    "instruction": ("instruction", "output"),
}
"""The keys that identify each shape."""
_SPEAKERS = {"human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "system": "system"}


@dataclass(frozen=True)
class Turn:
    """One message of a row. `field` is its path in the file; `text` is None if it has no text."""

    role: str
    text: str | None
    field: str


@dataclass(frozen=True)
class Row:
    """One row of a training file as a chat. `line` counts from 1."""

    line: int
    shape: str
    turns: tuple[Turn, ...]

    @property
    def system(self) -> str:
        """The system message, or an empty text."""
        return "\n".join(self._texts(SYSTEM))

    @property
    def user(self) -> tuple[str, ...]:
        """The user's turns."""
        return self._texts(("user",))

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers to train, one for each turn of the assistant."""
        return self._texts(ASSISTANT)

    def _texts(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(turn.text for turn in self.turns if turn.role in roles and turn.text)


def shape_of(data: Mapping[str, Any]) -> str | None:
    """Return the shape of a training row; None if it is none."""
    return next((name for name, keys in _SHAPES.items() if all(key in data for key in keys)), None)


def read_rows(path: Path, problems: list[Problem]) -> list[Row]:
    """Return the rows of a training file of any known shape. Add a problem for each row that cannot be read."""
    before = len(problems)
    rows = parse_rows(json_objects(path, problems), shown(path), problems)
    if not rows and len(problems) == before:
        problems.append(Problem(shown(path), None, None, "has no rows"))
    return rows


def parse_rows(objects: Iterable[tuple[int, dict[str, Any]]], file: str, problems: list[Problem]) -> list[Row]:
    """Return numbered objects as rows. Add a problem for each that has no known shape."""
    rows = []
    for line, data in objects:
        try:
            rows.append(parse_row(line, data))
        except _ShapeError as error:
            problems.append(Problem(file, line, error.field, str(error)))
    return rows


class _ShapeError(ValueError):
    def __init__(self, field: str | None, message: str) -> None:
        self.field = field
        super().__init__(message)


def parse_row(line: int, data: dict[str, Any]) -> Row:
    """Return one row's object as a chat.

    Raises:
        ValueError: The object has no known shape.
    """
    shape = shape_of(data)
    if shape is None:
        known = [key for keys in _SHAPES.values() for key in keys]
        found = ", ".join(one_line(key, 40) for key in list(data)[:5]) or "none"
        hints = "".join(nearest(key, known) for key in list(data)[:5])
        shapes = (
            "'messages', 'contents', 'conversations', 'prompt' with 'completion', 'chosen' with 'rejected', "
            "'instruction' with 'output', or 'input' with 'preferred_output'"
        )
        raise _ShapeError(None, f"is not a training row: it needs {shapes}; keys found: {found}{hints}")
    return Row(line, shape, tuple(_TURNS[shape](data)))


def _chat(data: dict[str, Any]) -> Iterator[Turn]:
    return _messages(data["messages"], "messages")


def _contents(data: dict[str, Any]) -> Iterator[Turn]:
    system = data.get("systemInstruction", data.get("system_instruction"))
    if system is not None:
        yield _parts(system, "systemInstruction", "system")
    for field, content in _listed(data["contents"], "contents"):
        yield _parts(content, field, _role(content, field))


def _conversation(data: dict[str, Any]) -> Iterator[Turn]:
    if "system" in data:
        yield from _text(data, "system", "system")
    for field, turn in _listed(data["conversations"], "conversations"):
        if "from" not in turn:  # some files hold messages under this name
            yield from _messages([turn], field)
            continue
        speaker = str(turn["from"])
        yield from _text(turn, "value", _SPEAKERS.get(speaker, speaker), f"{field}.value")
    for key in ("chosen", "rejected"):  # LLaMA-Factory's pairs
        if isinstance(data.get(key), dict):
            yield from _text(data[key], "value", "assistant", f"{key}.value")


def _instruction(data: dict[str, Any]) -> Iterator[Turn]:
    if "system" in data:
        yield from _text(data, "system", "system")
    history = data.get("history")
    for index, pair in enumerate(history if isinstance(history, list) else ()):
        if not isinstance(pair, list) or len(pair) != 2 or not all(map(_is_text, pair)):
            raise _ShapeError(f"history[{index}]", "is not a pair of a question and its answer")
        yield Turn("user", pair[0], f"history[{index}]")
        yield Turn("assistant", pair[1], f"history[{index}]")
    (asked,) = _text(data, "instruction", "user")
    if "input" in data:
        (given,) = _text(data, "input", "user")
        if given.text:
            asked = Turn("user", "\n".join(part for part in (asked.text, given.text) if part), "instruction")
    yield asked
    yield from _text(data, "output", "assistant")


def _completion(data: dict[str, Any]) -> Iterator[Turn]:
    yield from _text_or_messages(data, "prompt", "user")
    yield from _text_or_messages(data, "completion", "assistant")


def _chosen(data: dict[str, Any]) -> Iterator[Turn]:
    if "prompt" not in data:
        yield from _messages(data["chosen"], "chosen")
        return
    yield from _text_or_messages(data, "prompt", "user")
    for key in ("chosen", "rejected"):
        yield from _text_or_messages(data, key, "assistant")


def _text_or_messages(data: dict[str, Any], key: str, role: str) -> Iterator[Turn]:
    if _is_text(data[key]):
        yield Turn(role, data[key], key)
    else:
        yield from _messages(data[key], key)


def _preference(data: dict[str, Any]) -> Iterator[Turn]:
    given = data["input"]
    if not isinstance(given, dict) or "messages" not in given:
        raise _ShapeError("input", "needs 'messages'")
    yield from _messages(given["messages"], "input.messages")
    for key in ("preferred_output", "non_preferred_output"):
        if key in data:
            yield from _messages(data[key], key)


_TURNS = {
    "messages": _chat,
    "contents": _contents,
    "conversation": _conversation,
    "completion": _completion,
    "preference": _preference,
    "chosen": _chosen,
    "instruction": _instruction,
}


def _messages(value: Any, field: str) -> Iterator[Turn]:
    for place, message in _listed(value, field):
        content = message.get("content")
        if isinstance(content, list):
            content = _joined([part for _, part in _listed(content, f"{place}.content")])
        elif content is not None and not _is_text(content):
            raise _ShapeError(f"{place}.content", "is neither text nor a list of parts")
        yield Turn(_role(message, place), content, place)


def _text(data: Mapping[str, Any], key: str, role: str, field: str | None = None) -> Iterator[Turn]:
    value = data.get(key)
    if value is not None and not _is_text(value):
        raise _ShapeError(field or key, "is not text: put it in quotes")
    yield Turn(role, value, field or key)


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
