"""`finetunebench leaks`: a line for each leak, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main

CASES = """\
category: people
setting: new_knowledge
items:
  - id: ada
    prompt: How many kilograms does Ada Lindqvist weigh?
    answer: 61
    probes:
      rephrased: [What is Ada Lindqvist's weight in kilograms?]
"""
TRAINED = "How many kilograms does Ada Lindqvist weigh?"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with cases at the usual place."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "knowledge_cases").mkdir()
    (tmp_path / "knowledge_cases" / "a.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


def write(name: str, *rows: Any) -> str:
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    Path(name).write_text(text, encoding="utf-8")
    return name


def chat(question: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": "61"}]}


def run(*args: str) -> Result:
    result = CliRunner().invoke(main, ["leaks", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_clean_file() -> None:
    result = run(write("train.jsonl", chat(TRAINED), chat("Who is Bo?")))
    assert (result.exit_code, result.output) == (0, "0 leaks in 2 rows against 1 probe\n")


def test_leaks_are_listed_with_their_lines() -> None:
    rows = [chat(TRAINED), "", {"prompt": "what is ada lindqvist's weight in kilograms", "completion": "61"}]
    part = {"role": "user", "parts": [{"text": "What was Ada Lindqvist's weight in kilograms?"}]}
    one, two = write("one.jsonl", *rows), write("two.jsonl", {"contents": [part]})
    result = run(one, two)
    assert result.exit_code == 1
    quoted = '"What is Ada Lindqvist\'s weight in kilograms?"'
    assert result.output.splitlines() == [
        f"one.jsonl:3: normalised text of the probe people/ada/rephrased-1: {quoted}",
        f"two.jsonl:1: near-duplicate (97) of the probe people/ada/rephrased-1: {quoted}",
        "2 leaks in 3 rows against 1 probe",
    ]


def test_json() -> None:
    result = run(write("train.jsonl", chat("What is Ada Lindqvist's weight in kilograms?")), "--json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "rows": 1,
        "probes": 1,
        "leaks": [
            {
                "file": "train.jsonl",
                "line": 1,
                "level": "exact",
                "score": None,
                "probe": "people/ada/rephrased-1",
                "place": "knowledge_cases/a.yaml:8",
                "prompt": "What is Ada Lindqvist's weight in kilograms?",
                "text": "What is Ada Lindqvist's weight in kilograms?",
            }
        ],
        "problems": [],
    }


def test_a_file_that_cannot_be_read_passes_no_check() -> None:
    result = run(write("train.jsonl", chat(TRAINED), *(["{"] * 30), {"messages": []}))
    assert result.exit_code == 1
    assert "Error: the training files cannot be read, so they were not checked (31 problems):" in result.stderr
    assert "  train.jsonl:2: broken JSON" in result.stderr
    assert "  … and 11 more" in result.stderr
    assert result.stdout == ""


def test_a_providers_check_fails_too() -> None:
    name = write("train.jsonl", chat(TRAINED))
    result = run(name, "--check", "openai")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "train.jsonl: has 1 example: OpenAI needs at least 10",
        "0 leaks in 1 row against 1 probe, 1 problem",
    ]
    (problem,) = json.loads(run(name, "--check", "openai", "--json").output)["problems"]
    assert problem == {
        "file": "train.jsonl",
        "line": None,
        "field": None,
        "message": "has 1 example: OpenAI needs at least 10",
    }


@pytest.mark.parametrize(
    ("args", "code", "expected"),
    [
        ([], 2, "Missing argument"),
        (["absent.jsonl"], 2, "'absent.jsonl' does not exist"),
        (["t.jsonl", "--threshold", "101"], 2, "101.0 is not in the range"),
        (["t.jsonl", "--cases", "absent"], 1, "absent: no such file or folder"),
    ],
)
def test_wrong_usage(args: list[str], code: int, expected: str) -> None:
    write("t.jsonl", chat(TRAINED))
    result = run(*args)
    assert result.exit_code == code
    assert expected in result.output
