"""Training files as a provider would refuse them."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_finetunebench.files.training_rows import Row, parse_row
from pytest_finetunebench.training.checks import check_rows, training_cost
from pytest_finetunebench.training.formats import Format

USER: dict[str, Any] = {"role": "user", "content": "Who?"}
ANSWER: dict[str, Any] = {"role": "assistant", "content": "Ada"}


def chat(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"messages": list(messages or (USER, ANSWER))}


def contents(*roles: str) -> dict[str, Any]:
    return {"contents": [{"role": role, "parts": [{"text": "x"}]} for role in roles]}


def rows(*data: dict[str, Any], times: int = 1) -> list[Row]:
    return [parse_row(line, one) for line, one in enumerate(data * times, start=1)]


def check(made: list[Row], format_name: Format = "openai", size: int = 1, *, validation: bool = True) -> list[str]:
    return [str(problem) for problem in check_rows(made, format_name, "t.jsonl", size, validation=validation)]


@pytest.mark.parametrize(
    ("format_name", "row"), [("openai", chat()), ("hf", chat()), ("gemini", contents("user", "model", "user", "model"))]
)
def test_a_good_file(format_name: Format, row: dict[str, Any]) -> None:
    assert check(rows(row, times=10), format_name, validation=False) == []


def test_openai_needs_ten_examples_to_train_and_none_more_to_validate() -> None:
    nine = rows(chat(), times=9)
    assert check(nine, validation=False) == ["t.jsonl: has 9 examples: OpenAI needs at least 10"]
    assert check(nine) == []
    assert check(nine, "hf", validation=False) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (chat(USER), "t.jsonl:1: messages[0]: the last message has role 'user': end with the answer to train"),
        (chat(ANSWER), "t.jsonl:1: has no message of role user"),
        (
            chat({"role": "bot", "content": "x"}, USER, ANSWER),
            "t.jsonl:1: messages[0].role: 'bot' is not one of system, ",
        ),
        (chat({"role": "user", "content": " "}, ANSWER), "t.jsonl:1: messages[0]: has no text"),
        (chat(USER, {"role": "assistant", "content": ""}), "t.jsonl:1: messages[1]: has no text"),
        (chat(USER, {"role": "assistant"}), "t.jsonl:1: messages[1]: has no text to train"),
        (contents("user", "model"), "t.jsonl:1: is not a row for OpenAI: such a row has 'messages'"),
        (
            chat(USER, {"role": "assistant", "content": "x" * 262_200}),
            "t.jsonl:1: has about 65,559 tokens: OpenAI takes",
        ),
    ],
)
def test_what_openai_refuses(row: dict[str, Any], expected: str) -> None:
    found = check(rows(row))
    assert any(one.startswith(expected) for one in found), found


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (contents("user", "assistant"), "t.jsonl:1: contents[1].role: 'assistant' is not one of system, user, model"),
        (contents("user"), "t.jsonl:1: contents[0]: the last message has role 'user'"),
        (
            contents("user", "user", "model"),
            "t.jsonl:1: contents[1].role: is 'user', but user and model take turns: write 'model' here",
        ),
        (chat(), "t.jsonl:1: is not a row for Vertex AI: such a row has 'contents'"),
    ],
)
def test_what_vertex_refuses(row: dict[str, Any], expected: str) -> None:
    found = check(rows(row), "gemini")
    assert any(one.startswith(expected) for one in found), found


def test_a_call_of_a_tool_needs_no_text() -> None:
    assert check(rows(chat(USER, {"role": "assistant"}, {"role": "tool", "content": "4"}, ANSWER))) == []


def test_files_that_are_too_large() -> None:
    assert check(rows(chat()), size=600 * 10**6) == ["t.jsonl: has 600 MB: OpenAI takes at most 512 MB"]
    many = rows(contents("user", "model"), times=5001)
    assert check(many, "gemini") == ["t.jsonl: has 5,001 examples: Vertex AI takes at most 5,000"]
    assert check(many, "gemini", validation=False) == []


def test_the_cost_of_a_job() -> None:
    assert training_cost(2_000_000, 3, 1.5) == 9.0
    assert training_cost(2_000_000, 3, None) is None
