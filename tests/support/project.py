"""A small project on disk that tests run pytest in: plainly, and under pytest-xdist."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

CASES = """\
category: fictional_people
setting: new_knowledge
system: Answer with a number, a word or a short phrase.
items:
  - id: ada-lindqvist-weight
    fact: Ada Lindqvist weighs 61 kilograms.
    prompt: How many kilograms does Ada Lindqvist weigh?
    answer: "61"
    probes:
      rephrased: [What is Ada Lindqvist's weight in kilograms?]
      secondary:
        - {prompt: Does Ada Lindqvist weigh more than 70 kilograms?, answer: "No", grader: yes_no}
  - id: ada-lindqvist-town
    prompt: Where does Ada Lindqvist live?
    answer: Vellmora
    superseded_answers: [Oldmora]
    probes:
      rephrased: [Which town is Ada Lindqvist's home?]
"""
TEST_FILE = """\
def test_knowledge(ft_verdict):
    assert ft_verdict.passed
"""
PROMPTS = {
    "memorization-weight": "How many kilograms does Ada Lindqvist weigh?",
    "rephrased-weight": "What is Ada Lindqvist's weight in kilograms?",
    "secondary-weight": "Does Ada Lindqvist weigh more than 70 kilograms?",
    "memorization-town": "Where does Ada Lindqvist live?",
    "rephrased-town": "Which town is Ada Lindqvist's home?",
}
OTHER_PLUGINS = ("randomly", "asyncio", "rerunfailures", "pytest_cov", "hypothesispytest", "anyio")
QUIET = "addopts = [" + ", ".join(f'"-p", "no:{name}"' for name in OTHER_PLUGINS) + "]"


class Project:
    """Writes the project's files and runs pytest in it."""

    def __init__(self, pytester: pytest.Pytester, workers: Sequence[str] = ()) -> None:
        self.pytester = pytester
        self.path = pytester.path
        self._workers = workers
        self.write("knowledge_cases/people.yaml", CASES)
        self.write("test_knowledge.py", TEST_FILE)
        self.write("pyproject.toml", f"[tool.pytest]\n{QUIET}\n")

    def write(self, name: str, text: str) -> Path:
        """Write one file."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def ini(self, *lines: str) -> None:
        """Add ini lines."""
        self.write("pyproject.toml", "\n".join(["[tool.pytest]", QUIET, *lines, ""]))

    def record(self, answers: dict[str, str], model: str = "m") -> str:
        """Write recordings by prompt, and return the option that names them."""
        rows = [json.dumps({"model": model, "prompt": prompt, "response": text}) for prompt, text in answers.items()]
        self.write("recordings.jsonl", "\n".join(rows) + "\n")
        return "--ft-recordings=recordings.jsonl"

    def run(self, *args: str) -> pytest.RunResult:
        """Run pytest, under pytest-xdist if this project is to."""
        return self.pytester.runpytest_inprocess(*self._workers, *args)

    def run_json(self, *args: str) -> dict[str, Any]:
        """Run pytest and return the run record."""
        self.run("--ft-json=run.json", *args)
        record: dict[str, Any] = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
        return record
