"""Training files of every known shape: what is written reads back, and what cannot be read has its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.errors import Problem
from pytest_finetunebench.files.training_rows import Row, parse_row, read_rows
from pytest_finetunebench.training.formats import FORMATS, Format, estimated_tokens, format_row

TEXT = st.text(st.characters(codec="utf-8"), min_size=1)


def read(*lines: Any) -> tuple[list[Row], list[str]]:
    path, problems = Path("t.jsonl"), list[Problem]()
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return read_rows(path, problems), [str(problem) for problem in problems]


@pytest.fixture(autouse=True)
def in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@given(st.sampled_from(FORMATS), st.none() | TEXT, TEXT, TEXT)
def test_what_is_written_reads_back(format_name: Format, system: str | None, prompt: str, answer: str) -> None:
    line = format_row(format_name, system, prompt, answer)
    assert "\n" not in line
    row = parse_row(1, json.loads(line))
    assert (row.system, row.user, row.answers) == (system or "", (prompt,), (answer,))
    assert row.shape == ("contents" if format_name == "gemini" else "messages")


def test_the_shapes_that_providers_document() -> None:
    user, assistant = {"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Ada"}
    assert json.loads(format_row("openai", "Brief.", "Who?", "Ada")) == {
        "messages": [{"role": "system", "content": "Brief."}, user, assistant]
    }
    assert json.loads(format_row("hf", None, "Who?", "Ada")) == {
        "messages": [user, assistant],
        "prompt": [user],
        "completion": [assistant],
    }
    assert json.loads(format_row("gemini", "Brief.", "Who?", "Ada")) == {
        "systemInstruction": {"role": "system", "parts": [{"text": "Brief."}]},
        "contents": [{"role": "user", "parts": [{"text": "Who?"}]}, {"role": "model", "parts": [{"text": "Ada"}]}],
    }


def test_every_shape_is_read() -> None:
    user, assistant = {"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Ada"}
    parts = {"role": "user", "content": [{"type": "text", "text": "Who?"}, {"type": "image_url"}]}
    rows, problems = read(
        {"messages": [{"role": "developer", "content": "Brief."}, parts, assistant]},
        {"contents": [{"role": "user", "parts": [{"text": "Who?"}]}, {"role": "model", "parts": [{"text": "Ada"}]}]},
        {"prompt": "Who?", "completion": "Ada"},
        "",
        {"prompt": [user], "completion": [assistant]},
        {"input": {"messages": [user]}, "preferred_output": [assistant], "non_preferred_output": [assistant]},
    )
    assert problems == []
    assert [row.line for row in rows] == [1, 2, 3, 5, 6]
    assert [row.user for row in rows] == [("Who?",)] * 5
    assert [row.answers for row in rows] == [("Ada",)] * 4 + [("Ada", "Ada")]
    assert rows[0].system == "Brief."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "t.jsonl:2: broken JSON"),
        ("[]", "t.jsonl:2: write one JSON object a line"),
        (
            {"mesages": []},
            "t.jsonl:2: is not a training row: it needs 'messages', 'contents', 'conversations', 'prompt' with ",
        ),
        ({"mesages": []}, "keys found: mesages (did you mean 'messages'?)"),
        ({"messages": []}, "t.jsonl:2: messages: is empty"),
        ({"messages": "x"}, "t.jsonl:2: messages: is not a list of objects"),
        ({"messages": ["x"]}, "t.jsonl:2: messages[0]: is not an object"),
        ({"messages": [{"content": "x"}]}, "t.jsonl:2: messages[0].role: missing"),
        ({"messages": [{"role": 1, "content": "x"}]}, "t.jsonl:2: messages[0].role: is not text"),
        ({"messages": [{"role": "user", "content": 61}]}, "t.jsonl:2: messages[0].content: is neither text nor a list"),
        ({"contents": [{"role": "user"}]}, "t.jsonl:2: contents[0].parts: is not a list of objects"),
        ({"contents": [], "systemInstruction": "x"}, "t.jsonl:2: systemInstruction: is not an object with 'parts'"),
        ({"prompt": "x", "completion": 3}, "t.jsonl:2: completion: is not a list of objects"),
        ({"input": {}, "preferred_output": []}, "t.jsonl:2: input: needs 'messages'"),
    ],
)
def test_what_cannot_be_read_has_its_place(line: Any, expected: str) -> None:
    rows, problems = read({"prompt": "p", "completion": "c"}, line)
    assert len(rows) == 1
    assert any(expected in problem for problem in problems), problems


def test_tokens_are_estimated_from_characters_and_messages() -> None:
    row = parse_row(1, {"prompt": "x" * 10, "completion": "y" * 11})
    assert estimated_tokens(row) == 2 * 4 + 6
